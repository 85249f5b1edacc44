"""What must be said beside the numbers of a claim: remarks on its parts, each said once.

What is true of all parts of a row belongs to its verdict and stands in its sentence; what is true
of some stands below the table, with the parts that it is of.
"""

import re
from collections.abc import Iterable

from onescale.claims.hypotheses import NOT_RUN, OPEN, Outcome
from onescale.claims.testing import Tested
from onescale.claims.verdicts import Judgement, other_by_images
from onescale.claims.words import about
from onescale.core import text
from onescale.core.text import DASH, points

BY_IMAGES = "‡"
MOST_LISTED = 8  # parts of a row that are all shown
_MOST_NAMED = 4  # of those that a remark is of
# Of remarks that count something, the count stands with the part that it is of.
_COUNTED = re.compile(
    r"(?:with )?(?P<count>\d+ of \d+)(?: seeds)? "
    r"(?P<told>(?:neither|it cannot|only the|crossings are) .*)"
)


def shared_remarks(row: Judgement) -> list[str]:
    """What must be said of all parts of a row, and so of its verdict."""
    if any(one.outcome.estimate is None for one in row.needed):
        return []
    first, *others = [_remarks(one) for one in row.needed]
    return [remark for remark in first if all(remark in other for other in others)]


def _remarks(one: Tested) -> list[str]:
    """The remarks on a part, one by one."""
    told = one.outcome.note.split("; ") if one.decision != NOT_RUN else []
    return list(filter(None, told))


def by_tuning(row: Judgement) -> str:
    """How many parts are open since another tuning comes to something else."""
    count = sum(one.outcome.settled == OPEN for one in row.needed) if len(row.needed) > 1 else 0
    return f"; {count} open since repeated tuning comes to something else" if count else ""


def notes(listed: list[tuple[Judgement, Tested]]) -> list[str]:
    """What must be said of the parts that are shown, each remark once, with those that it is of."""
    remarks: dict[str, list[str]] = {}
    for row, one in listed:
        told = [remark for remark in _remarks(one) if remark not in shared_remarks(row)]
        if other_by_images(one):
            told.append(
                f"{BY_IMAGES} with the noise of the test set too it is {one.images.settled} "
                f"({images_interval(one.images)} points)"
            )
        for remark in told:
            counted = _COUNTED.fullmatch(remark)
            of = f" ({counted['count']})" if counted else ""
            said = counted["told"] if counted else remark
            remarks.setdefault(said, []).append(about(one.hypothesis) + of)
    lines = [f"{remark} ({listed_names(dict.fromkeys(of))})." for remark, of in remarks.items()]
    if any(len(row.needed) > MOST_LISTED for row, _ in listed):
        lines.append(
            f"Of more than {MOST_LISTED} parts the table shows the least sure of those that the "
            "verdict rests on, [claims_parts.csv](claims_parts.csv) all."
        )
    return lines


def same_finding(listed: list[tuple[Judgement, Tested]]) -> list[str]:
    """A line where the gap says nothing but what test accuracy says."""
    by_pair: dict[tuple, dict[str, float | None]] = {}
    for row, one in listed:
        hypothesis = one.hypothesis
        pair = by_pair.setdefault((row.setting, str(hypothesis.of), str(hypothesis.than)), {})
        pair[hypothesis.measure] = one.outcome.estimate
        if one.beside:
            pair[hypothesis.beside] = one.beside.estimate
    same = [
        f"{of} against {than}"
        for (_, of, than), found in by_pair.items()
        if found.get("gap") and abs(found["gap"] + (found.get("test_accuracy") or 0)) < 1e-12
    ]
    told = "both fit the training images alike, so that the gap says what test accuracy says"
    return [f"{told}: one finding and not two ({listed_names(same)})."] if same else []


def listed_names(names: Iterable[str]) -> str:
    """The first of several, and how many more there are."""
    names = list(names)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return "; ".join(names[:_MOST_NAMED]) + more


def images_interval(images: Outcome | None) -> str:
    """In points, without the unit."""
    return DASH if images is None else text.interval(images.low, images.high, points)
