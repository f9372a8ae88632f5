/*
 * Files that nobody should write and somebody will. Each has a name, its text and what must be said of it; `{}` where
 * anything may be said so long as it is said in order.
 */

export interface Hostile {
  readonly name: string;
  readonly text: string | Uint8Array;
  /** Something is wrong with the file: status 2 from `derive`, with an error that has a place. */
  readonly refused: boolean;
}

const MODEL = String.raw`$x \in \mathbb{R}^{D}$, $W \in \mathbb{R}^{K \times D}$, $t \in \mathbb{R}^{K}$

$$z = W x$$
$$L = \frac{1}{2} \|z - t\|^2$$
`;

const broken = (list: Readonly<Record<string, string | Uint8Array>>): readonly Hostile[] =>
  Object.entries(list).map(([name, text]) => ({ name, text, refused: true }));
const odd = (list: Readonly<Record<string, string | Uint8Array>>): readonly Hostile[] =>
  Object.entries(list).map(([name, text]) => ({ name, text, refused: false }));

/** A formula beside a sound forward pass. */
const beside = (tex: string): string => `${MODEL}\n$$${tex}$$\n`;
const sheet = (...lines: readonly string[]): string =>
  `${lines.map((l) => (l.startsWith("$") ? l : `$$${l}$$`)).join("\n\n")}\n`;
const rows = (text: string): readonly string[] =>
  text
    .trim()
    .split("\n")
    .map((l) => l.trim());
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  new Uint8Array(parts.flatMap((p) => (typeof p === "string" ? [...new TextEncoder().encode(p)] : [...p])));
const numbered = (name: string, list: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(list.map((text, k) => [`${name} ${k + 1}: ${text.slice(0, 40)}`, text]));

const unbalanced = rows(String.raw`
  y = \frac{1}{x_1
  y = \frac{1}}{x_1}
  y = {x_1
  y = x_1}
  y = (x_1 + x_2
  y = x_1 + x_2)
  y = \left( x_1 + x_2
  y = x_1 + x_2 \right)
  y = \left( x_1 + x_2 \right]  + \left[
  y = \begin{aligned} x_1
  y = x_1 \end{aligned}
  y = \begin{bmatrix} x_1 \\ x_2 \end{pmatrix}
  y = \begin{cases} x_1
  y = x_1^
  y = x_1_
  y = x^{1}^{2}_{3}_{4}
  y = \sqrt
  y = \frac{x_1}
  y = x_1 +
  y = x_1 \cdot
  y = \cdot x_1
  y = x_1 \odot \odot x_2
  y = = x_1
  y = x_1 = = x_2
  y = \sum_
  y = \sum_{k=1}^{K}
  y = \begin
  y = \begin{}
  y = \end{aligned}
  y = \text{
  y = \mathbf
  y = \mathbb{
  y = \operatorname{
  y = \hat
  y = \|x\| \|
  y = |x_1
  y = \\ \\ \\ &
  y & = & & x_1 &
  = x_1
  = =
  y =
`);

const unknownCommands = rows(String.raw`
  y = \foo{x_1}
  y = \sigmoyd(x_1)
  y = \input{/etc/passwd}
  y = \write18{ls}
  y = \immediate\write18{rm -rf /}
  y = \openin5=/etc/passwd
  y = \catcode 64=11
  y = \csname end\endcsname
  y = \loop\iftrue\repeat
  y = \special{x}
  y = \directlua{os.exit()}
  y = \usepackage{x} x_1
`);

const recursion = rows(String.raw`
  \newcommand{\a}{\a} \a
  \newcommand{\a}{\b} \newcommand{\b}{\a} \a
  \newcommand{\a}{\a\a} y = \a
  \newcommand{\a}[1]{\a{#1#1}} y = \a{x}
  \def\a{\a x} y = \a
  \let\a\a y = \a
  \newcommand{\a}{\b\b}\newcommand{\b}{\c\c}\newcommand{\c}{\a\a} y = \a
`);

const bomb = (depth: number): string => {
  const name = (k: number): string => `\\m${String.fromCharCode(97 + k)}`;
  const levels = Array.from({ length: depth }, (_, k) => `\\newcommand{${name(k)}}{${name(k + 1).repeat(10)}}`);
  return `${MODEL}\n${levels.map((l) => `$${l}$`).join("\n")}\n$\\newcommand{${name(depth)}}{x_1}$\n\n$$y = ${name(0)}$$\n`;
};

const shapes: Readonly<Record<string, string>> = {
  "shapes that do not multiply": sheet(
    String.raw`$A \in \mathbb{R}^{M \times N}$, $B \in \mathbb{R}^{M \times N}$`,
    "C = A B",
    String.raw`L = \operatorname{tr}(C)`,
  ),
  "shapes that do not add": sheet(
    String.raw`$a \in \mathbb{R}^{M}$, $b \in \mathbb{R}^{N}$`,
    "c = a + b",
    String.raw`L = \|c\|^2`,
  ),
  "one symbol, two shapes": sheet(
    String.raw`$a \in \mathbb{R}^{M}$`,
    String.raw`$a \in \mathbb{R}^{N}$`,
    String.raw`L = \|a\|^2`,
  ),
  "a declared shape that the equation contradicts": sheet(
    String.raw`$x \in \mathbb{R}^{D}$, $W \in \mathbb{R}^{K \times D}$, $z \in \mathbb{R}^{D}$`,
    "z = W x",
    String.raw`L = \|z\|^2`,
  ),
  "a symbol defined twice, differently": sheet(String.raw`$x \in \mathbb{R}$`, "y = x^2", "y = x^3", "L = y"),
  "a circular definition": sheet(String.raw`$x \in \mathbb{R}$`, "y = z + x", "z = y + 1", "L = z"),
  "a symbol defined by itself": sheet(String.raw`$x \in \mathbb{R}$`, "y = y + x", "L = y"),
  "a loss that is a vector": sheet(
    String.raw`---`.replace("---", String.raw`$x \in \mathbb{R}^{D}$, $W \in \mathbb{R}^{K \times D}$`),
    "y = W x",
  ),
  "two losses": sheet(String.raw`$x \in \mathbb{R}$`, "L = x^2", "M = x^3"),
  "a loss that is not there": `---\nloss: Q\n---\n\n${MODEL}`,
  "a loss that has axes": `---\nloss: z\n---\n\n${MODEL}`,
  "an index that is not on the left": sheet(
    String.raw`$x \in \mathbb{R}^{D}$, $W \in \mathbb{R}^{K \times D}$`,
    String.raw`z_k = W_{kj} x_d`,
    String.raw`L = \sum_k z_k`,
  ),
  "an index out of range": sheet(String.raw`$x \in \mathbb{R}^{3}$`, "L = x_7"),
  "index zero": sheet(String.raw`$x \in \mathbb{R}^{3}$`, "L = x_0"),
  "a negative size": sheet(String.raw`$x \in \mathbb{R}^{-3}$`, String.raw`L = \|x\|^2`),
  "a size of zero": sheet(String.raw`$x \in \mathbb{R}^{0}$`, String.raw`L = \|x\|^2`),
  "an inverse of what is not square": sheet(
    String.raw`$A \in \mathbb{R}^{M \times N}$`,
    String.raw`L = \operatorname{tr}(A^{-1})`,
  ),
  "a determinant of a vector": sheet(String.raw`$a \in \mathbb{R}^{N}$`, String.raw`L = \det(a)`),
};

const frontMatter: Readonly<Record<string, string>> = {
  "front matter that is no YAML": `---\nloss: [a\n---\n\n${MODEL}`,
  "front matter with a tab": `---\n\tloss: L\n---\n\n${MODEL}`,
  "front matter with the same key twice": `---\nloss: L\nloss: z\n---\n\n${MODEL}`,
  "front matter whose loss is a list": `---\nloss: [L, z]\n---\n\n${MODEL}`,
  "front matter with another layout": `---\nlayout: diagonal\n---\n\n${MODEL}`,
  "front matter with another kink": `---\nrelu_at_zero: 7\n---\n\n${MODEL}`,
  "front matter with a wrt that is a map": `---\nwrt: {a: 1}\n---\n\n${MODEL}`,
  "an alias that nothing anchors": `---\ntitle: *a\n---\n\n${MODEL}`,
  "a bomb of aliases": `---\na0: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, k) => `a${k + 1}: &a${k + 1} [${Array(9).fill(`*a${k}`).join(",")}]`).join("\n")}\nassume: *a9\n---\n\n${MODEL}`,
  "front matter that names itself": `---\ntitle: &a [*a]\n---\n\n${MODEL}`,
};

const encodings: Readonly<Record<string, Uint8Array>> = {
  "bytes that are no UTF-8": bytes(MODEL, [0xff, 0xfe, 0xfd]),
  "a lone continuation byte": bytes(MODEL, [0x80]),
  "an overlong encoding": bytes(MODEL, [0xc0, 0xaf]),
  "half of a surrogate pair in UTF-8": bytes(MODEL, [0xed, 0xa0, 0x80]),
  "a character cut off": bytes(MODEL, [0xe2, 0x88]),
  "UTF-16, little end first": bytes([0xff, 0xfe, 0x24, 0x00]),
  "UTF-16, big end first": bytes([0xfe, 0xff, 0x00, 0x24]),
  "a NUL": bytes("$$y = x\u0000$$"),
  "an image": bytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
};

const delimiters: Readonly<Record<string, string>> = {
  "an empty file": "",
  "white space alone": " \n\t\r\n ",
  "a lone dollar": `${MODEL}\nIt costs $ 5.\n\nand $x = 3\n`,
  "a display that is not closed": `${MODEL}\n$$y = x_1\n`,
  "a bracket display that is not closed": `${MODEL}\n\\[ y = x_1\n`,
  "a parenthesis formula that is not closed": `${MODEL}\n\\( y = x_1\n`,
  "a fence that is not closed": `${MODEL}\n\`\`\`math\ny = x_1\n`,
  "an environment that is not closed": `${MODEL}\n\\begin{align}\ny = x_1\n`,
};

const deep = (n: number): Readonly<Record<string, string>> => ({
  [`${n} braces`]: beside(`y = ${"{".repeat(n)}x_1${"}".repeat(n)}`),
  [`${n} open braces`]: beside(`y = ${"{".repeat(n)}`),
  [`${n} parentheses`]: beside(`y = ${"(".repeat(n)}x_1${")".repeat(n)}`),
  [`${n} fractions`]: beside(`y = ${"\\frac{1}{".repeat(n)}x_1${"}".repeat(n)}`),
  [`${n} powers`]: beside(`y = ${"x_1^{".repeat(n)}2${"}".repeat(n)}`),
  [`${n} roots`]: beside(`y = ${"\\sqrt{".repeat(n)}x_1${"}".repeat(n)}`),
  [`${n} sigmoids`]: beside(`y = ${"\\sigma(".repeat(n)}x_1${")".repeat(n)}`),
  [`${n} brackets of all kinds`]: beside(`y = ${"\\left[\\left(".repeat(n)}x_1${"\\right)\\right]".repeat(n)}`),
  [`${n} functions without parentheses`]: beside(`y = ${"\\log ".repeat(n)}x_1`),
  [`${n} environments`]: beside(`y = ${"\\begin{bmatrix}".repeat(n)}x_1${"\\end{bmatrix}".repeat(n)}`),
});

const huge: Readonly<Record<string, string>> = {
  "a megabyte of braces in a formula": `$$y = ${"{".repeat(500_000)}${"}".repeat(500_000)}$$\n`,
  "a formula of a megabyte": `$$y = ${"x + ".repeat(250_000)}x$$\n`,
};

const numbers = rows(String.raw`
  L = x_{1000000000000}
  L = 2^{10^9} x_1
  L = x_1^{10^9}
  L = x_1^{99999999999999999999999999}
  L = 10^{400} x_1
  L = 1e400 x_1
  L = \frac{x_1}{0}
  L = x_1 / 0
  L = 0^0 x_1
  L = \sqrt{-1} x_1
  L = \log(0) x_1
  L = \sum_{i=1}^{10^{12}} x_1^i
  L = \sum_{i=1}^{0} x_i
  L = \sum_{i=5}^{2} x_i
  L = \prod_{i=1}^{1000000} x_1
  L = x_1^{0.1^{0.1^{0.1}}}
  L = 99999999999999999999999999999999999999999999999999 x_1
  L = 0.00000000000000000000000000000000000000000000001 x_1
  L = 123456789012345678901234567890/987654321098765432109876543210 x_1
  L = x_1!
`).map((line) => sheet(String.raw`$x \in \mathbb{R}^{D}$`, line));

const PROTOTYPES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
];

const names = PROTOTYPES.flatMap((name) => [
  sheet(String.raw`$\text{${name}} \in \mathbb{R}$`, String.raw`L = \text{${name}}^2`),
  sheet(String.raw`$x_{\text{${name}}} \in \mathbb{R}^{D}$`, String.raw`L = \|x_{\text{${name}}}\|^2`),
]);

const characters: Readonly<Record<string, string>> = {
  "a byte order mark": `\uFEFF${MODEL}`,
  "carriage returns and line feeds": MODEL.replace(/\n/g, "\r\n"),
  "carriage returns alone": MODEL.replace(/\n/g, "\r"),
  "text from right to left": `עברית ${MODEL} العربية`,
  "a turned direction in a formula": beside("y = \u202Ex_1\u202C + x_2"),
  "an isolate in a formula": beside("y = \u2066x_1\u2069 + x_2"),
  "zero-width characters in a formula": beside("y = x\u200B_1 +\u200D x\u2060_2\uFEFF"),
  "a no-break space in a formula": beside("y\u00A0= x_1\u2009+\u3000x_2"),
  "control characters in a formula": beside("y = x_1 \u0007\u001B[31m + x_2"),
  "escape sequences in text": `\u001B[2J\u001B]0;owned\u0007 ${MODEL}`,
  "combining marks": beside("y\u0301 = x_1"),
  "letters of other alphabets": beside("я = x_1"),
  "letters beyond the first plane": beside("𝐲 = x_1"),
  "an emoji for a symbol": beside("😀 = x_1"),
  "full-width characters": beside("ｙ ＝ ｘ"),
  "line separators": MODEL.replace(/\n/g, "\u2028"),
};

const titles: Readonly<Record<string, string>> = {
  "a script for a title": `# <script>alert(1)</script>\n\n${MODEL}`,
  "an image for a title": `---\ntitle: "<img src=x onerror=alert(1)>"\n---\n\n${MODEL}`,
  "LaTeX for a title": `# \\input{/etc/passwd} \\write18{ls} \\end{document}\n\n${MODEL}`,
  "a macro with an attack for a title": `---\ntitle: "\\\\href{javascript:alert(1)}{x}"\n---\n\n${MODEL}`,
  "a link in a symbol": beside(String.raw`\href{javascript:alert(1)}{y} = x_1`),
  "a style in a symbol": beside(String.raw`\htmlStyle{color:red}{y} = x_1`),
};

const nestedInverses = (depth: number): string => {
  let inner = "A";
  for (let k = 0; k < depth; k++) inner = `(${inner} + I)^{-1}`;
  return sheet(
    String.raw`$A \in \mathbb{R}^{n \times n}$ is symmetric, $u, v \in \mathbb{R}^n$.`,
    String.raw`L = u^\top ${inner} v`,
  );
};

export const hostile: readonly Hostile[] = [
  ...broken(numbered("unbalanced", unbalanced.map(beside))),
  ...broken(numbered("unknown", unknownCommands.map(beside))),
  ...broken(shapes),
  ...broken(frontMatter),
  ...broken(encodings),
  ...broken(delimiters),
  ...broken({ "a bomb of macros": bomb(9) }),
  ...odd({
    "a megabyte of open braces in prose": "{".repeat(1_000_000),
    "a line of a megabyte": `${"word ".repeat(200_000)}\n\n${MODEL}`,
    "inverses in inverses": nestedInverses(12),
  }),
  ...odd(numbered("macro", recursion.map(beside))),
  ...odd(deep(50)),
  ...broken(deep(5000)),
  ...broken(huge),
  ...odd(numbered("number", numbers)),
  ...odd(numbered("name", names)),
  ...odd(characters),
  ...odd(titles),
];
