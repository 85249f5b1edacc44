"""Table commands beside polars doing the same, in turn, a row a kind of work, against stated bars.

    python benchmarks/tables_beside_polars.py                2 million rows (ten minutes)
    python benchmarks/tables_beside_polars.py --rows 500000 --rounds 3 groups quoted

Medians of CPU seconds, wall seconds and peak memory of processes of their own. polars scans lazily,
takes the figures in its streaming engine, and sinks; its figures are rounded sums, and it writes
every number anew, where ours are exact and leave the text alone.
"""

import argparse
import csv
import gzip
import importlib.metadata
import multiprocessing
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from tables import COLUMNS, Cost, bar, onescale, python, write_rows, write_wide

SCALED = """
import polars as pl
names = {columns!r}
numbers, t = pl.col(names), {scan}
f = t.select({figures}).collect(engine="streaming").row(0, named=True)
t.with_columns(({scaled}).alias(n + "_scaled") for n in names).{sink}
"""
GROUPED = """
import polars as pl
names = {columns!r}
numbers, t = pl.col(names), {scan}
t = t.join(t.group_by("name").agg({figures}), on="name", maintain_order="left")
unit = lambda n: (pl.col(n) - pl.col(n + "_m")) / pl.col(n + "_s")
t = t.with_columns(unit(n).alias(n + "_scaled") for n in names)
t.drop([n + end for n in names for end in ("_m", "_s")]).{sink}
"""
RANKED = """
import polars as pl
ranks = (pl.col({columns!r}).rank("average") - 0.5) / pl.len() * 100
{scan}.with_columns(ranks.name.suffix("_rank")).{sink}
"""
STD = (
    'numbers.mean().name.suffix("_m"), numbers.std(ddof=0).name.suffix("_s")',
    '(pl.col(n) - f[n + "_m"]) / f[n + "_s"]',
)
MINMAX = (
    'numbers.min().name.suffix("_m"), numbers.max().name.suffix("_x")',
    '(pl.col(n) - f[n + "_m"]) / (f[n + "_x"] - f[n + "_m"])',
)
ROBUST = (
    'numbers.median().name.suffix("_m"), numbers.quantile(0.25, "linear").name.suffix("_l"), '
    'numbers.quantile(0.75, "linear").name.suffix("_h")',
    '(pl.col(n) - f[n + "_m"]) / (f[n + "_h"] - f[n + "_l"])',
)
# name: command, input, polars' program with its figures, and the bars: CPU and wall as ratios to
# polars', peak MiB (None: no bar).
WORK = {
    "four columns": ("standardize", "long.csv", SCALED, STD, (1.0, 0.95, 300)),
    "100 groups": ("standardize", "long.grouped.csv", GROUPED, STD, (1.3, 1.3, None)),
    "minmax": ("minmax", "long.csv", SCALED, MINMAX, (1.3, 1.3, None)),
    "quoted": ("standardize", "quoted.csv", SCALED, STD, (1.3, 1.3, None)),
    "gzip": ("standardize", "long.csv.gz", SCALED, STD, (1.3, 1.3, None)),
    "robust": ("robust", "long.csv", SCALED, ROBUST, (1.5, None, 400)),
    "rank": ("rank", "long.csv", RANKED, ("", ""), (1.5, None, 400)),
    "parquet": ("standardize", "long.parquet", SCALED, STD, (1.5, 1.5, None)),
    "wide": ("standardize", "wide.csv", SCALED, STD, (1.5, 1.5, None)),
    "one thread": ("standardize", "long.csv", SCALED, STD, (1.0, None, None)),
}


def write_inputs(folder: Path, rows: int) -> None:
    """The same table plain, grouped, with text in quotes, packed and as parquet; a wide one."""
    import polars as pl

    plain = folder / "long.csv"
    write_rows(plain, rows)
    with open(plain) as source, open(folder / "quoted.csv", "w", newline="") as quoted:
        for row in csv.reader(source):
            quoted.write(",".join([row[0], f'"{row[1]}"', *row[2:]]) + "\n")
    with open(plain, "rb") as source, gzip.open(folder / "long.csv.gz", "wb", 6) as packed:
        shutil.copyfileobj(source, packed, 1 << 20)
    pl.scan_csv(plain).sink_parquet(folder / "long.parquet")
    write_wide(folder / "wide.csv", 1000, rows // 100)


def output(folder: Path, work: str) -> Path:
    return folder / ("out.parquet" if WORK[work][1].endswith("parquet") else "out.csv")


def programs(folder: Path, work: str) -> tuple[Callable[[], Cost], Callable[[], Cost]]:
    """Ours and that of polars."""
    command, name, code, (figures, scaled), _ = WORK[work]
    src, out = folder / name, output(folder, work)
    kind = out.suffix[1:]
    columns = [f"c{k}" for k in range(1000)] if work == "wide" else list(COLUMNS)
    chosen = [] if work == "wide" else [word for one in columns for word in ("-c", one)]
    groups = ["--by", "name"] if "groups" in work else []
    one = ["--threads", "1"] if work == "one thread" else []
    values = {"scan": f"pl.scan_{kind}({str(src)!r})", "sink": f"sink_{kind}({str(out)!r})"}
    if one:
        code = 'import os; os.environ["POLARS_MAX_THREADS"] = "1"\n' + code
    theirs = python(code, columns=columns, figures=figures, scaled=scaled, **values)
    return onescale(command, src, *chosen, *groups, *one, "-o", out), theirs


def median(costs: list[Cost]) -> Cost:
    return Cost(
        *(statistics.median(getattr(c, key) for c in costs) for key in ("cpu", "wall", "mib"))
    )


def compare(folder: Path, work: str, rounds: int) -> None:
    pair = programs(folder, work)
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for _ in range(rounds):
        for found, program in zip(costs, pair, strict=True):
            # New for both: polars would write into what the other left, ours beside it.
            output(folder, work).unlink(missing_ok=True)
            found.append(program())
    ours, theirs = map(median, costs)
    print(f"\n{work}")
    for name, cost in (("onescale", ours), ("polars", theirs)):
        print(f"  {name:9} {cost.cpu:6.2f} s CPU {cost.wall:6.2f} s wall {cost.mib:5.0f} MiB")
    cpu, wall, mib = WORK[work][-1]
    bar("CPU over that of polars", ours.cpu / theirs.cpu, cpu, " ×")
    if wall is not None:
        bar("wall over that of polars", ours.wall / theirs.wall, wall, " ×")
    if mib is not None:
        bar("peak memory", ours.mib, mib, " MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", nargs="*", choices=[[], *WORK], help="which rows; all by default")
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    version = importlib.metadata.version("polars")
    print(f"polars {version}, {given.rows:,} rows, {given.rounds} rounds in turn")
    with tempfile.TemporaryDirectory() as folder:
        # Not here: a child's peak memory, as the system counts it, begins with its parent's.
        writing = multiprocessing.get_context("spawn").Process(
            target=write_inputs, args=(Path(folder), given.rows)
        )
        writing.start()
        writing.join()
        for work in given.work or WORK:
            compare(Path(folder), work, given.rounds)


if __name__ == "__main__":
    main()
