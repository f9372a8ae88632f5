import { refuse } from "../core/diagnostic.js";
import { cover, type Span } from "../core/span.js";
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
  if (next?.text === "(") return reader.deeper(raw.span, () => rootOfParenthesis(reader, raw, degree));
  const radicand = reader.expression(raw);
  return { kind: "root", radicand, degree, span: reader.through(raw.span, radicand.span) };
}

/** `√(x + 1)`: TeX would put the bar over the parenthesis alone, which nobody means. */
function rootOfParenthesis(reader: Reading, command: Raw, degree: Syntax | null): Syntax {
  const open = reader.stream.next() ?? command;
  const tokens: Token[] = [];
  for (let depth = 1; ; ) {
    const raw = reader.stream.next();
    if (raw === null) refuse("formula/unclosed", "`(` is never closed", open.span, "add the missing `)`");
    if (raw.text === "(") depth++;
    if (raw.text === ")" && --depth === 0) {
      const radicand = reader.tree(tokens, open.span);
      return { kind: "root", radicand, degree, span: cover(command.span, cover(raw.span, radicand.span)) };
    }
    reader.token(raw, tokens);
  }
}
