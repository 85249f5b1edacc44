# What a person asks for as a whole, and the manifest of each: SHA-256 of all that was made and of
# what it was made from, for `onescale verify`.
JUDGED = [page for page in ("claims", "discrepancies") if config.get(page)]


rule manifest:
    input:
        made=paths(
            *rules.tables.input,
            *rules.comparison.input,
            *rules.figures.input,
            *runs(PLAN.members("comparisons")),
            *runs(PLAN.members("comparisons"), "timing.json"),
        ),
        step_times=lambda wildcards: step_times("comparison"),
        given=[
            *DATA,
            *filter(os.path.exists, ("config/config.yaml", "config/evidence.yaml")),
            at_hand("data/chapter_numbers.csv"),
            *(file for table in TABLES.values() for file in table.files),
            *sorted({file for name in PLAN.trained for file in PLAN.files(name)}),
            *sources.workflow_files(HOME),
        ],
        code=sorted(map(str, Path(package()).rglob("*.py"))),
    output:
        f"{RESULTS}/manifest.json",
    log:
        f"{RESULTS}/logs/manifest.log",
    localrule: True
    conda:
        "../envs/onescale.yaml"
    params:
        made=lambda wildcards, input: listed(input.made, input.step_times),
        given=lambda wildcards, input: [f"--input={path}" for path in input.given],
        configuration=fitting(json.dumps(config)),  # in its order, which the page shows,
    message:
        "writing the {rule} of all that was made"
    shell:
        "onescale manifest {params.made} {params.given:q}"
        " --configuration {params.configuration:q} -o {output:q} > {log:q} 2>&1"


use rule manifest as manifest_evidence with:
    input:
        made=paths(
            *rules.manifest.input.made,  # the page of claims links to its figures
            *rules.tuning.input,
            *rules.studies.input,
            *(rules.effects.output if config.get("effects") else ()),
            *FILES.pages(JUDGED),
        ),
        step_times=lambda wildcards: step_times(
            "comparison",
            "comparison_tuned",
            *(f"study_{study}" for study in PLAN.studies),
            *JUDGED,
        ),
        given=paths(*rules.manifest.input.given),
        code=paths(*rules.manifest.input.code),
    output:
        f"{RESULTS}/manifest_evidence.json",
    log:
        f"{RESULTS}/logs/manifest_evidence.log",
