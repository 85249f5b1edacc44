# The claims judged once more by seeds that nothing had used: `snakemake confirm`, after `evidence`.
# Rules and configuration are frozen by then: where they are not those of claims.csv, it refuses.
if config.get("claims") and config.get("confirm"):

    rule confirm_variant:
        input:
            chosen=lambda wildcards: chosen(wildcards.variant),
            data=DATA,
            code=lambda wildcards: (
                stamp("onescale.cli.train") + PLAN.files(wildcards.variant)
            ),
        output:
            run=f"{CONFIRM}/runs/{{variant}}.json",
            timing=f"{CONFIRM}/runs/{{variant}}.timing.json",
            arrays=f"{CONFIRM}/runs/{{variant}}.npz",
        log:
            f"{RESULTS}/logs/confirm_{{variant}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/confirm_{{variant}}.tsv"
        wildcard_constraints:
            variant="[a-z0-9_]+",
        group:
            "train"
        conda:
            "../envs/onescale.yaml"
        resources:
            runtime=lambda wildcards: PLAN.minutes(wildcards.variant),
        params:
            spec=lambda wildcards: PLAN.spec(wildcards.variant),
            chosen=lambda wildcards, input: words(chosen=input.chosen),
            seeds=lambda wildcards: PLAN.fresh_seeds(wildcards.variant),
            data=data_folder,
            checkpoints=f"{CONFIRM}/checkpoints",
        message:
            "training {wildcards.variant} with fresh seeds {params.seeds}"
        shell:
            TRAIN

    use rule step_time as confirm_step_time with:
        input:
            runs=lambda wildcards: confirmed("seconds"),
            data=DATA,
            code=code("onescale.cli.step_time"),
        output:
            f"{CONFIRM}/step_times/claims.json",
        log:
            f"{RESULTS}/logs/confirm_step_time.log",
        message:
            "measuring in turn what a step costs, for the confirmation"

    use rule claims as confirm_claims with:
        input:
            runs=lambda wildcards: confirmed("runs"),
            step_times=lambda wildcards: (
                f"{CONFIRM}/step_times/claims.json" if confirmed("seconds") else []
            ),
            arrays=lambda wildcards: confirmed("arrays", "npz"),
            data=DATA,
            code=code("onescale.cli.claims"),
        output:
            csv=f"{CONFIRM}/claims.csv",
            parts=f"{CONFIRM}/claims_parts.csv",
            markdown=f"{CONFIRM}/claims.md",
        log:
            f"{RESULTS}/logs/confirm_claims.log",
        params:
            spec=lambda wildcards: fitting(needs.spec(PLAN, config["confirm"]["seeds"])),
        message:
            "judging the chapter's claims by fresh seeds"

    def confirmed_repeats(tuned):
        """Of a tuned group, the variants that claims are judged by, each with its repeats."""
        judged = confirmed("runs")
        return {
            name: again
            for name, again in PLAN.repeated(tuned).items()
            if again and runs([name], folder=CONFIRM)[0] in judged
        }

    def confirmed_outcomes(wildcards):
        """The pages that show how far apart repeated tunings end by these seeds."""
        return FILES.pages(
            f"confirm/{tuned}_repeats"
            for tuned in config["tuning"]
            if confirmed_repeats(tuned)
        )

    use rule repeats as confirm_repeats with:
        input:
            searches=lambda wildcards: searches(
                PLAN.with_repeats(confirmed_repeats(wildcards.tuned))
            ),
            runs=lambda wildcards: runs(
                PLAN.with_repeats(confirmed_repeats(wildcards.tuned)), folder=CONFIRM
            ),
            code=code("onescale.comparison.repeats"),
        output:
            csv=f"{CONFIRM}/{{tuned}}_repeats.csv",
            markdown=f"{CONFIRM}/{{tuned}}_repeats.md",
        log:
            f"{RESULTS}/logs/confirm_repeats_{{tuned}}.log",
        params:
            command=rules.repeats.params.command,
            asked=lambda wildcards: words(
                repeats=json.dumps(confirmed_repeats(wildcards.tuned)),
                title=f"{config['tuning'][wildcards.tuned]['title']}, by fresh seeds",
            ),
        message:
            "writing what came of tuning {wildcards.tuned} again, by fresh seeds"

    rule confirmation:
        input:
            # The page of the first seeds is as it was when rules were frozen: read, not made.
            confirmed=rules.confirm_claims.output.csv,
            code=code("onescale.claims.beside"),
        output:
            shown("confirmation.md", "Claims", result="confirmed by fresh seeds"),
        log:
            f"{RESULTS}/logs/confirmation.log",
        localrule: True
        conda:
            "../envs/onescale.yaml"
        params:
            explored=f"{RESULTS}/claims.csv",
            seeds=",".join(map(str, config["confirm"]["seeds"])),
        message:
            "setting both verdicts side by side"
        shell:
            "onescale confirmation {params.explored:q} {input.confirmed:q} --seeds {params.seeds:q}"
            " --markdown {output:q} > {log:q} 2>&1"

    use rule manifest as manifest_confirm with:
        input:
            made=lambda wildcards: paths(
                *rules.confirmation.output,
                *rules.confirm_claims.output,
                *confirmed_outcomes(wildcards),
                f"{RESULTS}/claims.csv",
            ),
            runs=lambda wildcards: confirmed("runs"),
            step_times=rules.confirm_claims.input.step_times,
            given=paths(*rules.manifest.input.given),
            code=paths(*rules.manifest.input.code),
        output:
            f"{RESULTS}/manifest_confirm.json",
        log:
            f"{RESULTS}/logs/manifest_confirm.log",

    use rule pages as pages_confirm with:
        input:
            paths(*rules.manifest_confirm.output),
            pages=paths(*rules.confirmation.output),
            code=paths(*rules.pages.input.code),
        output:
            rendered(rules.confirmation.output),
        log:
            f"{RESULTS}/logs/pages_confirm.log",

    rule confirm:
        input:
            rules.confirmation.output,
            confirmed_outcomes,
            rules.manifest_confirm.output,
            rules.pages_confirm.output,
        localrule: True
        message:
            "the claims are judged by fresh seeds"
