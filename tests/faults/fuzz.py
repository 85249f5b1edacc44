"""Random tables through the commands, held against fractions: `make fuzz MINUTES=10`.

    python tests/faults/fuzz.py --minutes 10 --seed 0

The oracle shares no code with src: cells are known when they are made, figures are rationals, and
what is to be rounded correctly comes from 80 digits. Tables differ in values (ends of the range,
subnormals, both zeros, large means), missing tokens with blanks around them, delimiters, quotes,
decimal marks, line ends, encodings and packing; each is read by the small and by the large reader,
whole and in parts, by frames of three libraries, and goes through fits, merges and plans. A failure
is printed as a command with its file, which is kept, and ends in exit status 1.
"""

import argparse
import contextlib
import csv
import gzip
import io
import json
import math
import os
import random
import sys
import tempfile
import time
import warnings
from decimal import Context, Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa

import onescale
from onescale import cli
from onescale.core.errors import OnescaleError
from onescale.tables.reading import source, table

DIGITS = Context(prec=80, Emax=10**6, Emin=-(10**6))
MISSING = ["", "NA", "n/a", "NaN", "null", "None"]


class Failure(AssertionError):
    """What a command did is not what it should."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument(
        "--seed", type=int, default=0, help="Of the first table; then one more each."
    )
    given = parser.parse_args()
    end, seed = time.monotonic() + 60 * given.minutes, given.seed
    while time.monotonic() < end:
        if (seed - given.seed) % 100 == 0:
            print(f"{seed - given.seed} tables, none wrong", flush=True)
        if message := one(seed):
            print(f"seed {seed}: {message}")
            return 1
        seed += 1
    print(f"{seed - given.seed} tables, none wrong")
    return 0


def one(seed: int, folder: Path | None = None) -> str:
    """What is wrong with what the commands make of the table of a seed; empty if nothing is."""
    keep = folder or Path(tempfile.mkdtemp(prefix="onescale-fuzz-"))
    rng = random.Random(seed)
    made = Made(rng, keep)
    try:
        for check in (commanded, planned, described, fitted, framed):
            for small in (1 << 20, 0):  # the small reader, the large one
                check(rng, made, small)
    except Failure as failure:
        return str(failure)
    for path in keep.iterdir() if folder is None else ():
        path.unlink()
    if folder is None:
        keep.rmdir()
    return ""


class Made:
    """A table as it was made: `values` by column, floats or None, and `groups`; its file, and how
    it is written."""

    def __init__(self, rng: random.Random, folder: Path):
        self.folder, rows = folder, rng.choice([2, 3, 7, 20, 60])
        self.names = ["x", "other one", "z%"][: rng.randint(1, 3)]
        draw = [rng.choice(KINDS) for _ in self.names]
        gap = rng.choice([0, 0, 0.1, 0.5])
        self.values = [
            [None if rng.random() < gap else kind(rng) for _ in range(rows)] for kind in draw
        ]
        for column in self.values:  # some number at least
            column[0] = draw[0](rng) if column[0] is None else column[0]
        self.groups = [rng.choice(["a", "b", "ü"]) for _ in range(rows)]
        self.delimiter = rng.choice([",", ";", "\t", "|"])
        self.decimal = "," if self.delimiter != "," and rng.random() < 0.2 else "."
        self.quoted, self.blanks = rng.random() < 0.2, rng.random() < 0.3
        self.end, self.token = rng.choice(["\n", "\r\n"]), rng.choice(["", "-999", "none given"])
        self.encoding = rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"])
        self.packed = rng.random() < 0.1
        self.path = folder / ("table.csv.gz" if self.packed else "table.csv")
        if self.token == "-999":
            self.values = [[None if v == -999 else v for v in column] for column in self.values]
            for column in self.values:
                column[0] = 1.5 if column[0] is None else column[0]
        self.path.write_bytes(self.bytes(rng, range(rows)))

    def bytes(self, rng: random.Random, rows) -> bytes:
        lines = [["g", *self.names]]
        for row in rows:
            cells = [self.cell(rng, column[row]) for column in self.values]
            lines.append([self.groups[row], *cells])
        text = io.StringIO()
        quoting = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(
            text, delimiter=self.delimiter, quoting=quoting, lineterminator=self.end
        )
        writer.writerows(lines)
        data = text.getvalue().encode(self.encoding)
        return gzip.compress(data) if self.packed else data

    def cell(self, rng: random.Random, value: float | None) -> str:
        if value is None:
            text = self.token if self.token and rng.random() < 0.5 else rng.choice(MISSING)
        else:
            text = repr(value).replace(".", self.decimal)
        around = rng.choice(["", " ", "  ", "\t" if self.delimiter != "\t" else " "])
        return f"{around}{text}{around}" if self.blanks and not self.quoted else text

    @property
    def options(self) -> list[str]:
        told = ["--delimiter", self.delimiter, "--decimal", self.decimal, "-q"]
        return told + (["--missing", self.token] if self.token else [])

    def of(self, column: int, by: bool) -> dict[str, list[Fraction]]:
        """The numbers of each group, or of all."""
        parts: dict[str, list[Fraction]] = {}
        for value, group in zip(self.values[column], self.groups, strict=True):
            part = parts.setdefault(group if by else "", [])
            if value is not None:
                part.append(Fraction(value))
        return parts


def _any(rng: random.Random) -> float:
    return math.ldexp(rng.uniform(-1, 1), rng.randint(-60, 60))


KINDS = [
    _any,
    lambda rng: rng.gauss(0, 1),
    lambda rng: float(rng.randint(-9, 9)),
    lambda rng: 1e9 + rng.gauss(0, 0.01),
    lambda rng: rng.choice([0.0, -0.0, 1.0, -1.0]),
    lambda rng: math.ldexp(rng.random(), rng.choice([-1074, -1030, 400, 500])),
    lambda rng: rng.choice([5e-324, -5e-324, 2.5e-308, 0.0]),
    lambda rng: rng.choice([1.0, 1.0 + 2**-52, 1.0 - 2**-53]),
    lambda rng: -999.0 if rng.random() < 0.1 else 7.25,
]


def run(small: int, *arguments: str) -> str:
    """The output of a command; small: bytes up to which the small reader is taken."""
    kept = table.SMALL, source.BLOCK
    table.SMALL, source.BLOCK = small, kept[1] if small else 700
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out):
            cli.cli.main([*arguments], standalone_mode=False)
        out.flush()
        return out.buffer.getvalue().decode()
    except OnescaleError as error:
        return f"refused: {error}"
    except Exception as error:
        raise Failure(f"{shown(arguments)}: {type(error).__name__}: {error}") from error
    finally:
        table.SMALL, source.BLOCK = kept


def shown(arguments) -> str:
    return " ".join(["onescale", *map(repr, arguments)])


def columns(made: Made, arguments: list[str], small: int, ending: str) -> list[list[str]] | None:
    """The scaled columns of a command's output; None where it rightly refused."""
    out = run(small, *arguments)
    if out.startswith("refused: "):
        if "beyond float64's range" in out:
            return None
        raise Failure(f"{shown(arguments)}: {out}")
    head, *rows = csv.reader(io.StringIO(out, newline=""))
    return [[row[head.index(name + ending)] for row in rows] for name in made.names]


def same(made: Made, arguments: list[str], found: list[str], expected: list[float | None]) -> None:
    for row, (cell, value) in enumerate(zip(found, expected, strict=True)):
        want = "" if value is None else repr(value + 0.0).replace(".", made.decimal)
        have = "0.0".replace(".", made.decimal) if cell.startswith("-0") and float(
            cell.replace(",", ".")) == 0 else cell  # fmt: skip
        if have != want:
            raise Failure(f"{shown(arguments)}: row {row + 1}: {cell!r}, and {want!r} is right")


def root(value: Fraction) -> Fraction:
    """√value to 80 digits; exact where it is rational, so that ties are ties."""
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if (top * top, bottom * bottom) == (value.numerator, value.denominator):
        return Fraction(top, bottom)
    return Fraction(DIGITS.sqrt(decimal(value)))


def decimal(value: Fraction) -> Decimal:
    return DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def moments(numbers: list[Fraction], ddof: int) -> tuple[Fraction, Fraction | None]:
    mean = sum(numbers, Fraction(0)) / len(numbers)
    if len(numbers) <= ddof:
        return mean, None
    return mean, sum(((x - mean) ** 2 for x in numbers), Fraction(0)) / (len(numbers) - ddof)


def scaled(made: Made, column: int, by: bool, scale) -> list[float | None]:
    """Each value by `scale(number, the numbers of its group)`."""
    parts = made.of(column, by)
    cells = zip(made.values[column], made.groups, strict=True)
    return [
        None if value is None else scale(Fraction(value), parts[group if by else ""])
        for value, group in cells
    ]


def quantile(numbers: list[Fraction], share: Fraction) -> Fraction:
    """By linear interpolation, as the float64 nearest to it."""
    ordered = sorted(numbers)
    place, part = divmod((len(numbers) - 1) * share, 1)
    above = ordered[min(place + 1, len(numbers) - 1)]
    return Fraction(float(ordered[place] * (1 - part) + above * part))


def about_median(x: Fraction, numbers: list[Fraction], width: Fraction) -> float:
    if min(numbers) == max(numbers):
        return 0.0
    return float((x - quantile(numbers, Fraction(1, 2))) / (width or 1))


def z(x: Fraction, numbers: list[Fraction], ddof: int = 0) -> float:
    mean, variance = moments(numbers, ddof)
    return float((x - mean) / root(variance)) if variance else 0.0


def minmax(x: Fraction, numbers: list[Fraction]) -> float:
    width = max(numbers) - min(numbers)
    return float((x - min(numbers)) / width) if width else 0.0


def maxabs(x: Fraction, numbers: list[Fraction]) -> float:
    largest = max(map(abs, numbers))
    return float(x / largest) if largest else 0.0


def rank(x: Fraction, numbers: list[Fraction]) -> float:
    below, equal = sum(y < x for y in numbers), sum(y == x for y in numbers)
    return float(Fraction(50 * (2 * below + equal), len(numbers)))


def robust(x: Fraction, numbers: list[Fraction]) -> float:
    low, high = (quantile(numbers, Fraction(share, 4)) for share in (1, 3))
    return about_median(x, numbers, high - low)


def mad(x: Fraction, numbers: list[Fraction]) -> float:
    median = quantile(numbers, Fraction(1, 2))
    distances = [Fraction(float(abs(y - median))) for y in numbers]
    return about_median(x, numbers, quantile(distances, Fraction(1, 2)))


METHODS = {"standardize": z} | {f.__name__: f for f in (minmax, maxabs, rank, robust, mad)}


def commanded(rng: random.Random, made: Made, small: int) -> None:
    """What the command of a method writes."""
    method, by = rng.choice(["standardize", "standardize", *METHODS]), rng.random() < 0.3
    scale, more = METHODS[method], []
    if method == "standardize" and rng.random() < 0.5:
        scale, more = partial(z, ddof=1), ["--ddof", "1"]
    arguments = [method, str(made.path), *more, *made.options, *["--by", "g"] * by]
    ending = "standardized" if method == "standardize" else method
    found = columns(made, arguments, small, f"_{ending}")
    for k in range(len(made.names) if found else 0):
        same(made, arguments, found[k], scaled(made, k, by, scale))


def planned(rng: random.Random, made: Made, small: int) -> None:
    """Other methods for other columns in one go."""
    chosen = [rng.choice([*METHODS]) for _ in made.names]
    pairs = zip(made.names, chosen, strict=True)
    told = [word for name, method in pairs for word in ("--set", f"{name}={method}")]
    out = run(small, "scale", str(made.path), *told, "--replace", *made.options)
    if out.startswith("refused: ") and "beyond float64's range" in out:
        return
    arguments = ["scale", str(made.path), *told]
    if out.startswith("refused: "):
        raise Failure(f"{shown(arguments)}: {out}")
    head, *rows = csv.reader(io.StringIO(out, newline=""))
    for k, (name, method) in enumerate(zip(made.names, chosen, strict=True)):
        column = [row[head.index(name)] for row in rows]
        same(made, arguments, column, scaled(made, k, False, METHODS[method]))


def framed(rng: random.Random, made: Made, small: int) -> None:
    """What functions and a `Scaler` make of frames and arrays, eager and lazy."""
    method, by = rng.choice([*METHODS]), rng.random() < 0.3
    data = dict(zip(made.names, made.values, strict=True)) | {"g": made.groups}
    kind = rng.choice([pa.table, pl.DataFrame, pd.DataFrame, pl.LazyFrame])
    frame = kind({key: [float(x) if isinstance(x, float) else x for x in column]
                  for key, column in data.items()})  # fmt: skip
    shown_as = f"{kind.__module__}.{kind.__name__}: {method}, by {by}, {data}"
    lazy = kind is pl.LazyFrame
    tiny = any(x and abs(x) < 1e-250 for column in made.values for x in column)
    if lazy and (method == "rank" or tiny):  # engines: docs/accuracy.md
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            group = "g" if by else None
            if lazy or rng.random() < 0.5:
                out = getattr(onescale, method)(frame, made.names, by=group, replace=True)
            else:
                scaler = onescale.Scaler(method, columns=made.names, by=group)
                out = scaler.fit(frame).transform(frame)
            out = out.collect() if lazy else out
    except OnescaleError as error:
        if "beyond float64's range" in str(error) or lazy:
            return
        raise Failure(f"{shown_as}: {error}") from error
    except Exception as error:
        raise Failure(f"{shown_as}: {type(error).__name__}: {error}") from error
    for k, name in enumerate(made.names):
        column = out[name].to_pylist() if kind is pa.table else out[name].to_list()
        found = [None if x is None or math.isnan(x) else x + 0.0 for x in column]
        expected = scaled(made, k, by, METHODS[method])
        if found != [None if x is None else x + 0.0 for x in expected]:
            raise Failure(f"{shown_as}: column {name!r}: {found}, and {expected} is right")


def described(rng: random.Random, made: Made, small: int) -> None:
    ddof = rng.choice([0, 1])
    arguments = ["describe", str(made.path), "--ddof", str(ddof), "--format", "json", *made.options]
    out = run(small, *arguments)
    if out.startswith("refused: "):
        raise Failure(f"{shown(arguments)}: {out}")
    for k, figures in enumerate(json.loads(out)):
        numbers = made.of(k, by=False)[""]
        mean, variance = moments(numbers, ddof)
        expected = {"count": len(numbers), "mean": float(mean), "min": float(min(numbers))}
        expected |= {"max": float(max(numbers)), "missing": len(made.groups) - len(numbers)}
        expected["std"] = None if variance is None else float(root(variance))
        for key, value in expected.items():
            if figures[key] != value:
                raise Failure(f"{shown(arguments)}: {key} {figures[key]!r}, and {value!r} is right")
        if str(figures["min"]).startswith("-0.0") and figures["min"] == 0:
            raise Failure(f"{shown(arguments)}: min is -0.0")


def fitted(rng: random.Random, made: Made, small: int) -> None:
    """A fit of parts merged is that of the whole; what it scales comes back."""
    method, folder = rng.choice([*METHODS]), made.folder
    chosen = [word for name in made.names for word in ("-c", name)]
    whole, parts = str(folder / "whole.json"), []
    cut, rows = rng.randint(1, len(made.groups) - 1), range(len(made.groups))
    fit = ["--method", method, *chosen, *made.options]
    for k, part in enumerate((rows[cut:], rows[:cut])):
        path = folder / f"part{k}{'.csv.gz' if made.packed else '.csv'}"
        path.write_bytes(made.bytes(rng, part))
        parts.append(str(folder / f"part{k}.json"))
        run(small, "fit", str(path), *fit, "-o", parts[-1])
    told = run(small, "fit", str(made.path), *fit, "-o", whole)
    if not (all(map(os.path.exists, parts)) and os.path.exists(whole)):
        return  # a part has a column without a number
    merged = run(small, "merge", *parts)
    found, expected = json.loads(merged), json.loads(Path(whole).read_text("utf-8"))
    if found["columns"] != expected["columns"]:
        raise Failure(f"{shown(['merge', *parts])}: not the fit of the whole, {whole} {told}")
    applied = run(small, "apply", whole, str(made.path), *made.options)
    one_go = run(small, "scale", str(made.path), *fit)
    if applied != one_go:
        raise Failure(f"{shown(['apply', whole, str(made.path)])}: not as scaled in one go")


if __name__ == "__main__":
    sys.exit(main())
