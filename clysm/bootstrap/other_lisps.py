"""Other Lisps as hosts of the compiler: how each is started, scripts that build modules with it, and timing.

SBCL, ECL, CLISP  +  other_lisps.lisp  +  the compiler's sources  ->  objects, interfaces, image
"""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clysm.bootstrap.project import Project
from clysm.engine.abi import encode_options
from clysm.workflow.errors import ClysmError
from clysm.workflow.feeder import STAGE_LINK, module_options

_DRIVER: Final = Path(__file__).with_suffix(".lisp")
_SHOWN = 2000  # characters of the beginning, and of the end, of a Lisp's output that an error shows
_TIME = "@ "  # starts a line of output that tells the processor time of a run in microseconds


class LispFailed(ClysmError):
    """A script ended with an error; `output` is the beginning and the end of what the Lisp printed."""

    def __init__(self, lisp: str, problem: str, output: str) -> None:
        super().__init__(f"{lisp} {problem}\n{output}")
        self.lisp = lisp
        self.output = output


@dataclass(frozen=True, slots=True)
class Lisp:
    """`command` runs the script whose path follows it, and ends with a status other than 0 on an error."""

    name: str
    command: tuple[str, ...]

    @property
    def installed(self) -> bool:
        return shutil.which(self.command[0]) is not None


SBCL = Lisp("SBCL", ("sbcl", "--script"))
ECL = Lisp("ECL", ("ecl", "--norc", "--shell"))
CLISP = Lisp("CLISP", ("clisp", "-norc", "-q", "-E", "UTF-8"))
OTHER_LISPS = (SBCL, ECL, CLISP)


def build_modules(
    lisp: Lisp,
    project: Project,
    modules: Iterable[str],
    directory: Path,
    seconds: float,
    *,
    link: bool = False,
) -> Path:
    """Compile modules with the compiler in `lisp`; what they use comes before them. Their objects and
    interfaces are below the directory that is returned, with `link` also the image `stage0.wasm`.

    `directory` is empty. Raises LispFailed.
    """
    built = directory / "built"
    what = f"{_root(project)} {_directory(built)} {_modules(project, modules)}"
    forms = [*_load_compiler(project, directory), f"(clysm.other-lisps:compile-modules {what})"]
    if link:
        options = encode_options(STAGE_LINK).decode()
        forms.append(f"(clysm.other-lisps:link-image {_text(built / 'stage0.wasm')} {_text(options)})")
    run_script(lisp, forms, directory, seconds)
    return built


def time_modules(
    lisp: Lisp, project: Project, modules: Iterable[str], runs: int, directory: Path, seconds: float
) -> tuple[float, ...]:
    """Seconds of processor time that the compiler in `lisp` takes for the modules, as often as `runs` says.

    `directory` is empty. Raises LispFailed.
    """
    form = f"(clysm.other-lisps:time-modules {_root(project)} {_modules(project, modules)} {runs})"
    return _times(run_script(lisp, [*_load_compiler(project, directory), form], directory, seconds))


def time_program(
    lisp: Lisp, source: Path, runs: int, directory: Path, seconds: float
) -> tuple[tuple[float, ...], str]:
    """Seconds of processor time of each run of a program that is compiled first, and what it printed.

    `directory` is empty. Raises LispFailed.
    """
    form = f"(clysm.other-lisps:time-program {_text(source)} {_directory(directory)} {runs})"
    printed = run_script(lisp, [form], directory, seconds)
    return _times(printed), (directory / "output").read_text("latin-1")


def run_script(lisp: Lisp, forms: Sequence[str], directory: Path, seconds: float) -> str:
    """Run forms, which may use the package CLYSM.OTHER-LISPS; what the Lisp printed. Raises LispFailed."""
    script = directory / "script.lisp"
    script.write_text("\n".join((f"(load {_text(_DRIVER)})", *forms)), "utf-8")
    try:
        done = subprocess.run(
            [*lisp.command, str(script)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        raise LispFailed(
            lisp.name, f"did not end within {seconds:g} s", _excerpt(expired.output)
        ) from expired
    except OSError as problem:
        raise LispFailed(lisp.name, "cannot be started", str(problem)) from problem
    if done.returncode != 0:
        raise LispFailed(lisp.name, f"ended with status {done.returncode}", _excerpt(done.stdout))
    return done.stdout.decode(errors="replace")


def _load_compiler(project: Project, directory: Path) -> list[str]:
    compiled = directory / "compiled"
    compiled.mkdir()
    sources = (project.path(path) for path in project.modules(0) if "/compiler/" in path)
    listed = "\n".join(_text(source) for source in sources)
    return [f"(clysm.other-lisps:load-compiler '({listed}) {_directory(compiled)})"]


def _modules(project: Project, modules: Iterable[str]) -> str:
    """A quoted list of paths and options: as in the build, a module sees what it declares, and itself."""
    rows = []
    for path in modules:
        source = project.path(path).read_bytes()
        options = module_options(path, source, project.system.closure.get(path, ()), {})
        rows.append(f"({_text(path)} {_text(encode_options(options).decode())})")
    return "'(" + "\n".join(rows) + ")"


def _times(printed: str) -> tuple[float, ...]:
    lines = (line for line in printed.splitlines() if line.startswith(_TIME))
    return tuple(int(line.removeprefix(_TIME)) / 1e6 for line in lines)


def _root(project: Project) -> str:
    return _directory(project.root)


def _directory(path: Path) -> str:
    return _text(f"{path}/")


def _text(value: object) -> str:
    """A Lisp string."""
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _excerpt(output: bytes | None) -> str:
    text = (output or b"").decode(errors="replace")
    return text if len(text) <= 2 * _SHOWN else f"{text[:_SHOWN]}\n...\n{text[-_SHOWN:]}"
