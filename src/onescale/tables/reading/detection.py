"""What a user does not say of a table's dialect, detected from its first 64 KiB.

The delimiter is found by whether every record then has the same number of cells, the quote by
whether cells are wholly enclosed in it. The order of preference is stated, so that the choice can
be foretold: comma, tab, semicolon, pipe, slash, blank, any number of blanks. `2024/01/02` in a
comma file is therefore never split.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from onescale.tables.hints import number_like
from onescale.tables.numbers import BLANKS, MISSING
from onescale.tables.reading.csv_records import cells_of_sample
from onescale.tables.reading.dialect import DELIMITERS, RUNS, Dialect, shown
from onescale.tables.reading.plain_text import has_padded_quotes

SAMPLE = 1 << 16
RECORDS = 200
_is_year = re.compile("(?:1[89]|20)[0-9][0-9]").fullmatch


def detect(sample: str, complete: bool, dialect: Dialect, why: list[str]) -> Dialect:
    """Fill in what `dialect` leaves open. `sample`: text from the table's first line on.

    complete: whether the sample is the whole table. Reasons are appended to `why`.
    """
    if dialect.delimiter is not None and dialect.quote is not None:
        return replace(dialect, padded_quotes=has_padded_quotes(sample, dialect))
    delimiters = [dialect.delimiter] if dialect.delimiter is not None else _candidates(dialect)
    quotes = [dialect.quote] if dialect.quote is not None else _quotes(sample)
    best = None
    for quote in quotes:
        for delimiter in delimiters:
            if quote and quote in delimiter != RUNS:
                continue
            trial = replace(dialect, delimiter=delimiter, quote=quote)
            trial = replace(trial, padded_quotes=has_padded_quotes(sample, trial))
            shape = _shape(sample, complete, trial, single=quote == "'" and dialect.quote is None)
            if shape is not None and (best is None or shape < best[0]):
                best = (shape, trial)
    if best is None:
        quote = dialect.quote if dialect.quote is not None else '"'
        why.append("no delimiter separates the records alike: one column")
        return replace(dialect, delimiter=delimiters[0], quote=quote)
    (misfits, *_), detected = best
    if dialect.delimiter is None:
        fit = "every record of the sample has" if not misfits else "most records of the sample have"
        why.append(f"delimiter {shown(detected.delimiter)}: {fit} as many cells")
    if detected.padded_quotes:
        why.append("blanks around cells in quotes are no part of them")
    if dialect.quote is None and detected.quote != '"':
        why.append(f"quote {detected.quote}: cells are enclosed in it")
    return detected


def _candidates(dialect: Dialect) -> list[str]:
    """The delimiters in order of preference; those that also mark decimals or thousands behind
    others, but before slashes and blanks, which dates and words have too."""
    taken = {dialect.number_format.decimal, dialect.number_format.thousands}
    free = [delimiter for delimiter in DELIMITERS.values() if delimiter != dialect.quote]

    def rank(delimiter: str) -> tuple[bool, bool]:
        mark = " " if delimiter == RUNS else delimiter
        return mark in "/ ", mark in taken

    return sorted(free, key=rank)


def _quotes(sample: str) -> list[str]:
    return ["'", '"'] if "'" in sample and '"' not in sample else ['"']


def _shape(sample: str, complete: bool, trial: Dialect, single: bool) -> tuple | None:
    """How well a trial fits, smaller being better; None where it does not.

    A fit leaves no misfits, or fewer than half of the records; better if the first record, which
    may name the columns, is none of them. `single`: the quote is `'`, which
    also is an apostrophe, so it counts only where cells are wholly enclosed in it.
    """
    text = sample
    if trial.delimiter == "/":
        for token in (*MISSING, *(t for t in trial.number_format.missing if "/" in t)):
            if "/" in token:
                text = text.replace(token, "").replace(token.upper(), "")
    numbered, enclosed = cells_of_sample(text, complete, trial, RECORDS)
    if single and not enclosed:
        return None
    rows = [row for _, row in numbered if len(row) != 1 or row[0].strip(BLANKS)]
    if not rows:
        return None
    width, fitting = Counter(map(len, rows)).most_common(1)[0]
    misfits = len(rows) - fitting
    if (width < 2 and not single) or 2 * misfits >= len(rows) > 1:
        return None
    if trial.delimiter == " " and not all(any(cells) for cells in zip(*rows, strict=False)):
        return None  # a column without a name and a cell: blanks that are to be merged
    form, mark = trial.number_format, " " if trial.delimiter == RUNS else trial.delimiter
    both = mark in (form.decimal, form.thousands)
    if both and (misfits or not enclosed):  # unless numbers are quoted, it cannot be both
        return None
    order = _candidates(trial)
    preference = order.index(trial.delimiter) if trial.delimiter in order else 0
    first = len(rows[0]) + trial.row_names
    return bool(misfits), bool(misfits) and first != width, width < 2, preference


def heading(rows: Sequence[tuple[int, list[str]]], header: int) -> int:
    """The line on which a table seems to begin, if that is below the one taken for it; else 0.

    rows: (line, cells) of the first records. header: the line of the one taken for the header. What
    names the columns is as wide as most records, of words or years, and the fullest such above the
    first with what a person would take for numbers, in columns that have them.
    """
    if not rows:
        return 0
    width = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    filled = [{i for i, cell in enumerate(cells) if cell.strip(BLANKS)} for _, cells in rows]
    used, found, best = len(set().union(*filled)), 0, 0
    for (line, cells), full in zip(rows, filled, strict=True):
        if len(cells) != width:
            continue
        numbers = {
            i for i in full if number_like(cells[i]) and not _is_year(cells[i].strip(BLANKS))
        }
        words = [i for i in full if not number_like(cells[i])]
        if line == header:
            best = len(full)
        elif line > header and words and not numbers:
            if len(full) >= max(2, used / 2) and len(full) > best:
                found, best, names = line, len(full), full
        elif found and numbers:
            return found if numbers & names else 0
    return 0
