# Tables on one scale: every table of the configuration by every method, names beside values, and a
# page for people with all of them side by side.
SCALES = {
    "standardized": "standardize",
    "minmax": "minmax",
    "minmax100": "minmax --range 0 100",
    "batch_norm": "scale --method batch_norm",
    "chapter": "scale --method chapter",
}


wildcard_constraints:
    table="|".join(config["tables"]),
    scale="|".join(SCALES),


rule scale_table:
    input:
        table=lambda wildcards: config["tables"][wildcards.table]["file"],
        code=code("onescale.tables.commands.scale") + [package("cli/tables.py")],
    output:
        shown(
            "tables/{table}/{scale}.csv",
            "Tables",
            "scale",
            table="{table}",
            scale="{scale}",
        ),
    log:
        f"{RESULTS}/logs/table_{{table}}_{{scale}}.log",
    localrule: True
    conda:
        "../envs/onescale.yaml"
    params:
        command=lambda wildcards: f"{SCALES[wildcards.scale]} --labelled",
        label=lambda wildcards: config["tables"][wildcards.table]["label"],
    message:
        "putting {wildcards.table} on one scale: {params.command}"
    shell:
        "onescale {params.command} {input.table:q} --label {params.label:q}"
        " -o {output:q} > {log:q} 2>&1"


use rule scale_table as table_page with:
    input:
        table=rules.scale_table.input.table,
        code=code("onescale.tables.commands.overview") + [package("cli/tables.py")],
    output:
        shown(
            "tables/{table}/{table}.md",
            "Tables",
            "table",
            table="{table}",
            scale="all, with ranks",
        ),
    log:
        f"{RESULTS}/logs/table_{{table}}.log",
    params:
        command="overview --digits 4 --methods standardize,minmax,0-100,batch_norm,chapter",
    message:
        "writing {wildcards.table} on every scale as one page"


rule tables:
    input:
        expand(
            f"{RESULTS}/tables/{{table}}/{{scale}}.csv",
            table=config["tables"],
            scale=SCALES,
        ),
        expand(f"{RESULTS}/tables/{{table}}/{{table}}.md", table=config["tables"]),
    localrule: True
    message:
        "all tables are on one scale"
