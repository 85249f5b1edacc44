"""claims.md: what makes a network train well, under which conditions, and how sure we are.

For a person who reads this page alone: first every claim with its verdict in each setting, then
claim by claim what decides each verdict and the evidence, then what another smallest difference of
interest would change, and how to read it. Every sentence is made from the verdicts; none is written
beforehand, and every number stands beside the part that it is of.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from onescale.claims import remarks
from onescale.claims.hypotheses import (
    CUT_OR_ROUNDED,
    DECISIONS,
    NOT_ASKED,
    NOT_RUN,
    REVERSED,
    Outcome,
)
from onescale.claims.legend import legend
from onescale.claims.measures import of_interest
from onescale.claims.spec import SETTINGS
from onescale.claims.summary import why
from onescale.claims.table import claims_table
from onescale.claims.testing import Tested
from onescale.claims.verdicts import (
    HOLDS,
    IN_PART,
    NO_DIFFERENCE,
    REVERSE,
    REVERSE_IN_PART,
    VERDICTS,
    Judgement,
    other_by_images,
    removed,
)
from onescale.claims.words import OF_ASKED, about, estimate, interval, row_label, smallest
from onescale.comparison.spec import SMALLEST_RATIO, Criteria
from onescale.core import text
from onescale.core.text import DASH, points, span

BY_HOLM = "†"
_MOST_COUNTED = 2  # parts of one decision that are told with their numbers
_SOME, _REVERSED = {HOLDS, IN_PART}, {REVERSE, REVERSE_IN_PART}
_SOMEWHERE = (
    "in some settings or by some measure; in others without a difference that matters, or open"
)
# What the verdicts on a claim come to, whatever was not run or not asked; the first that fits.
_KINDS: dict[str, Callable[[set[str]], bool]] = {
    "Holds wherever it was judged": lambda found: found == {HOLDS},
    "Holds, at least in part, in some settings or by some measure; in others the "
    "reverse": lambda found: bool(found & _SOME and found & _REVERSED),
    "Holds in some settings or by some measure; in others in part, or without a difference that "
    "matters, or it is open": lambda found: HOLDS in found,
    "Holds in part": lambda found: found == {IN_PART},
    f"Holds in part {_SOMEWHERE}": lambda found: IN_PART in found,
    "The reverse holds, at least in part": lambda found: bool(found) and found <= _REVERSED,
    f"The reverse holds, at least in part, {_SOMEWHERE}": lambda found: bool(found & _REVERSED),
    "Makes no difference that matters": lambda found: found == {NO_DIFFERENCE},
    "Open": lambda found: bool(found),
    "Not judged": lambda found: True,
}


def claims_page(
    rows: list[Judgement],
    criteria: Criteria,
    dataset: str,
    scaled: Mapping[float, list[Judgement]] | None = None,
    rules: str = "",
    summary: str = "",
) -> str:
    """The whole page; scaled: the same rows with other smallest differences of interest. rules: by
    which they were judged. summary: what it opens with."""
    claims: dict[int, list[Judgement]] = {}
    for row in rows:
        claims.setdefault(row.claim.number, []).append(row)
    return text.page(
        "# Claims",
        summary,
        _opening(rows, criteria, dataset),
        f"Judged by rules {rules} (version and digest; docs/method.md)." if rules else "",
        _overview(list(claims.values())),
        *(_section(own, criteria) for own in claims.values()),
        _sensitivity(rows, scaled or {}, criteria),
        legend(criteria),
    )


def _opening(rows: list[Judgement], criteria: Criteria, dataset: str) -> str:
    parts = [one for row in rows for one in row.tested]
    by_p = [one for one in parts if one.decided and one.p is not None]
    lost = sum(removed(one, criteria.level) for one in by_p)
    changed = sum(row.corrected != row.verdict for row in rows)
    with_images = [one for one in parts if one.images is not None]
    other = sum(map(other_by_images, with_images))
    seeds = {one.outcome.seeds for one in by_p}
    from_seeds = f", from {span(seeds)} seeds a variant" if seeds else ""
    told = [
        f"What the chapter says makes a neural network train well, put to the test on {dataset}. A "
        "claim is often true under one condition and not under another, so each is judged in every "
        f"setting where it makes sense, a measure at a time: {_counted(rows)}{from_seeds}. What "
        "was fixed before the runs, and what was not, stands in docs/method.md.",
        f"The smallest difference of interest is {100 * criteria.smallest_difference:g} points of "
        "test accuracy, since the accuracy of one net on MNIST moves by about as much from one "
        "test set of 10,000 images to another and, with He weights on all training images, from "
        "one seed to the next (elsewhere by more), so that nobody who trains once would notice "
        "less; of steps and seconds it is a tenth.",
        f"Of {len(by_p)} decisions on parts that rest on a p value, Holm's correction over all "
        f"parts of this page would remove {lost}, marked {BY_HOLM}, which changes {changed} of "
        f"{len(rows)} verdicts.",
    ]
    if with_images:
        told.append(
            f"Of {len(with_images)} differences of test accuracy, {other} would come to something "
            f"else with the noise of the test set in the interval too, marked {remarks.BY_IMAGES}."
        )
    return text.section(told[0], " ".join(told[1:]))


def _counted(rows: list[Judgement]) -> str:
    """`3 × holds, 1 × open`, in the order of the words."""
    count = Counter(row.verdict for row in rows)
    return ", ".join(f"{count[word]} × {word}" for word in VERDICTS if count[word])


def _overview(claims: list[list[Judgement]]) -> str:
    """Every claim with its verdicts; in words, what they come to."""
    kinds: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for rows in claims:
        found = {row.verdict for row in rows} - {NOT_ASKED, NOT_RUN}
        kind = next(kind for kind, fits in _KINDS.items() if fits(found))
        kinds[kind].append(f"({rows[0].claim.number}) {_in_short(rows)}")
    told = [f"**{kind}:** {' '.join(words)}" for kind, words in kinds.items() if words]
    cells = claims_table([row for rows in claims for row in rows])
    table = overview(cells, lambda row: f"[{row['words']}](#claim-{row['claim']})")
    return text.section("## In short", text.bullets(told), table)


def overview(rows: Iterable[Mapping[str, Any]], link: Callable[[Any], str]) -> str:
    """Rows of claims.csv as a table: a line a claim, measure and case, a column a setting. link: to
    a claim, on the first of its lines."""
    lines: dict[tuple[Any, str], dict[str, str]] = {}
    for row in rows:
        key = row["claim"], row_label(row["measure"], row["case"])
        opening = {"claim": str(row["claim"]), "words": link(row)}
        first = all(claim != row["claim"] for claim, _ in lines)
        line = lines.setdefault(key, (opening if first else {}) | {"by": key[1] or DASH})
        aside = OF_ASKED * (0 < int(row["parts_not_asked"]) < int(row["parts"]))
        mark = f" {BY_HOLM}" * (row["verdict_corrected"] != row["verdict"])
        line[row["setting"]] = row["verdict"] + aside + mark

    def shown(key: str, absent: str) -> Callable[[Any], str]:
        return lambda line: line.get(key, absent)

    heads = {"claim": "", "words": "the claim", "by": "judged by", **SETTINGS}
    columns = [(head, shown(key, DASH if key in SETTINGS else "")) for key, head in heads.items()]
    return text.columns(lines.values(), columns, left=len(columns))


def _in_short(rows: list[Judgement]) -> str:
    """The words of a claim, and what must be added where they stand alone."""
    parts = [one for row in rows for one in row.needed]
    passed = any(
        one.hypothesis.test == "reaches_printed" and one.decision != NOT_ASKED for one in parts
    )
    marked = any(row.corrected != row.verdict for row in rows)
    cut = any(CUT_OR_ROUNDED in one.outcome.note for one in parts)
    reverse = [row for row in rows if REVERSED in {one.decision for one in row.needed}]
    against = dict.fromkeys(row.setting for row in reverse)
    words = (
        rows[0].claim.words,
        "(Put right: so much, or more.)" * passed,
        "(If figures of two digits were cut, not rounded.)" * cut,
        f"(Of some part the reverse: {'; '.join(SETTINGS[one] for one in against)}.)"
        * bool(against),
        BY_HOLM * marked,
    )
    return " ".join(filter(None, words))


def _asked(row: Judgement) -> str:
    """The verdict, and whether parts of it were not asked."""
    found = {one.decision for one in row.needed}
    return row.verdict + OF_ASKED * (NOT_ASKED in found and found != {NOT_ASKED})


def _anchor(row: Judgement) -> str:
    return f"claim-{row.claim.number}"


def _section(rows: list[Judgement], criteria: Criteria) -> str:
    """One claim: what decides each verdict, its hypotheses, notes, and where to look."""
    claim = rows[0].claim
    listed = [(row, one) for row in rows for one in _listed(row)]
    return text.section(
        f'## <a id="{_anchor(rows[0])}"></a>{claim.number}. {claim.words}',
        why(claim),
        text.bullets(_sentence(row, rows, criteria) for row in rows),
        _hypotheses(listed, criteria),
        text.bullets([*remarks.notes(listed), *remarks.same_finding(listed)]),
        _links(rows),
    )


def _sentence(row: Judgement, rows: list[Judgement], criteria: Criteria) -> str:
    """The verdict of a row and what decides it, each number with the part that it is of."""
    several = len({(one.measure, one.case) for one in rows}) > 1
    label = row_label(row.measure, row.case) if several else ""
    where = ", ".join(filter(None, (SETTINGS[row.setting], label)))
    by_decision = {
        decision: own
        for decision in DECISIONS
        if (own := [one for one in row.needed if one.decision == decision])
    }
    if len(by_decision) == 1:
        told = _named(row.needed, criteria, numbers=True)
    else:
        told = "; ".join(
            f"{len(own)} of {len(row.needed)} {decision}: {_named(own, criteria)}"
            for decision, own in by_decision.items()
        )
    told += "".join(f"; {remark}" for remark in remarks.shared_remarks(row)) + remarks.by_tuning(
        row
    )
    corrected = f"; {BY_HOLM} corrected over the page: {row.corrected}"
    return f"{where}: **{_asked(row)}** ({told}){corrected * (row.corrected != row.verdict)}"


def _named(own: list[Tested], criteria: Criteria, numbers: bool = False) -> str:
    """Parts of one decision: each with its numbers if they are few, else the least sure with its
    own, and the others by name."""
    if len(own) <= _MOST_COUNTED:
        return "; ".join(_with_numbers(one, criteria) for one in own)
    least = max(own, key=lambda one: -1.0 if one.p is None else one.p)
    if numbers:
        which = "such as" if least.p is None else "least surely"
        return f"{len(own)} parts, {which} {_with_numbers(least, criteria)}"
    return remarks.listed_names(about(one.hypothesis) for one in own)


def _with_numbers(one: Tested, criteria: Criteria) -> str:
    if one.decision in (NOT_RUN, NOT_ASKED) or one.outcome.estimate is None:
        return f"{about(one.hypothesis)}: {one.outcome.note}"
    between = interval(one.hypothesis, one.outcome)
    said = [about(one.hypothesis), estimate(one.hypothesis, one.outcome)]
    told = ", ".join([*said, *([between] if between != DASH else [])])
    if one.outcome.needed:
        least = smallest(one.hypothesis.measure, of_interest(one.hypothesis, criteria))
        told += (
            f"; to find a truth that lies {least} beyond the limit, with "
            f"{100 * criteria.power:g} % power, takes {one.outcome.needed:,} seeds"
        )
    return told


def _hypotheses(listed: list[tuple[Judgement, Tested]], criteria: Criteria) -> str:
    def of(show):
        return lambda both: show(both[1].hypothesis, both[1].outcome)

    several = len({row.case for row, _ in listed}) > 1

    def setting(both: tuple[Judgement, Tested]) -> str:
        row, one = both
        where = ", ".join([SETTINGS[row.setting], *filter(None, [row.case if several else None])])
        return where + (" (also)" if one.hypothesis.also else "")

    def decision(both: tuple[Judgement, Tested]) -> str:
        one = both[1]
        words = one.decision if one.hypothesis.also else f"**{one.decision}**"
        marks = (BY_HOLM * removed(one, criteria.level), remarks.BY_IMAGES * other_by_images(one))
        return " ".join(filter(None, (words, *marks)))

    shown = [
        ("setting", setting),
        ("what is compared", lambda both: about(both[1].hypothesis)),
        ("test", lambda both: both[1].hypothesis.test.replace("_", " ")),
        ("it is", decision),
        ("estimate", of(estimate)),
        ("interval", of(interval)),
        ("p", lambda both: text.probability(both[1].p)),
        ("seeds", lambda both: str(both[1].outcome.seeds or DASH)),
        ("seeds needed", lambda both: text.number(both[1].outcome.needed, 0)),
    ]
    if any(one.images for _, one in listed):
        shown.append(
            ("interval over seeds and images", lambda both: remarks.images_interval(both[1].images))
        )
    if besides := dict.fromkeys(filter(None, (one.hypothesis.beside for _, one in listed))):
        words = row_label(next(iter(besides)), None)
        shown.append((f"{words} beside it", lambda both: _difference(both[1].beside)))
    return text.columns(listed, shown, left=4)


def _difference(beside: Outcome | None) -> str:
    if beside is None or beside.estimate is None:
        return DASH
    return f"{points(beside.estimate)} ({text.interval(beside.low, beside.high, points)})"


def _listed(row: Judgement) -> list[Tested]:
    """What the page shows: all of a few hypotheses, else the one that decides; then `also`."""
    few = len(row.needed) <= remarks.MOST_LISTED
    kept = [one for one in row.needed if few or one is row.decisive]
    return kept + [one for one in row.tested if one.hypothesis.also]


def _links(rows: list[Judgement]) -> str:
    """The figures and tables that a claim and its hypotheses name."""
    told = []
    for kind in ("figure", "table"):
        owners = [rows[0].claim, *(one.hypothesis for row in rows for one in row.tested)]
        paths = dict.fromkeys(filter(None, (getattr(owner, kind) for owner in owners)))
        links = ", ".join(f"[{path.rsplit('/', 1)[-1]}]({path})" for path in paths)
        told += [f"{kind.capitalize()}s: {links}."] if links else []
    return " ".join(told)


def _sensitivity(
    rows: list[Judgement], scaled: Mapping[float, list[Judgement]], criteria: Criteria
) -> str:
    """Which verdicts change with another smallest difference of interest."""
    if not scaled:
        return ""

    def head(scale: float) -> str:
        return (
            f"{100 * criteria.smallest_difference * scale:g} points, ×{SMALLEST_RATIO**scale:.3g}"
        )

    columns = {1.0: rows, **scaled}
    lines = [
        [f"{row.claim.number}", SETTINGS[row.setting], row_label(row.measure, row.case) or DASH]
        + [columns[scale][i].verdict for scale in sorted(columns)]
        for i, row in enumerate(rows)
        if any(other[i].verdict != row.verdict for other in scaled.values())
    ]
    header = ["claim", "setting", "judged by", *map(head, sorted(columns))]
    told = (
        f"{len(lines)} of {len(rows)} verdicts change where the smallest difference of interest is "
        "half or twice as large (of accuracy; of steps and seconds, as a ratio)."
    )
    table = text.table(header, lines, left=len(header)) if lines else ""
    return text.section("## What another smallest difference would change", told, table)
