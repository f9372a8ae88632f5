import type { Statement, Syntax } from "../../src/notation/syntax.js";

/** A tree as a compact s-expression, for tables of cases. */
export function show(s: Syntax): string {
  switch (s.kind) {
    case "number":
    case "text":
      return s.kind === "text" ? `"${s.text}"` : s.text;
    case "symbol": {
      const style = s.style === "plain" ? "" : `${s.style}:`;
      return s.accents.reduceRight((inner, accent) => `${accent}.${inner}`, style + s.name);
    }
    case "scripted": {
      const parts = [show(s.base)];
      if (s.sub !== null) parts.push(`_${show(s.sub)}`);
      if (s.sup !== null) parts.push(`^${show(s.sup)}`);
      return `<${parts.join(" ")}${"'".repeat(s.primes)}>`;
    }
    case "group":
      return `{${s.open} ${show(s.body)}}`;
    case "juxtaposition":
      return `(${s.items.map(show).join(" ")})`;
    case "product":
    case "relation":
      return `(${s.items.map((item, i) => (i === 0 ? show(item) : `${s.operators[i - 1]} ${show(item)}`)).join(" ")})`;
    case "sum":
      return `(${s.terms.map(({ sign, body }) => `${sign < 0 ? "-" : "+"} ${show(body)}`).join(" ")})`;
    case "fraction":
      return `(frac ${show(s.numerator)} ${show(s.denominator)})`;
    case "root":
      return s.degree === null ? `(root ${show(s.radicand)})` : `(root ${show(s.radicand)} ${show(s.degree)})`;
    case "big": {
      const limits = (s.sub === null ? "" : ` _${show(s.sub)}`) + (s.sup === null ? "" : ` ^${show(s.sup)}`);
      return `(${s.operator}${limits}${s.body === null ? "" : ` ${show(s.body)}`})`;
    }
    case "matrix":
      return `(${s.environment} ${s.rows.map((row) => row.map(show).join(" & ")).join(" // ")})`;
    case "cases":
      return `(cases ${s.rows.map(({ value, condition }) => `${show(value)}${condition === null ? "" : ` if ${show(condition)}`}`).join(" // ")})`;
    case "list":
      return `[${s.items.map(show).join(", ")}]`;
    case "ellipsis":
      return "...";
    case "blank":
      return "?";
    case "empty":
      return "()";
  }
}

export function showStatement(s: Statement): string {
  const sides = s.sides.map((side, i) => (i === 0 ? show(side) : `${s.relations[i - 1]} ${show(side)}`)).join(" ");
  const conditions = s.conditions.map((condition) => ` | ${showStatement(condition)}`).join("");
  return `${sides}${conditions}${s.words.length > 0 ? ` "${s.words.join("; ")}"` : ""}`;
}
