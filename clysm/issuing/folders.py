"""Read the folder of a passport as it came from anywhere: every entry counts, and little is read."""

from pathlib import Path
from typing import Final

from clysm.issuing.artifacts import FILES
from clysm.issuing.errors import IssuingError

MAX_BYTES: Final = 1 << 20  # of one file; every limit of the specification lies far below


class FolderError(IssuingError):
    """A folder or file that cannot be read at all."""


def read_folder(folder: Path) -> dict[str, bytes]:
    """The content of each artifact by name. Raises FolderError.

    Of a longer file the first MAX_BYTES + 1 bytes stand for the whole, which is too long either way. Other
    entries are there with no content, a folder with a `/` behind its name: that they are there is what
    matters.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as problem:
        raise FolderError(f"cannot read `{folder}`: {problem.strerror}") from problem
    files: dict[str, bytes] = {}
    for entry in entries:
        if entry.name not in FILES or not entry.is_file():
            files[f"{entry.name}/" if entry.is_dir() else entry.name] = b""
            continue
        try:
            with entry.open("rb") as stream:
                files[entry.name] = stream.read(MAX_BYTES + 1)
        except OSError as problem:
            raise FolderError(f"cannot read `{entry}`: {problem.strerror}") from problem
    return files
