"""`clysm verify DIR --keyring FILE`: whether a passport holds, from its folder and a keyring alone.

0 it holds, 1 it does not, 2 something cannot be read.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from clysm.issuing.folders import FolderError, read_folder
from clysm.passport.verification.passport import verify_passport

SCHEMA_VERSION = 1
HOLDS, FAILS, UNREADABLE = range(3)


def verify_command(arguments: argparse.Namespace) -> int:
    """The exit status; every check is on stdout, as a line or in one JSON object."""
    try:
        files = read_folder(Path(arguments.directory))
        keyring = Path(arguments.keyring).read_bytes()
    except (FolderError, OSError) as problem:
        message = str(problem)
        if isinstance(problem, OSError):
            message = f"cannot read `{arguments.keyring}`: {problem.strerror}"
        print(f"clysm: error: {message}", file=sys.stderr)
        if arguments.json:
            _print_json(UNREADABLE, {"verified": False, "checks": []}, message)
        return UNREADABLE
    report = verify_passport(files, keyring)
    status = HOLDS if report.holds else FAILS
    if arguments.json:
        _print_json(status, report.record(), None)
        return status
    for check in report.checks:
        print(check.line)
    made = len(report.checks)
    print("verified" if report.holds else f"not verified: {len(report.failures)} of {made} checks fail")
    return status


def _print_json(status: int, report: dict[str, Any], error: str | None) -> None:
    data = {"schema_version": SCHEMA_VERSION, "exit_code": status, "error": error, **report}
    print(json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False))
