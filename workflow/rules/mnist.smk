# The data set that the configuration names, from the first of its sources that serves it, checked
# and unpacked into a cache that all training jobs map into memory.
rule fetch_dataset:
    input:
        code=code("onescale.cli.mnist"),
    output:
        update(DATA),  # not removed before: another workflow may be reading it
    log:
        f"{RESULTS}/logs/fetch_dataset.log",
    localrule: True
    conda:
        "../envs/onescale.yaml"
    threads: 1
    params:
        name=config["dataset"],
        spec=PLAN.dataset,
        folder=lambda wildcards: FILES.cache,
    message:
        f"fetching {config['dataset']} into {FILES.cache}"
    shell:
        "onescale mnist fetch --dataset {params.name:q} --spec {params.spec:q} -o {params.folder:q}"
        " > {log:q} 2>&1"
