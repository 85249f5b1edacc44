"""Claims judged: the rules by which the decisions on hypotheses become a verdict.

A row of the result is a claim in a setting, of a measure (a claim of several measures is judged a
measure at a time, unless it says `as_one`) and of a case, where its hypotheses name several. Its
verdict says no more than what its parts come to: it holds if all are supported, in part if some
are; the reverse holds if none is and some are reversed; it makes no difference that matters if all
of them make none; else it is open. What is not asked is left out, and what cannot be told is open.
Over the page, Holm says which decisions would stand if all that rest on a p were one family.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onescale.claims.hypotheses import NO_DIFFERENCE, NOT_ASKED, NOT_RUN, OPEN, REVERSED, SUPPORTED
from onescale.claims.spec import Claim, ClaimSpec
from onescale.claims.testing import Evidence, Tested, check, put_to_test
from onescale.comparison.statistics import holm
from onescale.data.dataset import Dataset
from onescale.runs.record import Record

HOLDS, IN_PART = "holds", "holds in part"
REVERSE, REVERSE_IN_PART = "the reverse holds", "the reverse holds in part"
# The decision that a verdict rests on; in the order in which they are counted.
VERDICTS = {
    HOLDS: SUPPORTED,
    IN_PART: SUPPORTED,
    NO_DIFFERENCE: NO_DIFFERENCE,
    REVERSE: REVERSED,
    REVERSE_IN_PART: REVERSED,
    OPEN: OPEN,
    NOT_ASKED: NOT_ASKED,
    NOT_RUN: NOT_RUN,
}


@dataclass(frozen=True)
class Judgement:
    """A claim in a setting: verdict and hypotheses; measure, case: what it is of, where the setting
    has several. level: below which a p decides."""

    claim: Claim
    setting: str
    measure: str | None
    case: str | None
    tested: list[Tested]
    level: float = 0.05

    @property
    def needed(self) -> list[Tested]:
        """The hypotheses that the claim stands on."""
        return [one for one in self.tested if not one.hypothesis.also]

    @property
    def verdict(self) -> str:
        """What its parts come to."""
        return verdict(one.decision for one in self.needed)

    @property
    def corrected(self) -> str:
        """What they come to without the decisions that Holm over the page removes."""
        return verdict(OPEN if removed(one, self.level) else one.decision for one in self.needed)

    @property
    def decisive(self) -> Tested:
        """Of the parts that the verdict rests on, the least sure; it lends the row its numbers."""
        own = [one for one in self.needed if one.decision == VERDICTS[self.verdict]]
        return max(own, key=lambda one: -1.0 if one.p is None else one.p)


def judge(
    claims: ClaimSpec,
    records: Mapping[str, Record],
    data: Dataset | None = None,
    scale: float = 1.0,
) -> list[Judgement]:
    """A row for every claim, setting, measure and case, in the order of the configuration.

    data: whose labels bring the noise of the test set into intervals. scale: of the smallest
    differences of interest. A claim whose runs are not all there is `not run`. Raises SpecError as
    `check` does.
    """
    check(claims)
    evidence = Evidence(records, claims.criteria, claims.seeds, data, scale, claims.printed)
    rows = []
    for claim in claims.resolved(records).claims:
        for setting, hypotheses in claim.settings.items():
            tested = _step_aside([put_to_test(one, evidence) for one in hypotheses])
            rows += _rows(claim, setting, tested, claims.criteria.level)
    return as_one_family(rows)


def verdict(decisions: Iterable[str]) -> str:
    """What the decisions on its parts make of a claim."""
    found = set(decisions)
    if NOT_RUN in found:
        return NOT_RUN
    found.discard(NOT_ASKED)
    if not found:
        return NOT_ASKED
    if SUPPORTED in found:
        return HOLDS if found == {SUPPORTED} else IN_PART
    if REVERSED in found:
        return REVERSE if found == {REVERSED} else REVERSE_IN_PART
    return NO_DIFFERENCE if found == {NO_DIFFERENCE} else OPEN


def as_one_family(rows: list[Judgement]) -> list[Judgement]:
    """The rows with the `p_holm` of every hypothesis on the page that rests on a p."""
    adjusted = iter(holm([one.p for row in rows for one in row.tested]))
    return [
        dataclasses.replace(
            row, tested=[dataclasses.replace(one, p_holm=next(adjusted)) for one in row.tested]
        )
        for row in rows
    ]


def removed(one: Tested, level: float) -> bool:
    """Whether Holm over the page takes back what a hypothesis by itself comes to."""
    return one.decided and one.p_holm is not None and one.p_holm >= level


def other_by_images(one: Tested) -> bool:
    """Whether the noise of the test set, in the interval as well, would change what it comes to."""
    return one.images is not None and one.images.settled != one.decision


def missing(rows: list[Judgement]) -> list[str]:
    """The variants whose runs were wanted and not given."""
    return list(dict.fromkeys(n for row in rows for one in row.tested for n in one.missing))


def _step_aside(tested: list[Tested]) -> list[Tested]:
    """The fourth rule by which nothing is asked: neither of two nets ever gets to a level, and the
    same two are judged, by the same measure and test, at another."""

    def at_no_level(one: Tested) -> str:
        return repr(dataclasses.replace(one.hypothesis, level=None))

    judged = {at_no_level(one) for one in tested if not one.outcome.unreached}
    return [
        dataclasses.replace(one, decision=NOT_ASKED)
        if one.outcome.unreached and at_no_level(one) in judged
        else one
        for one in tested
    ]


def _rows(claim: Claim, setting: str, tested: list[Tested], level: float) -> list[Judgement]:
    """A row for each measure and case; what does not decide stands with its own, or with the
    first."""

    def key(one: Tested) -> tuple[str | None, str | None]:
        return None if claim.as_one else one.hypothesis.measure, one.hypothesis.case

    groups = dict.fromkeys(key(one) for one in tested if not one.hypothesis.also)
    parts = {own: [one for one in tested if key(one) == own] for own in groups}
    parts[next(iter(groups))] += [one for one in tested if key(one) not in groups]
    return [Judgement(claim, setting, *own, parts, level) for own, parts in parts.items()]
