import type { Span } from "../../core/span.js";
import type { Syntax } from "../../notation/syntax.js";
import type { FunctionDefinition } from "../elaborate/elaborator.js";
import { functionKey } from "../functions/applications.js";
import { plainSymbol, type Scripted, takeApart } from "../symbols/scripts.js";
import type { Item } from "../symbols/statements.js";

/*
 * "where $\sigma$ is the ReLU", "with a sigmoid activation $\phi$": which function a letter stands for, in words. A formula for
 * it says more, and goes before.
 */

interface Named {
  /** The key of the letter. */
  readonly head: string;
  readonly activation: string;
  readonly span: Span;
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/leaky/i, ""],
  [
    /(?:normal|gaussian)\b.*\b(?:cdf|distribution function)|(?:cdf|distribution function)\b.*\b(?:normal|gaussian)/i,
    "normal_cdf",
  ],
  [/(?:normal|gaussian)\b.*\b(?:pdf|density)|(?:pdf|density)\b.*\b(?:normal|gaussian)/i, "normal_pdf"],
  [/relu|rectified linear|rectifier/i, "ReLU"],
  [/tanh|hyperbolic tangent/i, "tanh"],
  [/soft-?plus/i, "softplus"],
  [/soft-?max/i, "softmax"],
  [/sigmoid|logistic/i, "sigmoid"],
];
const NORMAL = String.raw`(?:standard[- ])?(?:normal|gaussian)(?: distribution| (?:random )?variable)?`;
const DISTRIBUTION = String.raw`(?:cdf|(?:cumulative )?distribution function|pdf|(?:probability )?density(?: function)?)`;
const WORDS = String.raw`(${NORMAL} ${DISTRIBUTION}|${DISTRIBUTION} (?:of|for) (?:the |an? )?${NORMAL}|leaky[- ]relu|relu|rectified linear(?: unit)?|rectifier|tanh|hyperbolic tangent|soft-?plus|soft-?max|sigmoid|logistic(?: sigmoid)?)`;
/** Every pattern has one of these, and most sentences have none. */
const ANY_WORD = /normal|gaussian|relu|rectif|tanh|tangent|soft-?plus|soft-?max|sigmoid|logistic/i;
const BEFORE = String.raw`(?:(?:an?|the|usual|standard|entry-?wise|element-?wise|component-?wise|point-?wise|non-?linear|activation|function)\s+)*`;
const IS = String.raw`\s*(?:is|denotes|being|represents|stands for|:|=)\s+`;
const MARK = String.raw`\$(\d+)\$`;
const NAME = String.raw`\b(sigma|phi|psi|varphi|rho|[fghσφψρ])`;
/** What may follow the word: `the sigmoid derivative` names another function. */
const END = String.raw`(?:\s+(?:activation|function|non-?linearity|unit))*\s*(?=$|[.,;:)$]|\s(?:and|with|which|where|while|applied|for|in|of|on)\b)`;

const GREEK: ReadonlyMap<string, string> = new Map([
  ["σ", "\\sigma"],
  ["φ", "\\phi"],
  ["ψ", "\\psi"],
  ["ρ", "\\rho"],
]);

/** Each letter of which the words say what function it is, once. */
export function activationsIn(items: readonly Item[], plain: readonly string[]): readonly Named[] {
  const found = new Map<string, Named>();
  const add = (head: string, words: string, span: Span): void => {
    const activation = KINDS.find(([word]) => word.test(words))?.[1] ?? "";
    if (activation !== "" && !found.has(head)) found.set(head, { head, activation, span });
  };
  const named = [...new Set(items.map((i) => i.formula.sentence))].filter((sentence) => ANY_WORD.test(sentence));
  for (const sentence of named)
    for (const [pattern, mark, word] of MARKED)
      for (const m of sentence.matchAll(pattern)) {
        const name = loneName(items, Number(m[mark]));
        if (name !== null) add(functionKey(name), m[word] ?? "", name.span);
      }
  for (const sentence of named)
    for (const m of sentence.matchAll(ITS_DENSITY)) {
      const name = loneName(items, Number(m[1]));
      if (name !== null) add(functionKey(name), `normal ${m[2]}`, name.span);
    }
  for (const sentence of [...named, ...plain.filter((sentence) => ANY_WORD.test(sentence))])
    for (const m of sentence.matchAll(NAMED)) add(headOf(m[1] ?? ""), m[2] ?? "", { start: 0, end: 0 });
  return [...found.values()];
}

const SIGMOID = /\b(?:sigmoid|logistic)/i;
const OTHER =
  /\b(?:tanh|hyperbolic|relu|rectif\w*|soft-?plus|soft-?max|gelu|selu|elu|swish|identity|linear (?:output|activation))\b/i;

/** "sigmoid units in both layers", "both are sigmoids": what activation there is, where only one is spoken of. */
export const speaksOfSigmoidsAlone = (sentences: readonly string[]): boolean =>
  sentences.some((s) => SIGMOID.test(s)) && !sentences.some((s) => OTHER.test(s));

/** "sigmoid, element-wise" as all that a sentence says. */
const LONE = new RegExp(
  String.raw`^\s*${BEFORE}(?:activations?(?: functions?)?\s*(?:is|are|:|=)\s*)?${BEFORE}${WORDS}(?:\s*,?\s+(?:activations?|functions?|units?|non-?linearity|element-?wise|entry-?wise))*\s*\.?\s*$`,
  "i",
);

/** The one activation that sentences without a formula are about; `null` where they name none, or several. */
export function activationAlone(plain: readonly string[]): string | null {
  const found = new Set(
    // A list of assumptions may go on in small letters.
    plain
      .flatMap((text) => text.split(/[.;]\s+/))
      .flatMap((sentence) => {
        const words = LONE.exec(sentence)?.[1];
        return words === undefined ? [] : [KINDS.find(([word]) => word.test(words))?.[1] ?? ""];
      }),
  );
  const [only, more] = found;
  return only === undefined || only === "" || only === "softmax" || more !== undefined ? null : only;
}

/** `$\sigma$ is the sigmoid`, `the ReLU activation $\sigma$`; with the groups of the mark and of the word. */
const NAMED = new RegExp(NAME + IS + BEFORE + WORDS + END, "gi");
const MARKED: readonly (readonly [RegExp, 1 | 2, 1 | 2])[] = [
  [new RegExp(`${MARK}(?:${IS}|,?\\s+(?=(?:the|an?)\\s))${BEFORE}${WORDS}${END}`, "gi"), 1, 2],
  [new RegExp(String.raw`\b${WORDS}\s+(?:activation|function|non-?linearity)(?: function)?\s+${MARK}`, "gi"), 2, 1],
];

/** `$\Phi$ is the standard normal CDF and $\phi$ its density`. */
const ITS_DENSITY = new RegExp(
  String.raw`\b${NORMAL}\b[^.]*?${MARK}\s+(?:(?:is|denotes|for)\s+)?(?:its|the corresponding) ((?:probability )?(?:density|pdf))\b`,
  "gi",
);

function headOf(name: string): string {
  const greek = GREEK.get(name);
  if (greek !== undefined) return greek;
  return name.length === 1 ? name : `\\${name.toLowerCase()}`;
}

/** The name that a formula in a sentence is, `\sigma` or `\sigma_h`, and nothing else. */
function loneName(items: readonly Item[], ordinal: number): Scripted | null {
  const own = items.filter((i) => i.ordinal === ordinal);
  const [only] = own;
  const [side, ...more] = only?.statement.sides ?? [];
  if (own.length !== 1 || side === undefined || more.length > 0) return null;
  // `$\sigma(\cdot)$` names it too.
  const [head, group] = side.kind === "juxtaposition" && side.items.length === 2 ? side.items : [side];
  const t = head === undefined || (group !== undefined && group.kind !== "group") ? null : takeApart(head);
  return t === null || t.sups.length + t.primes > 0 ? null : t;
}

/** `f(u) = \operatorname{ReLU}(u)`. */
export function functionCalled(key: string, activation: string, span: Span): FunctionDefinition {
  const u: Extract<Syntax, { kind: "symbol" }> = plainSymbol("u", span);
  const name: Syntax = { ...u, name: activation, style: "roman", latex: `\\operatorname{${activation}}` };
  const group: Syntax = { kind: "group", open: "(", body: u, span };
  const parameters = [takeApart(u)].filter((t) => t !== null);
  return { key, parameters, body: { kind: "juxtaposition", items: [name, group], span }, span };
}
