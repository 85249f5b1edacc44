// In short: what helped and by how much, the verdicts, what was run.
const VERDICTS = [
  "holds", "holds in part", "no difference that matters", "the reverse holds in part",
  "the reverse holds", "open", "not asked", "not run",
];

function shortPanel() {
  return [brief(), helped(), verdicts(), reproduced(), made()];
}

// Runs that end before the last number that the chapter prints, as those of `make quick`.
function brief() {
  const { steps, seeds, train_images: images } = DATA.about;
  if (!DATA.printed.length || DATA.printed.some((row) => row.after)) return null;
  return el("p", {}, t("These are short runs, of {steps} updates and {seeds} seeds each: what helps after so few need not help after the chapter's 10,000, for which there is the command “make”.", { steps: fixed(steps, 0), seeds: seeds.length }),
    images ? ` ${t("They train on {images} images, also where all 60,000 are named.", { images: fixed(images, 0) })}` : "");
}

function helped() {
  const rows = DATA.effects;
  if (!rows.length) return el("p", {}, t("What helped is told once the runs that it compares are there."));
  const groups = Map.groupBy(rows, (row) => row.technique.group);
  const most = Math.max(...rows.map((row) => Math.abs(row.accuracy.estimate ?? 0)));
  const small = DATA.about.criteria.smallest_difference;
  const end = Math.min(most, 0.03); // of the scale
  const body = [...groups].map(([name, own]) => [
    el("tr", { class: "group" }, el("th", { colspan: 6, scope: "colgroup" }, t(name))),
    own.map((row) => effect(row, end, small)),
  ]);
  return el("section", {},
    el("h3", {}, t("What helped, by how much")),
    el("p", {}, t("Each technique against the same net without it, seed by seed: points of test accuracy with the {confidence} % interval, and speed to {level} % in steps (×2: in half as many). Within the grey band (±{small} points) a difference is too small to matter.",
      { confidence: short(100 * DATA.about.criteria.confidence), level: short(100 * rows[0].level), small: short(100 * small) })),
    table(t("What helped, by how much"),
      [t("technique"), el("th", { scope: "col" }, t("points of test accuracy"), el("br"), whiskerScale(end)), t("interval"), t("so it"), t("speed"), t("so it")], body),
    rows.some((row) => Math.abs(row.accuracy.estimate ?? 0) > end) ? el("p", { class: "quiet" }, t("An arrow: beyond ±{end} points.", { end: short(100 * end) })) : null,
    rows.some((row) => row.accuracy.tunings.length || row.steps.tunings.length) ? el("p", { class: "quiet" }, t("What is tuned was tuned several times: where the repeats come to different conclusions, it is open whatever the interval of the first, which is shown.")) : null,
    rows.some((row) => row.steps.coarse) ? el("p", { class: "quiet" }, t("≈: a speed that is known no better than to 2 %.")) : null);
}

function effect({ technique, accuracy, steps }, most, small) {
  const about = steps.coarse ? "≈" : "";
  return el("tr", {},
    el("th", { scope: "row" }, t(technique.label)),
    el("td", { class: "number" }, whisker(accuracy.estimate, accuracy.low, accuracy.high, most, small), " ", points(accuracy.estimate)),
    el("td", { class: "number" }, between(accuracy.low, accuracy.high, points)),
    el("td", {}, verdict(accuracy.outcome)),
    el("td", { class: steps.estimate == null ? null : "number" }, steps.estimate == null ? t(steps.note || steps.outcome)
      : steps.low == null ? about + times(steps.estimate) : `${about}${times(steps.estimate)} (${between(steps.low, steps.high, times)})`),
    el("td", {}, steps.estimate == null ? "" : verdict(steps.outcome)));
}

function verdicts() {
  if (!DATA.claims.length) {
    return el("section", {}, el("h3", {}, t("The chapter's claims")),
      el("p", {}, t("Not judged yet: this run compared the techniques. To judge the twenty claims as well, run:")),
      el("pre", {}, el("code", {}, snakemake("evidence"))));
  }
  const rows = DATA.claims.flatMap((claim) => claim.rows);
  const counts = VERDICTS.map((word) => [word, rows.filter((row) => row.verdict === word).length]);
  return el("section", {},
    el("h3", {}, t("The chapter's claims")),
    el("p", {}, t("{claims} claims, each judged in every setting where it makes sense: {rows} verdicts.",
      { claims: DATA.claims.length, rows: rows.length })),
    el("ul", { class: "chips" }, counts.filter(([, count]) => count).map(([word, count]) =>
      el("li", {}, verdict(word), ` × ${count}`))),
    el("p", {}, el("a", { href: state.address("claims") }, t("See every claim, and why it should hold"))));
}

function reproduced() {
  const judged = DATA.printed.filter((row) => row.within && row.after);
  if (!judged.length) return null;
  const inside = judged.filter(isInside).length;
  return el("section", {},
    el("h3", {}, t("The chapter's numbers")),
    el("p", {}, t("Of {all} accuracies that the chapter prints, {inside} lie where one more of our runs would lie, if those of two digits were cut from longer ones.",
      { all: judged.length, inside })),
    el("p", {}, el("a", { href: state.address("mine") }, t("Put a number of yours beside them"))));
}

function made() {
  const { dataset, seeds, steps, made: when, versions, manifest, folder, runs } = DATA.about;
  const facts = [
    [t("data set"), dataset], [t("seeds"), seeds.length > 6 ? `${seeds[0]} … ${seeds.at(-1)} (${seeds.length})` : seeds.join(", ")],
    [t("updates a run"), fixed(steps, 0)], [t("on this page"), t("{variants} variants, {runs} runs", { variants: fixed(Object.keys(DATA.variants).length, 0), runs: fixed(runs, 0) })],
    [t("made on"), when], [t("versions"), Object.entries(versions).map((pair) => pair.join(" ")).join(", ")],
    [t("results"), folder], [t("manifest (SHA-256)"), manifest],
  ];
  return el("section", {},
    el("h3", {}, t("What was run")),
    el("dl", { class: "facts" }, facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
}
