"""Claims as they are written in the configuration, before anything has run.

A claim is a sentence and, for every setting in which it makes sense, the parts that it stands on: a
measure, a test, and who is held against whom. All of it is data: a further claim is one more entry.
A list in `of`, `than`, `measure` or `level` is short for a part with each of its values, so that
"Adam against each rival, in steps and in seconds" is one line. Standard library only, since the
workflow reads from here which runs the claims need.
"""

import fnmatch
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from onescale.core.errors import SpecError
from onescale.core.settings import closed

SETTINGS = {
    "as_written": "as written",
    "put_right": "put right",
    "tuned": "tuned",
    "images_300": "on 300 images",
}
_SETS = ("all", "best")
_PATH = ("surface", "rate", "rates", "start", "updates")
_LAYERS = ("spread", "activation", "layers", "nodes", "inputs")
_CLAIM = ("words", "settings", "measure", "test", "figure", "table", "margin", "level", "beside")
_VARIED = ("measure", "level", "of", "than")


@dataclass(frozen=True)
class Part:
    """One thing that must hold for a claim to hold in a setting.

    of, than: a variant's name; `{all: names}`, a set measured as one; `{best: names}`, the one of
    them that measures best; `{surface: optimiser, rate: …}`, a path on z = x²/20 + y² (`rates`: the
    best of them); `{spread: init, activation: …}`, an untrained net. measure, test: names in
    `measures.MEASURES` and `judging.TESTS`. level: what is to be reached, by `reaches` or by the
    steps that are counted. margin: the smallest difference (or ratio) of interest, where it is not
    the measure's own. printed: what the chapter prints. after: the update to measure at, instead of
    the last. learns: judged only where a net of the two ends at this test accuracy or above.
    beside: a measure to stand beside this one. also: shown, but not needed for the claim.
    """

    measure: str
    test: str
    of: Any
    than: Any = None
    level: float | None = None
    margin: float | None = None
    printed: str | None = None
    after: int | None = None
    learns: float | None = None
    beside: str | None = None
    also: bool = False
    words: str | None = None
    note: str | None = None
    figure: str | None = None
    table: str | None = None


@dataclass(frozen=True)
class Claim:
    """A sentence of the chapter, and its parts by setting."""

    number: int
    name: str
    words: str
    settings: dict[str, list[Part]]
    figure: str | None = None
    table: str | None = None


@dataclass(frozen=True)
class ClaimSpec:
    """What `claims:` says, with the levels of `statistics:` (a mapping) and the seeds of nets that
    are not trained."""

    claims: list[Claim]
    statistics: dict[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    @classmethod
    def from_text(cls, text: str) -> "ClaimSpec":
        """From JSON, or from the file that follows an `@`. Raises SpecError."""
        if text.startswith("@"):
            path = Path(text[1:])
            if not path.is_file():
                raise SpecError(f"claims: {path} is not a file")
            text = path.read_text(encoding="utf-8")
        try:
            return cls.from_mapping(json.loads(text))
        except json.JSONDecodeError as error:
            raise SpecError(f"claims: not JSON: {error}") from None

    @classmethod
    def from_mapping(cls, mapping: Any) -> "ClaimSpec":
        """From keys `claims`, `statistics`, `seeds`. Raises SpecError on what is not known."""
        closed(mapping, ("claims", "statistics", "seeds"), "spec")
        claims = mapping.get("claims")
        if not isinstance(claims, dict) or not claims:
            raise SpecError("spec: 'claims' must name at least one claim")
        found = [_claim(number, name, given) for number, (name, given) in numbered(claims)]
        seeds = mapping.get("seeds") or (0, 1, 2, 3, 4)
        return cls(found, dict(mapping.get("statistics") or {}), tuple(seeds))

    def variants(self, chosen: Callable[[Part], bool] = lambda part: True) -> list[str]:
        """Every variant that a part (that is chosen) names, once, patterns as they are."""
        parts = (part for claim in self.claims for ps in claim.settings.values() for part in ps)
        names = (name for part in parts if chosen(part) for name in named(part))
        return list(dict.fromkeys(names))

    def resolved(self, known: Iterable[str]) -> "ClaimSpec":
        """The same with patterns such as `initial_scale_with_*` replaced by the known names that
        they match, in the order known. A pattern that matches none stays, as a name unknown."""
        known = list(known)
        claims = [
            replace(
                claim,
                settings={
                    setting: [_resolved(part, known) for part in parts]
                    for setting, parts in claim.settings.items()
                },
            )
            for claim in self.claims
        ]
        return replace(self, claims=claims)


def numbered(claims: Mapping[str, Any]) -> Iterator[tuple[int, tuple[str, Any]]]:
    """Claims in their order, from 1."""
    return enumerate(claims.items(), 1)


def named(part: Part) -> list[str]:
    """The variants that a part names."""
    return [name for subject in (part.of, part.than) for name in _names(subject)]


def _names(subject: Any) -> list[str]:
    if isinstance(subject, str):
        return [subject]
    if isinstance(subject, Mapping):
        return [name for key in _SETS for name in as_list(subject.get(key, []))]
    return []


def _claim(number: int, name: str, given: Any) -> Claim:
    where = f"claims.{name}"
    closed(given, _CLAIM, where)
    if not isinstance(given.get("words"), str):
        raise SpecError(f"{where}: needs its 'words'")
    closed(given.get("settings"), tuple(SETTINGS), f"{where}.settings")
    if not given["settings"]:
        raise SpecError(f"{where}.settings: needs at least one of {', '.join(SETTINGS)}")
    shared = {key: given[key] for key in _CLAIM[2:] if key in given}
    settings = {
        setting: [
            part
            for one in as_list(parts)
            for part in _parts({**shared, **_mapping(one, where)}, f"{where}.{setting}")
        ]
        for setting, parts in given["settings"].items()
    }
    return Claim(number, name, given["words"], settings, given.get("figure"), given.get("table"))


def _parts(given: dict[str, Any], where: str) -> Iterator[Part]:
    """One part for every combination of what is listed."""
    closed(given, tuple(f.name for f in fields(Part)), where)
    for key in ("measure", "test", "of"):
        if given.get(key) is None:
            raise SpecError(f"{where}: {key!r} is missing")
    varied = {key: as_list(given[key]) for key in _VARIED if key in given}
    for values in itertools.product(*varied.values()):
        part = Part(**{**given, **dict(zip(varied, values, strict=True))})
        for subject in (part.of, part.than):
            _check_subject(subject, where)
        yield part


def _check_subject(subject: Any, where: str) -> None:
    if subject is None or isinstance(subject, str):
        return
    kinds = {"surface": _PATH, "spread": _LAYERS, "all": ("all",), "best": ("best",)}
    for kind, keys in kinds.items():
        if isinstance(subject, Mapping) and kind in subject:
            return closed(dict(subject), keys, where)
    raise SpecError(f"{where}: {subject!r} is neither a variant nor one of {', '.join(kinds)}")


def _resolved(part: Part, known: list[str]) -> Part:
    def resolve(subject: Any) -> Any:
        if not isinstance(subject, Mapping):
            return subject
        found = dict(subject)
        for key in _SETS:
            if key in found:
                found[key] = [n for given in as_list(found[key]) for n in _matches(given, known)]
        return found

    return replace(part, of=resolve(part.of), than=resolve(part.than))


def _matches(given: str, known: list[str]) -> list[str]:
    """A pattern's names; what has no star, or matches nothing, as it is."""
    return (fnmatch.filter(known, given) if "*" in given else []) or [given]


def as_list(value: Any) -> list:
    """A list as it is, anything else as a list of it."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _mapping(value: Any, where: str) -> dict:
    if not isinstance(value, dict):
        raise SpecError(f"{where}: {value!r} must be a part, a mapping with 'of' and 'than'")
    return value
