"""Hypotheses put to their tests: from runs to the outcome of each, and what must be said of it.

Here values are taken of whatever a hypothesis is about, seeds are paired, and what cannot be tested
(runs that are missing, what is not asked) is told apart from what was tested. Three rules say that
a hypothesis is not asked: no net of the two learns, where it is about nets that do; the activation
has no such end; the figure is one that the chapter prints of another data set. (`verdicts` has a
fourth, which takes two hypotheses.) What is tuned counts only if it comes to the same in every
repeat of the tuning.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from onescale.claims.hypotheses import DECIDED, NOT_ASKED, NOT_RUN, OPEN, TESTS, Outcome
from onescale.claims.measures import MEASURES, AtLeast, check_made, coarse, learns
from onescale.claims.samples import Case
from onescale.claims.spec import ClaimSpec, Hypothesis, kind_of
from onescale.comparison import bootstrap
from onescale.comparison.spec import Criteria
from onescale.core.errors import DataError, SpecError, suggest
from onescale.core.text import joined
from onescale.data.dataset import Dataset
from onescale.runs import predictions
from onescale.runs.record import Record, read_arrays
from onescale.training.expansion import retunings


@dataclass(frozen=True)
class Evidence:
    """What all hypotheses of a page are tested by; seeds: of nets that are not trained. data: whose
    labels tell which test images each run gets right. scale: of the smallest differences of
    interest. printed: whether the chapter's figures are of this data set."""

    records: Mapping[str, Record]
    criteria: Criteria = field(default_factory=Criteria)
    seeds: tuple[int, ...] = ()
    data: Dataset | None = None
    scale: float = 1.0
    printed: bool = True


@dataclass(frozen=True)
class Tested:
    """A hypothesis with its outcome, and the measure that stands beside it.

    decision: what comes of it. images: of a difference of test accuracy, its interval and decision
    by the bootstrap over seeds and test images. missing: runs that were wanted. p_holm: of the
    decision, after Holm over the page.
    """

    hypothesis: Hypothesis
    outcome: Outcome
    decision: str = OPEN
    beside: Outcome | None = None
    images: Outcome | None = None
    missing: tuple[str, ...] = ()
    p_holm: float | None = None

    @property
    def decided(self) -> bool:
        """Whether it comes to something."""
        return self.decision in DECIDED

    @property
    def p(self) -> float | None:
        """Of the decision; where it is open, of what came nearest to one."""
        return self.outcome.p_of(self.decision)


def check(claims: ClaimSpec) -> None:
    """Raises SpecError for a measure or test that is not known, or that do not go together."""
    for claim, setting, hypothesis in claims.hypotheses():
        _check(hypothesis, f"claims.{claim.name}.{setting}")


def put_to_test(hypothesis: Hypothesis, evidence: Evidence) -> Tested:
    """A hypothesis tested, unless its runs are missing or it is not asked; open where it rests on
    tuning that comes to something else when it is repeated."""
    tested = _once(hypothesis, evidence)
    again = [_once(one, evidence).decision for one in _repeated(hypothesis, evidence.records)]
    decisions = [tested.decision, *again]
    if len(set(decisions)) == 1:
        return tested
    note = f"tuned {len(decisions)} times, which comes to: {', '.join(decisions)}"
    outcome = dataclasses.replace(
        tested.outcome, settled=OPEN, needed=None, note=joined(tested.outcome.note, note)
    )
    images = tested.images and dataclasses.replace(tested.images, settled=OPEN)
    return dataclasses.replace(tested, outcome=outcome, decision=OPEN, images=images)


def _once(hypothesis: Hypothesis, evidence: Evidence) -> Tested:
    records, level = evidence.records, evidence.criteria.level
    absent = tuple(name for name in hypothesis.variants if name not in records)
    if absent:
        note = f"no run of {', '.join(absent)}"
        return Tested(hypothesis, Outcome(note=note), NOT_RUN, missing=absent)
    sizes = [len(s["all"]) for s in (hypothesis.of, hypothesis.than) if kind_of(s) == "all"]
    if len(set(sizes)) > 1:
        note = f"sets of {sizes[0]} and {sizes[1]} nets, compared one by one"
        return Tested(hypothesis, Outcome(note=note), NOT_RUN, missing=(note,))
    if told := _not_asked(hypothesis, evidence):
        return Tested(hypothesis, Outcome(note=told), NOT_ASKED)
    sides = (hypothesis.of, hypothesis.than)
    chosen = dict.fromkeys(map(_choice, sides))  # words once
    of, than = (_best(side, hypothesis, records) for side in sides)
    hypothesis = dataclasses.replace(hypothesis, of=of, than=than)
    outcome = outcome_of(hypothesis, evidence)
    outcome = dataclasses.replace(outcome, note=joined(outcome.note, *chosen))
    decision = outcome.decision(level)
    beside = None
    if hypothesis.beside:
        other = {"measure": hypothesis.beside, "test": "better", "margin": None}
        beside = outcome_of(dataclasses.replace(hypothesis, **other), evidence)
    return Tested(hypothesis, outcome, decision, beside, _over_images(hypothesis, evidence))


def outcome_of(hypothesis: Hypothesis, evidence: Evidence) -> Outcome:
    """The outcome of a hypothesis' test over the seeds that both sides have."""
    test, records = TESTS[hypothesis.test], evidence.records
    kind = MEASURES[hypothesis.measure].subject
    sides = [_values(hypothesis.of, hypothesis, evidence)]
    if not test.alone:
        sides.append(_values(hypothesis.than, hypothesis, evidence))
    common = [seed for seed in sides[0] if seed in sides[-1]]
    values = [[side[seed] for seed in common] for side in sides]
    if any(value is None for side in values for value in side):
        if kind == "layers":
            return Outcome(note="the activation has no upper end", settled=NOT_ASKED)
        return Outcome(note=hypothesis.note or "not defined for every seed")
    if not common:
        return Outcome(note="no seed in common")
    than = None if test.alone else values[1]
    case = Case(hypothesis, values[0], than, evidence.criteria, evidence.scale)
    outcome = test.outcome(case)
    if kind == "nets":  # of which each is a case
        fewest = min(len(records[name].runs) for name in hypothesis.variants)
        outcome = dataclasses.replace(outcome, seeds=fewest)
    unpaired = len(common) < max(map(len, sides))
    fewer = f"only the {len(common)} seeds that both have" if unpaired else ""
    told = (_diverged(hypothesis, records), _coarse(hypothesis, records), fewer)
    return dataclasses.replace(outcome, note=joined(hypothesis.note, outcome.note, *told))


def _over_images(hypothesis: Hypothesis, evidence: Evidence) -> Outcome | None:
    """A difference of final test accuracy with the noise of the test set in its interval, judged by
    the same limits; None for what is of another kind, or without the data."""
    test, criteria = TESTS[hypothesis.test], evidence.criteria
    of_two = hypothesis.over_images and test.limits is not None and not test.alone
    if evidence.data is None or not of_two:
        return None
    records = [evidence.records[name] for name in (hypothesis.of, hypothesis.than)]
    common = [seed for seed in records[0].runs if seed in records[1].runs]
    if len(common) < 2:
        return None
    of, than = (_right(record, common, evidence.data) for record in records)
    means = bootstrap.difference_draws(of, than)
    wide, narrow = (
        bootstrap.interval(means, confidence, len(common))
        for confidence in (criteria.confidence, 1 - 2 * criteria.level)
    )
    case = Case(hypothesis, (), (), criteria, evidence.scale)
    settled = test.limits(case).of_intervals(wide, narrow)
    return Outcome(float(of.mean() - than.mean()), *wide, seeds=len(common), settled=settled)


def _right(record: Record, seeds: list[int], data: Dataset) -> np.ndarray:
    """Which test images the runs with these seeds get right, (seeds, images)."""
    rows = dict(zip(record.runs, predictions.read(record, data) == data.test_labels, strict=True))
    return np.array([rows[seed] for seed in seeds])


def _repeated(hypothesis: Hypothesis, known: Mapping[str, Record]) -> list[Hypothesis]:
    """The same hypothesis about each repeat of the tuning, of variants that are tuned."""

    def at(subject: Any, again: Mapping[str, str]) -> Any:
        if isinstance(subject, str):
            return again[subject]
        if kind_of(subject) in ("all", "best"):
            return {kind: [again[name] for name in names] for kind, names in subject.items()}
        return subject

    return [
        dataclasses.replace(hypothesis, of=at(hypothesis.of, one), than=at(hypothesis.than, one))
        for one in retunings(hypothesis.variants, known)
    ]


def _not_asked(hypothesis: Hypothesis, evidence: Evidence) -> str:
    """Words on a rule by which a hypothesis steps aside; none if it is asked."""
    if not _one_learns(hypothesis, evidence.records):
        return f"no net ends at {100 * hypothesis.learns:g} % or above"
    if hypothesis.printed and not evidence.printed:
        return "the chapter prints this figure of another data set"
    return ""


def _coarse(hypothesis: Hypothesis, records: Mapping[str, Record]) -> str:
    """Words on runs of which it is not known to 2 % when they got to the level."""
    if hypothesis.measure not in ("steps", "seconds"):
        return ""
    runs = [run for name in hypothesis.variants for run in records[name].runs.values()]
    count = sum(coarse(run, hypothesis) for run in runs)
    return f"{count} of {len(runs)} crossings are coarse, not known to 2 %" if count else ""


# What is measured, by the kind of subject that a measure is taken of: a value a seed (a value a net
# of the set, where nets that learn are counted).


def _values(subject: Any, hypothesis: Hypothesis, evidence: Evidence) -> dict[Any, Any]:
    return _TAKEN_OF[MEASURES[hypothesis.measure].subject][1](subject, hypothesis, evidence)


def _of_run(name: str, hypothesis: Hypothesis, evidence: Evidence) -> dict[int, Any]:
    record, measure = evidence.records[name], MEASURES[hypothesis.measure]
    try:
        return {seed: measure.of(run, hypothesis) for seed, run in record.runs.items()}
    except DataError as error:
        raise DataError(f"{record.path}: {error}") from None


def _of_set(subject: Any, hypothesis: Hypothesis, evidence: Evidence) -> dict[int, Any]:
    runs = [evidence.records[name].runs for name in subject["all"]]
    common = [seed for seed in runs[0] if all(seed in one for one in runs)]
    measure = MEASURES[hypothesis.measure]
    return {seed: measure.of([one[seed] for one in runs], hypothesis) for seed in common}


def _of_nets(subject: Any, hypothesis: Hypothesis, evidence: Evidence) -> dict[int, float]:
    values = [_of_run(name, hypothesis, evidence).values() for name in subject["all"]]
    return {index: sum(one) / len(one) for index, one in enumerate(values)}


def _of_layers(subject: Any, hypothesis: Hypothesis, evidence: Evidence) -> dict[int, Any]:
    measure = MEASURES[hypothesis.measure]
    return {seed: measure.of((subject, seed), hypothesis) for seed in evidence.seeds}


# By the kind that a measure names: how its subject is written, and what is taken of it.
_TAKEN_OF: dict[str, tuple[str | None, Callable[[Any, Hypothesis, Evidence], dict]]] = {
    "run": (None, _of_run),
    "set": ("all", _of_set),
    "nets": ("all", _of_nets),
    "path": ("surface", lambda way, one, _: {0: MEASURES[one.measure].of(way, one)}),
    "layers": ("spread", _of_layers),
    "arrays": (None, lambda name, _, evidence: read_arrays(evidence.records[name])),
}


def _best(subject: Any, hypothesis: Hypothesis, records: Mapping[str, Record]) -> Any:
    """Of `{best: names}` the one with the best median of the measure, never reached after every
    number, undefined last."""
    if kind_of(subject) != "best":
        return subject
    measure = MEASURES[hypothesis.measure]

    def rank(name: str) -> tuple[bool, bool, float]:
        values = sorted(
            (v is None, isinstance(v, AtLeast), -(v or 0) if measure.higher else v or 0)
            for v in (measure.of(run, hypothesis) for run in records[name].runs.values())
        )
        return values[len(values) // 2]

    return min(subject["best"], key=rank)


def _choice(subject: Any) -> str:
    """Words on a choice that was made by the runs that are then tested."""
    if kind_of(subject) != "best":
        return ""
    return (
        f"the best of {len(subject['best'])} was chosen by this measure of these very runs, test "
        "images and all"
    )


def _one_learns(hypothesis: Hypothesis, records: Mapping[str, Record]) -> bool:
    """Whether half of the seeds of one of the two variants learn, where that is wanted."""
    if hypothesis.learns is None or MEASURES[hypothesis.measure].subject == "nets":
        return True
    runs = (records[name].runs.values() for name in hypothesis.variants)
    return any(2 * sum(learns(run, hypothesis) for run in own) >= len(own) for own in runs)


def _diverged(hypothesis: Hypothesis, records: Mapping[str, Record]) -> str:
    """Words on runs that diverged; they count with the accuracy of guessing the commonest class."""
    if kind_of(hypothesis.of) == "all":
        return ""
    told = []
    for name in dict.fromkeys(hypothesis.variants):
        if seeds := [str(run.seed) for run in records[name].diverged]:
            every = len(seeds) == len(records[name].runs) > 1
            told.append(f"{name} with {'every seed' if every else 'seed ' + ', '.join(seeds)}")
    return f"diverged: {'; '.join(told)}" if told else ""


def _check(hypothesis: Hypothesis, where: str) -> None:
    if hypothesis.measure not in MEASURES:
        raise SpecError(f"{where}: {suggest(hypothesis.measure, MEASURES, 'measure')}")
    if hypothesis.beside is not None and hypothesis.beside not in MEASURES:
        raise SpecError(f"{where}: beside: {suggest(hypothesis.beside, MEASURES, 'measure')}")
    if hypothesis.test not in TESTS:
        raise SpecError(f"{where}: {suggest(hypothesis.test, TESTS, 'test')}")
    test = TESTS[hypothesis.test]
    if test.needs and getattr(hypothesis, test.needs) is None:
        raise SpecError(f"{where}: test {hypothesis.test!r} needs {test.needs!r}")
    if not test.alone and hypothesis.than is None:
        raise SpecError(f"{where}: test {hypothesis.test!r} needs 'than', what it is held against")
    wanted, _ = _TAKEN_OF[MEASURES[hypothesis.measure].subject]
    for subject in filter(None, (hypothesis.of, hypothesis.than)):
        if kind_of(subject) not in ((wanted,) if wanted else (None, "best")):
            what = f"{{{wanted}: …}}" if wanted else "a variant"
            raise SpecError(f"{where}: measure {hypothesis.measure!r} is taken of {what}")
        try:
            check_made(subject)
        except SpecError as error:
            raise SpecError(f"{where}: {error}") from None
    for name, other in TESTS.items():
        if other.measure and (hypothesis.measure == other.measure) != (hypothesis.test == name):
            raise SpecError(f"{where}: measure {other.measure!r} and test {name!r} go together")
