interface Open {
  readonly verdicts: readonly ("undecided" | "unreadable" | "definition" | "0 claims")[];
  readonly reason: string;
}

/** Derivations of which lines are left open, and why. Never one in which something is judged the wrong way. */
export const open: ReadonlyMap<string, Open> = new Map([
  ["bendersky-softmax", { verdicts: ["unreadable"], reason: "D_j by the number of the argument, not by a variable" }],
  ["ng-course-week3", { verdicts: ["undecided"], reason: "a^{[2](i)} is not read as a column of A^{[2]}" }],
  ["ethann-ridge", { verdicts: ["unreadable"], reason: "\\nabla J(w) without a variable below" }],
  ["svm-hinge", { verdicts: ["undecided"], reason: "the derivative by the row of the class y_i" }],
  ["se-softmax-vector-s", { verdicts: ["unreadable"], reason: "\\vec{s} beside s_j" }],
  ["rnn-error-signals", { verdicts: ["unreadable", "undecided"], reason: "y_t as a whole beside y_{t,i}" }],
  ["lstm-local", { verdicts: ["undecided"], reason: "the derivative of a vector by another without its zeros" }],
  ["mathse-omega-mf", { verdicts: ["unreadable"], reason: "a sum over a set of pairs" }],
  ["jli05-word2vec", { verdicts: ["unreadable", "undecided"], reason: "v'_{w_j}, a vector of the word w_j" }],
  ["sgns-three", { verdicts: ["unreadable"], reason: "u_w in a sum over k" }],
  [
    "cs224n-a2-vocab",
    { verdicts: ["unreadable", "undecided"], reason: "a sum over a set, U = [u_1, …] of vectors with names" },
  ],
  ["zh-logit-bias", { verdicts: ["unreadable"], reason: "how many units a layer has, nothing says" }],
  ["triton-matmul", { verdicts: ["unreadable"], reason: "entries of matrices of which no shape is known" }],
  ["dsse-conv-stride", { verdicts: ["unreadable", "undecided"], reason: "an index of two letters" }],
  ["aman-svm", { verdicts: ["unreadable"], reason: "w_{y_i} with a class y_i that nothing declares" }],
  ["se-gmm-cancel", { verdicts: ["undecided"], reason: "N(x | \\mu, \\Sigma) with a plain N" }],
  ["aise-softmax-policy", { verdicts: ["unreadable"], reason: "functions of states and actions" }],
  ["zh-da-slip", { verdicts: ["unreadable", "undecided"], reason: "w_{ij} of one unit j of a longer story" }],
  ["zh-layers-by-letter", { verdicts: ["undecided"], reason: "layers that only the letter of an index tells apart" }],
  ["ko-wjk", { verdicts: ["unreadable", "undecided"], reason: "w_{jk} of one unit k of a longer story" }],
  ["logistic-one-example", { verdicts: ["unreadable"], reason: "a symbol that only the line itself has" }],
  ["film-channels", { verdicts: ["undecided"], reason: "(F_{out})_{c,h,w} as a left side" }],
  ["crf-loglinear", { verdicts: ["unreadable"], reason: "functions of labels" }],
  [
    "cpp-mlp-readme",
    {
      verdicts: ["unreadable", "definition"],
      reason: "rows of layers without a number, \\delta^{(l-1)} beside \\delta^{(l)}",
    },
  ],
  ["softmax-true-index", { verdicts: ["undecided"], reason: "the derivative by the entry of the class" }],
  ["linear-puzzle", { verdicts: ["undecided"], reason: "alone, the line without a transpose is right of numbers" }],
  ["bce-focal-notes", { verdicts: ["undecided"], reason: "p_t beside p" }],
  ["rnn-notebook-B", { verdicts: ["undecided"], reason: "a loss that words alone tell, by names of code" }],
  ["zh-gru-hy", { verdicts: ["undecided"], reason: "\\mathcal{L}(h_t) of one step" }],
  ["attention-upper", { verdicts: ["unreadable"], reason: "positions above, summed without a sign" }],
  ["es-tobit", { verdicts: ["undecided"], reason: "one sentence that says what \\phi and \\Phi are" }],
  ["zh-conv-ab", { verdicts: ["undecided"], reason: "X_{i-a} leaves the matrix" }],
  ["zh-pointwise-brackets", { verdicts: ["unreadable", "undecided"], reason: "y[o,i,j]" }],
  ["ja-gp", { verdicts: ["unreadable"], reason: "an unknown matrix function of a number" }],
  ["cox-risk-set", { verdicts: ["undecided"], reason: "p\\ell as one name" }],
  ["gaussian-policy", { verdicts: ["undecided"], reason: "\\pi twice, a policy and a number" }],
  [
    "quadratic-mean-over-x",
    { verdicts: ["unreadable"], reason: "a sum over the examples x, which nothing else wears" },
  ],
  ["nested-sigmoids", { verdicts: ["undecided"], reason: "an input called I" }],
  ["focal-zh-cases", { verdicts: ["undecided"], reason: "the derivative of the entry of a class by an entry" }],
  ["gp-alpha", { verdicts: ["unreadable"], reason: "an unknown matrix function of a number" }],
  ["bptt-double-sum", { verdicts: ["undecided"], reason: "a direct partial derivative" }],
  ["covid-delta-l", { verdicts: ["undecided"], reason: "Sig is called the sigmoid in words alone" }],
  ["conv-omega-prime", { verdicts: ["unreadable"], reason: "nothing says how far any index runs" }],
  ["skipgram-inner-product", { verdicts: ["unreadable"], reason: "v'_{w_O}, a vector of the word w_O" }],
  [
    "residual-sum-of-gradients",
    { verdicts: ["undecided"], reason: "all values of an unknown function as one quantity" },
  ],
]);
