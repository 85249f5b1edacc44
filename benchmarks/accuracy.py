"""Mean and standard deviation of hard sets by six programs, digit for digit: docs/accuracy.md.

    python benchmarks/accuracy.py              prints the page's tables
    python benchmarks/accuracy.py --write      puts them into docs/accuracy.md
    python benchmarks/accuracy.py --search N   looks for a wrong rounding among N scaled values

The oracle is exact rational arithmetic over the float64 values, in Python's `fractions`. The figure
of a program is how many units in the last place it is off, 0 being the correctly rounded answer.
Of programs that are not installed, the column is left out.
"""

import argparse
import importlib.util
import json
import math
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
NIST = sorted((ROOT / "tests" / "fixtures" / "nist").glob("*.dat"))
PAGE = ROOT / "docs" / "accuracy.md"
BEGIN, END = "<!-- benchmarks/accuracy.py -->", "<!-- end -->"


def nist_values(path: Path) -> np.ndarray:
    lines = path.read_text().splitlines()
    start = max(i for i, line in enumerate(lines) if line.startswith("-----")) + 1
    return np.array([float(line) for line in lines[start:] if line.strip()])


def sets() -> dict[str, np.ndarray]:
    """The nine NIST sets, and some that are harder."""
    found = {f"NIST {path.stem}": nist_values(path) for path in NIST}
    r = np.random.default_rng(0)
    found["1e7 + 0.1k"] = 1e7 + 0.1 * np.arange(100_001)
    found["1e9 ± 0.01"] = 1e9 + np.tile([-0.01, 0.01], 5000)
    found["1e15 + {1, 2, 3}"] = 1e15 + np.tile([1.0, 2.0, 3.0], 1000)
    found["1e40, 1e20, 1, −1e40, −1e20"] = np.array([1e40, 1e20, 1.0, -1e40, -1e20])
    found["1e200 · normal"] = 1e200 * r.normal(size=1000)
    found["1e-200 · normal"] = 1e-200 * r.normal(size=1000)
    found["lognormal, 100,000"] = r.lognormal(0, 3, 100_000)
    found["0.1, 1,000 times"] = np.full(1000, 0.1)
    return found


def exact(values: np.ndarray) -> tuple[Fraction, Fraction]:
    """Mean and variance (n) as fractions."""
    # Sums of fractions grow costly: all values share a power of two as denominator.
    ratios = [v.as_integer_ratio() for v in values.tolist()]
    denominator = max(d for _, d in ratios)
    whole = [n * (denominator // d) for n, d in ratios]
    total, squares, n = sum(whole), sum(w * w for w in whole), len(whole)
    mean = Fraction(total, n * denominator)
    return mean, Fraction(n * squares - total * total, n * n * denominator * denominator)


def ulps_of_mean(value: float | None, mean: Fraction) -> str:
    return (
        "none" if value is None or not math.isfinite(value) else _ulps(Fraction(value), mean, mean)
    )


def ulps_of_std(value: float | None, variance: Fraction) -> str:
    """How far off a standard deviation is: the root is taken to 400 bits more than needed."""
    if value is None or not math.isfinite(value):
        return "none"
    bits = 2400
    root = Fraction(math.isqrt((variance.numerator << 2 * bits) // variance.denominator), 1 << bits)
    return _ulps(Fraction(value), root, root)


def _ulps(value: Fraction, true: Fraction, scale: Fraction) -> str:
    try:
        nearest = float(scale)
    except OverflowError:
        return "none"
    off = abs(value - true) / Fraction(math.ulp(nearest))
    if value == Fraction(nearest):
        return "0"
    if nearest == 0:
        return f"{float(value):.1e} for 0"
    return f"{float(off):.1f}" if off < 1000 else f"{float(off):.0e}"


def onescale(path: Path, values: np.ndarray) -> tuple[float, float]:
    command = [sys.executable, "-c", "from onescale.cli import main; main()", "describe"]
    done = subprocess.run(
        [*command, str(path), "--format", "json"], capture_output=True, check=True
    )
    (record,) = json.loads(done.stdout)
    return record["mean"], record["std"]


def numpy_(path: Path, values: np.ndarray) -> tuple[float, float]:
    return float(values.mean()), float(values.std())


def pandas(path: Path, values: np.ndarray) -> tuple[float, float]:
    import pandas as pd

    column = pd.read_csv(path)["x"]
    return float(column.mean()), float(column.std(ddof=0))


def sklearn(path: Path, values: np.ndarray) -> tuple[float, float]:
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(values.reshape(-1, 1))
    return float(scaler.mean_[0]), float(scaler.scale_[0])


def polars(path: Path, values: np.ndarray) -> tuple[float, float]:
    import polars as pl

    column = pl.read_csv(path, schema_overrides={"x": pl.Float64})["x"]
    return column.mean(), column.std(ddof=0)


def duckdb(path: Path, values: np.ndarray) -> tuple[float, float]:
    import duckdb

    source = f"read_csv('{path}', columns={{'x': 'DOUBLE'}}, header=true)"
    try:
        return duckdb.sql(f"SELECT avg(x), stddev_pop(x) FROM {source}").fetchall()[0]
    except duckdb.Error:  # it refuses what leaves float64's range
        return None, None


def miller(path: Path, values: np.ndarray) -> tuple[float, float]:
    command = ["mlr", "--icsv", "--ojson", "stats1", "-a", "mean,var,count", "-f", "x", str(path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    (record,) = json.loads(done.stdout)
    variance = float(record["x_var"]) * (record["x_count"] - 1) / record["x_count"]
    return float(record["x_mean"]), math.sqrt(variance) if variance >= 0 else None


PROGRAMS = {
    "onescale": onescale,
    "NumPy": numpy_,
    "pandas": pandas,
    "scikit-learn": sklearn,
    "polars": polars,
    "DuckDB": duckdb,
    "Miller": miller,
}


def installed() -> dict:
    """The programs that are there."""
    modules = {
        "pandas": "pandas",
        "scikit-learn": "sklearn",
        "polars": "polars",
        "DuckDB": "duckdb",
    }
    return {
        name: program
        for name, program in PROGRAMS.items()
        if (name not in modules or importlib.util.find_spec(modules[name]))
        and (name != "Miller" or shutil.which("mlr"))
    }


def tables() -> str:
    """The two tables of the page."""
    programs = installed()
    head = f"| set | {' | '.join(programs)} |\n| --- |{' --: |' * len(programs)}\n"
    means, stds = [], []
    with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
        for name, values in sets().items():
            path = Path(folder, "x.csv")
            path.write_text("x\n" + "".join(f"{v!r}\n" for v in values.tolist()))
            mean, variance = exact(values)
            got = [program(path, values) for program in programs.values()]
            means.append(f"| {name} | {' | '.join(ulps_of_mean(m, mean) for m, _ in got)} |\n")
            stds.append(f"| {name} | {' | '.join(ulps_of_std(s, variance) for _, s in got)} |\n")
    return (
        "Mean, units in the last place off (0: correctly rounded):\n\n"
        f"{head}{''.join(means)}\n"
        "Standard deviation (n), units in the last place off:\n\n"
        f"{head}{''.join(stds)}"
    )


def search(count: int) -> None:
    """Exit with the first of `count` standardised values that is not the float64 nearest to the
    exact one: columns of 10,000 normal values about means from 0 to 1e9."""
    from onescale import standardize

    r = np.random.default_rng(0)
    for number in range(-(-count // 10_000)):
        values = r.normal(10.0 ** (number % 10) - 1, 10.0 ** r.uniform(-2, 2), 10_000)
        mean, variance = exact(values)
        for x, z in zip(values.tolist(), standardize(values).tolist(), strict=True):
            size, square = abs(z), (Fraction(x) - mean) ** 2
            below = (Fraction(size) + Fraction(math.nextafter(size, 0))) / 2
            above = (Fraction(size) + Fraction(math.nextafter(size, math.inf))) / 2
            if not below**2 * variance <= square <= above**2 * variance:
                raise SystemExit(f"wrong rounding: x {x!r}, z {z!r}, column {number}")
    print(f"{count:,} values, no wrong rounding")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into docs/accuracy.md")
    parser.add_argument("--search", type=int, metavar="N", help="look for wrong roundings")
    given = parser.parse_args()
    if given.search:
        search(given.search)
        return
    written = tables()
    if not given.write:
        print(written)
        return
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{written}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
