"""The `clysm` command with the toy compiler in place of the real one, as a process of its own."""

import sys

from clysm.bootstrap import toolchain
from clysm.cli.main import main
from tests.support.toy_compiler import ToyCompiler


def run() -> None:
    toolchain.open_session = lambda *arguments: ToyCompiler("hosted")
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
