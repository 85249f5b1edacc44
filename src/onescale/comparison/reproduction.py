"""reproduction.md: each number the chapter prints beside ours, made as the chapter makes it.

Accuracies: the chapter prints those of one unseeded run, the last after update 9,601, so ours are
taken there too, from the variant that repeats the chapter's code as written. A printed accuracy is
reproduced if it could be one more of our runs: if it lies inside the prediction interval of our
seeds. Figures of two digits (0.99) were cut from longer ones: such a figure is reproduced if any
number that is cut to it lies inside. Table numbers: ours must round to every digit printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from onescale.comparison import statistics
from onescale.comparison.spec import Reported, Spec
from onescale.core import text
from onescale.core.csv_files import number_in, read_rows
from onescale.core.errors import DataError
from onescale.core.text import DASH, interval, percent
from onescale.runs.record import Record

PRINTED_AFTER = 9601  # the last update at which the chapter's code prints accuracies
_CUT_DIGITS = 2


@dataclass(frozen=True)
class Accuracy:
    """One printed accuracy beside ours; `inside` is None where it cannot be told: see `note`;
    `rounded`: whether it is inside if it was rounded to two digits and not cut."""

    reported: Reported
    measure: str
    note: str = ""
    ours: statistics.Summary | None = None
    interval: tuple[float, float] | None = None
    inside: bool | None = None
    rounded: bool | None = None

    @property
    def printed(self) -> str:
        """The fraction as the chapter prints it."""
        return getattr(self.reported, self.measure)


@dataclass(frozen=True)
class PrintedNumber:
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
    confidence = spec.criteria.confidence
    return [
        _accuracy(row, measure, records.get(row.as_written), confidence)
        for row in spec.reported
        for measure in ("train", "test")
        if getattr(row, measure) is not None
    ]


def _accuracy(
    reported: Reported, measure: str, record: Record | None, confidence: float
) -> Accuracy:
    if record is None:
        return Accuracy(reported, measure, "no run as written was given")
    runs = record.runs.values()
    if stopped := [str(run.seed) for run in record.diverged]:
        return Accuracy(reported, measure, f"diverged with seed {', '.join(stopped)}")
    values = [run.at(PRINTED_AFTER, f"{measure}_accuracy") for run in runs]
    if None in values:
        return Accuracy(reported, measure, f"not evaluated after update {PRINTED_AFTER:,}")
    summary = statistics.summarize(values, confidence)
    between = within(values, confidence)
    if between is None:
        return Accuracy(reported, measure, "one seed: no interval", summary)
    inside, rounded = (is_inside(getattr(reported, measure), *between, r) for r in (False, True))
    return Accuracy(reported, measure, "", summary, between, inside, rounded)


def within(values: Sequence[float], confidence: float) -> tuple[float, float] | None:
    """Where one more accuracy would lie: the prediction interval, of it what a fraction can be."""
    interval = statistics.prediction_interval(values, confidence)
    return interval and (max(interval[0], 0.0), min(interval[1], 1.0))


def is_inside(printed: str, low: float, high: float, rounded: bool = False) -> bool:
    """Whether a printed fraction lies in [low, high]; two digits stand for all that is cut, or
    `rounded`, to them.

    >>> is_inside("0.99", 0.9931, 0.9964), is_inside("0.990", 0.9931, 0.9964)
    (True, False)
    """
    first, end = _stands_for(printed, rounded)
    if first == end or rounded:
        return first <= Decimal(high) and Decimal(low) <= end
    return first <= Decimal(high) and Decimal(low) < end


def stands_for(printed: str, rounded: bool = False) -> tuple[float, float]:
    """The lowest and the upper limit of the numbers that a printed fraction stands for.

    >>> stands_for("0.99"), stands_for("0.99", rounded=True), stands_for("0.9676")
    ((0.99, 1.0), (0.985, 0.995), (0.9676, 0.9676))
    """
    first, end = _stands_for(printed, rounded)
    return float(first), float(end)


def _stands_for(printed: str, rounded: bool) -> tuple[Decimal, Decimal]:
    value, decimals = Decimal(printed), -Decimal(printed).as_tuple().exponent
    if decimals > _CUT_DIGITS:
        return value, value
    unit = Decimal(1).scaleb(-decimals)
    return (value - unit / 2, value + unit / 2) if rounded else (value, value + unit)


def printed_numbers(numbers: str | Path, tables: str | Path) -> list[PrintedNumber]:
    """Every printed number of the chapter's tables beside the one in our results.

    `numbers`: a CSV with columns table, column, row (from 1) and printed; our value stands in that
    row and column of `tables`/<table>.csv, whose first column labels the rows. Raises DataError if
    a file, a column or a row is missing.
    """
    printed = read_rows(numbers, ["table", "column", "row", "printed"])
    columns = dict.fromkeys((row["table"], row["column"]) for row in printed)
    path = {table: Path(tables, f"{table}.csv") for table, _ in columns}
    content = {table: read_rows(path[table], [column]) for table, column in columns}
    figures = []
    for row in printed:
        table, index = row["table"], int(row["row"])
        rows = content[table]
        if index > len(rows):
            raise DataError(
                f"{path[table]}: has {len(rows)} rows, but the chapter prints row {index}"
            )
        ours = number_in(path[table], rows, index, row["column"])
        label = next(iter(rows[index - 1].values()))
        figures.append(PrintedNumber(table, index, label, row["printed"], ours))
    return figures


def reproduction_page(rows: list[Accuracy], printed: list[PrintedNumber], spec: Spec) -> str:
    """The whole page; `printed` may be empty when no tables were given."""
    opening = _count(rows)
    if printed:
        opening += (
            f" Of {len(printed)} numbers in its tables, {sum(f.agrees for f in printed)} agree to "
            "every digit printed."
        )
    blocks = ["# Reproduction", opening]
    if rows:
        blocks += ["## Accuracies", _accuracy_table(rows), _accuracy_notes(spec)]
        blocks.append(
            "What each place costs in which the chapter's code and its words differ stands in "
            "[discrepancies.md](discrepancies.md), which `snakemake evidence` writes."
        )
    if printed:
        blocks += ["## The class-age table", _figure_table(printed), _figure_notes(printed)]
    return text.page(*blocks)


def _count(rows: list[Accuracy]) -> str:
    """How many of the printed accuracies are reproduced, in a sentence."""
    if not rows:
        return "The chapter prints no accuracies that these runs repeat."
    told = [row.inside for row in rows if row.inside is not None]
    printed = f"Of {len(rows)} accuracies that the chapter prints, "
    if not told:
        return f"{printed}none can be judged by these runs; the table says why."
    judged = "" if len(told) == len(rows) else f" of the {len(told)} that can be judged"
    rounded = sum(bool(row.rounded) for row in rows if row.inside is not None)
    if_rounded = (
        f" ({rounded}, if its figures of two digits were rounded and not cut)"
        if rounded != sum(told)
        else ""
    )
    inside = f"{sum(told)}{judged} lie inside the prediction interval of our seeds{if_rounded}"
    return f"{printed}{inside}. Of the very same code one in twenty would lie outside by chance."


def _accuracy_table(rows: list[Accuracy]) -> str:
    said = {True: "yes", False: "**no**"}

    def inside(row: Accuracy) -> str:
        if row.inside is None:
            return row.note
        other = "" if row.rounded == row.inside else f" (if rounded: {said[row.rounded]})"
        return said[row.inside] + other

    shown = [
        ("the chapter's row", lambda row: row.reported.row),
        ("as written", lambda row: row.reported.as_written or DASH),
        ("set", lambda row: {"train": "training", "test": "test"}[row.measure]),
        ("inside", inside),
        ("printed", lambda row: as_printed(row.printed)),
        ("ours", lambda row: percent(row.ours and row.ours.mean)),
        ("sd", lambda row: percent(row.ours and row.ours.sd)),
        ("seeds", lambda row: str(row.ours.n if row.ours else 0)),
        ("prediction interval", lambda row: interval(*(row.interval or (None, None)))),
    ]
    return text.columns(rows, shown, left=4)


def as_printed(printed: str) -> str:
    """The printed fraction in per cent with all its digits, two-digit ones with the cut shown.

    >>> as_printed("0.9676"), as_printed("0.99")
    ('96.76', '99…')
    """
    digits = -Decimal(printed).as_tuple().exponent
    per_cent = f"{100 * Decimal(printed):.{max(0, digits - 2)}f}"
    return f"{per_cent}…" if is_cut(printed) else per_cent


def is_cut(printed: str) -> bool:
    """Whether a printed fraction has so few digits that it is taken as cut from a longer one."""
    return -Decimal(printed).as_tuple().exponent <= _CUT_DIGITS


def _accuracy_notes(spec: Spec) -> str:
    return (
        f"Per cent after update {PRINTED_AFTER:,}, the last that the chapter prints; ours are the "
        "mean and sd over seeds of the variant that repeats its code as written. The interval is "
        f"where one more run of ours would lie with {100 * spec.criteria.confidence:g} % "
        "confidence: mean ± t·sd·√(1 + 1/n). A figure of two digits (“99…”) is taken as cut "
        "from a longer one and counts as inside if any number that is cut to it is; where it would "
        "make a difference that it was rounded instead, that is said. The chapter ran each once, "
        "with no seed."
    )


def _figure_table(printed: list[PrintedNumber]) -> str:
    """A line a row of the table, a pair of columns (printed, ours) for each of its tables."""
    names = list(dict.fromkeys(figure.table for figure in printed))
    by_row: dict[int, dict[str, PrintedNumber]] = {}
    for figure in printed:
        by_row.setdefault(figure.row, {})[figure.table] = figure
    cells = []
    for _, figures in sorted(by_row.items()):
        line = [next(iter(figures.values())).label]
        for name in names:
            figure = figures.get(name)
            line += [figure.printed, _ours(figure)] if figure else [DASH, DASH]
        cells.append(line)
    header = ["row", *(head for name in names for head in (f"{name}, printed", "ours"))]
    return text.table(header, cells)


def _ours(figure: PrintedNumber) -> str:
    rounded = f"{figure.ours:.{_decimals(figure.printed)}f}"
    return rounded if figure.agrees else f"**{figure.ours!r}**"


def _decimals(printed: str) -> int:
    """Decimals that a printed number vouches for; NumPy writes 1. for 1.00000000."""
    return 8 if printed.endswith(".") else max(0, -int(Decimal(printed).as_tuple().exponent))


def _figure_notes(printed: list[PrintedNumber]) -> str:
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
