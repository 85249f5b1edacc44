"""How the workflow's report shows what it made: the category, caption and labels of each output.

A page of Markdown is shown as the HTML that a later rule makes of it. By then the names that its
path leaves open are known, and fill its labels.
"""

import re
from pathlib import PurePath
from string import Formatter
from typing import Any

# In reading order; the report sorts by name.
CATEGORIES = ("The page", "Comparison", "Figures", "Tables", "Claims", "Studies", "Tuning")


class Report:
    """What is shown of outputs, whose paths may leave names open, as `tables/{table}.csv`."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Any]] = {}

    def about(
        self,
        path: str,
        category: str,
        caption: str | None = None,
        subcategory: str | None = None,
        **labels: str,
    ) -> dict[str, Any]:
        """What Snakemake's `report` takes beside the path; caption: by default that of its name."""
        about = {
            "caption": f"../report/{caption or PurePath(path).stem}.rst",
            "category": f"{CATEGORIES.index(category) + 1} {category}",
            "subcategory": subcategory,
            "labels": labels,
        }
        if path.endswith(".md"):
            self.pages[path] = about
        return about

    def of_page(self, page: str) -> dict[str, Any]:
        """The same for a page that was made, with the names in its labels; of several paths that
        could be its own, the longest. Raises KeyError for one of which nothing was said."""
        found = {path: re.fullmatch(_pattern(path), page) for path in self.pages}
        path = max(filter(found.get, found), key=len, default=page)
        about, names = self.pages[path], found[path].groupdict()
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
