"""`stand`: where one row stands, and the picture of it."""

import json
import unicodedata

from onescale.tables.commands.selection import Selection
from onescale.tables.commands.stand import locate, picture
from onescale.tables.reading.table import open_table
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
    assert "lines 2 and 3" in ran.err and ran.status == 3


def test_hangul_in_letters_is_hangul(onescale, table):
    path = table(unicodedata.normalize("NFD", "이름,나이\n학생,3\n학교,5\n"))
    assert "1 of 2" in onescale("stand", path, "학교", "-l", "이름", "-c", "나이").out


def test_picture():
    table = open_table(str(AGES))
    places = locate(Selection().of(table), "학생20")
    line = picture(places)
    assert line.startswith("age  24.0 ") and line.endswith("[▂] 41.0\n")
