"""A command that is asked to end does so at once: no half file, no traceback, its own status."""

import ast
import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

COMMAND = [sys.executable, "-m", "onescale"]
WAITING = [*COMMAND, "standardize", "-", "-o"]  # for its standard input


def started(arguments, **options):
    return subprocess.Popen(arguments, stderr=subprocess.PIPE, stdin=subprocess.PIPE, **options)


@pytest.mark.parametrize(
    ("number", "name"),
    [(signal.SIGTERM, "out.csv"), (signal.SIGHUP, "out.parquet"), (signal.SIGINT, "out.csv")],
)
def test_no_part_is_left_behind(number, name, tmp_path):
    """Also by who asks twice: the second is heard while the first clears away."""
    table, out = tmp_path / "table.csv", tmp_path / name
    table.write_text("a\n" + "".join(f"{n}.5\n" for n in range(1_500_000)))
    heard = partial(signal.signal, number, signal.SIG_DFL)  # as it is not under nohup
    arguments = [*COMMAND, "standardize", str(table), "-o", str(out)]
    process = started(arguments, preexec_fn=heard)
    while process.poll() is None and not list(tmp_path.glob(".out.*.part")):
        time.sleep(0.002)
    process.send_signal(number)
    time.sleep(0.005)
    process.send_signal(number)
    told = process.communicate()[1].decode()
    assert process.returncode == 128 + number, told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["table.csv"]
    assert "Traceback" not in told


def test_an_early_interrupt_shows_no_traceback(tmp_path):
    for wait in (0.04, 0.08, 0.12, 0.2):
        process = started([*WAITING, str(tmp_path / "out.csv")])
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        told = process.communicate()[1].decode()
        # Python itself had not started: it was about its streams, its site, or finding the module.
        early = any(one in told for one in ("init_sys_streams", "init_import_site", "runpy"))
        assert early or process.returncode in (130, -signal.SIGINT), (wait, told)
        assert "/onescale/" not in told and "bug" not in told  # Python's own start may speak
    assert not list(tmp_path.iterdir())


SWALLOWS = """
import click, time
from onescale import cli

@click.command()
def deaf():
    print(flush=True)
    try:
        time.sleep(30)
    except:
        pass
    time.sleep(30)

cli.cli.add_command(deaf)
cli.main()
"""


def test_an_end_that_was_swallowed_is_asked_for_again():
    """Code of others may have `except:` around what is interrupted."""
    process = started([sys.executable, "-c", SWALLOWS, "deaf"], stdout=subprocess.PIPE)
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    told = process.communicate(timeout=20)[1].decode()
    assert (process.returncode, told) == (128 + signal.SIGTERM, "")


def test_nothing_is_imported_before_the_command_listens():
    code = "import sys; old = {*sys.modules}; import onescale.__main__; print({*sys.modules} - old)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert ast.literal_eval(told) <= {"onescale", "onescale.__main__"}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_output_is_one_line_that_names_it(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("a\n1\n2\n")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "standardize", str(table), "-q"], stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 3
    assert done.stderr.decode() == (
        "onescale: standard output: No space left on device (make room, then run the same again)\n"
    )
