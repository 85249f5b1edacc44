// The bowl z = x²/20 + y²: optimisers whose rate and memory are on sliders, from a start that
// can be dragged, step by step or at once.
const MEMORY = { momentum: "momentum", nesterov: "momentum", rmsprop: "decay", adadelta: "decay", adam: "beta1", adamw: "beta1" };
const LEVELS = [0.02, 0.1, 0.3, 0.7, 1.3, 2.2, 3.5, 5.2, 7.5];
const FIRST = ["sgd", "momentum", "adagrad", "adam"]; // the chapter's
const TITLES = { sgd: "SGD", momentum: "Momentum", nesterov: "Nesterov", adagrad: "AdaGrad", rmsprop: "RMSprop", adadelta: "AdaDelta", adam: "Adam", adamw: "AdamW" };

function bowlPanel() {
  const { start, updates } = DATA.bowl;
  const optimizers = DATA.bowl.optimizers.filter((one) => bowl.names.includes(one.name));
  const usual = Object.fromEntries(optimizers.map((one) => [one.name, one]));
  const shown = new Set(state.list("o", FIRST));
  const settings = Object.fromEntries(optimizers.map((one) => [one.name, { ...one, ...kept(one) }]));
  const now = { start: state.list("at", start).map(Number), steps: Number(state.get("n", updates)), drawn: null };
  let moving = null;

  function kept(one) {
    const [rate, memory] = state.list(one.name, []).map(Number);
    return { ...(rate > 0 ? { rate } : {}), ...(MEMORY[one.name] && memory >= 0 ? { [MEMORY[one.name]]: memory } : {}) };
  }

  function remember() {
    const changed = optimizers.map(({ name }) => {
      const own = settings[name], memory = MEMORY[name];
      const same = own.rate === usual[name].rate && (!memory || own[memory] === usual[name][memory]);
      return [name, same ? null : [own.rate, memory ? own[memory] : 0].join(",")];
    });
    state.set({
      o: [...shown].join(","), n: now.steps === updates ? null : now.steps,
      at: now.start.join() === start.join() ? null : now.start.join(","), ...Object.fromEntries(changed),
    });
  }

  const paths = () => optimizers.map(({ name }) => bowl.path(settings[name], now.start, now.steps));
  const cells = Object.fromEntries(optimizers.map(({ name }) => [name, { length: el("td", { class: "number" }), end: el("td", { class: "number" }) }]));

  function update() {
    const found = paths();
    optimizers.forEach(({ name }, i) => {
      const { length, end } = bowl.told(found[i]);
      cells[name].length.textContent = short(length);
      cells[name].end.textContent = short(end);
      const visible = shown.has(name);
      if (now.drawn) {
        const inside = found[i].filter((p) => p.every((value) => Math.abs(value) < 1e6));
        now.drawn.sources[i].data = { x: visible ? inside.map((p) => p[0]) : [], y: visible ? inside.map((p) => p[1]) : [] };
      }
    });
    remember();
  }

  function stop() { clearInterval(moving); moving = null; }
  function go(steps) { now.steps = Math.max(0, Math.min(200, steps)); count.value = now.steps; counted.textContent = now.steps; update(); }
  const counted = el("output", {}, now.steps);
  const count = slider(now.steps, [0, 200, 1], (value) => { stop(); go(value); }, { "aria-label": t("updates") });
  const controls = el("div", { class: "controls" },
    labelled(t("updates"), count, counted),
    el("button", { type: "button", onclick: () => { stop(); go(now.steps + 1); } }, t("one step")),
    el("button", { type: "button", onclick: () => {
      const last = Math.max(now.steps, updates);
      stop(); go(0);
      moving = setInterval(() => (now.steps < last && count.isConnected ? go(now.steps + 1) : stop()), 120);
    } }, t("walk")),
    el("button", { type: "button", onclick: () => { stop(); go(updates); } }, t("all at once")),
    [0, 1].map((i) => labelled(t("start {axis}", { axis: "xy"[i] }), startBox(i))),
    el("button", { type: "button", onclick: afresh }, t("start over")));

  function startBox(i) {
    return el("input", { type: "number", step: 0.5, min: [-10, -3][i], max: [10, 3][i], value: now.start[i], class: `start${i}`,
      onchange: (event) => { now.start[i] = Number(event.target.value); placed(); } });
  }
  function afresh() {
    stop();
    now.start = [...start];
    optimizers.forEach((one) => Object.assign(settings[one.name], one));
    shown.clear();
    FIRST.forEach((one) => shown.add(one));
    controls.querySelectorAll("input[type=number]").forEach((input, i) => { input.value = start[i]; });
    list.replaceChildren(...rows());
    now.steps = updates;
    count.value = counted.textContent = updates;
    placed();
  }
  function placed() {
    if (now.drawn) now.drawn.start.data = { x: [now.start[0]], y: [now.start[1]] };
    update();
  }

  const box = chart(t("Paths of the optimisers over the contours of the bowl, towards its minimum at the middle"), (B) => {
    now.drawn = bowlFigure(B, optimizers.map(({ name }) => name), now.start);
    now.drawn.start.on_change(now.drawn.start.properties.data, () => {
      const { x, y } = now.drawn.start.data;
      if (x[0] === now.start[0] && y[0] === now.start[1]) return;
      now.start = [Number(x[0].toFixed(2)), Number(y[0].toFixed(2))];
      controls.querySelectorAll("input[type=number]").forEach((input, i) => { input.value = now.start[i]; });
      update();
    });
    update();
    return now.drawn.made;
  });
  const rows = () => optimizers.map(({ name }, i) => optimizerRow(name, i, settings[name], shown, cells[name], update));
  const list = el("tbody", {}, rows());
  const difference = bowl.off(DATA.bowl);
  update();
  return [
    el("p", {}, t("The bowl is z = x²/20 + y²: twenty times as steep across as along. The gradient points down the steepest slope, not at the minimum. Drag the square, or type where to start; move a rate and see what becomes of the path.")),
    box, controls,
    table(t("Optimisers"), [t("optimiser"), t("rate η"), t("momentum, or share that is kept"), t("length of the path"), t("ends from the minimum")], list),
    el("p", { class: "quiet", id: "bowl-check", "data-off": difference }, difference < 1e-9
      ? t("This page computes the paths itself; from the usual start they differ from those that onescale computed by at most {off} of the way.", { off: difference.toExponential(0) })
      : t("This page computes other paths than onescale: they are {off} of the way apart. Please report it.", { off: short(difference) })),
  ];
}

function optimizerRow(name, place, own, shown, cell, update) {
  const memory = MEMORY[name], named = { name: t(TITLES[name] ?? name) };
  const rate = el("output", {}, short(own.rate));
  const share = el("output", {}, memory ? short(own[memory]) : "");
  return el("tr", {},
    el("th", { scope: "row" }, el("label", {},
      el("input", { type: "checkbox", checked: shown.has(name), onchange: (event) => { event.target.checked ? shown.add(name) : shown.delete(name); update(); } }),
      el("span", { class: "swatch", style: `border-color:${pen(place).color}` }), named.name)),
    el("td", {}, slider(Math.log10(own.rate), [-3, 3, 0.01], (value) => {
      own.rate = Number((10 ** value).toPrecision(3)); rate.textContent = short(own.rate); update();
    }, { "aria-label": t("rate of {name}", named) }), rate),
    el("td", {}, memory ? [slider(own[memory], [0, 0.99, 0.01], (value) => {
      own[memory] = value; share.textContent = short(value); update();
    }, { "aria-label": memory === "momentum" ? t("momentum of {name}", named) : t("share that {name} keeps", named) }), share] : DASH),
    cell.length, cell.end);
}

// Lower where the page is narrow, so that the bowl is seen to be stretched there, too.
const bowlHeight = () => Math.round(Math.min(430, Math.max(230, 0.4 * document.getElementById("panel").clientWidth)));

// Contours, an empty path for each optimiser, and the start, which can be dragged.
function bowlFigure(B, names, start) {
  const made = figure(B, {
    x: "x", y: "y", height: bowlHeight(), tools: "pan,wheel_zoom,reset,save",
    x_range: new B.Range1d({ start: -10, end: 10 }), y_range: new B.Range1d({ start: -3, end: 3 }),
  });
  const around = Array.from({ length: 121 }, (_, i) => (2 * Math.PI * i) / 120);
  made.multi_line({ field: "xs" }, { field: "ys" }, {
    source: source(B, {
      xs: LEVELS.map((z) => around.map((a) => Math.sqrt(20 * z) * Math.cos(a))),
      ys: LEVELS.map((z) => around.map((a) => Math.sqrt(z) * Math.sin(a))),
    }), line_color: colour("line"), line_width: 1,
  });
  made.scatter({ field: "x" }, { field: "y" }, { source: source(B, { x: [0], y: [0] }), marker: "cross", size: 16, line_color: colour("text"), line_width: 2 });
  const drawn = names.map((name, i) => {
    const held = source(B, { x: [], y: [] });
    made.line({ field: "x" }, { field: "y" }, { source: held, line_color: pen(i).color, line_width: 1.6 });
    const points = made.scatter({ field: "x" }, { field: "y" }, { source: held, fill_color: pen(i).color, line_color: null, size: 5 });
    points.name = t(TITLES[name] ?? name);
    return { held, points };
  });
  made.add_tools(new B.HoverTool({
    renderers: drawn.map(({ points }) => points),
    tooltips: [["", "$name"], [t("updates"), "$index"], ["x, y", "@x{0.000}, @y{0.000}"]],
  }));
  const held = source(B, { x: [start[0]], y: [start[1]] });
  const square = made.scatter({ field: "x" }, { field: "y" }, { source: held, marker: "square", size: 14, fill_color: colour("text"), line_color: colour("paper"), line_width: 1.5 });
  const drag = new B.PointDrawTool({ renderers: [square], add: false, description: t("drag the start") });
  made.add_tools(drag);
  made.toolbar.active_drag = drag;
  return { made, sources: drawn.map((one) => one.held), start: held };
}
