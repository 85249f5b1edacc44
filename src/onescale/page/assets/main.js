// The page: panels by name, each drawn when it is opened, again when language or scheme change.
const PANELS = {
  short: shortPanel, techniques: techniquesPanel, curves: curvesPanel, bowl: bowlPanel,
  weights: weightsPanel, claims: claimsPanel, faults: faultsPanel, mine: minePanel, table: classPanel,
};

const main = (() => {
  const place = document.getElementById("panel");
  const title = document.getElementById("title");
  const links = [...document.querySelectorAll("nav a")];
  const written = new Map([...document.querySelectorAll("[data-t]")].map((node) => [node, node.textContent.trim()]));

  const current = () => (state.panel() in PANELS ? state.panel() : "short");

  function redraw() {
    const focused = place.contains(document.activeElement) ? pathOf(document.activeElement) : null;
    place.replaceChildren(...[PANELS[current()](redraw)].flat(Infinity).filter(Boolean));
    if (focused) focused.reduce((node, i) => node?.children[i], place)?.focus();
  }

  function pathOf(node) {
    const path = [];
    for (let one = node; one !== place; one = one.parentElement) path.unshift([...one.parentElement.children].indexOf(one));
    return path;
  }

  function open() {
    const wanted = state.get("lang", navigator.language.startsWith("ko") ? "ko" : "en");
    language = LANGUAGES.includes(wanted) ? wanted : "en";
    document.documentElement.lang = language;
    for (const [node, english] of written) node.textContent = t(english);
    for (const link of links) {
      const name = link.dataset.panel;
      link.href = state.address(name);
      link.toggleAttribute("aria-current", name === current());
      if (name !== current()) continue;
      link.setAttribute("aria-current", "page");
      title.textContent = t(written.get(link));
      link.parentElement.scrollLeft = link.offsetLeft - 40; // on a phone the row of links is longer
    }
    for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === language));
    document.title = `onescale – ${title.textContent}`;
    redraw();
  }

  function scheme(name) {
    if (name === "auto") delete document.documentElement.dataset.scheme;
    else document.documentElement.dataset.scheme = name;
    for (const button of document.querySelectorAll("[data-scheme-to]")) button.setAttribute("aria-pressed", String(button.dataset.schemeTo === name));
    state.set({ scheme: name === "auto" ? null : name });
    redraw();
  }

  for (const button of document.querySelectorAll("[data-lang]")) {
    button.addEventListener("click", () => { state.set({ lang: button.dataset.lang }); open(); });
  }
  for (const button of document.querySelectorAll("[data-scheme-to]")) button.addEventListener("click", () => scheme(button.dataset.schemeTo));
  // The address holds what is shown, so the way to the content is none of its own.
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); place.focus(); });
  addEventListener("hashchange", () => { open(); scrollTo(0, 0); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  return { open, redraw, scheme };
})();

const wantedScheme = state.get("scheme", "auto");
if (!(state.panel() in PANELS)) history.replaceState(null, "", "#short");
main.open();
if (wantedScheme !== "auto") main.scheme(wantedScheme);
addEventListener("load", beforehand);
