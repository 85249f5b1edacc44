"""Make finished runs the published ones: `make publish`; --check only compares pages.

Copies from results/ to results/published/ what a reader needs: of MNIST tables, pages, figures, the
predictions of every run packed small, and the run records without weights in one archive; of every
other data set that is judged, tables, figures and pages but the index (two megabytes of every
clone), in a folder of its name, with a page that says which claims carry over. A page tells how all
of it was made and what that took, and the tables of docs/results.md are written from it, so that no
number there was typed by a person.
"""

import hashlib
import io
import itertools
import lzma
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import chapter_page
import results_page
from PIL import Image

from onescale.claims.beside import carry_over_page, read
from onescale.claims.hypotheses import NOT_RUN
from onescale.core import text
from onescale.core.json_files import parse_json
from onescale.data.fetch import load
from onescale.runs import predictions, record

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results"
PUBLISHED = RESULTS / "published"
TABLES = (
    "*.csv", "*.md", "index.html", "manifest*.json", "confirm/*.csv", "confirm/*.md",
    "studies/*.csv", "studies/*.md", "tuning/*.csv", "tuning/*.md", "tables/*/*.csv",
    "tables/*/*.md", "step_times/*", "confirm/step_times/*",
)  # fmt: skip
RECORDS = ("runs/*.json", "confirm/runs/*.json", "tuning/*/*.json")
STAGES = {"training": "runs/*", "tuning": "tuning/*/*", "confirming": "confirm/runs/*"}
LIMIT = 25_000_000  # bytes of a published run: it is a part of every clone


def latest() -> Path:
    """The manifest of all that was made; where the evidence is unfinished, of the comparison."""
    whole = RESULTS / "manifest_evidence.json"
    return whole if whole.exists() else RESULTS / "manifest.json"


def copy(source: Path, target: Path) -> None:
    """Tables, pages and figures; of figures 128 colours, a quarter of the room: by an octree, which
    keeps the colours of lines as they are, where a median cut makes means of several."""
    for pattern in TABLES:
        for path in sorted(source.glob(pattern)):
            if path.is_file() and path.name != "README.md":
                copied = target / path.relative_to(source)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copied)
    (target / "figures").mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("figures/*.png")):
        with Image.open(path) as figure:
            few = {"method": Image.Quantize.FASTOCTREE, "dither": Image.Dither.NONE}
            drawn = figure.convert("RGB").quantize(128, **few)
            drawn.save(target / "figures" / path.name, optimize=True)


def archive(source: Path, target: Path) -> None:
    """The run records in one file, with the same bytes for the same records."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as files:
        for path in sorted(path for pattern in RECORDS for path in source.glob(pattern)):
            about = tarfile.TarInfo(path.relative_to(source).as_posix())
            about.size = path.stat().st_size
            with open(path, "rb") as stream:
                files.addfile(about, stream)
    target.write_bytes(lzma.compress(content.getvalue()))


def pack(source: Path, target: Path, dataset: str) -> None:
    """The predictions of every run, beside where its record is in the archive."""
    data = load(ROOT / "data/cache" / dataset)
    for folder in ("", "confirm"):
        for path in sorted((source / folder / "runs").glob("*.npz")):
            small = target / folder / predictions.FOLDER / path.name
            predictions.pack(record.read(path.with_suffix(".json"), timed=False), data, small)


def about(folders: dict[str, Path]) -> str:
    """How the published runs were made and what they took."""
    manifest = latest()
    made = parse_json(manifest.read_text(encoding="utf-8"))
    config = made["configuration"]
    made_on = dict.fromkeys(
        ", ".join(f"{key} {value}" for key, value in timing["machine"].items())
        for pattern in STAGES.values()
        for timing in timings(RESULTS, pattern)
    )
    rows = [row for name, folder in folders.items() for row in taken(name, folder)]
    confirmed = (RESULTS / "confirmation.md").exists()
    fresh = f", confirmed by seeds {text.span(config['confirm']['seeds'])}" if confirmed else ""
    heads = ("data set", "stage", "variants", "runs", "CPU hours of them")
    described = ["git", "describe", "--always", "--abbrev=12"]
    commit = subprocess.run(described, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    lines = [
        f"Seeds {text.span(config['seeds'])}{fresh}; finished on {day(manifest)}"
        f"{f', published at commit {commit}' if commit else ''}. The whole configuration is in "
        f"[{manifest.name}]({manifest.name}); `make published` is the command.",
        *unfinished(),
        f"Machine: {'; and '.join(made_on)}.",
        "SHA-256 of that manifest, which names every input, module and output: "
        f"`{hashlib.sha256(manifest.read_bytes()).hexdigest()}`.",
        "Start with [index.html](index.html), the page with everything, or with "
        "[claims.md](claims.md). The records of all runs are in runs.tar.xz (`tar -xf "
        "runs.tar.xz` beside predictions/, and they can be compared and judged again); weights are "
        "not kept.",
    ]
    return text.page(
        "# The published run", text.bullets(lines), text.table(list(heads), rows, left=2)
    )


def unfinished() -> list[str]:
    """A line about stages that have not ended."""
    rows = read(RESULTS / "claims.csv")
    if not (absent := sum(row["verdict"] == NOT_RUN for row in rows)):
        return []
    return [
        f"**Unfinished**: of {len(rows)} rows of claims {absent} are marked {NOT_RUN}, since their "
        "variants are not trained yet. `make restore`, then `make published`, goes on from here."
    ]


def day(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


def timings(folder: Path, pattern: str) -> Iterator[dict]:
    for path in sorted(folder.glob(f"{pattern}.timing.json")):
        yield parse_json(path.read_text(encoding="utf-8"))


def taken(name: str, folder: Path) -> Iterator[list[str]]:
    """What each stage took, by the times that stand beside the records."""
    for stage, pattern in STAGES.items():
        variants = list(timings(folder, pattern))
        took = [seconds for timing in variants for seconds in _seconds(timing)]
        if took:
            yield [name, stage, str(len(variants)), f"{len(took):,}", f"{sum(took) / 3600:.2f}"]


def _seconds(timing: dict) -> Iterator[float]:
    """CPU seconds of each run of a variant, or of its tuning."""
    if "seconds" in timing:
        yield from itertools.chain.from_iterable(timing["seconds"])
    for run in timing.get("runs", ()):
        yield run["train_seconds"] + run["evaluate_seconds"]


def publish() -> None:
    """Everything anew. Raises SystemExit where there is nothing to publish, or too much."""
    if not (RESULTS / "claims.csv").exists():
        sys.exit("results/ has no claims.csv; first run: make published")
    config = parse_json(latest().read_text(encoding="utf-8"))
    home = config["configuration"]["dataset"]
    folders = {home: RESULTS} | {
        path.parent.name: path.parent
        for path in sorted(RESULTS.glob("*/claims.csv"))
        if path.parent.name in config["configuration"]["datasets"]
    }
    shutil.rmtree(PUBLISHED, ignore_errors=True)
    for name, folder in folders.items():
        copy(folder, PUBLISHED if name == home else PUBLISHED / name)
        if name != home:
            (PUBLISHED / name / "index.html").unlink(missing_ok=True)
    archive(RESULTS, PUBLISHED / "runs.tar.xz")
    pack(RESULTS, PUBLISHED, home)
    if len(folders) > 1:
        pages = {
            name: f"[{name}]({'' if name == home else f'{name}/'}claims.md)" for name in folders
        }
        tables = {pages[name]: read(folder / "claims.csv") for name, folder in folders.items()}
        known = config["configuration"]["datasets"]
        levels = {name: own for name in folders if (own := known[name].get("levels"))}
        page = carry_over_page(tables, levels)
        (PUBLISHED / "claims_by_dataset.md").write_text(page, encoding="utf-8")
    (PUBLISHED / "README.md").write_text(about(folders), encoding="utf-8")
    if (size := sum(p.stat().st_size for p in PUBLISHED.rglob("*") if p.is_file())) > LIMIT:
        sys.exit(f"results/published takes {size:,} bytes, more than {LIMIT:,}")


def main() -> int:
    check = "--check" in sys.argv
    if not check:
        publish()
    return max(results_page.write(check), chapter_page.write(check))


if __name__ == "__main__":
    sys.exit(main())
