"""Claims judged: the rules by which outcomes become decisions, and decisions a verdict.

A row of the result is a claim in a setting. It may stand on several hypotheses; then it is
supported only if all of them are (each at the level: an intersection–union test, which needs no
correction), and contradicted if one of them is, after Holm over them. A hypothesis that cannot be
judged leaves the claim unresolved, unless `_left_out` says that there is nothing to ask of it. The
one that decides lends the row its estimate, interval and p; all stand in a table of their own. Over
the whole page `p_holm` says which verdicts would stand if everything on it were one family.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from onescale.claims.hypotheses import (
    CONTRADICTED,
    LEARNS,
    LEVEL,
    NOT_JUDGED,
    NOT_RUN,
    SUPPORTED,
    UNRESOLVED,
    Outcome,
)
from onescale.claims.spec import Claim, ClaimSpec
from onescale.claims.testing import Evidence, Tested, check, put_to_test
from onescale.comparison.spec import Criteria
from onescale.comparison.statistics import holm
from onescale.runs.record import Record


@dataclass(frozen=True)
class Judgement:
    """A claim in a setting: verdict, the hypothesis that decides it, and all of them.

    p: of the deciding one; where one of several decides because it speaks against the claim, of
    that, after Holm over them. p_holm: the same after Holm over all rows.
    """

    claim: Claim
    setting: str
    verdict: str
    decisive: Tested
    tested: list[Tested]
    p: float | None = None
    p_holm: float | None = None

    @property
    def needed(self) -> list[Tested]:
        """The hypotheses that the claim stands on."""
        return [one for one in self.tested if not one.hypothesis.also]


def judge(claims: ClaimSpec, records: Mapping[str, Record]) -> list[Judgement]:
    """A row for every claim and setting, in the order of the configuration.

    A claim whose runs are not all there is `not run`. Raises SpecError as `check` does.
    """
    check(claims)
    evidence = Evidence(records, claims.criteria, claims.seeds)
    rows = []
    for claim in claims.resolved(records).claims:
        for setting, hypotheses in claim.settings.items():
            family = sum(not one.also for one in hypotheses)
            tested = [put_to_test(one, evidence, 1 if one.also else family) for one in hypotheses]
            rows.append(conclude(claim, setting, tested, claims.criteria))
    return as_one_family(rows)


def decide(outcome: Outcome, criteria: Criteria) -> str:
    """What an outcome says of a hypothesis by itself, before Holm."""
    if outcome.settled:
        return outcome.settled
    if outcome.p_for < criteria.level:
        return SUPPORTED
    return CONTRADICTED if outcome.p_against < criteria.level else UNRESOLVED


def conclude(claim: Claim, setting: str, tested: list[Tested], criteria: Criteria) -> Judgement:
    """The verdict on a claim in a setting, from the outcomes of its hypotheses."""
    tested = _decided(tested, criteria)
    needed = [one for one in tested if not one.hypothesis.also]
    counted = [one for one in needed if one.decision != NOT_JUDGED]
    by_decision = {
        decision: [one for one in needed if one.decision == decision]
        for decision in (NOT_RUN, CONTRADICTED, UNRESOLVED, NOT_JUDGED)
    }
    lost = [one for one in by_decision[NOT_JUDGED] if not _left_out(one, counted)]
    p = None
    if by_decision[NOT_RUN]:
        verdict, decisive = NOT_RUN, by_decision[NOT_RUN][0]
    elif not counted:
        verdict, decisive = UNRESOLVED, needed[0]
    elif by_decision[CONTRADICTED]:
        verdict, decisive = CONTRADICTED, min(by_decision[CONTRADICTED], key=_sureness("p_against"))
        p = shown_p(decisive, corrected=True)
    elif lost and not by_decision[UNRESOLVED]:
        verdict, decisive = UNRESOLVED, lost[0]
    else:
        verdict = UNRESOLVED if by_decision[UNRESOLVED] else SUPPORTED
        decisive = max(by_decision[UNRESOLVED] or counted, key=_sureness("p_for"))
        p = shown_p(decisive, corrected=True)
    return Judgement(claim, setting, verdict, decisive, tested, p)


def as_one_family(rows: list[Judgement]) -> list[Judgement]:
    """The rows with `p_holm`; a row that no test decides is not of the family."""
    adjusted = holm([None if row.decisive.outcome.settled else row.p for row in rows])
    return [dataclasses.replace(row, p_holm=p) for row, p in zip(rows, adjusted, strict=True)]


def shown_p(one: Tested, corrected: bool = False) -> float | None:
    """The p that speaks for a decision: against the hypothesis where it is contradicted; if
    `corrected`, after Holm over the claim where it would be."""
    if corrected and one.p_corrected is not None:
        return one.p_corrected
    against = one.decision == CONTRADICTED and one.outcome.settled is None
    return one.outcome.p_against if against else one.outcome.p


def missing(rows: list[Judgement]) -> list[str]:
    """The variants whose runs were wanted and not given."""
    return list(dict.fromkeys(n for row in rows for one in row.tested for n in one.missing))


def _decided(tested: list[Tested], criteria: Criteria) -> list[Tested]:
    """The hypotheses with their decisions: what the claim stands on is contradicted only after Holm
    over all of that."""
    tested = [dataclasses.replace(one, decision=decide(one.outcome, criteria)) for one in tested]
    if any(one.decision == NOT_RUN and not one.hypothesis.also for one in tested):
        return tested
    against = [
        None if one.hypothesis.also or one.outcome.settled else one.outcome.p_against
        for one in tested
    ]
    corrected = []
    for one, p in zip(tested, holm(against), strict=True):
        if one.decision == CONTRADICTED and p is not None:
            decision = CONTRADICTED if p < criteria.level else UNRESOLVED
            one = dataclasses.replace(one, p_corrected=p, decision=decision)
        corrected.append(one)
    return corrected


def _sureness(p: str):
    """A key that sorts by p; what is settled needs none."""
    return lambda one: 0 if one.outcome.settled else getattr(one.outcome, p)


def _left_out(one: Tested, counted: list[Tested]) -> bool:
    """Whether nothing is asked of a hypothesis that cannot be judged: no net learns, where `learns`
    says that this is wanted; or neither net ever gets to a level, where the same two are judged, by
    the same measure and test, at another. Both are blind to which of the two is ahead."""
    if one.outcome.beyond == LEARNS:
        return True
    level = one.hypothesis.level
    others = [dataclasses.replace(other.hypothesis, level=level) for other in counted]
    return one.outcome.beyond == LEVEL and one.hypothesis in others
