"""The exceptions of the workflow: raised where a plan is over, carrying data, worded for the user.

Verdicts and compile errors of Lisp programs are values (`CompilationError`), never exceptions.
"""


class ClysmError(Exception):
    """Root of every exception that the build raises on purpose."""


class InvalidRecord(ClysmError):
    """A record was built with a field that breaks its rules: our own bug or a forged file."""

    def __init__(self, record: str, field: str, problem: str) -> None:
        super().__init__(f"{record}.{field}: {problem}")
        self.record = record
        self.field = field
        self.problem = problem


class InvalidTransition(ClysmError):
    """A status changed along an edge that its state machine does not have."""

    def __init__(self, machine: str, old: str, new: str) -> None:
        super().__init__(f"{machine}: no transition from `{old}` to `{new}`")
        self.machine = machine
        self.old = old
        self.new = new


class UnknownModule(ClysmError):
    """A path that is not a module of the graph."""

    def __init__(self, path: str) -> None:
        super().__init__(f"`{path}` is not a module of this graph")
        self.path = path


class ReadError(ClysmError):
    """Text that is no s-expression; line and column are 1-based, columns count code points."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{line}:{column}: {message}")
        self.message = message
        self.line = line
        self.column = column


class SchemaError(ClysmError):
    """A JSON file that does not match its table; `problems` names every deviation."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"{name}: " + "; ".join(problems))
        self.name = name
        self.problems = problems


class SettingsError(ClysmError):
    """`[tool.clysm]` holds a key or a value that means nothing."""
