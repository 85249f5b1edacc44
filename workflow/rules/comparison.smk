# What the runs say: the comparison, the chapter's numbers beside ours, and the pictures.
AGES = f"{RESULTS}/tables/class_ages"


wildcard_constraints:
    group="|".join(GROUPS),


rule compare:
    input:
        runs=runs(compared()),
        step_times=f"{RESULTS}/step_times/comparison.json",
        ages=expand(f"{AGES}/{{table}}.csv", table=["minmax", "chapter", "batch_norm"]),
        numbers="data/chapter_numbers.csv",
        code=code("onescale.cli.compare"),
    output:
        csv=report(
            f"{RESULTS}/comparison.csv",
            caption="../report/comparison.rst",
            category="Comparison",
            labels={"result": "comparison of all variants", "form": "CSV"},
        ),
        markdown=report(
            f"{RESULTS}/comparison.md",
            caption="../report/comparison.rst",
            category="Comparison",
            labels={"result": "comparison of all variants", "form": "page"},
        ),
        reproduction=report(
            f"{RESULTS}/reproduction.md",
            caption="../report/reproduction.rst",
            category="Comparison",
            labels={"result": "the chapter's numbers beside ours", "form": "page"},
        ),
    log:
        f"{RESULTS}/logs/compare.log",
    conda:
        "../envs/onescale.yaml"
    params:
        spec=as_json("comparisons", "reported", "statistics"),
        ages=lambda wildcards, input: os.path.dirname(input.ages[0]),
    message:
        "comparing all variants, and the chapter's numbers with ours"
    shell:
        "onescale compare {input.runs} --step-times {input.step_times} --spec {params.spec:q} --csv {output.csv}"
        " --markdown {output.markdown} --reproduction {output.reproduction}"
        " --numbers {input.numbers} --tables {params.ages} > {log} 2>&1"


rule curves:
    input:
        runs=lambda wildcards: runs(group(wildcards)["variants"]),
        code=code("onescale.figures.curves"),
    output:
        png=report(
            f"{RESULTS}/figures/curves_{{group}}.png",
            caption="../report/curves.rst",
            category="Figures",
            subcategory="Learning curves",
            labels={"group": "{group}"},
        ),
        svg=f"{RESULTS}/figures/curves_{{group}}.svg",
    log:
        f"{RESULTS}/logs/curves_{{group}}.log",
    conda:
        "../envs/onescale.yaml"
    params:
        title=lambda wildcards: group(wildcards)["title"],
    message:
        "drawing the learning curves of group {wildcards.group}"
    shell:
        "onescale figures curves {input.runs} --title {params.title:q} --split activation"
        " -o {output.png} > {log} 2>&1"


rule seeds_and_differences:
    input:
        runs=lambda wildcards: runs(group(wildcards)["variants"]),
        code=code("onescale.figures.comparison"),
    output:
        png=report(
            f"{RESULTS}/figures/comparison_{{group}}.png",
            caption="../report/comparison_figure.rst",
            category="Figures",
            subcategory="Comparison",
            labels={"group": "{group}"},
        ),
        svg=f"{RESULTS}/figures/comparison_{{group}}.svg",
    log:
        f"{RESULTS}/logs/comparison_{{group}}.log",
    conda:
        "../envs/onescale.yaml"
    params:
        spec=lambda wildcards: json.dumps(
            {
                "comparisons": {wildcards.group: group(wildcards)},
                "reported": config["reported"],
                "statistics": config["statistics"],
            },
            sort_keys=True,
        ),
    message:
        "drawing the comparison of group {wildcards.group}"
    shell:
        "onescale figures comparison {input.runs} --spec {params.spec:q}"
        " -o {output.png} > {log} 2>&1"


rule surface:
    input:
        code=code("onescale.figures.surface"),
    output:
        png=report(
            f"{RESULTS}/figures/surface.png",
            caption="../report/surface.rst",
            category="Figures",
            subcategory="Why",
            labels={"group": "paths on z = x²/20 + y²"},
        ),
        svg=f"{RESULTS}/figures/surface.svg",
    log:
        f"{RESULTS}/logs/surface.log",
    conda:
        "../envs/onescale.yaml"
    params:
        spec=json.dumps(config["surface"], sort_keys=True),
    message:
        "drawing the paths on z = x²/20 + y²"
    shell:
        "onescale figures surface --spec {params.spec:q} -o {output.png} > {log} 2>&1"


rule activations:
    input:
        code=code("onescale.figures.activations"),
    output:
        png=report(
            f"{RESULTS}/figures/activations.png",
            caption="../report/activations.rst",
            category="Figures",
            subcategory="Why",
            labels={"group": "activations by initial weights"},
        ),
        svg=f"{RESULTS}/figures/activations.svg",
    log:
        f"{RESULTS}/logs/activations.log",
    conda:
        "../envs/onescale.yaml"
    message:
        "drawing the activations by initial weights"
    shell:
        "onescale figures activations -o {output.png} > {log} 2>&1"


rule augmented:
    input:
        data=rules.fetch_dataset.output,
        code=code("onescale.figures.digits"),
    output:
        png=report(
            f"{RESULTS}/figures/augmented.png",
            caption="../report/augmented.rst",
            category="Figures",
            subcategory="Why",
            labels={"group": "augmented digits"},
        ),
        svg=f"{RESULTS}/figures/augmented.svg",
    log:
        f"{RESULTS}/logs/augmented.log",
    conda:
        "../envs/onescale.yaml"
    params:
        augment=json.dumps(config["digits"]["augmented"], sort_keys=True),
        data=data_folder,
    message:
        "drawing augmented digits"
    shell:
        "onescale figures augmented --augment {params.augment:q} --data {params.data}"
        " -o {output.png} > {log} 2>&1"


rule confusion:
    input:
        run=f"{RESULTS}/runs/{{variant}}.json",
        arrays=f"{RESULTS}/runs/{{variant}}.npz",
        data=rules.fetch_dataset.output,
        code=code("onescale.figures.digits"),
    output:
        png=report(
            f"{RESULTS}/figures/confusion_{{variant}}.png",
            caption="../report/confusion.rst",
            category="Figures",
            subcategory="Digits",
            labels={"group": "what {variant} misreads"},
        ),
        svg=f"{RESULTS}/figures/confusion_{{variant}}.svg",
    log:
        f"{RESULTS}/logs/confusion_{{variant}}.log",
    conda:
        "../envs/onescale.yaml"
    params:
        data=data_folder,
    message:
        "drawing what {wildcards.variant} misreads"
    shell:
        "onescale figures confusion {input.run} --data {params.data} -o {output.png}"
        " > {log} 2>&1"


rule standing:
    input:
        table=f"{AGES}/standardized.csv",
        values="data/class_ages.csv",
        code=code("onescale.figures.standing"),
    output:
        png=report(
            f"{RESULTS}/figures/class_ages.png",
            caption="../report/standing.rst",
            category="Figures",
            subcategory="Tables",
            labels={"group": "where each stands by age"},
        ),
        svg=f"{RESULTS}/figures/class_ages.svg",
    log:
        f"{RESULTS}/logs/standing.log",
    conda:
        "../envs/onescale.yaml"
    message:
        "drawing where each person of the class stands"
    shell:
        "onescale figures standing {input.table} --values {input.values}"
        " -o {output.png} > {log} 2>&1"


rule comparison:
    input:
        rules.compare.output,
    message:
        "the comparison and the reproduction are written"


rule figures:
    input:
        expand(
            f"{RESULTS}/figures/{{kind}}_{{group}}.{{form}}",
            kind=["curves", "comparison"],
            group=config["comparisons"],
            form=["png", "svg"],
        ),
        expand(
            f"{RESULTS}/figures/confusion_{{variant}}.{{form}}",
            variant=config["digits"]["misread"],
            form=["png", "svg"],
        ),
        rules.augmented.output,
        rules.surface.output,
        rules.activations.output,
        rules.standing.output,
    message:
        "all figures are drawn"
