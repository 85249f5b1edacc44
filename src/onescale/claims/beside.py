"""Verdicts side by side: the same claims judged by other runs, row by row.

Two pages ask the same of several claims.csv. `confirmation_page`: do fresh seeds, at rules frozen
before, say what the first ones said? `carry_over_page`: does another data set? Both take the
verdicts as words, however they were reached, and never judge anew.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onescale.claims.hypotheses import NOT_ASKED, NOT_RUN, OPEN
from onescale.claims.spec import SETTINGS
from onescale.claims.verdicts import HOLDS, IN_PART, REVERSE, REVERSE_IN_PART
from onescale.claims.words import OF_ASKED, measured, row_label
from onescale.core import text
from onescale.core.csv_files import read_rows
from onescale.core.errors import DataError
from onescale.core.text import DASH

_COLUMNS = (
    "claim", "name", "words", "setting", "measure", "case", "test", "of", "than", "unit",
    "estimate", "verdict", "seeds", "rules", "p", "low", "high",
)  # fmt: skip
Row = dict[str, str]
TURNED = "the direction is turned round"
DEGREE = "the degree differs"
UNSURE = "one side is open: one is less sure there, or the effect is another (see its estimate)"


@dataclass(frozen=True)
class Pair:
    """A claim in a setting, as each table has it, in the order of the tables; None where one has
    not judged it."""

    rows: tuple[Row | None, ...]

    @property
    def first(self) -> Row:
        """What a claim is called is the same in all."""
        return next(row for row in self.rows if row)

    @property
    def verdicts(self) -> list[str]:
        """Those that there are."""
        return [row["verdict"] for row in self.rows if row]

    @property
    def shared(self) -> bool:
        """Whether every table has judged it."""
        return None not in self.rows and not {NOT_ASKED, NOT_RUN}.intersection(self.verdicts)

    @property
    def asked(self) -> bool:
        """Whether any has judged it."""
        return not {NOT_ASKED, NOT_RUN}.issuperset(self.verdicts)

    @property
    def agrees(self) -> bool:
        """Whether all that have judged it say the same."""
        return len(set(self.verdicts)) == 1

    @property
    def exact(self) -> bool:
        """Whether no verdict rests on chance: paths on the bowl, runs that are alike to the bit."""
        chance = any(row["p"] or row["low"] != row["high"] for row in self.rows if row)
        return OPEN not in self.verdicts and not chance

    @property
    def in_part(self) -> set[str]:
        """Of how many parts a verdict is true that says *in part*, by table."""
        return {told for row in self.rows if row and (told := _of_parts(row))}

    @property
    def change(self) -> str:
        """How the verdicts differ: in direction, in what is sure, or else in degree."""
        found = set(self.verdicts)
        if found & {HOLDS, IN_PART} and found & {REVERSE, REVERSE_IN_PART}:
            return TURNED
        return UNSURE if OPEN in found else DEGREE


def read(path: str | Path) -> list[Row]:
    """The rows of a claims.csv. Raises DataError, naming the file, if it is none or empty."""
    rows = read_rows(path, _COLUMNS)
    if not rows:
        raise DataError(f"{path}: no claims")
    return rows


def paired(tables: Mapping[str, list[Row]]) -> list[Pair]:
    """Every claim and setting, with the row of each table, in the order in which they come."""
    keyed = [dict(_keyed(rows)) for rows in tables.values()]
    keys = dict.fromkeys(key for rows in keyed for key in rows)
    order = {key: int(next(rows[key]["claim"] for rows in keyed if key in rows)) for key in keys}
    return [Pair(tuple(rows.get(key) for rows in keyed)) for key in sorted(keys, key=order.get)]


def confirmation_page(explored: list[Row], confirmed: list[Row], seeds: list[int]) -> str:
    """Both verdicts on every claim: by the first seeds, and by `seeds`, which nothing had used.

    Raises DataError if the two were not judged by the same rules.
    """
    before, after = (next(iter(rows))["rules"] for rows in (explored, confirmed))
    if before != after:
        raise DataError(f"judged by rules {before or DASH} first and by {after or DASH} then")
    pairs = [pair for pair in paired({"first": explored, "fresh": confirmed}) if pair.asked]
    differing = [pair for pair in pairs if not pair.agrees]
    opening = (
        f"The claims of [claims.md](claims.md), judged once more: by seeds {seeds[0]} to "
        f"{seeds[-1]}, which nothing else uses, with rules, variants and tuned values as "
        f"they were frozen (rules {after}). {_counted(pairs, 'by both')} The fresh seeds have a "
        "page of their own, [confirm/claims.md](confirm/claims.md). An estimate is that of the "
        "part that a verdict rests on least surely, which may be another part by other seeds, of "
        "other nets, and then says so; *in part* stands with how many of its parts it is true of, "
        "which may be others too. What was fixed when, and what was added after this had been "
        "read, stands in docs/method.md."
    )
    sections = _sections(differing, pairs, ("first seeds", "fresh seeds"))
    return text.page("# Confirmation", opening, *sections)


def carry_over_page(
    tables: Mapping[str, list[Row]], levels: Mapping[str, Sequence[float]] | None = None
) -> str:
    """The verdict on every claim by data set, in the settings that all of them have.

    tables: claims.csv by the name of the data set. levels: to which test accuracies speed is
    measured on each.
    """
    pairs = paired(tables)
    shared = [pair for pair in pairs if pair.shared]
    differing = [pair for pair in shared if not pair.agrees]
    apart = len(pairs) - len(shared)
    left = f" {apart} that not all of them are asked are left out." if apart else ""
    seeds = [max(int(row["seeds"] or 0) for row in rows) for rows in tables.values()]
    by = " and ".join(map(str, seeds))
    timed = ", ".join(
        f"{' and '.join(f'{100 * level:g}' for level in own)} % on {name}"
        for name, own in (levels or {}).items()
    )
    opening = (
        f"Every claim as judged on {' and '.join(tables)} (by {by} seeds; fewer leave more "
        "open), in the settings that all have. "
        f"{_counted(shared, 'on all')}{left} An estimate is that of the part that a verdict "
        "rests on least surely, which may be another part on another data set, of other nets, and "
        "then says so; figures that the chapter prints are asked of its own data set alone. What "
        "is tuned was tuned on each by itself, by more trials where its tuning/ lists more; where "
        "that was repeated, a part counts only if it comes to the same each time, so that its "
        "verdict is harder to come by. Where a claim names no level, steps and seconds are counted "
        "to those of each data set"
        f"{f': {timed}' if timed else ''}."
    )
    return text.page("# Claims by data set", opening, *_sections(differing, shared, tuple(tables)))


def _keyed(rows: list[Row]) -> Iterator[tuple[tuple[str, ...], Row]]:
    """Rows by claim, setting and case, and by measure where a claim has several there (one that is
    judged as a whole names the measure of whichever part decides)."""

    def place(row: Row) -> tuple[str, ...]:
        return row["name"], row["setting"], row["case"]

    count = Counter(map(place, rows))
    return (((*place(row), row["measure"] if count[place(row)] > 1 else ""), row) for row in rows)


def _counted(pairs: list[Pair], where: str) -> str:
    """How many verdicts agree, and how the others change."""
    others = [pair for pair in pairs if not pair.agrees]
    same = [pair for pair in pairs if pair.agrees]
    told = [f"**{len(same)} of {len(pairs)} verdicts are the same {where}.**"]
    if exact := sum(pair.exact for pair in same):
        told.append(f"Of these {exact} rest on no chance and could hardly differ.")
    if shares := sum(len(pair.in_part) > 1 for pair in same):
        told.append(f"In {shares} both hold in part, but of other numbers of parts.")
    for change in (TURNED, DEGREE, UNSURE):
        ways = Counter(" → ".join(pair.verdicts) for pair in others if pair.change == change)
        if ways:
            listed = "; ".join(f"{way} ({count})" for way, count in ways.most_common())
            told.append(f"In {ways.total()} {change}: {listed}.")
    return " ".join(told)


def _sections(differing: list[Pair], pairs: list[Pair], heads: tuple[str, ...]) -> Iterator[str]:
    if differing:
        yield text.section("## Where they differ", _table(differing, heads))
    yield text.section("## All", _table(pairs, heads))


def _table(pairs: list[Pair], heads: tuple[str, ...]) -> str:
    def claim(pair: Pair) -> str:
        return f"[{pair.first['words']}](claims.md#claim-{pair.first['claim']})"

    def verdict(place: int):
        return lambda pair: _verdict(pair.rows[place], pair.first)

    shown = [
        ("", lambda pair: pair.first["claim"]),
        ("the claim", claim),
        ("setting", lambda pair: SETTINGS.get(pair.first["setting"], pair.first["setting"])),
        ("of", lambda pair: row_label(pair.first["measure"], pair.first["case"])),
        *((head, verdict(place)) for place, head in enumerate(heads)),
        ("the same", lambda pair: "yes" if pair.agrees else "**no**"),
    ]
    return text.columns(pairs, shown, left=len(shown))


def _of_parts(row: Row) -> str:
    """Of how many parts *in part* is."""
    kind = {IN_PART: "supported", REVERSE_IN_PART: "reversed"}.get(row["verdict"])
    return f", {row[f'parts_{kind}']} of {row['parts']}" if kind and row.get("parts") else ""


def _verdict(row: Row | None, first: Row) -> str:
    """The word, of how many parts it is true where not of all, and its estimate; a word if that is
    of another part than the first's, since then the two are no measure of the same."""
    if row is None:
        return DASH
    told = row["verdict"] + _of_parts(row)
    if row["verdict"] != NOT_ASKED and int(row.get("parts_not_asked") or 0):
        told += OF_ASKED
    if not row["estimate"]:
        return told
    bound = f"{row['bound']} " if row.get("bound") else ""
    other = ", another part" * any(row[key] != first[key] for key in ("measure", "of", "than"))
    return f"{told} ({bound}{measured(row['test'], row['unit'], float(row['estimate']))}{other})"
