// As written and put right: the chapter's ten runs either way, and a switch for each of its faults.
function faultsPanel(redraw) {
  const right = state.get("right") === "1";
  return [
    brief(),
    el("p", {}, t("The chapter's code does in places otherwise than its words. Each run was made as the code is written, and as the words mean it; a switch shows what that changes.")),
    switched(t("put all ten runs right"), right, (value) => { state.set({ right: value ? "1" : null }); redraw(); }),
    tenRuns(right),
    el("p", { class: "quiet" }, t("The chapter's figures are those after update 9,601, ours those after the last update. A figure of two digits (99…) is taken as cut from a longer one.")),
    el("h3", {}, t("What each fault costs")),
    DATA.faults.length ? [el("p", {}, t("A difference is the run put right minus the run as written, in points; ×0.8 is a fifth less time."), " ", t("What restrains overfitting is meant to cost training accuracy: there “reversed” is no fault of mending.")), faultList(redraw)] : [el("p", {}, t("Not told yet. This command trains a net with each single fault put right, and tells what the fault costs:")), el("pre", {}, el("code", {}, snakemake("evidence")))],
  ];
}

function switched(label, on, onchange, named = null) {
  return el("label", { class: "switch" },
    el("input", { type: "checkbox", role: "switch", checked: on, "aria-label": named, onchange: (event) => onchange(event.target.checked) }), label);
}

function tenRuns(right) {
  const rows = DATA.reported.filter((row) => row.as_written in DATA.variants && row.put_right in DATA.variants);
  const names = rows.map((row) => (right ? row.put_right : row.as_written));
  const [low, high] = accuracyRange(rows.flatMap((row) => [row.as_written, row.put_right]), "test");
  const printed = rows.flatMap((row) => (row.test ? [Number(row.test)] : []));
  const range = [Math.min(low, ...printed), Math.max(high, ...printed)];
  const body = rows.map((row, i) => {
    const summary = DATA.groups.flatMap((group) => group.rows).find((one) => one.variant === names[i]) ?? {};
    const mark = row.test ? Number(row.test) : null;
    return el("tr", {}, el("th", { scope: "row" }, t(row.row)), el("td", {}, names[i]),
      el("td", { class: "number" }, row.train ? percentOf(row.train) : DASH), el("td", { class: "number" }, row.test ? percentOf(row.test) : DASH),
      el("td", { class: "number" }, percent(summary.train_accuracy_mean)), el("td", { class: "number" }, percent(summary.test_accuracy_mean)),
      el("td", {}, dots(finals(names[i]), range, [summary.test_accuracy_low, summary.test_accuracy_high], summary.test_accuracy_mean, { mark })));
  });
  return table(t("The chapter's ten runs"),
    [t("the chapter's row"), t("variant"), t("printed: training"), t("printed: test"), t("ours: training"), t("ours: test"), t("every seed (orange: printed)")], body);
}

function faultList(redraw) {
  const faults = Map.groupBy(DATA.faults, (row) => row.discrepancy);
  const on = state.list("mended");
  return el("ol", { class: "claims" }, [...faults].map(([number, rows]) => {
    const mended = on.includes(String(number));
    const toggle = (value) => {
      const now = value ? [...on, String(number)] : on.filter((one) => one !== String(number));
      state.set({ mended: now.length ? now.join(",") : null });
      redraw();
    };
    const pairs = Map.groupBy(rows, (row) => row.pair);
    return el("li", { value: number }, el("p", {}, t(rows[0].words)),
      [...pairs].map(([pair, own]) => faultPair(pair, own, mended)),
      [...pairs.keys()].some((pair) => sides(pair).length === 2) ? switched(t("put it right"), mended, toggle, `${t("put it right")}: ${t(rows[0].words)}`) : null);
  }));
}

const sides = (pair) => pair.split(" against ").filter((name) => name in DATA.variants);

function faultPair(pair, rows, mended) {
  const [right, written] = sides(pair);
  const name = written && (mended ? right : written);
  const range = written && accuracyRange([right, written], "test");
  const told = (row) => t("{measure}: {cost}", { measure: t(row.measure), cost: row.shown });
  if (!written && rows.length === 1) return el("p", { class: "pair" }, el("strong", {}, t(pair)), " ", told(rows[0]));
  return el("div", { class: "pair" },
    written ? el("p", {}, el("strong", {}, name), " ", t("test accuracy"), " ",
      dots(finals(name), range, null, null), ` ${percent(DATA.variants[name].bands.test.mean.at(-1))} %`) : el("p", {}, el("strong", {}, t(pair))),
    el("ul", { class: "plain" }, rows.map((row) => el("li", {}, told(row),
      row.shown_interval ? ` (${t(row.shown_interval)})` : "", row.mending_helps ? ["; ", t("mending helps:"), " ", verdict(row.mending_helps)] : ""))));
}
