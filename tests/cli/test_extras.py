"""A command that needs an extra says which, where it is not installed."""

import subprocess
import sys

WITHOUT = "import sys; sys.modules['{}'] = None; "


def test_what_is_missing_is_named_with_what_brings_it(write_run, tmp_path):
    code = WITHOUT.format("matplotlib") + "from onescale.cli import main; main()"
    wanted = ["figures", "curves", write_run("adam", {0: 0.9}), "-o", tmp_path / "curves.png"]
    ended = subprocess.run([sys.executable, "-c", code, *wanted], capture_output=True, text=True)
    what = "this needs matplotlib, which is not installed: pip install 'onescale[workflow]'"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", f"onescale: {what}\n")


def test_from_python_too(write_run):
    run = str(write_run("adam", {0: 0.9}))
    asked = f"import onescale; onescale.compare(onescale.load_runs({run!r}))"
    code = WITHOUT.format("pandas") + asked
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stderr.endswith("onescale.compare needs it: pip install 'onescale[workflow]'\n")


def test_a_library_that_finds_no_memory_to_be_loaded_in_is_no_bug():
    code = """
import click
from onescale import cli

@click.command()
def load():
    raise ImportError("libarrow.so: failed to map segment from shared object")

cli.cli.add_command(load)
cli.main()
"""
    ended = subprocess.run([sys.executable, "-c", code, "load"], capture_output=True, text=True)
    told = "this takes more memory than there is: fewer columns or groups at a time"
    assert (ended.returncode, ended.stderr) == (3, f"onescale: {told}\n")
