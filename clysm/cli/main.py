"""`clysm COMMAND ...`: chooses the command, loads only what it needs, and turns every outcome into an exit
status.
"""

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence

from clysm.cli.arguments import UsageError, parse

USAGE_STATUS = 3
FAILURE_STATUS = 2


def run() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """The exit status of a command line."""
    try:
        arguments = parse(argv)
    except UsageError as problem:
        return _usage(argv, str(problem))
    except SystemExit as ending:
        return int(ending.code or 0)
    try:
        match arguments.command:
            case "compile":
                from clysm.cli.compile import compile_command

                status = compile_command(arguments)
            case "run":
                from clysm.cli.run import run_command

                status = run_command(arguments)
            case "fixpoint":
                from clysm.cli.fixpoint import fixpoint_command

                status = fixpoint_command(arguments)
            case "conformance":
                from clysm.cli.conformance import conformance_command

                status = conformance_command(arguments)
            case "watch":
                from clysm.cli.watch import watch_command

                status = watch_command(arguments)
            case "diff":
                from clysm.cli.diff import diff_command

                status = diff_command(arguments)
            case "verify":
                from clysm.cli.verify import verify_command

                status = verify_command(arguments)
            case "explain":
                from clysm.cli.explain import explain_command

                status = explain_command(arguments)
            case _:
                from clysm.cli.repl import repl_command

                status = repl_command(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output went away
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE_STATUS
    except KeyboardInterrupt:
        return _failure(argv, "interrupted")
    except Exception as problem:  # our own mistake; what is promised of every outcome holds for it too
        traceback.print_exc()
        return _failure(argv, f"internal error: {type(problem).__name__}: {problem}")
    return status


def _failure(argv: Sequence[str], problem: str) -> int:
    print(f"clysm: error: {problem}", file=sys.stderr)
    _print_json_if_asked(argv, FAILURE_STATUS, problem)
    return FAILURE_STATUS


def _usage(argv: Sequence[str], problem: str) -> int:
    """Tell what is wrong with the arguments, as JSON too where `clysm compile --json` was meant."""
    print(f"clysm: error: {problem}", file=sys.stderr)
    _print_json_if_asked(argv, USAGE_STATUS, problem)
    return USAGE_STATUS


def _print_json_if_asked(argv: Sequence[str], status: int, problem: str) -> None:
    if argv and argv[0] == "compile" and "--json" in argv:
        from clysm.cli.compile import print_empty_json

        print_empty_json(status, problem)
