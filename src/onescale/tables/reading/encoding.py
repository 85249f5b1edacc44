"""The likely encoding of bytes that did not decode: a hint for an error, never a decision.

Where bytes decode as one of the East Asian encodings and nearly all of the text is of its own
script (Hangul, kana, the commonest ideographs), that settles it: short names are too little for
statistics over languages. Otherwise charset-normalizer is asked.
"""

import re

SAMPLE = 1 << 16


def likely(data: bytes, failed: str) -> str | None:
    """A name for `--encoding`, or None where nothing fits.

    data: bytes from the first that did not decode on. failed: the encoding that they are not.
    """
    sample = data[:SAMPLE]
    if failed != "utf-8" and _decodes(sample, "utf-8"):
        return "utf-8"
    for encoding, ours, share, words in _SCRIPTS:
        if encoding == failed or (encoding == "cp1252" and _of_mac(sample)):
            continue
        runs = re.findall(r"[^\x00-\x7f]+", _decodes(sample, encoding) or "")
        letters = "".join(runs)
        enough = len(letters) >= 2 * len(runs) if words else letters
        if enough and letters and sum(map(ours, letters)) >= share * len(letters):
            return encoding
    return _normalizer(sample, failed)


# Between small letters, a letter of the Mac's; of cp1252's only an apostrophe (0x92) stands there.
_MAC = re.compile(rb"[a-z][\x80-\x91\x93-\x9f][a-z]").search


def _hangul(c: str) -> bool:
    # The 2,350 syllables of KS X 1001 are those that Korean text is made of; the others of cp949
    # are what Japanese bytes happen to look like.
    return "가" <= c <= "힣" and len(c.encode("euc-kr")) == 2


def _kana(c: str) -> bool:
    return "\u3040" <= c <= "\u30ff"


def _japanese(c: str) -> bool:
    return "\u3000" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff"


def _common_hanzi(c: str) -> bool:
    try:
        return 0xB0 <= c.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef"


def _small_cyrillic(c: str) -> bool:
    return "а" <= c <= "я" or c == "ё"


def _western(c: str) -> bool:
    return c in "àâäáãåæçèéêëìíîïñòóôöõøœùúûüÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜ€£°‘’“”«»–—…•™ºª¿¡"


# (encoding, what its text is made of, the least share of that, whether it makes whole words and not
# single letters between ASCII ones), the surest first.
_SCRIPTS = (
    ("euc-jp", _kana, 0.2, False),
    ("cp949", _hangul, 0.9, False),
    ("shift_jis", _japanese, 0.9, True),
    ("gb18030", _common_hanzi, 0.9, True),
    ("cp1251", _small_cyrillic, 0.6, True),
    ("koi8-r", _small_cyrillic, 0.6, True),
    ("cp1252", _western, 0.9, False),
    ("mac_roman", _western, 0.9, False),
)


def _of_mac(sample: bytes) -> bool:
    """Whether Western text is rather of an old Mac than of Windows."""
    letters = [c for c in sample.decode("mac_roman") if not c.isascii()]
    return bool(_MAC(sample)) and sum(map(_western, letters)) >= 0.9 * len(letters)


def _decodes(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4:  # a character cut off by the end of the sample
            return data[: error.start].decode(encoding)
        return None


def _normalizer(sample: bytes, failed: str) -> str | None:
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    if best is None or best.encoding.replace("_", "-") in (failed, "ascii"):
        return None
    return best.encoding
