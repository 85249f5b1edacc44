"""What the page shows, gathered from the files that comparison, claims and training wrote.

Nothing is judged here: numbers are those of comparison.csv, claims.csv and the run files, and what
they do not hold is reckoned by the functions that the other pages use. What is not there (claims
before `snakemake evidence`, a table that is not asked for) is left out, and the page does without.
"""

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onescale.claims import discrepancies as costs
from onescale.claims.measures import MEASURES
from onescale.claims.spec import ASIDE, as_list, discrepant
from onescale.claims.words import measured
from onescale.comparison import reproduction
from onescale.comparison.band import band
from onescale.comparison.effects import worths
from onescale.comparison.spec import Criteria, Spec, techniques
from onescale.core.csv_files import read_rows
from onescale.core.json_files import read_json
from onescale.runs import step_times
from onescale.runs.record import Record, read
from onescale.tables.reading.dataset import open_files
from onescale.tables.reading.dialect import Dialect
from onescale.training.variant import Variant

_MANIFEST = ("versions", "configuration", "inputs", "sources", "outputs")
_PAGES = {"comparison": "comparisons", "comparison_tuned": "tuning"}
PARTS = ("train", "test")
MOST_ROWS = 2000  # of a table: a page is for people, whom one can choose from a list
_SHORT = 5  # decimals of an accuracy in a curve: one image of 60,000


@dataclass(frozen=True)
class Results:
    """A folder of results with its manifest: `configuration` is what they were made by, `records`
    the runs of every variant that a comparison has."""

    folder: Path
    configuration: Mapping[str, Any]
    versions: Mapping[str, str]
    records: Mapping[str, Record]

    @classmethod
    def read(cls, folder: str | Path) -> "Results":
        """Raises DataError for a folder without manifest.json and comparison.csv, or with a run
        file that is none."""
        folder = Path(folder)
        manifest = read_json(folder / "manifest.json", "onescale manifest", _MANIFEST)
        rows = [row for page in _PAGES for row in _rows(folder / f"{page}.csv")]
        rows = rows or read_rows(folder / "comparison.csv")
        names = dict.fromkeys(row["variant"] for row in rows)
        if (folder / "discrepancies.csv").exists():
            names |= dict.fromkeys(discrepant(manifest["configuration"]["discrepancies"]))
        paths = {name: folder / "runs" / f"{name}.json" for name in names}
        helped = (one.variants for one in techniques(manifest["configuration"].get("effects")))
        for name in itertools.chain.from_iterable(helped):  # some are of a study
            if (path := folder / "runs" / f"{name}.json").exists():
                paths.setdefault(name, path)
        records = {name: read(path) for name, path in paths.items()}
        for page in (*_PAGES, "discrepancies"):
            if (path := folder / "step_times" / f"{page}.json").exists():
                times = step_times.read(path)
                for record in records.values():
                    if record.name in times.costs:
                        times.apply(record)
        return cls(folder, manifest["configuration"], manifest["versions"], records)

    @property
    def spec(self) -> Spec:
        """What was compared, and what the chapter prints."""
        keys = ("comparisons", "reported", "statistics")
        return Spec.from_mapping({key: self.configuration.get(key) for key in keys})

    @property
    def criteria(self) -> Criteria:
        """By what differences were judged."""
        return self.spec.criteria


def gathered(results: Results) -> dict[str, Any]:
    """Everything that the page shows but pictures, as JSON can hold it."""
    return {
        "about": _about(results),
        "variants": {name: _variant(record, results) for name, record in results.records.items()},
        "groups": list(_groups(results)),
        "reported": [asdict(row) for row in results.spec.reported],
        "printed": _printed(results),
        "effects": _effects(results),
        "claims": _claims(results),
        "faults": [
            row | costs.shown(row) for row in _numbered(_rows(results.folder / "discrepancies.csv"))
        ],
        "tables": _tables(results),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table of ours, none where it was not made."""
    return read_rows(path) if path.exists() else []


def _numbered(rows: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Rows with numbers as numbers, yes and no as such, and without their empty cells."""
    return [{key: _number(cell) for key, cell in row.items() if cell != ""} for row in rows]


def _number(cell: str) -> Any:
    if cell in ("True", "False"):
        return cell == "True"
    try:
        value = float(cell)
    except ValueError:
        return cell
    return int(value) if value.is_integer() and "." not in cell else value


def _about(results: Results) -> dict[str, Any]:
    """What was run, when, on what, with what."""
    path = results.folder / "manifest.json"
    configuration, some = results.configuration, next(iter(results.records.values()))
    made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return {
        "dataset": some.dataset["name"],
        "images": some.dataset.get("test_images"),
        "seeds": configuration["seeds"],
        "steps": some.variant["steps"],
        "train_images": some.variant.get("train_images"),
        "made": f"{made:%Y-%m-%d %H:%M} UTC",
        "versions": dict(results.versions),
        "manifest": hashlib.sha256(path.read_bytes()).hexdigest(),
        "folder": configuration["results"],
        "criteria": asdict(results.criteria),
        "levels": some.levels,
        "runs": sum(len(record.runs) for record in results.records.values()),
    }


def _variant(record: Record, results: Results) -> dict[str, Any]:
    """A variant: what it is, the line that makes it, and every seed's way."""
    runs = list(record.runs.values())
    return {
        "spec": {key: value for key, value in record.variant.items() if value is not None},
        "yaml": f"{record.name}: {flow(_asked(record, results.configuration))}",
        "seeds": [run.seed for run in runs],
        "diverged": [run.seed for run in record.diverged],
        "us_per_step": [run.us_per_step for run in runs],
        "steps": [run.history["step"] for run in runs],
        **{part: [_rounded(run.history[f"{part}_accuracy"]) for run in runs] for part in PARTS},
        "bands": {part: _band(record, part) for part in PARTS},
    }


def _band(record: Record, part: str) -> dict[str, Any]:
    """Mean, lowest and highest accuracy over seeds after each of `steps`."""
    steps, *curves = band(record, f"{part}_accuracy")
    names = ("mean", "low", "high")
    return {"steps": steps.tolist(), **dict(zip(names, map(_rounded, curves), strict=True))}


def _rounded(curve: Iterable[float]) -> list[float]:
    return [round(float(value), _SHORT) for value in curve]


def _asked(record: Record, configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    """The keys in which a variant differs from the defaults, as one writes them."""
    if record.name in configuration["variants"]:
        return configuration["variants"][record.name]
    usual = Variant.from_mapping(configuration["defaults"]).to_mapping()
    return {k: v for k, v in record.variant.items() if k != "name" and usual.get(k) != v}


def flow(value: Any) -> str:
    """A value as a line of YAML.

    >>> flow({"init": {"normal": 0.01}, "hidden": [50, 100], "dropout": None})
    '{init: {normal: 0.01}, hidden: [50, 100], dropout: null}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    words = {None: "null", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _groups(results: Results):
    """The groups of every comparison that was made, with their rows."""
    for page, part in _PAGES.items():
        rows = _numbered(_rows(results.folder / f"{page}.csv"))
        for name, given in results.configuration[part].items():
            if own := [row for row in rows if row["group"] == name]:
                about = {"name": name, "title": given.get("title", name), "page": page}
                yield about | {"reference": given.get("reference"), "rows": own}


def _printed(results: Results) -> list[dict[str, Any]]:
    """Each accuracy that the chapter prints, our seeds beside it, and where one more run would lie:
    after the update at which it is printed, or after the last where that is another."""
    spec, found = results.spec, []
    for row in spec.reported:
        record = results.records.get(row.as_written)
        for measure in ("train", "test"):
            if record is None or getattr(row, measure) is None:
                continue
            series, after = f"{measure}_accuracy", reproduction.PRINTED_AFTER
            values = [run.at(after, series) for run in record.runs.values()]
            if None in values:
                values, after = [getattr(run, series) for run in record.runs.values()], None
            between = reproduction.within(values, spec.criteria.confidence)
            about = {"row": row.row, "measure": measure, "printed": getattr(row, measure)}
            about |= {"variant": record.name, "values": values}
            found.append(about | {"after": after, "within": between})
    return found


def _effects(results: Results) -> list[dict[str, Any]]:
    """What each technique is worth, of those whose runs are there."""
    asked = techniques(results.configuration.get("effects"))
    there = [one for one in asked if all(name in results.records for name in one.variants)]
    found = worths(there, results.records, results.criteria)
    return [asdict(worth) for worth in found]


def _claims(results: Results) -> list[dict[str, Any]]:
    """The claims with their verdicts and parts, in order; none before they were judged."""
    rows = _numbered(_rows(results.folder / "claims.csv"))
    parts = _numbered(_rows(results.folder / "claims_parts.csv"))
    asked = results.configuration.get("claims") or {}
    names = dict.fromkeys(row["name"] for row in rows)  # in the order of their numbers
    return [_claim(name, asked[name], rows, parts) for name in names if name in asked]


def _claim(name: str, given: Mapping[str, Any], rows: list[dict], parts: list[dict]) -> dict:
    own = [row | {"measure_words": _measure(row)} for row in rows if row["name"] == name]
    return {
        "number": own[0]["claim"],
        "name": name,
        **{key: given.get(key) for key in ("words", "why", "figure", "table")},
        "aside": any(row["words"].endswith(ASIDE) for row in own) and ASIDE,
        "rows": own,
        "parts": [_part(part) for part in parts if part["name"] == name],
    }


def _measure(row: Mapping[str, Any]) -> str | None:
    """What a row is judged by, unless by several measures as one."""
    return MEASURES[row["measure"]].words if "measure" in row else None


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a claim, with its estimate and interval in their unit, as the page of claims has
    them."""
    told = dict(part)
    if "estimate" not in part:
        return told
    estimate, low, high = (part.get(key) for key in ("estimate", "low", "high"))
    shown = measured(part["test"], part["unit"], estimate)
    told["shown"] = " ".join(filter(None, (part.get("bound"), shown)))
    if low is not None and low != high:
        ends = (measured(part["test"], part["unit"], end) for end in (low, high))
        told["shown_interval"] = " to ".join(ends)
    return told


def _tables(results: Results) -> dict[str, Any]:
    """Every table on every scale, by its name: rows of cells as they were written."""
    found = {}
    for name, given in results.configuration["tables"].items():
        scaled = sorted((results.folder / "tables" / name).glob("*.csv"))
        if scaled and "label" in given and Path(given["file"]).is_file():
            scales = {path.stem: read_rows(path) for path in scaled}
            rows = _as_written(given) if len(next(iter(scales.values()))) <= MOST_ROWS else []
            if rows:
                by = {"by": as_list(given.get("by", []))}
                found[name] = {"label": given["label"], **by, "rows": rows, "scales": scales}
    return found


def _as_written(given: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of a table of the configuration, in whatever encoding or file it stands."""
    asked = given.get("dialect", {})
    dialect = Dialect(
        asked.get("delimiter"),
        asked.get("quote"),
        header=not asked.get("no-header"),
        skip_lines=asked.get("skip-lines", 0),
        comment=asked.get("comment", ""),
        row_names=bool(asked.get("row-names")),
    )
    table = open_files([given["file"]], dialect, asked.get("encoding"), asked.get("sheet"))
    columns: list[list[str]] = [[] for _ in table.names]
    for batch in table.batches((), range(table.width)):
        for index, cells in enumerate(columns):
            cells += batch.texts(index)
    return [dict(zip(table.names, row, strict=True)) for row in zip(*columns, strict=True)]
