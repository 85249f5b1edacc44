"""`stand`: where one row stands, and the picture of it."""

import json
import unicodedata

from onescale.tables.commands.selection import Selection
from onescale.tables.commands.stand import Wanted, locate, picture
from onescale.tables.reading.dataset import open_files
from places import AGES


def test_one_of_27(onescale):
    out = onescale("stand", AGES, "학생20").out
    assert "1 of 27" in out and "98.148" in out and "100.0" in out


def test_ties_share_the_best_rank_and_average_percentile(onescale, people):
    ran = onescale("stand", people, "한", "-c", "x", "--format", "json")
    (place,) = json.loads(ran.out)
    assert (place["rank"], place["of"], place["percentile"]) == (1, 5, 80.0)


def test_within_a_group(onescale, people):
    ran = onescale("stand", people, "f\ng", "--by", "g", "-c", "x", "--format", "json")
    (place,) = json.loads(ran.out)
    assert (place["group"], place["rank"], place["of"]) == ("y", 1, 2)


def test_missing_value(onescale, people):
    ran = onescale("stand", people, "b, c", "-c", "y", "--format", "json")
    assert json.loads(ran.out)[0]["value"] is None


def test_groups_of_several_columns(onescale, table):
    path = table("who,g,h,x\np,a,1,1\nq,a,1,3\nr,a,2,5\ns,b,1,7\n")
    ran = onescale("stand", path, "q", "--by", "g", "--by", "h", "--format", "json")
    (place,) = json.loads(ran.out)
    assert (place["group_g"], place["group_h"], place["rank"], place["of"]) == ("a", "1", 1, 2)


def test_nobody_and_two(onescale, people, table):
    assert "did you mean '학생20'" in onescale("stand", AGES, "학생200", fails=True).err
    ran = onescale("stand", table("n,x\na,1\na,2\n"), "a", fails=True)
    assert "line 2 and line 3" in ran.err and ran.status == 3


def test_hangul_in_letters_is_hangul(onescale, table):
    path = table(unicodedata.normalize("NFD", "이름,나이\n학생,3\n학교,5\n"))
    assert "1 of 2" in onescale("stand", path, "학교", "-l", "이름", "-c", "나이").out


def test_picture():
    table = open_files([str(AGES)])
    places = locate(Selection().of(table), Wanted("학생20"))
    line = picture(places)
    assert line.startswith("age  24.0 ") and line.endswith("[▂] 41.0\n")


def test_a_row_by_its_number_a_second_key_or_all_that_fit(onescale, table):
    path = table("who,year,x\np,2023,1\np,2024,3\nq,2024,5\n")
    ask = ("stand", path, "-c", "x", "--label", "who", "--format", "json")
    by_number, by_key = onescale(*ask, "--row", 2), onescale(*ask, "p", "--where", "year=2024")
    assert by_number.out == by_key.out and json.loads(by_key.out)[0]["value"] == 3
    both = json.loads(onescale(*ask, "p", "--all").out)
    assert [place["rank"] for place in both] == [3, 2]
    assert "--where COLUMN=VALUE, --row K or --all" in onescale(*ask, "p", fails=True).err
    assert "there are 3" in onescale(*ask, "--row", 4, fails=True).err
    assert "no WHO" in onescale(*ask, "p", "--row", 1, fails=True).err
    assert "which row?" in onescale(*ask, fails=True).err


def test_rows_of_numbers_alone_are_named_by_their_numbers(onescale, table):
    path = table("a,b\n1,2\n3,4\n5,9\n")
    assert onescale("overview", path).rows()[2][:4] == ["2", "3", "0.0", "50.0"]
    (place, _) = json.loads(onescale("stand", path, "--row", 2, "--format", "json").out)
    assert (place["who"], place["value"], place["z"]) == ("2", 3.0, 0.0)
    assert "name the one that names the rows" in onescale("stand", path, "3", fails=True).err


def test_an_overview_shows_what_was_asked_for(onescale):
    assert onescale("overview", AGES).rows()[0] == ["name", "age", "standardized", "0–100", "rank"]
    shown = onescale("overview", AGES, "--methods", "mad,chapter").rows()[0]
    assert shown == ["name", "age", "MAD", "(x − mean)²/std", "rank"]
    assert "unknown method" in onescale("overview", AGES, "--methods", "x", fails=True).err


def test_digits_are_significant_ones(onescale):
    place = json.loads(onescale("stand", AGES, "학생20", "--digits", 3, "--format", "json").out)[0]
    assert (place["z"], place["percentile"]) == (3.68, 98.1)
    assert onescale("describe", AGES, "--digits", 4).column("std") == ["3.329"]
    (scaled, first) = onescale("standardize", AGES, "--digits", 3).column("age_standardized")[:2]
    assert (scaled, first) == ("-0.523", "-0.223")


def test_a_person_at_a_terminal_gets_six_digits(onescale, monkeypatch, tmp_path):
    from onescale.cli import table_options

    monkeypatch.setattr(table_options, "on_terminal", lambda: True)
    assert onescale("minmax", AGES).column("age_minmax")[0] == "0.176471"
    onescale("fit", AGES, "-o", tmp_path / "fit.json")
    assert onescale("apply", tmp_path / "fit.json", AGES).rows()[1][2] == "-0.522933"
    assert "0.522933 " in onescale("overview", AGES).out
    onescale("minmax", AGES, "-o", tmp_path / "all.csv")
    assert ",0.17647058823529413\n" in (tmp_path / "all.csv").read_text()
