"""Where tests find the project and what they hold it to, and the values in what it reads."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
AGES = ROOT / "data" / "class_ages.csv"
FIXTURES = ROOT / "tests" / "fixtures"
ORACLES = ROOT / "tests" / "oracles"


def shipped(path: str) -> str:
    """The text of a file that comes with the workflow."""
    return (ROOT / path).read_text(encoding="utf-8")


def configuration() -> dict[str, Any]:
    """The project's own configuration, both files."""
    parts = [ROOT / "config/config.yaml", ROOT / "config/evidence.yaml"]
    return {
        key: value
        for part in parts
        for key, value in yaml.safe_load(part.read_text(encoding="utf-8")).items()
    }


def values_in(value, above=()):
    """The place of every value in a JSON document; of a long list the first two, of the hundreds of
    files in a manifest the first ten."""
    many = isinstance(value, dict) and len(value) > 100
    inside = (
        [*value.items()][: 10 if many else None]
        if isinstance(value, dict)
        else enumerate(value[:2])
    )
    for key, inner in inside:
        yield (*above, key)
        if isinstance(inner, (dict, list)):
            yield from values_in(inner, (*above, key))
