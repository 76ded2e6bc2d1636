"""The records of the fixpoint gate: what was compared, what the guard found, and the verdict."""

from dataclasses import dataclass

from clysm.wasm import diff
from clysm.wasm.diff import SectionDiff
from clysm.workflow.checks import require
from clysm.workflow.states import Verdict

EXIT_CODES = {
    Verdict.ACHIEVED: (0,),
    Verdict.NOT_ACHIEVED: (1,),
    Verdict.TRIVIAL: (1,),
    Verdict.ERROR: (2, 3),
}


@dataclass(frozen=True, slots=True)
class FunctionDiff:
    """Functions by name that only one image has or whose code differs, in image order, and the first
    difference.

    `entries` holds the first difference of each other section when no function differs.
    """

    only_in_1: tuple[str, ...]
    only_in_2: tuple[str, ...]
    changed: tuple[str, ...]
    first: diff.FunctionDiff | None
    entries: tuple[diff.EntryDiff, ...]


@dataclass(frozen=True, slots=True)
class HostParity:
    """Whether the hosted compiler's core objects equal Stage 0's; `first` is the first differing path and
    offset.
    """

    identical: bool
    compared: int
    differing: tuple[str, ...]
    first: tuple[str, int] | None
    images_identical: bool | None

    def __post_init__(self) -> None:
        require(len(self.differing) <= 5, "HostParity", "differing", "more than 5")
        require(self.identical == (not self.differing), "HostParity", "identical", "iff nothing differs")
        require((self.first is None) == self.identical, "HostParity", "first", "None iff identical")


@dataclass(frozen=True, slots=True)
class GuardCheck:
    """One check of the non-triviality guard: what it requires and what was found, as text or number."""

    check: str
    required: str
    actual: str
    passed: bool


@dataclass(frozen=True, slots=True)
class CorpusResult:
    """How many programs of the corpus Stage 2 compiled and ran with the expected output; at most five
    failures by name.
    """

    total: int
    passed: int
    failures: tuple[str, ...]

    def __post_init__(self) -> None:
        require(0 <= self.passed <= self.total, "CorpusResult", "passed", "not within the total")
        require(len(self.failures) <= 5, "CorpusResult", "failures", "more than 5")
        require(
            (self.passed == self.total) == (not self.failures),
            "CorpusResult",
            "failures",
            "iff not all passed",
        )


@dataclass(frozen=True, slots=True)
class FixpointResult:
    """The outcome of one gate run. `first_diff_offset` is None iff the images are identical."""

    stage1_path: str
    stage2_path: str
    identical: bool
    stage1_size: int
    stage2_size: int
    first_diff_offset: int | None
    section_diffs: tuple[SectionDiff, ...]
    verdict: Verdict
    exit_code: int
    diff_bytes: int
    size_delta: int
    function_diff: FunctionDiff | None
    host_parity: HostParity | None
    guard: tuple[GuardCheck, ...]
    corpus: CorpusResult | None

    def __post_init__(self) -> None:
        name = "FixpointResult"
        require(
            self.size_delta == self.stage2_size - self.stage1_size, name, "size_delta", "not stage2 - stage1"
        )
        require(
            self.exit_code in EXIT_CODES.get(self.verdict, ()),
            name,
            "exit_code",
            f"not one of {self.verdict}",
        )
        require(
            self.identical == (self.first_diff_offset is None),
            name,
            "first_diff_offset",
            "None iff identical",
        )
        require(self.identical == (self.diff_bytes == 0), name, "diff_bytes", "0 iff identical")
        sections = sum(section.stage2_size - section.stage1_size for section in self.section_diffs)
        require(sections == self.size_delta, name, "section_diffs", "sizes do not account for size_delta")
        require(not (self.identical and self.section_diffs), name, "section_diffs", "although identical")
        require(not (self.identical and self.function_diff), name, "function_diff", "although identical")
        achieved = self.verdict is Verdict.ACHIEVED
        passed = bool(self.guard) and all(check.passed for check in self.guard)
        require(
            not achieved or (self.identical and passed), name, "verdict", "ACHIEVED without all guard checks"
        )
