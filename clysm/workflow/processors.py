"""How much is done at a time where nobody says it."""

import os

MAX_JOBS = 4  # each holds a compiler of some hundred megabytes


def default_jobs() -> int:
    """One job per processor that this process may use, within reason."""
    return max(1, min(MAX_JOBS, len(os.sched_getaffinity(0))))
