"""What a result was made from and what it is, by SHA-256, so that anyone can see what changed.

`results/manifest.json` names every input, file of the package and output with its digest, the
versions and the whole configuration; the workflow names its rules and locks as inputs. `verify`
reads it and hashes them again.
"""

import hashlib
import os
import platform
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onescale.core.errors import DataError, VerificationError
from onescale.core.json_files import read_json, write_json
from onescale.core.provenance import versions
from onescale.core.text import visible, without_password

_DIGESTS = ("inputs", "sources", "outputs")
_SHAPE = {key: {...: str} for key in (*_DIGESTS, "versions")} | {"configuration": object}


def write(
    path: str | Path, inputs: Iterable[str], outputs: Iterable[str], configuration: Any
) -> None:
    """Write the manifest of these files, given by paths from the folder that the work was done in.

    Passwords in addresses of the configuration are left out: a manifest is for others to read.
    Raises OSError for a file that cannot be read.
    """
    content = {
        "versions": _versions(),
        "configuration": _to_show(configuration),
        "inputs": {str(name): _digest(name) for name in sorted(inputs)},
        "sources": _sources(),
        "outputs": {str(name): _digest(name) for name in sorted(outputs)},
    }
    write_json(path, content)


def _to_show(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _to_show(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_to_show(one) for one in value]
    return without_password(value) if isinstance(value, str) else value


def verify(path: str | Path) -> int:
    """Hash again what a manifest, or the one in a folder of results, names; the number of files, if
    all are as they were.

    Raises VerificationError, a line a difference: a file that changed, is missing or new, another
    version. DataError if it is not a manifest; where there is none, with those in folders beside.
    """
    path = Path(path, "manifest.json") if Path(path).is_dir() else Path(path)
    if not path.exists() and (others := sorted(map(str, path.parent.glob("*/manifest.json")))):
        raise DataError(f"{path}: no such file; there is {' and '.join(others)}")
    manifest = read_json(path, "onescale manifest", _SHAPE)
    then = {kind: manifest[kind] for kind in _DIGESTS}
    now = {
        kind: {name: _digest(name) for name in then[kind] if Path(name).is_file()}
        for kind in ("inputs", "outputs")
    }
    now["sources"] = _sources()
    differences = [
        f"{_told(old, now[kind].get(name))}: {visible(name)}"
        for kind in then
        for name, old in (dict.fromkeys(now[kind]) | then[kind]).items()
        if now[kind].get(name) != old
    ]
    for name, here in _versions().items():
        if (old := manifest["versions"].get(name)) != here:
            told = f"version: {name} {old} then, {here} here"
            differences.append(visible(told))
    count = sum(map(len, then.values()))
    if differences:
        lines = "\n  ".join(differences)
        told = f"{len(differences)} differences in {count} files"
        raise VerificationError(f"{path}: {told}\n  {lines}")
    return count


def _told(old: str | None, new: str | None) -> str:
    return "missing" if new is None else "new" if old is None else "changed"


def _sources() -> dict[str, str]:
    """The files of the package, by their place in it, with their digests; none that Python or an
    editor leaves there."""
    root = Path(__file__).parents[1]
    hidden = ("__pycache__", ".")
    paths = [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and not any(p.startswith(hidden) for p in path.relative_to(root).parts)
    ]
    return {path.relative_to(root.parent).as_posix(): _digest(path) for path in paths}


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | versions()


def _digest(path: str | Path) -> str:
    with open(path, "rb") as stream:
        if stat.S_ISCHR(os.fstat(stream.fileno()).st_mode):
            raise DataError(f"{path}: is a device, not a file")
        return hashlib.file_digest(stream, "sha256").hexdigest()
