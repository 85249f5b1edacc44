"""Which runs the claims need, and on which pages seconds count: what the workflow asks first.

Stands here and not with `training.plan`, since only this package knows what a hypothesis measures.
Asked a page at a time, so that a fault in the claims hinders nothing that does without them.
Imports no more than a plan does, since every `snakemake` reads it. Raises SpecError that names the
place.
"""

from onescale.claims.spec import ClaimSpec, Hypothesis, discrepant, repeats
from onescale.training.plan import Plan


def claimed(plan: Plan, what: str = "runs") -> list[str]:
    """The variants whose `runs`, `arrays` or `seconds` the claims of a plan are judged by, and
    those whose tuning repeats that of one."""
    spec = ClaimSpec.from_mapping(plan.claims()).resolved(plan.trained)
    named = plan.known(spec.variants(_NEEDS[what]), "claims")
    return plan.known((n for name in named for n in (name, *repeats(name, plan.trained))), "claims")


def timed(plan: Plan, page: str) -> list[str]:
    """The variants whose seconds are compared on a page, and so measured in turn."""
    if page.startswith("study_"):
        return plan.points(page.removeprefix("study_"))
    if page == "claims":
        return claimed(plan, "seconds")
    if page == "discrepancies":
        return plan.known(discrepant(plan.config["discrepancies"]), "discrepancies")
    return plan.members({"comparison": "comparisons", "comparison_tuned": "tuning"}[page])


def _in_seconds(one: Hypothesis) -> bool:
    return not {"seconds", "step_cost"}.isdisjoint((one.measure, one.beside))


_NEEDS = {
    "runs": lambda one: True,
    "arrays": lambda one: one.test == "identical" or one.over_images,
    "seconds": _in_seconds,
}
