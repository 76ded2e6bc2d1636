"""The command line as data: commands, options, and errors that are values of the program, not of argparse."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from clysm import __version__
from clysm.workflow.processors import MAX_JOBS, default_jobs

WATCHED = ("stage:1", "passports")  # tasks of `clysm watch` that names none, in the compiler's project


class UsageError(Exception):
    """Arguments that mean nothing; the message is for the user."""


class _Parser(argparse.ArgumentParser):
    """A parser that raises UsageError instead of leaving the process."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command and its options. Raises UsageError; SystemExit(0) after --help and --version."""
    parser = _parser()
    if not argv:
        parser.print_help()
        raise SystemExit(0)
    arguments = parser.parse_args(argv)
    if arguments.command == "compile":
        _check_compile(arguments)
    return arguments


def _parser() -> argparse.ArgumentParser:
    description = "Common Lisp to WebAssembly, and battery passports"
    parser = _Parser(prog="clysm", description=description, allow_abbrev=False)
    _add_version(parser)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    _add_compile(
        commands.add_parser("compile", help="compile files or systems to a program", allow_abbrev=False)
    )
    run = commands.add_parser(
        "run", help="run a program, compiling it first if it is Lisp", allow_abbrev=False
    )
    run.add_argument(
        "--dir", action="append", default=[], metavar="PATH", help="grant a directory (default: here)"
    )
    run.add_argument(
        "--cache-dir", default=".clysm-cache", metavar="PATH", help="where compiled code is kept"
    )
    run.add_argument("file", metavar="FILE")
    run.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="passed to the program")
    fixpoint = commands.add_parser(
        "fixpoint", help="judge whether the compiler reproduces itself", allow_abbrev=False
    )
    fixpoint.add_argument("--json", action="store_true", help="print the report as JSON")
    fixpoint.add_argument("--history", action="store_true", help="print earlier verdicts, judge nothing")
    fixpoint.add_argument(
        "-j", "--jobs", type=_count, default=default_jobs(), metavar="N",
        help=f"workers at a time (default: one per processor, at most {MAX_JOBS})",
    )  # fmt: skip
    # For the build that starts a gate.
    fixpoint.add_argument("--follow", action="store_true", help=argparse.SUPPRESS)
    fixpoint.add_argument("--await", dest="wait", action="store_true", help=argparse.SUPPRESS)
    _add_conformance(
        commands.add_parser(
            "conformance", help="run a suite of tests of ANSI Common Lisp", allow_abbrev=False
        )
    )
    watch = commands.add_parser("watch", help="run doit whenever a file is saved", allow_abbrev=False)
    watch.add_argument(
        "tasks",
        nargs="*",
        metavar="TASK",
        help=f"default: {' '.join(WATCHED)}; in a project without a compiler, what doit does by default",
    )
    diff = commands.add_parser("diff", help="show how two images differ", allow_abbrev=False)
    diff.add_argument("one", metavar="A")
    diff.add_argument("two", metavar="B")
    _add_passport_commands(commands)
    repl = commands.add_parser("repl", help="read, compile and run forms", allow_abbrev=False)
    repl.add_argument(
        "--dir", action="append", default=[], metavar="PATH", help="grant a directory (default: here)"
    )
    return parser


def _count(text: str) -> int:
    """A whole number from 1 up. Raises what argparse turns into a message."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 up")
    return number


def _add_conformance(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suite", metavar="SUITE", help="a checkout of the suite at the baseline's commit")
    parser.add_argument("categories", nargs="*", metavar="CATEGORY", help="default: all")
    parser.add_argument(
        "-j", "--jobs", type=_count, default=default_jobs(), metavar="N",
        help=f"categories at a time (default: one per processor, at most {MAX_JOBS})",
    )  # fmt: skip
    parser.add_argument("--json", metavar="FILE", help="write every result to FILE")
    parser.add_argument("--baseline", metavar="FILE", help="compare with FILE (default: the project's own)")
    parser.add_argument(
        "--write-baseline", action="store_true", help="let the baseline expect what this run finds"
    )
    parser.add_argument("--cache-dir", default=".clysm-cache", metavar="PATH", help="default: .clysm-cache")


def _add_passport_commands(commands: "argparse._SubParsersAction[_Parser]") -> None:
    verify = commands.add_parser("verify", help="check a battery passport", allow_abbrev=False)
    verify.add_argument("directory", metavar="DIR", help="the folder of the passport")
    verify.add_argument("--keyring", required=True, metavar="FILE", help="public keys to be trusted")
    verify.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    explain = commands.add_parser(
        "explain", help="tell how a value of a battery passport came about", allow_abbrev=False
    )
    explain.add_argument("directory", metavar="DIR", help="the folder of the passport")
    explain.add_argument("field", metavar="FIELD", help="a path such as battery.capacity_kwh")


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-V", "--version", action="version", version=f"clysm {__version__}")


def _add_compile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "patterns", nargs="+", metavar="PATTERN", help="files, patterns such as 'src/**/*.lisp', .asd files"
    )
    parser.add_argument("-o", "--output", required=True, metavar="PATH", help="the program to write")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell more about each module")
    parser.add_argument(
        "-f", "--force", action="store_true", help="compile everything, whatever the cache holds"
    )
    parser.add_argument(
        "-c", "--continue", action="store_true", dest="go_on", help="go on after a failure (default)"
    )
    parser.add_argument(
        "--no-continue", action="store_true", dest="stop", help="stop at the first failing module"
    )
    parser.add_argument("--cache-dir", default=".clysm-cache", metavar="PATH", help="default: .clysm-cache")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--no-progress", action="store_true", help="print no progress")
    _add_version(parser)


def _check_compile(arguments: argparse.Namespace) -> None:
    if arguments.go_on and arguments.stop:
        raise UsageError("--continue and --no-continue exclude each other")
    for name in ("output", "cache_dir"):
        if not getattr(arguments, name):
            raise UsageError(f"--{name.replace('_', '-')} must not be empty")
