# What the runs say to the chapter's claims, and what its faults cost. Claims are judged by the runs
# that they name, no others; their numbers are the order of the configuration.
if config.get("claims"):

    rule claims:
        input:
            runs=lambda wildcards: list(dict.fromkeys(claimed("runs") + effects())),
            step_times=lambda wildcards: step_times("claims"),
            arrays=lambda wildcards: claimed("arrays", "npz"),
            data=DATA,
            code=code("onescale.cli.claims"),
        output:
            csv=shown("claims.csv", "Claims", result="every claim, as CSV"),
            parts=f"{RESULTS}/claims_parts.csv",
            markdown=shown("claims.md", "Claims", result="every claim"),
        log:
            f"{RESULTS}/logs/claims.log",
        localrule: True
        conda:
            "../envs/onescale.yaml"
        params:
            runs=lambda wildcards, input: listed(input.runs),
            spec=lambda wildcards: fitting(needs.spec(PLAN)),
            data=data_folder,
            step_times=lambda wildcards, input: words(step_times=input.step_times),
        message:
            "judging the chapter's claims"
        shell:
            "onescale claims {params.runs} {params.step_times} --spec {params.spec:q} --data {params.data:q}"
            " --csv {output.csv:q} --parts {output.parts:q} --markdown {output.markdown:q} > {log:q} 2>&1"


if config.get("discrepancies"):

    rule discrepancies:
        input:
            runs=lambda wildcards: discrepant(),
            step_times=f"{RESULTS}/step_times/discrepancies.json",
            ages=of_ages("chapter", "standardized"),
            code=code("onescale.cli.claims"),
        output:
            csv=f"{RESULTS}/discrepancies.csv",
            markdown=shown("discrepancies.md", "Claims", result="what its faults cost"),
        log:
            f"{RESULTS}/logs/discrepancies.log",
        localrule: True
        conda:
            "../envs/onescale.yaml"
        params:
            runs=lambda wildcards, input: listed(input.runs),
            spec=fitting(PLAN.parts("discrepancies", "statistics")),
            ages=lambda wildcards, input: words(
                tables=os.path.dirname(input.ages[0]) if input.ages else None
            ),
        message:
            "reckoning what the chapter's faults cost"
        shell:
            "onescale discrepancies {params.runs} --step-times {input.step_times:q} --spec {params.spec:q}"
            " {params.ages} --csv {output.csv:q} --markdown {output.markdown:q} > {log:q} 2>&1"
