// Claims: each with its verdict in every setting, its parts folded under it, its why and its figure.
const SETTINGS = {
  as_written: "as written", chapter_rates: "put right, at the chapter's rates",
  suited_rates: "put right, at rates that suit", tuned: "tuned", images_300: "300 images",
  images_300_tuned: "300 images, tuned",
};

const MANY_PARTS = 24; // more than this stay folded: they would fill screen after screen

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
    DATA.claims.some((claim) => claim.rows.some(isLess)) ? el("p", { class: "quiet" }, t("†: what the verdict would be if all parts of this page were corrected as one family (Holm).")) : null,
    el("p", { class: "quiet" }, t("“The book” is Deep Learning from Scratch, which the chapter follows.")),
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

const isLess = (row) => row.verdict_corrected && row.verdict_corrected !== row.verdict;

function verdictItem(row) {
  const more = [row.measure_words && t(row.measure_words), row.case && t(row.case)].filter(Boolean).join(", ");
  return el("li", {}, el("span", { class: "quiet" }, t(SETTINGS[row.setting]), more ? ` (${more})` : "", ": "), verdict(row.verdict),
    isLess(row) ? el("span", { class: "quiet" }, ` († ${t(row.verdict_corrected)})`) : "",
    row.parts_not_asked && row.verdict !== "not asked" ? el("span", { class: "quiet" }, ` (${t("not asked")}: ${row.parts_not_asked})`) : "");
}

function claimBody(claim) {
  const cases = (setting) => new Set(claim.rows.filter((row) => row.setting === setting).map((row) => row.case));
  const rows = claim.parts.map((part) => el("tr", {},
    el("td", {}, t(SETTINGS[part.setting]), cases(part.setting).size > 1 ? ` (${t(part.case)})` : ""),
    el("th", { scope: "row" }, t(part.part), part.also ? el("span", { class: "quiet" }, ` (${t("beside it")})`) : "",
      part.note ? el("div", { class: "quiet note" }, t(part.note)) : ""),
    el("td", {}, verdict(part.verdict)),
    el("td", { class: "number" }, part.shown ? t(part.shown) : DASH),
    el("td", { class: "number" }, part.shown_interval ? t(part.shown_interval) : DASH),
    el("td", { class: "number" }, probability(part.p)),
    el("td", { class: "number" }, part.seeds || DASH)));
  const parts = table(t("Parts of the claim"), [t("setting"), t("what is compared"), t("it is"), t("estimate"), t("interval"), "p", t("seeds")], rows);
  const picture = claim.figure && DATA.figures?.[claim.figure];
  return [
    claim.why && el("p", {}, el("strong", {}, t("Why it should hold: ")), t(claim.why)),
    picture && el("figure", {}, drawing(picture, t("Figure to the claim: {words}", { words: t(claim.words) })),
      el("figcaption", { class: "quiet" }, t(seen(claim.figure)))),
    rows.length > MANY_PARTS ? el("details", {}, el("summary", {}, `${t("Parts of the claim")}: ${rows.length}`), parts) : parts,
  ];
}
