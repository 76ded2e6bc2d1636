"""`clysm fixpoint`: run the gate, or show what it said before. The Python host is blocked before anything
else happens.
"""

import argparse
import json
import sys

from clysm.bootstrap import fixpoint_report
from clysm.bootstrap.gate import GateContext, run_gate
from clysm.bootstrap.gate_ahead import follow_build
from clysm.bootstrap.independence import Watch, block_host
from clysm.bootstrap.summary import fixpoint_lines
from clysm.cli.home import git_commit, home_project, monotonic, wall
from clysm.wasm.diff import diff_images
from clysm.wasm.diff_report import report_lines
from clysm.workflow.errors import ClysmError
from clysm.workflow.times import timestamp

PREREQUISITE_STATUS = 3


def fixpoint_command(arguments: argparse.Namespace) -> int:
    """0 ACHIEVED, 1 NOT_ACHIEVED or TRIVIAL, 2 no Stage 2, 3 a prerequisite is missing."""
    wait = follow_build() if arguments.follow else None
    try:
        if arguments.history:
            return _show_history(arguments)
        block_host()
        watch = Watch()
        project = home_project()
        say = (
            (lambda line: print(line, file=sys.stderr))
            if arguments.json
            else (lambda line: print(line, flush=True))
        )
        context = GateContext(
            project=project,
            jobs=arguments.jobs,
            timestamp=timestamp(wall()()),
            clock=monotonic(),
            git_commit=git_commit(project.root),
            watch=watch,
            say=say,
            wait=wait if arguments.wait else None,
        )
        report = run_gate(context)
    except (ClysmError, ImportError, OSError) as problem:
        print(f"clysm: error: {problem}", file=sys.stderr)
        return PREREQUISITE_STATUS
    if arguments.json:
        print(json.dumps(report, sort_keys=True, indent=2))
    else:
        print("\n".join(fixpoint_lines(report)))
        comparison = report["comparison"]
        if comparison is not None and not comparison["identical"]:
            images = [project.path(report[stage]["path"]).read_bytes() for stage in ("stage1", "stage2")]
            print("\n".join(report_lines(diff_images(*images))))
    return int(report["exit_code"])


def _show_history(arguments: argparse.Namespace) -> int:
    """Earlier runs, oldest first."""
    project = home_project()
    entries = fixpoint_report.read_history(project.path(project.layout.history))
    if arguments.json:
        print(json.dumps(list(entries), sort_keys=True, indent=2))
    for entry in () if arguments.json else entries:
        commit = (entry["git_commit"] or "no commit")[:12]
        print(f"{entry['timestamp']}  {entry['status']:<12}  {entry['stage2_size'] or 0:>9} bytes  {commit}")
    return 0
