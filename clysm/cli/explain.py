"""`clysm explain DIR FIELD`: the facts, rules and operations behind one value of a passport, from its proof
alone.

0 it is explained, 1 the proof does not hold or has no such field, 2 it cannot be read.
"""

import argparse
import json
import sys
from difflib import get_close_matches
from pathlib import Path

from clysm.issuing.folders import FolderError, read_folder
from clysm.passport.errors import Failure, FieldNotFound
from clysm.passport.explain import explain
from clysm.passport.verification.report import in_words

PROOF = "proof.json"
EXPLAINED, UNEXPLAINED, UNREADABLE = range(3)


def explain_command(arguments: argparse.Namespace) -> int:
    """The exit status; the explanation is on stdout."""
    try:
        proof = read_folder(Path(arguments.directory)).get(PROOF)
    except FolderError as problem:
        return _end(UNREADABLE, str(problem))
    if proof is None:
        return _end(UNREADABLE, f"there is no `{PROOF}` in `{arguments.directory}`")
    explanation = explain(proof, arguments.field)
    if isinstance(explanation, FieldNotFound):
        near = get_close_matches(arguments.field, json.loads(proof)["field_index"], n=3, cutoff=0.4)
        hint = f": did you mean {' or '.join(f'`{path}`' for path in near)}?" if near else ""
        return _end(UNEXPLAINED, f"the proof has no field `{arguments.field}`{hint}")
    if isinstance(explanation, Failure):
        return _end(UNEXPLAINED, f"the proof does not hold: {in_words(explanation)}")
    print("\n".join(explanation))
    return EXPLAINED


def _end(status: int, problem: str) -> int:
    print(f"clysm: error: {problem}", file=sys.stderr)
    return status
