"""All that the page holds: what was gathered, and its pictures."""

from typing import Any

from onescale.data.dataset import Dataset
from onescale.page import pictures, svg
from onescale.page.results import Results, gathered


def content(results: Results, data: Dataset | None = None, options: str = "") -> dict[str, Any]:
    """Of a folder of results; with `data`, the test images that its nets misread. options: those
    by which Snakemake makes more of the same."""
    found = gathered(results)
    sheet = pictures.digits(results.records, data) if data else None
    return found | {
        "options": options,
        "bowl": pictures.bowl(results.configuration["surface"]),
        "weights": pictures.weights(),
        "figures": svg.figures(results.folder, (claim["figure"] for claim in found["claims"])),
        "digits": sheet and sheet[0],
        "sheet": sheet and sheet[1],
    }
