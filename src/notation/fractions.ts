import { refuse } from "../core/diagnostic.js";
import { cover, type Span, span } from "../core/span.js";
import type { Raw } from "./lexer.js";
import type { Reading } from "./reading.js";
import type { Syntax } from "./syntax.js";
import type { Token } from "./token.js";

/*
 * Fractions and roots.
 */

export function fraction(reader: Reading, above: readonly Token[], below: readonly Token[], at: Span): Syntax {
  const [numerator, denominator] = [reader.tree(above, at), reader.tree(below, at)];
  return { kind: "fraction", numerator, denominator, span: cover(at, cover(numerator.span, denominator.span)) };
}

export function readRoot(reader: Reading, raw: Raw): Syntax {
  const degree = reader.stream.takes("[") ? reader.tree(reader.list("]", raw.span), raw.span) : null;
  const next = reader.stream.peek();
  if (next?.text === "(") {
    // `√(x + 1)`: TeX would put the bar over the parenthesis alone, which nobody means.
    reader.stream.next();
    const tokens: Token[] = [{ type: "open", name: "(", span: next.span }];
    for (let depth = 1; depth > 0; ) {
      const raw2 = reader.stream.next();
      if (raw2 === null) refuse("formula/unclosed", "`(` is never closed", next.span, "add the missing `)`");
      if (raw2.text === "(") depth++;
      if (raw2.text === ")") depth--;
      reader.token(raw2, tokens);
    }
    const inner = reader.tree(tokens.slice(1, -1), next.span);
    const end = tokens.at(-1)?.span.end ?? inner.span.end;
    return { kind: "root", radicand: inner, degree, span: span(raw.span.start, Math.max(end, inner.span.end)) };
  }
  const radicand = reader.expression(raw);
  return { kind: "root", radicand, degree, span: reader.through(raw.span, radicand.span) };
}
