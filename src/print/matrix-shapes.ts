import { isScalar, type MatrixExpression, type Shape } from "../contraction/matrix.js";
import { Budget } from "../core/budget.js";
import type { Range } from "../expression/node.js";
import { latexStyle } from "./latex-style.js";
import { bind, type Names, type Scope, scopeOf } from "./names.js";
import { parametersOf } from "./parameters.js";
import { Walk } from "./walk.js";

/** Shared parts are written out each time. */
const LONGEST = 50_000;

/** The shapes along an expression, `[D^{(1)} \times D^{(0)}][D^{(0)} \times 1]`; scalars are left out. */
export function dimensionCheck(x: MatrixExpression, names: Names): string {
  const shapes = new Shapes(names);
  const scope = scopeOf(names, parametersOf(x));
  return `${shapes.along(x, scope)} = ${shapes.of(x, scope)}`;
}

class Shapes {
  readonly #names: Names;
  readonly #walk: Walk;
  readonly #budget = new Budget("printing", LONGEST);

  constructor(names: Names) {
    this.#names = names;
    this.#walk = new Walk(names, latexStyle(names));
  }

  of({ rows, columns }: Shape, scope: Scope): string {
    const size = (range: Range | null): string => this.#walk.size(range, scope);
    return `[${size(rows)} \\times ${size(columns)}]`;
  }

  along(x: MatrixExpression, scope: Scope): string {
    this.#budget.spend();
    const inside = (y: MatrixExpression): string =>
      holdsSeveral(y) ? `\\left(${this.along(y, scope)}\\right)` : this.along(y, scope);
    switch (x.kind) {
      case "product":
        return x.args.map(inside).join("");
      case "hadamard":
        return x.args.map(inside).join(" \\odot ");
      case "add":
        return (
          arrays(x.args)
            .map((a) => this.along(a, scope))
            .join(" + ") || this.of(x, scope)
        );
      case "scale":
        return (
          arrays(x.args)
            .map((a) => this.along(a, scope))
            .join("") || this.of(x, scope)
        );
      case "sum":
        return this.along(x.args[0], bind(this.#names, scope, x.index));
      default:
        return this.of(x, scope);
    }
  }
}

const arrays = (args: readonly MatrixExpression[]): readonly MatrixExpression[] => args.filter((a) => !isScalar(a));

const holdsSeveral = (x: MatrixExpression): boolean =>
  x.kind === "product" || x.kind === "hadamard" || (x.kind === "add" && arrays(x.args).length > 1);
