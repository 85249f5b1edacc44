"""Made-up runs of any variant, and the figures of claims drawn from them as the workflow does."""

import json
from collections.abc import Iterable
from pathlib import Path

from made_up_runs import run_entry
from onescale.comparison.spec import Spec
from onescale.comparison.study import Study
from onescale.figures import studies, style
from onescale.figures.activations import histograms
from onescale.figures.anytime import anytime
from onescale.figures.comparison import comparison
from onescale.figures.curves import learning_curves
from onescale.figures.surface import paths
from onescale.nn.surface import Descent
from onescale.runs.record import read_all
from onescale.training.plan import Plan

STEPS = (1, 3201, 6401, 9601, 10000)


def accuracy(name: str, seed: int) -> float:
    return 0.95 + (sum(map(ord, name)) % 40) / 1000 + seed / 2000


def write_runs(folder: Path, plan: Plan, names: Iterable[str], seeds: Iterable[int]) -> list[Path]:
    """Run files with their timing; where a variant is observed, with activations."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name in sorted(names):
        variant = {"name": name, **plan.base(name), "levels": [0.95, 0.97]}
        runs = [run_entry(seed, accuracy(name, seed), steps=STEPS) for seed in seeds]
        if variant.get("observe_activations"):
            seen = {"mean": 0.4, "sd": 1.0, "dead": 0.0, "saturated": 0.0, "node_means": [0.1, 0.2]}
            layers = len(variant.get("hidden", (50, 100)))
            for run in runs:
                run["history"]["activations"] = [[seen] * layers] * len(STEPS)
        content = {
            "variant": variant,
            "dataset": {"name": "mnist", "hash": "abc", "test_images": 10000},
            "versions": {"onescale": "0.1.0", "numpy": "2.4", "scipy": "1.17"},
            "runs": runs,
        }
        times = [
            {
                "seed": run["seed"],
                "train_seconds": 2.0,
                "evaluate_seconds": 0.5,
                "us_per_step": 200.0,
            }
            for run in runs
        ]
        files.append(folder / f"{name}.json")
        files[-1].write_text(json.dumps(content))
        timing = {"variant": name, "machine": {}, "runs": times}
        files[-1].with_suffix(".timing.json").write_text(json.dumps(timing))
    return files


def figures_of_claims(plan: Plan) -> set[str]:
    return {claim["figure"] for claim in plan.config["claims"].values() if "figure" in claim}


def draw(figure: str, plan: Plan, folder: Path) -> Path:
    """The SVG of a figure such as figures/curves_chapter.png, in `folder`, from runs beside it."""
    name = Path(figure).stem
    whole = {"surface": _surface, "activations": lambda plan: histograms(inputs=50)}
    kind, _, group = name.partition("_")
    study, _, form = name.rpartition("_")
    if name in whole:
        drawn = whole[name](plan)
    elif group in plan.groups:
        names = plan.groups[group]["variants"]
        records = read_all(write_runs(folder.parent / "runs", plan, names, range(3)))
        title = plan.groups[group]["title"]
        spec = Spec.from_mapping(json.loads(plan.comparison([group])))
        drawn = {
            "curves": lambda: learning_curves(records, title),
            "anytime": lambda: anytime(records, title),
            "comparison": lambda: comparison(spec.groups[0], records, spec),
        }[kind]()
    else:
        records = read_all(write_runs(folder.parent / "runs", plan, plan.points(study), range(3)))
        asked = json.loads(plan.figure("studies", study, form))
        drawn = studies.draw(Study.from_mapping(json.loads(plan.study(study))), records, asked)
    return style.write(drawn, folder / name)[1]


def _surface(plan: Plan):
    descent = Descent(**plan.config["surface"])
    return paths(descent.optimizers, descent.start, descent.updates)
