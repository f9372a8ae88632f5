/** How a mistake is made, in the true derivation or as a repair of what was written. */
export type Operator =
  /** The whole or one contribution of the chain rule, times a constant or a size. */
  | "scaled"
  /** The sign of the whole or of a term turned. */
  | "negated"
  /** The whole, a factor, or the indices of an entry transposed. */
  | "transposed"
  /** Factors of a product exchanged, moved or reversed. */
  | "reordered"
  /** `⊙` for a matrix product, or the other way round. */
  | "product"
  /** Some contributions of the chain rule left out. */
  | "path"
  /** A term left out, or one too many. */
  | "term"
  /** A factor left out, or one too many. */
  | "factor"
  /** What people take for the slope of a function. */
  | "slope"
  /** A quantity in the place of another. */
  | "quantity"
  /** Another exponent. */
  | "exponent"
  /** A Kronecker delta set to 1. */
  | "delta"
  /** A sum left out, over another index, of one member, or with other limits. */
  | "sum"
  /** The derivative by another quantity. */
  | "neighbour"
  /** An index of a position with the other sign. */
  | "flipped"
  /** Seen when the line is judged. */
  | "verdict";

/** A section of docs/mistakes.md. */
export type Section =
  | "layout"
  | "chain-rule"
  | "sums"
  | "activations"
  | "softmax"
  | "losses"
  | "paths"
  | "indices"
  | "matrix-functions";

/** What is known of a mistake: how it is made, and what a student is told. */
export interface Mistaken {
  readonly by: readonly Operator[];
  /** Where it is explained. */
  readonly read: Section;
  /** The reason, in one sentence or two. `about` names the thing at fault as it is written, or is empty. */
  readonly tell: (about: string) => string;
  /** What a student hears first: the kind of slip, without the answer. */
  readonly hint: string;
}

const row = (
  code: string,
  by: readonly Operator[],
  read: Section,
  tell: (about: string) => string,
  hint: string,
): readonly [string, Mistaken] => [code, { by, read, tell, hint }];

const of = (about: string, before = " "): string => (about === "" ? "" : `${before}${about}`);

/** Every mistake that has a name, by its code. A code that was published stays. */
export const mistakes: ReadonlyMap<string, Mistaken> = new Map([
  // ---- shapes and layout ----
  row(
    "missing-transpose",
    ["transposed"],
    "layout",
    (a) => `transpose${of(a)}: going back through y = W x multiplies by Wᵀ`,
    "Write the shape of each factor below it, and see whether the product has the shape of the variable.",
  ),
  row(
    "outer-product-swapped",
    ["transposed", "reordered"],
    "layout",
    () => "the outer product is the wrong way round: write δ xᵀ, not x δᵀ",
    "The gradient has the shape of the variable: which of the two vectors gives the rows?",
  ),
  row(
    "inner-instead-of-outer",
    ["reordered", "sum"],
    "layout",
    () => "this is the inner product; the gradient of a weight matrix is the outer product δ xᵀ",
    "Which shape must this gradient have, and which one does your product have?",
  ),
  row(
    "wrong-factor-order-batch",
    ["reordered", "transposed"],
    "layout",
    () => "the product must sum over the samples: their axis has to stand inside, between the two factors",
    "Write the shapes below the factors: which axis counts the samples, and is it summed over?",
  ),
  row(
    "hadamard-written-as-matmul",
    ["product"],
    "layout",
    () => "this product is entry by entry: write ⊙ (or diag) rather than a matrix product",
    "Is this function applied to each entry, or to the whole vector? What does that say of the product?",
  ),
  row(
    "matmul-written-as-hadamard",
    ["product"],
    "layout",
    () => "this is a matrix product, not an entry-by-entry one: leave out the ⊙",
    "One output depends on all inputs here. Which product adds these up?",
  ),
  row(
    "layout-confusion",
    ["transposed"],
    "layout",
    () => "this is the transpose of what is asked in the layout that is used here",
    "Compare the layout of this line with that of the others.",
  ),
  row(
    "transpose-of-product-order",
    ["reordered"],
    "layout",
    () => "the factors stand in the wrong order: the transpose of a product reverses it, (AB)ᵀ = BᵀAᵀ",
    "What happens to the order of the factors when a product is transposed?",
  ),
  row(
    "attention-k-transpose",
    ["transposed"],
    "layout",
    (a) => `transpose the gradient of the scores${of(a)}: the gradient by K is dSᵀ Q`,
    "Which axis of the scores belongs to the keys?",
  ),
  row(
    "attention-v",
    ["transposed"],
    "layout",
    (a) => `transpose the attention weights${of(a)}: the gradient by V is Pᵀ times the gradient by the output`,
    "Which axis of the weights belongs to the values?",
  ),
  // ---- the chain rule ----
  row(
    "chain-order-reversed",
    ["reordered"],
    "chain-rule",
    () => "the Jacobians stand in the wrong order: the outer function's comes first",
    "In which order do the Jacobians stand, seen from the output?",
  ),
  row(
    "sign-error",
    ["negated"],
    "chain-rule",
    (a) =>
      a === ""
        ? "this is the negative of the right answer: look for a lost or extra minus"
        : `the sign of ${a} is wrong: the rest is right`,
    "Follow the signs through once more.",
  ),
  row(
    "dropped-inner-factor",
    ["factor", "neighbour"],
    "chain-rule",
    (a) => `the chain rule's factor${of(a)} is missing`,
    "The chain rule multiplies by the derivative of what is inside. Is it there?",
  ),
  row(
    "product-rule-one-term",
    ["path", "term"],
    "chain-rule",
    (a) => `the variable stands in more than one factor${of(a, " of ")}: one term of the product rule is missing`,
    "In how many factors does the variable stand?",
  ),
  row(
    "quotient-rule-sign",
    ["negated"],
    "chain-rule",
    () => "a sign of the quotient rule is wrong: (u'v − uv')/v²",
    "Write the quotient rule down before using it.",
  ),
  row(
    "bias-gradient-times-input",
    ["factor", "neighbour"],
    "chain-rule",
    (a) => `the bias is not multiplied by the input: leave out${of(a) || " the input"}`,
    "What multiplies the bias in the forward pass?",
  ),
  row(
    "tautology",
    ["verdict"],
    "chain-rule",
    () => "this repeats the question",
    "Say what the derivative is, in known quantities.",
  ),
  row(
    "step-skipped-or-lucky",
    ["verdict"],
    "chain-rule",
    (a) => `the step ${a || "here"} is false though the ends agree: two slips cancel, or the answer was copied`,
    "Check each step of the line by itself.",
  ),
  row(
    "error-carried-forward",
    ["verdict"],
    "chain-rule",
    () => "this step is right; its value is wrong only because an earlier line is",
    "This step is right; the slip is in an earlier line.",
  ),
  // ---- sums and averages ----
  row(
    "missing-sum-over-batch",
    ["sum"],
    "sums",
    (a) => `sum over ${a || "the samples"}: each gives a part of this gradient`,
    "Every sample contributes to this gradient. How do the contributions come together?",
  ),
  row(
    "bias-gradient-not-summed",
    ["sum"],
    "sums",
    (a) => `sum over ${a || "the samples"}: what was added to every row gets the sum of their gradients`,
    "The same bias is added for every sample. What does that mean on the way back?",
  ),
  row(
    "missing-1-over-N",
    ["scaled", "factor"],
    "sums",
    (a) => `the factor 1/${a || "N"} of the average is missing`,
    "Compare with the forward pass: is it a sum or an average?",
  ),
  row(
    "double-1-over-N",
    ["scaled"],
    "sums",
    (a) => `1/${a || "N"} is applied twice: the derivative used here already holds it`,
    "Look where the factor of the average comes from, and whether it is already there.",
  ),
  row(
    "mean-axis-confusion",
    ["scaled"],
    "sums",
    (a) => `the average is over the wrong number${of(a, ": ")}`,
    "Over what does the loss average?",
  ),
  row(
    "sum-wrong-axis",
    ["sum", "transposed"],
    "sums",
    (a) => `the sum runs over the wrong axis${of(a, ": ")}`,
    "Over which index must the sum run, so that the result has the right shape?",
  ),
  row(
    "embedding-duplicates",
    ["path", "sum"],
    "sums",
    (a) =>
      `a row that is looked up more than once gets the sum of all its gradients${of(a, ": add what comes through ")}`,
    "What if an index occurs twice?",
  ),
  // ---- activations ----
  row(
    "missing-activation-derivative",
    ["slope", "factor", "neighbour"],
    "activations",
    (a) => `the derivative of the activation${of(a)} is missing`,
    "Follow the chain rule through every function between the loss and this variable. Is each there?",
  ),
  row(
    "derivative-at-activation",
    ["slope", "quantity"],
    "activations",
    (a) => `the activation's derivative is taken at its output; take it at its input${of(a)}`,
    "At which point is the derivative of the activation taken?",
  ),
  row(
    "sigmoid-rule-on-z",
    ["slope"],
    "activations",
    () => "the rule that holds for the output, a(1 − a), is used with the input z",
    "Your rule for the derivative holds for one of input and output. For which?",
  ),
  row(
    "sigmoid-derivative-wrong-form",
    ["slope"],
    "activations",
    () => "this is not the derivative of the logistic function: σ' = σ(1 − σ)",
    "Derive the derivative of the logistic function once more from its definition.",
  ),
  row(
    "tanh-derivative-missing-square",
    ["slope", "exponent"],
    "activations",
    () => "the square is missing: tanh' = 1 − tanh²",
    "Check the derivative of tanh at 0 and at a large input.",
  ),
  row(
    "wrong-activation-derivative",
    ["slope"],
    "activations",
    (a) => `this is not the derivative of ${a === "" ? "the activation that" : `${a}, which`} this layer has`,
    "Which activation does this layer have?",
  ),
  row(
    "relu-derivative-wrong-layer",
    ["quantity"],
    "activations",
    (a) => `the mask looks at${of(a) || " the wrong layer"}; it must look at the input of this ReLU`,
    "Which input decides whether this unit is on?",
  ),
  row(
    "relu-derivative-is-relu",
    ["slope"],
    "activations",
    () => "the derivative of ReLU is the 0/1 mask 1[z > 0], not ReLU itself",
    "Which values does the slope of ReLU take?",
  ),
  row(
    "relu-mask-on-gradient",
    ["slope"],
    "activations",
    () => "the mask looks at the gradient; it must look at the input of the ReLU, 1[z > 0]",
    "What decides whether a unit lets the gradient through: the gradient or the input?",
  ),
  row(
    "relu-derivative-is-one",
    ["slope", "factor", "neighbour"],
    "activations",
    () => "the mask 1[z > 0] of the ReLU is missing: this is right only where z is positive",
    "Try an input that is negative.",
  ),
  row(
    "leaky-slope-missing",
    ["slope", "path"],
    "activations",
    () => "the slope for negative inputs is missing: leaky ReLU does not have the mask of ReLU",
    "Try an input that is negative.",
  ),
  row(
    "maxpool-all-positions",
    ["factor", "delta"],
    "activations",
    () => "only the input that was the maximum gets the gradient",
    "Which inputs would change the maximum if they moved a little?",
  ),
  // ---- softmax ----
  row(
    "softmax-offdiagonal-dropped",
    ["term", "path", "sum"],
    "softmax",
    () => "each input of the softmax moves every output: the terms off the diagonal are missing",
    "Does one output of softmax depend on one input only?",
  ),
  row(
    "softmax-jacobian-sign",
    ["negated"],
    "softmax",
    () => "the sign of the softmax Jacobian is wrong: a_i (δ_ij − a_j)",
    "What sign should the derivative of an output by its own input have?",
  ),
  row(
    "softmax-missing-outer",
    ["term", "path"],
    "softmax",
    () => "only the terms off the diagonal, −a_i a_j, are here: the diagonal also has a_i",
    "There are two cases: the same index, and different ones. Are both there?",
  ),
  row(
    "softmax-jacobian-applied-twice",
    ["quantity"],
    "softmax",
    () => "this was already the derivative by the input of the softmax: its Jacobian is applied twice",
    "Which derivative do you start from, and what is already in it?",
  ),
  row(
    "logsumexp-gradient",
    ["factor", "exponent"],
    "softmax",
    () => "the derivative of log Σ exp is the normalised exponential: divide by the sum",
    "The entries of this gradient add up to a fixed number. To which?",
  ),
  row(
    "attention-softmax-axis",
    ["sum"],
    "softmax",
    () => "the sum inside the softmax's gradient runs along each row only",
    "Along which axis do the weights add up to 1?",
  ),
  // ---- losses ----
  row(
    "ce-sign",
    ["negated"],
    "losses",
    () => "this is the negative: the gradient of the cross-entropy is the prediction less the target",
    "Should a larger score of the right class raise the loss or lower it?",
  ),
  row(
    "dLda-used-as-dLdz",
    ["neighbour"],
    "losses",
    (a) =>
      `this is the derivative by${of(a) || " the output of the softmax"}; go on through the Jacobian of the softmax`,
    "Is this the derivative by the output of the activation or by its input?",
  ),
  row(
    "ce-assumes-onehot",
    ["factor", "sum"],
    "losses",
    () => "this needs targets that sum to 1, which nothing here says",
    "What do you assume of the targets, and does the problem say so?",
  ),
  row(
    "bce-missing-second-term",
    ["term", "path"],
    "losses",
    () => "only one of the two terms is differentiated: (1 − t) log(1 − y) also depends on y",
    "How many terms of the loss depend on the prediction?",
  ),
  row(
    "bce-second-sign",
    ["negated"],
    "losses",
    () => "the second term has the wrong sign: the inner derivative of 1 − y is −1",
    "Take the derivative of log(1 − y) slowly.",
  ),
  row(
    "bce-not-simplified-wrong",
    ["quantity", "neighbour"],
    "losses",
    () => "this is the derivative of another loss or by another quantity: y − t is by z for the cross-entropy",
    "By which quantity is this the derivative, and of which loss?",
  ),
  row(
    "missing-factor-2",
    ["scaled", "factor"],
    "losses",
    (a) =>
      `a constant factor is wrong${of(a, ": ")}: exponents come in front, as in d(x²) = 2x dx, which a ½ cancels, and numbers stay`,
    "Check the constant factors: what do exponents bring, and which numbers stand in front?",
  ),
  row(
    "norm-not-squared",
    ["factor", "exponent"],
    "losses",
    () => "the derivative of a norm (not squared) is r/‖r‖",
    "Is the norm in the loss squared?",
  ),
  row(
    "l2-missing",
    ["path", "term"],
    "losses",
    (a) => `the penalty's derivative is missing${of(a, ": ")}`,
    "Does every term of the loss have its derivative here?",
  ),
  row(
    "l2-factor",
    ["scaled"],
    "losses",
    () => "the penalty's factor is wrong: λ‖w‖² gives 2λw, and (λ/2)‖w‖² gives λw",
    "Check the factor of the penalty.",
  ),
  row(
    "l1-sign",
    ["negated", "slope"],
    "losses",
    () => "the derivative of λ|w| is +λ sign(w)",
    "Does the penalty pull the weight towards zero, or push it away?",
  ),
  // ---- paths through the network ----
  row(
    "missing-residual-path",
    ["path", "term"],
    "paths",
    (a) => (a === "" ? "a path is missing: its gradient is added" : `the path ${a} is missing: its gradient is added`),
    "Draw all the ways from this variable to the loss. How many are there?",
  ),
  row(
    "shared-weights-one-use",
    ["path", "term", "sum"],
    "paths",
    (a) => `the variable is used more than once: add what comes through${of(a) || " the other use"}`,
    "How often is this variable used in the forward pass?",
  ),
  row(
    "double-counting",
    ["term", "scaled", "quantity"],
    "paths",
    (a) => `something is added that is already counted${of(a, ": ")}`,
    "Is one of your terms already contained in another?",
  ),
  row(
    "partial-vs-total",
    ["path"],
    "paths",
    (a) => `${a || "an intermediate quantity"} depends on the variable too and is treated as a constant`,
    "Which of the quantities here depend on the variable as well?",
  ),
  row(
    "layer-index-weights",
    ["quantity"],
    "paths",
    (a) => `the weights of another layer are used${of(a, ": ")}`,
    "Between which layers do these weights lie?",
  ),
  row(
    "layer-index-activation",
    ["quantity"],
    "paths",
    (a) => `a quantity of another layer is used${of(a, ": ")}`,
    "Which layer's values does this weight multiply?",
  ),
  row(
    "dropout-mask-missing",
    ["factor", "neighbour"],
    "paths",
    (a) => `the mask${of(a)} of the forward pass also multiplies the gradient`,
    "What happened to these units in the forward pass?",
  ),
  row(
    "attention-scale-missing",
    ["scaled", "factor"],
    "paths",
    (a) => `the scale of the scores, ${a || "1/√d"}, also multiplies the gradient, and is missing here`,
    "Everything that multiplies the scores multiplies their gradient.",
  ),
  // ---- indices ----
  row(
    "index-swapped",
    ["transposed"],
    "indices",
    (a) => `two indices are exchanged${of(a, ": ")}; this is the transpose of the right answer`,
    "Compare the order of the indices on both sides.",
  ),
  row(
    "delta-index-capture",
    ["delta", "sum"],
    "indices",
    (a) => `a Kronecker delta${of(a)} is missing: this entry moves only the output with the same index`,
    "What is the derivative of one entry by another one?",
  ),
  row(
    "summation-index-reused",
    ["sum"],
    "indices",
    (a) => `the letter${of(a)} stands for two things: a sum runs over it, and it is an index of something else here`,
    "Does one letter stand for two things in this line?",
  ),
  row(
    "wrong-upper-limit",
    ["sum"],
    "indices",
    (a) => `the limits of the sum are wrong${of(a, ": ")}`,
    "From where to where does this sum run?",
  ),
  row(
    "free-index-mismatch",
    ["sum"],
    "indices",
    (a) => `the index ${a} is free on the right side and does not stand on the left`,
    "Compare the free indices of both sides.",
  ),
  row(
    "conv-kernel-not-flipped",
    ["flipped"],
    "indices",
    (a) => `the kernel must be flipped on the way back${of(a, ": ")}`,
    "Which outputs does one input reach, and through which entry of the kernel?",
  ),
  row(
    "undefined-symbol",
    ["verdict"],
    "indices",
    (a) => `nothing says what ${a || "a symbol here"} is: define it before it is used`,
    "Say what each symbol stands for.",
  ),
  // ---- matrices and functions of them ----
  row(
    "kronecker-order",
    ["reordered"],
    "matrix-functions",
    () => "two matrices stand in each other's place: vec(AXB) = (Bᵀ ⊗ A) vec(X), so ∂(AXB)_ij/∂X_kl = A_ik B_lj",
    "Write vec(AXB) for 2 × 2 matrices, or compare the shapes of both factors.",
  ),
  row(
    "quadratic-form-2A",
    ["path"],
    "matrix-functions",
    () => "this is right only for a symmetric matrix: the gradient of xᵀA x is (A + Aᵀ) x",
    "What do you assume of the matrix?",
  ),
  row(
    "trace-derivative-order",
    ["transposed", "reordered"],
    "matrix-functions",
    () => "transposes or the order are wrong: the derivative of tr(A X B) is Aᵀ Bᵀ",
    "Check the shapes, or write the trace with indices.",
  ),
  row(
    "logdet-no-transpose",
    ["transposed"],
    "matrix-functions",
    () => "the transpose is missing: the derivative of log det X is X⁻ᵀ",
    "Try a matrix that is not symmetric.",
  ),
  row(
    "inverse-derivative",
    ["negated", "factor", "exponent"],
    "matrix-functions",
    () => "the derivative of X⁻¹ is −X⁻¹ dX X⁻¹: its sign and both inverses matter",
    "Differentiate X X⁻¹ = I.",
  ),
  row(
    "noncommuting-swap",
    ["reordered"],
    "matrix-functions",
    () => "matrix products do not commute: the factors stand in the wrong order",
    "May these two factors change places?",
  ),
]);
