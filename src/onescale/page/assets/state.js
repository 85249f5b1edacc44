// What is shown stands in the address, #panel&key=value…, so that it can be sent, kept and gone
// back to. A value that is the usual one is left out.
const state = (() => {
  function read() {
    const [panel, ...pairs] = decodeURIComponent(location.hash.slice(1)).split("&");
    const entries = pairs.map((pair) => [pair.split("=")[0], pair.split("=").slice(1).join("=")]);
    return { panel, values: Object.fromEntries(entries) };
  }

  const get = (key, usual = "") => read().values[key] ?? usual;

  const list = (key, usual = []) => {
    const given = read().values[key];
    return given === undefined ? usual : given.split(",").filter(Boolean);
  };

  // Changes values and leaves the page as it is; null takes one out.
  function set(changes) {
    const { panel, values } = read();
    write(panel, { ...values, ...changes });
  }

  // Only the language goes along to another panel.
  function address(panel, values = {}) {
    const lang = language === "en" ? {} : { lang: language };
    return `#${joined(panel, { ...lang, ...values })}`;
  }

  function joined(panel, values) {
    const pairs = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
    return [panel, ...pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`)].join("&");
  }

  function write(panel, values) {
    history.replaceState(null, "", `#${joined(panel, values)}`);
  }

  return { panel: () => read().panel, get, list, set, address };
})();
