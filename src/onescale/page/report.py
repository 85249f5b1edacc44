"""How the workflow's report shows what it made: the category, caption and labels of each output.

A page of Markdown is shown as the HTML that a later rule makes of it. By then the names that its
path leaves open are known, and fill its labels.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import PurePath
from string import Formatter
from typing import Any

# In reading order; the report sorts by name.
CATEGORIES = ("The page", "Comparison", "Figures", "Tables", "Claims", "Studies", "Tuning")


class Report:
    """What is shown of outputs below a folder, whose paths may leave names open, as
    `tables/{table}.csv`. mark: Snakemake's `report`, which marks a path with what is told of it."""

    def __init__(self, folder: str, mark: Callable[..., str]) -> None:
        self.folder, self._mark = folder, mark
        self._pages: dict[str, dict[str, Any]] = {}

    def shown(
        self,
        path: str,
        category: str,
        caption: str | None = None,
        subcategory: str | None = None,
        **labels: str,
    ) -> str:
        """An output that stands in the report; a page of Markdown does as HTML (`rendered`).
        caption: by default that of its name, without what that leaves open."""
        caption = caption or re.sub(r"_?\{\w+\}_?", "", PurePath(path).stem)
        path = f"{self.folder}/{path}"
        about = {
            "caption": f"../report/{caption}.rst",
            "category": f"{CATEGORIES.index(category) + 1} {category}",
            "subcategory": subcategory,
            "labels": labels,
        }
        if not path.endswith(".md"):
            return self._mark(path, **about)
        self._pages[path] = about
        return path

    def figure(self, name: str, category: str = "Figures", **about: str) -> dict[str, str]:
        """The two files of a figure; the PNG stands in the report."""
        png = self.shown(f"figures/{name}.png", category, **about)
        return {"png": png, "svg": f"{self.folder}/figures/{name}.svg"}

    def rendered(self, made: Iterable[str]) -> list[str]:
        """The HTML of the pages among these files, for the report."""
        pages = [path for path in made if path.endswith(".md")]
        return [self._mark(f"{page[:-2]}html", **self._of_page(page)) for page in pages]

    def _of_page(self, page: str) -> dict[str, Any]:
        """What is told of a page that was made, with the names in its labels; of several paths that
        could be its own, by the longest. Raises KeyError for one of which nothing was said."""
        found = {path: re.fullmatch(_pattern(path), page) for path in self._pages}
        path = max(filter(found.get, found), key=len, default=page)
        about, names = self._pages[path], found[path].groupdict()
        labels = {key: label.format(**names) for key, label in about["labels"].items()}
        return about | {"labels": labels}


def _pattern(path: str) -> str:
    """What fits a path, as a regular expression with a group for each name that it leaves open."""
    told, names = "", set()
    for text, name, *_ in Formatter().parse(path):
        told += re.escape(text)
        if name is not None:
            told += f"(?P={name})" if name in names else f"(?P<{name}>.+)"
            names.add(name)
    return told
