import type { Node } from "../expression/node.js";
import type { Step } from "./derivation.js";
import { classOf } from "./same.js";
import type { Knowledge } from "./simplify.js";

/** Records a chain of equal expressions as it is made; a rewriting that changed nothing leaves no line. */
export class Steps {
  readonly #k: Knowledge;
  readonly #list: Step[] = [];
  #last: Node | null = null;

  constructor(k: Knowledge) {
    this.#k = k;
  }

  get list(): readonly Step[] {
    return this.#list;
  }

  start(left: Node, right: Node, rule: string, why: string): void {
    this.#list.push({ left, right, rule, why });
    this.#last = right;
  }

  /** Goes on from an expression without a line of its own. */
  from(node: Node): void {
    this.#last = node;
  }

  rewrite(right: Node, rule: string, why: string): void {
    const left = this.#last;
    this.#last = right;
    if (left === null || left === right || classOf(this.#k.arena, left) === classOf(this.#k.arena, right)) return;
    this.#list.push({ left, right, rule, why });
  }

  /** Lines that stand beside the chain. */
  aside(steps: readonly Step[]): void {
    this.#list.push(...steps);
  }
}
