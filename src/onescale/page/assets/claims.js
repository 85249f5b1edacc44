// Claims: each with its verdict in every setting, its parts folded under it, its why and its figure.
const SETTINGS = {
  as_written: "as written", chapter_rates: "put right, at the chapter's rates",
  suited_rates: "put right, at rates that suit", tuned: "tuned", images_300: "300 images",
  images_300_tuned: "300 images, tuned",
};

// What is seen in a figure, by the word that its name begins or ends with. The words in the picture are
// English in both languages: the Korean caption says what they mean.
const SEEN = {
  surface: "Across and up: x and y of the bowl; thin lines join points of one height. A panel is an optimiser at its rate η; the square is the start, every dot an update, the cross the minimum. At its foot: how many times as long as the straight line the path is, and how far from the minimum it ends.",
  speed: "Up: test accuracy; across: at the left updates, at the right CPU seconds of training, both on a logarithmic scale. A line is the mean over seeds, its band reaches from the lowest seed to the highest. The legend names what was varied: the colour is its first, the kind of line its second.",
  comparison: "At the left, test accuracy after the last update: a dot is a seed, the black bar the mean with its interval, an orange diamond what the chapter prints. At the right, the difference to the reference in points with its interval, and the verdict; in the grey band it is too small to matter.",
  anytime: "At the top, test accuracy: at the left by updates, at the right by CPU seconds of training, both on a logarithmic scale. A line is the mean over seeds, its band reaches from the lowest seed to the highest. Below, how many per cent of the seeds have reached each level by then: the further left a line rises, the sooner.",
  activations: "Histograms of the activations in five layers, before training. Columns: the standard deviation of the initial weights; blocks of rows: sigmoid, tanh and ReLU, with layers 1 to 5 from top to bottom. The higher a bar, the more activations have that value; an orange cap marks one that is cut off. sd: the standard deviation of the layer's activations.",
  response: "After the last update, from left to right: test accuracy, training accuracy, and the gap between the two in points, against what was varied. A line is the mean over seeds, its band reaches from the lowest seed to the highest; a cross marks a seed that diverged.",
  curves: "Against updates, from left to right: training loss, training accuracy, test accuracy. A line is the mean over seeds, its band reaches from the lowest seed to the highest; the legend has the final test accuracy of each variant.",
  drift: "Against updates, a row for each net and layer; from left to right: the mean of the activations, their standard deviation, and how far the means of the nodes have moved from where they began, in standard deviations. Blue is without batch normalisation, orange dashes are with it; the flatter a line, the less the activations drift.",
  dots: "After the last update, from left to right: test accuracy, training accuracy, and the gap between the two in points. A dot is a seed, the bar the mean with its interval; a row is a value of what was varied.",
};
const seen = (path) => {
  const words = path.split("/").at(-1).split(".")[0].split("_");
  return SEEN[words[0]] ?? SEEN[words.at(-1)];
};

function claimsPanel(redraw) {
  if (!DATA.claims.length) return verdicts();
  const wanted = state.get("verdict", "all");
  const open = state.list("c");
  const found = DATA.claims.filter((claim) => wanted === "all" || claim.rows.some((row) => row.verdict === wanted));
  const words = VERDICTS.filter((word) => DATA.claims.some((claim) => claim.rows.some((row) => row.verdict === word)));
  return [
    el("p", {}, t("What the chapter says, put to the test. A claim is often true under one condition and not under another, so each is judged in every setting where it makes sense; open one to see its parts, why it should hold, and its figure.")),
    labelled(t("show"), select([["all", t("all claims")], ...words.map((word) => [word, t("those with “{verdict}”", { verdict: t(word) })])], wanted,
      (value) => { state.set({ verdict: value === "all" ? null : value }); redraw(); })),
    el("ol", { class: "claims" }, found.map((claim) => claimItem(claim, open))),
  ];
}

function claimItem(claim, open) {
  const details = el("details", { open: open.includes(String(claim.number)), ontoggle: () => {
    const now = new Set(state.list("c"));
    details.open ? now.add(String(claim.number)) : now.delete(String(claim.number));
    state.set({ c: now.size ? [...now].join(",") : null });
    if (details.open && !body.hasChildNodes()) body.append(...claimBody(claim).filter(Boolean));
  } }, el("summary", {}, t(claim.words), claim.aside ? ` ${t(claim.aside)}` : "", el("ul", { class: "chips" }, claim.rows.map(verdictItem))));
  const body = el("div", { class: "claim" });
  details.append(body);
  if (details.open) body.append(...claimBody(claim).filter(Boolean));
  return el("li", { value: claim.number, id: `claim-${claim.number}` }, details);
}

function verdictItem(row) {
  const more = [row.measure_words && t(row.measure_words), row.case && t(row.case)].filter(Boolean).join(", ");
  return el("li", {}, el("span", { class: "quiet" }, t(SETTINGS[row.setting]), more ? ` (${more})` : "", ": "), verdict(row.verdict),
    row.parts_not_asked && row.verdict !== "not asked" ? el("span", { class: "quiet" }, ` (${t("not asked")}: ${row.parts_not_asked})`) : "");
}

function claimBody(claim) {
  const rows = claim.parts.map((part) => el("tr", {},
    el("td", {}, t(SETTINGS[part.setting])),
    el("th", { scope: "row" }, t(part.part), part.also ? el("span", { class: "quiet" }, ` (${t("beside it")})`) : ""),
    el("td", {}, verdict(part.verdict)),
    el("td", { class: "number" }, part.shown ? t(part.shown) : DASH),
    el("td", { class: "number" }, part.shown_interval ? t(part.shown_interval) : DASH),
    el("td", { class: "number" }, probability(part.p)),
    el("td", { class: "number" }, part.seeds || DASH)));
  const picture = claim.figure && DATA.figures?.[claim.figure];
  return [
    claim.why && el("p", {}, el("strong", {}, t("Why it should hold: ")), t(claim.why)),
    picture && el("figure", {}, el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("figure") }, el("img", { src: picture, alt: t("Figure to the claim: {words}", { words: t(claim.words) }), loading: "lazy" })),
      el("figcaption", { class: "quiet" }, t(seen(claim.figure)))),
    table(t("Parts of the claim"), [t("setting"), t("what is compared"), t("it is"), t("estimate"), t("interval"), "p", t("seeds")], rows),
  ];
}
