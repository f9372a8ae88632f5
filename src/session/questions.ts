import { type Asked, pairKey } from "../check/asked.js";
import type { Place } from "../core/span.js";
import type { Tensor } from "../expression/node.js";
import type { Model, ModelSymbol } from "../model/model.js";
import { type CheckJson, type ClaimJson, judgeWorksheet } from "./check.js";
import { FileNames, symbolLatex } from "./symbols.js";

/** One derivative that a worksheet asks for, with the answers that it gives itself. */
export interface PosedQuestion {
  /** The same for the same derivative, in the worksheet and in what is judged against it. */
  readonly key: string;
  /** The same without the entry that is asked for. */
  readonly pair: string;
  /** The variable, as the worksheet writes it, and its identifier. */
  readonly of: string;
  readonly name: string;
  /** The left side of an answer. */
  readonly latex: string;
  /** `null` where the worksheet does not ask in so many words. */
  readonly at: Place | null;
  /** Official answers, judged. */
  readonly answers: readonly ClaimJson[];
}

export interface PosedQuestions {
  readonly questions: readonly PosedQuestion[];
  /** Derivatives that it names without asking for them (`pairKey`). */
  readonly given: readonly string[];
  /** The symbols that it speaks of, in LaTeX. */
  readonly symbols: readonly string[];
  /** What was found about the worksheet itself, its official answers among it. */
  readonly check: CheckJson;
}

export const questionKey = (a: Asked): string => `${pairKey(a)}${a.entry === "" ? "" : ` at ${a.entry}`}`;

/**
 * The questions of a worksheet in their order, each once: `∂L/∂W = ?` and derivatives with an official answer; if there
 * are none, what its sentences ask for; and if they ask for nothing, the gradient of each of its parameters.
 */
export function posedQuestions(file: string, text: string, seed?: number): PosedQuestions {
  const { json, answers, questions, given, models } = judgeWorksheet(file, text, seed === undefined ? {} : { seed });
  const names = new FileNames();
  const symbols = new Map<Tensor, ModelSymbol>(models.flatMap((m) => m.symbols.map((s) => [s.tensor, s] as const)));
  const posedIn = (prose: boolean) => questions.filter((q) => q.inProse === prose).map((q) => ({ ...q, answer: null }));
  const written = [
    ...posedIn(false),
    ...answers.flatMap(({ about, claim, left, open }) =>
      about === null || open ? [] : [{ asked: about, left, at: claim.at, answer: claim }],
    ),
  ];
  const asked = (written.length > 0 ? written : posedIn(true)).sort(
    (a, b) => a.at.line - b.at.line || a.at.column - b.at.column,
  );
  const found = new Map<string, PosedQuestion & { readonly answers: ClaimJson[] }>();
  for (const q of asked) {
    const key = questionKey(q.asked);
    const known = found.get(key) ?? { ...named(q.asked, symbols, names), latex: q.left, at: q.at, answers: [] };
    if (q.answer !== null) known.answers.push(q.answer);
    found.set(key, known);
  }
  const posed = found.size > 0 ? [...found.values()] : models.flatMap((m) => implied(m, symbols, names));
  return { questions: posed, given, symbols: [...symbols.keys()].map((t) => t.latex), check: json };
}

function implied(model: Model, symbols: ReadonlyMap<Tensor, ModelSymbol>, names: FileNames): readonly PosedQuestion[] {
  const { loss } = model;
  if (loss === null) return [];
  return model.symbols
    .filter((s) => s.role === "parameter")
    .map(({ tensor }) => {
      const question = named({ of: loss, wrt: tensor, entry: "" }, symbols, names);
      return { ...question, latex: `\\frac{\\partial ${loss.latex}}{\\partial ${question.of}}`, at: null, answers: [] };
    });
}

function named(asked: Asked, symbols: ReadonlyMap<Tensor, ModelSymbol>, names: FileNames) {
  const symbol = symbols.get(asked.wrt);
  return {
    key: questionKey(asked),
    pair: pairKey(asked),
    of: symbolLatex(asked.wrt, symbol?.family ?? null),
    name: names.of(asked.wrt),
  };
}
