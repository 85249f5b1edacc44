// A column put on one scale with the digits of the command line: sums are whole numbers of any
// length (BigInt), and each value is rounded once, to the float nearest to the exact one.
const exact = (() => {
  const view = new DataView(new ArrayBuffer(8));

  // A finite float as [mantissa, exponent]: value = mantissa · 2^exponent.
  function asInteger(value) {
    view.setFloat64(0, value);
    const bits = view.getBigUint64(0);
    const power = Number((bits >> 52n) & 0x7ffn);
    const fraction = bits & ((1n << 52n) - 1n);
    const mantissa = power ? fraction | (1n << 52n) : fraction;
    return [bits >> 63n ? -mantissa : mantissa, (power || 1) - 1075];
  }

  const size = (value) => (value < 0n ? -value : value).toString(2).length;

  // mantissa · 2^exponent as the nearest float, ties to even; the last bit of a mantissa of 65 bits
  // or more may stand for all that was cut off.
  function nearest(mantissa, exponent) {
    const spare = Math.max(0, size(mantissa) - 66, -1074 - exponent);
    const keep = mantissa >> BigInt(spare);
    const cut = mantissa - (keep << BigInt(spare));
    if (exponent + spare === -1074 && size(keep) <= 53) {
      // below the normal floats: round to a whole number of the smallest one by hand
      const half = spare ? 1n << BigInt(spare - 1) : 1n;
      const up = spare && (cut > half || (cut === half && keep & 1n)) ? 1n : 0n;
      return Number(keep + up) * Number.MIN_VALUE;
    }
    const power = exponent + spare;
    const value = Number(cut ? keep | 1n : keep);
    return power > 900 ? value * 2 ** 900 * 2 ** (power - 900) : value * scale(power);
  }

  const scale = (power) => (power < -1000 ? 2 ** -1000 * 2 ** (power + 1000) : 2 ** power);

  // top/bottom · 2^exponent, correctly rounded; bottom above 0.
  function quotient(top, bottom, exponent = 0) {
    if (!top) return 0;
    const sign = top < 0n ? -1 : 1;
    const above = top < 0n ? -top : top;
    const shift = Math.max(0, 70 + size(bottom) - size(above));
    const whole = (above << BigInt(shift)) / bottom;
    const sticky = whole * bottom === above << BigInt(shift) ? 0n : 1n;
    return sign * nearest(whole | sticky, exponent - shift);
  }

  // √(top/bottom · 2^exponent), correctly rounded.
  function root(top, bottom, exponent = 0) {
    if (!top) return 0;
    let shift = Math.max(0, 140 + size(bottom) - size(top));
    shift += (shift + exponent) & 1;
    const scaled = (top << BigInt(shift)) / bottom;
    const whole = wholeRoot(scaled);
    const rest = whole * whole !== scaled || scaled * bottom !== top << BigInt(shift);
    return nearest(rest ? whole | 1n : whole, (exponent - shift) / 2);
  }

  function wholeRoot(value) {
    let guess = 1n << BigInt((size(value) + 1) >> 1);
    for (;;) {
      const next = (guess + value / guess) >> 1n;
      if (next >= guess) return guess;
      guess = next;
    }
  }

  // Count, exact Σx and Σx², extremes of finite floats, on one grid: x = whole · 2^exponent.
  function moments(values) {
    const parts = values.map(asInteger);
    const exponent = parts.reduce((least, [m, e]) => (m && e < least ? e : least), 971);
    const wholes = parts.map(([m, e]) => (m ? m << BigInt(e - exponent) : 0n));
    const sum = wholes.reduce((total, whole) => total + whole, 0n);
    const squares = wholes.reduce((total, whole) => total + whole * whole, 0n);
    const order = wholes.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return { wholes, exponent, sum, squares, count: BigInt(values.length), min: order[0], max: order.at(-1) };
  }

  const spread = ({ count, squares, sum }) => count * squares - sum * sum;

  const mean = (m) => quotient(m.sum, m.count, m.exponent);

  const std = (m, ddof = 0n) => root(spread(m), m.count * (m.count - ddof), 2 * m.exponent);

  // (x − mean)/std of each value; 0 where there is no spread.
  function standardized(m, ddof = 0n) {
    const bottom = m.count * spread(m);
    return m.wholes.map((whole) => {
      const off = m.count * whole - m.sum;
      const z = bottom ? root(off * off * (m.count - ddof), bottom) : 0;
      return off < 0n ? -z : z;
    });
  }

  // (x − min)/(max − min) of each value, times `high`; 0 where there is no spread.
  function minmax(m, high = 1) {
    const width = m.max - m.min;
    return m.wholes.map((whole) => (width ? quotient(whole - m.min, width) * high : 0));
  }

  // How many lie below each value and how many equal it: rank 1 is the largest.
  function standing(values) {
    const order = values.toSorted((a, b) => a - b);
    return values.map((value) => {
      const below = order.findIndex((one) => one >= value);
      const equal = order.findLastIndex((one) => one <= value) - below + 1;
      const of = values.length;
      return { below, equal, of, rank: of - below - equal + 1, percentile: (50 * (2 * below + equal)) / of };
    });
  }

  // The shortest digits that read back as the same float, written as Python does.
  function repr(value) {
    if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
    const [digits, power] = value.toExponential().split("e");
    if (power >= -4 && power < 16) {
      const plain = Math.abs(value) < 1e-6 ? value.toFixed(20) : String(value);
      return plain.includes(".") ? plain : `${plain}.0`;
    }
    return `${digits}e${power[0] === "-" ? "-" : "+"}${power.slice(1).padStart(2, "0")}`;
  }

  return { quotient, root, moments, mean, std, standardized, minmax, standing, repr };
})();
