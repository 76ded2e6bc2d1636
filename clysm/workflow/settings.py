"""`[tool.clysm]` of pyproject.toml: where a project's sources, products and caches are, and how workers are
started.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from clysm.workflow.checks import is_relative_path
from clysm.workflow.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """All paths are relative to the project root; only `signing_key` may lie elsewhere. `core` and `library`
    name systems of the file at `system`. An empty `signing_key` means a demo key, an empty `signing_key_id`
    one that is derived from the public key. `shard_lines` products of a series make a container. A module
    that takes a compiler more than `compile_seconds` or `compile_memory_mb` fails. `systems` are the user's
    own system files, of which each becomes a program; `tests` are more of them, whose programs are run: each
    must end with status 0 within `test_seconds`.
    `action_cache_mb` limits what is kept of earlier builds; 0 keeps nothing. `shared_cache` is a directory or
    the address of a server, empty for none.
    """

    system: str = "clysm/lisp/clysm.asd"
    core: str = "clysm/core"
    library: str = "clysm/library"
    host: str = "clysm/host"
    build: str = "build"
    cache: str = ".clysm-cache"
    systems: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    corpus: str = "tests/corpus"
    catalog: str = "clysm/catalog/catalog.toml"
    signing_key: str = ""
    signing_key_id: str = ""
    signing_key_variable: str = "CLYSM_SIGNING_KEY"
    keyring: str = ".clysm-cache/keys/keyring.json"
    shard_lines: int = 10_000
    worker: tuple[str, ...] = ("{python}", "-m", "clysm.bootstrap.worker")
    worker_memory_mb: int = 1200
    worker_seconds: float = 600.0
    compile_seconds: float = 120.0
    compile_memory_mb: int = 1024
    action_cache_mb: int = 1024
    shared_cache: str = ""
    shared_cache_mode: str = "read"
    test_seconds: float = 60.0

    @property
    def programs(self) -> tuple[str, ...]:
        """The system files of all programs, tests last."""
        return self.systems + self.tests


_PATHS = ("system", "host", "build", "cache", "corpus", "catalog", "keyring")
_SYSTEMS = ("systems", "tests")
_MAY_BE_ZERO = ("action_cache_mb",)
_CHOICES = {"shared_cache_mode": ("read", "read-write")}


def read_settings(root: Path) -> Settings:
    """The settings of the project at `root`; defaults where pyproject.toml or a key is absent. Raises
    SettingsError.
    """
    try:
        text = (root / "pyproject.toml").read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    try:
        table: dict[str, Any] = tomllib.loads(text).get("tool", {}).get("clysm", {})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"pyproject.toml: {error}") from error
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in kinds:
            raise SettingsError(f"pyproject.toml: unknown key `{key}` in [tool.clysm]")
        if (
            kinds[name] is tuple
            and isinstance(value, list)
            and all(isinstance(v, str) for v in value)
            and (_are_systems(value) if name in _SYSTEMS else value)
        ):
            values[name] = tuple(value)
        elif (
            kinds[name] is float
            and isinstance(value, int | float)
            and not isinstance(value, bool)
            and value > 0
        ):
            values[name] = float(value)
        elif (
            kinds[name] is int and type(value) is int and (value > 0 or (value == 0 and name in _MAY_BE_ZERO))
        ) or (kinds[name] is str and isinstance(value, str) and _is_allowed(name, value)):
            values[name] = value
        else:
            raise SettingsError(f"pyproject.toml: bad value of `{key}` in [tool.clysm]")
    settings = Settings(**values)
    if not _are_systems(settings.programs):
        raise SettingsError("pyproject.toml: `systems` and `tests` in [tool.clysm] name two programs alike")
    return settings


def _is_allowed(name: str, value: str) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    return name not in _PATHS or is_relative_path(value)


def _are_systems(paths: Sequence[str]) -> bool:
    """Whether these are system files of the project, each with a name of its own."""
    names = [PurePosixPath(path).stem for path in paths]
    files = all(is_relative_path(path) and path.endswith(".asd") for path in paths)
    return files and len(set(names)) == len(names)
