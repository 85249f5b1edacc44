"""The numbers of docs/chapter.md and its Korean twin, from the published run: `publish.py` writes
them between the marks `<!-- runs: … -->` or `<!-- ages: … -->` and `<!-- end -->`."""

import re

import yaml
from results_page import PUBLISHED, ROOT, measured, printed

from onescale.comparison.reproduction import PRINTED_AFTER
from onescale.core import text
from onescale.core.csv_files import read_rows
from onescale.page.build import catalogue

PAGES = {ROOT / "docs/chapter.md": "en", ROOT / "docs/chapter.ko.md": "ko"}
_MARK = re.compile(r"(<!-- (runs|ages): (.*?) -->\n).*?(<!-- end -->)", re.DOTALL)
_SHOWN = 5  # people of the class whose numbers are shown
_HEADS = {
    "en": ("the chapter's row", "printed (after {at}): training", "printed (after {at}): test",
           "as written ({last}): test", "put right ({last}): test", "who", "printed", "ours"),
    "ko": ("교재의 실행", "교재({at}번째): 훈련 (%)", "교재({at}번째): 테스트 (%)",
           "코드대로({last}번째): 테스트 (%)", "바로잡아({last}번째): 테스트 (%)",
           "이름", "교재", "우리 값"),
}  # fmt: skip


def write(check: bool) -> int:
    """Write the numbers of both pages, or only say whether they are in step."""
    behind = 0
    for path, language in PAGES.items():
        old = path.read_text(encoding="utf-8")
        new = _MARK.sub(lambda found, to=language: _filled(found, to), old)
        if check and old != new:
            print(f"docs/{path.name} is not in step with results/published/; run: make publish")
            behind = 1
        elif old != new:
            path.write_text(new, encoding="utf-8")
    return behind


def _filled(found: re.Match, language: str) -> str:
    opening, kind, asked, end = found.groups()
    table = {"runs": _runs, "ages": _ages}[kind](asked, language)
    return f"{opening}{table}\n{end}"


def _runs(asked: str, language: str) -> str:
    """These rows of the chapter, separated by |, beside our runs as written and put right."""
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    updates = {"at": f"{PRINTED_AFTER:,}", "last": f"{config['defaults']['steps']:,}"}
    heads = [head.format(**updates) for head in _HEADS[language]]
    names = catalogue() if language == "ko" else {}
    known = {row["row"]: row for row in config["reported"]}
    ours = {row["variant"]: row for row in read_rows(PUBLISHED / "comparison.csv")}
    shown = [
        (heads[0], lambda row: names.get(row["row"], row["row"])),
        (heads[1], lambda row: printed(row.get("train"))),
        (heads[2], lambda row: printed(row.get("test"))),
        (heads[3], lambda row: measured(ours[row["as_written"]])),
        (heads[4], lambda row: measured(ours[row["put_right"]])),
    ]
    return text.columns([known[name.strip()] for name in asked.split("|")], shown)


def _ages(asked: str, language: str) -> str:
    """The first people on a scale: what the chapter prints, and ours."""
    heads = _HEADS[language]
    known = [row for row in read_rows(ROOT / "data/chapter_numbers.csv") if row["table"] == asked]
    ours = read_rows(PUBLISHED / f"tables/class_ages/{asked}.csv")
    pairs = list(zip(known, ours, strict=False))[:_SHOWN]
    shown = [
        (heads[5], lambda pair: pair[1]["name"]),
        (heads[6], lambda pair: pair[0]["printed"]),
        (heads[7], lambda pair: list(pair[1].values())[-1]),
    ]
    return text.columns(pairs, shown)
