"""What a configuration asks for, by name: every variant, study, search and group.

Studies and searches are short for many variants; here each variant of theirs gets the name that its
rule, files and rows bear. The workflow makes a rule of each; nothing here knows Snakemake. Which
runs the claims need is told by their own package, which stands above this one: its names are held
to `Plan.known`. Imports no more than a variant does, since every `snakemake` reads it.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onescale.core.errors import SpecError, placed, suggest
from onescale.core.text import brief
from onescale.training.expansion import repeats
from onescale.training.grid import points
from onescale.training.search import Search
from onescale.training.variant import Variant

_LONGEST = 200  # characters of a name, with which files begin
CHAPTER = "mnist"  # the data set that the chapter's printed numbers are about
Spec = dict[str, Any]
# Keys of a tuning group that are those of each of its searches.
_SHARED = ("held_out", "seeds", "draws", "draw_seed", "rungs", "objective", "trial")


@dataclass(frozen=True)
class Plan:
    """The names of a configuration, and what each stands for.

    variants: those of studies included, with the keys of `defaults`. own_seeds: of variants that
    have seeds of their own. studies: as configured, with `points`: the variant and the values of
    each. searches: by the variant that is tuned, as `onescale tune` takes them. groups: what is
    compared, tuned groups as `comparisons` has them.
    """

    config: Mapping[str, Any]
    variants: dict[str, Spec]
    own_seeds: dict[str, list[int]] = field(default_factory=dict)
    studies: dict[str, Spec] = field(default_factory=dict)
    searches: dict[str, Spec] = field(default_factory=dict)
    groups: dict[str, Spec] = field(default_factory=dict)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Plan":
        """Of a configuration that was checked. Raises SpecError, naming the place."""
        defaults = config["defaults"]
        plan = cls(config, {name: {**defaults, **v} for name, v in config["variants"].items()})
        plan.groups.update(config["comparisons"])
        names = {_meaning(spec): name for name, spec in plan.variants.items()}
        for study, given in config["studies"].items():
            with placed(f"studies: {study}"):
                plan._add_study(study, given, names)
        for group, given in config["tuning"].items():
            with placed(f"tuning: {group}"):
                plan._add_tuning(group, given)
        return plan

    def _add_study(self, study: str, given: Spec, names: dict[str, str]) -> None:
        """A point is the variant that means the same run, so that it is trained once (`names`, by
        that meaning), or else a new one."""
        found = []
        for point in points({**self.config["defaults"], **given.get("base", {})}, given["vary"]):
            own = _short(f"{study}_{point.suffix}")
            name = names.setdefault(_meaning(point.spec), own)
            if name == own:
                known = self.variants.setdefault(own, point.spec)
                if _meaning(known) != _meaning(point.spec):
                    raise SpecError(f"another variant is called {own}")
                if "seeds" in given:
                    self.own_seeds[own] = given["seeds"]
            found.append({"variant": name, "values": point.values})
        self.studies[study] = {**given, "points": found}

    def _add_tuning(self, group: str, given: Spec) -> None:
        shared = {key: given[key] for key in _SHARED if key in given}
        bases = {**self.config["defaults"], **given.get("base", {})}
        for name, own in given["variants"].items():
            if _short(name) in self.trained:
                raise SpecError(f"another variant is called {name}")
            base = {**bases, **own.get("base", {})}
            self.searches[name] = {**own, **shared, "name": name, "base": base}
            with placed(name):
                self.search(name).check()
        budgets = {name: self.search(name).trials for name in given["variants"]}
        if len(set(budgets.values())) > 1:
            told = ", ".join(f"{name} {count}" for name, count in budgets.items())
            raise SpecError(f"as many trials for each, not {told}")
        shown = {key: given[key] for key in ("title", "reference") if key in given}
        if given.get("repeats") and "of" not in given:  # what its pages say may not be so in others
            shown["title"] += f" (the first of {given['repeats'] + 1} tunings)"
        self.groups[group] = {**shown, "variants": list(given["variants"])}

    @property
    def dataset(self) -> str:
        """The files of the data set as `onescale mnist fetch` takes them."""
        given = self.config["datasets"][self.config["dataset"]]
        return _json({key: value for key, value in given.items() if key != "levels"})

    @property
    def trained(self) -> list[str]:
        """Every variant, then every one that is tuned first."""
        return [*self.variants, *self.searches]

    def known(self, names: Iterable[str], place: str) -> list[str]:
        """These names, once each. Raises SpecError at one that no variant has."""
        found = list(dict.fromkeys(names))
        for name in found:
            if name not in self.trained:
                raise SpecError(f"{place}: {suggest(name, self.trained)}")
        return found

    def spec(self, name: str) -> str:
        """A variant as `onescale train` takes it; of a tuned one, its search tells the rest."""
        return _json({**self.variants.get(name, {}), "name": name})

    def base(self, name: str) -> Spec:
        """The keys that a variant is trained with; of a tuned one, before anything is chosen."""
        return self.variants.get(name) or self.searches[name]["base"]

    def seeds(self, name: str) -> str:
        """The seeds that a variant is trained with, as the command line takes them."""
        return _listed(self.own_seeds.get(name, self.config["seeds"]))

    def fresh_seeds(self, name: str) -> str:
        """Those that it is trained with to confirm: of a variant that has seeds of its own, as many
        as these."""
        fresh = self.config["confirm"]["seeds"]
        return _listed(fresh[: len(self.own_seeds.get(name, fresh))])

    def search(self, name: str) -> Search:
        """The search for a variant, which knows how many trials and runs it takes."""
        return Search.from_mapping(self.searches[name])

    def repeated(self, group: str) -> dict[str, list[str]]:
        """Every variant of a tuned group, each with what came of tuning it again: a verdict on the
        one counts only if it holds for these too."""
        return {
            name: repeats(name, self.trained) for name in self.config["tuning"][group]["variants"]
        }

    def with_repeats(self, names: Iterable[str]) -> list[str]:
        """Each of these variants, followed by those whose tuning repeats its own."""
        return [one for name in names for one in (name, *repeats(name, self.trained))]

    def files(self, name: str) -> list[str]:
        """The file of the optimiser that a variant is trained with, where it stands in one."""
        spec = self.base(name)
        optimizer = spec.get("optimizer")
        return [optimizer["file"]] if isinstance(optimizer, Mapping) and "file" in optimizer else []

    def workload(self, name: str, trainings: int = 1) -> int:
        """The priority of a job that trains: the more images it sees, the earlier it starts, and
        all before figures, so that no core waits for the last job."""
        spec = self.base(name)
        steps, size = (spec.get(key, getattr(Variant, key)) for key in ("steps", "batch_size"))
        images = steps * size * (2 if spec.get("augment") else 1)
        return math.ceil(images * trainings / 100_000)

    def minutes(self, name: str, trainings: int | None = None) -> int:
        """What a cluster allots to a job that trains: three seconds for 100,000 images, as much
        again as the slowest variant takes on a slow core, and five minutes beside."""
        count = len(self.seeds(name).split(",")) if trainings is None else trainings
        return 5 + math.ceil(self.workload(name, count) * 3 / 60)

    def members(self, part: str) -> list[str]:
        """Every variant in a group of this part, `comparisons` or `tuning`, once, in order."""
        return list(dict.fromkeys(n for g in self.config[part].values() for n in g["variants"]))

    def points(self, study: str) -> list[str]:
        """The variants of a study, once each."""
        return list(dict.fromkeys(point["variant"] for point in self.studies[study]["points"]))

    def study(self, name: str) -> str:
        """A study as `onescale study` takes it: what was varied, and the variant of each point."""
        given = self.studies[name]
        shown = {key: given[key] for key in ("title", "points", "learns") if key in given}
        confidence = self.config["statistics"]["confidence"]
        return _json({**shown, "name": name, "axes": list(given["vary"]), "confidence": confidence})

    def figure(self, part: str, name: str, kind: str) -> str:
        """The figure of this kind that is asked for of one of `studies` or `tuning`."""
        return _json(next(f for f in self.config[part][name]["figures"] if f["kind"] == kind))

    def claims(self) -> Spec:
        """The claims as `onescale claims` takes them, with the levels of the data set and whether
        the chapter's figures are of it."""
        levels = Variant.from_mapping(self.config["defaults"]).levels
        return {
            **{key: self.config[key] for key in ("claims", "statistics", "seeds")},
            "levels": levels and [levels[0], levels[-1]],
            "printed": self.config["dataset"] == CHAPTER,
            "effects": self.config.get("effects", []),
        }

    def parts(self, *keys: str) -> str:
        """These keys of the configuration, as commands take them."""
        return _json({key: self.config[key] for key in keys})

    def pictures(self, group: str) -> list[str]:
        """The kinds of figures that a group is drawn as: by any time where a variant is timed to
        levels and none ends with its first update."""
        specs = [self.base(name) for name in self.groups[group]["variants"]]
        timed = any(spec.get("levels", True) for spec in specs)
        timed = timed and all(spec.get("steps", Variant.steps) > 1 for spec in specs)
        return ["curves", "comparison", *["anytime"] * timed]

    def page(self, group: str) -> str:
        """The page that a group is compared on."""
        return "comparison_tuned" if group in self.config["tuning"] else "comparison"

    def comparison(self, groups: Iterable[str]) -> str:
        """These groups as `onescale compare` takes them, with the trials of tuned variants."""
        chosen = {group: self.groups[group] for group in groups}
        names = {name for given in chosen.values() for name in given["variants"]}
        spec = {
            "comparisons": chosen,
            "trials": {n: self.search(n).trials for n in self.searches if n in names},
        }
        return json.dumps(spec | {key: self.config[key] for key in ("reported", "statistics")})


def _listed(seeds: Iterable[float]) -> str:
    """Whole numbers, of which YAML may have made floats (1e3)."""
    return ",".join(str(int(seed)) for seed in seeds)


def _short(name: str) -> str:
    """A name that files can bear. Raises SpecError."""
    if len(name) > _LONGEST:
        raise SpecError(f"{brief(name, 60)}: a name of {len(name)} characters; shorten its labels")
    return name


def _meaning(spec: Mapping[str, Any]) -> str:
    """What two specifications have in common if they mean the same run."""
    return json.dumps(Variant.from_mapping(spec).to_mapping())


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
