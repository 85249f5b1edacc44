# onescale: train every technique of the chapter, put them on one scale, and compare.
#
#   snakemake --cores 4                    everything
#   snakemake --cores 4 train_adam         one variant (every name in config/config.yaml is a rule)
#   snakemake --cores 4 -R train_adam      that variant again, and all that follows from it
#   snakemake --cores 4 tables             the tables alone
#   snakemake --cores 4 evidence           after it: tuning, studies, claims
#   snakemake -n                           what would run, and why
from snakemake.utils import min_version

min_version("9.20")


configfile: "config/config.yaml"


# Without its limit of 100 jobs a second, on account of which Snakemake (9.27) looks at all waiting
# jobs anew, every second, once for each job that has ended: a tenth of a core, more with more jobs.
onstart:
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


include: "workflow/rules/checks.smk"  # of the configuration, first of all
include: "workflow/rules/common.smk"
include: "workflow/rules/mnist.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/comparison.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/targets.smk"


report: "workflow/report/workflow.rst"


rule all:
    default_target: True
    input:
        rules.tables.input,
        rules.comparison.input,
        rules.figures.input,
        rules.manifest.output,
