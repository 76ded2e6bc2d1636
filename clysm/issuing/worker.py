"""A process that fills containers: `python -m clysm.issuing.worker`, requests and answers as lines of JSON.

    {"order": ORDER, "shard": SHARD, "target": PATH}  ->  {"more": N} ...  {"made": N, ...} or
    {"failed": TEXT}

It ends when its input ends or nobody reads its answers, and at SIGTERM; what is not finished is removed.
"""

import gc
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from clysm.issuing.errors import IssuingError
from clysm.issuing.order import Order
from clysm.issuing.series import Issuer
from clysm.issuing.shards import Shard

KIBIBYTE = 1024


def main() -> None:
    """Serve requests until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    issuer: Issuer | None = None
    for line in sys.stdin.buffer:
        request: dict[str, Any] = json.loads(line)
        try:
            order = Order.read(request["order"])
            if issuer is None or issuer.order != order:
                issuer = Issuer(order, os.environ)
                gc.collect()
                gc.freeze()  # rules and tables live to the end: there is nothing to find among them
            made, size = issuer.make(Shard(**request["shard"]), Path(request["target"]), _tell)
        except (IssuingError, OSError) as problem:
            _answer({"failed": str(problem)})
        else:
            _answer({"made": made, "size": size, "peak_bytes": peak_bytes()})


def peak_bytes() -> int:
    """The most memory that this process has had, not counting that of the process it was started from."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) * KIBIBYTE


def _tell(more: int) -> None:
    _answer({"more": more})


def _answer(message: dict[str, Any]) -> None:
    try:
        sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the build is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _stop(number: int, frame: object) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
