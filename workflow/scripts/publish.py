"""Make a finished run the published one: `make publish`; with --check, only compare README.md.

Copies tables, pages, figures (PNG) and run records without weights from results/ to
results/published/, with a page that says how they were made, and writes README.md's tables from
them, so that no number there was typed by a person.
"""

import csv
import json
import shutil
import sys
from pathlib import Path

import yaml

from onescale.claims.spec import SETTINGS
from onescale.claims.words import row_label
from onescale.data.fetch import load
from onescale.runs import predictions
from onescale.runs.record import read

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results"
PUBLISHED = RESULTS / "published"
README = ROOT / "README.md"
MARKS = ("<!-- written by make publish -->\n", "<!-- end of what make publish writes -->")
PARTS = (
    "*.csv",
    "*.md",
    "figures/*.png",
    "runs/*.json",
    "step_times/*",
    "tables/*/*",
    "studies/*",
    "tuning/*",
)


def copy() -> None:
    shutil.rmtree(PUBLISHED, ignore_errors=True)
    for part in PARTS:
        for path in sorted(RESULTS.glob(part)):
            if path.name != "README.md" and path.is_file():
                target = PUBLISHED / path.relative_to(RESULTS)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def pack_predictions() -> None:
    """What every run takes each test image for, without weights: the intervals over seeds and
    images can be reckoned again from these."""
    data = load(ROOT / "data/cache/mnist")
    for path in sorted(RESULTS.glob("runs/*.npz")):
        record = read(path.with_suffix(".json"), timed=False)
        predictions.pack(record, data, PUBLISHED / predictions.FOLDER / path.name)


def about() -> str:
    """How the published run was made: command, duration and machine."""
    jobs = [path.read_text(encoding="utf-8") for path in RESULTS.glob("benchmarks/*.tsv")]
    hours = sum(float(text.splitlines()[1].split("\t")[0]) for text in jobs) / 3600
    timings = [
        json.loads(path.read_text(encoding="utf-8")) for path in RESULTS.glob("runs/*.timing.json")
    ]
    used = sum(
        run["train_seconds"] + run["evaluate_seconds"] for one in timings for run in one["runs"]
    )
    runs = sum(len(one["runs"]) for one in timings)
    record = json.loads((PUBLISHED / "runs/adam.json").read_text(encoding="utf-8"))
    seeds = ",".join(str(run["seed"]) for run in record["runs"])
    cores = timings[0]["machine"]["cores"]
    lines = [
        "# The published run",
        "",
        f"`snakemake --cores {cores} --config 'seeds=[{seeds}]' -- all evidence`",
        "",
        f"- {len(timings)} variants, {runs} training runs besides the trials of tuning; "
        f"{used / 3600:.1f} CPU hours of training and evaluation.",
        f"- The jobs of training and tuning took {hours:.1f} hours in all, so {hours / cores:.1f} "
        f"hours with {cores} at a time.",
        "- Machine: "
        + ", ".join(f"{key} {value}" for key, value in timings[0]["machine"].items())
        + ".",
        "- Start with [claims.md](claims.md); then comparison.md, comparison_tuned.md, "
        "reproduction.md, discrepancies.md, studies/ and tuning/. Weights are not kept here; "
        "predictions/ holds what every run takes each test image for.",
    ]
    return "\n".join(lines) + "\n"


def claims_lines() -> list[str]:
    """The chapter's claims with their verdicts: a line a measure and case, a column a setting."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    with open(PUBLISHED / "claims.csv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            by = row_label(row["measure"], row.get("case"))
            line = found.setdefault((row["claim"], by), {"words": row["words"]})
            line[row["setting"]] = row["verdict"]
    lines = [
        "**The chapter's claims** ([the evidence](results/published/claims.md))",
        "",
        f"| | the claim | judged by | {' | '.join(SETTINGS.values())} |",
        "|--:|---|---" + "|---" * len(SETTINGS) + "|",
    ]
    for (number, by), line in found.items():
        cells = [number, line["words"], by, *(line.get(setting, "–") for setting in SETTINGS)]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def rows() -> dict[str, dict[str, dict[str, str]]]:
    """Rows of the comparison by group and variant."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with open(PUBLISHED / "comparison.csv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["group"], {})[row["variant"]] = row
    return found


def percent(text: str) -> str:
    """A fraction in per cent with two decimals, or with as many as it was printed with."""
    decimals = min(len(text.partition(".")[2]) - 2, 2)
    return f"{100 * float(text):.{max(decimals, 0)}f}".replace("-", "−") if text else "–"


def measured(row: dict[str, str]) -> str:
    """Mean test accuracy with half the width of its interval."""
    if not row["test_accuracy_low"]:
        return percent(row["test_accuracy_mean"])
    half = (float(row["test_accuracy_high"]) - float(row["test_accuracy_low"])) / 2
    return f"{percent(row['test_accuracy_mean'])} ± {100 * half:.2f}"


def chapter_table(config: dict, groups: dict) -> list[str]:
    heads = ("printed: training", "test", "as written: test", "put right: test", "training − test")
    lines = [f"| the chapter's row | {' | '.join(heads)} |", "|---" + "|--:" * len(heads) + "|"]
    for row in config["reported"]:
        written = groups["chapter"][row["as_written"]]
        right = groups["corrected"][row["put_right"]]
        printed = [percent(row.get(key, "")) for key in ("train", "test")]
        ours = [measured(written), measured(right), percent(right["gap_mean"])]
        lines.append("| " + " | ".join([row["row"], *printed, *ours]) + " |")
    return lines


def group_table(group: dict[str, dict[str, str]]) -> list[str]:
    heads = ("test", "training − test", "steps to 97 %", "CPU seconds to 97 %", "µs a step")
    lines = [
        f"| variant | {' | '.join(heads)} | against the reference |",
        "|---" + "|--:" * len(heads) + "|---|",
    ]
    for name, row in group.items():
        verdict = row["verdict"] or "–"
        if row["difference"] and name != row["reference"]:
            verdict = f"{verdict} ({100 * float(row['difference']):+.2f})".replace("-", "−")
        seconds = f"{float(row['seconds_to_97']):.1f}" if row["seconds_to_97"] else "–"
        steps = f"{float(row['steps_to_97']):.0f}" if row["steps_to_97"] else "–"
        speed = f"{float(row['us_per_step']):.0f}"
        cells = [name, measured(row), percent(row["gap_mean"]), steps, seconds, speed, verdict]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def section() -> str:
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    groups = rows()
    measured = json.loads((PUBLISHED / "step_times/comparison.json").read_text(encoding="utf-8"))
    machine, seeds = measured["machine"], len(measured["step_times"]["adam"]["us_per_step"])
    lines = [
        f"Accuracies in per cent after the last update, mean of {seeds} seeds ± half of the 95 % "
        f"interval; measured with {machine['processor']}, {machine['cores']} cores, "
        f"Python {machine['python']}, NumPy {machine['numpy']}.",
        "",
        *claims_lines(),
        "**The chapter's runs**",
        "",
        *chapter_table(config, groups),
    ]
    for name in ("optimizers", "regularizers", "regularizers_300", "initialization"):
        reference = config["comparisons"][name]["reference"]
        title = config["comparisons"][name]["title"]
        lines += ["", f"**{title}** (reference: {reference})", "", *group_table(groups[name])]
    return "\n".join(lines) + "\n"


def main() -> int:
    if "--check" not in sys.argv:
        if not (RESULTS / "claims.csv").exists():
            print("results/ has no claims.csv; first run: snakemake --cores 4 -- all evidence")
            return 1
        copy()
        pack_predictions()
        (PUBLISHED / "README.md").write_text(about(), encoding="utf-8")
    before, rest = README.read_text(encoding="utf-8").split(MARKS[0])
    old, after = rest.split(MARKS[1])
    if "--check" in sys.argv:
        if old != section():
            print("README.md is not in step with results/published/; run: make publish")
            return 1
        return 0
    README.write_text(before + MARKS[0] + section() + MARKS[1] + after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
