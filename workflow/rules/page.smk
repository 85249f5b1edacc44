# The face: one page with everything that was made. It reads the folder of results, so that the page
# after `all` does without claims and the page after `evidence` has them; both are the same file.
PAGE = f"{RESULTS}/index.html"
ASSETS = sorted(map(str, Path(package("page/assets")).iterdir()))


report: "../report/workflow.rst"  # what Snakemake's own report begins with


rule page:
    input:
        paths(*rules.manifest.input.made, *rules.manifest.output),
        arrays=runs(PLAN.members("comparisons"), "npz"),
        step_times=lambda wildcards: step_times("comparison"),
        tables=[table.file for table in TABLES.values() if not table.in_parts],
        data=DATA,
        code=code("onescale.cli.page") + ASSETS,
    output:
        shown(
            "index.html",
            "The page",
            caption="page",
            result="everything, to look at and play with",
        ),
    log:
        f"{RESULTS}/logs/page.log",
    localrule: True
    conda:
        "../envs/onescale.yaml"
    params:
        folder=lambda wildcards: RESULTS,
        data=data_folder,
        page=lambda wildcards: PAGE,
        options=words(options=CONFIGURED),
    message:
        f"writing the page: {PAGE}"
    shell:
        "onescale page {params.folder:q} --data {params.data:q} {params.options} -o {params.page:q} > {log:q} 2>&1"


# The same page with the evidence on it. Its output is a mark, since a file has one rule.
use rule page as page_evidence with:
    input:
        paths(
            *rules.manifest_evidence.input.made,
            *rules.manifest_evidence.output,
            *rules.page.output,
        ),
        arrays=runs(PLAN.members("tuning"), "npz"),
        step_times=rules.manifest_evidence.input.step_times,
        data=DATA,
        code=code("onescale.cli.page") + ASSETS,
    output:
        touch(f"{RESULTS}/logs/page_evidence.done"),
    log:
        f"{RESULTS}/logs/page_evidence.log",
    message:
        f"writing the evidence on the page: {PAGE}"


# The pages of Markdown, for the report; figures that they show are all there by then.
rule pages:
    input:
        paths(*rules.manifest.output),
        pages=[page for page in rules.manifest.input.made if page.endswith(".md")],
        code=code("onescale.cli.html") + ASSETS,
    output:
        rendered(rules.manifest.input.made),
    log:
        f"{RESULTS}/logs/pages.log",
    localrule: True
    conda:
        "../envs/onescale.yaml"
    params:
        pages=lambda wildcards, input: listed(input.pages),
    message:
        "writing the pages of the report"
    shell:
        "onescale html {params.pages} > {log:q} 2>&1"


EVIDENCE = [
    made
    for made in rules.manifest_evidence.input.made
    if made not in rules.manifest.input.made
]


use rule pages as pages_evidence with:
    input:
        paths(*rules.manifest_evidence.output),
        pages=[page for page in EVIDENCE if page.endswith(".md")],
        code=paths(*rules.pages.input.code),
    output:
        rendered(EVIDENCE),
    log:
        f"{RESULTS}/logs/pages_evidence.log",


rule evidence:
    input:
        paths(
            *rules.manifest_evidence.input.made,
            *rules.manifest_evidence.output,
            *rules.page_evidence.output,
            *rules.pages_evidence.output,
        ),
    localrule: True
    message:
        "the evidence is complete"


def page_time():
    """When the page was written, 0 where there is none."""
    return os.path.getmtime(PAGE) if os.path.exists(PAGE) else 0


PAGE_BEFORE = page_time()


# Of a page that this run did not write there is nothing to say; where a report follows, as in the
# Makefile, that is the place to say it.
onsuccess:
    if page_time() != PAGE_BEFORE and "--report-after-run" not in sys.argv:
        print(f"the page: {PAGE} (open it in a browser)", flush=True)
