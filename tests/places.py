"""Where tests find the project and what they hold it to."""

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
