/** Thrown when a piece of work would pass its budget; verdicts turn it into `undecided`. */
export class BudgetSpent extends Error {
  readonly what: string;

  constructor(what: string) {
    super(`the work budget for ${what} is spent`);
    this.what = what;
  }
}

/** Counts work, never seconds, so that load cannot change an answer. */
export class Budget {
  readonly what: string;
  #left: number;

  constructor(what: string, units: number) {
    this.what = what;
    this.#left = units;
  }

  get left(): number {
    return this.#left;
  }

  spend(units = 1): void {
    this.#left -= units;
    if (this.#left < 0) throw new BudgetSpent(this.what);
  }
}
