"""The likely encoding of bytes that did not decode: a hint for an error, never a decision.

Where bytes decode as one of the East Asian encodings and nearly all of the text is of its own
script (Hangul, kana, the commonest ideographs), that settles it: short names are too little for
statistics over languages. Otherwise charset-normalizer is asked.
"""

SAMPLE = 1 << 16


def likely(data: bytes, failed: str) -> str | None:
    """A name for `--encoding`, or None where nothing fits. `failed` is the one that did not."""
    sample = _around_high_bytes(data)
    if failed != "utf-8" and _decodes(sample, "utf-8"):
        return "utf-8"
    for encoding, ours in _SCRIPTS:
        if encoding == failed:
            continue
        text = _decodes(sample, encoding)
        letters = [c for c in text or "" if ord(c) > 127]
        if letters and sum(map(ours, letters)) >= 0.9 * len(letters):
            return encoding
    return _normalizer(sample, failed)


def _hangul(c: str) -> bool:
    # The 2,350 syllables of KS X 1001 are those that Korean text is made of; the others of cp949
    # are what Japanese or Chinese bytes happen to look like.
    if not "가" <= c <= "힣":
        return "\u3131" <= c <= "\u318e"
    try:
        c.encode("euc-kr")
    except UnicodeEncodeError:
        return False
    return True


def _kana_or_kanji(c: str) -> bool:
    return "\u3000" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff"


def _common_hanzi(c: str) -> bool:
    try:
        return 0xB0 <= c.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef"


_SCRIPTS = (
    ("cp949", _hangul),
    ("euc-jp", lambda c: "\u3000" <= c <= "\u30ff"),
    ("shift_jis", _kana_or_kanji),
    ("gb18030", _common_hanzi),
)


def _decodes(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4:  # a character cut off by the end of the sample
            return data[: error.start].decode(encoding)
        return None


def _around_high_bytes(data: bytes) -> bytes:
    """Whole lines from the first one that is not ASCII."""
    if data.isascii():
        return data[:SAMPLE]
    first = next(i for i, byte in enumerate(data) if byte > 127)
    start = data.rfind(b"\n", 0, first) + 1
    return data[start : start + SAMPLE]


def _normalizer(sample: bytes, failed: str) -> str | None:
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    if best is None or best.encoding.replace("_", "-") in (failed, "ascii"):
        return None
    return best.encoding
