"""claims.md: what makes a network train well, under which conditions, and how sure we are.

For a person who reads this page alone: first every claim with its verdict in each setting, then
claim by claim one sentence over all and the evidence, then how to read it. Every sentence is made
from the verdicts; none is written beforehand.
"""

from onescale.claims.hypotheses import (
    CONTRADICTED,
    NOT_JUDGED,
    NOT_RUN,
    SUPPORTED,
    UNRESOLVED,
    Outcome,
    of_interest,
)
from onescale.claims.measures import MEASURES
from onescale.claims.spec import SETTINGS, Part
from onescale.claims.table import about
from onescale.claims.verdicts import Judged, Row, shown_p
from onescale.comparison.statistics import Statistics, signed_rank_minimum, signed_rank_pairs
from onescale.core import text as markdown

_MOST_PARTS = 6  # that are all shown
_ABSOLUTE = ("reaches", "stays_below", "reproduces")
_SAYS = {
    SUPPORTED: "Holds",
    CONTRADICTED: "Does not hold",
    UNRESOLVED: "Open",
    NOT_RUN: "Not run",
}


def claims_page(rows: list[Row], statistics: Statistics, dataset: str) -> str:
    """The whole page."""
    claims = {row.claim.number: [] for row in rows}
    for row in rows:
        claims[row.claim.number].append(row)
    sections = [_section(found, statistics) for found in claims.values()]
    parts = ["# Claims", _opening(rows, statistics, dataset), _overview(list(claims.values()))]
    return "\n\n".join([*parts, *sections, _legend(rows, statistics)]) + "\n"


def _opening(rows: list[Row], statistics: Statistics, dataset: str) -> str:
    count = {verdict: sum(row.verdict == verdict for row in rows) for verdict in _SAYS}
    told = ", ".join(f"{n} {verdict}" for verdict, n in count.items() if n)
    seeds = sorted(
        {row.decisive.outcome.seeds for row in rows if row.decisive.outcome.p is not None}
    )
    numbers = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}" if seeds else "no"
    sure = [
        row for row in rows if row.verdict in (SUPPORTED, CONTRADICTED) and row.p_holm is not None
    ]
    stand = sum(row.p_holm < statistics.level for row in sure)
    also = (
        f" Of the {len(sure)} verdicts that rest on a p value, {stand} would stand if all tests on "
        "this page were corrected as one family."
        if sure
        else ""
    )
    return (
        f"What the chapter says makes a neural network train well, put to the test on {dataset}. A "
        "claim is often true under one condition and not under another, so each is judged in every "
        f"setting where it makes sense: {told} (claims by settings), from {numbers} seeds.{also} "
        "Which of the measures, rivals, tests and margins were fixed before the runs, and which "
        "were not, stands in docs/method.md."
    )


def _overview(claims: list[list[Row]]) -> str:
    """Every claim with its verdicts, those that hold throughout first of all in words."""
    header = ["", "the claim", *SETTINGS.values()]
    lines = []
    for rows in claims:
        claim, verdicts = rows[0].claim, {row.setting: row.verdict for row in rows}
        lines.append(
            [str(claim.number), f"[{claim.words}](#{_anchor(rows)})"]
            + [verdicts.get(setting, markdown.DASH) for setting in SETTINGS]
        )
    kinds = {
        "Holds wherever it was judged": lambda v: v == {SUPPORTED},
        "Holds in some settings, not in others": lambda v: {SUPPORTED, CONTRADICTED} <= v,
        "Holds in some settings, open in others": lambda v: v == {SUPPORTED, UNRESOLVED},
        "Does not hold": lambda v: CONTRADICTED in v and SUPPORTED not in v,
        "Open": lambda v: v == {UNRESOLVED},
        "Not run": lambda v: not v,
    }
    told = []
    for kind, fits in kinds.items():
        found = [rows for rows in claims if fits({row.verdict for row in rows} - {NOT_RUN})]
        words = " ".join(f"({rows[0].claim.number}) {rows[0].claim.words}" for rows in found)
        told += [f"- **{kind}:** {words}"] if found else []
    return "## In short\n\n" + "\n".join(told) + "\n\n" + markdown.table(header, lines, left=6)


def _anchor(rows: list[Row]) -> str:
    return f"claim-{rows[0].claim.number}"


def _section(rows: list[Row], statistics: Statistics) -> str:
    """One claim: the sentence over all, its parts, notes, and where to look."""
    claim = rows[0].claim
    header = [
        "setting",
        "what is compared",
        "test",
        "verdict",
        "estimate",
        "interval",
        "p",
        "seeds",
    ]
    header += ["seeds needed", "test accuracy beside it"]
    shown = [(row, one) for row in rows for one in _listed(row)]
    besides = any(one.beside for _, one in shown)
    header = header if besides else header[:-1]
    lines = [_line(row, one)[: len(header)] for row, one in shown]
    notes = [
        f"- {about(one.part)}: {one.outcome.note}."
        for _, one in shown
        if one.outcome.note and one.verdict != NOT_RUN
    ]
    many = [_many(row) for row in rows]
    parts = [
        f'## <a id="{_anchor(rows)}"></a>{claim.number}. {claim.words}',
        overall(rows, statistics),
        markdown.table(header, lines, left=4),
        *filter(None, ["\n".join(filter(None, many)), "\n".join(dict.fromkeys(notes))]),
        _links(rows),
    ]
    return "\n\n".join(parts)


def overall(rows: list[Row], statistics: Statistics) -> str:
    """One sentence over all settings, with what decides each."""
    found = []
    for verdict, says in _SAYS.items():
        settings = [
            f"{SETTINGS[row.setting]} ({_because(row, statistics)})"
            for row in rows
            if row.verdict == verdict
        ]
        if settings:
            found.append(f"**{says}** {_and(settings)}")
    text = "; ".join(found)
    return f"{text[:1]}{text[1:]}."


def _because(row: Row, statistics: Statistics) -> str:
    """What decides a row, in a few words."""
    one = row.decisive
    if one.verdict == NOT_RUN:
        return one.outcome.note
    if one.verdict == NOT_JUDGED:
        told = [_judged(row), f"{about(one.part)}: {one.outcome.note}", _holding(row)]
        return "; ".join(filter(None, told))
    text = about(one.part) if row.verdict != SUPPORTED or len(row.parts) == 1 else _weakest(row)
    text += f", {_estimate(one.part, one.outcome)}"
    if one.outcome.low is not None and one.outcome.low != one.outcome.high:
        text += f", {_interval(one.part, one.outcome)}"
    if row.verdict == UNRESOLVED and one.outcome.needed:
        text += f"; {_needed(one, statistics)}"
    if row.verdict != SUPPORTED and (holding := _holding(row)):
        text += f"; {holding}"
    if row.verdict == SUPPORTED and (fell := _fell(row)):
        text += f"; but {fell}"
    return "; ".join(filter(None, [text, _judged(row)]))


def _needed(one: Judged, statistics: Statistics) -> str:
    """How many seeds would show what, by this part's test."""
    measure = MEASURES[one.part.measure]
    least = of_interest(one.part, measure, statistics)
    what = f"a difference of {least:g} {measure.unit}"
    if measure.ratio:
        what = f"a ratio of {least:g}"
    elif measure.unit in ("points", "share"):
        what = f"a difference of {100 * least:g} points"
    return (
        f"{one.outcome.needed:,} seeds would show {what} with {100 * statistics.power:g} % power "
        "at the spread seen"
    )


def _judged(row: Row) -> str:
    """How many of several parts could be judged, where not all could."""
    needed = [one for one in row.parts if not one.part.also]
    judged = sum(one.verdict != NOT_JUDGED for one in needed)
    return f"{judged} of {len(needed)} parts could be judged" if judged < len(needed) else ""


def _holding(row: Row) -> str:
    """How many of several parts hold where the whole does not."""
    needed = [one for one in row.parts if not one.part.also]
    holding = [one for one in needed if one.verdict == SUPPORTED]
    if not holding:
        return ""
    return f"{len(holding)} of {len(needed)} parts hold"


def _weakest(row: Row) -> str:
    """The part that decides, of however many hold."""
    count = sum(not one.part.also and one.verdict != NOT_JUDGED for one in row.parts)
    text = about(row.decisive.part)
    return text if count == 1 else f"least surely of {count} parts: {text}"


def _fell(row: Row) -> str:
    """Where a gap narrowed and test accuracy fell with it: that is underfitting."""
    for one in row.parts:
        beside = one.beside
        if not one.part.also and beside and beside.high is not None and beside.high < 0:
            fall = markdown.points(beside.estimate)
            return f"test accuracy fell with it ({fall} points), as underfitting makes it"
    return ""


def _listed(row: Row) -> list[Judged]:
    """The parts that the page shows: all of a few, else the one that decides; then `also`."""
    needed = [one for one in row.parts if not one.part.also]
    kept = (
        needed
        if len(needed) <= _MOST_PARTS
        else [one for one in needed if one.part is row.decisive.part]
    )
    return kept + [one for one in row.parts if one.part.also]


def _many(row: Row) -> str:
    needed = [one for one in row.parts if not one.part.also]
    if len(needed) <= _MOST_PARTS:
        return ""
    count = {v: sum(one.verdict == v for one in needed) for v in (*_SAYS, NOT_JUDGED)}
    told = ", ".join(f"{n} {verdict}" for verdict, n in count.items() if n)
    open_ones = [one for one in needed if one.verdict in (CONTRADICTED, UNRESOLVED)]
    names = "; ".join(f"{about(one.part)} ({one.verdict})" for one in open_ones[:8])
    more = f" Not supported: {names}{' …' if len(open_ones) > 8 else ''}." if open_ones else ""
    return (
        f"- {SETTINGS[row.setting].capitalize()}: {len(needed)} parts ({told}); the table shows "
        f"the one that decides, [claims_parts.csv](claims_parts.csv) all.{more}"
    )


def _line(row: Row, one: Judged) -> list[str]:
    outcome, part = one.outcome, one.part
    setting = SETTINGS[row.setting] + (" (also)" if part.also else "")
    return [
        setting,
        about(part),
        part.test.replace("_", " "),
        f"**{one.verdict}**" if not part.also else one.verdict,
        _estimate(part, outcome),
        _interval(part, outcome),
        markdown.probability(shown_p(one)),
        str(outcome.seeds) if outcome.seeds else markdown.DASH,
        markdown.number(outcome.needed if one.verdict == UNRESOLVED else None, 0),
        _beside(one.beside),
    ]


def _beside(beside: Outcome | None) -> str:
    if beside is None or beside.estimate is None:
        return markdown.DASH
    between = markdown.interval(beside.low, beside.high, markdown.points)
    return f"{markdown.points(beside.estimate)} ({between})"


def _write(part: Part, value: float | None) -> str:
    """A number in the unit of its measure."""
    unit = MEASURES[part.measure].unit
    if value is None:
        return markdown.DASH
    if part.test == "learn_more":
        return f"{markdown.percent(value, 0)} %"
    if unit in ("points", "share"):
        show = markdown.percent if part.test in _ABSOLUTE else markdown.points
        return show(value)
    if unit == "ratio":
        return f"×{value:,.3g}"
    if unit == "count":
        return markdown.number(value, 0, sign=part.test not in _ABSOLUTE)
    if unit == "weight":
        return f"{value:.3g}"
    return markdown.number(value, 2, sign=part.test not in _ABSOLUTE)


def _estimate(part: Part, outcome: Outcome) -> str:
    text = _write(part, outcome.estimate)
    unit = MEASURES[part.measure].unit
    if outcome.estimate is None or part.test == "learn_more":
        return text
    if unit in ("points", "share"):
        return f"{text} {'%' if part.test in _ABSOLUTE else 'points'}"
    return f"{text} sd" if unit == "sd" else text


def _interval(part: Part, outcome: Outcome) -> str:
    if outcome.low is None or outcome.low == outcome.high:
        return markdown.DASH
    return f"{_write(part, outcome.low)} to {_write(part, outcome.high)}"


def _links(rows: list[Row]) -> str:
    claim = rows[0].claim
    figures = [claim.figure] + [one.part.figure for row in rows for one in row.parts]
    tables = [claim.table] + [one.part.table for row in rows for one in row.parts]
    told = [
        f"{kind}: " + ", ".join(f"[{p.rsplit('/', 1)[-1]}]({p})" for p in dict.fromkeys(found) if p)
        for kind, found in (("Figures", figures), ("Tables", tables))
        if any(found)
    ]
    return ". ".join(told) + "." if told else ""


def _and(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _legend(rows: list[Row], statistics: Statistics) -> str:
    margin = f"{100 * statistics.smallest_difference:g} points"
    level = f"{statistics.level:g}"
    family = max(sum(row.p_holm is not None for row in rows), 1)
    return f"""## How to read this

- **Settings.** *As written*: the chapter's code, with its faults. *Put right*: the same as it was
  meant, at default rates. *Tuned*: each technique at the best of equally many trials, chosen on
  held-out training images; but *the best of* several nets was chosen by the very runs that are then
  tested, on the test images, which flatters both sides. *On 300 images*: where there is something
  to overfit.
- **Verdict.** *Supported*: every part of the claim is, at {level}, but for those that are left
  out: where no net learns, of claims about nets that learn; and where neither of two nets ever gets
  to a level, if the two are judged at another level. *Contradicted*: one part is,
  after Holm over the parts: any advantage claimed is shown to be smaller than would be of interest
  ({margin} of accuracy, a tenth of a ratio, unless the configuration says otherwise).
  *Unresolved*: neither is shown; **seeds needed** is with how many the part's own test, one-sided
  where it is, would show the smallest difference of interest with {100 * statistics.power:g} %
  power at the spread seen, at {level} over the parts of the claim (Bonferroni, so no more than that
  many); {markdown.DASH} where there were as many. *Not judged*: there is
  nothing to judge a part by, and its note says why; unless it is left out, the claim is unresolved
  (or contradicted by another part). *Not run*: runs are missing.
- **Estimates.** Differences are those of the first to the second, seed by seed, in points of
  accuracy (percentage points); ×0.5 is half as many steps or seconds; intervals are at
  {100 * statistics.confidence:g} %, not corrected for each other. A gap that narrows has the change
  in test accuracy beside it: underfitting narrows a gap too. Steps and seconds to a level are read
  off a straight line between two evaluations; seconds, in the workflow, are steps times what one
  costs where all variants take theirs in turn, a round for each seed.
- **Tests.** *better*: paired t-test, two-sided p. *not worse*: non-inferiority by the smallest
  difference of interest. *many times*, *reaches*, *stays below*: one-sided t. *reproduces*: the
  printed figure lies in the interval of one new run; figures of two digits are compared as cut.
  *learn more*: exact sign test on the nets that only one of two sets brings to learn; its estimate
  is their share in favour. *identical*, *exact*: no chance, so no p. Where a claim is contradicted,
  p is that of the opposite: of data like these if the advantage were of interest. In the tables
  here p is of the part alone; in claims.csv, after Holm over the parts where one contradicts.
- **Family.** A verdict is at {level} by itself. `p_holm` in claims.csv is corrected over all
  {family} tests that decide a row of this page, on top of Holm over the parts of a row. At so many,
  a signed-rank test would need {signed_rank_pairs(statistics.level, family)} seeds to reach {level}
  at all (at 5 seeds its p is never below {signed_rank_minimum(5):g}); Student's t has no
  smallest p.
- **What is varied.** The seed sets initial weights, batches, dropout and augmentation; all variants
  share the data and the test set, whose own noise more seeds do not lessen."""
