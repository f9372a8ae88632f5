import type { Index, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import type { Knowledge } from "./simplify.js";
import { vanishingIn } from "./vanish.js";

/** What simplifying may know of a model. */
export function knowledgeOf(model: Model): Knowledge {
  const ranges = new Map<Tensor, Index["range"]>();
  for (const a of model.assumptions) if (a.kind === "integer") ranges.set(a.tensor, a.range);
  return {
    arena: model.arena,
    valueRange: (value) => {
      if (value.kind === "argument") return value.index.range;
      return value.kind === "entry" ? (ranges.get(value.tensor) ?? null) : null;
    },
    mayVanish: vanishingIn(model),
  };
}
