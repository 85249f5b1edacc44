"""Which runs the claims need, on which pages seconds count, and by which rules claims are judged:
what the workflow asks first.

Stands here and not with `training.plan`, since only this package knows what a hypothesis measures.
Asked a page at a time, so that a fault in the claims hinders nothing that does without them.
Imports no more than a plan does, since every `snakemake` reads it; which measures and tests there
are is looked up where the claims are asked for (0.3 s). Raises SpecError that names the place.
"""

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from onescale.claims.spec import ClaimSpec, check_places, discrepant
from onescale.comparison.spec import techniques
from onescale.core.csv_files import read_rows
from onescale.core.errors import SpecError
from onescale.training.plan import Plan


def claimed(plan: Plan, what: str = "runs") -> list[str]:
    """The variants whose `runs`, `arrays` or `seconds` the claims of a plan are judged by, and
    those whose tuning repeats that of one."""
    from onescale.claims import testing

    claims = ClaimSpec.from_mapping(plan.claims()).resolved(plan.trained)
    named = plan.known(claims.variants(_NEEDS[what]), "claims")
    testing.check(claims)
    return list(dict.fromkeys(plan.with_repeats(named)))


def helped(plan: Plan) -> list[str]:
    """The variants whose effects are drawn, and open the page of claims, and those whose tuning
    repeats that of one."""
    named = (one.variants for one in techniques(plan.config.get("effects")))
    known = plan.known(itertools.chain.from_iterable(named), "effects")
    return list(dict.fromkeys(plan.with_repeats(known)))


def spec(plan: Plan, seeds: Iterable[int] | None = None) -> str:
    """The claims of a plan as `onescale claims` takes them; seeds: of untrained nets, if not those
    of the configuration, and then for a page of verdicts alone."""
    wanted = {**plan.claims(), "rules": rules(plan)}
    if seeds is not None:
        wanted = {**_judged(wanted), "seeds": list(seeds)}
    return json.dumps(wanted)


def rules(plan: Plan) -> str:
    """What claims are judged by, such as `2-1f3a…`: the version of the rules, and a digest of all
    that was fixed before the runs: the claims themselves, the variants that they name, and what
    stands in the files of one's own optimisers."""
    fixed = {key: value for key, value in _judged(plan.claims()).items() if key != "seeds"}
    trained = {
        name: [plan.spec(name), plan.searches.get(name), *map(_content, plan.files(name))]
        for name in claimed(plan)
    }
    version = plan.config.get("rules", {"version": 1})["version"]
    text = json.dumps([version, fixed, trained], sort_keys=True)
    return f"{version}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def require_frozen(plan: Plan, explored: str, confirmed: str) -> None:
    """Raises SpecError unless claims.csv of the first seeds, and of the fresh ones where that is
    there already, were judged by the rules that the plan has now."""
    now = rules(plan)
    if not Path(explored).exists():
        raise SpecError(f"confirm: nothing to confirm: no {explored}; run `snakemake evidence`")
    if (then := _rules_of(explored)) != now:
        raise SpecError(
            f"confirm: the rules are not frozen: {explored} was judged by {then}, and now they are "
            f"{now}; run `snakemake evidence` again"
        )
    if Path(confirmed).exists() and (then := _rules_of(confirmed)) != now:
        raise SpecError(
            f"confirm: the seeds are not fresh: {confirmed} used them by the rules {then}; name "
            f"others in `confirm` and remove {Path(confirmed).parent}"
        )


def _content(path: str) -> str:
    """A digest of what stands in a file; of one that is not there, as in a plan alone, nothing."""
    file = Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def _rules_of(table: str) -> str:
    """The rules that a claims.csv was judged by."""
    return next((row["rules"] for row in read_rows(table, ["rules"])), "none")


def timed(plan: Plan, page: str) -> list[str]:
    """The variants whose seconds are compared on a page, and so measured in turn."""
    if page.startswith("study_"):
        return plan.points(page.removeprefix("study_"))
    if page == "claims":
        return claimed(plan, "seconds")
    if page == "discrepancies":
        places = plan.config["discrepancies"]
        check_places(places)
        return plan.known(discrepant(places), "discrepancies")
    return plan.members({"comparison": "comparisons", "comparison_tuned": "tuning"}[page])


def _judged(given: Any) -> Any:
    """Claims without what a page shows beside the verdicts, which is no part of the rules."""
    if isinstance(given, Mapping):
        return {key: _judged(one) for key, one in given.items() if key not in _BESIDE}
    return [_judged(one) for one in given] if isinstance(given, list) else given


_BESIDE = ("effects", "why", "figure", "table")
_NEEDS = {
    "runs": lambda one: True,
    "arrays": lambda one: one.test == "identical" or one.over_images,
    "seconds": lambda one: not {"seconds", "step_cost"}.isdisjoint((one.measure, one.beside)),
}
