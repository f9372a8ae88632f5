import type { Node } from "../expression/node.js";
import type { Step } from "./derivation.js";
import { classOf } from "./same.js";
import type { Knowledge } from "./simplify.js";

/** Records a chain of equal expressions as it is made; a rewriting that changed nothing leaves no line. */
export class Steps {
  readonly #k: Knowledge;
  readonly #list: Step[] = [];
  #last: Node | null = null;
  /** Where the last line of the chain stands; lines beside it may follow. */
  #line: number | null = null;

  constructor(k: Knowledge) {
    this.#k = k;
  }

  get list(): readonly Step[] {
    return this.#list;
  }

  start(left: Node, right: Node, rule: string, why: string): void {
    this.#push({ left, right, rule, why });
  }

  /** Goes on from an expression without a line of its own. */
  from(node: Node): void {
    this.#last = node;
    this.#line = null;
  }

  rewrite(right: Node, rule: string, why: string): void {
    const left = this.#last;
    if (left === null || left === right) return;
    if (classOf(this.#k.arena, left) !== classOf(this.#k.arena, right)) this.#push({ left, right, rule, why });
    else this.#reorder(right);
  }

  #push(step: Step): void {
    this.#line = this.#list.push(step) - 1;
    this.#last = step.right;
  }

  /** The same up to the order of terms and factors: the last line ends in the new order. */
  #reorder(right: Node): void {
    const step = this.#line === null ? undefined : this.#list[this.#line];
    if (this.#line !== null && step !== undefined) this.#list[this.#line] = { ...step, right };
    this.#last = right;
  }

  /** Lines that stand beside the chain. */
  aside(steps: readonly Step[]): void {
    this.#list.push(...steps);
  }
}
