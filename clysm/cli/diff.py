"""`clysm diff A B`: the differences of two images; 0 the same, 1 different, 2 unreadable. It never yields a
verdict.
"""

import argparse
import sys
from pathlib import Path

from clysm.wasm.diff import diff_images
from clysm.wasm.diff_report import report_lines
from clysm.wasm.errors import WasmError


def diff_command(arguments: argparse.Namespace) -> int:
    images = []
    for name in (arguments.one, arguments.two):
        try:
            images.append(Path(name).read_bytes())
        except OSError as problem:
            print(f"clysm: error: cannot read `{name}`: {problem.strerror}", file=sys.stderr)
            return 2
    try:
        found = diff_images(*images)
    except WasmError as problem:
        print(f"clysm: error: not a WebAssembly image: {problem}", file=sys.stderr)
        return 2
    print("\n".join(report_lines(found)))
    return 0 if found.identical else 1
