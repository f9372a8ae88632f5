/** Does a formula that could not be parsed name a derivative? Then it is a claim, and no part of the forward pass. */
export const writesDerivative = (latex: string): boolean => DERIVATIVE.test(latex);

const DERIVATIVE = /\\(partial|nabla)(?![A-Za-z])|∂|∇|\\d?frac\s*\{\s*(\\(mathrm|text)\s*\{?\s*)?d(?![A-Za-z])/;
