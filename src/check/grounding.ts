import { type Arena, operands, tensorsOf } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";
import { takeApart } from "../model/symbols/scripts.js";
import { allowedIn } from "./allow.js";
import type { Decider } from "./decider.js";
import type { Pair } from "./derivative-equations.js";
import type { Derivatives } from "./derivatives.js";
import { entriesOf, type Names, namedTensors } from "./mentions.js";
import { isEqual, type Link } from "./verdict.js";

/** The derivative that a line asks for, and its tensor. */
export interface Asked {
  readonly head: Pair | null;
  readonly headTensor: Tensor | null;
}

/** Whether what is true is also an answer. */
export class Grounding {
  readonly #derivatives: Derivatives;
  readonly #decider: Decider;

  constructor(derivatives: Derivatives, decider: Decider) {
    this.#derivatives = derivatives;
    this.#decider = decider;
  }

  /** An answer may not use the derivatives of what its variable is computed from: they are found from the one asked for. */
  ground({ head, headTensor }: Asked, links: readonly Link[]): void {
    const last = links.at(-1);
    const { names } = this.#derivatives;
    if (last === undefined || last.question === null || head === null || headTensor === null) return;
    const first = links[0]?.question?.left ?? last.question.left;
    // What was asked is in the first line; a later one may use the same derivative at another member of its family.
    const { free } = last.question;
    const asked = entriesOf(first, headTensor, names).filter((n) => n.free.every((i) => free.includes(i)));
    const headEntries = asked.length > 0 ? asked : entriesOf(last.question.left, headTensor, names);
    const own = headEntries.length > 0 ? headEntries : entriesOf(first, headTensor, names);
    const answer = last.question.right;
    // `[\nabla_Z L\, W]_{nj}` asks for a product, not for the derivative that is summed over in it.
    if (first.kind !== "entry" && own.every((n) => !n.free.every((i) => first.free.includes(i)))) return;
    // δ with a formula of its own is an answer, though custom says what it stands for.
    const spelledOut = new Map([...names].filter(([t]) => !this.#derivatives.byCustom.has(t)));
    const again = entriesOf(answer, headTensor, spelledOut);
    const repeats = again.some((n) => own.includes(n) || headTensor.axes.length === 0 || !isRunning(head.wrt));
    // `\partial L/\partial z = p - y = \delta` is answered before the name is put to it.
    if (repeats && links.length > 1 && takeApart(last.right) !== null) {
      this.ground({ head, headTensor }, links.slice(0, -1));
      return;
    }
    if (repeats && this.#readsAsDirect(answer, own)) {
      last.verdict = "undecided";
      const reason = "the same derivative stands on both sides: one is the total, the other the direct part";
      last.evidence = { method: "none", reason };
      return;
    }
    const objection = this.#objection(answer, head, repeats);
    if (objection !== null) this.#noAnswer(last, objection);
  }

  #objection(answer: Node, head: Pair, repeats: boolean): string | null {
    if (repeats) return "this repeats the derivative that was asked for";
    if (this.#differentiatesNothing(answer, head))
      return "this is the question again, with the formula of what is to be differentiated put in";
    const forbidden = this.#forbidden(answer);
    return forbidden === null ? null : `an answer may not be written in ${forbidden} here`;
  }

  #noAnswer(link: Link, message: string): void {
    if (link.verdict === "unreadable" || link.verdict === "undecided") return;
    link.verdict = "no-answer";
    link.mistake = { code: "tautology", message };
  }

  // `∂l/∂h_t = ∂l/∂h_t + …`: one term is the derivative itself, the others do not mention it.
  #readsAsDirect(answer: Node, own: readonly Node[]): boolean {
    if (answer.kind !== "add") return false;
    const alone = answer.terms.filter((t) => own.includes(t));
    const rest = answer.terms.filter((t) => !own.includes(t));
    return (
      alone.length === 1 &&
      rest.every((t) => !mentionsAny(t, own)) &&
      rest.some((t) => tensorsOf(t).some((x) => x.derivative !== null))
    );
  }

  /** Is the answer made of nothing but derivatives by the very variable that are not carried out, and of the loss together? */
  #differentiatesNothing(answer: Node, head: Pair): boolean {
    if (head.of.axes.length > 0) return false;
    const { arena, names } = this.#derivatives;
    const whole = undifferentiated(arena, answer, head.wrt, names);
    if (whole === null) return false;
    return isEqual(this.#decider.decide({ left: arena.entry(head.of, []), right: whole, free: [], guard: null }));
  }

  /** Something in an answer that the front matter's `allow` does not name. */
  #forbidden(answer: Node): string | null {
    const allowed = allowedIn(this.#derivatives.problem);
    if (allowed === null) return null;
    const { names } = this.#derivatives;
    const used = namedTensors([answer], names).filter((t) => !names.has(t));
    return used.find((t) => !allowed(t))?.latex ?? null;
  }
}

/** The right side of an equation at other positions. */
function bodyAt(arena: Arena, eq: Equation, at: readonly Position[]): Node {
  const map = new Map<Index, Position>();
  for (const [k, p] of eq.at.entries()) {
    const [index, target] = [arena.indexOf(p), at[k]];
    if (index !== null && target !== undefined) map.set(index, target);
  }
  return arena.substitute(eq.body, map);
}

/** What an expression would be without its `\partial/\partial x`, where every term is a multiple of such a derivative. */
function undifferentiated(arena: Arena, node: Node, wrt: Tensor, names: Names): Node | null {
  switch (node.kind) {
    case "add": {
      const terms = node.terms.map((t) => undifferentiated(arena, t, wrt, names));
      return terms.includes(null) ? null : arena.add(...terms.filter((t) => t !== null));
    }
    case "multiply": {
      const constants = node.factors.filter(
        (f) => f.kind === "rational" || f.kind === "dimension" || isOverDimension(f),
      );
      const rest = node.factors.filter((f) => !constants.includes(f));
      const [only] = rest;
      const inner = rest.length === 1 && only !== undefined ? undifferentiated(arena, only, wrt, names) : null;
      return inner === null ? null : arena.multiply(...constants, inner);
    }
    case "reduce": {
      if (node.op !== "sum") return null;
      const { index, body } = arena.open(node);
      const inner = undifferentiated(arena, body, wrt, names);
      return inner === null ? null : arena.sum(index, inner);
    }
    case "entry": {
      const d = node.tensor.derivative;
      const eq = d === null || d.wrt !== wrt ? undefined : names.get(d.of);
      // The partial derivative of an abstract function is all there is to say.
      if (eq === undefined || eq.body.kind === "abstract") return null;
      return bodyAt(arena, eq, node.at);
    }
    default:
      return null;
  }
}

const isOverDimension = (n: Node): boolean => n.kind === "power" && n.base.kind === "dimension";

function mentionsAny(node: Node, wanted: readonly Node[]): boolean {
  const seen = new Set<Node>([node]);
  for (const n of seen) {
    if (wanted.includes(n)) return true;
    for (const m of operands(n)) seen.add(m);
  }
  return false;
}

const isRunning = (t: Tensor): boolean => t.parameters.length > 0 || t.axes.some((r) => r.low.key !== "1");
