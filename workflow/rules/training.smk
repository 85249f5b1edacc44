# One rule a variant, without wildcards, so that `snakemake train_adam` and `-R train_adam` work and
# an edit of one variant reruns that one. All its seeds are trained in the one job.
for name in VARIANTS:

    rule:
        name:
            f"train_{name}"
        input:
            data=rules.fetch_dataset.output,
            code=code("onescale.cli.train"),
        output:
            run=f"{RESULTS}/runs/{name}.json",
            timing=f"{RESULTS}/runs/{name}.timing.json",
            arrays=f"{RESULTS}/runs/{name}.npz",
        log:
            f"{RESULTS}/logs/train_{name}.log",
        benchmark:
            f"{RESULTS}/benchmarks/train_{name}.tsv"
        priority: workload(VARIANTS[name])
        conda:
            "../envs/onescale.yaml"
        threads: 1
        params:
            spec=spec(name),
            seeds=seeds(name),
            data=data_folder,
            checkpoints=f"{RESULTS}/checkpoints",
        message:
            f"training {name} with seeds {seeds(name)}"
        shell:
            "onescale train --spec {params.spec:q} --seeds {params.seeds} --data {params.data}"
            " --checkpoints {params.checkpoints} --log {log} -o {output.run}"


wildcard_constraints:
    page="comparison|comparison_tuned|claims|discrepancies|study_.+",


rule step_time:
    input:
        runs=lambda wildcards: runs(timed(wildcards.page)),
        data=rules.fetch_dataset.output,
        code=code("onescale.cli.step_time"),
    output:
        f"{RESULTS}/step_times/{{page}}.json",
    log:
        f"{RESULTS}/logs/step_time_{{page}}.log",
    priority: 1  # before figures
    conda:
        "../envs/onescale.yaml"
    threads: 1
    params:
        data=data_folder,
    message:
        "measuring in turn what a step costs, for {wildcards.page}"
    shell:
        "onescale step-time {input.runs} --data {params.data} -o {output} > {log} 2>&1"


rule train:
    input:
        runs(compared()),
    message:
        "all variants that are compared are trained"
