"""reproduction.md: each number the chapter prints beside ours, made as the chapter makes it.

Accuracies: the chapter prints those of one unseeded run, the last after update 9,601, so ours are
taken there too, from the variant that repeats the chapter's code as written. A printed accuracy is
reproduced if it could be one more of our runs: if it lies inside the prediction interval of our
seeds. Figures of two digits (0.99) were cut from longer ones: such a figure is reproduced if any
number that is cut to it lies inside. Table numbers: ours must round to every digit printed.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from onescale.comparison import statistics as evidence
from onescale.comparison.spec import Reported, Spec
from onescale.core.errors import DataError
from onescale.core.text import DASH, interval, percent, table
from onescale.runs.record import Record

PRINTED_AFTER = 9601  # the last update at which the chapter's code prints accuracies
_CUT_DIGITS = 2


@dataclass(frozen=True)
class Accuracy:
    """One printed accuracy beside ours; `inside` is None where it cannot be told: see `note`."""

    row: str
    measure: str
    printed: str
    variant: str | None
    ours: evidence.Summary
    interval: tuple[float, float] | None
    inside: bool | None
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """One printed number of a table beside ours; `agrees` to every digit printed."""

    table: str
    row: int
    label: str
    printed: str
    ours: float

    @property
    def agrees(self) -> bool:
        """Whether ours, rounded to as many decimals, is the printed number."""
        step = Decimal(1).scaleb(-_decimals(self.printed))
        return Decimal(self.ours).quantize(step, ROUND_HALF_EVEN) == Decimal(self.printed)


def accuracies(records: dict[str, Record], spec: Spec) -> list[Accuracy]:
    """Every accuracy that the chapter prints, in its order, beside our runs as written."""
    return [
        _accuracy(row, measure, records, spec)
        for row in spec.reported
        for measure in ("train", "test")
        if getattr(row, measure) is not None
    ]


def _accuracy(row: Reported, measure: str, records: dict[str, Record], spec: Spec) -> Accuracy:
    printed = getattr(row, measure)
    nothing = Accuracy(
        row.row, measure, printed, row.as_written, evidence.Summary(0, None), None, None
    )
    if row.as_written not in records:
        return _but(nothing, note="no run as written was given")
    runs = records[row.as_written].runs.values()
    values = [run.at(PRINTED_AFTER, f"{measure}_accuracy") for run in runs]
    if stopped := [run.seed for run in runs if run.diverged is not None]:
        return _but(nothing, note=f"diverged with seed {', '.join(map(str, stopped))}")
    if None in values:
        return _but(nothing, note=f"not evaluated after update {PRINTED_AFTER:,}")
    summary = evidence.summarize(values, spec.statistics.confidence)
    within = evidence.prediction_interval(values, spec.statistics.confidence)
    if within is None:
        return _but(nothing, ours=summary, note="one seed: no interval")
    within = (max(within[0], 0.0), min(within[1], 1.0))
    return _but(nothing, ours=summary, interval=within, inside=is_inside(printed, *within))


def is_inside(printed: str, low: float, high: float) -> bool:
    """Whether a printed fraction lies in [low, high]; two digits stand for all that is cut to them.

    >>> is_inside("0.99", 0.9931, 0.9964), is_inside("0.990", 0.9931, 0.9964)
    (True, False)
    """
    value, decimals = Decimal(printed), -Decimal(printed).as_tuple().exponent
    if decimals > _CUT_DIGITS:
        return Decimal(low) <= value <= Decimal(high)
    return value <= Decimal(high) and Decimal(low) < value + Decimal(1).scaleb(-decimals)


def cut_to(printed: str) -> tuple[float, float]:
    """The lowest and the upper limit of the numbers that a printed fraction stands for.

    >>> cut_to("0.99"), cut_to("0.9676")
    ((0.99, 1.0), (0.9676, 0.9676))
    """
    value, decimals = Decimal(printed), -Decimal(printed).as_tuple().exponent
    wide = Decimal(1).scaleb(-decimals) if decimals <= _CUT_DIGITS else 0
    return float(value), float(value + wide)


def figures(numbers: str | Path, tables: str | Path) -> list[Figure]:
    """Every printed number of the chapter's tables beside the one in our results.

    `numbers`: a CSV with columns table, column, row (from 1) and printed; our value stands in that
    row and column of `tables`/<table>.csv, whose first column labels the rows. Raises DataError if
    a file, a column or a row is missing.
    """
    found = []
    content: dict[str, list[dict[str, str]]] = {}
    for printed in _rows(Path(numbers), ["table", "column", "row", "printed"]):
        path = Path(tables, f"{printed['table']}.csv")
        if printed["table"] not in content:
            content[printed["table"]] = _rows(path, [printed["column"]])
        rows, place = content[printed["table"]], int(printed["row"])
        if place > len(rows):
            raise DataError(f"{path}: has {len(rows)} rows, but the chapter prints row {place}")
        row = rows[place - 1]
        try:
            ours = float(row[printed["column"]])
        except ValueError:
            raise DataError(
                f"{path}: row {place}, column {printed['column']!r}: not a number"
            ) from None
        label = next(iter(row.values()))
        found.append(Figure(printed["table"], place, label, printed["printed"], ours))
    return found


def reproduction_page(rows: list[Accuracy], printed: list[Figure], spec: Spec) -> str:
    """The whole page; `printed` may be empty when no tables were given."""
    told = [row for row in rows if row.inside is not None]
    parts = [
        "# Reproduction",
        _count(rows, told)
        + (
            f" Of {len(printed)} numbers in its tables, {sum(f.agrees for f in printed)} agree to "
            "every digit printed."
            if printed
            else ""
        ),
    ]
    if rows:
        parts += ["## Accuracies", _accuracy_table(rows), _accuracy_notes(spec)]
        parts.append(
            "What each place costs in which the chapter's code and its words differ stands in "
            "[discrepancies.md](discrepancies.md), which `snakemake evidence` writes."
        )
    if printed:
        parts += ["## The class-age table", _figure_table(printed), _figure_notes(printed)]
    return "\n\n".join(parts) + "\n"


def _count(rows: list[Accuracy], told: list[Accuracy]) -> str:
    """How many of the printed accuracies are reproduced, in a sentence."""
    if not rows:
        return "No accuracies that the chapter prints are configured."
    printed = f"Of {len(rows)} accuracies that the chapter prints, "
    if not told:
        return f"{printed}none can be judged by these runs; the table says why."
    inside = sum(row.inside for row in told)
    judged = "" if len(told) == len(rows) else f" of the {len(told)} that can be judged"
    return f"{printed}{inside}{judged} lie inside the prediction interval of our seeds."


def _accuracy_table(rows: list[Accuracy]) -> str:
    header = ["the chapter's row", "as written", "set", "inside", "printed", "ours", "sd", "seeds"]
    header.append("prediction interval")
    cells = [
        [
            row.row,
            row.variant or DASH,
            {"train": "training", "test": "test"}[row.measure],
            row.note if row.inside is None else "yes" if row.inside else "**no**",
            _as_printed(row.printed),
            percent(row.ours.mean),
            percent(row.ours.sd),
            str(row.ours.n),
            interval(*(row.interval or (None, None))),
        ]
        for row in rows
    ]
    return table(header, cells, left=4)


def _as_printed(printed: str) -> str:
    """The printed fraction in per cent with all its digits, two-digit ones with the cut shown."""
    digits = -Decimal(printed).as_tuple().exponent
    text = f"{100 * Decimal(printed):.{max(0, digits - 2)}f}"
    return f"{text}…" if digits <= _CUT_DIGITS else text


def _accuracy_notes(spec: Spec) -> str:
    return (
        f"Per cent after update {PRINTED_AFTER:,}, the last that the chapter prints; ours are the "
        "mean and sd over seeds of the variant that repeats its code as written. The interval is "
        f"where one more run of ours would lie with {100 * spec.statistics.confidence:g} % "
        "confidence: mean ± t·sd·√(1 + 1/n). A figure of two digits (“99…”) was cut from a longer "
        "one and counts as inside if any number that is cut to it is. The chapter ran each once, "
        "with no seed."
    )


def _figure_table(printed: list[Figure]) -> str:
    """A line a row of the table, a pair of columns (printed, ours) for each of its tables."""
    names = list(dict.fromkeys(figure.table for figure in printed))
    by_place = {(figure.table, figure.row): figure for figure in printed}
    header = ["row"] + [text for name in names for text in (f"{name}, printed", "ours")]
    cells = []
    for place in sorted({figure.row for figure in printed}):
        label = next(figure.label for figure in printed if figure.row == place)
        line = [label]
        for name in names:
            figure = by_place.get((name, place))
            line += [figure.printed, _ours(figure)] if figure else [DASH, DASH]
        cells.append(line)
    return table(header, cells)


def _ours(figure: Figure) -> str:
    text = f"{figure.ours:.{_decimals(figure.printed)}f}"
    return text if figure.agrees else f"**{figure.ours!r}**"


def _decimals(printed: str) -> int:
    """Decimals that a printed number vouches for; NumPy writes 1. for 1.00000000."""
    return 8 if printed.endswith(".") else max(0, -int(Decimal(printed).as_tuple().exponent))


def _figure_notes(printed: list[Figure]) -> str:
    wrong = [figure for figure in printed if not figure.agrees]
    state = (
        "All agree." if not wrong else f"{len(wrong)} differ and are set in bold, with all digits."
    )
    return (
        f"{state} Ours are rounded to as many decimals as the chapter prints. `minmax` is "
        "(x − min)/(max − min); `chapter` is (x − mean)²/std, which the chapter's code prints "
        "where its words say (x − mean)/std; `batch_norm` is the forward pass with γ = 1, β = 0, "
        "ε = 0.01."
    )


def _rows(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a small CSV file that must have these columns."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows, header = list(reader), reader.fieldnames or []
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    for column in columns:
        if column not in header:
            raise DataError(f"{path}: no column {column!r}; it has {', '.join(header)}")
    return rows


def _but(accuracy: Accuracy, **changes) -> Accuracy:
    return Accuracy(**{**accuracy.__dict__, **changes})
