"""A table of the workflow's configuration: which files it is of, and the commands that scale it.

A table that is one file is scaled by one command a method. One in parts (a glob, a folder) is
fitted part by part, the fits are merged, and the merged fit is applied to each part: jobs of their
own, on as many machines as there are. What cannot be merged is fitted to all parts at once.
"""

import glob
import os
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from onescale.core.errors import SpecError, suggest
from onescale.core.text import without_password
from onescale.tables.reading.dataset import files_of
from onescale.tables.scaling.methods import METHODS, make

# The scales of the chapter's table; any other method by its own name.
SCALES: dict[str, tuple[str, dict[str, Any]]] = {
    "standardized": ("standardize", {}),
    "minmax": ("minmax", {}),
    "minmax100": ("minmax", {"range": (0, 100)}),
    "batch_norm": ("batch_norm", {}),
    "chapter": ("chapter", {}),
}
OF_PARTS = ("standardized", "minmax")  # by default, of tables in parts


class TableJob:
    """A table as the configuration has it: `file`, and as far as given `columns`, `label`, `by`,
    `methods`, `dialect` (options of the table commands by their names).

    Raises SpecError at methods that are none, those that parts have no fit of, addresses, and names
    that rules or commands would take for something else.
    """

    def __init__(self, name: str, given: Mapping[str, Any]):
        self.name, self.file, self.label = name, given["file"], given.get("label")
        if "://" in self.file:  # whose changes Snakemake would not see
            address = without_password(self.file)
            raise SpecError(f"tables.{name}: {address}: is no file; fetch it, and name that")
        folder, there = os.path.isdir(self.file), os.path.exists(self.file)
        self.in_parts = folder or (not there and glob.has_magic(self.file))
        files = files_of([self.file]) if self.in_parts else []
        self.parts = {file.name: file.path for file in files}
        self.files = [*self.parts.values()] or [self.file]
        for path in self.files:  # Snakemake takes braces for wildcards, a command -x for an option
            if re.search("[{}]", path) or os.path.normpath(path).startswith("-"):
                raise SpecError(
                    f"tables.{name}: {path}: a name with braces, or with - first, is not taken"
                )
        self._found = {  # with a mark where the folders that hold columns begin: ./year=2024/a.csv
            file.path: f"{file.path.removesuffix(file.name) or './'}./{file.name}"
            for file in files
            if file.keys
        }
        self.chosen = [word for column in given.get("columns", []) for word in ("-c", column)]
        by, dialect = given.get("by", []), given.get("dialect", {})
        self.by = [by] if isinstance(by, str) else by
        self.dialect = [word for key, value in dialect.items() for word in _option(key, value)]
        self.scales = given.get("methods") or list(OF_PARTS if self.in_parts else SCALES)
        for scale in self.scales:
            method, _ = self._method(scale)
            if self.in_parts and not METHODS[method].reusable:
                raise SpecError(f"tables.{name}: {scale} is of whole columns, not of parts")

    def _method(self, scale: str) -> tuple[str, dict[str, Any]]:
        if scale not in SCALES and scale not in METHODS:
            known = [*SCALES, *(name for name in METHODS if name not in SCALES)]
            raise SpecError(f"tables.{self.name}: {suggest(scale, known, 'method')}")
        return SCALES.get(scale, (scale, {}))

    def scaling(self, scale: str) -> str:
        """The words of a command that scales a table, before its files."""
        return shlex.join(["scale", *self._named(scale), *self._grouped(), *self._rows()])

    def fitting(self, scale: str) -> str:
        """Those of one that fits it."""
        return shlex.join(["fit", *self._named(scale), *self._grouped(), *self.dialect])

    def applying(self) -> str:
        """Those of one that applies a fit, before the fit and the file."""
        return shlex.join(["apply", *self._rows()])

    def page(self) -> str:
        """Those of one that sets all scales side by side."""
        methods = "standardize,minmax,0-100,batch_norm,chapter"
        label = [] if self.label is None else ["--label", self.label]
        own = [*self._grouped(), *label, *self.dialect]
        return shlex.join(["overview", "--digits", "4", "--methods", methods, *own])

    def merges(self, scale: str) -> bool:
        """Whether fits of parts add up to that of the whole."""
        method, options = self._method(scale)
        return len(self.parts) > 1 and make(method, **options).merges

    def fitted_from(self, scale: str, folder: str) -> list[str]:
        """What the fit of a table in parts is made of: the fits of its parts below a folder, or
        all parts at once."""
        if not self.merges(scale):
            return self.files
        return [f"{folder}/{scale}/{part}.json" for part in self.parts]

    def given(self, paths: Sequence[str]) -> list[str]:
        """Files as commands are given them, so that columns of folders (`year=2024`) are found."""
        return [self._found.get(path, path) for path in paths]

    def into(self, path: str, part: str) -> str:
        """What a command is told to write to for a part at `path`: where folders hold columns, the
        folder of all parts, as those columns are then left to its folders."""
        return path.removesuffix(part) if self._found else path

    def _named(self, scale: str) -> list[str]:
        method, options = self._method(scale)
        words = ["--method", method]
        for key, value in options.items():
            words += _option(key, value)
        return words

    def _grouped(self) -> list[str]:
        return [*self.chosen, *(word for name in self.by for word in ("--by", name))]

    def _rows(self) -> list[str]:
        label = [] if self.label is None else ["--labelled", "--label", self.label]
        return [*label, *self.dialect]


def _option(key: str, value: Any) -> Sequence[str]:
    """An option as words; True is a flag, of a list each of its own."""
    if value is True or value is False:
        return [f"--{key}"] if value else []
    if isinstance(value, tuple):
        return [f"--{key}", *map(str, value)]
    values = value if isinstance(value, list) else [value]
    return [word for one in values for word in (f"--{key}", str(one))]
