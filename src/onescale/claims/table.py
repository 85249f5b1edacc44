"""claims.csv and claims_parts.csv: a row a claim and setting, and a row for each of its parts.

Estimates are in the unit that their row names: differences of accuracy as fractions, ratios as
ratios. What is undefined is an empty cell, and `note` says why.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import pandas as pd

from onescale.claims import verdicts as judging
from onescale.claims.hypotheses import NOT_JUDGED, NOT_RUN, UNRESOLVED
from onescale.claims.measures import MEASURES
from onescale.claims.spec import Claim, Part
from onescale.claims.verdicts import Judged, Row

COLUMNS = [
    "claim",
    "words",
    "setting",
    "test",
    "seeds",
    "estimate",
    "low",
    "high",
    "p",
    "verdict",
    "figure",
    "table",
    "name",
    "measure",
    "unit",
    "of",
    "than",
    "p_against",
    "p_holm",
    "parts",
    "parts_judged",
    "parts_supported",
    "seeds_needed",
    "beside",
    "beside_estimate",
    "beside_low",
    "beside_high",
    "note",
]
_OF_A_ROW = ("parts", "parts_judged", "parts_supported")
_AGAINST = {
    "better": "against",
    "not_worse": "no worse than",
    "equivalent": "the same as",
    "many_times": "many times that of",
    "learn_more": "against",
    "identical": "identical to",
    "exact": "against",
}


def claims_table(rows: list[Row]) -> pd.DataFrame:
    """A row a claim and setting, with `COLUMNS`. p is the row's, after Holm where that is due;
    p_against is the deciding part's by itself."""
    found = []
    for row in rows:
        needed = [one for one in row.parts if not one.part.also]
        cells = _cells(row.decisive, row.verdict) | _claim(
            row.claim, row.setting, row.decisive.part
        )
        cells |= {
            "p": row.p,
            "p_holm": row.p_holm,
            "parts": len(needed),
            "parts_judged": sum(one.verdict not in (NOT_JUDGED, NOT_RUN) for one in needed),
            "parts_supported": sum(one.verdict == "supported" for one in needed),
        }
        found.append(cells)
    return pd.DataFrame(found, columns=COLUMNS).astype(object).convert_dtypes()


def parts_table(rows: list[Row]) -> pd.DataFrame:
    """A row for every part of every claim; `also` marks those that do not decide."""
    found = [
        _claim(row.claim, row.setting, one.part)
        | {"also": one.part.also}
        | _cells(one, one.verdict)
        | {"p": judging.shown_p(one), "part": about(one.part)}
        for row, one in judging.parts(rows)
    ]
    columns = [c for c in COLUMNS if c not in ("p_holm", *_OF_A_ROW)]
    columns[3:3] = ["part", "also"]
    return pd.DataFrame(found, columns=columns).astype(object).convert_dtypes()


def about(part: Part) -> str:
    """What a part holds against what, in words: `steps to 95 %: adam against sgd`."""
    if part.words:
        return part.words
    measure = MEASURES[part.measure].words
    if part.measure in ("steps", "seconds"):
        measure += f" to {100 * part.level:g} %"
    if part.after is not None:
        measure += f" after update {part.after:,}"
    of = subject(part.of)
    if part.test == "reaches":
        return f"{measure} of {of} reaches {_level(part)}"
    if part.test == "stays_below":
        return f"{measure} of {of} stays below {_level(part)}"
    if part.test == "reproduces":
        return f"{measure} of {of} reproduces {100 * float(part.printed):.10g} %"
    if part.test == "many_times":
        return f"{measure}: {of} at least {part.level:g} times that of {subject(part.than)}"
    return f"{measure}: {of} {_AGAINST[part.test]} {subject(part.than)}"


def subject(given: Any) -> str:
    """Who is measured, in words."""
    if not isinstance(given, Mapping):
        return str(given)
    if "surface" in given:
        best = len(given.get("rates", ()))
        return f"{given['surface']} at " + (
            f"the best of {best} rates" if best else f"{given['rate']:g}"
        )
    if "spread" in given:
        init = given["spread"]
        scale = f"standard deviation {init['normal']:g}" if isinstance(init, Mapping) else init
        return f"{scale} under {given['activation']}"
    (names,) = given.values()
    names = [names] if isinstance(names, str) else names
    if "best" in given:
        return f"the best of {', '.join(names)}"
    alike = itertools.takewhile(lambda column: len(set(column)) == 1, zip(*names, strict=False))
    start = "".join(column[0] for column in alike)
    return f"{len(names)} nets {start}…" if len(names) > 1 else names[0]


def _level(part: Part) -> str:
    unit = MEASURES[part.measure].unit
    return f"{100 * part.level:g} %" if unit in ("points", "share") else f"{part.level:g} {unit}"


def _claim(claim: Claim, setting: str, part: Part) -> dict[str, Any]:
    return {
        "claim": claim.number,
        "name": claim.name,
        "words": claim.words,
        "setting": setting,
        "figure": part.figure or claim.figure,
        "table": part.table or claim.table,
    }


def _cells(one: Judged, verdict: str) -> dict[str, Any]:
    """What a part brings to its row."""
    part, outcome, beside = one.part, one.outcome, one.beside
    return {
        "test": part.test,
        "measure": part.measure,
        "unit": MEASURES[part.measure].unit,
        "of": subject(part.of),
        "than": None if part.than is None else subject(part.than),
        "seeds": outcome.seeds,
        "estimate": outcome.estimate,
        "low": outcome.low,
        "high": outcome.high,
        "p": outcome.p,
        "p_against": None if outcome.p is None or outcome.settled else outcome.p_against,
        "verdict": verdict,
        "seeds_needed": outcome.needed if verdict == UNRESOLVED else None,
        "beside": part.beside,
        "beside_estimate": beside.estimate if beside else None,
        "beside_low": beside.low if beside else None,
        "beside_high": beside.high if beside else None,
        "note": outcome.note or None,
    }
