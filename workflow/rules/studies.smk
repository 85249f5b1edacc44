# The evidence beyond the comparison: values tuned on held-out images, and studies that vary one thing
# along its axes. Their variants are trained by rules of their own, as all others are.

for name in PLAN.searches:

    rule:
        name:
            f"tune_{name}"
        input:
            data=DATA,
            code=code("onescale.cli.tune") + PLAN.files(name),
        output:
            chosen=chosen(name),
            timing=chosen(name, "timing.json"),
        log:
            f"{RESULTS}/logs/tune_{name}.log",
        benchmark:
            f"{RESULTS}/benchmarks/tune_{name}.tsv"
        priority: PLAN.workload(name, PLAN.search(name).trainings)
        conda:
            "../envs/onescale.yaml"
        resources:
            runtime=PLAN.minutes(name, PLAN.search(name).trainings),
        params:
            search=json.dumps(PLAN.searches[name]),
            data=data_folder,
            checkpoints=f"{RESULTS}/checkpoints",
        message:
            f"tuning {name}: {PLAN.search(name).trials} trials"
        shell:
            "onescale tune --spec {params.search:q} --data {params.data:q}"
            " --checkpoints {params.checkpoints:q} -o {output.chosen:q} > {log:q} 2>&1"


for name, given in PLAN.studies.items():

    rule:
        name:
            f"study_{name}"
        input:
            runs=runs(PLAN.points(name)),
            step_times=f"{RESULTS}/step_times/study_{name}.json",
            code=code("onescale.comparison.study"),
        output:
            csv=f"{RESULTS}/studies/{name}.csv",
            markdown=shown(
                f"studies/{name}.md",
                "Studies",
                caption="study",
                study=given["title"],
                form="table",
            ),
        log:
            f"{RESULTS}/logs/study_{name}.log",
        localrule: True
        conda:
            "../envs/onescale.yaml"
        params:
            runs=lambda wildcards, input: listed(input.runs),
            study=fitting(PLAN.study(name)),
        message:
            f"writing the table of study {name}"
        shell:
            "onescale study {params.runs} --step-times {input.step_times:q} --spec {params.study:q}"
            " --csv {output.csv:q} --markdown {output.markdown:q} > {log:q} 2>&1"


rule trials:
    input:
        searches=lambda wildcards: searches(PLAN.groups[wildcards.tuned]["variants"]),
        code=code("onescale.comparison.trials"),
    output:
        csv=f"{RESULTS}/tuning/{{tuned}}.csv",
        markdown=shown(
            "tuning/{tuned}.md",
            "Tuning",
            caption="trials",
            group="{tuned}",
            form="trials and choices",
        ),
    log:
        f"{RESULTS}/logs/trials_{{tuned}}.log",
    localrule: True
    conda:
        "../envs/onescale.yaml"
    params:
        command=lambda wildcards, input: words("trials", *input.searches),
        asked=lambda wildcards: words(title=PLAN.groups[wildcards.tuned]["title"]),
    message:
        "writing what was tried and chosen for {wildcards.tuned}"
    shell:
        "onescale {params.command} {params.asked} --csv {output.csv:q} --markdown {output.markdown:q}"
        " > {log:q} 2>&1"


use rule trials as repeats with:
    input:
        searches=lambda wildcards: searches(
            PLAN.with_repeats(PLAN.repeated(wildcards.tuned))
        ),
        runs=lambda wildcards: runs(PLAN.with_repeats(PLAN.repeated(wildcards.tuned))),
        code=code("onescale.comparison.repeats"),
    output:
        csv=f"{RESULTS}/tuning/{{tuned}}_repeats.csv",
        markdown=shown(
            "tuning/{tuned}_repeats.md",
            "Tuning",
            group="{tuned}",
            form="repeated with other draws",
        ),
    log:
        f"{RESULTS}/logs/repeats_{{tuned}}.log",
    params:
        command=lambda wildcards, input: words(
            "repeats", *input.searches, runs=os.path.dirname(input.runs[0])
        ),
        asked=lambda wildcards: words(
            repeats=json.dumps(PLAN.repeated(wildcards.tuned)),
            title=config["tuning"][wildcards.tuned]["title"],
        ),
    message:
        "writing what came of tuning {wildcards.tuned} again"


rule tuning:
    input:
        rules.compare_tuned.output if PLAN.searches else [],
        FILES.pages(f"tuning/{tuned}" for tuned in config["tuning"]),
        FILES.pages(
            f"tuning/{tuned}_repeats"
            for tuned in dict.fromkeys(
                given["of"] for given in config["tuning"].values() if "of" in given
            )
        ),
        FILES.figures(
            f"{drawn['kind']}_{tuned}"
            for tuned, given in config["tuning"].items()
            for drawn in given.get("figures", ())
        ),
        FILES.figures(
            f"{kind}_{tuned}"
            for tuned, given in config["tuning"].items()
            if len(given["variants"]) > 1 and "of" not in given
            for kind in PLAN.pictures(tuned)
        ),
    localrule: True
    message:
        "all variants are tuned and compared"


rule studies:
    input:
        FILES.pages(f"studies/{study}" for study in PLAN.studies),
        FILES.figures(
            f"{study}_{drawn['kind']}"
            for study, given in PLAN.studies.items()
            for drawn in given["figures"]
        ),
    localrule: True
    message:
        "all studies are written and drawn"
