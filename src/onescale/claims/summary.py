"""How claims.md opens, for a person who reads half a page: what helped, by how much, and how the
words of the verdicts are to be read; and what each claim has beside its numbers, why it should be.

The sentences are made from the effects (`comparison.effects`): each names what lies on one side of
what matters and gives the interval, so that none says more than that.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from onescale.claims.hypotheses import NOT_RUN
from onescale.claims.spec import Claim
from onescale.comparison import effects
from onescale.comparison.spec import SMALLEST_RATIO, Criteria, Technique
from onescale.core import text
from onescale.core.text import points
from onescale.runs.record import Record

FIGURE = "figures/effects.png"


def _said(better: str, worse: str) -> dict[Any, str]:
    """What is said of techniques by what their effects come to, in this order; of what is open,
    where its interval lies clear of no effect at all, by its direction too."""
    unsure = "but whether by enough to matter is open, with"
    return {
        effects.HELPS: f"{better} with",
        effects.SAME: "no difference that matters with",
        effects.HURTS: f"{worse} with",
        (effects.OPEN, effects.HELPS): f"{better}, {unsure}",
        (effects.OPEN, effects.HURTS): f"{worse}, {unsure}",
        effects.OPEN: "open with",
        effects.CHANGES: "open, since repeated tuning comes to something else, with",
    }


_ACCURACY = _said("higher", "lower")
_STEPS = _said("faster", "slower") | {
    effects.SOME: "no factor can be given, as not all runs get there, with",
    effects.NEITHER: "not reached with or without",
}


def summary(
    techniques: Sequence[Technique], records: Mapping[str, Record], criteria: Criteria
) -> str:
    """The first section of the page; nothing where no effects are asked for. A technique without
    its runs is named as not run."""
    if not techniques:
        return ""
    trained = [one for one in techniques if records.keys() >= set(one.variants)]
    groups: dict[str, list[effects.Worth]] = {}
    for worth in effects.worths(trained, records, criteria):
        groups.setdefault(worth.technique.group, []).append(worth)
    absent: dict[str, list[str]] = {}
    for one in techniques:
        if one not in trained:
            absent.setdefault(one.group, []).append(one.label)
    return text.section(
        "## What helped, by how much",
        f"![Effects of each technique on test accuracy and on steps]({FIGURE})",
        _opening(criteria),
        text.bullets(
            [
                *(_group(name, own) for name, own in groups.items()),
                *(f"{name}: {NOT_RUN}: {', '.join(own)}." for name, own in absent.items()),
            ]
        ),
        "## The chapter's claims",
        verdict_words(),
    )


def why(claim: Claim) -> str:
    """The mechanism behind a claim, as the literature has it, and its figure."""
    figure = f"![{claim.words}]({claim.figure})" if claim.figure else ""
    return text.section(f"*Why:* {claim.why}" if claim.why else "", figure)


def _opening(criteria: Criteria) -> str:
    return (
        f"In brackets the {100 * criteria.confidence:g} % interval of each difference to the same "
        "net without the technique, seed by seed: in points of test accuracy, and in speed, "
        "counted in steps (×2: in half as many). Shown to lie within "
        f"{100 * criteria.smallest_difference:g} points, or a factor of {SMALLEST_RATIO:g}, it is "
        "no difference that matters; *open* is what these seeds cannot tell: whether there is a "
        "difference, or whether the one there is matters. Where the tuning was repeated, what is "
        "tuned counts only if it comes to the same each time; its interval is that of the first."
    )


def _group(name: str, own: Sequence[effects.Worth]) -> str:
    """Two short sentences on techniques that are held against the same."""
    labels = [worth.technique.label for worth in own]
    accuracies = zip(labels, (worth.accuracy for worth in own), strict=True)
    told = f"**{name}.** Test accuracy: {_sentence(list(accuracies), _ACCURACY, points)}"
    if any(worth.steps.outcome != effects.NEITHER for worth in own):
        steps = zip(labels, (worth.steps for worth in own), strict=True)
        told += f" Speed to {100 * own[0].level:g} %: {_sentence(list(steps), _STEPS, _times)}"
    return told


def _sentence(
    found: list[tuple[str, effects.Effect]], says: Mapping[Any, str], show: Callable[[float], str]
) -> str:
    """Every technique, under what its interval says and no more."""
    told = []
    for outcome, words in says.items():
        own = [_with_interval(*one, show) for one in found if one[1].told == outcome]
        told += [f"{words} {', '.join(own)}"] if own else []
    return "; ".join(told) + "."


def _with_interval(label: str, effect: effects.Effect, show: Callable[[float], str]) -> str:
    if effect.outcome == effects.NEITHER:
        return label
    told = effect.note if effect.low is None else text.interval(effect.low, effect.high, show)
    if effect.tunings:
        told += f"; tuned {len(effect.tunings)} times: {', '.join(effect.tunings)}"
    return f"{label} ({told})"


def _times(factor: float) -> str:
    return f"×{factor:.2f}"


def verdict_words() -> str:
    """What each verdict says of a claim, a line each."""
    return """Each is judged part by part, and in each setting

- **holds**, if every part of it is shown: by more than the smallest difference that matters, or as
  its test asks;
- **holds in part**, if some parts are shown and others not (of these the opposite may be shown):
  its section says which;
- makes **no difference that matters**, if every part is shown to make less than that, either way;
- or **the reverse holds**, if the opposite of its parts is shown (*in part*: of some of them);
- else it is **open**: the intervals do not tell whether a difference is larger than that (some lie
  clear of 0, so that there is one, of a size that may not matter), or repeated tuning does not come
  to the same. Open is no evidence that there is no difference."""
