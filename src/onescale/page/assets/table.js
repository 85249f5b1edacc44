// The class: a table on every scale, where one person stands, and a table of one's own.
const SCALES = [
  ["standardized", "z = (x − mean)/std"], ["minmax", "0 to 1"], ["minmax100", "0 to 100"],
  ["batch_norm", "batch normalisation, ε = 0.01"], ["chapter", "as the chapter's code prints it, (x − mean)²/std"],
];

function classPanel(redraw) {
  const names = Object.keys(DATA.tables);
  const shown = names.map((name) => [name, given(name, redraw)]).filter(([, section]) => section);
  return [...shown.flatMap(([name, section]) => [shown.length > 1 ? el("h3", {}, name) : null, section]), ownTable()];
}

function given(name, redraw) {
  const { label, by, scales, rows: all } = DATA.tables[name];
  const kept = SCALES.filter(([scale]) => scales[scale]);
  const scaled = (column, scale) => `${column}_${scale.replace(/\d+$/, "")}`;
  const columns = Object.keys(all[0]).filter((key) => kept.length && scaled(key, kept[0][0]) in scales[kept[0][0]][0]);
  if (!columns.length) return null;
  const column = columns.includes(state.get("column")) ? state.get("column") : columns[0];
  const places = [...all.keys()].filter((i) => all[i][column].trim() && Number.isFinite(Number(all[i][column])));
  if (!places.length) return null;
  const rows = places.map((i) => all[i]);
  const values = rows.map((row) => Number(row[column]));
  const people = rows.map((row) => row[label]);
  const standing = standingBy(values, rows.map((row) => JSON.stringify(by.map((key) => row[key]))));
  const cell = (scale, i) => scales[scale][places[i]][scaled(column, scale)];
  const who = el("select", { onchange: () => { state.set({ who: who.value }); update(); } }, people.map((person) => el("option", { value: person }, person)));
  who.value = [state.get("who"), "학생20"].find((one) => people.includes(one)) ?? people[0];
  const told = el("dl", { class: "facts", "aria-live": "polite" });
  const picture = el("div", { class: "stand" });

  function update() {
    const i = people.indexOf(who.value);
    const { rank, of, percentile } = standing[i];
    told.replaceChildren(...[
      [t(column), rows[i][column]],
      ...kept.map(([scale, words]) => [t(words), cell(scale, i)]),
      [t("rank, from the largest"), t("{rank} of {of}", { rank, of })], [t("percentile"), exact.repr(percentile)],
    ].flatMap(([key, value]) => [el("dt", {}, key), el("dd", {}, value)]));
    picture.replaceChildren(standingPicture(values, i, people));
    for (const row of body) row.classList.toggle("open", row.dataset.who === who.value);
  }

  const body = people.map((person, i) => el("tr", { "data-who": person }, el("th", { scope: "row" }, person), el("td", { class: "number" }, rows[i][column]),
    kept.map(([scale]) => el("td", { class: "number" }, cut(cell(scale, i)))),
    el("td", { class: "number" }, standing[i].rank), el("td", { class: "number" }, fixed(standing[i].percentile, 1))));
  update();
  return el("section", {},
    el("p", {}, t("{rows} people and their {column}: a number says little until it stands on a scale. Choose a person.", { rows: rows.length, column: t(column) })),
    el("div", { class: "controls" },
      columns.length > 1 ? labelled(t("column"), select(columns.map((one) => [one, t(one)]), column, (one) => { state.set({ column: one }); redraw(); })) : null,
      labelled(t("person"), who)),
    picture, told,
    el("details", {}, el("summary", {}, t("Everyone on every scale")),
      table(t("Everyone on every scale"), [t(label), t(column), ...kept.map(([, words]) => t(words)), t("rank"), t("percentile")], body)));
}

// Where each value stands among those of its own group.
function standingBy(values, groups) {
  const found = [];
  for (const members of Map.groupBy(values.keys(), (i) => groups[i]).values()) {
    exact.standing(members.map((i) => values[i])).forEach((one, k) => { found[members[k]] = one; });
  }
  return found;
}

const cut = (text) => (Number.isFinite(Number(text)) ? fixed(Number(text), 4) : text);

// Every value as a dot, equal ones stacked; the chosen one is marked and named.
function standingPicture(values, chosen, people) {
  const low = Math.min(...values), high = Math.max(...values);
  const width = Math.min(640, document.getElementById("panel").clientWidth); // words keep their size
  const x = (value) => 30 + ((width - 60) * (value - low)) / (high - low || 1);
  const seen = new Map();
  const drawn = values.map((value, i) => {
    const stack = seen.get(value) ?? 0;
    seen.set(value, stack + 1);
    return svg("circle", { cx: x(value), cy: 130 - 15 * stack, r: 6, class: i === chosen ? "dot me" : "dot" }, svg("title", {}, `${people[i]}: ${value}`));
  });
  const stack = values.slice(0, chosen).filter((value) => value === values[chosen]).length;
  return svg("svg", { viewBox: `0 0 ${width} 170`, class: "wide", role: "img", "aria-label": t("Every value as a dot; {who} is marked", { who: people[chosen] }) },
    svg("line", { x1: 20, x2: width - 20, y1: 142, y2: 142, class: "axis" }), drawn,
    [low, high].map((value) => svg("text", { x: x(value), y: 162, "text-anchor": "middle" }, String(value))),
    svg("text", { x: x(values[chosen]), y: 130 - 15 * stack - 12, "text-anchor": "middle", class: "name" }, people[chosen]));
}

// A table of one's own, standardised here with the digits of the command line.
function ownTable() {
  const area = el("textarea", { rows: 8, spellcheck: "false", placeholder: t("name,score / Kim,71 / Lee,64.5 / Park,88").replaceAll(" / ", "\n") });
  const said = el("p", { "aria-live": "polite" }), left = el("p", { class: "quiet", "aria-live": "polite" });
  const out = el("div", {});
  const ddof = select([["0", "n"], ["1", "n − 1"]], "0", () => update());
  const column = el("select", { onchange: () => update() });
  let held = null;

  function read() {
    held = parseTable(area.value);
    column.replaceChildren(...(held.error ? [] : held.numbers.map((i) => el("option", { value: i }, held.header[i]))));
    update();
  }
  function update() {
    out.replaceChildren();
    left.textContent = (area.value.trim() && held.odd || []).map((one) => t("Left out is {column}: “{cell}” on line {line} is not a number.", one)).join(" ");
    if (!area.value.trim()) { said.textContent = ""; return; }
    if (held.error) { said.textContent = t(held.error, held); return; }
    const own = ownScales(held, Number(column.value), BigInt(ddof.value));
    said.textContent = t("{n} values: mean {mean}, standard deviation {std}", { n: own.values.length, mean: exact.repr(own.mean), std: exact.repr(own.std) });
    out.append(...ownResult(own));
  }
  const drop = (event) => {
    const [file] = event.dataTransfer?.files ?? event.target.files;
    if (!file) return;
    event.preventDefault();
    file.arrayBuffer().then((bytes) => {
      const { text, encoding } = decoded(new Uint8Array(bytes));
      area.value = text ?? "";
      chosen.textContent = text === undefined ? t("{file} is no text; save the table as CSV.", { file: file.name }) : encoding === "UTF-8" ? file.name : `${file.name} (${encoding})`;
      read();
    });
  };
  const chosen = el("output", {}); // a browser's own words on choosing a file are in the language of its user
  const chooser = el("input", { type: "file", hidden: true, accept: ".csv,.tsv,.txt", onchange: drop });
  area.addEventListener("input", () => { chosen.textContent = ""; read(); });
  area.addEventListener("drop", drop);
  return el("section", { id: "own" },
    el("h3", {}, t("A table of your own")),
    el("p", {}, t("Paste it, or drop a file (comma, tab, semicolon, slash or blank between the cells). It stays in this page: nothing is sent. Mean and deviation are exact, each value is rounded once: the digits are those of onescale standardize.")),
    el("label", { class: "area" }, el("span", {}, t("table")), area),
    el("div", { class: "controls" }, el("button", { type: "button", onclick: () => chooser.click() }, t("choose a file")), chooser, chosen, labelled(t("column"), column), labelled(t("divide by"), ddof)),
    said, left, out);
}

// A file's text, which is UTF-8, or as Korean Excel saves it; neither is guessed where bytes do not fit.
function decoded(bytes) {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? [["utf-16le", "UTF-16"]] : [];
  for (const [name, encoding] of [...wide, ["utf-8", "UTF-8"], ["euc-kr", "CP949"]]) {
    try {
      const text = new TextDecoder(name, { fatal: true }).decode(bytes);
      if (!text.includes("\0")) return { text, encoding };
    } catch { /* the next one */ }
  }
  return {};
}

const DELIMITERS = [",", "\t", ";", "|", "/", " "];
const GAPS = new Set(["", "na", "n/a", "nan", "null", "none"]);
const NUMBER = /^[+\-−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+\-−]?\d+)?$/;
const asNumber = (cell) => (NUMBER.test(cell.trim()) ? Number(cell.trim().replaceAll("−", "-")) : NaN);

// Cells, header and columns of numbers of a pasted table; `error` says why there are none.
function parseTable(text) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  const mark = DELIMITERS.find((one) => lines.length && lines.every((line) => cellsOf(line, one).length === cellsOf(lines[0], one).length) && cellsOf(lines[0], one).length > 1);
  const rows = lines.map((line) => (mark ? cellsOf(line, mark) : [line.trim()]));
  if (!rows.length) return { error: "The table is empty." };
  const wide = rows.findIndex((row) => row.length !== rows[0].length);
  if (wide > 0) return { error: "Line {line} has another number of cells than the first.", line: wide + 1 };
  const isGap = (cell) => GAPS.has(cell.trim().toLowerCase());
  const numeric = (list, i) => list.some((row) => !isGap(row[i])) && list.every((row) => isGap(row[i]) || Number.isFinite(asNumber(row[i])));
  const places = rows[0].map((_, i) => i);
  const named = rows.length > 1 && places.some((i) => numeric(rows.slice(1), i) && !Number.isFinite(asNumber(rows[0][i])) && !isGap(rows[0][i]));
  const header = named ? rows[0] : places.map((i) => `column_${i + 1}`);
  const body = named ? rows.slice(1) : rows;
  const numbers = places.filter((i) => numeric(body, i));
  const isOdd = (cell) => !isGap(cell) && !Number.isFinite(asNumber(cell));
  const odd = places.filter((i) => !numbers.includes(i) && body.some((row) => Number.isFinite(asNumber(row[i])))).map((i) => {
    const at = body.findIndex((row) => isOdd(row[i]));
    return { column: header[i], cell: body[at][i], line: at + lines.length - body.length + 1 };
  });
  if (!numbers.length) return { error: "No column holds numbers alone.", odd };
  return { header, body, numbers, isGap, odd };
}

function cellsOf(line, mark) {
  const cells = [];
  const pattern = new RegExp(`\\s*(?:"((?:[^"]|"")*)"|([^${mark === "\t" ? "\\t" : mark === "|" ? "\\|" : mark}]*))\\s*(?:${mark === "|" ? "\\|" : mark === "\t" ? "\\t" : mark === " " ? " +" : mark}|$)`, "y");
  const text = mark === "\t" ? line : line.trim();
  let end = false;
  while (!end && pattern.lastIndex <= text.length) {
    const from = pattern.lastIndex;
    const found = pattern.exec(text);
    if (!found) break;
    cells.push(found[1] !== undefined ? found[1].replaceAll('""', '"') : found[2].trim());
    end = pattern.lastIndex >= text.length && !text.slice(from).endsWith(mark);
    if (pattern.lastIndex === from) break;
  }
  return cells;
}

function ownScales({ header, body, isGap }, column, ddof) {
  const label = header.findIndex((_, i) => i !== column && body.some((row) => !isGap(row[i]) && !Number.isFinite(asNumber(row[i]))));
  const rows = body.filter((row) => !isGap(row[column]));
  const values = rows.map((row) => asNumber(row[column]));
  const m = exact.moments(values);
  return {
    names: rows.map((row, i) => (label >= 0 ? row[label] : String(i + 1))), label: header[label] ?? "", column: header[column], values,
    mean: exact.mean(m), std: m.count > ddof ? exact.std(m, ddof) : NaN, z: m.count > ddof ? exact.standardized(m, ddof) : values.map(() => NaN),
    unit: exact.minmax(m), hundred: exact.minmax(m, 100), standing: exact.standing(values),
  };
}

function ownResult({ names, label, column, values, z, unit, hundred, standing }) {
  const header = [label, column, `${column}_standardized`, `${column}_minmax`, "0–100", t("rank"), t("percentile")];
  const lines = names.map((name, i) => [name, exact.repr(values[i]), exact.repr(z[i]), exact.repr(unit[i]), exact.repr(hundred[i]), String(standing[i].rank), exact.repr(standing[i].percentile)]);
  const quoted = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const text = [[label || "name", column, `${column}_standardized`, `${column}_minmax`, `${column}_0_100`, "rank", "percentile"], ...lines].map((line) => line.map(quoted).join(",")).join("\n");
  const marked = encodeURIComponent(`\uFEFF${text}\n`); // without the mark Excel takes it for CP949
  return [
    el("a", { class: "button", download: "scaled.csv", href: `data:text/csv;charset=utf-8,${marked}` }, t("save as CSV")),
    table(t("Your table on every scale"), header, lines.map((line) => el("tr", {}, el("th", { scope: "row" }, line[0]), line.slice(1).map((cell) => el("td", { class: "number" }, cell)))), { id: "scaled" }),
  ];
}
