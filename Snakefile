# onescale: train every technique of the chapter, put them on one scale, and compare.
#
#   snakemake --cores 4                    everything
#   snakemake --cores 4 train_adam         one variant (every name in config/config.yaml is a rule)
#   snakemake --cores 4 -R train_adam      that variant again, and all that follows from it
#   snakemake --cores 4 tables             the tables alone
#   snakemake --cores 4 evidence           after it: tuning, studies, claims
#   snakemake --cores 4 confirm            after that: the claims by fresh seeds, at the same rules
#   snakemake -n                           what would run, and why
import os

from snakemake.utils import min_version

min_version("9.20")


# Those of the working folder; what is not there comes from beside this file (common.smk).
for part in ("config/config.yaml", "config/evidence.yaml"):
    if os.path.exists(part):

        configfile: part


include: "workflow/rules/common.smk"  # the configuration, checked and expanded: PLAN
include: "workflow/rules/mnist.smk"  # the data set, fetched and checked
include: "workflow/rules/tables.smk"  # tables on one scale
include: "workflow/rules/training.smk"  # a rule for every variant
include: "workflow/rules/comparison.smk"  # the comparison and the reproduction
include: "workflow/rules/figures.smk"  # every figure
include: "workflow/rules/studies.smk"  # studies and tuning
include: "workflow/rules/claims.smk"  # claims and discrepancies, of config/evidence.yaml
include: "workflow/rules/targets.smk"  # manifests, evidence
include: "workflow/rules/page.smk"  # the page that shows everything
include: "workflow/rules/confirm.smk"  # the claims by fresh seeds, at frozen rules


rule all:
    input:
        paths(
            *rules.tables.input,
            *rules.comparison.input,
            *rules.figures.input,
            *rules.manifest.output,
            *rules.page.output,
            *rules.pages.output,
        ),
    localrule: True
    message:
        "everything is made"
