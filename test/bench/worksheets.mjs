/* Worksheets of any size, for measuring. */

/** `n` scalar equations, each of the one before. */
export function chain(n) {
  const lines = ["$$z^{(0)} = \\tanh(w x)$$"];
  for (let k = 1; k < n - 1; k++) lines.push(`$$z^{(${k})} = \\tanh(z^{(${k - 1})} + w)$$`);
  lines.push(`$$\\mathcal{L} = (z^{(${n - 2})} - t)^2$$`);
  return lines.join("\n\n");
}

/** An `L`-layer tanh network with a weight matrix for each layer and a squared loss. */
export function network(layers) {
  const lines = ["$\\mathbf{h}^{(0)} \\in \\mathbb{R}^{D_0}$ is the input.", ""];
  for (let l = 1; l <= layers; l++) {
    lines.push(`$\\mathbf{W}^{(${l})} \\in \\mathbb{R}^{D_{${l}} \\times D_{${l - 1}}}$`, "");
    lines.push(`$$\\mathbf{h}^{(${l})} = \\tanh(\\mathbf{W}^{(${l})} \\mathbf{h}^{(${l - 1})})$$`, "");
  }
  lines.push(`$$\\mathcal{L} = \\frac{1}{2} \\|\\mathbf{h}^{(${layers})} - \\mathbf{t}\\|^2$$`);
  return lines.join("\n");
}

/** `n` layers of tanh in which nothing is declared, and what each layer's weights have as their gradient. */
export function claimedLayers(n) {
  const layers = Array.from({ length: n }, (_, k) => k + 1);
  const below = (k) => (k === 1 ? "x" : `h_{${k - 1}}`);
  const equations = [
    ...layers.map((k) => `h_{${k}} = \\tanh(W_{${k}} ${below(k)} + b_{${k}})`),
    `L = \\frac{1}{2} \\| h_{${n}} - y \\|^2`,
    ...layers.map((k) => {
      const gradient = `\\left(\\frac{\\partial L}{\\partial h_{${k}}} \\odot (1 - h_{${k}}^2)\\right) ${below(k)}^\\top`;
      return `\\frac{\\partial L}{\\partial W_{${k}}} = ${gradient}`;
    }),
  ];
  return equations.map((s) => `$$${s}$$\n\n`).join("");
}
