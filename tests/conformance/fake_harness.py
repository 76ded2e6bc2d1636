"""Stands in for the harness program: tells of the tests that a script file lists.

Arguments: script, suite, category, number of tests to leave out. A line of the script is the name of a test
and what it does: pass, fail, exit (ends the program), kill, hang; `crash` alone ends it between tests.
"""

import os
import signal
import sys
import time
from pathlib import Path


def tell(*fields: str) -> None:
    print("\x1e" + "\t".join(fields), flush=True)


def main() -> None:
    script, suite, category, skip = sys.argv[1:]
    assert Path(suite, category, "load.lsp").is_file()
    lines = [line.split() for line in Path(script).read_text(encoding="utf-8").splitlines()]
    tests = [line for line in lines if len(line) == 2]
    tell("problem", "a.lsp", "one form")
    for line in lines:
        if line == ["crash"]:
            sys.exit("crashed")
        if line in tests[: int(skip)]:
            continue
        name, what = line
        print("what a test prints itself")
        tell("begin", name)
        match what:
            case "pass":
                tell("end", "pass", "3", "", "")
            case "fail":
                tell("end", "fail", "4", "expected (1)", "(2)")
            case "exit":
                sys.exit(7)
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case _:
                time.sleep(60)
    tell("done")


main()
