// Charts by Bokeh, which stands packed in the page and is unpacked when the first is wanted, or while
// the reader looks at the first panel. A chart is drawn in the colours of the scheme in force and
// drawn anew when that changes; what a control changes is the data of a chart that stands, since
// building one takes tens of milliseconds.
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8a6d3b", "#767676"];
const ON_DARK = ["#56B4E9", "#F08A4B", "#34C79B", "#E39ACB", "#F2C14E", "#A5D4F5", "#CFAE76", "#B3BBC3"];
const DASHES = ["solid", "dashed", "dotted", "dotdash"];

let unpacked = null;
function bokeh() {
  unpacked ??= (async () => {
    const script = document.createElement("script");
    script.textContent = await inflated(document.getElementById("library").textContent.trim());
    document.head.append(script);
    Bokeh.set_log_level("error");
    return Bokeh;
  })();
  return unpacked;
}
// Only once the page is painted: to run the library takes longer than to paint all else. The first
// chart takes longer than later ones, so it is one that nobody sees.
const beforehand = () => (window.requestIdleCallback ?? setTimeout)(async () => {
  const unseen = el("div", { class: "unseen", "aria-hidden": "true" });
  document.body.append(unseen);
  await show(unseen, (B) => {
    const made = figure(B, { x: "", y: "", height: 100 });
    made.line([0, 1], [0, 1]);
    return made;
  }).catch(() => {}); // the chart that is wanted will say so
  unseen.remove();
});

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const isDark = () => getComputedStyle(document.documentElement).colorScheme === "dark";
const pen = (place) => ({
  color: (isDark() ? ON_DARK : COLOURS)[place % COLOURS.length],
  dash: DASHES[Math.floor(place / COLOURS.length) % DASHES.length],
});

// An empty figure in the page's colours. `x`, `y`: labels of the axes.
function figure(B, { x, y, height = 380, tools = "pan,box_zoom,wheel_zoom,reset,save", ...more }) {
  const made = B.Plotting.figure({
    height, sizing_mode: "stretch_width", tools, x_axis_label: x, y_axis_label: y,
    background_fill_color: colour("paper"), border_fill_color: colour("paper"),
    outline_line_color: colour("line"), active_scroll: null, ...more,
  });
  const text = colour("text"), grid = colour("line");
  for (const axis of [...made.xaxes, ...made.yaxes]) {
    axis.setv({
      axis_label_text_color: text, major_label_text_color: text, axis_line_color: grid,
      major_tick_line_color: grid, minor_tick_line_color: null, axis_label_text_font_style: "normal",
      axis_label_text_font_size: "13px", major_label_text_font_size: "12px",
    });
  }
  for (const one of [...made.xgrids, ...made.ygrids]) one.setv({ grid_line_color: grid, grid_line_alpha: 0.6 });
  made.toolbar.setv({ logo: null, autohide: true });
  return made;
}

// Draws a chart into an element, in place of what stands there, and lets go of those that are gone.
const standing = new Map();
async function show(place, draw) {
  const B = await bokeh();
  if (!place.isConnected) return;
  for (const [gone, view] of standing) {
    if (gone.isConnected) continue;
    standing.delete(gone);
    view.remove();
  }
  place.replaceChildren();
  place.toggleAttribute("data-dark", isDark());
  const made = draw(B);
  for (const tool of made.toolbar.tools) tool.description ??= t(tool.tool_name);
  standing.set(place, await B.Plotting.show(made, place));
  // A chart does nothing by keyboard: the controls beside it do.
  for (const one of inside(place, ".bk-events")) one.tabIndex = -1;
}

// Elements within another, in its shadows too.
const inside = (root, which) => [...root.querySelectorAll("*")].flatMap((one) =>
  [...(one.matches(which) ? [one] : []), ...(one.shadowRoot ? inside(one.shadowRoot, which) : [])]);

const source = (B, data) => new B.ColumnDataSource({ data });

// A box with a chart: its words for those who do not see it, and what it is drawn by.
function chart(label, draw) {
  const box = el("div", { class: "chart", role: "img", "aria-label": label });
  box.drawn = show(box, draw).catch((error) => {
    console.error(error);
    box.textContent = t("This browser cannot unpack the charts; a newer one can.");
  });
  return box;
}
