"""Where tests find the project and what they hold it to."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
AGES = ROOT / "data" / "class_ages.csv"
FIXTURES = ROOT / "tests" / "fixtures"
ORACLES = ROOT / "tests" / "oracles"
