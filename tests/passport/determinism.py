"""Compiles one input with everything shuffled that must not matter and prints what came out.

Run as a program, with a seed, by the tests of compilation: in other processes, time zones and languages.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from random import Random
from typing import Any

from clysm.passport.batch import batch
from clysm.passport.compilation import CompileInput, CompileOutput, compile_passport
from clysm.passport.facts import Fact, make_fact
from tests.passport.compilations import compile_input


def shuffled(value: Any, random: Random) -> Any:
    """The same value with the members of its objects in another order."""
    if isinstance(value, dict):
        members = list(value.items())
        random.shuffle(members)
        return {name: shuffled(member, random) for name, member in members}
    return [shuffled(element, random) for element in value] if isinstance(value, list) else value


def shuffled_input(source: CompileInput, seed: int) -> CompileInput:
    """The same input with its facts and their members in another order."""
    random = Random(seed)
    facts: dict[tuple[str, str], Fact] = {}
    for name, fact in shuffled(dict(source.snapshot.facts), random).items():
        made = make_fact(fact.fact_type, fact.fact_key, fact.schema_version, shuffled(fact.payload, random))
        assert isinstance(made, Fact)
        facts[name] = made
    return replace(source, snapshot=replace(source.snapshot, facts=facts))


def digest(output: CompileOutput) -> str:
    """One hash over all of an output."""
    return hashlib.sha256(repr(output).encode()).hexdigest()


def main(seed: int) -> None:
    """Print the digest of the reference and of a batch."""
    source = shuffled_input(compile_input(), seed)
    output = compile_passport(source)
    assert isinstance(output, CompileOutput), output
    compiler = batch(source.tenant_id, source.rules, source.compiler_build_id, source.signing_key_id)
    facts = source.snapshot.facts.values()
    compiled = compiler.compile(source.battery_product, source.snapshot.snapshot_id, facts, source.issued_at)
    assert not hasattr(compiled, "error"), compiled
    print(digest(output), digest(compiled.output))  # type: ignore[union-attr]


if __name__ == "__main__":
    main(int(sys.argv[1]))
