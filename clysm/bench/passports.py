"""Passports: made and verified on one processor, beside the same by hand; many of them; rules; a single one.

A passport that is measured has two kilobytes of payload and about thirty nodes of proof
(`passport_products`).
"""

import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Final

from clysm.bench.bench import Bench, BenchError
from clysm.bench.builds import copy_project, run_doit
from clysm.bench.passport_baseline import Baseline as ByHand
from clysm.bench.passport_products import (
    KEY_VARIABLE,
    PACKAGE,
    RULES,
    SEED,
    SERIES,
    TESTS,
    lines,
    order,
    rule_lines,
    write_project,
)
from clysm.bench.results import Baseline, Measurement, Result, Unmeasured, per_second, time_runs
from clysm.issuing.artifacts import Artifacts
from clysm.issuing.crew import COMMAND
from clysm.issuing.errors import IssuingError
from clysm.issuing.issue import issue
from clysm.issuing.shards import cut
from clysm.passport.batch import Compiled, batch
from clysm.passport.catalog.facts import SeriesProduct, parse_series_line
from clysm.passport.catalog.reader import parse_catalog
from clysm.passport.catalog.values import CatalogError
from clysm.passport.compilation import RulesInput
from clysm.passport.errors import Failure
from clysm.passport.keyring import Keyring, add_key
from clysm.passport.payload import BatteryProduct
from clysm.passport.rules.check import check_rules
from clysm.passport.rules.package import Status
from clysm.passport.signing import PrivateKey
from clysm.passport.verification.passport import PROOF, accepts, verify_with_keyring

GROUP = "passports"
SAMPLE: Final = 2000  # passports of a run on one processor
RULE_LINES: Final = 10_000
_FEW: Final = 10  # a run over this part of the products shows whether memory grows
_SHARD: Final = 10_000  # lines
_BYTES_PER_MB: Final = 1e6


def measure(bench: Bench) -> Iterator[Result]:
    """One processor, rules, many products, one product."""
    try:
        yield from _one_processor(bench)
        yield from _rules(bench)
        yield from _many(bench)
        yield from _single(bench)
    except (BenchError, IssuingError) as problem:
        yield Unmeasured(GROUP, "all", str(problem))


def compiler() -> Callable[[bytes], Artifacts]:
    """From a line to a signed passport. What that answers raises BenchError if it cannot."""
    ordered = order()
    source = RulesInput(
        PACKAGE.rule_package_version_id, Status.PUBLISHED.value, RULES.read_bytes(), TESTS.read_bytes()
    )
    made = batch(ordered.tenant_id, source, ordered.compiler_build_id, ordered.signing_key_id)
    key = PrivateKey(SEED)

    def one(line: bytes) -> Artifacts:
        product = parse_series_line(SERIES, line, 1)
        if not isinstance(product, SeriesProduct):
            raise BenchError(f"a line cannot be read: {product}")
        battery = BatteryProduct(product.battery_product_id, product.sku, product.name)
        compiled = made.compile(battery, product.snapshot_id, product.facts, ordered.issued_at)
        if not isinstance(compiled, Compiled):
            raise BenchError(f"a passport cannot be compiled: {compiled}")
        return issue(compiled.output, compiled.snapshot, key)

    return one


def _one_processor(bench: Bench) -> Iterator[Result]:
    sample = list(lines(min(SAMPLE, bench.passports)))
    bench.say(f"passports: {len(sample)} on one processor, {bench.runs} times")
    one, by_hand = compiler(), ByHand()
    if one(sample[0]) != by_hand.issue(sample[0]):
        raise BenchError("compiler and baseline give different passports")
    made = [one(line) for line in sample]

    def rate(action: Callable[[], object]) -> tuple[float, ...]:
        return per_second(len(sample), time_runs(action, bench.runs, bench.processor_clock))

    baseline = Baseline("by hand", rate(lambda: [by_hand.issue(line) for line in sample]))
    rates = rate(lambda: [one(line) for line in sample])
    yield Measurement(GROUP, "compiled and signed", "/s", rates, "batch.compile, issue", (baseline,))
    ring = add_key(Keyring(), order().signing_key_id, PrivateKey(SEED).public_key)
    if isinstance(ring, Failure):
        raise BenchError(ring.reason)
    files = [artifacts.files() for artifacts in made]
    if not all(accepts(each, ring) for each in files):
        raise BenchError("a passport does not hold")
    rates = rate(lambda: [verify_with_keyring(each, ring) for each in files])
    yield Measurement(GROUP, "verified", "/s", rates, "verify_with_keyring")
    changed = [{**each, PROOF: _with_another_byte(each[PROOF])} for each in files]
    if any(accepts(each, ring) for each in changed):
        raise BenchError("a changed passport holds")
    rates = rate(lambda: [accepts(each, ring) for each in changed])
    yield Measurement(GROUP, "refused for a changed byte", "/s", rates, "accepts")
    first = made[0]
    for name, size in (("payload", len(first.payload)), ("proof", len(first.proof))):
        yield Measurement(GROUP, f"{name} of each", "B", (size,), "batch.compile, issue")
    yield Measurement(
        GROUP, "nodes of each", "nodes", (first.proof.count(b'"hash":'),), "batch.compile, issue"
    )


def _with_another_byte(proof: bytes) -> bytes:
    """A proof in which the byte in the middle is another one."""
    middle = len(proof) // 2
    return proof[:middle] + bytes((proof[middle] ^ 1,)) + proof[middle + 1 :]


def _rules(bench: Bench) -> Iterator[Result]:
    bench.say(f"passports: {RULE_LINES} lines of rules")
    source = rule_lines(RULE_LINES)
    checked = check_rules(source, b"")
    if isinstance(checked, Failure):
        raise BenchError(f"the rules do not check: {checked}")
    seconds = time_runs(lambda: check_rules(source, b""), bench.runs, bench.processor_clock)
    yield Measurement(GROUP, f"{RULE_LINES} lines of rules checked", "s", seconds, "check_rules")


def _many(bench: Bench) -> Iterator[Result]:
    """A series through one worker process: speed, size, and memory beside that for a shorter series."""
    few = max(1, bench.passports // _FEW)
    baseline = Baseline(f"of {few}", (_worker(bench, few)[1],))
    rate, memory, size = _worker(bench, bench.passports)
    command = " ".join(COMMAND[1:])
    yield Measurement(GROUP, f"{bench.passports} in containers, one process", "/s", (rate,), command)
    yield Measurement(GROUP, f"memory for {bench.passports}", "MB", (memory,), command, (baseline,))
    yield Measurement(GROUP, "on disk, each", "B", (size / bench.passports,), command)


def _worker(bench: Bench, count: int) -> tuple[float, float, int]:
    """Passports per second of processor time, megabytes at most, and bytes written by a worker process."""
    bench.say(f"passports: a series of {count}")
    folder = bench.fresh_directory(f"series-{count}")
    record = write_project(folder, count).record()
    shards = cut(folder / SERIES.products, _SHARD)
    requests = [
        {"order": record, "shard": asdict(shard), "target": f"{number:04}.passports"}
        for number, shard in enumerate(shards, 1)
    ]
    (folder / "requests").write_text("".join(json.dumps(request) + "\n" for request in requests))
    with (folder / "requests").open("rb") as given, (folder / "answers").open("wb") as answers:
        environment = {**os.environ, KEY_VARIABLE: b64encode(SEED).decode()}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        process = subprocess.Popen(COMMAND, cwd=folder, stdin=given, stdout=answers, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    made, peak = _outcome((folder / "answers").read_bytes().splitlines())
    if process.returncode != 0 or made != count:
        raise BenchError(f"a worker made {made} of {count} passports and ended with {process.returncode}")
    size = sum(path.stat().st_size for path in folder.glob("*.passports"))
    shutil.rmtree(folder)
    return count / (usage.ru_utime + usage.ru_stime), peak / _BYTES_PER_MB, size


def _outcome(answers: Sequence[bytes]) -> tuple[int, int]:
    """Passports made, and the most memory the worker had."""
    decoded = [json.loads(answer) for answer in answers]
    failed = [answer["failed"] for answer in decoded if "failed" in answer]
    if failed:
        raise BenchError(f"a worker fails: {failed[0]}")
    ended = [answer for answer in decoded if "made" in answer]
    return sum(answer["made"] for answer in ended), max(answer["peak_bytes"] for answer in ended)


def _single(bench: Bench) -> Iterator[Result]:
    """One product of the project's catalog, from nothing to files, by doit."""
    name = "passport:SKU from nothing"
    path = bench.project.path(bench.project.settings.catalog)
    catalog = parse_catalog(path.read_bytes(), path.name) if path.is_file() else None
    if catalog is None or isinstance(catalog, CatalogError) or not catalog.products:
        yield Unmeasured(GROUP, name, "the project has no catalog with products")
        return
    copy = copy_project(bench.project, bench.directory / "single-passport")
    task = f"passport:{next(iter(catalog.products))}"
    bench.say(task)
    samples = []
    for _ in range(bench.runs):
        for folder in (copy.settings.build, copy.settings.cache):
            shutil.rmtree(copy.path(folder), ignore_errors=True)
        seconds, output = run_doit(bench, copy, task)
        if not list(copy.path(copy.settings.build).glob("passports/*/receipt.json")):
            yield Unmeasured(GROUP, name, f"there is no passport: {output[-300:]}")
            return
        samples.append(seconds)
    yield Measurement(GROUP, name, "s", tuple(samples), f"doit {task}")
