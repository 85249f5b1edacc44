"""What came of tuning each technique again, with other draws and other seeds.

A tuned verdict rests on one search, and another search would have chosen otherwise. How far apart
the outcomes lie on the test set says how much of a difference between two techniques may be the
luck of their draws.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from onescale.comparison import statistics
from onescale.comparison.table import Row
from onescale.comparison.trials import score_name, score_text, values_text
from onescale.core import text
from onescale.core.errors import DataError
from onescale.core.text import cell, ends, number, percent
from onescale.runs.record import Record

Searches = Mapping[str, dict[str, Any]]  # by the variant that was tuned


def repeats_table(
    repeats: Mapping[str, Sequence[str]], searches: Searches, records: Mapping[str, Record]
) -> list[Row]:
    """A row for each tuning of each variant: what was chosen, and how it does on the test set.

    repeats: by variant, those that came of tuning it again. Outcomes of a search for speed are
    updates to its level, None where a seed does not reach it. Raises DataError for a missing file.
    """
    rows = []
    for variant, again in repeats.items():
        for tuning, name in enumerate((variant, *again)):
            if name not in searches or name not in records:
                raise DataError(f"no search or no runs of {name}, which is tuned in {variant}")
            search = searches[name]
            outcome = _outcome(records[name], search["level"])
            rows.append(
                {
                    "variant": variant,
                    "tuning": tuning,
                    "values": values_text(search["choice"]["values"]),
                    "edge": ", ".join(search["choice"]["edge"]),
                    "held_out": score_text(search["choice"], search),
                    "seeds": len(records[name].runs),
                    "test_mean": outcome.mean,
                    "test_low": outcome.low,
                    "test_high": outcome.high,
                }
            )
    return rows


def repeats_page(title: str, rows: list[Row], searches: Searches) -> str:
    """How far the outcomes of a variant's tunings lie apart, then each tuning."""
    name = score_name(searches.values())
    speed = any(search["objective"] == "speed" for search in searches.values())
    own = "draws and seeds" if any(search["draws"] for search in searches.values()) else "seeds"

    def show(value: float | None) -> str:
        return number(value, 0) if speed else percent(value)

    spread = [
        ("variant", cell("variant")),
        ("tunings", cell("tunings")),
        ("lowest", cell("low", show)),
        ("highest", cell("high", show)),
        ("apart", cell("apart", show)),
    ]
    shown = [
        ("variant", cell("variant")),
        ("tuning", lambda row: str(row["tuning"] + 1)),
        ("chosen", cell("values")),
        ("edge", lambda row: row["edge"] or text.DASH),
        (f"{name.removeprefix('held-out ')}, held out", cell("held_out")),
        ("seeds", cell("seeds")),
        (f"{name.removeprefix('held-out ')}, test set", cell("test_mean", show)),
        ("95 % interval", ends("test", show)),
    ]
    return text.page(
        f"# {title}: the tuning repeated",
        text.columns(_spreads(rows), spread),
        f"Each tuning has {own} of its own; the test set was not touched by any. "
        f"Apart: the highest mean minus the lowest, which holds the luck of these {own} and that "
        "of the seeds that the choices were then trained with.",
        text.columns(rows, shown, left=4),
    )


def _outcome(record: Record, level: float | None) -> statistics.Summary:
    if level is None:
        return statistics.summarize([run.test_accuracy for run in record.runs.values()])
    crossings = [run.crossing(level) for run in record.runs.values()]
    return statistics.summarize([] if None in crossings else [c.step for c in crossings])


def _spreads(rows: list[Row]) -> list[Row]:
    means: dict[str, list[float | None]] = {}
    for row in rows:
        means.setdefault(row["variant"], []).append(row["test_mean"])
    found = []
    for variant, own in means.items():
        row = {"variant": variant, "tunings": len(own)}
        if None not in own:
            row |= {"low": min(own), "high": max(own), "apart": max(own) - min(own)}
        found.append(dict.fromkeys(("low", "high", "apart")) | row)
    return found
