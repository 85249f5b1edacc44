// My number: where an accuracy of one's own falls among our seeds, row by row of the chapter.
const isInside = ({ printed, within }) => covers(printed, within);

// Whether a printed fraction lies within; of two digits it stands for all that are cut to it.
function covers(printed, [low, high]) {
  const digits = printed.split(".")[1]?.length ?? 0;
  const value = Number(printed);
  if (digits > 2) return low <= value && value <= high;
  return value <= high && low < value + 10 ** -digits;
}

function minePanel() {
  const rows = DATA.printed;
  if (!rows.length) return el("p", {}, t("This run has none of the chapter's ten runs to put a number beside."));
  const now = { mine: state.get("mine", ""), of: state.get("of", "test") };
  const body = el("tbody", {});
  const input = el("input", { type: "number", min: 0, max: 100, step: "any", value: now.mine, placeholder: "97.1", oninput: (event) => { now.mine = event.target.value; update(); } });

  function update() {
    state.set({ mine: now.mine || null, of: now.of === "test" ? null : now.of });
    const own = rows.filter((row) => row.measure === now.of);
    const value = now.mine === "" ? null : Number(now.mine) / 100;
    const all = own.flatMap((row) => [...row.values, ...(row.within ?? []), Number(row.printed)]);
    const range = [Math.min(...all), Math.max(...all)];
    body.replaceChildren(...own.map((row) => mineRow(row, value, range)));
  }

  const parts = choice(t("accuracy on"), [["test", t("test images")], ["train", t("training images")]], now.of, (value) => {
    now.of = value;
    for (const button of parts.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.textContent === t(value === "test" ? "test images" : "training images")));
    update();
  });
  update();
  const after = rows.find((row) => row.after)?.after;
  return [
    el("p", {}, t("Ran the chapter's code yourself? Type the accuracy that you got, and see where it falls: among our runs, and in the interval in which one more run would lie with {confidence} % confidence.", { confidence: short(100 * DATA.about.criteria.confidence) })),
    el("div", { class: "controls" }, labelled(t("my accuracy, %"), input), parts),
    table(t("My number beside every row of the chapter"),
      [t("the chapter's row"), t("printed, %"), t("one more run, %"), t("our seeds, the interval, the printed and your number"), t("yours")], [], { id: "mine" }),
    el("p", { class: "quiet" }, after
      ? t("Ours are the runs as the chapter's code is written, after update {after}, the last that it prints.", { after: fixed(after, 0) })
      : t("These runs are shorter than the chapter's, so numbers that it prints cannot be expected here.")),
  ].map((part) => { part.querySelector?.("#mine tbody")?.replaceWith(body); return part; });
}

function mineRow(row, value, range) {
  const below = value === null ? 0 : row.values.filter((one) => one < value).length;
  const told = value === null ? DASH
    : !row.within ? t("higher than {below} of {all} seeds", { below, all: row.values.length })
    : t(value < row.within[0] ? "below" : value > row.within[1] ? "above" : "inside") + `, ${t("higher than {below} of {all} seeds", { below, all: row.values.length })}`;
  const kind = value === null || !row.within ? "" : value < row.within[0] || value > row.within[1] ? "out" : "in";
  const clamp = (one) => Math.max(range[0], Math.min(range[1], one));
  const picture = dots(row.values.map(clamp), range, row.within?.map(clamp), null, { width: 260, mark: clamp(Number(row.printed)) });
  if (value !== null) picture.append(svg("path", { d: arrow(clamp(value), range, 260), class: "yours" }));
  return el("tr", {}, el("th", { scope: "row" }, t(row.row)),
    el("td", { class: "number" }, percentOf(row.printed)),
    el("td", { class: "number" }, row.within ? between(...row.within) : DASH),
    el("td", {}, picture), el("td", { class: kind }, told));
}

function arrow(value, range, width) {
  const x = along(value, range, width);
  return `M${x},12 l-5,9 h10 z`;
}

// A printed fraction in per cent; of two digits it was cut from a longer one.
function percentOf(printed) {
  const digits = printed.split(".")[1]?.length ?? 0;
  return `${(100 * Number(printed)).toFixed(Math.min(2, Math.max(0, digits - 2)))}${digits <= 2 ? "…" : ""}`;
}
