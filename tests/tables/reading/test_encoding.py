"""Hints at encodings, on the little that a small table holds."""

import pytest

from onescale.tables.reading.encoding import likely

NAMES = {
    "cp949": "이름,나이\n학생01,13\n",
    "shift_jis": "name,v\n東京,1\nLee,2\n",
    "euc-jp": "name,v\nトヨタ,1\n",
    "big5": "name,v\n台北,1\n高雄,2\n",
    "cp1251": "name,v\nМосква,1\nКиїв,2\n",
    "koi8-r": "name,v\nМосква,1\nСанкт-Петербург,2\n",
    "cp1253": "name,v\nΑθήνα,1\nΠάτρα,2\n",
    "cp1252": "name,v\nMüller,1\nÉCOLE d’Été,2\n",
    "mac_roman": "name,v\nMüller,1\nCafé au lait,2\n",
    "cp850": "name,v\nMüller,1\nCafé,2\n",
    "cp1250": "name,v\nŁódź,1\nKraków,2\n",
    "cp1254": "name,v\nİstanbul,1\nİzmir Şişli,2\n",
}


@pytest.mark.parametrize("encoding", NAMES)
def test_names_tell_of_their_script(encoding):
    assert likely(NAMES[encoding].encode(encoding), "utf-8") == encoding


@pytest.mark.parametrize(
    "text",
    ["ﾔﾏﾀﾞ ﾀﾛｳ,男\nｽｽﾞｷ ﾊﾅｺ,女\n", "会社名,ｶﾌﾞｼｷｶﾞｲｼｬ,株式会社テスト\n", "ﾃｽﾄ,1\nﾄｳｷｮｳ,2\n"],
)
def test_half_width_kana_are_of_windows_in_japan(text):
    assert likely(text.encode("cp932"), "utf-8") == "cp932"


@pytest.mark.parametrize("text", ["ФИО,ГОРОД\nИВАНОВ,МОСКВА\n", "№ П/П,ОБЪЁМ\n", "КИЇВ,ЛЬВІВ\n"])
def test_capitals_of_cyrillic_are_no_half_width_kana(text):
    assert likely(text.encode("cp1251"), "utf-8") == "cp1251"


@pytest.mark.parametrize("sign", "©®°±²½·£é™\u00a0“")
def test_a_single_sign_is_of_windows(sign):
    """`©` alone was held for Japanese or for UTF-16, which alter the cell without a word."""
    data = f"name,v\nFoo {sign} 2019,1\nBar,2\n".encode("cp1252")
    assert likely(data, "utf-8") == "cp1252"


@pytest.mark.parametrize("encoding", ["cp1256", "cp874", "iso8859_8"])
@pytest.mark.parametrize("wide", ["cp932", "utf_16"])
def test_what_no_script_tells_is_not_held_for_several_bytes_a_character(encoding, wide):
    cities = {"cp1256": "القاهرة", "cp874": "กรุงเทพ", "iso8859_8": "ירושלים"}
    guess = likely(f"name,v\n{cities[encoding]},1\n".encode(encoding), "utf-8")
    assert guess is None or not guess.startswith(wide)


@pytest.mark.parametrize("names", ["날짜,기온(℃)", "지점,면적(㎡),농도(㎍/㎥)", "구분,비율(％)"])
def test_units_stand_beside_hangul(names):
    assert likely(f"{names}\n1907-10-01,13.5\n".encode("cp949"), "utf-8") == "cp949"
