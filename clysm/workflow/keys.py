"""The key under which the result of compiling a module may be reused: a hash of everything that can influence
it.
"""

from collections.abc import Iterable, Mapping

from clysm.workflow.digests import sha256_items


def cache_key(
    abi_version: int,
    compiler_sha256: str,
    code_options: Mapping[str, str],
    path: str,
    source_sha256: str,
    dependencies: Iterable[tuple[str, str]],
) -> str:
    """SHA-256 over the inputs of one compile, each length-prefixed.

    `compiler_sha256` is the image's hash, or the hash of the evaluator's and the compiler's sources;
    `dependencies` are the path and the interface's hash of each compile dependency, in compilation order.
    """
    items = [str(abi_version), compiler_sha256, str(len(code_options))]
    for name in sorted(code_options):
        items += [name, code_options[name]]
    items += [path, source_sha256]
    for dependency, interface_sha256 in dependencies:
        items += [dependency, interface_sha256]
    return sha256_items(item.encode() for item in items)
