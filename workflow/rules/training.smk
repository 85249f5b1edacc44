# One rule a variant, without wildcards, so that `snakemake train_adam` and `-R train_adam` work and
# an edit of one variant reruns that one. All its seeds are trained in the one job.
TRAIN = (
    "onescale train --spec {params.spec:q} {params.chosen} --seeds {params.seeds:q}"
    " --data {params.data:q} --checkpoints {params.checkpoints:q} --log {log:q} -o {output.run:q}"
    " 2>> {log:q}"
)

for name in PLAN.trained:

    rule:
        name:
            f"train_{name}"
        input:
            chosen=chosen(name),
            data=DATA,
            code=stamp("onescale.cli.train") + PLAN.files(name),
        output:
            run=f"{RESULTS}/runs/{name}.json",
            timing=f"{RESULTS}/runs/{name}.timing.json",
            arrays=f"{RESULTS}/runs/{name}.npz",
        log:
            f"{RESULTS}/logs/train_{name}.log",
        benchmark:
            f"{RESULTS}/benchmarks/train_{name}.tsv"
        priority: PLAN.workload(name)
        group:
            "train"
        conda:
            "../envs/onescale.yaml"
        resources:
            runtime=PLAN.minutes(name),
        params:
            spec=PLAN.spec(name),
            chosen=lambda wildcards, input: words(chosen=input.chosen),
            seeds=PLAN.seeds(name),
            data=data_folder,
            checkpoints=f"{RESULTS}/checkpoints",
        message:
            f"training {name} with seeds {PLAN.seeds(name)}"
        shell:
            TRAIN

    # Snakemake keeps the function of every rule among the names that it copies to format a message.
    globals().pop(f"__train_{name}", None)


wildcard_constraints:
    page="comparison|comparison_tuned|claims|discrepancies|study_[^.]+",
    part="[0-9]+",


rule step_time:
    input:
        runs=lambda wildcards: measured(wildcards.page),
        data=DATA,
        code=code("onescale.cli.step_time"),
    output:
        f"{RESULTS}/step_times/{{page}}.json",
    log:
        f"{RESULTS}/logs/step_time_{{page}}.log",
    priority: 1  # before figures
    conda:
        "../envs/onescale.yaml"
    params:
        data=data_folder,
        runs=lambda wildcards, input: words(
            "--merge" if ".part0." in input.runs[0] else "", *input.runs
        ),
    message:
        "measuring in turn what a step costs, for {wildcards.page}"
    shell:
        "onescale step-time {params.runs} --data {params.data:q} -o {output:q} > {log:q} 2>&1"


# Of a page of many variants, parts in jobs of their own, each with the first variant in it.
use rule step_time as step_time_part with:
    input:
        runs=lambda wildcards: measured_in_part(wildcards.page, int(wildcards.part)),
        data=DATA,
        code=code("onescale.cli.step_time"),
    output:
        f"{RESULTS}/step_times/{{page}}.part{{part}}.json",
    log:
        f"{RESULTS}/logs/step_time_{{page}}.part{{part}}.log",
    message:
        "measuring in turn what a step costs, for part {wildcards.part} of {wildcards.page}"


rule train:
    input:
        runs(PLAN.members("comparisons")),
    localrule: True
    message:
        "all variants that are compared are trained"
