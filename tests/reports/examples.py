"""Documents of invented builds, made by the functions that make the real ones."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from clysm.bootstrap import fixpoint_report, stage_report
from clysm.bootstrap.stage_report import Binary, CompilerIdentity, ModuleOutcome
from clysm.reports.documents import Documents
from clysm.reports.places import Place
from clysm.workflow.forms import CompilationForm
from clysm.workflow.states import FormStatus, ModuleStatus, Verdict

TIME = "2026-11-21T03:00:00Z"
SHA = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4

HOSTILE = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=2">',
    "'-alert(1)-'",
    "</style></title></svg></script><b onmouseover=window.pwned=3>",
    "<!-- ]]> &amp; &lt;",
    "\u202edesrever\u2066",
    "javascript:window.pwned=4",
    "名前 \U0001f980 ñ",
)


def form(
    path: str,
    number: int,
    status: FormStatus,
    causes: Sequence[str] = (),
    message: str = "it does not compile",
) -> CompilationForm:
    failed = status is FormStatus.FAILED
    return CompilationForm(
        source_file=path,
        id=number,
        line=number * 3 + 1,
        column=2,
        form_type="defun",
        form_name=f"f{number}",
        status=status,
        error_category="missing-function" if failed else None,
        error_message=message if failed else None,
        causes=tuple(causes),
    )


def module(path: str, forms: Sequence[CompilationForm], status: ModuleStatus) -> ModuleOutcome:
    return ModuleOutcome(path, SHA, status, tuple(forms), 1234, 17)


def stage(number: int, modules: Sequence[ModuleOutcome], size: int | None) -> dict[str, Any]:
    """The report of a stage; without a size it has no image."""
    identity = CompilerIdentity("stage" if number else "hosted", number - 1 if number else None, SHA)
    binary = None if size is None else Binary(f"build/stage{number}.wasm", size, SHA, True)
    report = stage_report.stage_report(
        number,
        TIME,
        binary,
        identity,
        modules,
        fixpoint_status=Verdict.PENDING,
        duration_ms=4321,
        engine="e 1",
    )
    data = stage_report.to_json(report)
    stage_report.self_check(data)
    return data


def good(path: str, count: int = 3) -> ModuleOutcome:
    forms = [form(path, number, FormStatus.SUCCESS) for number in range(count)]
    return module(path, forms, ModuleStatus.COMPILED)


def graph(
    dependencies: Mapping[str, Sequence[str]], times: Mapping[str, int] | None = None
) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "system": "lisp/toy.asd",
        "modules": [
            {"path": path, "system": "toy/core", "dependencies": list(used)}
            for path, used in dependencies.items()
        ],
        "run": {"compile_ms": {"0": dict(times or {}), "1": {}, "2": {}}},
    }


def history(sizes: Sequence[int | None]) -> list[dict[str, Any]]:
    verdicts = ("ACHIEVED", "NOT_ACHIEVED", "TRIVIAL", "ERROR")
    return [
        {
            "timestamp": f"2026-11-{number % 28 + 1:02}T03:00:00Z",
            "status": verdicts[number % 4],
            "diff_bytes": None if size is None else number,
            "stage1_size": size,
            "stage2_size": None if size is None else size + number,
            "stage1_sha256": SHA,
            "stage2_sha256": None,
            "sources_sha256": OTHER,
            "git_commit": "dea9a07",
        }
        for number, size in enumerate(sizes)
    ]


def section(number: int, name: str, *numbers: int) -> dict[str, Any]:
    sizes = dict(zip(("stage1_size", "stage2_size", "first_diff_offset"), numbers, strict=True))
    return {"section_id": number, "section_name": name, **sizes}


def fixpoint(names: Sequence[str] = ("f", "g")) -> dict[str, Any]:
    """A verdict with everything that may differ, all names from those given."""
    first, second = names[0], names[-1]
    image = {"path": "build/stage1.wasm", "size_bytes": 1001, "sha256": SHA, "valid": True}
    difference = {
        "index": 7,
        "name": first,
        "stage1_offset": 71,
        "stage2_offset": 72,
        "stage1_text": "i32.const 1",
        "stage2_text": second,
    }
    data: dict[str, Any] = {
        "schema_version": 1,
        "timestamp": TIME,
        "sources_sha256": SHA,
        "status": "NOT_ACHIEVED",
        "exit_code": 1,
        "stage0": {**image, "path": "build/stage0.wasm"},
        "stage1": image,
        "stage2": {
            **image,
            "path": "build/stage2.wasm",
            "size_bytes": 995,
            "sha256": OTHER,
            "compilation_rate": 99.5,
            "modules_compiled": 5,
            "modules_total": 6,
            "total_forms": 2345,
        },
        "comparison": {
            "identical": False,
            "first_diff_offset": 70,
            "diff_bytes": 19,
            "size_delta": -6,
            "section_diffs": [
                section(10, "code", 900, 894, 3),
                section(0, f"custom:{first}", 9, 9, 8),
            ],
            "function_diff": {
                "only_in_1": list(names),
                "only_in_2": [],
                "changed": [second],
                "first": {**difference, "instruction": 12},
                "entries": [{**difference, "section_name": "data"}],
            },
        },
        "host_parity": {
            "identical": False,
            "compared": 194,
            "differing": ["lisp/a.lisp"],
            "first": {"path": "lisp/a.lisp", "offset": 33},
            "images_identical": None,
        },
        "guard": [
            {"check": "size", "required": "at least 102400 bytes", "actual": first, "passed": False},
            {"check": "forms", "required": "rate 100", "actual": "rate 100.00", "passed": True},
        ],
        "corpus": {"total": 48, "passed": 47, "failures": [second]},
        "error": None,
        "run": {
            "stage2_generation_ms": 13000,
            "comparison_ms": 50,
            "corpus_ms": 44000,
            "total_ms": 59000,
            "engine": "wasmtime 1",
        },
    }  # fmt: skip
    fixpoint_report.self_check(data)
    return data


def passports(names: Sequence[str] = ("A battery",)) -> dict[str, Any]:
    """Everything a catalog may list: built, not built, damaged."""
    built = {
        "passport_version_id": "48e05f0a-4345-5b59-ac9c-68be1ea6d94d",
        "issued_at": TIME,
        "signing_key_id": "demo",
        "payload_hash": SHA,
        "proof_root_hash": OTHER,
        "payload_bytes": 20470,
        "proof_bytes": 234459,
        "receipt_bytes": 1034,
        "compliance": {"PASS": 2, **{name: number + 3 for number, name in enumerate(names)}},
    }
    products = [
        {
            "sku": name,
            "name": name,
            "category": "EV",
            "rules": name,
            "snapshot": "one",
            "path": f"build/passports/{number}",
            "built": built if number % 2 == 0 else None,
            "problem": name if number % 4 == 1 else None,
        }
        for number, name in enumerate(names)
    ]
    container = {"passports": 4, "size_bytes": 8688, "sha256": SHA}
    return {
        "schema_version": 1,
        "rules": [
            {
                "name": names[0],
                "rule_package_version_id": "d1f5b7a2",
                "path": "build/rules/a.json",
                "built": {"status": "PUBLISHED", "fields": 4, "tests": 5, "cases_passed": 1603},
                "problem": None,
            },
            {
                "name": "b",
                "rule_package_version_id": "",
                "path": "build/rules/b.json",
                "built": None,
                "problem": None,
            },
        ],
        "products": products,
        "series": [
            {
                "name": names[-1],
                "category": "LMT",
                "rules": "a",
                "products": 7,
                "passports": 4,
                "size_bytes": 8688,
                "containers": [
                    {"path": "build/s/1.passports", "products": 4, "built": container, "problem": None},
                    {"path": "build/s/2.passports", "products": 3, "built": None, "problem": "damaged"},
                ],
            }
        ],
    }  # fmt: skip


def documents(files: Mapping[str, Any]) -> Documents:
    """The documents of a page, from JSON values by file name; what is not given is absent."""
    empty: dict[str, Any] = {
        "history.jsonl": [],
        "modules.json": graph({}),
        "passports.json": {"schema_version": 1, "rules": [], "products": [], "series": []},
    }
    values = json.loads(json.dumps({**empty, **files}))

    def place(name: str) -> Place:
        return Place(name, "", values.get(name))

    return Documents(
        stages=tuple(place(f"stage{number}.json") for number in range(3)),
        fixpoint=place("fixpoint.json"),
        history=place("history.jsonl"),
        modules=place("modules.json"),
        passports=place("passports.json"),
    )


def failing(names: Sequence[str] = HOSTILE) -> dict[str, Any]:
    """A build that goes wrong in every way, with the (hostile) names in every place that takes free text."""
    paths = [f"lisp/{number}{name}.lisp".replace("//", "/") for number, name in enumerate(names)]
    a, b, c, *rest = paths
    broken = [
        form(a, 0, FormStatus.FAILED, message=names[0]),
        form(a, 1, FormStatus.FAILED, [f"{a}#0"], names[1]),
        form(a, 2, FormStatus.SUCCESS),
    ]
    outcomes = [
        module(a, broken, ModuleStatus.FAILED),
        module(b, [form(b, 0, FormStatus.SKIPPED, [f"{a}#1"])], ModuleStatus.SKIPPED),
        module(c, [form(c, 0, FormStatus.FAILED, message=names[3])], ModuleStatus.FAILED),
        *(good(path) for path in rest),
    ]
    edges = {path: paths[:index][-2:] for index, path in enumerate(paths)}
    return {
        "stage0.json": stage(0, outcomes, None),
        "stage1.json": stage(1, [good(path, 12) for path in paths], 1234567),
        "fixpoint.json": fixpoint(names),
        "history.jsonl": history([1159184, None, 1185171, 1185171, 1190000]),
        "modules.json": graph(edges, {path: index * 1111 for index, path in enumerate(paths)}),
        "passports.json": passports(names),
    }
