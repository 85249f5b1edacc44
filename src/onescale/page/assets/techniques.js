// Techniques: the comparison as a table that sorts and filters, every seed a dot; a variant opens.
const COLUMNS = [
  ["variant", "variant", (row) => row.variant],
  ["test_accuracy_mean", "test, %", (row) => percent(row.test_accuracy_mean)],
  ["train_accuracy_mean", "training, %", (row) => percent(row.train_accuracy_mean)],
  ["gap_mean", "gap", (row) => points(row.gap_mean)],
  ["difference", "difference", (row) => (row.difference == null ? DASH : `${points(row.difference)} (${between(row.difference_low, row.difference_high, points)})`)],
  ["verdict", "verdict", (row) => (row.verdict ? verdictOf(row) : el("span", { class: "quiet" }, t("the reference")))],
  ["steps_low", "steps to {0} %", (row) => fixed(row.steps_low, 0)],
  ["us_per_step", "µs a step", (row) => fixed(row.us_per_step, 0)],
];

// Better or worse has its colour where the interval lies beyond what is too small to matter.
const verdictOf = (row) => (["better", "worse"].includes(row.verdict) && !matters(row) ? chip(t(row.verdict), "same") : verdict(row.verdict));
function matters(row) {
  const small = DATA.about.criteria.smallest_difference;
  return row.difference_low > small || row.difference_high < -small;
}

function techniquesPanel(redraw) {
  const chosen = state.get("group", DATA.groups[0].name);
  const group = DATA.groups.find((one) => one.name === chosen) ?? DATA.groups[0];
  const [key, down] = [state.get("sort", ""), state.get("down") === "1"];
  const levels = DATA.about.levels ?? [];
  const level = levels.length ? String(+(100 * levels[0]).toPrecision(4)) : "";
  const rows = sorted(group.rows.map((row) => ({ ...row, steps_low: row[`steps_to_${level}`] })), key, down);
  const range = accuracyRange(rows.map((row) => row.variant), "test");
  const header = COLUMNS.flatMap(([name, words]) => {
    const cell = sortable(name, t(words.replace("{0}", level)), key, down, redraw);
    return name === "test_accuracy_mean" ? [cell, el("th", { scope: "col" }, t("every seed"))] : [cell];
  });
  const open = state.get("variant");
  return [
    labelled(t("group"), select(DATA.groups.map((one) => [one.name, t(one.title)]), group.name,
      (name) => { state.set({ group: name, variant: null }); redraw(); })),
    el("p", {}, t("Mean test accuracy after the last update; a dot is a seed, the bar the {confidence} % interval of the mean. Differences are to {reference}, seed by seed, in points. Choose a variant to open it.",
      { reference: group.reference ?? DASH, confidence: short(100 * DATA.about.criteria.confidence) })),
    table(t(group.title), header, rows.map((row) => techniqueRow(row, range, open, redraw)), { class: "sorts" }),
    rows.some((row) => row.difference != null) ? el("p", { class: "quiet" }, t("“Better” or “worse” in grey: it is open whether by enough to matter (±{small} points).", { small: short(100 * DATA.about.criteria.smallest_difference) })) : null,
    el("p", { class: "quiet" }, t("Seeds stand on the logarithm of the error: from 90 to 80 % is as far as from 99 to 98 %.")),
    open in DATA.variants ? variantCard(open) : null,
  ];
}

function sortable(name, text, key, down, redraw) {
  const now = name === key ? (down ? "descending" : "ascending") : "none";
  return el("th", { scope: "col", "aria-sort": now },
    el("button", {
      type: "button",
      onclick: () => { state.set({ sort: name, down: name === key && !down ? "1" : null }); redraw(); },
    }, text, el("span", { "aria-hidden": "true" }, now === "none" ? "" : down ? " ▾" : " ▴")));
}

function sorted(rows, key, down) {
  if (!key) return rows;
  const rank = (row) => row[key] ?? Infinity;
  const order = (a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0);
  return rows.toSorted((a, b) => (down ? order(b, a) : order(a, b)));
}

function finals(name, part = "test") {
  return DATA.variants[name][part].map((curve) => curve.at(-1));
}

function accuracyRange(names, part) {
  const values = names.flatMap((name) => finals(name, part));
  return [Math.min(...values), Math.max(...values)];
}

function techniqueRow(row, range, open, redraw) {
  const cells = COLUMNS.slice(1).flatMap(([name, , show]) => {
    const cell = el("td", { class: name === "verdict" ? "" : "number" }, show(row));
    if (name !== "test_accuracy_mean") return [cell];
    const interval = [row.test_accuracy_low, row.test_accuracy_high].map((end) => end ?? null);
    return [cell, el("td", {}, dots(finals(row.variant), range, interval, row.test_accuracy_mean))];
  });
  const toggle = () => { state.set({ variant: row.variant === open ? null : row.variant }); redraw(); };
  return el("tr", { class: row.variant === open ? "open" : "" },
    el("th", { scope: "row" },
      el("button", { type: "button", class: "name", "aria-expanded": String(row.variant === open), onclick: toggle }, row.variant)),
    cells);
}

// A setting as one writes it in YAML.
function setting(value) {
  if (Array.isArray(value)) return `[${value.map(setting).join(", ")}]`;
  if (value === null || typeof value !== "object") return String(value);
  return `{${Object.entries(value).map(([key, one]) => `${key}: ${setting(one)}`).join(", ")}}`;
}

// A variant opened: what it is, the line that makes it, its curves, seeds and misread images.
function variantCard(name) {
  const { spec, yaml, seeds, diverged } = DATA.variants[name];
  const settings = Object.entries(spec).filter(([key]) => key !== "name");
  const rows = seeds.map((seed, i) => el("tr", {}, el("th", { scope: "row" }, seed),
    el("td", { class: "number" }, percent(finals(name, "train")[i])),
    el("td", { class: "number" }, percent(finals(name)[i])),
    el("td", {}, diverged.includes(seed) ? t("diverged") : "")));
  return el("article", { class: "card", id: "variant" },
    el("h3", {}, name),
    el("p", {}, t("A line of YAML makes it, under variants: in config/config.yaml, and the command trains it:")),
    el("pre", {}, el("code", {}, `${yaml}\n\n`, snakemake(`train_${name}`))),
    el("h4", {}, t("Curves")),
    curvesChart([name], { part: "both", x: "steps", form: "seeds", height: 260, tools: "", toolbar_location: null }),
    el("p", { class: "quiet" }, t("A line is a seed: dashed on training images, solid on test images.")),
    el("div", { class: "columns" },
      el("div", {}, el("h4", {}, t("Seeds")), table(t("Seeds"), [t("seed"), t("training, %"), t("test, %"), ""], rows)),
      el("div", {}, el("h4", {}, t("Settings")),
        el("dl", { class: "facts" }, settings.map(([key, value]) =>
          [el("dt", {}, key), el("dd", {}, setting(value))])))),
    misread(name));
}

function misread(name) {
  const worst = DATA.digits?.misread[name];
  if (!worst?.length) return null;
  const seeds = DATA.variants[name].seeds.length;
  const shown = worst.map(({ tile, label, taken, wrong }) => el("figure", {},
    el("span", { class: "digit", role: "img", "aria-label": label, style: tileStyle(tile) }),
    el("figcaption", {}, t("{label} read as {taken} ({wrong} of {seeds})", { label, taken, wrong, seeds }))));
  return [el("h4", {}, t("Test images that most seeds misread")), el("div", { class: "digits" }, shown)];
}

function tileStyle(tile) {
  const { columns, side } = DATA.digits;
  const x = -(tile % columns) * side * 2, y = -Math.floor(tile / columns) * side * 2;
  return `background-position:${x}px ${y}px`;
}
