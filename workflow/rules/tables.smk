# Tables on one scale: every table of the configuration by every method, names beside values, and a
# page for people with all of them side by side. A table in parts (a glob, a folder) is fitted part by
# part, the fits are merged to the bit, and the merged fit is applied to each part.
WHOLE = {name: table for name, table in TABLES.items() if not table.in_parts}
IN_PARTS = {name: table for name, table in TABLES.items() if table.in_parts}


wildcard_constraints:
    table=one_of(TABLES),
    scale=one_of({scale for table in TABLES.values() for scale in table.scales}),


rule scale_table:
    input:
        table=lambda wildcards: WHOLE[wildcards.table].file,
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
    wildcard_constraints:
        table=one_of(WHOLE),
    localrule: True
    conda:
        "../envs/onescale.yaml"
    params:
        command=lambda wildcards: WHOLE[wildcards.table].scaling(wildcards.scale),
    message:
        "putting {wildcards.table} on one scale: {wildcards.scale}"
    shell:
        "onescale {params.command} {input.table:q} -o {output:q} > {log:q} 2>&1"


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
        command=lambda wildcards: WHOLE[wildcards.table].page(),
    message:
        "writing {wildcards.table} on every scale as one page"


rule fit_part:
    input:
        part=lambda wildcards: IN_PARTS[wildcards.table].parts[wildcards.file],
        code=code("onescale.tables.commands.apply") + [package("cli/fits.py")],
    output:
        f"{RESULTS}/tables/{{table}}/fits/{{scale}}/{{file}}.json",
    log:
        f"{RESULTS}/logs/tables/{{table}}/{{scale}}/{{file}}.fit.log",
    conda:
        "../envs/onescale.yaml"
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        command=lambda wildcards: IN_PARTS[wildcards.table].fitting(wildcards.scale),
        given=lambda wildcards, input: listed(
            IN_PARTS[wildcards.table].given([input.part])
        ),
        into=lambda wildcards, output: output[0],
    message:
        "fitting {wildcards.file} of {wildcards.table}: {wildcards.scale}"
    shell:
        "onescale {params.command} {params.given} -o {params.into:q} > {log:q} 2>&1"


use rule fit_part as fit_table with:
    input:
        given=lambda wildcards: IN_PARTS[wildcards.table].fitted_from(
            wildcards.scale, f"{RESULTS}/tables/{wildcards.table}/fits"
        ),
        code=rules.fit_part.input.code,
    output:
        f"{RESULTS}/tables/{{table}}/{{scale}}.json",
    log:
        f"{RESULTS}/logs/tables/{{table}}/{{scale}}.log",
    params:
        command=lambda wildcards: (
            "merge"
            if IN_PARTS[wildcards.table].merges(wildcards.scale)
            else IN_PARTS[wildcards.table].fitting(wildcards.scale)
        ),
        given=lambda wildcards, input: listed(
            IN_PARTS[wildcards.table].given(input.given)
        ),
    message:
        "one fit of all parts of {wildcards.table}: {wildcards.scale}"


use rule fit_part as apply_part with:
    input:
        part=rules.fit_part.input.part,
        fit=rules.fit_table.output,
        code=rules.fit_part.input.code,
    output:
        f"{RESULTS}/tables/{{table}}/{{scale}}/{{file}}",
    log:
        f"{RESULTS}/logs/tables/{{table}}/{{scale}}/{{file}}.log",
    params:
        command=lambda wildcards: IN_PARTS[wildcards.table].applying(),
        given=lambda wildcards, input: listed(
            input.fit, IN_PARTS[wildcards.table].given([input.part])
        ),
        into=lambda wildcards, output: IN_PARTS[wildcards.table].into(
            output[0], wildcards.file
        ),
    message:
        "putting {wildcards.file} of {wildcards.table} on one scale: {wildcards.scale}"


rule tables:
    input:
        [
            f"{RESULTS}/tables/{name}/{scale}.csv"
            for name, table in WHOLE.items()
            for scale in table.scales
        ],
        [f"{RESULTS}/tables/{name}/{name}.md" for name in WHOLE],
        [
            f"{RESULTS}/tables/{name}/{scale}/{part}"
            for name, table in IN_PARTS.items()
            for scale in table.scales
            for part in table.parts
        ],
    localrule: True
    message:
        "all tables are on one scale"
