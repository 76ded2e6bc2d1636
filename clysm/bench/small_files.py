"""The trivial action of measured builds."""

from pathlib import Path


def write(*paths: str) -> None:
    """Write a small text to each path, creating its directory."""
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(path))
