"""Where files of ours lie, and which of them a module runs, so that a workflow can name them.

Snakemake does not see Python behind a shell command. With these as inputs of a rule, an edit in one
of them runs that stage again, and no other. Read from the syntax trees: nothing is imported.
"""

import ast
import functools
import hashlib
import os
from pathlib import Path

from onescale.core.arguments import FOLDER
from onescale.core.atomic import atomic_write


def package(file: str = "") -> str:
    """A file of ours, or the folder of all: as seen from the working folder if they lie in it, so
    that a checkout can move."""
    path, here = Path(__file__).resolve().parents[1], Path.cwd()
    return str((path.relative_to(here) if path.is_relative_to(here) else path) / file)


def at_hand(path: str, home: str) -> str:
    """A file that a configuration names; one that is not in the working folder, as it is shipped:
    beside the Snakefile in `home`, or, where that is read from a repository, with the package."""
    beside = (os.path.join(home, path), package(f"shipped/{path}"), package(f"../../{path}"))
    return next(filter(os.path.exists, (path, *map(os.path.normpath, beside))), path)


def workflow_files(home: str) -> list[str]:
    """What the workflow itself is, with the Snakefile in `home`: by paths of the working folder
    where that is its own."""
    root = Path(os.path.realpath(home))
    root = Path() if root == Path.cwd() else root
    parts = ("Snakefile", "workflow", "profiles", "pyproject.toml", "requirements.lock")
    found = (path for part in parts for path in (root / part, *(root / part).rglob("*.*")))
    return sorted(str(path) for path in found if path.is_file() and path.suffix != ".pyc")


@functools.cache
def sources(module: str, root: str | Path | None = None) -> list[str]:
    """`module` and all of ours that it imports, at any depth, as sorted paths that begin with
    `root`, the folder that the package lies in. Raises FileNotFoundError where there is no such
    module."""
    root = Path(package()).parent if root is None else root
    if not _file(module, root):
        raise FileNotFoundError(f"{module}: no such module under {root}/")
    found, todo = set(), [module]
    while todo:
        name = todo.pop()
        path = _file(name, root) or _file(name.rpartition(".")[0], root)  # a name in a module
        if path and path not in found:
            found.add(path)
            todo += _imports(path)
    return sorted(map(str, found))


@functools.cache
def stamp(module: str, root: str | Path | None = None) -> list[str]:
    """One file that stands for `sources(module)`, where thousands of jobs have them as inputs,
    which Snakemake goes through anew at the end of each: it holds their hash and is as old as the
    newest. The sources themselves where it cannot be written."""
    files = sources(module, root)
    digest = hashlib.sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()
    path = Path(FOLDER, f"{module}.sha256")
    try:
        if not path.is_file() or path.read_text(encoding="utf-8") != digest:
            with atomic_write(path) as stream:
                stream.write(digest)
        newest = max(os.stat(file).st_mtime_ns for file in files)
        if os.stat(path).st_mtime_ns != newest:
            os.utime(path, ns=(newest, newest))
    except OSError:
        return files
    return [str(path)]


def _file(module: str, root: str | Path) -> Path | None:
    """The file of a module of ours, None for any other."""
    path = Path(root, *module.split("."))
    known = [path / "__init__.py", path.with_suffix(".py")] if module.startswith("onescale") else []
    return next((file for file in known if file.is_file()), None)


@functools.cache
def _imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found
