import { add, compare, equal, type Polynomial, zero } from "./polynomial.js";

/**
 * Scalar operations. A division or a whole power counts as multiplications, a comparison as the application of a function,
 * as does every `exp`, `tanh` or root.
 */
export interface Operations {
  readonly multiplications: Polynomial;
  readonly additions: Polynomial;
  readonly applications: Polynomial;
}

export const none: Operations = { multiplications: zero, additions: zero, applications: zero };

export const plus = (...all: readonly Operations[]): Operations => ({
  multiplications: add(...all.map((o) => o.multiplications)),
  additions: add(...all.map((o) => o.additions)),
  applications: add(...all.map((o) => o.applications)),
});

export const total = (o: Operations): Polynomial => add(o.multiplications, o.additions, o.applications);

/** Which takes less work: multiplications first, then functions, then additions. */
export const compareOperations = (a: Operations, b: Operations): number =>
  compare(a.multiplications, b.multiplications) ||
  compare(a.applications, b.applications) ||
  compare(a.additions, b.additions);

export const sameOperations = (a: Operations, b: Operations): boolean =>
  equal(a.multiplications, b.multiplications) &&
  equal(a.additions, b.additions) &&
  equal(a.applications, b.applications);
