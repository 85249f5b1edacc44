"""Lazy frames standardised exactly beside the engine's own mean and deviation, in turn.

    python benchmarks/lazy_frames.py --rows 2000000

Medians of wall and CPU seconds from a parquet file to a parquet file, four columns appended, in
this process; and the peak memory of a process of its own that goes through ten times the rows of a
DuckDB query.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

import onescale

COLUMNS = list("abcd")
MEMORY = """
import duckdb, onescale
con = duckdb.connect(config={{"memory_limit": "300MB", "temp_directory": {folder!r}}})
query = "SELECT i AS id, (i * 7919 % 1000003) / 7.0 AS a, random() AS b, sin(i) AS c FROM range({rows}) t(i)"
onescale.standardize(con.sql(query), ["a", "b", "c"]).write_parquet({folder!r} + "/out.parquet")
print([line.split()[1] for line in open("/proc/self/status") if "VmHWM" in line][0])
"""  # noqa: E501


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "in.parquet", Path(folder) / "out.parquet"
        rng = np.random.default_rng(16)
        data = {name: rng.normal(5, 2, given.rows) for name in COLUMNS}
        pl.DataFrame(data | {"g": rng.integers(0, 100, given.rows)}).write_parquet(path)
        for name, (ours, theirs) in work(path, out).items():
            costs = [(cost(ours), cost(theirs)) for _ in range(given.rounds)]
            for which, unit in enumerate(("wall", "CPU")):
                own, other = (statistics.median(c[k][which] for c in costs) for k in (0, 1))
                print(f"{name}: {own:.2f} s {unit}, the engine's {other:.2f} s: {own / other:.2f}")
        program = MEMORY.format(folder=folder, rows=10 * given.rows)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
        print(f"DuckDB, {10 * given.rows:,} rows: peak {int(done.stdout.split()[-1]) // 1024} MiB")


def work(path: Path, out: Path) -> dict[str, tuple[Callable, Callable]]:
    """What is compared: (ours, the engine's) by name."""
    lazy, database = pl.scan_parquet(path), duckdb.connect()

    def polars(by: str | None) -> None:
        def over(figure: pl.Expr) -> pl.Expr:
            return figure if by is None else figure.over(by)

        z = [(pl.col(n) - over(pl.col(n).mean())) / over(pl.col(n).std(ddof=0)) for n in COLUMNS]
        lazy.with_columns(
            one.alias(f"{n}_z") for n, one in zip(COLUMNS, z, strict=True)
        ).sink_parquet(out)

    z = ", ".join(f"({n} - avg({n}) OVER ()) / stddev_pop({n}) OVER () AS {n}_z" for n in COLUMNS)
    return {
        "polars": (
            lambda: onescale.standardize(lazy, COLUMNS).sink_parquet(out),
            lambda: polars(None),
        ),
        "polars, 100 groups": (
            lambda: onescale.standardize(lazy, COLUMNS, by="g").sink_parquet(out),
            lambda: polars("g"),
        ),
        "DuckDB": (
            lambda: onescale.standardize(
                database.read_parquet(str(path)), COLUMNS
            ).write_parquet(str(out)),
            lambda: database.sql(f"SELECT *, {z} FROM '{path}'").write_parquet(str(out)),
        ),
    }  # fmt: skip


def cost(run: Callable) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
