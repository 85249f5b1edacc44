"""A working folder with the project's Snakefile, rules and code, and a small configuration."""

import copy
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from onescale.training.configuration import checked
from onescale.training.plan import Plan
from places import ROOT, configuration, shipped

BIN = Path(sys.executable).parent
EVIDENCE = (
    "optimizers",
    "studies",
    "tuning",
    "effects",
    "rules",
    "confirm",
    "claims",
    "discrepancies",
)


def small_config() -> dict:
    """The project's own configuration, cut to two groups, short runs and two seeds."""
    config = configuration()
    config["seeds"] = [0, 1]
    config["defaults"] |= {"steps": 60, "evaluate_every": 20}
    names = ["sgd", "adam", "dropout"]
    config["variants"] = {name: config["variants"][name] for name in names}
    config["comparisons"] = {"techniques": {"title": "Few", "reference": "sgd", "variants": names}}
    config["reported"] = []
    config["studies"], config["tuning"] = {}, {}
    for key in ("effects", "claims", "discrepancies"):
        config.pop(key, None)
    return config


def evidence_config() -> dict:
    """The same with a study of three points, one of which is a variant already, and a search."""
    config = small_config()
    config["studies"]["ratios"] = {
        "title": "Ratios",
        "seeds": [5, 6],
        "vary": {"dropout.ratio": [None, 0.5, 0.9]},
        "figures": [{"kind": "response", "x": "dropout.ratio"}],
    }
    tuned = {"base": {"optimizer": {"name": "sgd"}}, "vary": {"optimizer.rate": [0.01, 0.1]}}
    other = {"vary": {"optimizer.rate": [0.0003, 0.003]}}
    config["tuning"]["tuned"] = {
        "title": "Tuned",
        "reference": "tuned_sgd",
        "held_out": 1000,
        "seeds": [7],
        "variants": {"tuned_sgd": tuned, "tuned_adam": other},
        "figures": [{"kind": "sensitivity"}],
    }
    return config


def planned(config: dict) -> Plan:
    """What a configuration asks for, checked first as the workflow does."""
    return Plan.from_config(checked(config, shipped))


def project(folder: Path, config: dict) -> Path:
    """A working folder that has the project's code, data and rules, and this configuration."""
    folder.mkdir()
    for name in ("Snakefile", "workflow", "src", "profiles"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "data").mkdir()
    for path in (ROOT / "data").iterdir():
        if path.name != "cache":
            (folder / "data" / path.name).symlink_to(path)
    write(folder, config)
    return folder


def write(folder: Path, config: dict) -> None:
    (folder / "config").mkdir(exist_ok=True)
    evidence = {key: config[key] for key in EVIDENCE if key in config}
    rest = {key: config[key] for key in config if key not in EVIDENCE}
    for name, part in (("config", rest), ("evidence", evidence)):
        path = folder / f"config/{name}.yaml"
        path.write_text(yaml.safe_dump(part, sort_keys=False), encoding="utf-8")


def with_value(config: dict, place: tuple, value: Any) -> dict:
    """A copy of a configuration with another value at one place."""
    config = inner = copy.deepcopy(config)
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return config


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    at_once = ["--max-jobs-per-timespan", "100/1s"]  # it waits for the last timespan at its end
    command = [str(BIN / "snakemake"), *at_once, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )


def would_run(folder: Path, *arguments: str) -> set[str]:
    """Names of the rules that a dry run lists."""
    result = snakemake(folder, "-n", *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    table = (result.stdout + result.stderr).split("Job stats:")
    if len(table) == 1:
        return set()
    return set(re.findall(r"^(\w+) +\d+$", table[1], re.MULTILINE)) - {"total"}


def digests(folder: Path) -> dict[str, str]:
    files = sorted((folder / "results/runs").iterdir())
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if not path.name.endswith(".timing.json")
    }
