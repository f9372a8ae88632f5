import { Refusal } from "../core/diagnostic.js";
import { freeOfPosition, tensorsOf } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";
import { namesOf } from "./fold.js";
import { graphOf } from "./graph.js";
import { jacobian } from "./jacobian.js";
import { knowledgeOf } from "./knowledge.js";
import { Letters } from "./letters.js";
import { type Occurrence, occurrences } from "./partials.js";

/** `∂to[rows]/∂from[columns] = body` through one equation alone, whatever else `to` depends on `from` through. */
export interface Local {
  readonly equation: Equation;
  readonly from: Tensor;
  /** A position for each axis of the equation's left side, as the equation has them. */
  readonly rows: readonly Position[];
  /** A position for each axis of `from`: of a family the member that the equation names, and indices of their own. */
  readonly columns: readonly Position[];
  readonly body: Node;
}

/** What one equation uses, with its derivatives; `refused` says why there are none. */
export interface Use {
  readonly equation: Equation;
  readonly from: Tensor;
  readonly locals: readonly Local[];
  readonly refused: string | null;
}

/** For each equation and each symbol in it, the derivatives on that edge of the computation graph. */
export function localDerivatives(model: Model): readonly Use[] {
  const { arena } = model;
  const k = knowledgeOf(model);
  const folder = namesOf(model, k.valueRange);
  const graph = graphOf(model);
  const letters = new Letters(model);
  return model.equations.flatMap((equation) => {
    const { tensor, at, body } = equation;
    const left = arena.entry(tensor, at);
    const taken = (): Set<string> => new Set(at.flatMap(freeOfPosition).map((i) => i.name));
    return tensorsOf(body).map((from): Use => {
      const use = { equation, from };
      if (from.integer) return { ...use, locals: [], refused: "it takes whole numbers only" };
      try {
        const found = occurrences(arena, body, (t) => t === from, model.reluAtZero);
        const own = letters.forTensor(from, graph, taken());
        const locals = byMember(found, from).map(({ member, found: some }): Local => {
          const columns = own.map((i, axis) => member[axis] ?? arena.at(reindexed(i, axis, member)));
          return { ...use, rows: at, columns, body: jacobian(k, folder, some, columns, left).node };
        });
        return { ...use, locals: locals.length === 0 ? [nothing(own)] : locals, refused: null };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { ...use, locals: [], refused: error.diagnostic.message };
      }

      /** Used in conditions and positions alone: the derivative is zero wherever it exists. */
      function nothing(own: readonly Index[]): Local {
        return { ...use, rows: at, columns: own.map((i) => arena.at(i)), body: arena.zero };
      }
      /** The size of a member's axis may depend on which member it is. */
      function reindexed(i: Index, axis: number, member: readonly Position[]): Index {
        return member.length === 0 ? i : arena.index(i.name, arena.axisRange(from, axis, member));
      }
    });
  });
}

interface OfMember {
  /** The positions of the family's axes; empty where the derivative is for a member in general. */
  readonly member: readonly Position[];
  readonly found: readonly Occurrence[];
}

/** Occurrences of one member of a family together: `h_{t-1}` has a derivative of its own. */
function byMember(found: readonly Occurrence[], { parameters }: Tensor): readonly OfMember[] {
  const groups = new Map<string, { member: readonly Position[]; found: Occurrence[] }>();
  for (const o of found) {
    const own = o.at.slice(0, parameters.length);
    const isSummed = own.some((p) => p.value !== null || freeOfPosition(p).some((i) => o.sums.includes(i)));
    const member = isSummed ? [] : own;
    const key = member.map((p) => p.key).join(";");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { member, found: [o] });
    else group.found.push(o);
  }
  return [...groups.values()];
}
