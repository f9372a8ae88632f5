/* LaTeX of a name as a short line of text, for headings and for formats that typeset nothing. */

const LETTERS: ReadonlyMap<string, string> = new Map(
  [
    "alpha α|beta β|gamma γ|delta δ|epsilon ε|varepsilon ε|zeta ζ|eta η|theta θ|iota ι|kappa κ|lambda λ|mu μ|nu ν|xi ξ|pi π",
    "rho ρ|sigma σ|tau τ|upsilon υ|phi φ|varphi φ|chi χ|psi ψ|omega ω|Gamma Γ|Delta Δ|Theta Θ|Lambda Λ|Xi Ξ|Pi Π|Sigma Σ",
    "Phi Φ|Psi Ψ|Omega Ω|partial ∂|nabla ∇|ell ℓ|top ⊤|odot ⊙|otimes ⊗|cdot ·|times ×|sum Σ|prod Π|le ≤|leq ≤|ge ≥|geq ≥",
    "ne ≠|in ∈|to →|infty ∞|dots …|ldots …|cdots …|prime ′|circ ∘|pm ±|Vert ‖",
  ]
    .join("|")
    .split("|")
    .map((pair): [string, string] => [pair.split(" ")[0] ?? "", pair.split(" ")[1] ?? ""]),
);

/** Fonts say nothing in plain text. */
const FONT = /\\(?:math(?:bf|cal|rm|bb|it|sf|scr|frak|tt)|boldsymbol|bm|pmb|text(?:bf|it|rm)?|operatorname\*?|vec)\s*/g;
const NOTHING = /\\(?:left|right|[bB]igg?[lr]?|displaystyle|limits|,|;|:|!|quad|qquad|&)|&|~|\\ /g;

/** `\frac{\partial \mathcal{L}}{\partial W^{(2)}}` → `∂L/∂W^{(2)}`. */
export function plain(latex: string): string {
  const bare = fractions(latex.replace(/\s+/g, " "), 0)
    .replace(NOTHING, " ")
    .replace(FONT, "")
    .replace(/\\([A-Za-z]+) ?/g, (all, name: string, at: number, whole: string) => {
      const letter = LETTERS.get(name) ?? name;
      // A word keeps its space, as `log x` does; `∂` and `∇` stand close to what follows.
      const open = /[A-Za-z]$/.test(letter) && /[A-Za-z\\]/.test(whole[at + all.length] ?? "");
      return open || (all.endsWith(" ") && !/[∂∇]/.test(letter)) ? `${letter} ` : letter;
    });
  return bare
    .replace(/(^|[^_^}\w])\{([^{}]*)\}/g, "$1$2")
    .replace(/([_^])\{([^{}\s])\}/g, "$1$2")
    .replace(/\s+/g, " ")
    .trim();
}

const MAX_DEPTH = 20;

/** Fractions on one line, with parentheses where a part is no single factor; `depth` counts those around. */
function fractions(latex: string, depth: number): string {
  if (depth > MAX_DEPTH) return latex;
  let done = "";
  let at = 0;
  for (const match of latex.matchAll(/\\[dtc]?frac\s*(?=\{)/g)) {
    if (match.index < at) continue;
    const top = group(latex, match.index + match[0].length);
    const bottom = top === null ? null : group(latex, top.end);
    if (top === null || bottom === null) break;
    const [a, b] = [top.body, bottom.body].map((body) => {
      const inner = fractions(body.trim(), depth + 1);
      return /[+\-/]/.test(inner.replace(/\{[^{}]*\}|\([^()]*\)/g, "")) ? `(${inner})` : inner;
    });
    done += `${latex.slice(at, match.index)}${a}/${b}`;
    at = bottom.end;
  }
  return done + latex.slice(at);
}

function group(latex: string, from: number): { readonly body: string; readonly end: number } | null {
  const start = latex.slice(from).search(/\S/) + from;
  if (latex[start] !== "{") return null;
  let depth = 0;
  for (let k = start; k < latex.length; k++) {
    if (latex[k] === "\\") k += 1;
    else if (latex[k] === "{") depth += 1;
    else if (latex[k] === "}" && --depth === 0) return { body: latex.slice(start + 1, k), end: k + 1 };
  }
  return null;
}

/** What stands left of the first relation of a claim: what the claim is about. */
export function leftSide(latex: string): string {
  let depth = 0;
  for (let k = 0; k < latex.length; k++) {
    const c = latex[k];
    if (c === "\\") k += 1;
    else if (c === "{") depth += 1;
    else if (c === "}") depth -= 1;
    else if (depth <= 0 && (c === "=" || (c === ":" && latex[k + 1] === "="))) return latex.slice(0, k);
  }
  return latex;
}
