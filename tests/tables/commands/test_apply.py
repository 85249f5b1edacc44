"""fit, apply, invert, merge: old statistics on new rows, and parts that add up to the bit."""

import json

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from onescale.tables.scaling import method
from places import AGES

R = np.random.default_rng(7)


@pytest.fixture
def parts(table):
    """A table in three parts, and whole."""
    rows = [f"n{k},{'xyz'[k % 3]},{v!r},{k}\n" for k, v in enumerate(R.normal(1e6, 1, 90).tolist())]
    head = "name,g,x,k\n"
    whole = table(head + "".join(rows), "whole.csv")
    cut = [rows[:7], rows[7:50], rows[50:]]
    return whole, [table(head + "".join(r), f"part{i}.csv") for i, r in enumerate(cut)]


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--by", "g"),
        ("--method", "minmax", "--range", "0", "9"),
        ("--method", "rank", "--by", "g"),
        ("--method", "robust", "--by", "g"),
        ("--method", "mad", "--factor", "2", "--mergeable"),
    ],
)
def test_merged_fits_are_the_fit_of_the_whole(onescale, parts, tmp_path, options):
    whole, pieces = parts
    files = []
    for piece in pieces:
        files.append(tmp_path / f"{piece.stem}.json")
        onescale("fit", piece, *options, "-o", files[-1])
    together = onescale("merge", *files).raw
    assert together == onescale("fit", whole, *options).raw
    first = tmp_path / "two.json"
    onescale("merge", files[0], files[1], "-o", first)
    assert onescale("merge", first, files[2]).raw == together


@pytest.mark.parametrize(
    "method", ["standardize", "minmax", "robust", "maxabs", "rank", "batch_norm"]
)
@pytest.mark.parametrize("by", [(), ("--by", "g")])
def test_apply_is_what_the_command_does_and_invert_undoes_it(onescale, parts, tmp_path, method, by):
    whole, _ = parts
    scaler, scaled = tmp_path / "s.json", tmp_path / "scaled.csv"
    onescale("fit", whole, "--method", method, *by, "-o", scaler)
    applied = onescale("apply", scaler, whole)
    assert applied.raw == onescale("scale", whole, "--method", method, *by).raw
    for replace in ((), ("--replace",)):
        onescale("apply", scaler, whole, *replace, "-o", scaled)
        back = onescale("invert", scaler, scaled)
        assert back.rows()[0] == ["name", "g", "x", "k"]
        original = np.array(
            [row.split(",")[2] for row in whole.read_text().splitlines()[1:]], float
        )
        off = np.abs(np.array(back.column("x"), float) - original)
        assert off.max() <= 1e-12 * np.abs(original).max()


@pytest.mark.parametrize(
    ("options", "oracle"),
    [
        (("--method", "standardize"), StandardScaler()),
        (("--method", "minmax"), MinMaxScaler()),
        (("--method", "minmax", "--clip"), MinMaxScaler(clip=True)),
    ],
)
def test_new_rows_use_the_old_statistics(onescale, table, tmp_path, options, oracle):
    old, new = R.normal(5, 2, 30), R.normal(5, 4, 20)
    train = table("x\n" + "".join(f"{v!r}\n" for v in old.tolist()), "train.csv")
    rows = table("id,x\n" + "".join(f"r,{v!r}\n" for v in new.tolist()), "new.csv")
    onescale("fit", train, *options, "-o", tmp_path / "s.json")
    ran = onescale("apply", tmp_path / "s.json", rows)
    expected = oracle.fit(old.reshape(-1, 1)).transform(new.reshape(-1, 1))[:, 0]
    got = [float(row[2]) for row in ran.rows()[1:]]
    assert got == pytest.approx(expected.tolist(), rel=1e-12, abs=1e-14)


def test_the_file_can_be_read_by_a_person(onescale):
    fit = json.loads(onescale("fit", AGES, "--ddof", 1).out)
    assert (fit["method"], fit["options"], fit["constant"]) == ("standardize", {"ddof": 1}, "zero")
    (column,) = fit["columns"]
    (figures,) = column["statistics"]
    assert column["name"] == "age" and figures["count"] == 27 and figures["missing"] == 0
    assert figures["sum"] == "776" and figures["mean"] == pytest.approx(776 / 27)


def test_quantiles_of_many_values_merge_if_they_are_kept(onescale, parts, tmp_path, monkeypatch):
    """Of 90 values the fit of the whole keeps none, of 7 and 43 that of a part does."""
    monkeypatch.setattr(method, "KEEPS", 60)
    whole, pieces = parts
    files = [tmp_path / f"{k}.json" for k in range(3)]
    fit = ("--method", "robust", "-c", "x", "-o")
    for piece, path in zip(pieces, files, strict=True):
        onescale("fit", piece, *fit, path)
    onescale("fit", whole, *fit, tmp_path / "whole.json")
    assert onescale("merge", *files).raw == (tmp_path / "whole.json").read_bytes()
    assert (
        onescale("apply", tmp_path / "whole.json", whole).raw
        == onescale("robust", whole, "-c", "x").raw
    )
    ran = onescale("merge", files[0], tmp_path / "whole.json", fails=True)
    assert ran.status == 3 and "robust cannot be merged: it does not keep" in ran.err
    for piece, path in zip(pieces, files, strict=True):
        onescale("fit", piece, "--mergeable", *fit, path)
    onescale("fit", whole, "--mergeable", *fit, tmp_path / "whole.json")
    assert onescale("merge", *files).raw == (tmp_path / "whole.json").read_bytes()


def test_fits_of_different_kinds_do_not_merge(onescale, tmp_path, table):
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    onescale("fit", AGES, "-o", one)
    for options, says in ((("--ddof", "1"), "method"), (("--constant", "missing"), "policy")):
        onescale("fit", AGES, *options, "-o", two)
        assert says in onescale("merge", one, two, fails=True).err
    onescale("fit", table("name,height\na,1\nb,2\n"), "-o", two)
    assert "columns" in onescale("merge", one, two, fails=True).err
    assert onescale("merge", one, fails=True).status == 2


GROUPS = "g,h,x\na,1,1\na,1,3\na,2,5\na,2,9\nb,1,7\nb,1,8\n"
NEW = "g,h,x\na,1,2\nb,2,2\na,2,\nc,1,33\n"


def test_groups_of_several_columns_are_remembered(onescale, table, tmp_path):
    path, fit, half, other = (tmp_path / name for name in ("t.csv", "s.json", "1.json", "2.json"))
    by, lines = ("--by", "g", "--by", "h", "-c", "x"), GROUPS.splitlines(keepends=True)
    path.write_text(GROUPS)
    onescale("fit", path, *by, "-o", fit)
    onescale("fit", table("".join(lines[:3])), *by, "-o", half)
    onescale("fit", table(lines[0] + "".join(lines[3:])), *by, "-o", other)
    onescale("merge", half, other, "-o", tmp_path / "m.json")
    assert (tmp_path / "m.json").read_text() == fit.read_text()
    assert json.loads(fit.read_text())["by"] == ["g", "h"]
    scaled = onescale("apply", fit, path)
    assert scaled.out == onescale("standardize", path, *by).out
    original = onescale("invert", fit, table(scaled.out)).column("x")
    assert list(map(float, original)) == [1, 3, 5, 9, 7, 8]
    ran = onescale("apply", fit, table(NEW), fails=True)
    assert ":3: unknown group ('b', '2')" in ran.err and "--unseen" in ran.err


def test_groups_that_the_fit_has_not_seen(onescale, table, tmp_path, monkeypatch):
    fit = tmp_path / "s.json"
    onescale("fit", table(GROUPS), "--by", "g", "--by", "h", "-c", "x", "-o", fit)
    ran = onescale("apply", fit, table(NEW), "--unseen", "missing", "--replace")
    assert ran.column("x") == ["0.0", "", "", ""]
    assert "2 rows of groups that the fit has not seen: left empty" in ran.err
    ran = onescale("apply", fit, table(NEW), "--unseen", "global", "--replace")
    x = np.array([1, 3, 5, 9, 7, 8])
    expected = ((np.array([2, 33]) - x.mean()) / x.std()).tolist()
    assert [float(ran.column("x")[i]) for i in (1, 3)] == pytest.approx(expected, rel=1e-15)
    back = onescale("invert", fit, table(ran.out), "--unseen", "global").column("x")
    assert [float(back[i]) for i in (0, 1, 3)] == pytest.approx([2, 2, 33], rel=1e-14)
    onescale("fit", table(GROUPS), "--by", "g", "-c", "x", "--method", "robust", "-o", fit)
    ran = onescale("apply", fit, table(NEW), "--unseen", "global", "--replace")
    low, middle, high = np.percentile(x, [25, 50, 75])
    assert float(ran.column("x")[3]) == pytest.approx((33 - middle) / (high - low), rel=1e-15)
    monkeypatch.setattr(method, "KEEPS", 5)
    onescale("fit", table(GROUPS), "--by", "g", "-c", "x", "--method", "robust", "-o", fit)
    ran = onescale("apply", fit, table(NEW), "--unseen", "global", fails=True)
    assert ran.status == 2 and "cannot tell of all what it has of groups" in ran.err
    onescale("fit", table(GROUPS), "-c", "x", "-o", fit)
    assert onescale("apply", fit, table(NEW), "--unseen", "missing", fails=True).status == 2


class TestErrors:
    @pytest.fixture
    def scaler(self, onescale, table, tmp_path):
        path = tmp_path / "s.json"
        onescale("fit", table("g,x\na,1\na,3\nb,5\nb,9\n", "t.csv"), "--by", "g", "-o", path)
        return path

    def test_unseen_group(self, onescale, scaler, table):
        ran = onescale("apply", scaler, table("g,x\na,1\nc,3\n"), fails=True)
        assert ran.status == 3 and ":3: unknown group 'c'" in ran.err

    def test_missing_column(self, onescale, scaler, table):
        assert "'x'" in onescale("apply", scaler, table("g,y\na,1\n"), fails=True).err
        assert "'g'" in onescale("apply", scaler, table("h,x\na,1\n"), fails=True).err

    def test_text(self, onescale, scaler, table):
        assert (
            ":3: column 'x': 'q'"
            in onescale("apply", scaler, table("g,x\na,1\nb,q\n"), fails=True).err
        )

    def test_changed_dialect(self, onescale, scaler, table):
        headerless = table("a,1\n")
        assert "--no-header" in onescale("apply", scaler, headerless, "--no-header", fails=True).err
        ran = onescale("apply", scaler, table("g;x\na;1,5\n"), fails=True)
        assert ":2: column 'x': '1,5'" in ran.err and "--decimal ," in ran.err
        ran = onescale("apply", scaler, table("g;x\na;1,5\n"), "--delimiter", ",", fails=True)
        assert ran.status == 3

    def test_a_group_without_numbers(self, onescale, table, tmp_path):
        onescale("fit", table("g,x\na,1\na,2\nb,\n"), "--by", "g", "-o", tmp_path / "s.json")
        ran = onescale("apply", tmp_path / "s.json", table("g,x\nb,5\n"), fails=True)
        assert "saw no number" in ran.err
        assert onescale("apply", tmp_path / "s.json", table("g,x\nb,\n")).out.endswith("b,,\n")

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"columns": [], "method": "standardize"}', "no"]
    )
    def test_no_fit(self, onescale, table, text):
        ran = onescale("apply", table(text, "s.json"), AGES, fails=True)
        assert ran.status == 3 and ran.err.startswith("onescale: ") and "s.json" in ran.err

    def test_an_edited_fit(self, onescale, scaler, table):
        content = json.loads(scaler.read_text())
        content["columns"][0]["statistics"][0]["mean"] = 7.0
        edited = table(json.dumps(content), "e.json")
        ran = onescale("apply", edited, AGES, "--trust-edited", fails=True)
        assert ran.status == 3 and "follows from its sums" in ran.err
        for command in (
            ["apply", edited, AGES],
            ["invert", edited, AGES],
            ["merge", edited, scaler],
        ):
            ran = onescale(*command, fails=True)
            assert ran.status == 3 and "e.json: was edited after it was written" in ran.err

    def test_a_fit_of_form_1_has_no_checksum(self, onescale, scaler, table):
        content = json.loads(scaler.read_text()) | {"form": 1}
        ran = onescale("apply", table(json.dumps(content), "e.json"), AGES, fails=True)
        assert ran.status == 3 and "was edited" in ran.err
        del content["checksum"]
        now = onescale("apply", scaler, table("g,x\na,5\n"))
        assert (
            onescale("apply", table(json.dumps(content), "e.json"), table("g,x\na,5\n")).out
            == now.out
        )

    @pytest.mark.parametrize(
        ("key", "value", "says"),
        [("min", 99.0, "between min and max"), ("sum", "1*2^99999999999", "a broken sum")],
    )
    def test_figures_that_cannot_be(self, onescale, scaler, table, key, value, says):
        content = json.loads(scaler.read_text())
        content["columns"][0]["statistics"][0][key] = value
        ran = onescale(
            "apply", table(json.dumps(content), "e.json"), AGES, "--trust-edited", fails=True
        )
        assert ran.status == 3 and says in ran.err

    def test_no_columns(self, onescale, scaler, table):
        content = json.loads(scaler.read_text()) | {"columns": [], "by": None}
        ran = onescale(
            "apply", table(json.dumps(content), "e.json"), AGES, "--trust-edited", fails=True
        )
        assert ran.status == 3 and "without columns" in ran.err

    def test_columns_not_in_the_fit(self, onescale, scaler, table):
        ran = onescale("apply", scaler, table("g,x,y\na,1,2\n"), "-c", "y", fails=True)
        assert "in the fit" in ran.err

    def test_beyond_float64(self, onescale, table, tmp_path):
        onescale("fit", table("x\n0\n1e-300\n"), "-o", tmp_path / "s.json")
        ran = onescale("apply", tmp_path / "s.json", table("x\n1e300\n"), fails=True)
        assert "beyond float64's range" in ran.err


def test_some_columns_of_a_fit(onescale, table, tmp_path):
    path = table("n,x,y\na,1,2\nb,3,6\n")
    onescale("fit", path, "-o", tmp_path / "s.json")
    ran = onescale("apply", tmp_path / "s.json", path, "-c", "y", "--labelled")
    assert ran.out == "n,y_standardized\na,-1.0\nb,1.0\n"
    back = onescale("invert", tmp_path / "s.json", "-", "-c", "y_standardized", stdin=ran.raw)
    assert back.out == "n,y\na,2.0\nb,6.0\n"


def test_columns_are_found_by_name_in_any_order(onescale, table, tmp_path):
    onescale("fit", table("n,x,y\na,1,20\nb,3,60\n"), "-o", tmp_path / "s.json")
    ran = onescale("apply", tmp_path / "s.json", table("y,n,x\n60,q,1\n"), "--replace")
    assert ran.out == "y,n,x\n1.0,q,-1.0\n"


def test_headerless(onescale, table, tmp_path):
    path = table("a,1\nb,3\n")
    onescale("fit", path, "--no-header", "-o", tmp_path / "s.json")
    ran = onescale("apply", tmp_path / "s.json", path, "--no-header")
    assert ran.out == "a,1,-1.0\nb,3,1.0\n"
    assert "--no-header" in onescale("apply", tmp_path / "s.json", path, fails=True).err


def test_names_that_stand_twice(onescale, table, tmp_path):
    path, scaler = table("x,x,n\n1,4,a\n3,6,b\n"), tmp_path / "s.json"
    onescale("fit", path, "-p", "2", "-o", scaler)
    ran = onescale("apply", scaler, path, "-p", "2", "--replace")
    assert ran.out == "x,x,n\n1,-1.0,a\n3,1.0,b\n"
    assert onescale("invert", scaler, "-", "-p", "2", stdin=ran.raw).out == (
        "x,x,n\n1,4.0,a\n3,6.0,b\n"
    )
    assert "named 'x'" in onescale("apply", scaler, path, fails=True).err
    assert "named 'x'" in onescale("fit", path, "-p", "1", "-p", "2", fails=True).err


def test_a_column_of_gaps_stays_one(onescale, table, tmp_path):
    onescale("fit", table("who,x\na,1\nb,3\n"), "-o", tmp_path / "fit.json")
    ran = onescale("apply", tmp_path / "fit.json", table("who,x\na,\nb,NA\n", "gaps.csv"))
    assert ran.out == "who,x,x_standardized\na,,\nb,NA,\n"
