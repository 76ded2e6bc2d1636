"""The library for programs, as the build of a stage left it."""

from clysm.bootstrap import module_results
from clysm.bootstrap.project import Project
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import Interface
from clysm.workflow.pipeline import Prelude


def built_prelude(project: Project, stage: int) -> Prelude | None:
    """Objects and interfaces of the stage's modules from the build directory; None if one is missing or
    damaged.
    """
    seen = set(project.for_programs(stage))
    interfaces: list[Interface] = []
    objects: list[bytes] = []
    for path in project.modules(stage):
        files = project.layout.module(stage, path)
        results = module_results.read(project.path(files.results))
        try:
            code = project.path(files.object).read_bytes()
            interface = project.path(files.interface).read_bytes()
        except OSError:
            return None
        if results is None or sha256_bytes(code) != results.object_sha256:
            return None
        if sha256_bytes(interface) != results.interface_sha256:
            return None
        if path in seen:
            interfaces.append(Interface(path, results.interface_sha256, interface))
        objects.append(code)
    return Prelude(tuple(interfaces), tuple(objects))
