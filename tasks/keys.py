"""The key that signs passports: where it is, its public half for those who verify, and the keyring.

Private keys never become inputs, outputs or values of a task: of a key file its stat is recorded, and a key
in the environment is compared by its public half.
"""

import os
from collections.abc import Iterator
from functools import cache
from typing import Any

from doit.exceptions import TaskFailed

from clysm.issuing.errors import IssuingError
from clysm.issuing.keysource import KeySource
from clysm.workflow import atomic, jsonfile
from clysm.workflow.digests import stat_signature
from tasks.catalog import issuing
from tasks.run import is_selected, run

DEMO_KEY = "keys/demo.key"  # in the cache directory


@cache
def key_source() -> KeySource:
    """The key of the settings: a variable of the environment if it is set, a file, or else a demo key."""
    project = run().project
    settings = project.settings
    variable = settings.signing_key_variable if os.environ.get(settings.signing_key_variable) else None
    if variable is None and not settings.signing_key:
        return KeySource(None, project.path(f"{settings.cache}/{DEMO_KEY}"), "", True)
    return KeySource(variable, project.path(settings.signing_key), settings.signing_key_id, False)


def public_form() -> bytes:
    """Id and public key of the key that signs, as a document. Raises KeyFileError."""
    from clysm.issuing.keyfiles import load_key
    from clysm.issuing.keyrings import key_id

    public_key = load_key(key_source(), os.environ).public_key
    return jsonfile.encode({"key_id": key_id(key_source(), public_key), "public_key": public_key.text})


def make_keys(retire: str, revoke: str) -> TaskFailed | None:
    """See that there is a key and that the keyring lets it sign; write what passports and verifiers need."""
    from clysm.issuing.keyfiles import load_key, make_key_file
    from clysm.issuing.keyrings import change_status, enter_key, key_id
    from clysm.passport.keyring import Status

    source = key_source()
    project, layout = run().project, issuing().layout
    file = project.path(project.settings.keyring)
    try:
        for name, status in ((retire, Status.RETIRED), (revoke, Status.REVOKED)):
            if name:
                change_status(file, name, status)
                atomic.write_bytes(project.path(layout.keyring), file.read_bytes())
        # A key that the settings name is made only when asked for: signing with a new one may be a mistake.
        if source.variable is None and (source.demo or is_selected("keygen")):
            make_key_file(source.file, os.urandom)
        public_key = load_key(source, os.environ).public_key
        enter_key(file, key_id(source, public_key), public_key)
        atomic.write_if_changed(project.path(layout.keyring), file.read_bytes())
        atomic.write_if_changed(project.path(layout.signing_key), public_form())
    except (IssuingError, OSError) as problem:
        return TaskFailed(str(problem))
    return None


class KeyState:
    """Whether key, keyring and what was written of them are as they were after the last run."""

    def configure_task(self, task: Any) -> None:
        """Called by doit: have the state saved with a successful task."""
        task.value_savers.append(lambda: {"key": self._state()})

    def __call__(self, task: Any, values: dict[str, Any]) -> bool:
        """Called by doit."""
        try:
            if values.get("key") != self._state():
                return False
            if key_source().variable is None:
                return True
            return run().project.path(issuing().layout.signing_key).read_bytes() == public_form()
        except (IssuingError, OSError):
            return False

    def _state(self) -> list[Any]:
        """Raises OSError where a file is missing."""
        source, project, layout = key_source(), run().project, issuing().layout
        file = [] if source.variable else [*stat_signature(source.file.stat()), source.file.stat().st_mode]
        digests = [
            run().digests.digest(path)
            for path in (project.settings.keyring, layout.keyring, layout.signing_key)
        ]
        return [
            source.variable,
            os.path.relpath(source.file, project.root),
            source.key_id,
            source.demo,
            file,
            digests,
        ]

    def __repr__(self) -> str:
        return "<the key, the keyring or what was written of them changed>"


def task_keygen() -> Iterator[dict[str, Any]]:
    """make the signing key where there is none, and write its public half; --retire ID, --revoke ID"""
    layout = issuing().layout
    state = KeyState()
    yield {
        "basename": "keygen",
        "doc": task_keygen.__doc__,
        "actions": [(make_keys,)],
        "params": [
            {"name": "retire", "long": "retire", "type": str, "default": "", "help": "a key signs no more"},
            {"name": "revoke", "long": "revoke", "type": str, "default": "", "help": "nor is it trusted"},
        ],
        "targets": [layout.signing_key, layout.keyring],
        "uptodate": [state, *([False] if is_selected("keygen") else [])],
        "clean": True,
        "io": {"capture": False},
    }
