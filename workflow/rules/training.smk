# One rule a variant, without wildcards, so that `snakemake train_adam` and `-R train_adam` work and
# an edit of one variant reruns that one. All its seeds are trained in the one job.
TRAIN = (
    "onescale train --spec {params.spec:q} {params.chosen} --seeds {params.seeds:q}"
    " --data {params.data:q} --checkpoints {params.checkpoints:q} --log {log:q} -o {output.run:q}"
)

for name in PLAN.trained:

    rule:
        name:
            f"train_{name}"
        input:
            chosen=chosen(name),
            data=rules.fetch_dataset.output,
            code=code("onescale.cli.train") + PLAN.files(name),
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


wildcard_constraints:
    page="comparison|comparison_tuned|claims|discrepancies|study_.+",


rule step_time:
    input:
        runs=lambda wildcards: timed(wildcards.page),
        data=rules.fetch_dataset.output,
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
    message:
        "measuring in turn what a step costs, for {wildcards.page}"
    shell:
        "onescale step-time {input.runs:q} --data {params.data:q} -o {output:q} > {log:q} 2>&1"


rule train:
    input:
        runs(PLAN.members("comparisons")),
    localrule: True
    message:
        "all variants that are compared are trained"
