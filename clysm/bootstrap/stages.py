"""`Stage`: the compiler as an image, at one generation."""

from dataclasses import dataclass

from clysm.workflow.checks import is_relative_path, is_sha256, require


@dataclass(frozen=True, slots=True)
class Stage:
    """`sha256` is of this image; `compiler_sha256` of the image of stage n-1 that made it, None for
    stage 0.
    """

    n: int
    wasm_path: str
    size_bytes: int
    compilation_rate: float
    report_path: str
    sha256: str
    compiler_sha256: str | None

    def __post_init__(self) -> None:
        require(self.n >= 0, "Stage", "n", "negative")
        for field in ("wasm_path", "report_path"):
            require(is_relative_path(getattr(self, field)), "Stage", field, "not a relative path")
        require(self.size_bytes > 0, "Stage", "size_bytes", "not positive")
        require(0.0 <= self.compilation_rate <= 100.0, "Stage", "compilation_rate", "not 0 to 100")
        require(is_sha256(self.sha256), "Stage", "sha256", "not a SHA-256")
        require(
            (self.compiler_sha256 is None) == (self.n == 0), "Stage", "compiler_sha256", "None iff stage 0"
        )
        require(
            self.compiler_sha256 is None or is_sha256(self.compiler_sha256),
            "Stage",
            "compiler_sha256",
            "shape",
        )


def check_chain(stages: tuple[Stage, ...]) -> None:
    """Raise InvalidRecord unless the stages are 0 to n, each compiled by the one before it."""
    for n, stage in enumerate(stages):
        require(stage.n == n, "Stage", "n", f"stage {stage.n} where stage {n} was expected")
        if n:
            require(
                stage.compiler_sha256 == stages[n - 1].sha256,
                "Stage",
                "compiler_sha256",
                f"not stage {n - 1}'s",
            )
