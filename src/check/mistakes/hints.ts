/** What a student hears first of a mistake: the kind of slip, without the answer; and where it is explained. */
export interface Hint {
  readonly hint: string;
  /** A section of docs/theory.md. */
  readonly read: string;
}

const SHAPES = "layout";
const CHAIN = "chain-rule";
const SUMS = "sums";
const ACTIVATIONS = "activations";
const SOFTMAX = "softmax";
const LOSSES = "losses";
const PATHS = "paths";
const INDICES = "indices";
const MATRICES = "matrix-functions";

const row = (code: string, read: string, hint: string): readonly [string, Hint] => [code, { hint, read }];

/** By the codes of `mistakes`. */
export const hints: ReadonlyMap<string, Hint> = new Map([
  row(
    "missing-transpose",
    SHAPES,
    "Write the shape of each factor below it, and see whether the product has the shape of the variable.",
  ),
  row(
    "outer-product-swapped",
    SHAPES,
    "The gradient has the shape of the variable: which of the two vectors gives the rows?",
  ),
  row("inner-instead-of-outer", SHAPES, "Which shape must this gradient have, and which one does your product have?"),
  row(
    "wrong-factor-order-batch",
    SHAPES,
    "Write the shapes below the factors: which axis counts the samples, and is it summed over?",
  ),
  row(
    "hadamard-written-as-matmul",
    SHAPES,
    "Is this function applied to each entry, or to the whole vector? What does that say of the product?",
  ),
  row("matmul-written-as-hadamard", SHAPES, "One output depends on all inputs here. Which product adds these up?"),
  row("chain-order-reversed", CHAIN, "In which order do the Jacobians stand, seen from the output?"),
  row("kronecker-order", MATRICES, "Write vec(AXB) for 2 × 2 matrices, or compare the shapes of both factors."),
  row("layout-confusion", SHAPES, "Compare the layout of this line with that of the others."),
  row("transpose-of-product-order", SHAPES, "What happens to the order of the factors when a product is transposed?"),
  row(
    "missing-sum-over-batch",
    SUMS,
    "Every sample contributes to this gradient. How do the contributions come together?",
  ),
  row(
    "bias-gradient-not-summed",
    SUMS,
    "The same bias is added for every sample. What does that mean on the way back?",
  ),
  row("missing-1-over-N", SUMS, "Compare with the loss: is it a sum or an average?"),
  row("double-1-over-N", SUMS, "Look where the factor of the average comes from, and whether it is already there."),
  row("mean-axis-confusion", SUMS, "Over what does the loss average?"),
  row("sum-wrong-axis", SUMS, "Over which index must the sum run, so that the result has the right shape?"),
  row(
    "missing-activation-derivative",
    ACTIVATIONS,
    "Follow the chain rule through every function between the loss and this variable. Is each there?",
  ),
  row("derivative-at-activation", ACTIVATIONS, "At which point is the derivative of the activation taken?"),
  row("sigmoid-rule-on-z", ACTIVATIONS, "Your rule for the derivative holds for one of input and output. For which?"),
  row(
    "sigmoid-derivative-wrong-form",
    ACTIVATIONS,
    "Derive the derivative of the logistic function once more from its definition.",
  ),
  row("tanh-derivative-missing-square", ACTIVATIONS, "Check the derivative of tanh at 0 and at a large input."),
  row("wrong-activation-derivative", ACTIVATIONS, "Which activation does this layer have?"),
  row("relu-derivative-wrong-layer", ACTIVATIONS, "Which input decides whether this unit is on?"),
  row("relu-derivative-is-relu", ACTIVATIONS, "Which values does the slope of ReLU take?"),
  row(
    "relu-mask-on-gradient",
    ACTIVATIONS,
    "What decides whether a unit lets the gradient through: the gradient or the input?",
  ),
  row("relu-derivative-is-one", ACTIVATIONS, "Try an input that is negative."),
  row("leaky-slope-missing", ACTIVATIONS, "Try an input that is negative."),
  row("softmax-offdiagonal-dropped", SOFTMAX, "Does one output of softmax depend on one input only?"),
  row("softmax-jacobian-sign", SOFTMAX, "What sign should the derivative of an output by its own input have?"),
  row("softmax-missing-outer", SOFTMAX, "There are two cases: the same index, and different ones. Are both there?"),
  row("ce-sign", LOSSES, "Should a larger score of the right class raise the loss or lower it?"),
  row("dLda-used-as-dLdz", LOSSES, "Is this the derivative by the output of the activation or by its input?"),
  row("softmax-jacobian-applied-twice", SOFTMAX, "Which derivative do you start from, and what is already in it?"),
  row("ce-assumes-onehot", LOSSES, "What do you assume of the targets, and does the problem say so?"),
  row("bce-missing-second-term", LOSSES, "How many terms of the loss depend on the prediction?"),
  row("bce-second-sign", LOSSES, "Take the derivative of log(1 − y) slowly."),
  row("bce-not-simplified-wrong", LOSSES, "By which quantity is this the derivative, and of which loss?"),
  row("logsumexp-gradient", SOFTMAX, "The entries of this gradient add up to a fixed number. To which?"),
  row("sign-error", CHAIN, "Follow the signs through once more."),
  row("missing-factor-2", LOSSES, "Check the constant factors: what does the square bring, and what stands before it?"),
  row("norm-not-squared", LOSSES, "Is the norm in the loss squared?"),
  row("dropped-inner-factor", CHAIN, "The chain rule multiplies by the derivative of what is inside. Is it there?"),
  row("missing-residual-path", PATHS, "Draw all the ways from this variable to the loss. How many are there?"),
  row("shared-weights-one-use", PATHS, "How often is this variable used in the forward pass?"),
  row("double-counting", PATHS, "Is one of your terms already contained in another?"),
  row("product-rule-one-term", CHAIN, "In how many factors does the variable stand?"),
  row("quotient-rule-sign", CHAIN, "Write the quotient rule down before using it."),
  row("layer-index-weights", PATHS, "Between which layers do these weights lie?"),
  row("layer-index-activation", PATHS, "Which layer's values does this weight multiply?"),
  row("bias-gradient-times-input", CHAIN, "What multiplies the bias in the forward pass?"),
  row("partial-vs-total", PATHS, "Which of the quantities here depend on the variable as well?"),
  row("dropout-mask-missing", PATHS, "What happened to these units in the forward pass?"),
  row("maxpool-all-positions", ACTIVATIONS, "Which inputs would change the maximum if they moved a little?"),
  row("delta-index-capture", INDICES, "What is the derivative of one entry by another one?"),
  row("index-swapped", INDICES, "Compare the order of the indices on both sides."),
  row("summation-index-reused", INDICES, "Does one letter stand for two things in this line?"),
  row("wrong-upper-limit", INDICES, "From where to where does this sum run?"),
  row("free-index-mismatch", INDICES, "Compare the free indices of both sides."),
  row("quadratic-form-2A", MATRICES, "What do you assume of the matrix?"),
  row("trace-derivative-order", MATRICES, "Check the shapes, or write the trace with indices."),
  row("logdet-no-transpose", MATRICES, "Try a matrix that is not symmetric."),
  row("inverse-derivative", MATRICES, "Differentiate X X⁻¹ = I."),
  row("noncommuting-swap", MATRICES, "May these two factors change places?"),
  row("l2-missing", LOSSES, "Does every term of the loss have its derivative here?"),
  row("l2-factor", LOSSES, "Check the factor of the penalty."),
  row("l1-sign", LOSSES, "Does the penalty pull the weight towards zero, or push it away?"),
  row("attention-scale-missing", PATHS, "Everything that multiplies the scores multiplies their gradient."),
  row("attention-k-transpose", SHAPES, "Which axis of the scores belongs to the keys?"),
  row("attention-v", SHAPES, "Which axis of the weights belongs to the values?"),
  row("attention-softmax-axis", SOFTMAX, "Along which axis do the weights add up to 1?"),
  row("conv-kernel-not-flipped", INDICES, "Which outputs does one input reach, and through which entry of the kernel?"),
  row("embedding-duplicates", SUMS, "What if an index occurs twice?"),
  row("tautology", CHAIN, "Say what the derivative is, in known quantities."),
  row("undefined-symbol", INDICES, "Say what each symbol stands for."),
  row("step-skipped-or-lucky", CHAIN, "Check each step of the line by itself."),
  row("error-carried-forward", CHAIN, "This step is right; the slip is in an earlier line."),
]);
