"""Names of encodings, and the likely one of bytes that did not decode: a hint for an error, never a
decision.

Where bytes decode as one of the East Asian encodings and nearly all of the text is of its own
script (Hangul, kana, the commonest ideographs), that settles it: short names are too little for
statistics over languages. Otherwise charset-normalizer is asked.
"""

import codecs
import re
from collections.abc import Callable

from onescale.core.errors import SpecError, suggest

SAMPLE = 1 << 16
_NOT_FOR_FILES = {"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "utf-7"}


def known_encoding(name: str) -> str:
    """Python's own name of an encoding. Raises SpecError where there is none of that name."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        from encodings.aliases import aliases

        known = sorted({alias.replace("_", "-") for alias in (*aliases, *aliases.values())})
        near = suggest(name.lower(), known, "encoding")
        if "did you mean" not in near:
            near = f"unknown encoding {name!r}; known are Python's: utf-8, utf-16, cp949, euc-kr, …"
        raise SpecError(near) from None
    if not info._is_text_encoding or info.name.replace("_", "-") in _NOT_FOR_FILES:
        raise SpecError(f"{name!r} is no encoding of text files")
    return "utf-8" if info.name == "utf-8-sig" else info.name


def likely(data: bytes, failed: str) -> str | None:
    """A name for `--encoding`, or None where nothing fits.

    data: bytes from the first that did not decode on, or from the one before. failed: the encoding
    that they are not.
    """
    sample = data[:SAMPLE]
    if failed != "utf-8" and _decodes(sample, "utf-8"):
        return "utf-8"
    for encoding, ours, share, words in _SCRIPTS:
        if encoding == failed:
            continue
        text = _decodes(sample, encoding) or ""
        runs = _RUNS.findall(text)
        letters = sum(map(len, runs))
        enough = letters >= 2 * len(runs) or not words
        if encoding == "cp932" and not _has_half_width_kana(text):
            continue
        if letters and enough and _fitting(text, ours) >= share * letters:
            return encoding
    return _normalizer(sample, failed)


_RUNS = re.compile(r"[^\x00-\x7f]+")


def _fitting(text: str, ours: Callable[[str], bool]) -> int:
    """How many characters beyond ASCII are those of a script, and where its text may have them: no
    capital behind a small letter or between a capital and that, no sign between two letters."""
    padded, fitting = f" {text} ", 0
    for found in _RUNS.finditer(padded):
        for at in range(*found.span()):
            before, c, after = padded[at - 1 : at + 2]
            turned = c.isupper() and (before.islower() or (before.isupper() and after.islower()))
            inside = c in _SIGNS and before.isalpha() and after.isalpha()
            fitting += ours(c) and not turned and not inside
    return fitting


def _hangul(c: str) -> bool:
    # The 2,350 syllables of KS X 1001 are those that Korean text is made of; the others of cp949
    # are what Japanese bytes happen to look like. Beside them stand units, as in 기온(℃).
    syllable = "가" <= c <= "힣" and len(c.encode("euc-kr")) == 2
    return syllable or c in "℃％" or "㎀" <= c <= "㏝"


def _kana(c: str) -> bool:
    return "\u3040" <= c <= "\u30ff"


def _japanese(c: str) -> bool:
    return "\u3000" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff"


def _half_width(c: str) -> bool:
    return "\uff66" <= c <= "\uff9f" or (_japanese(c) and c.encode("cp932", "replace")[0] <= 0x98)


def _has_half_width_kana(text: str) -> bool:
    # A third of them among ｦ to ｿ; without, they are as like capitals of Cyrillic.
    halves = [c for c in text if "\uff66" <= c <= "\uff9f"]
    return bool(halves) and 3 * sum(c <= "\uff7f" for c in halves) >= len(halves)


def _common_hanzi(c: str) -> bool:
    try:
        return 0xB0 <= c.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef"


def _common_hanja(c: str) -> bool:
    return "\u3000" <= c <= "\uffef" and 0xA1 <= c.encode("big5", "replace")[0] <= 0xC6


def _cyrillic(c: str) -> bool:
    return "а" <= c <= "я" or "А" <= c <= "Я" or c in "ёЁіїєґўІЇЄҐЎ№«»—–"


def _greek(c: str) -> bool:
    return "Ά" <= c <= "ώ"


_SIGNS = "€£¥°“”«»–—…•™ºª¿¡©®±²³¹¼½¾×÷µ·§¶"
_LETTERS = "àâäáãåæçèéêëìíîïñòóôöõøœùúûüÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜ"


def _among(letters: str) -> Callable[[str], bool]:
    """Those letters, single quotation marks, signs and no-break spaces."""
    return frozenset(letters + "‘’\u00a0" + _SIGNS).__contains__


# (encoding, what its text is made of, the least share of that, whether it makes whole words and not
# single letters between ASCII ones), the surest first.
_SCRIPTS = (
    ("euc-jp", _kana, 0.2, False),
    ("cp949", _hangul, 0.9, False),
    ("shift_jis", _japanese, 0.9, True),
    ("gb18030", _common_hanzi, 0.9, True),
    ("big5", _common_hanja, 0.9, True),
    ("cp932", _half_width, 0.9, True),
    ("cp1251", _cyrillic, 0.95, True),
    ("koi8-r", _cyrillic, 0.95, True),
    ("cp1253", _greek, 0.9, True),
    ("cp1252", _among(_LETTERS), 0.9, False),
    ("mac_roman", _among(_LETTERS), 0.9, False),
    ("cp850", _among(_LETTERS), 0.9, False),
    ("cp1254", _among("çğıöşüâîûÇĞİÖŞÜ"), 0.9, False),
    (
        "cp1250",
        _among("ąćęłńóśźżáčďéěíňřšťúůýžöüőűäßôľĺŕăâîșţĄĆĘŁŃÓŚŹŻÁČĎÉĚÍŇŘŠŤÚŮÝŽÖÜŐŰÄ"),
        0.9,
        False,
    ),
)


def _decodes(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4:  # a character cut off by the end of the sample
            return data[: error.start].decode(encoding)
        return None


def _normalizer(sample: bytes, failed: str) -> str | None:
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample, cp_exclusion=_SETTLED).best()
    name = "ascii" if best is None else best.encoding
    return None if name.replace("_", "-") in (failed, "ascii") else name


# What nothing is guessed to be: several bytes a character, of which the scripts above tell, and
# those that hold bytes of 0 wherever there is any ASCII, and what hardly anyone writes.
_SETTLED = (
    *("cp932", "shift_jis", "shift_jis_2004", "shift_jisx0213", "euc_jp", "euc_jis_2004"),
    *("euc_jisx0213", "cp949", "euc_kr", "johab", "big5", "big5hkscs", "cp950", "gb18030", "gbk"),
    *("gb2312", "hz", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"),
    "utf_7",
    "cp1006",
)
