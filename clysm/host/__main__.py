"""`python -m clysm.host [file.lisp ...]`: load files, or evaluate forms from standard input.

For debugging the host and the compiler's sources. Translations are kept in the directory named by --cache.
"""

from __future__ import annotations

import argparse
import sys
import tempfile

from clysm.host import Host, HostError
from clysm.host.values import values_of


def main(arguments: list[str]) -> int:
    """Run the command; the exit status is 1 if a file or form failed."""
    parser = argparse.ArgumentParser(prog="clysm.host", description=__doc__)
    parser.add_argument("files", nargs="*", help="Lisp files to load, in order")
    parser.add_argument("--cache", default=None, help="directory of translations (default: a temporary one)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        host = Host(options.cache or temporary)
        try:
            host.load_system(options.files)
        except HostError as problem:
            print(problem, file=sys.stderr)
            return 1
        for description, position in host.undefined():
            print(f"{position}: {description} is not defined", file=sys.stderr)
        if not options.files:
            return read_and_print(host)
    return 0


def read_and_print(host: Host) -> int:
    """Evaluate each line, or run of lines up to a complete form, of standard input."""
    failed = 0
    pending = ""
    for line in sys.stdin:
        pending += line
        try:
            result = host.eval_string(pending)
        except HostError as problem:
            if "without end" in problem.message:
                continue  # the form goes on in the next line
            failed = 1
            print(problem, file=sys.stderr)
        else:
            for value in values_of(result):
                print(host.prin1(value))
        pending = ""
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
