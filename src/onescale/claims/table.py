"""claims.csv and claims_parts.csv: a row a claim and setting, and a row for each hypothesis of it.

Estimates are in the unit that their row names: differences of accuracy as fractions, ratios as
ratios. What is undefined is an empty cell, and `note` says why.
"""

from typing import Any

import pandas as pd

from onescale.claims.hypotheses import NOT_JUDGED, NOT_RUN, SUPPORTED, UNRESOLVED
from onescale.claims.measures import MEASURES
from onescale.claims.testing import Tested
from onescale.claims.verdicts import Judgement, shown_p
from onescale.claims.words import about, subject
from onescale.comparison.table import frame_of

_OF_A_ROW = ["parts", "parts_judged", "parts_supported"]
COLUMNS = [
    "claim", "words", "setting", "test", "seeds", "estimate", "low", "high", "p", "verdict",
    "figure", "table", "name", "measure", "unit", "of", "than", "p_against", "p_holm",
    *_OF_A_ROW, "seeds_needed", "beside", "beside_estimate", "beside_low", "beside_high", "note",
]  # fmt: skip


def claims_table(rows: list[Judgement]) -> pd.DataFrame:
    """A row a claim and setting, with `COLUMNS`. p is the row's, after Holm where that is due;
    p_against is the deciding hypothesis' by itself."""
    cells = []
    for row in rows:
        decisions = [one.decision for one in row.needed]
        judged = sum(decision not in (NOT_JUDGED, NOT_RUN) for decision in decisions)
        counts = (len(decisions), judged, decisions.count(SUPPORTED))
        own = {"p": row.p, "p_holm": row.p_holm, **dict(zip(_OF_A_ROW, counts, strict=True))}
        cells.append(_cells(row, row.decisive, row.verdict) | own)
    return frame_of(cells, COLUMNS)


def parts_table(rows: list[Judgement]) -> pd.DataFrame:
    """A row for every hypothesis of every claim; `also` marks those that do not decide."""
    cells = [
        _cells(row, one, one.decision)
        | {"part": about(one.hypothesis), "also": one.hypothesis.also, "p": shown_p(one)}
        for row in rows
        for one in row.tested
    ]
    columns = [column for column in COLUMNS if column not in ("p_holm", *_OF_A_ROW)]
    return frame_of(cells, [*columns[:3], "part", "also", *columns[3:]])


def _cells(row: Judgement, one: Tested, verdict: str) -> dict[str, Any]:
    """What a hypothesis brings to its row."""
    hypothesis, outcome, beside = one.hypothesis, one.outcome, one.beside
    return {
        "claim": row.claim.number,
        "name": row.claim.name,
        "words": row.claim.words,
        "setting": row.setting,
        "figure": hypothesis.figure or row.claim.figure,
        "table": hypothesis.table or row.claim.table,
        **{key: getattr(hypothesis, key) for key in ("test", "measure", "beside")},
        **{key: getattr(outcome, key) for key in ("seeds", "estimate", "low", "high")},
        "unit": MEASURES[hypothesis.measure].unit,
        "of": subject(hypothesis.of),
        "than": None if hypothesis.than is None else subject(hypothesis.than),
        "p_against": None if outcome.p is None or outcome.settled else outcome.p_against,
        "verdict": verdict,
        "seeds_needed": outcome.needed if verdict == UNRESOLVED else None,
        "beside_estimate": beside and beside.estimate,
        "beside_low": beside and beside.low,
        "beside_high": beside and beside.high,
        "note": outcome.note or None,
    }
