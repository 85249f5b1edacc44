// Initial weights: how activations spread, layer by layer, for a standard deviation on a slider.
function weightsPanel() {
  const { scales, activations, edges, layers, named } = DATA.weights;
  const usual = named.he;
  const now = { activation: state.get("f", "sigmoid"), place: Number(state.get("s", usual)) };
  const read = el("output", {}, "");
  const drawn = []; // a layer each: the data of its bars and the range of its axis
  const input = slider(now.place, [0, scales.length - 1, 1], (place) => { now.place = place; update(); }, { "aria-label": t("standard deviation of the weights") });
  const facts = el("tbody", {});

  function update() {
    const own = activations[now.activation].layers[now.place];
    read.textContent = short(scales[now.place]);
    input.value = now.place;
    const [start, end] = edges[now.activation];
    own.shares.forEach((shares, layer) => {
      drawn[layer]?.range.setv({ start, end });
      drawn[layer]?.held.setv({ data: bars(shares, edges[now.activation]) });
    });
    facts.replaceChildren(...own.shares.map((_, layer) => el("tr", {},
      el("th", { scope: "row" }, layer + 1), el("td", { class: "number" }, short(own.mean[layer])),
      el("td", { class: "number" }, short(own.sd[layer])), el("td", { class: "number" }, `${fixed(100 * own.saturated[layer], 1)} %`))));
    state.set({ f: now.activation === "sigmoid" ? null : now.activation, s: now.place === usual ? null : now.place });
  }

  const box = el("div", { class: "layers" }, Array.from({ length: layers }, (_, layer) => {
    const words = t("Histogram of the activations of layer {layer}", { layer: layer + 1 });
    return el("div", {}, el("h4", {}, t("layer {layer}", { layer: layer + 1 })), chart(words, (B) => {
      const [start, end] = edges[now.activation];
      const range = new B.Range1d({ start, end });
      const made = figure(B, { x: t("activation"), y: layer ? "" : t("share of the layer"), height: 220, tools: "",
        x_range: range, y_range: new B.Range1d({ start: 0, end: 0.3 }), toolbar_location: null });
      const held = source(B, bars(activations[now.activation].layers[now.place].shares[layer], [start, end]));
      drawn[layer] = { held, range };
      made.quad({ left: { field: "left" }, right: { field: "right" }, top: { field: "top" }, bottom: 0, source: held, fill_color: pen(0).color, line_color: null });
      return made;
    }));
  }));

  const NAMES = { "0.01": "0.01", xavier: "Xavier, √(1/n)", he: "He, √(2/n)", 1: "1" };
  const jumps = ["0.01", "xavier", "he", "1"].map((name) => [name, named[name]]).map(([name, place]) =>
    el("button", { type: "button", onclick: () => { now.place = place; update(); } }, NAMES[name]));
  const functions = choice(t("activation function"), Object.keys(activations).map((name) => [name, name === "relu" ? "ReLU" : t(name)]), now.activation, (name) => {
    now.activation = name;
    update();
  });
  update();
  return [
    el("p", {}, t("{inputs} standard normal inputs go through {layers} layers of 100 nodes that nobody has trained. Weights that are too small pile the activations up at one value, weights too large drive them to the ends, where hardly a gradient is left.", { inputs: fixed(DATA.weights.inputs, 0), layers })),
    el("div", { class: "controls" }, functions, labelled(t("standard deviation of the weights"), input, read), jumps),
    box,
    table(t("Activations by layer"), [t("layer"), t("mean"), t("standard deviation"), t("at an end of the range")], facts),
  ];
}

function bars(shares, [low, high]) {
  const width = (high - low) / shares.length;
  return { left: shares.map((_, i) => low + i * width), right: shares.map((_, i) => low + (i + 1) * width), top: shares.map((share) => Math.min(share, 0.3)) };
}
