"""The files that rules of the workflow make and need, by what they are of.

Rules name inputs by these paths and not as `rules.….output`: Snakemake hashes all inputs of a rule
that names another so once for each of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onescale.claims import needs
from onescale.data.fetch import CACHED
from onescale.tables.commands.job import TableJob
from onescale.training.plan import Plan

TOGETHER = 250  # variants whose steps are measured in one job: some 0.4 s and 1 MB each


@dataclass(frozen=True)
class ResultFiles:
    """Those of a plan and its tables. Methods that ask what the claims need raise SpecError at a
    fault in them."""

    plan: Plan
    tables: Mapping[str, TableJob] = field(default_factory=dict)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "ResultFiles":
        """Those of a configuration that was checked. Raises SpecError and DataError."""
        tables = {name: TableJob(name, given) for name, given in config["tables"].items()}
        return cls(Plan.from_config(config), tables)

    @property
    def results(self) -> str:
        return self.plan.config["results"]

    @property
    def cache(self) -> str:
        """The folder of the data set, checked and unpacked."""
        return f"data/cache/{self.plan.config['dataset']}"

    @property
    def data(self) -> list[str]:
        """What lies there."""
        return [f"{self.cache}/{name}" for name in CACHED]

    @property
    def confirm(self) -> str:
        """The folder of what fresh seeds make."""
        return f"{self.results}/confirm"

    def runs(self, names: list[str], ending: str = "json", folder: str | None = None) -> list[str]:
        """The run files of these variants."""
        return [f"{folder or self.results}/runs/{name}.{ending}" for name in names]

    def pages(self, names: Iterable[str]) -> list[str]:
        """The table and the page of each of these."""
        return [f"{self.results}/{name}.{form}" for name in names for form in ("csv", "md")]

    def figures(self, names: Iterable[str]) -> list[str]:
        """The two files of each of these."""
        forms = ("png", "svg")
        return [f"{self.results}/figures/{name}.{form}" for name in names for form in forms]

    def ages(self, *scales: str) -> list[str]:
        """The class ages on these scales, as the chapter prints them; none unless all are made."""
        made = self.tables["class_ages"].scales if "class_ages" in self.tables else ()
        files = [f"{self.results}/tables/class_ages/{scale}.csv" for scale in scales]
        return files if set(scales) <= {*made} else []

    def chosen(self, name: str, ending: str = "json") -> list[str]:
        """The file with what tuning chose for a variant; none if it is not tuned."""
        groups = self.plan.config["tuning"].items()
        found = [tuned for tuned, given in groups if name in given["variants"]]
        return [f"{self.results}/tuning/{tuned}/{name}.{ending}" for tuned in found]

    def searches(self, names: list[str]) -> list[str]:
        """What tuning leaves for each of these variants."""
        return [file for name in names for file in self.chosen(name)]

    def claimed(self, what: str, ending: str = "json") -> list[str]:
        """The run files whose `runs` or `arrays` the claims are judged by."""
        return self.runs(needs.claimed(self.plan, what), ending)

    def confirmed(self, what: str, ending: str = "json") -> list[str]:
        """The run files of fresh seeds that the claims are judged by, if their rules are frozen."""
        needs.require_frozen(self.plan, f"{self.results}/claims.csv", f"{self.confirm}/claims.csv")
        return self.runs(needs.claimed(self.plan, what), ending, self.confirm)

    def effects(self) -> list[str]:
        """The run files of what helped."""
        return self.runs(needs.helped(self.plan))

    def timed(self, page: str) -> list[str]:
        """The runs whose seconds are compared on a page."""
        return self.runs(needs.timed(self.plan, page))

    def discrepant(self) -> list[str]:
        """The runs that the chapter's faults are reckoned by, with those of every repeat of a
        tuning."""
        return self.runs(self.plan.with_repeats(needs.timed(self.plan, "discrepancies")))

    def measured(self, page: str) -> list[str]:
        """What the step times of a page are made from: its runs, or step times of parts of them."""
        count = len(self.timed(page))
        if count <= TOGETHER:
            return self.timed(page)
        parts = range(-(-(count - 1) // (TOGETHER - 1)))
        return [f"{self.results}/step_times/{page}.part{part}.json" for part in parts]

    def measured_in_part(self, page: str, part: int) -> list[str]:
        """The first run, and those of this part."""
        first, *rest = self.timed(page)
        return [first, *rest[part * (TOGETHER - 1) :][: TOGETHER - 1]]

    def step_times(self, *pages: str) -> list[str]:
        """What a step costs for these pages, but for those that compare no seconds."""
        return [f"{self.results}/step_times/{page}.json" for page in pages if self.timed(page)]


def one_of(names: Iterable[str]) -> str:
    """What a wildcard that is one of these names must fit; of none, what nothing fits.

    >>> one_of({"sgd", "adam"}), one_of([])
    ('adam|sgd', '(?!)')
    """
    return "|".join(sorted(names)) or "(?!)"
