/** Names of scalar functions in LaTeX. Those without a row are set upright under the name of their row. */
const WRITTEN: ReadonlyMap<string, string> = new Map([
  ["exp", "\\exp"],
  ["log", "\\log"],
  ["tanh", "\\tanh"],
  ["sinh", "\\sinh"],
  ["cosh", "\\cosh"],
  ["sin", "\\sin"],
  ["cos", "\\cos"],
  ["tan", "\\tan"],
  ["sec", "\\sec"],
  ["arctan", "\\arctan"],
  ["arcsin", "\\arcsin"],
  ["arccos", "\\arccos"],
  ["max", "\\max"],
  ["min", "\\min"],
  ["sigmoid", "\\sigma"],
  ["relu", "\\operatorname{ReLU}"],
  ["leaky_relu", "\\operatorname{LeakyReLU}"],
  ["elu", "\\operatorname{ELU}"],
  ["softplus", "\\operatorname{softplus}"],
  ["silu", "\\operatorname{SiLU}"],
  ["gelu", "\\operatorname{GELU}"],
  ["gelu_tanh", "\\operatorname{GELU}_{\\tanh}"],
  ["erf", "\\operatorname{erf}"],
  ["sign", "\\operatorname{sign}"],
]);

export function functionLatex(fn: string, taken: ReadonlySet<string>): string {
  // A worksheet with a symbol σ (a standard deviation) writes the logistic function by its name.
  if (fn === "sigmoid" && taken.has("\\sigma")) return "\\operatorname{sigmoid}";
  return WRITTEN.get(fn) ?? `\\operatorname{${fn.replace(/_/g, "\\_")}}`;
}

const TALL = /\\(?:frac|sum|prod|max|min|sqrt|left|begin|operatorname\*)/;

/** Parentheses that grow where what they hold is tall. */
export const parenthesize = (text: string): string => (TALL.test(text) ? `\\left(${text}\\right)` : `(${text})`);
export const bracket = (text: string): string => (TALL.test(text) ? `\\left[${text}\\right]` : `[${text}]`);
