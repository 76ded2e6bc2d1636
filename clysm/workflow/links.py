"""Links that are not done twice: image and warnings by the hash of all that goes into them."""

from collections.abc import Callable, Iterable

from clysm.engine.abi import ABI_NUMBER, AbiReply, Options, Status
from clysm.workflow.action_cache import ActionCache, action_key
from clysm.workflow.compiled import link_reply
from clysm.workflow.digests import sha256_bytes

_OUTPUTS = frozenset({"image", "diagnostics"})


def link_key(
    compiler_sha256: str, objects: Iterable[bytes], options: Options, code_options: Options, way: str
) -> str:
    """The key of linking these objects, in their order, with these options; `way` names how it is done."""
    given = sorted(f"{name} {value}" for table in (options, code_options) for name, value in table.items())
    hashes = (sha256_bytes(code) for code in objects)
    return action_key("link", (way, str(ABI_NUMBER), compiler_sha256, *given, "", *hashes))


def link_once(cache: ActionCache, key: str, link: Callable[[], AbiReply], *, read: bool) -> AbiReply:
    """The reply that the cache has for the key, if it may be read, else that of `link`, which is kept if the
    link went well.
    """
    outputs = cache.get(key) if read else None
    if outputs is not None:
        reply = AbiReply(Status.OK, outputs.get("image", b""), b"", outputs.get("diagnostics", b""))
        if outputs.keys() == _OUTPUTS and link_reply(reply).ok:
            return reply
        cache.reject(key)
    reply = link()
    if reply.status is Status.OK:
        cache.put(key, {"image": reply.output, "diagnostics": reply.diagnostics})
    return reply
