"""Tables of the configuration and of one's own, in the page in a real browser."""

import csv
import io
import random
import statistics
from fractions import Fraction

from page.conftest import command
from page.driven import run
from places import AGES


def test_a_table_of_several_columns_shows_what_was_scaled_in_its_own_group(browser):
    """The class (a group) is a number too, and no column that was put on a scale."""
    rows = [["a", 1, 80, 7], ["b", 1, 90, 8], ["c", 2, 50, "absent"], ["d", 2, 70, 9]]
    names = ["who", "class", "x", "y"]
    scales = {
        "standardized": [{"x_standardized": f"x{i}", "y_standardized": f"y{i}"} for i in range(4)]
    }
    table = {"label": "who", "by": ["class"], "scales": scales}
    table["rows"] = [dict(zip(names, map(str, row), strict=True)) for row in rows]
    shown = run(
        browser,
        "DATA.tables.mine = given[0]; const told = [];"
        "for (const column of ['x', 'y']) {"
        "  location.hash = `#table&column=${column}&who=d`;"
        "  const box = classPanel(() => {}).findLast((one) => one?.querySelector?.('.stand'));"
        "  told.push([...box.querySelectorAll('dd')].map((one) => one.textContent),"
        "    [...box.querySelectorAll('tbody th')].map((one) => one.textContent).join(''),"
        "    [...box.querySelectorAll('select')].map((one) => one.options.length));"
        "} delete DATA.tables.mine; return told;",
        table,
    )
    assert shown == [
        *(["70", "x3", "1 of 2", "75.0"], "abcd", [2, 4]),
        *(["9", "y3", "1 of 1", "50.0"], "abd", [2, 3]),
    ]


def test_of_a_pasted_table_a_column_that_is_left_out_is_named(browser):
    said = run(
        browser,
        "main.open(); location.hash = '#table&lang=en'; main.open(); main.redraw();"
        "const area = document.querySelector('#own textarea'); area.value = given[0];"
        "area.dispatchEvent(new Event('input'));"
        "const [saved] = document.querySelectorAll('#own a[download]');"
        "const said = [...document.querySelectorAll('#own p')].map((one) => one.textContent);"
        "return [...said, decodeURIComponent(saved.href.split(',')[1])]",
        "name,x,y\na,80,1\nb,absent,2\n",
    )
    assert said[2] == "Left out is x: “absent” on line 3 is not a number."
    assert said[1].startswith("2 values: mean 1.5,")
    assert said[-1].startswith("\ufeffname,y,y_standardized,")  # or Excel takes it for CP949


def test_a_file_is_read_as_korean_excel_saves_it_and_never_garbled(browser):
    text = "이름,점수\n똠방각하,80\n학생02,90\n"  # the first is in CP949 alone, not in EUC-KR
    for encoding, told in {
        "utf-8": "class.csv",
        "utf-8-sig": "class.csv",
        "cp949": "class.csv (CP949)",
        "utf-16": "class.csv (UTF-16)",
        None: "class.csv is no text; save the table as CSV.",
    }.items():
        given = text.encode(encoding) if encoding else b"PK\x03\x04\x00\x00" + bytes(range(256))
        shown = run(
            browser,
            "location.hash = '#table&lang=en'; main.open(); main.redraw();"
            "const file = new File([new Uint8Array(given[0])], 'class.csv');"
            "const held = new DataTransfer();"
            "held.items.add(file); const input = document.querySelector('#own input[type=file]');"
            "input.files = held.files; input.dispatchEvent(new Event('change'));"
            "await new Promise((done) => setTimeout(done, 100));"
            "return [document.querySelector('#own output').textContent,"
            "  document.querySelector('#own textarea').value.replace(/^\\uFEFF/, '')]",
            list(given),
        )
        assert shown == [told, text if encoding else ""], encoding


def test_a_pasted_table_has_the_digits_of_the_command_line(browser, tmp_path):
    draw = random.Random(5)
    tables = {
        "ages": AGES.read_text(encoding="utf-8"),
        "far": "name,x\n" + "".join(f"p{i},{1e9 + draw.gauss(0, 0.01)!r}\n" for i in range(40)),
        "wide": "name;x\n" + "".join(f"p{i};{draw.lognormvariate(0, 30)!r}\n" for i in range(40)),
        "small": "name\tx\n" + "".join(f"p{i}\t{draw.gauss(0, 1e-300)!r}\n" for i in range(20)),
        "flat": "name,x\na,0.1\nb,0.1\nc,0.1\n",
    }
    for name, text in tables.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        column = text.split("\n")[0].replace(";", ",").replace("\t", ",").split(",")[1]
        shown = run(
            browser,
            "const held = parseTable(given[0]); const own = ownScales(held, held.numbers[0], 0n);"
            "return [own.z, own.unit, own.hundred, own.standing.map((one) => one.percentile)]"
            ".map((values) => values.map(exact.repr))",
            text,
        )
        for digits, how in zip(
            shown, ("standardize", "minmax", "minmax --range 0 100", "rank"), strict=True
        ):
            output = command(
                *how.split(), path, "-q", "-c", column, "--labelled", "--label", "name"
            )
            theirs = [row[-1] for row in csv.reader(io.StringIO(output))][1:]
            assert digits == theirs, (name, how)


def test_sums_are_exact(browser):
    """Against Python's fractions: the mean rounded once, the deviation the root of the variance."""
    draw = random.Random(7)
    for scale in (1, 1e-320, 1e-160, 1e150):
        values = [draw.gauss(1, 1) * scale for _ in range(9)]
        mean, std = run(
            browser,
            "const m = exact.moments(given[0]); return [exact.mean(m), exact.std(m, 1n)]",
            values,
        )
        assert mean == float(sum(map(Fraction, values)) / 9)
        assert std == statistics.stdev(map(Fraction, values))
