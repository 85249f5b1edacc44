// Curves: accuracy on the way, a line a seed or a band a variant, by steps or by CPU seconds.
function curvesPanel(redraw) {
  const chosen = state.get("group", DATA.groups[0].name);
  const group = DATA.groups.find((one) => one.name === chosen) ?? DATA.groups[0];
  const all = group.rows.map((row) => row.variant);
  const names = state.list("v", all).filter((name) => all.includes(name));
  const given = { part: state.get("of", "test"), x: state.get("x", "steps"), form: state.get("form", "bands") };
  const change = (key) => (value) => { state.set({ [key]: value }); redraw(); };
  const toggle = (name) => {
    const kept = names.includes(name) ? names.filter((one) => one !== name) : all.filter((one) => names.includes(one) || one === name);
    state.set({ v: kept.join(",") });
    redraw();
  };
  return [
    labelled(t("group"), select(DATA.groups.map((one) => [one.name, t(one.title)]), group.name,
      (name) => { state.set({ group: name, v: null }); redraw(); })),
    el("div", { class: "controls" },
      choice(t("accuracy on"), [["test", t("test images")], ["train", t("training images")]], given.part, change("of")),
      choice(t("along"), [["steps", t("steps")], ["seconds", t("CPU seconds")]], given.x, change("x")),
      choice(t("shown as"), [["bands", t("bands")], ["seeds", t("seeds")]], given.form, change("form"))),
    el("fieldset", { class: "variants" }, el("legend", {}, t("variants")),
      all.map((name, place) => el("label", {},
        el("input", { type: "checkbox", checked: names.includes(name), onchange: () => toggle(name) }),
        el("span", { class: "swatch", style: `border-color:${pen(place).color};border-style:${pen(place).dash === "solid" ? "solid" : "dashed"}` }),
        name))),
    curvesChart(names, { ...given, places: names.map((name) => all.indexOf(name)) }),
    el("p", { class: "quiet" }, t("Bands reach from the lowest seed to the highest, the line is their mean. Point at a line and it names its seed; drag to move, the wheel tool zooms. The evaluation after the first update is left out.")),
  ];
}

// The chart of some variants; part "both" draws the training curve dashed beside the test curve.
function curvesChart(names, { part, x, form, height = 420, places = names.map((_, i) => i) }) {
  const words = t("Accuracy of {names} while training", { names: names.join(", ") });
  return chart(words, (B) => {
    const made = figure(B, { x: x === "steps" ? t("updates") : t("CPU seconds"), y: t("accuracy, %"), height });
    names.forEach((name, i) => {
      const parts = part === "both" ? ["train", "test"] : [part];
      parts.forEach((one) => drawCurve(B, made, name, one, {
        x, form, color: pen(places[i]).color, dash: part === "both" ? (one === "train" ? "dashed" : "solid") : pen(places[i]).dash,
      }));
    });
    return made;
  });
}

function drawCurve(B, made, name, part, { x, form, color, dash }) {
  const variant = DATA.variants[name];
  const along = (steps, i) => x === "steps" ? steps : steps.map((step) => (step * (variant.us_per_step[i] ?? NaN)) / 1e6);
  const from = (list) => list.slice(list.length > 2 ? 1 : 0);
  const per100 = (values) => values.map((value) => 100 * value);
  const told = part === "train" ? t("training") : t("test");
  if (form === "bands") {
    const { steps, mean, low, high } = variant.bands[part];
    const middle = variant.us_per_step.toSorted((a, b) => a - b)[variant.us_per_step.length >> 1];
    const xs = from(x === "steps" ? steps : steps.map((step) => (step * middle) / 1e6));
    const data = { x: xs, mean: per100(from(mean)), low: per100(from(low)), high: per100(from(high)) };
    const held = source(B, data);
    made.varea({ field: "x" }, { field: "low" }, { field: "high" }, { source: held, fill_color: color, fill_alpha: 0.16 });
    const line = made.line({ field: "x" }, { field: "mean" }, { source: held, line_color: color, line_width: 2, line_dash: dash });
    made.add_tools(new B.HoverTool({
      renderers: [line], mode: "mouse", line_policy: "nearest",
      tooltips: [[name, told], [t("updates"), "@x{0,0.[00]}"], [t("mean"), "@mean{0.00} %"], [t("seeds"), "@low{0.00} – @high{0.00} %"]],
    }));
    return;
  }
  const held = source(B, {
    xs: variant.steps.map((steps, i) => from(along(steps, i))),
    ys: variant[part].map((curve) => per100(from(curve))),
    seed: variant.seeds.map(String),
  });
  const lines = made.multi_line({ field: "xs" }, { field: "ys" }, {
    source: held, line_color: color, line_width: 1.5, line_alpha: 0.8, line_dash: dash,
    hover_line_color: color, hover_line_alpha: 1,
  });
  made.add_tools(new B.HoverTool({
    renderers: [lines], line_policy: "nearest",
    tooltips: [[name, told], [t("seed"), "@seed"], [t("accuracy, %"), "$snap_y{0.00}"]],
  }));
}
