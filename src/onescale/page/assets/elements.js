// Elements of the page: text goes in as text, never as HTML.
function make(space, tag, attributes, children) {
  const made = space ? document.createElementNS(space, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const el = (tag, attributes = {}, ...children) => make("", tag, attributes, children);
const svg = (tag, attributes = {}, ...children) =>
  make("http://www.w3.org/2000/svg", tag, attributes, children);

// A control with its label, in one line.
function labelled(label, control, ...more) {
  return el("label", { class: "control" }, el("span", {}, label), control, ...more);
}

function select(options, chosen, onchange) {
  const made = options.map(([value, text]) =>
    el("option", { value, selected: value === chosen }, text),
  );
  return el("select", { onchange: (event) => onchange(event.target.value) }, made);
}

function slider(value, [low, high, step], oninput, attributes = {}) {
  return el("input", {
    type: "range", min: low, max: high, step, value,
    oninput: (event) => oninput(Number(event.target.value)), ...attributes,
  });
}

// One of a few choices, as buttons in a row.
function choice(label, options, chosen, onchange) {
  const buttons = options.map(([value, text]) =>
    el("button", {
      type: "button", "aria-pressed": String(value === chosen),
      onclick: (event) => {
        for (const one of buttons) one.setAttribute("aria-pressed", String(one === event.currentTarget));
        onchange(value);
      },
    }, text),
  );
  return el("div", { class: "choice", role: "group", "aria-label": label }, el("span", { "aria-hidden": "true" }, label), buttons);
}

// A table whose rows can be wide: it scrolls in its own box.
function table(caption, header, rows, attributes = {}) {
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
    el("table", attributes,
      el("caption", { class: "unseen" }, caption),
      el("thead", {}, el("tr", {}, header.map((one) => one instanceof Node ? one : el("th", { scope: "col" }, one)))),
      rows instanceof Node ? rows : el("tbody", {}, rows)));
}

// What one types to make a target by the configuration that these results were made by, in words
// that a narrow page does not break behind a hyphen.
const snakemake = (target) => ["snakemake --cores 4", target, DATA.options].filter(Boolean).join(" ").split(" ")
  .flatMap((word, i) => [i ? " " : "", el("span", { class: "word" }, word)]);

const chip = (text, kind) => el("span", { class: `chip ${kind}` }, text);

// What a verdict or an outcome is, by the colour that it bears beside its words.
const KINDS = {
  holds: "good", helps: "good", better: "good", supported: "good",
  "holds in part": "part", "the reverse holds in part": "bad", "the reverse holds": "bad",
  hurts: "bad", worse: "bad", reversed: "bad",
  "no difference that matters": "same",
};
const verdict = (word) => chip(t(word), KINDS[word] ?? "open");

// Accuracies stand on the logarithm of the error: from 99 to 98 % is as far as from 90 to 80 %, so
// that nets which hardly learn do not flatten the others.
const onScale = (accuracy) => -Math.log(Math.max(1 - accuracy, 1e-4));
const along = (value, [low, high], width) => {
  const share = (onScale(value) - onScale(low)) / (onScale(high) - onScale(low) || 1);
  return 6 + (width - 12) * Math.max(-0.03, Math.min(1.03, share)); // an interval may reach farther
};

// Every seed as a dot, with the interval of the mean, on a scale from low to high.
function dots(values, range, interval, mean, { width = 180, height = 22, mark = null } = {}) {
  const x = (value) => along(Math.min(value, 1), range, width).toFixed(1);
  const middle = height / 2;
  const drawn = [svg("line", { x1: 0, x2: width, y1: middle, y2: middle, class: "axis" })];
  if (interval && interval[0] != null)
    drawn.push(svg("line", { x1: x(interval[0]), x2: x(interval[1]), y1: middle, y2: middle, class: "interval" }));
  drawn.push(values.map((value, i) =>
    svg("circle", { cx: x(value), cy: middle + (((i * 7) % 5) - 2) * 1.6, r: 3, class: "dot" })));
  if (mean != null) drawn.push(svg("line", { x1: x(mean), x2: x(mean), y1: 3, y2: height - 3, class: "mean" }));
  if (mark != null) drawn.push(svg("line", { x1: x(mark), x2: x(mark), y1: 0, y2: height, class: "mark" }));
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "dots", "aria-hidden": "true" }, drawn);
}

// Where a value stands between −most and most, and the scale that says so above a column of such.
const WHISKER = { width: 150, height: 20, x: (value, most) => 75 + Math.max(-1, Math.min(1, value / most)) * 70 };

function whiskerScale(most) {
  const { width, height, x } = WHISKER;
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "dots", "aria-hidden": "true" },
    [-most, 0, most].map((value) => svg("text", { x: x(value, most), y: 15, "text-anchor": "middle" }, value ? points(value) : "0")));
}

// An effect's interval around "none"; what lies beyond the scale is an arrow at its end.
function whisker(estimate, low, high, most, small) {
  const { width, height } = WHISKER, x = (value) => WHISKER.x(value, most);
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "dots", "aria-hidden": "true" },
    svg("rect", { x: x(-small), width: x(small) - x(-small), y: 2, height: height - 4, class: "small" }),
    svg("line", { x1: width / 2, x2: width / 2, y1: 0, y2: height, class: "axis" }),
    low == null ? null : svg("line", { x1: x(low), x2: x(high), y1: height / 2, y2: height / 2, class: "interval" }),
    estimate == null ? null : Math.abs(estimate) > most
      ? svg("path", { d: `M${x(estimate) + 5 * Math.sign(estimate)} ${height / 2}l${-9 * Math.sign(estimate)} -5v10z`, class: "dot solid" })
      : svg("circle", { cx: x(estimate), cy: height / 2, r: 4, class: "dot solid" }));
}

// A text that stands packed in the page.
function inflated(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
