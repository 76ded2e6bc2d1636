"""Compiles as actions of the action cache: their keys, and their products as byte strings and back.

What comes out of the cache must say that it was made from the very inputs that are asked about.
"""

from collections.abc import Mapping

from clysm.bootstrap import module_results
from clysm.bootstrap.build import ModuleInputs, ModuleProducts
from clysm.bootstrap.module_results import ModuleResults
from clysm.workflow.action_cache import action_key
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.states import ModuleStatus


def module_key(inputs: ModuleInputs, way: str) -> str:
    """The key of a compile; `way` names how the build does it."""
    return action_key("module", (way, inputs.key))


def pack_module(products: ModuleProducts) -> Mapping[str, bytes] | None:
    """The outputs of a compile that went well; None for a failure, which is not kept."""
    if products.results.status is not ModuleStatus.COMPILED:
        return None
    return {
        "object": products.object,
        "interface": products.interface,
        "results": products.results_text,
    }


def unpack_module(inputs: ModuleInputs, outputs: Mapping[str, bytes]) -> ModuleProducts | None:
    """The products of these inputs; None if the outputs are not theirs or do not agree with each other."""
    if outputs.keys() != {"object", "interface", "results"}:
        return None
    results = module_results.from_bytes(outputs["results"])
    if results is None or not _describes(results, inputs, outputs):
        return None
    return ModuleProducts(results, outputs["object"], outputs["interface"], ())


def _describes(results: ModuleResults, inputs: ModuleInputs, outputs: Mapping[str, bytes]) -> bool:
    return (
        results.status is ModuleStatus.COMPILED
        and (results.path, results.hash) == (inputs.path, inputs.source_sha256)
        and (results.compiler_sha256, results.key) == (inputs.compiler.sha256, inputs.key)
        and results.object_sha256 == sha256_bytes(outputs["object"])
        and results.interface_sha256 == sha256_bytes(outputs["interface"])
    )
