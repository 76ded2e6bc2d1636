"""`python -m clysm` is the `clysm` command."""

import sys

from clysm.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
