"""Host parity: the hosted compiler's objects of the core against those that Stage 0 made of the same
sources.
"""

from clysm.bootstrap.fixpoint import HostParity
from clysm.bootstrap.project import Project

_SHOWN = 5


def host_parity(project: Project) -> HostParity | None:
    """The comparison of all core objects on disk; None unless both sides have all of them.

    Whole images are compared only if Stage 0 and Stage 1 hold the same modules.
    """
    differing: list[str] = []
    first: tuple[str, int] | None = None
    modules = project.modules(0)
    for path in modules:
        try:
            hosted = project.path(project.layout.module(0, path).object).read_bytes()
            staged = project.path(project.layout.module(1, path).object).read_bytes()
        except OSError:
            return None
        if hosted != staged:
            differing.append(path)
            first = first or (path, first_difference(hosted, staged))
    images: bool | None = None
    if modules == project.modules(1):
        one, two = (project.path(project.layout.stage(stage)) for stage in (0, 1))
        images = one.is_file() and two.is_file() and one.read_bytes() == two.read_bytes()
    return HostParity(not differing, len(modules), tuple(differing[:_SHOWN]), first, images)


def first_difference(one: bytes, two: bytes) -> int:
    """The first position where they differ; the shorter length if one is a prefix of the other."""
    for position, (a, b) in enumerate(zip(one, two, strict=False)):
        if a != b:
            return position
    return min(len(one), len(two))
