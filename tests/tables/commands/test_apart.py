"""The first pass by processes: what one thread would give, to the byte and to the word."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")
HEAD = "id,name,a,b,late\n"
# A command that counts how often it forks, on the last line of its standard output.
PROGRAM = """
import os
from onescale.cli import main
here, forks, fork = os.getpid(), [], os.fork
def counted():
    forks.append(fork())
    return forks[-1]
os.fork = counted
{first}
try:
    main()
finally:
    if os.getpid() == here:
        print(len(forks))
"""


def rows() -> list[str]:
    """Some 3 MB in lines, of which one is looked at first."""
    r = np.random.default_rng(3)
    values = np.char.mod("%.9g", r.lognormal(0, 3, (75_000, 2))).tolist()
    lines = []
    for i, (a, b) in enumerate(values):
        gap = "" if i % 13 == 0 else b
        lines.append(f"{i},person {i},{a},{gap},{'-' if i == 60_000 else i % 7}\n")
    return lines


ROWS = rows()


def at(number: int, line: str) -> str:
    return HEAD + "".join([*ROWS[:number], line, *ROWS[number:]])


PLAIN = HEAD + "".join(ROWS)
TABLES = {  # and how often three processes are forked: for both passes (one in vain), or for one
    "plain": (PLAIN, 6),
    "without a last line end": (PLAIN[:-1], 6),
    "CRLF": (PLAIN.replace("\n", "\r\n"), 6),
    "Korean": (PLAIN.replace("person", "학생"), 6),
    "with a mark": ("\ufeff" + PLAIN, 6),
    "blank lines": (PLAIN.replace("0\n", "0\n\n"), 6),
    "a delimiter of two characters": (PLAIN.replace(",", "||"), 6),
    "quotes late": (at(65_000, '7,"a, b",1.5,2.5,3\n'), 6),
    "quotes early": (at(10, '7,"a, b",1.5,2.5,3\n'), 3),
    "a long line": (at(25_000, f"7,{'x' * 1_500_000},1.5,2.5,3\n"), 6),
    "beyond 2^53": (at(35_000, "7,x,9007199254740993,2.5,3\n"), 6),
}
BROKEN = {
    "a ragged line": at(65_000, "7,x,1.5,2.5\n"),
    "text in a chosen column": at(65_000, "7,x,1.5 kg,2.5,3\n"),
    "a NUL byte": at(65_000, "7,\0,1.5,2.5,3\n"),
}
MINMAX = ("minmax", "t.csv", "-c", "a", "-c", "b")


@pytest.fixture
def run(tmp_path):
    """Runs a command on a text: its exit status, standard error, output, and how often it forked.
    first: what the program does before."""

    def run(text: str, threads: int, *words: str, first: str = "", to: str = "out.csv") -> tuple:
        (tmp_path / "t.csv").write_text(text, encoding="utf-8", newline="")
        out = tmp_path / to
        out.unlink(missing_ok=True)
        more = ["--threads", str(threads), "-o", to]
        command = [sys.executable, "-c", PROGRAM.format(first=first), *words, *more]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        written = out.read_bytes() if out.exists() else None
        return done.returncode, done.stderr, written, int(done.stdout.splitlines()[-1])

    return run


@pytest.mark.parametrize(("text", "forks"), TABLES.values(), ids=TABLES)
def test_a_table_is_as_by_one_thread(run, text, forks):
    one, three = (run(text, threads, *MINMAX) for threads in (1, 3))
    assert (one[0], one[3], three[3]) == (0, 0, forks)
    assert three[:3] == one[:3]


def test_columns_that_turn_out_to_hold_text_are_told_of(run):
    """One does in the last block; another is text from the start."""
    one, three = (run(PLAIN, threads, "standardize", "t.csv") for threads in (1, 3))
    assert three[:3] == one[:3]
    assert "late" in one[1] and "name" in one[1]


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_an_error_is_as_by_one_thread(run, text):
    one, three = (run(text, threads, *MINMAX) for threads in (1, 3))
    assert (one[0], one[2], three[3]) == (3, None, 3)
    assert three[:3] == one[:3]


def test_numbers_that_are_not_kept_are_read_again(run):
    first = (
        "from onescale.tables.reading import table; table.REMEMBER, table.REMEMBERED = 600_000, 0"
    )
    assert run(PLAIN, 3, *MINMAX, first=first) == run(PLAIN, 3, *MINMAX)


def test_a_table_of_the_label_alone_is_refused(run):
    text = "name\n" + "1234567.5\n" * 200_000
    one, three = (run(text, threads, "standardize", "t.csv", "--label", "name") for threads in "13")
    assert one == three
    assert (one[0], "no column to scale" in one[1]) == (3, True)


CHANGES = {
    "in the midst, by as many bytes at the same time": """
    found = os.stat("t.csv")
    with open("t.csv", "r+b") as stream:
        stream.seek(1_500_000)
        line = stream.read(60)
        stream.seek(1_500_000)
        stream.write(line.translate(bytes.maketrans(b"12345", b"23456")))
    os.utime("t.csv", ns=(found.st_atime_ns, found.st_mtime_ns))""",
    "appended": """
    with open("t.csv", "ab") as stream:
        stream.write(b"7,x,1.5,2.5,3")""",
    "replaced": """
    shutil.copy2("t.csv", "new.csv")
    os.replace("new.csv", "t.csv")""",
    "gone": """
    os.unlink("t.csv")""",
}


@pytest.mark.parametrize("to", ["out.csv", "out.jsonl"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_that_changes_between_the_passes(run, change, to):
    first = f"""
import shutil
from onescale.tables.commands import scale
def changed(*given, before=scale.scalings_of):{change}
    return before(*given)
scale.scalings_of = changed
"""
    status, told, written, _ = run(PLAIN, 2, *MINMAX, first=first, to=to)
    assert (status, written) == (3, None)
    assert "t.csv: the file changed while it was read" in told


def test_a_process_that_is_killed_is_done_without(run):
    first = """
import signal
from onescale.tables.commands import apart
def take(self, number, *answer, before=apart._Both.take):
    if number == 0:
        os.kill(forks[0], signal.SIGKILL)
    before(self, number, *answer)
apart._Both.take = take
"""
    assert run(PLAIN, 3, *MINMAX, first=first) == run(PLAIN, 3, *MINMAX)


def test_random_tables_are_as_by_one_thread(tmp_path):
    command = [sys.executable, Path(__file__).with_name("random_tables.py"), "60"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert min(map(int, done.stdout.split())) > 8
