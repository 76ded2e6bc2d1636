"""The gate with floors that a toy compiler can reach; otherwise as `clysm fixpoint`."""

import os
import sys
import time
from functools import partial
from pathlib import Path

from clysm.bootstrap.floors import Floors
from clysm.bootstrap.gate import GateContext, run_gate
from clysm.bootstrap.gate_ahead import follow_build
from clysm.bootstrap.independence import Watch, block_host
from clysm.bootstrap.project import load_project
from clysm.bootstrap.summary import fixpoint_lines
from clysm.workflow.times import timestamp

FLOORS = Floors(modules=4, forms=10, functions=3, image_bytes=100, corpus_programs=1, corpus_rows=("3",))


def main() -> int:
    wait = follow_build() if "--follow" in sys.argv else None
    block_host()
    watch = Watch()
    context = GateContext(
        project=load_project(Path.cwd()),
        jobs=1,
        timestamp=timestamp(float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))),
        clock=time.monotonic,
        git_commit=None,
        watch=watch,
        say=partial(print, flush=True),
        floors=FLOORS,
        wait=wait if "--await" in sys.argv else None,
    )
    report = run_gate(context)
    print("\n".join(fixpoint_lines(report)))
    return int(report["exit_code"])


if __name__ == "__main__":
    sys.exit(main())
