import { flatMap } from "../../core/flat-map.js";
import type { Role } from "../model.js";

/* What a symbol is to a network is a guess, from the words around it and from its letter. Only what is counted depends on it. */

/** A formula in its sentence, where `$3$` stands for the third formula of the file. */
export interface Mention {
  readonly sentence: string;
  readonly ordinal: number;
}

const WORDS: readonly (readonly [Role, RegExp])[] = [
  ["parameter", /weight|bias|parameter|learn|trainable|\bgain|kernel|intercept|coefficient/gi],
  ["target", /target|label|ground truth/gi],
  ["input", /input|data|example|feature|signal|image|observation/gi],
  ["constant", /\bfixed\b|\bconstants?\b|hyperparameter/gi],
];

const LETTERS: readonly (readonly [Role, RegExp])[] = [
  ["parameter", /^[WUVwbBcv]$|^\\(theta|Theta|beta|gamma|alpha|omega|phi)$/],
  ["target", /^[tyTY]$/],
  ["input", /^[xXuzZ]$/],
];

const WEIGHT = /^[Ww]$|^\\[tT]heta$/;
const SMALL_CONSTANT = /^\\?(lambda|eta|epsilon|varepsilon|tau|rho|mu)$/;

export function roleOf(mention: Mention | null, name: string, isScalar: boolean): Role {
  const sentence = mention?.sentence ?? "";
  const clause = mention === null ? "" : clauseOf(mention);
  const marker = `$${mention?.ordinal}$`;
  const letter = LETTERS.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
  const small = isScalar && SMALL_CONSTANT.test(name) ? "constant" : null;
  const here = said(clause, marker) ?? (USUAL_DATA.test(name) || mention === null ? null : listed(mention));
  // `W` that acts on the input is no input.
  if (here === "input" && WEIGHT.test(name)) return "parameter";
  return here ?? letter ?? said(withoutAttributes(sentence, marker), marker) ?? small ?? "input";
}

const USUAL_DATA = /^[xXyYtT]$/;

/** In "weights $1$, $2$ and $3$" each is a weight. */
function listed({ sentence, ordinal }: Mention): Role | null {
  const list = new RegExp(String.raw`([^$]*)(?:\$\d+\$(?:,\s*(?:and\s+)?|\s+and\s+))+\$${ordinal}\$`).exec(sentence);
  const [, words = ""] = list ?? [];
  return nearest(/[^,;:.]*$/.exec(words)?.[0] ?? "", "last") === "parameter" ? "parameter" : null;
}

/** What stands directly in front of another formula, "the label $3$", is said of that one. */
const withoutAttributes = (sentence: string, marker: string): string =>
  sentence.replace(/\b[A-Za-z-]+\s+(\$\d+\$)/g, (all: string, other: string) => (other === marker ? all : other));

/** The part of a sentence between commas and semicolons. */
const clauseOf = ({ sentence, ordinal }: Mention): string =>
  sentence.split(/[,;:]/).find((part) => part.includes(`$${ordinal}$`)) ?? "";

/** A symbol that is followed by a verb, alone or in a list, is what is said of it next; another what was named last before it. */
const VERB =
  /^(?:\s*(?:(?:,|and|or)\s*)?\$\d+\$)*\s*(?:is|are|be|being|denotes?|represents?|holds?|contains?|collects?|stands?)\b/i;

function said(text: string, marker: string): Role | null {
  const at = text.indexOf(marker);
  if (at < 0) return null;
  const before = nearest(text.slice(0, at), "last");
  const rest = text.slice(at + marker.length);
  const after = nearest(rest, "first");
  return VERB.test(rest) ? (after ?? before) : (before ?? after);
}

/** The role whose word comes first or last. */
function nearest(text: string, which: "first" | "last"): Role | null {
  const found = flatMap(WORDS, ([role, pattern]) => [...text.matchAll(pattern)].map((m) => ({ role, index: m.index })));
  found.sort((a, b) => a.index - b.index);
  return (which === "first" ? found[0] : found.at(-1))?.role ?? null;
}
