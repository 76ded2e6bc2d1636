"""Other Lisps as hosts of the compiler: how each is started, and a script that builds the core with it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from clysm.bootstrap.project import Project
from clysm.engine.abi import encode_options
from clysm.workflow.feeder import STAGE_LINK

DRIVER = Path(__file__).parent / "driver.lisp"
SECONDS = 600  # a build that takes longer is stopped


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


def build(lisp: Lisp, project: Project, modules: Iterable[str], directory: Path, *, link: bool) -> Path:
    """Compile the modules; their objects and interfaces are below the directory that is returned, with `link`
    also the image `stage0.wasm`. Raises AssertionError with the Lisp's output if it fails.
    """
    compiled, objects = directory / "compiled", directory / "objects"
    compiled.mkdir()
    sources = [project.path(path) for path in project.modules(0) if "/compiler/" in path]
    lines = [
        f"(load {_string(DRIVER)})",
        f"(clysm.parity:load-compiler '({_strings(sources)}) {_string(f'{compiled}/')})",
        f"(clysm.parity:compile-modules {_string(f'{project.root}/')} {_string(f'{objects}/')} '(",
        *(f"({_string(path)} {_string(_module_options(project, path))})" for path in modules),
        "))",
    ]
    if link:
        image = objects / "stage0.wasm"
        lines.append(
            f"(clysm.parity:link-image {_string(image)} {_string(encode_options(STAGE_LINK).decode())})"
        )
    script = directory / "build.lisp"
    script.write_text("\n".join(lines), "utf-8")
    done = subprocess.run(
        [*lisp.command, str(script)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{lisp.name} failed:\n{done.stdout.decode(errors='replace')[-4000:]}"
    return objects


def _module_options(project: Project, path: str) -> str:
    """What the build passes for a module: it sees the modules that it declares, and itself."""
    return encode_options({"path": path, "uses": (*project.system.closure.get(path, ()), path)}).decode()


def _string(value: object) -> str:
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _strings(values: Iterable[object]) -> str:
    return "\n".join(map(_string, values))
