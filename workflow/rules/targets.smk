# What a person asks for as a whole, and the manifest of each: SHA-256 of all that was made and of
# what it was made from, for `onescale verify`.
MADE = {
    "manifest": [
        *rules.tables.input,
        *rules.comparison.input,
        *rules.figures.input,
        *runs(compared()),
        *timings(compared()),
    ]
}
MADE["manifest_evidence"] = [
    *MADE["manifest"],  # the page of claims links to the comparison and its figures
    *rules.tuning.input,
    *rules.studies.input,
    *judged(),
]
# The pages whose seconds stand in it.
TIMED = {"manifest": ["comparison"]}
TIMED["manifest_evidence"] = [
    *TIMED["manifest"],
    "comparison_tuned",
    *(f"study_{study}" for study in STUDIES),
    *(page for page in ("claims", "discrepancies") if config.get(page)),
]

for name, made in MADE.items():

    rule:
        name:
            name
        input:
            made=made,
            step_times=lambda wildcards, pages=TIMED[name]: step_times(*pages),
            given=[
                *rules.fetch_dataset.output,
                "config/config.yaml",
                "data/chapter_numbers.csv",
                *(table["file"] for table in config["tables"].values()),
            ],
            code=sorted(str(path) for path in Path("src").rglob("*.py")),
        output:
            f"{RESULTS}/{name}.json",
        log:
            f"{RESULTS}/logs/{name}.log",
        conda:
            "../envs/onescale.yaml"
        params:
            given=lambda wildcards, input: [f"--input={path}" for path in input.given],
            configuration=json.dumps(config, sort_keys=True),
        message:
            "writing the {rule} of all that was made"
        shell:
            "onescale manifest {input.made:q} {input.step_times:q} {params.given:q}"
            " --configuration {params.configuration:q} -o {output:q} > {log:q} 2>&1"


rule evidence:
    input:
        MADE["manifest_evidence"],
        rules.manifest_evidence.output,
    message:
        "the evidence is complete"
