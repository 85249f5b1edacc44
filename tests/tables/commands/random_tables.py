"""Random tables in blocks of some lines, by one thread and by three processes: the same words, the
same bytes.

    python tests/tables/commands/random_tables.py 1000

Prints how many were read by processes, how many were refused, and how many written.
"""

import contextlib
import io
import random
import sys
from pathlib import Path

import onescale.cli
from onescale.tables.commands import scan
from onescale.tables.reading import apart, source, table

ODD = ('"x";1;2\n', "1;2\n", "\n", "1;\0;3\n", f"1;{'y' * 200};3\n", "9007199254740993;;1\n")
WORDS = ["", "x", "학생", "-", "1,5", "12 kg", "nan"]


def cell(r: random.Random, words: bool) -> str:
    if words or r.random() < 0.002:
        return r.choice(WORDS)
    values = [r.gauss(0, 1), r.randrange(100), r.gauss(0, 1e20), 0.1, -1e-7]
    return repr(r.choice(values)) if r.random() < 0.95 else ""


def text(r: random.Random) -> bytes:
    """Numbers, gaps and words in any column; at times quotes, blank and ragged lines, CR, NUL, and
    a byte that is no UTF-8."""
    rows = [[cell(r, k == 1) for k in range(3)] for _ in range(r.randrange(60, 300))]
    end = r.choice(["\n", "\n", "\n", "\r\n"])
    lines = [";".join(row) + end for row in [["a", "b", "c"], *rows]]
    for odd in ODD:
        if r.random() < 0.1:
            lines.insert(r.randrange(1, len(lines)), odd)
    data = "".join(lines).encode()
    if r.random() < 0.05:
        place = r.randrange(20, len(data))
        data = data[:place] + b"\xff" + data[place:]
    return data[: r.choice([None, None, -1])]


def outcome(words: list[str]) -> tuple[str, str, bytes]:
    """The error, the lines for the user, and the output."""
    told, error, out = io.StringIO(), "", Path("o.csv")
    out.unlink(missing_ok=True)
    with contextlib.redirect_stderr(told):
        try:
            onescale.cli.cli.main(words, standalone_mode=False)
        except Exception as one:
            error = f"{type(one).__name__}: {one}"
    return error, told.getvalue(), out.read_bytes() if out.exists() else b""


def main(number: int) -> None:
    source.BLOCK, table.HEAD, table.SMALL = 400, 400, -1
    table.APART, apart._TAIL = 1, 90
    by_processes, errors = [], []

    def counted(this, before=scan.taken_apart) -> bool:
        by_processes.append(before(this))
        return by_processes[-1]

    scan.taken_apart = counted
    for seed in range(number):
        r = random.Random(seed)
        Path("t.csv").write_bytes(text(r))
        words = [r.choice(["standardize", "minmax", "maxabs"]), "t.csv", "-o", "o.csv"]
        words += r.choice([[], ["-c", "a"], ["-c", "a", "-c", "c", "--replace"]])
        one, three = (outcome([*words, "--threads", threads]) for threads in "13")
        assert one == three, (seed, words, one, three)
        errors.append(bool(one[0]))
    print(sum(by_processes), sum(errors), number - sum(errors))


if __name__ == "__main__":
    main(int(sys.argv[1]))
