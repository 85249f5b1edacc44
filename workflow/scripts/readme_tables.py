"""README.md's tables, from the published run: `publish.py` writes them, a test compares them."""

import json
from pathlib import Path

import yaml

from onescale.claims.spec import SETTINGS
from onescale.claims.words import row_label
from onescale.core import text
from onescale.core.csv_files import read_rows
from onescale.core.text import DASH

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "results/published"
README = ROOT / "README.md"
MARKS = ("<!-- written by make publish -->\n", "<!-- end of what make publish writes -->")
GROUPS = ("optimizers", "regularizers", "regularizers_300", "initialization")
Row = dict[str, str]


def write(check: bool) -> int:
    """Write the tables between their marks, or only say whether they are in step."""
    before, rest = README.read_text(encoding="utf-8").split(MARKS[0])
    old, after = rest.split(MARKS[1])
    new = section()
    if check and old != new:
        print("README.md is not in step with results/published/; run: make publish")
        return 1
    if not check:
        README.write_text(before + MARKS[0] + new + MARKS[1] + after, encoding="utf-8")
    return 0


def section() -> str:
    """All that stands between the marks."""
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    groups: dict[str, dict[str, Row]] = {}
    for row in read_rows(PUBLISHED / "comparison.csv"):
        groups.setdefault(row["group"], {})[row["variant"]] = row
    timed = json.loads((PUBLISHED / "step_times/comparison.json").read_text(encoding="utf-8"))
    machine, seeds = timed["machine"], len(timed["step_times"]["adam"]["us_per_step"])
    level = f"{100 * config['datasets']['mnist']['levels'][-1]:g}"
    blocks = [
        f"Accuracies in per cent after the last update, mean of {seeds} seeds ± half of the 95 % "
        f"interval; measured with {machine['processor']}, {machine['cores']} cores, "
        f"Python {machine['python']}, NumPy {machine['numpy']}.",
        *claims(),
        "**The chapter's runs**",
        chapter(config["reported"], groups),
    ]
    for name in GROUPS:
        given = config["comparisons"][name]
        blocks += [f"**{given['title']}** (reference: {given['reference']})"]
        blocks += [group(list(groups[name].values()), level)]
    return text.page(*blocks)


def claims() -> list[str]:
    """The chapter's claims with their verdicts: a line a measure and case, a column a setting; none
    if they were judged before rules had a version."""
    rows = read_rows(PUBLISHED / "claims.csv")
    if "rules" not in rows[0]:
        return []
    lines: dict[tuple[str, str], Row] = {}
    for row in rows:
        by = row_label(row["measure"], row["case"])
        line = lines.setdefault((row["claim"], by), {"words": row["words"]})
        line[row["setting"]] = row["verdict"]
    shown = [
        ("", lambda line: line[0][0]),
        ("the claim", lambda line: line[1]["words"]),
        ("judged by", lambda line: line[0][1]),
        *((head, _in(setting)) for setting, head in SETTINGS.items()),
    ]
    table = text.columns(lines.items(), shown, left=len(shown))
    return ["**The chapter's claims** ([the evidence](results/published/claims.md))", table]


def _in(setting: str):
    return lambda line: line[1].get(setting, DASH)


def percent(fraction: str) -> str:
    """A fraction in per cent with two decimals, or with as many as it was printed with."""
    decimals = max(min(len(fraction.partition(".")[2]) - 2, 2), 0)
    return text.percent(float(fraction), decimals) if fraction else DASH


def measured(row: Row) -> str:
    """Mean test accuracy with half the width of its interval."""
    mean, low, high = (row[f"test_accuracy_{key}"] for key in ("mean", "low", "high"))
    half = f" ± {50 * (float(high) - float(low)):.2f}" if low else ""
    return percent(mean) + half


def chapter(reported: list[dict], groups: dict[str, dict[str, Row]]) -> str:
    """What the chapter prints beside ours."""

    def ours(which: str):
        key = {"chapter": "as_written", "corrected": "put_right"}[which]
        return lambda row: groups[which][row[key]]

    shown = [
        ("the chapter's row", lambda row: row["row"]),
        ("printed: training", lambda row: percent(row.get("train", ""))),
        ("test", lambda row: percent(row.get("test", ""))),
        ("as written: test", lambda row: measured(ours("chapter")(row))),
        ("put right: test", lambda row: measured(ours("corrected")(row))),
        ("training − test", lambda row: percent(ours("corrected")(row)["gap_mean"])),
    ]
    return text.columns(reported, shown)


def group(rows: list[Row], level: str) -> str:
    """A group of the comparison, with the steps and seconds to a level (in per cent)."""

    def against(row: Row) -> str:
        verdict = row["verdict"] or DASH
        if row["difference"] and row["variant"] != row["reference"]:
            return f"{verdict} ({text.points(float(row['difference']))})"
        return verdict

    def rounded(key: str, digits: int = 0):
        return lambda row: text.number(float(row[key]) if row[key] else None, digits)

    shown = [
        ("variant", lambda row: row["variant"]),
        ("test", measured),
        ("training − test", lambda row: percent(row["gap_mean"])),
        (f"steps to {level} %", rounded(f"steps_to_{level}")),
        (f"CPU seconds to {level} %", rounded(f"seconds_to_{level}", 1)),
        ("µs a step", rounded("us_per_step")),
        ("against the reference", against),
    ]
    return text.columns(rows, shown)
