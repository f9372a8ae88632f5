interface Open {
  readonly verdicts: readonly ("undecided" | "unreadable" | "0 claims")[];
  readonly reason: string;
}

/** Derivations of which lines are left open, and why. Never one in which something is judged the wrong way. */
export const open: ReadonlyMap<string, Open> = new Map([
  ["bendersky-softmax", { verdicts: ["unreadable"], reason: "D_j by the number of the argument, not by a variable" }],
  ["ng-course-week3", { verdicts: ["undecided"], reason: "a^{[2](i)} is not read as a column of A^{[2]}" }],
  ["ethann-ridge", { verdicts: ["unreadable"], reason: "\\nabla J(w) without a variable below" }],
  ["svm-hinge", { verdicts: ["undecided"], reason: "the derivative by the row of the class y_i" }],
]);
