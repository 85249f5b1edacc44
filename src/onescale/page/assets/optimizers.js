// The optimisers on the bowl z = x²/20 + y², each the formula of onescale/nn/optimizers.py on one
// point; the page and its tests hold the paths to those that Python computed. One that has no
// formula here is left out of the page's bowl.
const bowl = (() => {
  const gradient = ([x, y]) => [x * 0.1, y * 2];
  const height = ([x, y]) => (x * x) / 20 + y * y;
  const both = (make) => [0, 1].map(make);

  // Each takes its settings and gives a step: (point, gradient, number of the step) → new point.
  const OPTIMIZERS = {
    sgd: ({ rate }) => (p, g) => both((i) => p[i] - rate * g[i]),
    momentum: ({ rate, momentum }) => {
      let v = [0, 0];
      return (p, g) => {
        v = both((i) => momentum * v[i] - rate * g[i]);
        return both((i) => p[i] + v[i]);
      };
    },
    nesterov: ({ rate, momentum }) => {
      let v = [0, 0];
      return (p, g) => {
        v = both((i) => momentum * v[i] - rate * g[i]);
        return both((i) => p[i] + momentum * v[i] - rate * g[i]);
      };
    },
    adagrad: ({ rate, epsilon }) => {
      let h = [0, 0];
      return (p, g) => {
        h = both((i) => h[i] + g[i] * g[i]);
        return both((i) => p[i] - (rate * g[i]) / (Math.sqrt(h[i]) + epsilon));
      };
    },
    rmsprop: ({ rate, decay, epsilon }) => {
      let h = [0, 0];
      return (p, g) => {
        h = both((i) => decay * h[i] + (1 - decay) * g[i] * g[i]);
        return both((i) => p[i] - (rate * g[i]) / (Math.sqrt(h[i]) + epsilon));
      };
    },
    adadelta: ({ rate, decay, epsilon }) => {
      let h = [0, 0];
      let s = [0, 0];
      return (p, g) => {
        h = both((i) => decay * h[i] + (1 - decay) * g[i] * g[i]);
        const d = both((i) => g[i] * Math.sqrt((s[i] + epsilon) / (h[i] + epsilon)));
        s = both((i) => decay * s[i] + (1 - decay) * d[i] * d[i]);
        return both((i) => p[i] - rate * d[i]);
      };
    },
    adam: (settings) => adam({ ...settings, weight_decay: 0 }),
    adamw: (settings) => adam(settings),
  };

  function adam({ rate, beta1, beta2, epsilon, weight_decay }) {
    let m = [0, 0];
    let v = [0, 0];
    return (p, g, step) => {
      m = both((i) => beta1 * m[i] + (1 - beta1) * g[i]);
      v = both((i) => beta2 * v[i] + (1 - beta2) * g[i] * g[i]);
      const corrected = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      return both(
        (i) => p[i] * (1 - rate * weight_decay) - (corrected * m[i]) / (Math.sqrt(v[i]) + epsilon),
      );
    };
  }

  // The points that an optimiser visits, the start included.
  function path(settings, start, updates) {
    const step = OPTIMIZERS[settings.name](settings);
    const points = [start];
    for (let count = 1; count <= updates; count += 1) {
      const here = points[count - 1];
      points.push(step(here, gradient(here), count));
    }
    return points;
  }

  // Length of a path, and how far from the minimum (0, 0) it ends.
  function told(points) {
    const steps = points.slice(1).map((p, i) => Math.hypot(p[0] - points[i][0], p[1] - points[i][1]));
    return { length: steps.reduce((sum, one) => sum + one, 0), end: Math.hypot(...points.at(-1)) };
  }

  // The largest difference to paths computed by onescale, up to where these run away: in units of
  // the start's distance from the minimum, or of a point's own where that is larger.
  function off(reference) {
    const unit = Math.hypot(...reference.start);
    return Math.max(
      ...reference.optimizers.map((settings, place) => {
        if (!(settings.name in OPTIMIZERS)) return 0;
        const own = path(settings, reference.start, reference.updates);
        const theirs = reference.paths[place];
        return Math.max(...theirs.map((p, i) => Math.hypot(p[0] - own[i][0], p[1] - own[i][1]) / Math.max(unit, Math.hypot(...p))));
      }),
    );
  }

  return { path, told, off, height, names: Object.keys(OPTIMIZERS) };
})();
