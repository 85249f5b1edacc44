"""claims.csv and claims_parts.csv: a row a claim, setting, measure and case, and a row for each
hypothesis of it.

Estimates are in the unit that their row names: differences of accuracy as fractions, ratios as
ratios. What is undefined is an empty cell, and `note` says why.
"""

from collections import Counter

from onescale.claims.hypotheses import NO_DIFFERENCE, NOT_ASKED, OPEN, REVERSED, SUPPORTED
from onescale.claims.measures import MEASURES
from onescale.claims.testing import Tested
from onescale.claims.verdicts import Judgement
from onescale.claims.words import about, subject
from onescale.comparison.table import Row, completed

_COUNTED = {
    "parts_supported": SUPPORTED,
    "parts_no_difference": NO_DIFFERENCE,
    "parts_reversed": REVERSED,
    "parts_open": OPEN,
    "parts_not_asked": NOT_ASKED,
}
_OF_A_ROW = ["verdict_corrected", "parts", *_COUNTED, "rules"]
COLUMNS = [
    "claim", "words", "setting", "test", "seeds", "estimate", "low", "high", "p", "verdict",
    "figure", "table", "name", "measure", "case", "unit", "of", "than", "p_holm", *_OF_A_ROW,
    "seeds_needed", "images_low", "images_high", "images_verdict",
    "beside", "beside_estimate", "beside_low", "beside_high", "note", "bound",
]  # fmt: skip


def claims_table(rows: list[Judgement], rules: str = "") -> list[Row]:
    """A row a verdict, with `COLUMNS`: numbers are those of the least sure of the parts that the
    verdict rests on, which `of` and `than` name. verdict_corrected: without what Holm over the page
    removes. rules: by which they were judged."""
    cells = []
    for row in rows:
        count = Counter(one.decision for one in row.needed)
        own = {"parts": len(row.needed), "verdict_corrected": row.corrected, "rules": rules}
        own |= {column: count[decision] for column, decision in _COUNTED.items()}
        own["measure"] = row.measure  # none where it is judged by several as one
        cells.append(_cells(row, row.decisive, row.verdict) | own)
    return completed(cells, COLUMNS)


def parts_table(rows: list[Judgement]) -> list[Row]:
    """A row for every hypothesis of every claim; `also` marks those that do not decide."""
    cells = [
        _cells(row, one, one.decision)
        | {"part": about(one.hypothesis), "also": one.hypothesis.also}
        for row in rows
        for one in row.tested
    ]
    columns = [column for column in COLUMNS if column not in _OF_A_ROW]
    return completed(cells, [*columns[:3], "part", "also", *columns[3:]])


def _cells(row: Judgement, one: Tested, verdict: str) -> Row:
    """What a hypothesis brings to its row."""
    hypothesis, outcome, beside, images = one.hypothesis, one.outcome, one.beside, one.images
    return {
        "claim": row.claim.number,
        "name": row.claim.name,
        "words": row.claim.words,
        "setting": row.setting,
        "case": row.case,
        "figure": hypothesis.figure or row.claim.figure,
        "table": hypothesis.table or row.claim.table,
        **{key: getattr(hypothesis, key) for key in ("test", "measure", "beside")},
        **{key: getattr(outcome, key) for key in ("seeds", "estimate", "low", "high")},
        "unit": MEASURES[hypothesis.measure].unit,
        "of": subject(hypothesis.of),
        "than": None if hypothesis.than is None else subject(hypothesis.than),
        "p": one.p,
        "p_holm": one.p_holm,
        "verdict": verdict,
        "seeds_needed": outcome.needed,
        **{f"images_{key}": images and getattr(images, key) for key in ("low", "high")},
        "images_verdict": images and images.settled,
        **{f"beside_{k}": beside and getattr(beside, k) for k in ("estimate", "low", "high")},
        "note": outcome.note or None,
        "bound": outcome.bound or None,
    }
