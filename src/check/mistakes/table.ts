/** What a student is told: one sentence each. `about` names the thing at fault as it is written, or is empty. */
export interface Telling {
  readonly code: string;
  readonly tell: (about: string) => string;
}

const of = (about: string): string => (about === "" ? "" : ` ${about}`);
const row = (code: string, tell: (about: string) => string): readonly [string, Telling] => [code, { code, tell }];

/** Every mistake that is diagnosed, with what to say about it. How each is made stands in `names.ts` and `repairs.ts`. */
export const mistakes: ReadonlyMap<string, Telling> = new Map([
  row("sign-error", (a) =>
    a === ""
      ? "this is the negative of the right answer: look for a lost or extra minus"
      : `the sign of ${a} is wrong: the rest is right`,
  ),
  row("ce-sign", () => "this is the negative: the gradient of the cross-entropy is the prediction less the target"),
  row("missing-factor-2", () => "a constant factor is wrong: d(x²) = 2x dx, and a ½ in front cancels the 2"),
  row("l2-factor", () => "the penalty's factor is wrong: λ‖w‖² gives 2λw, and (λ/2)‖w‖² gives λw"),
  row("missing-1-over-N", (a) => `the factor 1/${a || "N"} of the average in the loss is missing`),
  row("double-1-over-N", (a) => `1/${a || "N"} is applied twice: the derivative used here already holds it`),
  row("mean-axis-confusion", (a) => `the average is over the wrong number${a === "" ? "" : `: ${a}`}`),
  row(
    "attention-scale-missing",
    () => "the scale of the scores, 1/√d, also multiplies the gradient, and is missing here",
  ),
  row("outer-product-swapped", () => "the outer product is the wrong way round: write δ xᵀ, not x δᵀ"),
  row("missing-transpose", (a) => `transpose${of(a)}: going back through y = W x multiplies by Wᵀ`),
  row("layout-confusion", () => "this is the transpose of what is asked in the layout that is used here"),
  row("index-swapped", () => "two indices are exchanged: this is the transpose of the right answer"),
  row(
    "transpose-of-product-order",
    () => "the factors stand in the wrong order: the transpose of a product reverses it, (AB)ᵀ = BᵀAᵀ",
  ),
  row("noncommuting-swap", () => "matrix products do not commute: the factors stand in the wrong order"),
  row(
    "inner-instead-of-outer",
    () => "this is the inner product; the gradient of a weight matrix is the outer product δ xᵀ",
  ),
  row(
    "wrong-factor-order-batch",
    () => "with samples as rows, the gradient of the weights sums over samples: the transpose is on the wrong factor",
  ),
  row(
    "hadamard-written-as-matmul",
    () => "this product is entry by entry: write ⊙ (or diag) rather than a matrix product",
  ),
  row("matmul-written-as-hadamard", () => "this is a matrix product, not an entry-by-entry one: leave out the ⊙"),
  row("chain-order-reversed", () => "the Jacobians stand in the wrong order: the outer function's comes first"),
  row("missing-sum-over-batch", (a) => `sum over ${a || "the samples"}: each gives a part of this gradient`),
  row(
    "bias-gradient-not-summed",
    (a) => `sum over ${a || "the samples"}: what was added to every row gets the sum of their gradients`,
  ),
  row("sum-wrong-axis", () => "the sum runs over the wrong axis"),
  row("missing-activation-derivative", (a) => `the derivative of the activation${of(a)} is missing`),
  row(
    "relu-derivative-is-one",
    () => "the mask 1[z > 0] of the ReLU is missing: this is right only where z is positive",
  ),
  row("relu-derivative-is-relu", () => "the derivative of ReLU is the 0/1 mask 1[z > 0], not ReLU itself"),
  row("relu-mask-on-gradient", () => "the mask looks at the gradient; it must look at the input of the ReLU, 1[z > 0]"),
  row("relu-derivative-wrong-layer", (a) => `the mask looks at${of(a)}, the input of another ReLU`),
  row(
    "leaky-slope-missing",
    () => "the slope for negative inputs is missing: leaky ReLU does not have the mask of ReLU",
  ),
  row("derivative-at-activation", () => "the activation's derivative is taken at its output; take it at its input"),
  row("sigmoid-rule-on-z", () => "the rule that holds for the output, a(1 − a), is used with the input z"),
  row("sigmoid-derivative-wrong-form", () => "this is not the derivative of the logistic function: σ' = σ(1 − σ)"),
  row("tanh-derivative-missing-square", () => "the square is missing: tanh' = 1 − tanh²"),
  row(
    "wrong-activation-derivative",
    (a) => `this is the derivative of another activation${a === "" ? "" : `; here it is ${a}`}`,
  ),
  row(
    "softmax-offdiagonal-dropped",
    () => "each input of the softmax moves every output: the terms off the diagonal are missing",
  ),
  row("softmax-missing-outer", () => "only the terms off the diagonal, −a_i a_j, are here: the diagonal also has a_i"),
  row("softmax-jacobian-sign", () => "the sign of the softmax Jacobian is wrong: a_i (δ_ij − a_j)"),
  row(
    "softmax-jacobian-applied-twice",
    () => "this was already the derivative by the input of the softmax: its Jacobian is applied twice",
  ),
  row("dLda-used-as-dLdz", () => "this is the derivative by the output of the softmax; go on through its Jacobian"),
  row("ce-assumes-onehot", () => "this needs targets that sum to 1, which nothing here says"),
  row("logsumexp-gradient", () => "the derivative of log Σ exp is the normalised exponential: divide by the sum"),
  row(
    "bce-missing-second-term",
    () => "only one of the two terms is differentiated: (1 − t) log(1 − y) also depends on y",
  ),
  row("bce-second-sign", () => "the second term has the wrong sign: the inner derivative of 1 − y is −1"),
  row(
    "bce-not-simplified-wrong",
    () => "this is the derivative of another loss or by another quantity: y − t is by z for the cross-entropy",
  ),
  row("norm-not-squared", () => "the derivative of a norm (not squared) is r/‖r‖"),
  row("dropped-inner-factor", (a) => `the chain rule's factor${of(a)} is missing`),
  row("missing-residual-path", (a) => `the direct path${a === "" ? "" : ` to ${a}`} is missing: its gradient is added`),
  row(
    "shared-weights-one-use",
    (a) => `the variable is used more than once: add what comes through${of(a) || " the other use"}`,
  ),
  row("double-counting", () => "something is added that is already counted"),
  row(
    "product-rule-one-term",
    () => "the variable stands in more than one place of the formula: one term of the product rule is missing",
  ),
  row("quotient-rule-sign", () => "a sign of the quotient rule is wrong: (u'v − uv')/v²"),
  row(
    "partial-vs-total",
    (a) => `${a || "an intermediate quantity"} depends on the variable too and is treated as a constant`,
  ),
  row("layer-index-weights", (a) => `the weights of another layer are used${a === "" ? "" : `: ${a}`}`),
  row("layer-index-activation", (a) => `a quantity of another layer is used${a === "" ? "" : `: ${a}`}`),
  row("bias-gradient-times-input", (a) => `the bias is not multiplied by the input: leave out${of(a)}`),
  row("dropout-mask-missing", () => "the mask of the forward pass also multiplies the gradient"),
  row("maxpool-all-positions", () => "only the input that was the maximum gets the gradient"),
  row(
    "delta-index-capture",
    () => "a Kronecker delta is missing: this entry moves only the output with the same index",
  ),
  row("wrong-upper-limit", () => "the limits of the sum are wrong"),
  row("free-index-mismatch", (a) => `the index ${a} is free on the right side and does not stand on the left`),
  row("quadratic-form-2A", () => "2A x is right only for a symmetric A: the gradient of xᵀA x is (A + Aᵀ) x"),
  row("trace-derivative-order", () => "transposes are missing: the derivative of tr(A X B) is Aᵀ Bᵀ"),
  row("logdet-no-transpose", () => "the transpose is missing: the derivative of log det X is X⁻ᵀ"),
  row("inverse-derivative", () => "the derivative of X⁻¹ is −X⁻¹ dX X⁻¹: its sign and both inverses matter"),
  row("l2-missing", () => "the penalty's derivative is missing"),
  row("l1-sign", () => "the derivative of λ|w| is +λ sign(w)"),
  row("attention-k-transpose", () => "transpose the gradient of the scores: the gradient by K is dSᵀ Q"),
  row("attention-v", () => "transpose the attention weights: the gradient by V is Pᵀ times the gradient by the output"),
  row("attention-softmax-axis", () => "the sum inside the softmax's gradient runs along each row only"),
  row("embedding-duplicates", () => "an index that occurs twice gets the sum of both gradients"),
  row(
    "step-skipped-or-lucky",
    () => "this step is false though the ends agree: two slips cancel, or the answer was copied",
  ),
]);
