/** Reserved words of Python and JavaScript, and names that generated code uses. */
const RESERVED = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with case catch const debugger default delete do enum export extends function implements instanceof interface let new null package private protected public static super switch this throw typeof var void yield eval arguments match type np numpy forward backward values".split(
    " ",
  ),
);

/** An identifier for a symbol: `\mathbf{W}^{(1)}` is `W1`, `\hat{y}` is `y_hat`, `\ell` is `ell`. */
export function identifier(latex: string): string {
  const accents = latex.replace(
    /\\(hat|tilde|bar|dot|ddot|vec|check|breve|overline|widehat|widetilde)\s*\{([^{}]*)\}/g,
    "$2_$1",
  );
  const name = accents
    .replace(
      /\\(?:mathbf|boldsymbol|bm|mathcal|mathrm|mathbb|mathsf|mathit|mathfrak|mathscr|text|textbf|textit|textrm|operatorname|bf|rm|cal)\b\s*\*?/g,
      "",
    )
    .replace(/\\[lr]angle(?![A-Za-z])/g, "")
    .replace(/'/g, "_prime")
    .replace(/\\([A-Za-z]+)/g, "$1")
    .replace(/[{}()[\]\s^]/g, "")
    .replace(/_(?=\d)/g, "")
    .replace(/[^A-Za-z0-9_]+/g, "_")
    .replace(/_+/g, "_")
    .replace(/^_+|_+$/g, "");
  const safe = /^[A-Za-z]/.test(name) ? name : `v_${name}`;
  return RESERVED.has(safe) ? `${safe}_` : safe;
}
