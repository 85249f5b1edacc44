# The evidence beyond the comparison: values tuned on held-out images, and studies that vary one thing
# along its axes. Their variants are trained by rules of their own, as all others are.
wildcard_constraints:
    study="|".join(STUDIES),
    tuned="|".join(TUNING),


for tuned, given in TUNING.items():
    for name, search in given["searches"].items():

        rule:
            name:
                f"tune_{name}"
            input:
                data=rules.fetch_dataset.output,
                code=code("onescale.training.tuning"),
            output:
                f"{RESULTS}/tuning/{tuned}/{name}.json",
            log:
                f"{RESULTS}/logs/tune_{name}.log",
            benchmark:
                f"{RESULTS}/benchmarks/tune_{name}.tsv"
            priority: workload(search["base"], budget(search) * len(search["seeds"]))
            conda:
                "../envs/onescale.yaml"
            threads: 1
            params:
                search=json.dumps(search),
                data=data_folder,
            message:
                f"tuning {name}: {budget(search)} trials"
            shell:
                "onescale tune --spec {params.search:q} --data {params.data} -o {output} > {log} 2>&1"

        rule:
            name:
                f"train_{name}"
            input:
                chosen=f"{RESULTS}/tuning/{tuned}/{name}.json",
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
            priority: workload(search["base"])
            conda:
                "../envs/onescale.yaml"
            threads: 1
            params:
                spec=json.dumps({"name": name}),
                seeds=seeds(),
                data=data_folder,
                checkpoints=f"{RESULTS}/checkpoints",
            message:
                f"training {name} at what was chosen for it"
            shell:
                "onescale train --spec {params.spec:q} --chosen {input.chosen}"
                " --seeds {params.seeds} --data {params.data}"
                " --checkpoints {params.checkpoints} --log {log} -o {output.run}"


for name, given in STUDIES.items():

    rule:
        name:
            f"study_{name}"
        input:
            runs=runs(timed(f"study_{name}")),
            step_times=f"{RESULTS}/step_times/study_{name}.json",
            code=code("onescale.comparison.study"),
        output:
            csv=f"{RESULTS}/studies/{name}.csv",
            markdown=report(
                f"{RESULTS}/studies/{name}.md",
                caption="../report/study.rst",
                category="Studies",
                labels={"study": given["title"], "form": "table"},
            ),
        log:
            f"{RESULTS}/logs/study_{name}.log",
        conda:
            "../envs/onescale.yaml"
        params:
            study=study(name),
        message:
            f"writing the table of study {name}"
        shell:
            "onescale study {input.runs} --step-times {input.step_times} --spec {params.study:q} --csv {output.csv}"
            " --markdown {output.markdown} > {log} 2>&1"


rule study_figure:
    input:
        runs=lambda wildcards: runs(timed(f"study_{wildcards.study}")),
        step_times=lambda wildcards: (
            step_times(f"study_{wildcards.study}") if wildcards.kind == "speed" else []
        ),
        code=code("onescale.figures.studies"),
    output:
        png=report(
            f"{RESULTS}/figures/{{study}}_{{kind}}.png",
            caption="../report/study_figure.rst",
            category="Studies",
            labels={"study": "{study}", "form": "{kind}"},
        ),
        svg=f"{RESULTS}/figures/{{study}}_{{kind}}.svg",
    log:
        f"{RESULTS}/logs/{{study}}_{{kind}}.log",
    wildcard_constraints:
        kind="|".join(
            {fig["kind"] for given in STUDIES.values() for fig in given["figures"]}
        ),
    conda:
        "../envs/onescale.yaml"
    params:
        study=lambda wildcards: study(wildcards.study),
        figure=lambda wildcards: study_figure(wildcards.study, wildcards.kind),
        step_times=step_times_option,
    message:
        "drawing study {wildcards.study}: {wildcards.kind}"
    shell:
        "onescale figures study {input.runs} {params.step_times} --spec {params.study:q}"
        " --figure {params.figure:q} -o {output.png} > {log} 2>&1"


rule trials:
    input:
        searches=lambda wildcards: searches(wildcards.tuned),
        code=code("onescale.comparison.trials"),
    output:
        csv=f"{RESULTS}/tuning/{{tuned}}.csv",
        markdown=report(
            f"{RESULTS}/tuning/{{tuned}}.md",
            caption="../report/trials.rst",
            category="Tuning",
            labels={"group": "{tuned}", "form": "trials and choices"},
        ),
    log:
        f"{RESULTS}/logs/trials_{{tuned}}.log",
    conda:
        "../envs/onescale.yaml"
    params:
        title=lambda wildcards: TUNING[wildcards.tuned]["title"],
    message:
        "writing what was tried and chosen for {wildcards.tuned}"
    shell:
        "onescale trials {input.searches} --title {params.title:q} --csv {output.csv}"
        " --markdown {output.markdown} > {log} 2>&1"


rule trials_figure:
    input:
        searches=lambda wildcards: searches(wildcards.tuned),
        code=code("onescale.figures.trials"),
    output:
        png=report(
            f"{RESULTS}/figures/trials_{{tuned}}.png",
            caption="../report/trials_figure.rst",
            category="Tuning",
            labels={"group": "{tuned}", "form": "figure"},
        ),
        svg=f"{RESULTS}/figures/trials_{{tuned}}.svg",
    log:
        f"{RESULTS}/logs/trials_figure_{{tuned}}.log",
    conda:
        "../envs/onescale.yaml"
    params:
        title=lambda wildcards: TUNING[wildcards.tuned]["title"],
        figure=lambda wildcards: json.dumps(TUNING[wildcards.tuned]["figure"]),
    message:
        "drawing what was tried for {wildcards.tuned}"
    shell:
        "onescale figures trials {input.searches} --title {params.title:q}"
        " --figure {params.figure:q} -o {output.png} > {log} 2>&1"


rule compare_tuned:
    input:
        runs=runs(tuned_variants()),
        step_times=f"{RESULTS}/step_times/comparison_tuned.json",
        code=code("onescale.cli.compare"),
    output:
        csv=f"{RESULTS}/comparison_tuned.csv",
        markdown=report(
            f"{RESULTS}/comparison_tuned.md",
            caption="../report/comparison_tuned.rst",
            category="Tuning",
            labels={"group": "all", "form": "comparison at the chosen values"},
        ),
    log:
        f"{RESULTS}/logs/compare_tuned.log",
    conda:
        "../envs/onescale.yaml"
    params:
        spec=tuned_spec(),
    message:
        "comparing the tuned variants"
    shell:
        "onescale compare {input.runs} --step-times {input.step_times} --spec {params.spec:q} --csv {output.csv}"
        " --markdown {output.markdown} > {log} 2>&1"


rule tuning:
    input:
        rules.compare_tuned.output if TUNING else [],
        expand(f"{RESULTS}/tuning/{{tuned}}.{{form}}", tuned=TUNING, form=["csv", "md"]),
        expand(f"{RESULTS}/figures/trials_{{tuned}}.png", tuned=TUNING),
        expand(
            f"{RESULTS}/figures/{{kind}}_{{tuned}}.png",
            kind=["curves", "comparison"],
            tuned=[name for name in TUNING if len(TUNING[name]["variants"]) > 1],
        ),
    message:
        "all variants are tuned and compared"


rule studies:
    input:
        expand(
            f"{RESULTS}/studies/{{study}}.{{form}}", study=STUDIES, form=["csv", "md"]
        ),
        [
            f"{RESULTS}/figures/{name}_{figure['kind']}.png"
            for name, given in STUDIES.items()
            for figure in given["figures"]
        ],
    message:
        "all studies are written and drawn"
