"""What a configuration says in short, written out, so that nothing after it needs to know.

An optimiser in a file of one's own is named once, under `optimizers`; wherever a configuration then
says its name, the file and class stand beside it, and it joins the groups that ask for such. A
group of `tuning` may ask for a variant of every optimiser in that list, each searched in its own
space, and for repeats: the whole group again, with other draws and other seeds.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from onescale.core.errors import SpecError, suggest
from onescale.nn.optimizers import OPTIMIZERS

Spec = dict[str, Any]


def with_own_optimizers(config: Mapping[str, Any], find: Callable[[str], str] = str) -> Spec:
    """The same with file and class beside every name of an optimiser of one's own, each of which is
    a variant too, unless there is one of its name. find: where a file is that it names.

    Raises SpecError for an optimiser that is neither ours nor in a file.
    """
    own, optimizers = {}, {}
    for name, about in config["optimizers"].items():
        if re.search("[{}]", about.get("file", "")):  # which Snakemake takes for wildcards
            raise SpecError(f"optimizers.{name}: {about['file']}: a name with braces is not taken")
        optimizers[name] = {**about, "file": find(about["file"])} if "file" in about else about
        about = optimizers[name]
        source = _source(about)
        if source and name in OPTIMIZERS:
            raise SpecError(f"optimizers: {name} is one of ours; give yours another name")
        if not source and name not in OPTIMIZERS:
            told = suggest(name, OPTIMIZERS)
            raise SpecError(f"optimizers: {told} One of yours needs its file and class")
        if source:
            own[name] = {"name": name} | source
    config = _named({**config, "optimizers": optimizers}, own)
    if isinstance(config.get("variants"), dict):
        config["variants"] |= {
            name: {"optimizer": source}
            for name, source in own.items()
            if name not in config["variants"]
        }
    return config


def written_out(config: Mapping[str, Any]) -> Spec:
    """The same with one's own optimisers in the comparisons that take them, every group of `tuning`
    under its variants, and every repeat a group that tells what it is a repeat `of`."""
    own = [name for name, about in config["optimizers"].items() if _source(about)]
    comparisons = {}
    for name, given in config["comparisons"].items():
        joining = own if given.get("own_optimizers") else []
        comparisons[name] = {k: v for k, v in given.items() if k != "own_optimizers"}
        comparisons[name]["variants"] = list(dict.fromkeys([*given["variants"], *joining]))
    tuning = {}
    for name, given in config["tuning"].items():
        if ("prefix" in given) == ("variants" in given):
            raise SpecError(f"tuning: {name}: it needs either `variants` or a `prefix` for all")
        if "prefix" in given:
            given = {**given, "variants": _of_each(given["prefix"], config["optimizers"])}
        tuning[name] = given
        for number in range(1, given.get("repeats", 0) + 1):
            tuning[f"{name}_again{number}"] = _again(name, given, number)
    return {**config, "comparisons": comparisons, "tuning": tuning}


def repeats(name: str, known: Iterable[str]) -> list[str]:
    """The variants whose tuning repeats that of `name`, in order.

    >>> repeats("tuned_sgd", ["tuned_sgd", "tuned_sgd_again1", "tuned_sgd_again2"])
    ['tuned_sgd_again1', 'tuned_sgd_again2']
    """
    return [other for other in known if re.fullmatch(rf"{re.escape(name)}_again\d+", other)]


def retunings(names: Iterable[str], known: Iterable[str]) -> list[dict[str, str]]:
    """What takes the place of each of these variants in each repeat of the tuning of any of them:
    itself, where it was not tuned so often."""
    again = {name: repeats(name, known) for name in names}
    count = max(map(len, again.values()), default=0)
    return [{name: [*own, *[name] * count][k] for name, own in again.items()} for k in range(count)]


def with_files(config: Mapping[str, Any], find: Callable[[str], str]) -> Spec:
    """The same with the files that it names, of its data set and its tables, where they are."""
    used = config["dataset"]
    given = config["datasets"][used]
    sources = [find(source) for source in given["sources"]]
    tables = config["tables"].items()
    return {
        **config,
        "datasets": {**config["datasets"], used: {**given, "sources": sources}},
        "tables": {name: {**table, "file": find(table["file"])} for name, table in tables},
    }


def _named(value: Any, own: Mapping[str, Spec], key: str = "") -> Any:
    """`value` with the file and class of each of one's own optimisers beside its name."""
    if isinstance(value, list):
        return [_named(one, own) for one in value]
    if isinstance(value, Mapping):
        source = own.get(value["name"], {}) if isinstance(value.get("name"), str) else {}
        return {**source, **{k: _named(one, own, k) for k, one in value.items()}}
    return own[value] if key == "optimizer" and isinstance(value, str) and value in own else value


def _source(about: Mapping[str, Any]) -> Spec:
    return {key: about[key] for key in ("file", "class") if key in about}


def _of_each(prefix: str, optimizers: Mapping[str, Spec]) -> Spec:
    """A variant to tune for every optimiser, at its own defaults but for its space."""
    return {
        f"{prefix}_{name}": {
            "base": {"optimizer": {"name": name} | _source(about)},
            "vary": {f"optimizer.{key}": space for key, space in about["space"].items()},
        }
        for name, about in optimizers.items()
    }


def _again(group: str, given: Spec, number: int) -> Spec:
    suffix = f"_again{number}"
    repeat = given | {
        "of": group,
        "title": f"{given['title']} (repeat {number} of the tuning)",
        "seeds": [seed + 1000 * number for seed in given["seeds"]],
        "draw_seed": given.get("draw_seed", 0) + number,
        "variants": {name + suffix: about for name, about in given["variants"].items()},
        "figures": [],
    }
    if "reference" in given:
        repeat["reference"] = given["reference"] + suffix
    return repeat
