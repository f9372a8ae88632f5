import type { Atom, Factor, Place, Poly, Term } from "./form.js";

/* Plain text of normal forms, for conditions and for looking at them in tests. */

function place(p: Place): string {
  const terms = p.terms.map(([i, c]) => `${c === 1 ? "" : c === -1 ? "-" : `${c}`}${i.name}`);
  const offset = p.offset.terms.length === 0 ? [] : [p.offset.key];
  const value = p.value === null ? [] : [describe(p.value)];
  return [...terms, ...offset, ...value].join("+") || "0";
}

export function describe(x: Atom | Poly): string {
  return "terms" in x ? x.terms.map(term).join(" + ") || "0" : atom(x);
}

function term(t: Term): string {
  const factors = t.factors.map(factor).join(" ");
  const c = t.coefficient.toFraction();
  if (factors === "") return c;
  return c === "1" ? factors : c === "-1" ? `-${factors}` : `${c} ${factors}`;
}

const factor = (f: Factor): string => {
  const text = atom(f.atom);
  return f.power === 1 ? text : `${text}^${f.power}`;
};

/** `\hat{y}^{(i)}` of a family, `W[i,j]`: a position that the name has a place for stands there. */
function entry(latex: string, at: readonly string[]): string {
  const written = latex.replace(/\{#(\d)\}/g, (_, slot) => at[Number(slot)] ?? "");
  const rest = at.filter((_, k) => !latex.includes(`{#${k}}`));
  return rest.length === 0 ? written : `${written}[${rest.join(",")}]`;
}

function atom(a: Atom): string {
  switch (a.kind) {
    case "entry":
      return entry(a.tensor.latex, a.at.map(place));
    case "dim":
      return a.latex;
    case "index":
      return a.index.name;
    case "pi":
      return "π";
    case "root":
      return `(${describe(a.base)})^(1/${a.degree})`;
    case "exp":
    case "log":
      return `${a.kind}(${describe(a.arg)})`;
    case "apply":
      return `${a.fn}(${a.args.map(describe).join(", ")})`;
    case "group":
      return `(${describe(a.value)})`;
    case "power":
      return `(${describe(a.base)})^(${describe(a.exponent)})`;
    case "reduce":
      return `${a.op}_${a.index.name} (${describe(a.body)})`;
    case "argument":
      return `arg${a.op}_${a.index.name} (${describe(a.body)})`;
    case "iverson":
      return `[${place(a.position)} ${a.relation === "zero" ? "=" : "≥"} 0]`;
    case "indicator":
      return `1[${describe(a.arg)} ${a.relation} 0]`;
    case "matrix":
      return `${a.fn}(${describe(a.body)})[${a.at.map(place).join(",")}]`;
    case "abstract":
      return `${a.name}(${a.args.map((l) => describe(l.body)).join(", ")})[${a.outputs.map(place).join(",")}]`;
    case "sum":
      return `Σ_${a.indices.map((i) => i.name).join("")} (${a.factors.map(factor).join(" ")})`;
  }
}
