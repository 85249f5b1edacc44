"""What a result was made from and what it is, by SHA-256, so that anyone can see what changed.

`results/manifest.json` names every input, module of ours and output with its digest, the versions
and the whole configuration. `verify` reads it and hashes them again.
"""

import hashlib
import json
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onescale.core.errors import DataError, VerificationError
from onescale.core.json_files import write_json
from onescale.core.provenance import versions


def write(
    path: str | Path, inputs: Iterable[str], outputs: Iterable[str], configuration: Any
) -> None:
    """Write the manifest of these files, given by paths from the folder that the work was done in.

    Raises OSError for a file that cannot be read.
    """
    content = {
        "versions": _versions(),
        "configuration": configuration,
        "inputs": {str(name): _digest(name) for name in sorted(inputs)},
        "sources": _sources(),
        "outputs": {str(name): _digest(name) for name in sorted(outputs)},
    }
    write_json(path, content)


def verify(path: str | Path) -> int:
    """Hash again what a manifest names; the number of files, if all are as they were.

    Raises VerificationError, a line a difference: a file that changed, is missing or new, another
    version. DataError if it is not a manifest.
    """
    try:
        manifest = json.loads(Path(path).read_text(encoding="utf-8"))
        then = {kind: dict(manifest[kind]) for kind in ("inputs", "sources", "outputs")}
        older = dict(manifest["versions"])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: not a manifest of onescale: {error!r}") from None
    now = {
        kind: {name: _digest(name) for name in then[kind] if Path(name).is_file()}
        for kind in ("inputs", "outputs")
    }
    now["sources"] = _sources()
    found = [
        f"{_told(old, now[kind].get(name))}: {name}"
        for kind in then
        for name, old in (dict.fromkeys(now[kind]) | then[kind]).items()
        if now[kind].get(name) != old
    ]
    for name, here in _versions().items():
        if older.get(name) != here:
            found.append(f"version: {name} {older.get(name)} then, {here} here")
    count = sum(map(len, then.values()))
    if found:
        lines = "\n  ".join(found)
        raise VerificationError(f"{path}: {len(found)} differences in {count} files\n  {lines}")
    return count


def _told(old: str | None, new: str | None) -> str:
    return "missing" if new is None else "new" if old is None else "changed"


def _sources() -> dict[str, str]:
    """Our modules, by their place in the package, with their digests."""
    root = Path(__file__).parents[1]
    found = sorted(root.rglob("*.py"))
    return {path.relative_to(root.parent).as_posix(): _digest(path) for path in found}


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | versions()


def _digest(path: str | Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
