"""What became of every column, said on standard error before a byte of output.

Nothing is lost in silence: one line names the columns that were taken for numbers, those of text,
and with its first odd cell every other one that holds a number or what a person would take for one.
"""

from collections.abc import Sequence

from onescale.core.errors import some
from onescale.core.text import brief
from onescale.tables.commands.columns import ColumnScan, explain, suspicion
from onescale.tables.commands.scan import Scan
from onescale.tables.hints import quoted
from onescale.tables.numbers import shorten

NAMES = 12  # columns that a list names; -v names all


def tell(scanned: Scan, warnings: Sequence[str] = ()) -> None:
    """The line on a scan, and its warnings and others, as its source asks for them."""
    source, table = scanned.source, scanned.source.table
    say = source.reporting.say
    if say is None:
        return
    if source.reporting.verbose:
        for line in _every_column(scanned):
            say(f"{table.name}: {line}")
    say(f"{table.name}: {_summary(scanned, source.reporting.verb)}")
    for warning in (*scanned.warnings, *_suspects(scanned), *warnings):
        say(f"warning: {warning}")


def _summary(scanned: Scan, verb: str) -> str:
    """One line: what was taken, what passed, what was left out and why."""
    table = scanned.source.table
    taken, left = scanned.columns, scanned.left_out
    words = [c for c in scanned.text if c not in left]
    others = table.width - len(taken) - len(left) - len(words) - len(scanned.empty)
    parts = [f"{verb} {_counted(len(taken), 'column')} ({_names(taken)})"]
    for column in taken:
        if column.odd:
            cells = _counted(column.odd, "cell")
            parts.append(f"took {cells} of {_name(column)} as missing ({_first(scanned, column)})")
    if words:
        parts.append(f"passed {len(words)} of text ({_names(words)})")
    if others:
        parts.append(f"passed {_counted(others, 'other')}")
    if scanned.empty:
        parts.append(f"only missing cells: {_names(scanned.empty)}")
    parts += [_left_out(scanned, column) for column in left]
    return "; ".join(parts + table.remarks([column.index for column in taken]))


def _left_out(scanned: Scan, column: ColumnScan) -> str:
    """A column that is left out although it holds numbers, and what to do."""
    few = 0 < column.numbers < column.odd
    share = f", {column.numbers} of {column.numbers + column.odd} cells are" if few else ""
    why = _why(scanned, column)
    return f"left out {_name(column)}: {_first(scanned, column)} is not a number{share} ({why})"


def _why(scanned: Scan, column: ColumnScan) -> str:
    return explain(scanned.source.table, column, column.shown[1])


def _first(scanned: Scan, column: ColumnScan) -> str:
    line, text = column.shown
    return f"{shorten(text)} at {scanned.source.table.at(line, column.index)}"


def _names(columns: Sequence[ColumnScan]) -> str:
    return some([*map(_name, columns)], NAMES)


def _name(column: ColumnScan) -> str:
    name = str(column.name)
    return brief(name, 60) if name.strip() else f"column {column.index + 1} (no name)"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _every_column(scanned: Scan) -> list[str]:
    """A line a column: what it was taken for, and why."""
    source, table = scanned.source, scanned.source.table
    what = {index: "makes the groups" for index in source.by}
    what |= {index: "excluded" for index in source.excluded}
    if source.label is not None:
        what[source.label] = "names the rows"
    if source.weights is not None:
        what[source.weights] = "weighs the rows"
    for column in scanned.columns:
        missing = _counted(scanned.rows - column.numbers - column.odd, "missing cell")
        what[column.index] = f"numbers: {column.numbers} of them, {missing}"
        if column.odd:
            what[column.index] += f", {column.odd} that are none ({_first(scanned, column)})"
    for column in scanned.text:
        what[column.index] = f"text: {_first(scanned, column)} is not a number"
    for column in scanned.left_out:
        why = _why(scanned, column)
        what[column.index] = (
            f"left out, {column.numbers} of {column.numbers + column.odd} cells are numbers: "
            f"{_first(scanned, column)} is not ({why})"
        )
    what |= {column.index: "only missing cells" for column in scanned.empty}
    return [
        f"column {index + 1} {brief(name, 60)!r}: {what.get(index, 'not chosen')}"
        for index, name in enumerate(table.names)
    ]


def _suspects(scanned: Scan) -> list[str]:
    """Warnings of columns, taken by themselves, that are rather names of rows, or years."""
    if scanned.source.chosen is not None:
        return []
    return [
        f"{scanned.source.table.name}: column {column.name!r} looks like {suspicion(column.name)}; "
        f"--exclude {quoted(column.name)} leaves it as it is"
        for column in scanned.columns
        if column.whole
    ]
