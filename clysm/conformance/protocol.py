"""The lines in which the harness program tells what happens, among all that tests print."""

from dataclasses import dataclass

from clysm.conformance.results import Outcome, Problem, Verdict

MARK = "\x1e"


@dataclass(frozen=True, slots=True)
class Begin:
    """A test starts."""

    name: str


@dataclass(frozen=True, slots=True)
class End:
    """The test that started last has ended."""

    status: Verdict
    ms: int
    reason: str
    actual: str

    def result(self, name: str) -> Outcome:
        """The result of the test that started as `name`."""
        return Outcome(name, self.status, self.actual, self.reason, self.ms)


@dataclass(frozen=True, slots=True)
class Done:
    """All files of the category have been loaded."""


Event = Begin | End | Problem | Done


def parse_line(line: str) -> Event | None:
    """What a line of output tells; None for what tests print themselves."""
    if not line.startswith(MARK):
        return None
    match [_unescape(field) for field in line.removeprefix(MARK).rstrip("\n").split("\t")]:
        case ["begin", name]:
            return Begin(name)
        case ["end", ("pass" | "fail") as status, ms, reason, actual] if ms.isdecimal():
            return End(Verdict(status), int(ms), reason, actual)
        case ["problem", file, message]:
            return Problem(file, message)
        case ["done"]:
            return Done()
        case _:
            return None


def _unescape(field: str) -> str:
    pieces = iter(field.split("\\"))
    text = next(pieces)
    for piece in pieces:
        match piece[:1]:
            case "t":
                text += "\t" + piece[1:]
            case "n":
                text += "\n" + piece[1:]
            case _:  # a backslash, of which the second half follows
                text += piece or "\\" + next(pieces, "")
    return text
