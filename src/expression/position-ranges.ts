import type { Node, Position, Range, Tensor } from "./node.js";

/** The axes that integer symbols are positions on: of `p_y` that of p. */
export function positionRanges(nodes: Iterable<Node>): ReadonlyMap<Tensor, Range> {
  const found = new Map<Tensor, Range>();
  const note = (p: Position, range: Range | undefined): void => {
    if (p.value?.kind === "entry" && range !== undefined && !found.has(p.value.tensor))
      found.set(p.value.tensor, range);
  };
  for (const node of nodes) {
    if (node.kind === "entry")
      node.at.forEach((p, axis) => {
        note(p, node.tensor.axes[axis]);
      });
    if (node.kind === "iverson") note(node.position, node.position.terms[0]?.[0].range);
  }
  return found;
}
