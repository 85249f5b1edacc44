"""What the table commands cost, beside others doing the same, in one interleaved run.

    python benchmarks/tables.py                 all of it (about five minutes on two cores)
    python benchmarks/tables.py --rounds 1 --rows 200000

Each program runs as a process of its own; CPU seconds (user + system, all threads) and peak memory
are those that the operating system reports of it. Programs take turns, round after round, and the
best round of each counts, so that a busy machine disturbs all alike. `polars, as text` reads and
writes the same file without any arithmetic: the limit that ratios are taken against.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

COLUMNS = ("height", "weight", "score", "income")
PANDAS = """
import pandas as pd
from sklearn.preprocessing import StandardScaler
t = pd.read_csv({src!r})
names = {columns!r}
t[[n + "_standardized" for n in names]] = StandardScaler().fit_transform(t[list(names)])
t.to_csv({out!r}, index=False)
"""
POLARS_TEXT = """
import polars as pl
pl.scan_csv({src!r}, infer_schema=False).sink_csv({out!r})
"""
POLARS = """
import polars as pl
names = {columns!r}
t = pl.scan_csv({src!r})
numbers = pl.col(names)
figures = t.select(numbers.mean().name.suffix("_m"), numbers.std(ddof=0).name.suffix("_s"))
f = figures.collect(engine="streaming").row(0, named=True)
t.with_columns(
    ((pl.col(n) - f[n + "_m"]) / f[n + "_s"]).alias(n + "_standardized") for n in names
).sink_csv({out!r})
"""
DUCKDB = """
import duckdb
figures = ", ".join(f"avg({{n}}) AS {{n}}_m, stddev_pop({{n}}) AS {{n}}_s" for n in {columns!r})
new = ", ".join(f"({{n}} - {{n}}_m) / {{n}}_s AS {{n}}_standardized" for n in {columns!r})
keep = "id, name, " + ", ".join({columns!r})
scaled = f"SELECT {{keep}}, {{new}} FROM {src!r}, (SELECT {{figures}} FROM {src!r})"
duckdb.sql(f"COPY ({{scaled}}) TO {out!r}")
"""


class Cost:
    """CPU seconds, wall seconds and peak MiB of one process."""

    def __init__(self, cpu: float, wall: float, mib: float):
        self.cpu, self.wall, self.mib = cpu, wall, mib


def run(command: list[str], stdout=subprocess.DEVNULL) -> Cost:
    """Run a command to its end."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=stdout)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"failed: {' '.join(command)[:200]}")
    wall = time.perf_counter() - start
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def best(programs: dict[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """The best round of each program, all taking turns."""
    found: dict[str, list[Cost]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            found[name].append(program())
    return {
        name: Cost(min(c.cpu for c in costs), min(c.wall for c in costs), max(c.mib for c in costs))
        for name, costs in found.items()
    }


def python(code: str, **values) -> Callable[[], Cost]:
    return lambda: run([sys.executable, "-c", code.format(**values)])


def onescale(*arguments: str | Path) -> Callable[[], Cost]:
    program = "from onescale.__main__ import main; main()"  # as the script of that name does
    quiet = ["-q"] if len(arguments) > 1 else []
    return lambda: run([sys.executable, "-c", program, *map(str, arguments), *quiet])


def write_rows(path: Path, rows: int, groups: int = 100) -> None:
    """A table of `rows` people: id, name, four columns of numbers; in a second file, groups."""
    r = np.random.default_rng(0)
    with open(path, "w") as plain, open(path.with_suffix(".grouped.csv"), "w") as grouped:
        plain.write("id,name,height,weight,score,income\n")
        grouped.write("id,name,height,weight,score,income\n")
        for start in range(0, rows, 100_000):
            n = min(100_000, rows - start)
            columns = [
                r.normal(170, 10, n).round(4),
                r.normal(65, 12, n).round(4),
                r.integers(0, 1000, n),
                r.lognormal(10, 1, n).round(2),
            ]
            columns = [column.tolist() for column in columns]
            numbers = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
            keys = r.integers(0, groups, n).tolist()
            plain.writelines(f"{start + i},person {start + i},{numbers[i]}\n" for i in range(n))
            grouped.writelines(f"{start + i},group {keys[i]},{numbers[i]}\n" for i in range(n))


def write_wide(path: Path, columns: int, rows: int) -> None:
    r = np.random.default_rng(1)
    with open(path, "w") as stream:
        stream.write(",".join(f"c{k}" for k in range(columns)) + "\n")
        for _ in range(rows):
            stream.write(",".join(map(str, r.normal(0, 100, columns).round(3).tolist())) + "\n")


def show(title: str, costs: dict[str, Cost], limit: str) -> None:
    print(f"\n{title}")
    for name, cost in sorted(costs.items(), key=lambda item: item[1].cpu):
        ratio = cost.cpu / costs[limit].cpu
        line = f"  {name:34} {cost.cpu:7.2f} s CPU {cost.wall:7.2f} s wall {cost.mib:6.0f} MiB"
        print(f"{line}  {ratio:6.2f} × {limit}")


def bar(what: str, value: float, most: float, unit: str = "") -> None:
    mark = "reached" if value <= most else "MISSED"
    print(f"  {mark}: {what}: {value:.3g}{unit} (at most {most:g}{unit})")


def long_table(folder: Path, rows: int, rounds: int) -> None:
    src, out = folder / "long.csv", folder / "out.csv"
    write_rows(src, rows)
    values = {"src": str(src), "out": str(out), "columns": COLUMNS}
    chosen = [argument for name in COLUMNS for argument in ("-c", name)]
    programs = {
        "polars, as text": python(POLARS_TEXT, **values),
        "onescale": onescale("standardize", src, *chosen, "-o", out),
    }
    if importlib.util.find_spec("sklearn") and importlib.util.find_spec("pandas"):
        programs["pandas + scikit-learn"] = python(PANDAS, **values)
    programs["polars, two passes"] = python(POLARS, **values)
    if importlib.util.find_spec("duckdb"):
        programs["DuckDB"] = python(DUCKDB, **values)
    if shutil.which("mlr"):
        programs["Miller, statistics alone"] = lambda: run(
            [
                "mlr",
                "--icsv",
                "--ojson",
                "stats1",
                "-a",
                "mean,var",
                "-f",
                ",".join(COLUMNS),
                str(src),
            ]
        )
    costs = best(programs, rounds)
    size = src.stat().st_size / 1e6
    show(f"{rows:,} × 6 ({size:.0f} MB), four columns standardised", costs, "polars, as text")
    ours, limit = costs["onescale"], costs["polars, as text"]
    bar("CPU over that of polars, as text", ours.cpu / limit.cpu, 4.5, " ×")
    if "pandas + scikit-learn" in costs:
        bar(
            "CPU over pandas + scikit-learn",
            ours.cpu / costs["pandas + scikit-learn"].cpu,
            0.15,
            " ×",
        )
    bar("peak memory", ours.mib, 300, " MiB")
    groups(folder, src.with_suffix(".grouped.csv"), rows, rounds)
    four_times(folder, src, ours)


def groups(folder: Path, src: Path, rows: int, rounds: int) -> None:
    out = folder / "out.csv"
    chosen = [argument for name in COLUMNS for argument in ("-c", name)]
    costs = best(
        {
            "ungrouped": onescale("standardize", src, *chosen, "-o", out),
            "100 groups": onescale("standardize", src, *chosen, "--by", "name", "-o", out),
        },
        rounds,
    )
    show("The same in 100 groups", costs, "ungrouped")
    bar("CPU over ungrouped", costs["100 groups"].cpu / costs["ungrouped"].cpu, 1.5, " ×")
    many = folder / "many.csv"
    write_rows(many, min(rows, 500_000), groups=100_000)
    cost = onescale(
        "standardize", many.with_suffix(".grouped.csv"), *chosen, "--by", "name", "-o", out
    )()
    print(
        f"  100,000 groups, {min(rows, 500_000):,} rows: {cost.cpu:.1f} s CPU, {cost.mib:.0f} MiB"
    )


def four_times(folder: Path, src: Path, once: Cost) -> None:
    big, out = folder / "big.csv", folder / "out.csv"
    # Not in one piece: a child's peak memory, as the system counts it, begins with its parent's.
    with open(big, "wb") as stream:
        for copy in range(4):
            with open(src, "rb") as once_more:
                head = once_more.readline()
                stream.write(b"" if copy else head)
                shutil.copyfileobj(once_more, stream, 1 << 20)
    chosen = [argument for name in COLUMNS for argument in ("-c", name)]
    cost = onescale("standardize", big, *chosen, "-o", out)()
    print(f"\nFour times the file: {cost.cpu:.2f} s CPU, {cost.mib:.0f} MiB")
    bar("peak memory over that of one", cost.mib / once.mib, 1.3, " ×")


def wide_table(folder: Path, rows: int, rounds: int) -> None:
    src, out = folder / "wide.csv", folder / "out.csv"
    write_wide(src, 1000, rows)
    values = {"src": str(src), "out": str(out), "columns": ()}
    programs = {
        "polars, as text": python(POLARS_TEXT, **values),
        "onescale": onescale("standardize", src, "-o", out),
    }
    costs = best(programs, rounds)
    size = src.stat().st_size / 1e6
    show(f"1,000 columns × {rows:,} ({size:.0f} MB), all standardised", costs, "polars, as text")
    bar("CPU over that of polars", costs["onescale"].cpu / costs["polars, as text"].cpu, 6, " ×")


def arrays(rows: int, rounds: int) -> None:
    """An array in memory, in this process, with scikit-learn in turn."""
    if not importlib.util.find_spec("sklearn"):
        return
    from sklearn.preprocessing import StandardScaler

    from onescale import Scaler

    array = np.random.default_rng(0).normal(5, 2, (rows, 10))
    seconds: dict[str, list[float]] = {"onescale": [], "scikit-learn": []}
    for _ in range(max(rounds, 3)):
        for name, scaler in (("onescale", Scaler()), ("scikit-learn", StandardScaler())):
            start = time.process_time()
            scaler.fit_transform(array)
            seconds[name].append(time.process_time() - start)
    ours, theirs = min(seconds["onescale"]), min(seconds["scikit-learn"])
    print(f"\nAn array of {rows:,} × 10: {ours:.2f} s CPU, scikit-learn {theirs:.2f} s")
    bar("CPU over that of scikit-learn", ours / theirs, 2.5, " ×")


def small_table(rounds: int) -> None:
    ages = Path(__file__).parents[1] / "data" / "class_ages.csv"
    costs = best(
        {"--help": onescale("--help"), "27 rows": onescale("standardize", ages)}, max(rounds, 5)
    )
    print("\nWaiting at the terminal")
    bar("onescale --help, wall", costs["--help"].wall, 0.08, " s")
    bar("onescale standardize, 27 rows, wall", costs["27 rows"].wall, 0.15, " s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--wide-rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    small_table(given.rounds)
    with tempfile.TemporaryDirectory() as folder:
        long_table(Path(folder), given.rows, given.rounds)
        wide_table(Path(folder), given.wide_rows, given.rounds)
    # Last, since the peak memory of children begins with that of this process.
    arrays(min(given.rows, 1_000_000), given.rounds)


if __name__ == "__main__":
    main()
