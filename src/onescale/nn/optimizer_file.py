"""An optimiser in a file of one's own: {"name": "lion", "file": "lion.py", "class": "Lion"}.

What a variant, the bowl or a command asks for becomes an optimiser here, be it one of `OPTIMIZERS`
or a class in a file. Such a class is what ours are, a dataclass that derives from `Optimizer`; it
is tried for two steps on four numbers before anything is trained, so that what would fail an hour
later, or spoil a run that resumes, is told at once and in one line. The file is run as it stands:
name none that you would not run.
"""

import hashlib
import inspect
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from onescale.core import settings
from onescale.core.errors import SpecError, suggest
from onescale.core.settings import as_mapping, build_named, named_schemas, shown
from onescale.nn.optimizers import OPTIMIZERS, Optimizer

_SOURCE = ("file", "class")
_OWN = {
    "type": "object",
    "required": ["name", *_SOURCE],
    "properties": {
        "name": {"not": {"enum": list(OPTIMIZERS)}},
        **{key: {"type": "string"} for key in _SOURCE},
    },
    "description": "An optimiser of one's own, with its settings: docs/your_own_optimizer.md.",
}
SCHEMA = {"oneOf": [*named_schemas(OPTIMIZERS), _OWN]}


def build(value: Any, where: str) -> Optimizer:
    """The optimiser that a name or {"name": …} with its settings asks for.

    Raises SpecError, naming `where`, for names and values that it may not have, and, with the line
    of the file, for a class that does not work.
    """
    if not isinstance(value, Mapping) or not set(_SOURCE) & set(value):
        return build_named(OPTIMIZERS, value, where)
    for key in ("name", *_SOURCE):
        if not isinstance(value.get(key), str):
            raise SpecError(f"{where}.{key}: {shown(value.get(key))} must be a text")
    if value["name"] in OPTIMIZERS:
        raise SpecError(f"{where}.name: {value['name']!r} is one of ours; give yours another name")
    given = {key: one for key, one in value.items() if key not in ("name", *_SOURCE)}
    return settings.build(load(value["file"], value["class"], where), given, where)


def canonical(value: Any, where: str) -> dict[str, Any]:
    """The mapping that means the same as `value`, every setting in it. Raises SpecError."""
    optimizer = build(value, where)
    given = {"name": value} if isinstance(value, str) else value
    return {key: given[key] for key in ("name", *_SOURCE) if key in given} | as_mapping(optimizer)


def digest(optimizer: Mapping[str, Any]) -> str | None:
    """SHA-256 of the file that an optimiser stands in; None for one of ours."""
    return _sha256(_read(optimizer["file"], "optimizer")) if "file" in optimizer else None


def load(file: str, name: str, where: str) -> type[Optimizer]:
    """The class `name` in a Python file, tried on four numbers. Raises SpecError in one line."""
    text = _read(file, where)
    try:
        return _tried(file, name, _sha256(text))
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from None


@cache
def _tried(file: str, name: str, version: str) -> type[Optimizer]:
    module = ModuleType(f"onescale_optimizer_{version[:16]}")
    module.__file__ = file
    sys.modules[module.__name__] = module  # where dataclasses look for what annotations name
    with _told(file):
        exec(compile(Path(file).read_bytes(), file, "exec"), module.__dict__)  # noqa: S102 (the user's own code)
    found = vars(module).get(name)
    if not isinstance(found, type):
        classes = [n for n, v in vars(module).items() if _is_optimizer(v) and v is not Optimizer]
        raise SpecError(f"{file}: {suggest(name, classes, 'class')}")
    if not _is_optimizer(found):
        raise SpecError(f"{file}: {name} must derive from onescale.nn.optimizers.Optimizer")
    if inspect.get_annotations(found) and "__dataclass_fields__" not in vars(found):
        raise SpecError(f"{file}: {name} has settings, so it needs @dataclass above it")
    with _told(file, f"{name}: "):
        _try(found, f"{file}: {name}")
    return found


def _try(cls: type[Optimizer], where: str) -> None:
    """Take two steps on four numbers, and the second again from the state after the first."""
    start, g = np.linspace(-1, 1, 4, dtype="float32"), np.array([1, -2, 3, 4], "float32")
    after, kept = [], g.copy()
    for resumed in (False, True):
        p, optimizer = start.copy(), cls().allocate(4, "float32")
        optimizer.step(p, g)
        if resumed:
            state, optimizer = optimizer.state(), cls().allocate(4, "float32")
            optimizer.restore(state)
        optimizer.step(p, g)
        after.append(p)
    if not (g == kept).all():
        raise SpecError(f"{where}: its update changes the gradient g, which others still need")
    if (after[0] == start).all() or not np.isfinite(after[0]).all():
        raise SpecError(f"{where}: its update must change p in place, to finite numbers")
    if not (after[0] == after[1]).all():
        raise SpecError(
            f"{where}: restored from its state it goes on otherwise; vectors that it keeps belong "
            "into `slots`, and its count of updates is `updates`"
        )


def running(optimizer: Mapping[str, Any]) -> AbstractContextManager:
    """Tell what goes wrong in a file of one's own while it trains in one line with its place."""
    if "file" not in optimizer:
        return nullcontext()
    return _told(optimizer["file"], f"{optimizer['class']}: ", elsewhere=False)


@contextmanager
def _told(file: str, what: str = "", elsewhere: bool = True) -> Iterator[None]:
    """Tell an exception of the file's code as one line with its place; elsewhere: others, too."""
    try:
        yield
    except SpecError:
        raise
    except SyntaxError as error:
        raise SpecError(f"{file}:{error.lineno}: {error.msg}") from None
    except Exception as error:
        inside = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
        if not inside and not elsewhere:
            raise
        place = ":".join([file, *map(str, inside[-1:])])
        reason = str(error).partition("\n")[0]
        raise SpecError(f"{place}: {what}{type(error).__name__}: {reason}") from None


def _is_optimizer(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Optimizer)


def _read(file: str, where: str) -> bytes:
    path = Path(file)
    try:
        if path.exists() and not path.is_file():  # a device or a pipe would not end
            raise SpecError(f"{where}: {file}: is no file")
        return path.read_bytes()
    except OSError as error:
        raise SpecError(f"{where}: {file}: {error.strerror or error}") from None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
