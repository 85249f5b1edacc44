// Figures of claims: drawn by onescale, packed, and shown with their words in the language of the page.
// What is seen in a figure, by the word that its name begins or ends with.
const SEEN = {
  surface: "Across and up: x and y of the bowl; thin lines join points of one height. A panel is an optimiser at its rate η; the square is the start, every dot an update, the cross the minimum. At its foot: how many times as long as the straight line the path is, and how far from the minimum it ends.",
  speed: "Up: test accuracy; across: at the left updates, at the right CPU seconds of training, both on a logarithmic scale. A line is the mean over seeds, its band reaches from the lowest seed to the highest. The legend names what was varied: the colour is its first, the kind of line its second.",
  comparison: "At the left, test accuracy after the last update: a dot is a seed, the bar across the mean with its interval, an orange diamond what the chapter prints of its code as written, after update 9,601. At the right, the difference to the reference in points with its interval, and the verdict; in the grey band it is too small to matter, and a verdict has a colour only where the whole interval lies beyond it.",
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

// A figure with its words for those who do not see it; it scrolls in its own box.
function drawing(packed, label) {
  const box = el("div", { class: "scroll drawing", tabindex: "0", role: "group", "aria-label": t("figure") });
  box.drawn = inflated(packed).then((text) => {
    const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", label);
    box.append(drawn);
    for (const words of drawn.querySelectorAll("text")) if (!words.children.length) translate(words);
  });
  return box;
}

// Lines of which several stand one under the other have no anchor; they are centred.
function translate(words) {
  const other = t(words.textContent);
  if (other === words.textContent) return;
  const length = words.style.textAnchor ? 0 : words.getComputedTextLength();
  words.textContent = other;
  if (length) words.setAttribute("dx", (length - words.getComputedTextLength()) / 2);
}
