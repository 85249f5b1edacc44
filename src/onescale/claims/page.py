"""claims.md: what makes a network train well, under which conditions, and how sure we are.

For a person who reads this page alone: first every claim with its verdict in each setting, then
claim by claim one sentence over all and the evidence, then how to read it. Every sentence is made
from the verdicts; none is written beforehand.
"""

from collections import Counter

from onescale.claims.hypotheses import (
    CONTRADICTED,
    NOT_JUDGED,
    NOT_RUN,
    SUPPORTED,
    UNRESOLVED,
    Outcome,
)
from onescale.claims.measures import of_interest
from onescale.claims.spec import SETTINGS
from onescale.claims.testing import Tested
from onescale.claims.verdicts import Judgement, shown_p
from onescale.claims.words import about, estimate, interval, smallest
from onescale.comparison.spec import Criteria
from onescale.comparison.statistics import signed_rank_minimum, signed_rank_pairs
from onescale.core import text
from onescale.core.text import DASH, points

_MOST_LISTED = 6  # hypotheses that are all shown
_SAYS = {
    SUPPORTED: "Holds",
    CONTRADICTED: "Does not hold",
    UNRESOLVED: "Open",
    NOT_RUN: "Not run",
}
# What the verdicts on a claim come to, whatever settings were not run.
_KINDS = {
    "Holds wherever it was judged": lambda verdicts: verdicts == {SUPPORTED},
    "Holds in some settings, not in others": lambda verdicts: {SUPPORTED, CONTRADICTED} <= verdicts,
    "Holds in some settings, open in others": lambda verdicts: verdicts == {SUPPORTED, UNRESOLVED},
    "Does not hold": lambda verdicts: CONTRADICTED in verdicts and SUPPORTED not in verdicts,
    "Open": lambda verdicts: verdicts == {UNRESOLVED},
    "Not run": lambda verdicts: not verdicts,
}


def claims_page(rows: list[Judgement], criteria: Criteria, dataset: str) -> str:
    """The whole page."""
    claims: dict[int, list[Judgement]] = {}
    for row in rows:
        claims.setdefault(row.claim.number, []).append(row)
    return text.page(
        "# Claims",
        _opening(rows, criteria, dataset),
        _overview(list(claims.values())),
        *(_section(own, criteria) for own in claims.values()),
        _legend(rows, criteria),
    )


def _opening(rows: list[Judgement], criteria: Criteria, dataset: str) -> str:
    told = _counted([row.verdict for row in rows])
    outcomes = [row.decisive.outcome for row in rows]
    seeds = sorted({outcome.seeds for outcome in outcomes if outcome.p is not None})
    numbers = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}" if seeds else "no"
    sure = [
        row for row in rows if row.verdict in (SUPPORTED, CONTRADICTED) and row.p_holm is not None
    ]
    stand = sum(row.p_holm < criteria.level for row in sure)
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


def _counted(decisions: list[str]) -> str:
    """`3 supported, 1 unresolved`, in the order of the words."""
    count = Counter(decisions)
    return ", ".join(f"{count[word]} {word}" for word in (*_SAYS, NOT_JUDGED) if count[word])


def _overview(claims: list[list[Judgement]]) -> str:
    """Every claim with its verdicts, those that hold throughout first of all in words."""

    def verdict_in(setting: str):
        return lambda rows: next((row.verdict for row in rows if row.setting == setting), DASH)

    shown = [
        ("", lambda rows: str(rows[0].claim.number)),
        ("the claim", lambda rows: f"[{rows[0].claim.words}](#{_anchor(rows)})"),
        *((words, verdict_in(setting)) for setting, words in SETTINGS.items()),
    ]
    told = []
    for kind, fits in _KINDS.items():
        own = [rows for rows in claims if fits({row.verdict for row in rows} - {NOT_RUN})]
        words = " ".join(f"({rows[0].claim.number}) {rows[0].claim.words}" for rows in own)
        told += [f"**{kind}:** {words}"] if own else []
    return text.section("## In short", text.bullets(told), text.columns(claims, shown, left=6))


def _anchor(rows: list[Judgement]) -> str:
    return f"claim-{rows[0].claim.number}"


def _section(rows: list[Judgement], criteria: Criteria) -> str:
    """One claim: the sentence over all, its hypotheses, notes, and where to look."""
    claim = rows[0].claim
    listed = [(row, one) for row in rows for one in _listed(row)]
    notes = [
        f"{about(one.hypothesis)}: {one.outcome.note}."
        for _, one in listed
        if one.outcome.note and one.decision != NOT_RUN
    ]
    return text.section(
        f'## <a id="{_anchor(rows)}"></a>{claim.number}. {claim.words}',
        overall(rows, criteria),
        _hypotheses(listed),
        text.bullets(filter(None, map(_many, rows))),
        text.bullets(notes),
        _links(rows),
    )


def _hypotheses(listed: list[tuple[Judgement, Tested]]) -> str:
    def of(show):
        return lambda both: show(both[1].hypothesis, both[1].outcome)

    def setting(both: tuple[Judgement, Tested]) -> str:
        return SETTINGS[both[0].setting] + (" (also)" if both[1].hypothesis.also else "")

    def decision(both: tuple[Judgement, Tested]) -> str:
        one = both[1]
        return one.decision if one.hypothesis.also else f"**{one.decision}**"

    def needed(both: tuple[Judgement, Tested]) -> str:
        one = both[1]
        return text.number(one.outcome.needed if one.decision == UNRESOLVED else None, 0)

    shown = [
        ("setting", setting),
        ("what is compared", lambda both: about(both[1].hypothesis)),
        ("test", lambda both: both[1].hypothesis.test.replace("_", " ")),
        ("verdict", decision),
        ("estimate", of(estimate)),
        ("interval", of(interval)),
        ("p", lambda both: text.probability(shown_p(both[1]))),
        ("seeds", lambda both: str(both[1].outcome.seeds or DASH)),
        ("seeds needed", needed),
    ]
    if any(one.beside for _, one in listed):
        shown.append(("test accuracy beside it", lambda both: _beside(both[1].beside)))
    return text.columns(listed, shown, left=4)


def overall(rows: list[Judgement], criteria: Criteria) -> str:
    """One sentence over all settings, with what decides each."""
    told = []
    for verdict, says in _SAYS.items():
        settings = [
            f"{SETTINGS[row.setting]} ({_because(row, criteria)})"
            for row in rows
            if row.verdict == verdict
        ]
        told += [f"**{says}** {_and(settings)}"] if settings else []
    return f"{'; '.join(told)}."


def _because(row: Judgement, criteria: Criteria) -> str:
    """What decides a row, in a few words."""
    one = row.decisive
    hypothesis, outcome = one.hypothesis, one.outcome
    if one.decision == NOT_RUN:
        return outcome.note
    if one.decision == NOT_JUDGED:
        reasons = [_judged(row), f"{about(hypothesis)}: {outcome.note}", _holding(row)]
        return "; ".join(filter(None, reasons))
    between = interval(hypothesis, outcome)
    said = [_weakest(row) if row.verdict == SUPPORTED else about(hypothesis)]
    said += [estimate(hypothesis, outcome), *([between] if between != DASH else [])]
    reasons = [", ".join(said)]
    if row.verdict == UNRESOLVED and outcome.needed:
        least = smallest(hypothesis.measure, of_interest(hypothesis, criteria))
        reasons.append(
            f"{outcome.needed:,} seeds would show {least} with {100 * criteria.power:g} % power "
            "at the spread seen"
        )
    reasons += [_fell(row) if row.verdict == SUPPORTED else _holding(row), _judged(row)]
    return "; ".join(filter(None, reasons))


def _judged(row: Judgement) -> str:
    """How many of several hypotheses could be judged, where not all could."""
    judged = sum(one.decision != NOT_JUDGED for one in row.needed)
    count = len(row.needed)
    return f"{judged} of {count} parts could be judged" if judged < count else ""


def _holding(row: Judgement) -> str:
    """How many of several hypotheses hold where the whole does not."""
    holding = sum(one.decision == SUPPORTED for one in row.needed)
    return f"{holding} of {len(row.needed)} parts hold" if holding else ""


def _weakest(row: Judgement) -> str:
    """The hypothesis that decides, of however many hold."""
    count = sum(one.decision != NOT_JUDGED for one in row.needed)
    words = about(row.decisive.hypothesis)
    return words if count == 1 else f"least surely of {count} parts: {words}"


def _fell(row: Judgement) -> str:
    """Where a gap narrowed and test accuracy fell with it: that is underfitting."""
    for one in row.needed:
        if one.beside and one.beside.high is not None and one.beside.high < 0:
            fall = points(one.beside.estimate)
            return f"but test accuracy fell with it ({fall} points), as underfitting makes it"
    return ""


def _listed(row: Judgement) -> list[Tested]:
    """What the page shows: all of a few hypotheses, else the one that decides; then `also`."""
    few = len(row.needed) <= _MOST_LISTED
    decisive = row.decisive.hypothesis
    kept = [one for one in row.needed if few or one.hypothesis is decisive]
    return kept + [one for one in row.tested if one.hypothesis.also]


def _many(row: Judgement) -> str:
    """What the page does not show of many hypotheses."""
    if len(row.needed) <= _MOST_LISTED:
        return ""
    told = _counted([one.decision for one in row.needed])
    open_ones = [one for one in row.needed if one.decision in (CONTRADICTED, UNRESOLVED)]
    names = "; ".join(f"{about(one.hypothesis)} ({one.decision})" for one in open_ones[:8])
    more = f" Not supported: {names}{' …' if len(open_ones) > 8 else ''}." if open_ones else ""
    return (
        f"{SETTINGS[row.setting].capitalize()}: {len(row.needed)} parts ({told}); the table shows "
        f"the one that decides, [claims_parts.csv](claims_parts.csv) all.{more}"
    )


def _beside(beside: Outcome | None) -> str:
    if beside is None or beside.estimate is None:
        return DASH
    return f"{points(beside.estimate)} ({text.interval(beside.low, beside.high, points)})"


def _links(rows: list[Judgement]) -> str:
    """The figures and tables that a claim and its hypotheses name."""
    told = []
    for kind in ("figure", "table"):
        owners = [rows[0].claim, *(one.hypothesis for row in rows for one in row.tested)]
        paths = dict.fromkeys(filter(None, (getattr(owner, kind) for owner in owners)))
        links = ", ".join(f"[{path.rsplit('/', 1)[-1]}]({path})" for path in paths)
        told += [f"{kind.capitalize()}s: {links}."] if links else []
    return " ".join(told)


def _and(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _legend(rows: list[Judgement], criteria: Criteria) -> str:
    margin = f"{100 * criteria.smallest_difference:g} points"
    level = f"{criteria.level:g}"
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
  where it is, would show the smallest difference of interest with {100 * criteria.power:g} %
  power at the spread seen, at {level} over the parts of the claim (Bonferroni, so no more than that
  many); {DASH} where there were as many. *Not judged*: there is
  nothing to judge a part by, and its note says why; unless it is left out, the claim is unresolved
  (or contradicted by another part). *Not run*: runs are missing.
- **Estimates.** Differences are those of the first to the second, seed by seed, in points of
  accuracy (percentage points); ×0.5 is half as many steps or seconds; intervals are at
  {100 * criteria.confidence:g} %, not corrected for each other. A gap that narrows has the change
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
  a signed-rank test would need {signed_rank_pairs(criteria.level, family)} seeds to reach {level}
  at all (at 5 seeds its p is never below {signed_rank_minimum(5):g}); Student's t has no
  smallest p.
- **What is varied.** The seed sets initial weights, batches, dropout and augmentation; all variants
  share the data and the test set, whose own noise more seeds do not lessen."""
