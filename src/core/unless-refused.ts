import { BudgetSpent } from "./budget.js";
import { Refusal } from "./diagnostic.js";

/** Whether the program itself gave up: on what a user wrote, or on too much work. Anything else is a fault of the program. */
export const gaveUp = (error: unknown): boolean => error instanceof Refusal || error instanceof BudgetSpent;

/** What `f` gives; `null` where it gives up. Faults of the program are not hidden. */
export function unlessRefused<T>(f: () => T): T | null {
  try {
    return f();
  } catch (error) {
    if (gaveUp(error)) return null;
    throw error;
  }
}
