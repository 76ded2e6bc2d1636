"""The exceptions of issuing: raised where a plan is over, worded for the user. None holds key material."""

from clysm.workflow.errors import ClysmError


class IssuingError(ClysmError):
    """Root of what can go wrong around the core: keys, files, containers."""


class KeyFileError(IssuingError):
    """A private key that cannot be used: absent, readable by others, or not a key."""


class KeyringFileError(IssuingError):
    """A keyring file that is none, or that contradicts the key in use."""


class ContainerError(IssuingError):
    """A file that is no container of passports, or a damaged one."""


class ShardFailed(IssuingError):
    """A shard that could not be made; nothing of it was written."""
