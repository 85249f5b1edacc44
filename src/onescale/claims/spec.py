"""Claims as they are written in the configuration, before anything has run.

A claim is a sentence and, for every setting in which it makes sense, the hypotheses that it stands
on: a measure, a test, and who is held against whom. All of it is data: a further claim is one more
entry. A list in `of`, `than`, `measure` or `level` is short for a hypothesis with each of its
values, so that "Adam against each rival, in steps and in seconds" is one line. A level `low` or
`high` is that of the data set. Standard library only, since the workflow reads from here which runs
the claims need.
"""

import fnmatch
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from onescale.comparison.spec import Criteria, Technique, listed, techniques
from onescale.core.errors import SpecError
from onescale.core.settings import check_number, closed, shown

SETTINGS = {
    "as_written": "as written",
    "chapter_rates": "put right, at the chapter's rates",
    "suited_rates": "put right, at rates that suit",
    "tuned": "tuned",
    "images_300": "300 images",
    "images_300_tuned": "300 images, tuned",
}
ASIDE = "(the figures it prints aside)"
LEVELS = (0.95, 0.97)  # `low` and `high`, where the data set names none
# What can be measured, by the key that tells it from a variant's name, with the keys that it takes.
_SUBJECTS = {
    "surface": ("surface", "rate", "rates", "start", "updates"),
    "spread": ("spread", "activation", "layers", "nodes", "inputs"),
    "all": ("all",),
    "best": ("best",),
}
DISCREPANT = ("as_written", "put_right", "one_run")  # what a discrepancy names variants under
_SETS = ("all", "best")
_SHARED = (
    *("measure", "test", "figure", "table", "margin", "direction", "level", "times", "learns"),
    "beside",
)
_VARIED = ("measure", "level", "of", "than")


@dataclass(frozen=True)
class Hypothesis:
    """One thing that must hold for a claim to hold in a setting.

    of, than: a variant's name; `{all: names}`, a set measured as one; `{best: names}`, the one of
    them that measures best; `{surface: optimiser, rate: …}`, a path on z = x²/20 + y² (`rates`: the
    straightest that arrives); `{spread: init, activation: …}`, an untrained net. measure, test:
    names in `measures.MEASURES` and `hypotheses.TESTS`. level: what is to be reached, by `reaches`
    or by the steps that are counted. times: the ratio to be reached, by `many_times`. margin: the
    smallest difference (or ratio) of interest, where it is not the measure's own. direction: the
    claim is about the sign of a difference alone. printed: what the chapter prints. after: the
    update to measure at, instead of the last. learns: judged only where a net of the two ends at
    this test accuracy or above. case: words; what bears them is judged apart from the rest of its
    setting. beside: a measure to stand beside this one. also: shown, but not needed for the claim.
    """

    measure: str
    test: str
    of: Any
    than: Any = None
    level: float | None = None
    times: float | None = None
    margin: float | None = None
    direction: bool = False
    printed: str | None = None
    after: int | None = None
    learns: float | None = None
    case: str | None = None
    beside: str | None = None
    also: bool = False
    words: str | None = None
    note: str | None = None
    figure: str | None = None
    table: str | None = None

    @property
    def variants(self) -> list[str]:
        """The variants that it names."""
        return [name for subject in (self.of, self.than) for name in _names(subject)]

    @property
    def over_images(self) -> bool:
        """Whether its difference can be taken over test images, by what the nets say of each."""
        return self.measure == "test_accuracy" and self.than is not None and self.after is None


@dataclass(frozen=True)
class Claim:
    """A sentence of the chapter, and its hypotheses by setting; as_one: whether those of several
    measures are judged together, not a measure at a time; why: the mechanism behind it."""

    number: int
    name: str
    words: str
    settings: dict[str, list[Hypothesis]]
    figure: str | None = None
    table: str | None = None
    as_one: bool = False
    why: str = ""

    def without_figures(self) -> "Claim":
        """The same as it is asked of another data set than the chapter's: where it prints figures,
        its words say that they are not meant."""
        printed = any(one.printed for parts in self.settings.values() for one in parts)
        return replace(self, words=f"{self.words} {ASIDE}") if printed else self


@dataclass(frozen=True)
class ClaimSpec:
    """What `claims:` says, with the criteria of `statistics:` and the seeds of untrained nets;
    printed: whether the chapter's figures are of the data set at hand. rules: what all of it is
    known by (`needs.rules`). techniques: whose effects open the page."""

    claims: list[Claim]
    criteria: Criteria = field(default_factory=Criteria)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    printed: bool = True
    rules: str = ""
    techniques: tuple[Technique, ...] = ()

    @classmethod
    def from_mapping(cls, mapping: Any) -> "ClaimSpec":
        """From keys `claims`, `statistics`, `seeds`, `levels` (those of the data set, low and
        high), `printed` (whether the chapter's figures are of this data set), `rules`, `effects`.
        Raises SpecError on what is not known."""
        keys = ("claims", "statistics", "seeds", "levels", "printed", "rules", "effects")
        closed(mapping, keys, "spec")
        claims = mapping.get("claims")
        if not isinstance(claims, dict) or not claims:
            raise SpecError("spec: 'claims' must name at least one claim")
        low_high = listed(mapping.get("levels") or LEVELS, "levels")
        if len(low_high) != 2:
            raise SpecError(f"levels: {shown(low_high)} must be two, low and high")
        levels = dict(zip(("low", "high"), low_high, strict=True))
        read = [_claim(number, *item, levels) for number, item in enumerate(claims.items(), 1)]
        return cls(
            read if mapping.get("printed", True) else [one.without_figures() for one in read],
            Criteria.from_mapping(mapping.get("statistics")),
            tuple(listed(mapping.get("seeds") or cls.seeds, "seeds")),
            bool(mapping.get("printed", True)),
            str(mapping.get("rules", "")),
            techniques(mapping.get("effects")),
        )

    def hypotheses(self) -> Iterator[tuple[Claim, str, Hypothesis]]:
        """Every hypothesis with its claim and setting, in order."""
        for claim in self.claims:
            for setting, hypotheses in claim.settings.items():
                yield from ((claim, setting, hypothesis) for hypothesis in hypotheses)

    def variants(self, chosen: Callable[[Hypothesis], bool] = lambda _: True) -> list[str]:
        """Every variant that a hypothesis (that is chosen) names, once, patterns as they are."""
        named = (one.variants for _, _, one in self.hypotheses() if chosen(one))
        return list(dict.fromkeys(itertools.chain.from_iterable(named)))

    def resolved(self, known: Iterable[str]) -> "ClaimSpec":
        """The same with patterns such as `initial_scale_with_*` replaced by the known names that
        they match, in the order known. A pattern that matches none stays, as a name unknown."""
        known = list(known)
        claims = []
        for claim in self.claims:
            settings = {
                setting: [
                    replace(one, of=_resolved(one.of, known), than=_resolved(one.than, known))
                    for one in hypotheses
                ]
                for setting, hypotheses in claim.settings.items()
            }
            claims.append(replace(claim, settings=settings))
        return replace(self, claims=claims)


def discrepant(places: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every variant that places of `discrepancies:` name, once."""
    named = (listed_in(place, key) for place in places for key in DISCREPANT)
    return list(dict.fromkeys(itertools.chain.from_iterable(named)))


def check_places(places: Any) -> None:
    """Raises SpecError for places of `discrepancies:` that cannot be meant."""
    if not isinstance(places, list) or not places:
        raise SpecError("discrepancies: must list at least one place")
    for place in places:
        closed(place, ("words", "table", *DISCREPANT), "discrepancies")
        if not isinstance(place.get("words"), str):
            raise SpecError("discrepancies: every place needs its 'words'")
        if len(listed_in(place, "as_written")) != len(listed_in(place, "put_right")):
            raise SpecError(f"discrepancies: {place['words']!r}: as many put_right as as_written")


def listed_in(place: Mapping[str, Any], key: str) -> list[str]:
    """The variants that a place names under `key`."""
    return as_list(place.get(key) or [])


def as_list(value: Any) -> list:
    """A list as it is, anything else as a list of it."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _names(subject: Any) -> list[str]:
    if isinstance(subject, str):
        return [subject]
    sets = [subject[key] for key in _SETS if key in subject] if isinstance(subject, Mapping) else []
    return [name for given in sets for name in as_list(given)]


def _resolved(subject: Any, known: list[str]) -> Any:
    """A subject with its patterns matched; what has no star, or matches nothing, as it is."""
    if not isinstance(subject, Mapping):
        return subject
    matched = {
        key: [
            name
            for given in as_list(subject[key])
            for name in (fnmatch.filter(known, given) if "*" in given else []) or [given]
        ]
        for key in _SETS
        if key in subject
    }
    return {**subject, **matched}


def _claim(number: int, name: str, given: Any, levels: Mapping[str, float]) -> Claim:
    where = f"claims.{name}"
    closed(given, ("words", "why", "settings", "as_one", *_SHARED), where)
    if not isinstance(given.get("words"), str) or not isinstance(given.get("why", ""), str):
        raise SpecError(f"{where}: needs its 'words', and 'why' as text")
    _check_kinds({key: given[key] for key in ("figure", "table") if key in given}, where)
    closed(given.get("settings"), tuple(SETTINGS), f"{where}.settings")
    if not given["settings"]:
        raise SpecError(f"{where}.settings: needs at least one of {', '.join(SETTINGS)}")
    shared = {key: given[key] for key in _SHARED if key in given}
    settings = {
        setting: [
            hypothesis
            for own in as_list(listed)
            for hypothesis in _hypotheses(shared, own, levels, f"{where}.{setting}")
        ]
        for setting, listed in given["settings"].items()
    }
    links = (given.get("figure"), given.get("table"))
    more = (bool(given.get("as_one")), given.get("why", ""))
    return Claim(number, name, given["words"], settings, *links, *more)


def _hypotheses(
    shared: dict[str, Any], own: Any, levels: Mapping[str, float], where: str
) -> Iterator[Hypothesis]:
    """One hypothesis for every combination of what is listed."""
    if not isinstance(own, dict):
        raise SpecError(f"{where}: {own!r} must be a part, a mapping with 'of' and 'than'")
    given = shared | own
    closed(given, tuple(f.name for f in fields(Hypothesis)), where)
    varied = {key: as_list(given[key]) for key in _VARIED if key in given}
    for key in ("measure", "test", "of"):
        if None in (values := varied.get(key, [given.get(key)])) or not values:
            raise SpecError(f"{where}: {key!r} is missing")
    if "level" in varied:
        named = [level for level in varied["level"] if isinstance(level, str)]
        if unknown := set(named) - levels.keys():
            raise SpecError(f"{where}: level {min(unknown)!r} is neither a number nor low or high")
        varied["level"] = [levels[one] if one in named else one for one in varied["level"]]
    for values in itertools.product(*varied.values()):
        one = given | dict(zip(varied, values, strict=True))
        _check_kinds(one, where)
        hypothesis = Hypothesis(**one)
        _check_subject(hypothesis.of, where)
        _check_subject(hypothesis.than, where)
        yield hypothesis


def kind_of(subject: Any) -> str | None:
    """How a subject is written: the key that tells its kind; None for a variant's name."""
    keys = subject if isinstance(subject, Mapping) else ()
    return next((kind for kind in _SUBJECTS if kind in keys), None)


def _check_subject(subject: Any, where: str) -> None:
    if subject is None or isinstance(subject, str):
        return
    if (kind := kind_of(subject)) is None:
        told = ", ".join(_SUBJECTS)
        raise SpecError(f"{where}: {subject!r} is neither a variant nor one of {told}")
    closed(subject, _SUBJECTS[kind], where)
    _check_kinds(subject, where)


_TEXT, _NUMBER, _FLAG, _COUNT = "text", "a number", "true or false", "[1, 1e6]"
_KINDS = {
    **dict.fromkeys(("measure", "test", "printed", "case", "beside", "words", "note"), _TEXT),
    **dict.fromkeys(("figure", "table", "surface", "activation", "all", "best"), _TEXT),
    **dict.fromkeys(("level", "times", "margin", "learns", "rate", "rates", "start"), _NUMBER),
    **dict.fromkeys(("direction", "also"), _FLAG),
    **dict.fromkeys(("layers", "nodes", "inputs", "updates"), _COUNT),
    "after": "[0, 1e9]",
}
_LISTS = ("rates", "start")  # and sets of variants, which may be one


def _check_kinds(given: Mapping[str, Any], where: str) -> None:
    """SpecError at a value of another kind than its key has."""
    for key in _KINDS.keys() & given.keys():
        kind, value = _KINDS[key], given[key]
        several = key in _LISTS or (key in _SETS and isinstance(value, list | tuple))
        if several and (not isinstance(value, list | tuple) or not value):
            raise SpecError(f"{where}.{key}: {shown(value)} must be a list")
        if key == "start" and (len(value) != 2 or not any(value)):
            raise SpecError(f"{where}.start: {shown(value)} must be two numbers, not the minimum")
        for one in value if several else [value]:
            if one is None and key not in (*_LISTS, *_SETS):
                continue
            if kind[0] == "[":
                check_number(one, "integer", kind, f"{where}.{key}")
            elif kind == _NUMBER:
                within = "[-1e6, 1e6]" if key == "start" else "(-inf, inf)"
                check_number(one, "number", within, f"{where}.{key}")
            elif not isinstance(one, str if kind == _TEXT else bool):
                raise SpecError(f"{where}.{key}: {shown(one)} must be {kind}")
