"""`clysm repl`: an interactive program that reads, compiles and runs forms, in the stage image itself."""

import argparse
import sys
from pathlib import Path

from clysm.bootstrap import toolchain
from clysm.cli.compile import FAILURE
from clysm.cli.home import home_project
from clysm.cli.run import run_image

CACHE = Path(".clysm-cache")


def repl_command(arguments: argparse.Namespace) -> int:
    """The status with which the session ends."""
    image = repl_image()
    if image is None:
        print("clysm: error: no stage is built from the current sources: run `doit stage:1`", file=sys.stderr)
        return FAILURE
    return run_image(image, (), arguments.dir, CACHE)


def repl_image() -> bytes | None:
    """The image whose `_start` is the interactive loop: the newest current stage with the library, or None.

    A stage holds compiler and whole library; its own program, run as any other, is the loop.
    """
    project = home_project()
    chosen = toolchain.choose(project)
    if not chosen.stage or chosen.compiler.image is None:
        return None
    return project.path(chosen.compiler.image).read_bytes()
