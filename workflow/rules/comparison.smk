# What the runs say: the comparison, and the chapter's numbers beside ours.


rule compare:
    input:
        runs=runs(PLAN.members("comparisons")),
        step_times=f"{RESULTS}/step_times/comparison.json",
        ages=of_ages("minmax", "chapter", "batch_norm"),
        numbers=at_hand("data/chapter_numbers.csv"),
        code=code("onescale.cli.compare"),
    output:
        csv=shown("comparison.csv", "Comparison", result="all variants, as CSV"),
        markdown=shown("comparison.md", "Comparison", result="all variants"),
        reproduction=shown(
            "reproduction.md", "Comparison", result="the chapter's numbers"
        ),
    log:
        f"{RESULTS}/logs/compare.log",
    localrule: True
    conda:
        "../envs/onescale.yaml"
    params:
        runs=lambda wildcards, input: listed(input.runs),
        spec=fitting(PLAN.comparison(config["comparisons"])),
        reproduction=lambda wildcards, input, output: words(
            reproduction=output.reproduction,
            numbers=input.numbers if input.ages else None,
            tables=os.path.dirname(input.ages[0]) if input.ages else None,
        ),
    message:
        "comparing all variants, and the chapter's numbers with ours"
    shell:
        "onescale compare {params.runs} --step-times {input.step_times:q} --spec {params.spec:q}"
        " --csv {output.csv:q} --markdown {output.markdown:q} {params.reproduction} > {log:q} 2>&1"


use rule compare as compare_tuned with:
    input:
        runs=runs(PLAN.searches),
        step_times=f"{RESULTS}/step_times/comparison_tuned.json",
        code=code("onescale.cli.compare"),
    output:
        csv=f"{RESULTS}/comparison_tuned.csv",
        markdown=shown(
            "comparison_tuned.md",
            "Tuning",
            group="all",
            form="comparison at the chosen values",
        ),
    log:
        f"{RESULTS}/logs/compare_tuned.log",
    params:
        spec=fitting(PLAN.comparison(config["tuning"])),
        reproduction="",
    message:
        "comparing the tuned variants"


rule comparison:
    input:
        rules.compare.output,
    localrule: True
    message:
        "the comparison and the reproduction are written"
