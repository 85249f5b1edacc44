"""All table commands as programs: help, exit status, what they import."""

import io
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def test_help_of_every_command_has_an_example(onescale):
    from onescale.cli import fits, tables

    for command in (*tables.COMMANDS, *fits.COMMANDS):
        assert (
            f"onescale {command.name} " in onescale(command.name, "--help").out.split("Example")[1]
        )


def test_as_a_process(onescale_process, people):
    ran = onescale_process("standardize", "-", stdin=people.read_bytes())
    assert ran.status == 0 and ran.raw == onescale_process("standardize", people).raw
    ran = onescale_process("standardize", "-", stdin=b"a,b\nx,y\n")
    assert ran.status == 3 and ran.raw == b"" and ran.err.startswith("onescale: <stdin>:2: ")


def test_nothing_heavy_is_imported(table):
    """A small table needs NumPy alone; a large one pyarrow, not the pandas that it looks for."""
    small = "who,x\na,1\nb,3\n"
    large = "who,x\n" + "person,1.5\nother,2\n" * 100_000
    program = (
        "import sys; from onescale.cli import cli; cli.main(sys.argv[1:], standalone_mode=False);"
        "heavy = {'pandas', 'polars', 'scipy', 'matplotlib', 'narwhals', 'pyarrow'};"
        "print(*sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    parquet = io.BytesIO()
    pq.write_table(pa.table({"who": ["a", "b"], "x": [1.5, None]}), parquet)
    for text, expected in ((small, ""), (large, "pyarrow"), (parquet.getvalue(), "pyarrow")):
        path = table(text)
        command = [
            sys.executable,
            "-c",
            program,
            "standardize",
            path,
            "-q",
            "-o",
            path.with_suffix(".o"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr.strip() == expected
