// Curves: accuracy on the way, a line a seed or a band a variant, by steps or by CPU seconds.
function curvesPanel(redraw) {
  const chosen = state.get("group", DATA.groups[0].name);
  const group = DATA.groups.find((one) => one.name === chosen) ?? DATA.groups[0];
  const all = group.rows.map((row) => row.variant);
  const names = state.list("v", all).filter((name) => all.includes(name));
  const given = { part: state.get("of", "test"), x: state.get("x", "steps"), form: state.get("form", "bands") };
  const change = (key) => (value) => { state.set({ [key]: value }); redraw(); };
  // The lines that stand take other data; where they are not drawn yet, all is drawn.
  const renew = (key, kept) => (value) => {
    state.set({ [key]: value });
    given[kept] = value;
    picture.renew ? picture.renew(given) : redraw();
  };
  const picture = curvesChart(all, { ...given, hidden: all.filter((name) => !names.includes(name)) });
  const toggle = (name, on) => {
    const kept = new Set(state.list("v", all));
    on ? kept.add(name) : kept.delete(name);
    state.set({ v: all.filter((one) => kept.has(one)).join(",") });
    for (const one of picture.parts?.[name] ?? []) one.visible = on;
  };
  return [
    labelled(t("group"), select(DATA.groups.map((one) => [one.name, t(one.title)]), group.name,
      (name) => { state.set({ group: name, v: null }); redraw(); })),
    el("div", { class: "controls" },
      choice(t("accuracy on"), [["test", t("test images")], ["train", t("training images")]], given.part, renew("of", "part")),
      choice(t("along"), [["steps", t("steps")], ["seconds", t("CPU seconds")]], given.x, renew("x", "x")),
      choice(t("shown as"), [["bands", t("bands")], ["seeds", t("seeds")]], given.form, change("form"))),
    el("fieldset", { class: "variants" }, el("legend", {}, t("variants")),
      all.map((name, place) => el("label", {},
        el("input", { type: "checkbox", checked: names.includes(name), onchange: (event) => toggle(name, event.target.checked) }),
        el("span", { class: "swatch", style: `border-color:${pen(place).color};border-style:${pen(place).dash === "solid" ? "solid" : "dashed"}` }),
        name))),
    picture,
    el("p", { class: "quiet" }, t("Bands reach from the lowest seed to the highest, the line is their mean. Point at a line and it names its seed; drag to move, the wheel tool zooms. The evaluation after the first update is left out.")),
  ];
}

// The chart of some variants; part "both" draws the training curve dashed beside the test curve.
function curvesChart(names, { part, x, form, height = 420, hidden = [], ...more }) {
  const words = t("Accuracy of {names} while training", { names: names.join(", ") });
  const box = chart(words, (B) => {
    const along = (by) => (by === "steps" ? t("updates") : t("CPU seconds"));
    const made = figure(B, { x: along(x), y: t("accuracy, %"), height, ...more });
    const parts = part === "both" ? ["train", "test"] : [part];
    for (const range of [made.x_range, made.y_range]) range.only_visible = true;
    const dataOf = form === "bands" ? bandData : seedData;
    const drawn = names.flatMap((name, i) => parts.map((one) => {
      const { color, dash } = pen(i);
      const line = { line_color: color, line_dash: part !== "both" ? dash : one === "train" ? "dashed" : "solid" };
      return { name, renderers: (form === "bands" ? drawBand : drawSeeds)(B, made, dataOf(name, one, x), line) };
    }));
    box.renew = ({ part: other, x: by }) => {
      made.xaxes[0].axis_label = along(by);
      for (const { name, renderers } of drawn) for (const one of renderers) one.data_source.data = dataOf(name, other, by);
    };
    box.parts = {}; // what is drawn of each variant, to be shown and hidden
    for (const { name, renderers } of drawn) {
      (box.parts[name] ??= []).push(...renderers);
      for (const one of renderers) one.visible = !hidden.includes(name);
    }
    const lines = drawn.map(({ renderers }) => renderers[0]);
    const told = form === "bands" ? [[t("mean"), "@mean{0.00} %"], [t("seeds"), "@low{0.00} – @high{0.00} %"]]
      : [[t("seed"), "@seed"], [t("accuracy, %"), "$snap_y{0.00}"]];
    made.add_tools(new B.HoverTool({ renderers: lines, line_policy: "nearest", tooltips: [["", "@name"], ...told] }));
    return made;
  });
  return box;
}

// Without the evaluation after the first update, of a net that is hardly trained.
const later = (list) => list.slice(list.length > 2 ? 1 : 0);
const inPercent = (values) => later(values).map((value) => 100 * value);
const inSeconds = (steps, cost) => steps.map((step) => (step * (cost ?? NaN)) / 1e6);
const named = (name, part) => `${name}, ${t(part === "train" ? "training" : "test")}`;

function bandData(name, part, x) {
  const { bands, us_per_step: costs } = DATA.variants[name];
  const { steps, mean, low, high } = bands[part];
  const middle = costs.toSorted((a, b) => a - b)[costs.length >> 1];
  const xs = later(x === "steps" ? steps : inSeconds(steps, middle));
  return { x: xs, mean: inPercent(mean), low: inPercent(low), high: inPercent(high), name: xs.map(() => named(name, part)) };
}

function drawBand(B, made, all, line) {
  // A source of their own each: a point that is hovered over would hide an area of the same source.
  const area = made.varea({ field: "x" }, { field: "low" }, { field: "high" }, { source: source(B, all), fill_color: line.line_color, fill_alpha: 0.16 });
  return [made.line({ field: "x" }, { field: "mean" }, { source: source(B, all), line_width: 2, ...line }), area];
}

function seedData(name, part, x) {
  const { seeds, steps, us_per_step: costs, ...variant } = DATA.variants[name];
  return {
    xs: steps.map((own, i) => later(x === "steps" ? own : inSeconds(own, costs[i]))),
    ys: variant[part].map(inPercent), seed: seeds.map(String), name: seeds.map(() => named(name, part)),
  };
}

function drawSeeds(B, made, all, line) {
  return [made.multi_line({ field: "xs" }, { field: "ys" }, { source: source(B, all), line_width: 1.5, line_alpha: 0.8, hover_line_alpha: 1, ...line })];
}
