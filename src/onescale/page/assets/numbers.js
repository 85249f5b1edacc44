// Numbers as the other pages write them: a true minus, a dash for what is undefined.
const DASH = "–";

function fixed(value, digits, sign = false) {
  if (value === null || value === undefined || Number.isNaN(value)) return DASH;
  let text = Math.abs(value).toFixed(digits);
  if (digits === 0) text = text.replace(/\B(?=(\d{3})+$)/g, ",");
  if (Number(text.replaceAll(",", "")) === 0) return text;
  return (value < 0 ? "−" : sign ? "+" : "") + text;
}

const percent = (fraction, digits = 2) => fixed(fraction == null ? null : 100 * fraction, digits);
const points = (fraction) => fixed(fraction == null ? null : 100 * fraction, 2, true);
const times = (factor) => (factor == null ? DASH : `×${factor.toFixed(2)}`);
const between = (low, high, show = percent) =>
  low == null ? DASH : t("{low} to {high}", { low: show(low), high: show(high) });

function probability(p) {
  if (p == null) return DASH;
  return p < 0.0001 ? "< 0.0001" : p.toFixed(4);
}

// Up to four significant digits, for sliders and read-outs.
function short(value) {
  if (!Number.isFinite(value)) return "∞";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : String(+value.toPrecision(4));
  return text.replace("-", "−").replace("e−", "e-");
}
