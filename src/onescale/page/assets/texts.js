// Texts. English stands in place, as the key of the catalogue that has the other languages; a text
// with numbers or names in it is found by its pattern: "{0} of {1} seeds" fits "3 of 5 seeds".
const DATA = JSON.parse(document.getElementById("data").textContent);
const LANGUAGES = ["en", "ko"];
let language = "en";
const missing = new Set(); // English texts that a catalogue lacks: for tests

const PATTERNS = Object.fromEntries(
  Object.entries(DATA.texts).map(([name, { patterns, ...exact }]) => [
    name,
    { exact, patterns: Object.entries(patterns ?? {}).map(compiled) },
  ]),
);

function compiled([english, other]) {
  const names = [];
  const source = english
    .split(/(\{\w+\})/)
    .map((piece) => {
      if (!/^\{\w+\}$/.test(piece)) return piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      names.push(piece.slice(1, -1));
      return "(.+?)";
    })
    .join("");
  return { fits: new RegExp(`^${source}$`, "s"), names, other };
}

// A text in the language of the page; `values` take the places of {names} in it.
function t(english, values = {}) {
  if (english === undefined || english === null) return "";
  return filled(translated(String(english)), values).replace(/(\d) %/g, "$1\u00a0%");
}

function translated(english) {
  if (language === "en" || !/[A-Za-z]{2}/.test(english)) return english;
  const { exact, patterns } = PATTERNS[language];
  if (english in exact) return exact[english];
  if (english.includes("; ")) return english.split("; ").map(translated).join("; ");
  if (english.includes(", ") && english.split(", ").every((one) => one in exact)) return english.split(", ").map(translated).join(", ");
  for (const { fits, names, other } of patterns) {
    const found = fits.exec(english);
    if (found) {
      const parts = names.map((name, place) => [name, inOtherWords(found[place + 1])]);
      return filled(other, Object.fromEntries(parts));
    }
  }
  if (!isName(english)) missing.add(english);
  return english;
}

// A variant's name stays as it is, also where a technique is called the same.
const inOtherWords = (part) => (part in DATA.variants ? part : translated(part));

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// What has one name in all languages: variants, optimisers, numbers with units.
function isName(text) {
  return text.split(", ").every((one) => /^\S+$/.test(one));
}
