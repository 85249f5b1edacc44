"""Claims judged: what was claimed, what the runs say, and how sure that is.

A row of the result is a claim in a setting. It may stand on several parts; then it is supported
only if all of them are (each at the level: an intersection–union test, which needs no correction),
and contradicted if one of them is, after Holm over the parts. A part that cannot be judged leaves
the claim unresolved, unless `_left_out` says that there is nothing to ask of it. The part that
decides lends the row its estimate, interval and p; all parts stand in a table of their own. Over
the whole page `p_holm` says which verdicts would stand if everything on it were one family.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from onescale.claims.hypotheses import (
    ALONE,
    CONTRADICTED,
    LEARNS,
    LEVEL,
    NEEDS,
    NOT_JUDGED,
    NOT_RUN,
    SUPPORTED,
    TESTS,
    UNRESOLVED,
    Case,
    Outcome,
)
from onescale.claims.measures import MEASURES, AtLeast, learns
from onescale.claims.spec import Claim, ClaimSpec, Part, named
from onescale.comparison import spec
from onescale.comparison import statistics as evidence
from onescale.comparison.statistics import Statistics
from onescale.core.errors import DataError, SpecError, suggest
from onescale.runs.record import Record


@dataclass(frozen=True)
class Judged:
    """A part with its outcome and verdict, and the measure that stands beside it."""

    part: Part
    outcome: Outcome
    verdict: str
    beside: Outcome | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A claim in a setting: verdict, the part that decides it, and all parts.

    p: of the deciding part; where one of several parts decides because it speaks against the claim,
    of that, after Holm over the parts. p_holm: the same after Holm over all rows.
    """

    claim: Claim
    setting: str
    verdict: str
    decisive: Judged
    parts: list[Judged]
    p: float | None = None
    p_holm: float | None = None


def shown_p(judged: Judged) -> float | None:
    """The p that speaks for a verdict: against the claim where it is contradicted."""
    outcome = judged.outcome
    against = judged.verdict == CONTRADICTED and outcome.settled is None
    return outcome.p_against if against else outcome.p


def check(claims: ClaimSpec) -> None:
    """Raises SpecError for a measure or test that is not known, or that do not go together."""
    for claim in claims.claims:
        for setting, parts in claim.settings.items():
            for part in parts:
                _check(part, f"claims.{claim.name}.{setting}")


def judge(claims: ClaimSpec, records: Mapping[str, Record]) -> list[Row]:
    """A row for every claim and setting, in the order of the configuration.

    A claim whose runs are not all there is `not run`. Raises SpecError as `check` does.
    """
    check(claims)
    statistics = spec.statistics(claims.statistics)
    claims = claims.resolved(records)
    rows = []
    for claim in claims.claims:
        for setting, parts in claim.settings.items():
            family = sum(not part.also for part in parts)
            judged = [
                _part(part, records, statistics, claims.seeds, 1 if part.also else family)
                for part in parts
            ]
            rows.append(conclude(claim, setting, judged, statistics))
    return as_one_family(rows)


def as_one_family(rows: list[Row]) -> list[Row]:
    """The rows with `p_holm`; a row that no test decides is not of the family."""
    ps = [None if row.decisive.outcome.settled else row.p for row in rows]
    adjusted = evidence.holm(ps)
    return [dataclasses.replace(row, p_holm=p) for row, p in zip(rows, adjusted, strict=True)]


def missing(rows: list[Row]) -> list[str]:
    """The variants whose runs were wanted and not given."""
    return list(dict.fromkeys(n for row in rows for one in row.parts for n in one.missing))


def conclude(claim: Claim, setting: str, judged: list[Judged], statistics: Statistics) -> Row:
    """The verdict on a claim in a setting, from its parts."""
    needed = [one for one in judged if not one.part.also]
    if absent := next((one for one in needed if one.verdict == NOT_RUN), None):
        return Row(claim, setting, NOT_RUN, absent, judged)
    counted = [one for one in needed if one.verdict != NOT_JUDGED]
    raw = [None if o.settled else o.p_against for o in (one.outcome for one in counted)]
    against = {}  # the claim, of the parts that by themselves would contradict it
    for place, (one, p) in enumerate(zip(counted, evidence.holm(raw), strict=True)):
        if one.verdict == CONTRADICTED and p is not None:
            against[id(one.part)] = p
            if p >= statistics.level:
                counted[place] = dataclasses.replace(one, verdict=UNRESOLVED)
    final = {id(one.part): one for one in counted}
    parts = [final.get(id(one.part), one) for one in judged]
    lost = [one for one in needed if one.verdict == NOT_JUDGED and not _left_out(one, counted)]
    if not counted:
        return Row(claim, setting, UNRESOLVED, needed[0], parts)
    if contradicted := [one for one in counted if one.verdict == CONTRADICTED]:
        decisive = min(
            contradicted, key=lambda one: one.outcome.p_against if not one.outcome.settled else 0
        )
        p = against.get(id(decisive.part), shown_p(decisive))
        return Row(claim, setting, CONTRADICTED, decisive, parts, p)
    open_ones = [one for one in counted if one.verdict == UNRESOLVED]
    if lost and not open_ones:
        return Row(claim, setting, UNRESOLVED, lost[0], parts)
    decisive = max(
        open_ones or counted, key=lambda one: one.outcome.p_for if not one.outcome.settled else 0
    )
    p = against.get(id(decisive.part), shown_p(decisive))
    return Row(claim, setting, UNRESOLVED if open_ones else SUPPORTED, decisive, parts, p)


def _left_out(one: Judged, counted: list[Judged]) -> bool:
    """Whether nothing is asked of a part that cannot be judged: no net learns, where `learns` says
    that this is wanted; or neither net ever gets to a level, where the same two are judged, by the
    same measure and test, at another. Both are blind to which of the two is ahead."""
    if one.outcome.beyond == LEARNS:
        return True
    apart = [dataclasses.replace(other.part, level=one.part.level) for other in counted]
    return one.outcome.beyond == LEVEL and one.part in apart


def _part(
    part: Part,
    records: Mapping[str, Record],
    statistics: Statistics,
    seeds: tuple[int, ...],
    family: int,
) -> Judged:
    """One part put to its test, unless its runs are missing or no net learns."""
    absent = tuple(name for name in named(part) if name not in records)
    if absent:
        return Judged(part, Outcome(note=f"no run of {', '.join(absent)}"), NOT_RUN, None, absent)
    sets = [s for s in (part.of, part.than) if isinstance(s, Mapping) and "all" in s]
    if len({len(one["all"]) for one in sets}) > 1:
        note = (
            f"sets of {len(part.of['all'])} and {len(part.than['all'])} nets, compared one by one"
        )
        return Judged(part, Outcome(note=note), NOT_RUN, None, (note,))
    if part.learns is not None and part.test != "learn_more" and not _one_learns(part, records):
        note = f"no net ends at {100 * part.learns:g} % or above: nothing to judge by"
        return Judged(part, Outcome(note=note, settled=NOT_JUDGED, beyond=LEARNS), NOT_JUDGED)
    chosen = dict.fromkeys(_chosen(subject) for subject in (part.of, part.than))  # words once
    part = dataclasses.replace(
        part, of=_best(part.of, part, records), than=_best(part.than, part, records)
    )
    outcome = tested(part, records, statistics, seeds, family)
    note = "; ".join(filter(None, [outcome.note, *chosen]))
    outcome = dataclasses.replace(outcome, note=note)
    beside = None
    if part.beside:
        other = dataclasses.replace(part, measure=part.beside, test="better", margin=None)
        beside = tested(other, records, statistics, seeds)
    return Judged(part, outcome, verdict(outcome, statistics), beside)


def verdict(outcome: Outcome, statistics: Statistics) -> str:
    """Of a part by itself, before Holm over the parts."""
    if outcome.settled:
        return outcome.settled
    if outcome.p_for < statistics.level:
        return SUPPORTED
    return CONTRADICTED if outcome.p_against < statistics.level else UNRESOLVED


def tested(
    part: Part,
    records: Mapping[str, Record],
    statistics: Statistics,
    seeds: tuple[int, ...],
    family: int = 1,
) -> Outcome:
    """The outcome of a part's test over the seeds that both sides have; `family`: one of how many
    parts it is."""
    measure = MEASURES[part.measure]
    of = _values(part.of, part, records, seeds)
    than = None if part.test in ALONE else _values(part.than, part, records, seeds)
    common = [seed for seed in of if than is None or seed in than]
    pairs = [(of[s], None if than is None else than[s]) for s in common]
    if any(value is None for pair in pairs for value in pair[: 1 if than is None else 2]):
        return Outcome(note=part.note or "not defined for every seed", settled=NOT_JUDGED)
    case = Case(
        part,
        measure,
        [a for a, _ in pairs],
        None if than is None else [b for _, b in pairs],
        statistics,
        family,
    )
    if not pairs:
        return Outcome(note="no seed in common")
    outcome = TESTS[part.test](case)
    if part.test == "learn_more":  # of which a case is a net
        fewest = min(len(records[name].runs) for name in named(part))
        outcome = dataclasses.replace(outcome, seeds=fewest)
    notes = [part.note, outcome.note, _diverged(part, records)]
    if len(common) < max(len(of), len(than or ())):
        notes.append(f"only the {len(common)} seeds that both have")
    return dataclasses.replace(outcome, note="; ".join(note for note in notes if note))


def _values(
    subject: Any, part: Part, records: Mapping[str, Record], seeds: tuple[int, ...]
) -> dict[Any, Any]:
    """What is measured, by seed (by place in the set, where nets that learn are counted)."""
    measure = MEASURES[part.measure]
    if measure.subject == "path":
        return {0: measure.of(subject, part)}
    if measure.subject == "layers":
        return {seed: measure.of((subject, seed), part) for seed in seeds}
    if measure.subject == "arrays":
        return _arrays(records[subject])
    if measure.subject == "run":
        try:
            return {seed: measure.of(run, part) for seed, run in records[subject].runs.items()}
        except DataError as error:
            raise DataError(f"{records[subject].path}: {error}") from None
    runs = [records[name].runs for name in subject["all"]]
    if part.test == "learn_more":
        return {
            place: sum(measure.of(run, part) for run in one.values()) / len(one)
            for place, one in enumerate(runs)
        }
    common = [seed for seed in runs[0] if all(seed in one for one in runs)]
    return {seed: measure.of([one[seed] for one in runs], part) for seed in common}


def _arrays(record: Record) -> dict[int, dict[str, np.ndarray]]:
    """The arrays of each seed from the .npz beside a run. Raises DataError if it is not there."""
    path = record.path.with_suffix(".npz")
    try:
        with np.load(path) as content:
            found: dict[int, dict[str, np.ndarray]] = {seed: {} for seed in record.runs}
            for name in content.files:
                seed, _, array = name.removeprefix("seed").partition(".")
                if seed.isdigit() and int(seed) in found:
                    found[int(seed)][array] = content[name]
    except FileNotFoundError:
        raise DataError(
            f"{path}: no such file; 'onescale train' writes it beside the run"
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as trained weights: {error}") from None
    if empty := [seed for seed, arrays in found.items() if not arrays]:
        raise DataError(f"{path}: holds nothing of seed {empty[0]}")
    return found


def _best(subject: Any, part: Part, records: Mapping[str, Record]) -> Any:
    """Of `{best: names}` the one with the best median of the measure, never reached after every
    number, undefined last."""
    if not isinstance(subject, Mapping) or "best" not in subject:
        return subject
    measure = MEASURES[part.measure]

    def rank(name: str) -> tuple[bool, bool, float]:
        values = sorted(
            (v is None, isinstance(v, AtLeast), -(v or 0) if measure.higher else v or 0)
            for v in (measure.of(run, part) for run in records[name].runs.values())
        )
        return values[len(values) // 2]

    return min(subject["best"], key=rank)


def _chosen(subject: Any) -> str:
    """Words on a choice that was made by the runs that are then tested."""
    if not isinstance(subject, Mapping) or "best" not in subject:
        return ""
    return (
        f"the best of {len(subject['best'])} was chosen by this measure of these very runs, test "
        "images and all"
    )


def _one_learns(part: Part, records: Mapping[str, Record]) -> bool:
    """Whether half of the seeds of one of the two variants learn."""
    for name in named(part):
        runs = list(records[name].runs.values())
        if 2 * sum(learns(run, part) for run in runs) >= len(runs):
            return True
    return False


def _diverged(part: Part, records: Mapping[str, Record]) -> str:
    """Words on runs that diverged; they count with the accuracy of guessing the commonest class."""
    if isinstance(part.of, Mapping) and "all" in part.of:
        return ""
    lost = {
        name: [seed for seed, run in records[name].runs.items() if run.diverged is not None]
        for name in named(part)
    }
    told = [
        f"{name} with seed {', '.join(map(str, seeds))}" for name, seeds in lost.items() if seeds
    ]
    return f"diverged: {'; '.join(told)}" if told else ""


def _check(part: Part, where: str) -> None:
    if part.measure not in MEASURES:
        raise SpecError(f"{where}: {suggest(part.measure, MEASURES, 'measure')}")
    if part.beside is not None and part.beside not in MEASURES:
        raise SpecError(f"{where}: beside: {suggest(part.beside, MEASURES, 'measure')}")
    if part.test not in TESTS:
        raise SpecError(f"{where}: {suggest(part.test, TESTS, 'test')}")
    if (need := NEEDS.get(part.test)) and getattr(part, need) is None:
        raise SpecError(f"{where}: test {part.test!r} needs {need!r}")
    if part.test not in ALONE and part.than is None:
        raise SpecError(f"{where}: test {part.test!r} needs 'than', what it is held against")
    kind = MEASURES[part.measure].subject
    wanted = {"path": "surface", "layers": "spread", "set": "all"}.get(kind)
    for subject in filter(None, (part.of, part.than)):
        given = next(iter(subject)) if isinstance(subject, Mapping) else None
        keys = subject if isinstance(subject, Mapping) else ()
        fits = wanted in keys if wanted else given in (None, "best")
        if not fits:
            what = f"{{{wanted}: …}}" if wanted else "a variant"
            raise SpecError(f"{where}: measure {part.measure!r} is taken of {what}")
    fixed = {"weights": "identical", "learns": "learn_more"}
    for measure, test in fixed.items():
        if (part.measure == measure) != (part.test == test):
            raise SpecError(f"{where}: measure {measure!r} and test {test!r} go together")


def parts(rows: list[Row]) -> Iterator[tuple[Row, Judged]]:
    """Every part with its row."""
    return ((row, one) for row in rows for one in row.parts)
