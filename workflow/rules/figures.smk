# Every figure is a command of `onescale figures`, drawn as PNG for the report and as SVG. `asked` is
# what the configuration asks for: Snakemake makes anew what a change of it concerns, but does not
# look at params that are functions of the input.
wildcard_constraints:
    group=one_of(PLAN.groups),
    study=one_of(PLAN.studies),
    tuned=one_of(config["tuning"]),
    kind=one_of({f["kind"] for s in PLAN.studies.values() for f in s["figures"]}),


rule surface:
    input:
        code=code("onescale.figures.surface"),
    output:
        **figure("surface", subcategory="Why", group="paths on z = x²/20 + y²"),
    log:
        f"{RESULTS}/logs/surface.log",
    localrule: True
    conda:
        "../envs/onescale.yaml"
    params:
        drawing="surface",
        asked=words(spec=json.dumps(config["surface"], sort_keys=True)),
    message:
        "drawing the paths on z = x²/20 + y²"
    shell:
        "onescale figures {params.drawing} {params.asked} -o {output.png:q} > {log:q} 2>&1"


use rule surface as activations with:
    input:
        code=code("onescale.figures.activations"),
    output:
        **figure(
            "activations", subcategory="Why", group="activations by initial weights"
        ),
    log:
        f"{RESULTS}/logs/activations.log",
    params:
        drawing="activations",
        asked="",
    message:
        "drawing the activations by initial weights"


use rule surface as augmented with:
    input:
        data=DATA,
        code=code("onescale.figures.digits"),
    output:
        **figure("augmented", subcategory="Why", group="augmented digits"),
    log:
        f"{RESULTS}/logs/augmented.log",
    params:
        drawing=lambda wildcards, input: words(
            "augmented", data=data_folder(wildcards, input)
        ),
        asked=words(augment=json.dumps(config["digits"]["augmented"], sort_keys=True)),
    message:
        "drawing augmented digits"


use rule surface as confusion with:
    input:
        run=f"{RESULTS}/runs/{{variant}}.json",
        arrays=f"{RESULTS}/runs/{{variant}}.npz",
        data=DATA,
        code=code("onescale.figures.digits"),
    output:
        **figure(
            "confusion_{variant}",
            subcategory="Digits",
            group="what {variant} misreads",
        ),
    log:
        f"{RESULTS}/logs/confusion_{{variant}}.log",
    params:
        drawing=lambda wildcards, input: words(
            "confusion", input.run, data=data_folder(wildcards, input)
        ),
        asked="",
    message:
        "drawing what {wildcards.variant} misreads"


use rule surface as standing with:
    input:
        table=of_ages("standardized"),
        values=at_hand("data/class_ages.csv"),
        code=code("onescale.figures.standing"),
    output:
        **figure(
            "class_ages",
            caption="standing",
            subcategory="Tables",
            group="where each stands by age",
        ),
    log:
        f"{RESULTS}/logs/standing.log",
    params:
        drawing=lambda wildcards, input: words(
            "standing", input.table, values=input.values
        ),
        asked="",
    message:
        "drawing where each person of the class stands"


use rule surface as curves with:
    input:
        runs=lambda wildcards: runs(PLAN.groups[wildcards.group]["variants"]),
        code=code("onescale.figures.curves"),
    output:
        **figure("curves_{group}", subcategory="Learning curves", group="{group}"),
    log:
        f"{RESULTS}/logs/curves_{{group}}.log",
    params:
        drawing=lambda wildcards, input: words("curves", *input.runs),
        asked=lambda wildcards: words(
            title=PLAN.groups[wildcards.group]["title"], split="activation"
        ),
    message:
        "drawing the learning curves of group {wildcards.group}"


use rule surface as anytime with:
    input:
        runs=lambda wildcards: runs(PLAN.groups[wildcards.group]["variants"]),
        step_times=lambda wildcards: step_times(PLAN.page(wildcards.group)),
        code=code("onescale.figures.anytime"),
    output:
        **figure("anytime_{group}", subcategory="Accuracy by any time", group="{group}"),
    log:
        f"{RESULTS}/logs/anytime_{{group}}.log",
    params:
        drawing=lambda wildcards, input: words(
            "anytime", *input.runs, step_times=input.step_times
        ),
        asked=lambda wildcards: words(title=PLAN.groups[wildcards.group]["title"]),
    message:
        "drawing accuracy by any time in group {wildcards.group}"


use rule surface as seeds_and_differences with:
    input:
        runs=lambda wildcards: runs(PLAN.groups[wildcards.group]["variants"]),
        code=code("onescale.figures.comparison"),
    output:
        **figure(
            "comparison_{group}",
            caption="comparison_figure",
            subcategory="Comparison",
            group="{group}",
        ),
    log:
        f"{RESULTS}/logs/comparison_{{group}}.log",
    params:
        drawing=lambda wildcards, input: words("comparison", *input.runs),
        asked=lambda wildcards: words(spec=PLAN.comparison([wildcards.group])),
    message:
        "drawing the comparison of group {wildcards.group}"


use rule surface as effects with:
    input:
        runs=lambda wildcards: effects(),
        code=code("onescale.figures.effects"),
    output:
        **figure("effects", "Claims", result="what helped, by how much"),
    log:
        f"{RESULTS}/logs/effects.log",
    params:
        drawing=lambda wildcards, input: words("effects", *input.runs),
        asked=lambda wildcards: words(spec=PLAN.parts("effects", "statistics")),
    message:
        "drawing what helped, by how much"


use rule surface as study_figure with:
    input:
        runs=lambda wildcards: runs(PLAN.points(wildcards.study)),
        step_times=lambda wildcards: (
            step_times(f"study_{wildcards.study}") if wildcards.kind == "speed" else []
        ),
        code=code("onescale.figures.studies"),
    output:
        **figure(
            "{study}_{kind}",
            "Studies",
            caption="study_figure",
            study="{study}",
            form="{kind}",
        ),
    log:
        f"{RESULTS}/logs/{{study}}_{{kind}}.log",
    wildcard_constraints:
        kind="[a-z]+",
    params:
        drawing=lambda wildcards, input: words(
            "study", *input.runs, step_times=input.step_times
        ),
        asked=lambda wildcards: words(
            spec=PLAN.study(wildcards.study),
            figure=PLAN.figure("studies", wildcards.study, wildcards.kind),
        ),
    message:
        "drawing study {wildcards.study}: {wildcards.kind}"


use rule surface as trials_figure with:
    input:
        searches=lambda wildcards: searches(PLAN.groups[wildcards.tuned]["variants"]),
        code=code("onescale.figures.trials"),
    output:
        **figure(
            "{kind}_{tuned}",
            "Tuning",
            caption="trials_figure",
            group="{tuned}",
            form="{kind}",
        ),
    log:
        f"{RESULTS}/logs/{{kind}}_{{tuned}}.log",
    wildcard_constraints:
        kind=one_of(
            f["kind"] for g in config["tuning"].values() for f in g.get("figures", ())
        ),
    params:
        drawing=lambda wildcards, input: words("trials", *input.searches),
        asked=lambda wildcards: words(
            title=PLAN.groups[wildcards.tuned]["title"],
            figure=PLAN.figure("tuning", wildcards.tuned, wildcards.kind),
        ),
    message:
        "drawing what was tried for {wildcards.tuned}: {wildcards.kind}"


rule figures:
    input:
        FILES.figures(
            f"{kind}_{group}"
            for group in config["comparisons"]
            for kind in PLAN.pictures(group)
        ),
        FILES.figures(f"confusion_{variant}" for variant in config["digits"]["misread"]),
        rules.augmented.output if config["digits"]["augmented"] else (),
        rules.surface.output,
        rules.activations.output,
        rules.standing.output if of_ages("standardized") else (),
    localrule: True
    message:
        "all figures are drawn"
