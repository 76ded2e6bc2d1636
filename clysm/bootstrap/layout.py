"""Where the products of the bootstrap lie, relative to the project root and the build directory."""

from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

LAST_STAGE = 2


@dataclass(frozen=True, slots=True)
class ModuleFiles:
    """The three files that compiling one module for one stage writes."""

    object: str
    interface: str
    results: str


@cache
def _module_files(folder: str, path: str) -> ModuleFiles:
    """Remembered, since every module is asked for by all that need it."""
    base = f"{folder}/{PurePosixPath(path).with_suffix('')}"
    return ModuleFiles(f"{base}.wasm", f"{base}.sexp", f"{base}.json")


def program_name(definition: str) -> str:
    """The name of the program of an `.asd` file."""
    return PurePosixPath(definition).stem


@dataclass(frozen=True, slots=True)
class Layout:
    """All paths are relative to the project root; `build` is the build directory."""

    build: str

    def stage(self, n: int) -> str:
        return f"{self.build}/stage{n}.wasm"

    def stage_report(self, n: int) -> str:
        return f"{self.build}/reports/stage{n}.json"

    def module(self, n: int, path: str) -> ModuleFiles:
        """The files of the module at `path` (relative to the root, ending in .lisp) for stage `n`."""
        return _module_files(self.stage_modules(n), path)

    def stage_modules(self, n: int) -> str:
        """The folder of the modules' files of stage `n`."""
        return f"{self.build}/objects/{n}"

    def program(self, name: str) -> str:
        """The image of a user's program."""
        return f"{self.build}/programs/{name}.wasm"

    def test_output(self, name: str) -> str:
        """What a user's test has printed."""
        return f"{self.build}/programs/{name}.txt"

    def program_report(self, name: str) -> str:
        return f"{self.program_reports}/{name}.json"

    @property
    def program_reports(self) -> str:
        """The folder of the reports on programs."""
        return f"{self.build}/reports/programs"

    def program_module(self, name: str, path: str) -> ModuleFiles:
        """The files of a module of a user's program."""
        return _module_files(self.program_modules(name), path)

    def program_modules(self, name: str) -> str:
        """The folder of the modules' files of a user's program."""
        return f"{self.build}/programs/{name}"

    @property
    def library_interfaces(self) -> str:
        """The hashes of all that programs are compiled with."""
        return f"{self.build}/programs/library-interfaces.txt"

    @property
    def library_objects(self) -> str:
        """The hashes of all that programs are linked with."""
        return f"{self.build}/programs/library-objects.txt"

    @property
    def hosted_compiler(self) -> str:
        """The list of the hosted compiler's sources with their hashes; its own hash is the hosted compiler's
        identity.
        """
        return f"{self.build}/hosted-compiler.txt"

    @property
    def fixpoint_report(self) -> str:
        return f"{self.build}/reports/fixpoint.json"

    @property
    def history(self) -> str:
        return f"{self.build}/reports/history.jsonl"

    @property
    def gate_folder(self) -> str:
        """What the gate makes."""
        return f"{self.build}/gate"

    @property
    def gate_image(self) -> str:
        """Stage 2 as the gate made it, kept for inspection."""
        return f"{self.gate_folder}/stage2.wasm"

    @property
    def summary(self) -> str:
        return f"{self.build}/reports/summary.txt"

    @property
    def page(self) -> str:
        """All reports as one page for people."""
        return f"{self.build}/reports/index.html"

    @property
    def modules_report(self) -> str:
        """The graph of the modules, with times."""
        return f"{self.build}/reports/modules.json"

    @property
    def passports_report(self) -> str:
        """What is built of what the catalog lists."""
        return f"{self.build}/reports/passports.json"
