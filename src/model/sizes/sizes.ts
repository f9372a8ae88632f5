import { refuse } from "../../core/diagnostic.js";
import type { Dim } from "../../expression/node.js";
import type { DimVar } from "./dimensions.js";

/** The size of an axis once shapes are known. */
export const known = (d: DimVar): Dim =>
  d.dim ?? refuse("shape/unknown-size", "nothing says how long an axis is here", null, "declare the shapes");
