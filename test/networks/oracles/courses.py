"""Networks in the notation of courses, textbooks and papers: classifiers, sequences, attention."""

import numpy as np

from gradients import network


def sigma(a):
    return 1 / (1 + np.exp(-a))


def softmax(a):
    e = np.exp(a - a.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@network("101-ppo-clipped", T=6)
def ppo(q, T):
    old = q.given(r"\ell^{\text{old}}", [-1.0, -0.4, -0.9, -0.7, -1.3, -0.2])
    # Inside the bounds, where ratio and clipped ratio are equal, and outside of them, with both signs of the advantage.
    new = q.given(r"\ell", [-0.95, -0.45, -0.3, -1.4, -0.6, -0.9])
    A = q.given(r"\hat A", [0.7, -0.6, 0.9, 1.1, -0.8, -0.5])
    e = q.given(r"\epsilon", 0.2)
    r = q.at("r", np.exp(new - old))
    q.loss("L", -np.mean(np.minimum(r * A, np.clip(r, 1 - e, 1 + e) * A)))


@network("102-softmax-classifier-per-example", N=3, D=4, K=5)
def softmax_classifier(q, N, D, K):
    W = q.normal("W", K, D)
    y = q.whole("y", 1, K, N)
    f = q.at("f", q.normal("x", N, D) @ W.T + q.normal("b", K))
    each = q.at("L_i", -np.log(softmax(f)[np.arange(N), y - 1]))
    q.loss("L", each.mean() + 0.5 * q.positive(r"\lambda") * np.sum(W**2))


@network("103-multiclass-svm-per-example", K=5, D=3)
def multiclass_svm(q, K, D):
    s = q.at("s", q.normal("W", K, D) @ q.normal("x", D))
    y = q.whole("y", 1, K) - 1
    delta = q.at(r"\Delta", 1.0)
    q.loss("L", sum(max(0, s[j] - s[y] + delta) for j in range(K) if j != y))


@network("104-naive-softmax-word-vectors", d=3, V=4)
def naive_softmax(q, d, V):
    p = q.at(r"\hat{y}", softmax(q.normal("U", d, V).T @ q.normal("v_c", d)))
    q.loss("J", -q.simplex("y", V) @ np.log(p))


@network("105-negative-sampling-sums", d=3, K=4)
def negative_sampling(q, d, K):
    v = q.normal("v_c", d)
    q.loss("J", -np.log(sigma(q.normal("u_o", d) @ v)) - np.sum(np.log(sigma(-q.normal("u", K, d) @ v))))


@network("106-minibatch-mlp-row-bias", n=4, d=3, h=5, q=2)
def minibatch_mlp(net, n, d, h, q):
    V, W = net.normal("W^{(1)}", d, h), net.normal("W^{(2)}", h, q)
    H = net.at("H", sigma(net.normal("X", n, d) @ V + net.normal("b^{(1)}", 1, h)))
    O = net.at("O", H @ W + net.normal("b^{(2)}", 1, q))
    fit = np.sum((O - net.normal("Y", n, q)) ** 2) / (2 * n)
    net.loss("J", fit + net.positive(r"\lambda") / 2 * (np.sum(V**2) + np.sum(W**2)))


@network("107-gru-minibatch", n=2, d=3, h=4, T=3)
def gru_minibatch(q, n, d, h, T):
    X = q.normal("X", T, n, d)
    W = {g: (q.normal(f"W_{{x{g}}}", d, h), q.normal(f"W_{{h{g}}}", h, h), q.normal(f"b_{g}", 1, h)) for g in "rzh"}
    H = q.step("H", 0, q.normal("H_0", n, h))
    for t in range(T):
        gate = lambda g, state: X[t] @ W[g][0] + state @ W[g][1] + W[g][2]
        R = q.step("R", t, sigma(gate("r", H)))
        Z = q.step("Z", t, sigma(gate("z", H)))
        new = q.step(r"\tilde{H}", t, np.tanh(gate("h", R * H)))
        H = q.step("H", t + 1, Z * H + (1 - Z) * new)
    q.loss("L", np.sum(q.normal("C", n, h) * H))


@network("108-attention-pooling-scores", d_q=2, d_k=3, d_v=4, h=5, m=3)
def attention_pooling(net, d_q, d_k, d_v, h, m):
    keys, values = net.normal("k", m, d_k), net.normal("v", m, d_v)
    hidden = np.tanh(net.normal("W_q", h, d_q) @ net.normal("q", d_q) + keys @ net.normal("W_k", h, d_k).T)
    a = net.at(r"\alpha", softmax(hidden @ net.normal("w_v", h)))
    f = net.at("f", a @ values)
    net.loss("L", net.normal("c", d_v) @ f)


@network("109-rnn-computational-graph", n=3, d=2, K=4, **{r"\tau": 3})
def rnn_graph(q, n, d, K, **rest):
    T = rest[r"\tau"]
    x, y = q.normal("x^{(t)}", T, d), q.simplex("y^{(t)}", T, K)
    W, U, V = q.normal("W", n, n), q.normal("U", n, d), q.normal("V", K, n)
    b, c = q.normal("b", n), q.normal("c", K)
    h, total = q.step("h^{(t)}", 0, q.normal("h^{(0)}", n)), 0
    for t in range(T):
        h = q.step("h^{(t)}", t + 1, np.tanh(q.step("a^{(t)}", t, b + W @ h + U @ x[t])))
        p = q.step(r"\hat{y}^{(t)}", t, softmax(q.step("o^{(t)}", t, c + V @ h)))
        total -= y[t] @ np.log(p)
    q.loss("L", total)


@network("110-gaussian-mixture-isotropic", N=4, D=2, K=3)
def gaussian_mixture(q, N, D, K):
    pi = q.at(r"\pi", softmax(q.normal("a", K)))
    s, x, mu = q.normal("s", K), q.normal("x", N, D), q.normal(r"\mu", K, D)
    square = np.sum((x[:, None] - mu[None]) ** 2, axis=2)
    l = q.at(r"\ell", np.log(pi) + D / 2 * s - 0.5 * np.exp(s) * square)
    q.loss("E", -np.sum(np.log(np.sum(np.exp(l), axis=1))))


@network("111-logistic-basis-functions", N=4, M=3)
def logistic_basis(q, N, M):
    w = q.normal("w", M)
    y = q.at("y", sigma(q.at("a", q.normal(r"\phi", N, M) @ w)))
    t = q.unit("t", N)
    q.loss("E", -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y)) + q.positive(r"\alpha") / 2 * w @ w)


@network("112-regression-unknown-variance", N=4, D=3)
def unknown_variance(q, N, D):
    r = q.normal("y", N) - q.normal("x", N, D) @ q.normal("w", D)
    v = q.positive(r"\sigma") ** 2
    q.loss("NLL", r @ r / (2 * v) + N / 2 * np.log(2 * np.pi * v))


@network("113-multi-head-by-index", n=3, D=4, H=2, C=3)
def multi_head_by_index(q, n, D, H, C):
    x = q.normal("x", n, D)
    Q, K, V = (q.at(a.lower(), np.einsum("id,hdc->hic", x, q.normal(f"W^{a}", H, D, C))) for a in "QKV")
    s = q.at("s", np.einsum("hic,hjc->hij", Q, K) / np.sqrt(C))
    a = q.at("a", softmax(s))
    o = q.at("o", a @ V)
    y = q.at("y", np.einsum("hic,hcd->id", o, q.normal("W^O", H, C, D)))
    q.loss("L", 0.5 * np.sum((y - q.normal("t", n, D)) ** 2))


@network("114-grouped-query-attention", n=3, c=2, G=2, R=3)
def grouped_query(q, n, c, G, R):
    Q, K, V = q.normal("Q", G, R, n, c), q.normal("K", G, n, c), q.normal("V", G, n, c)
    A = q.at("A", softmax(np.einsum("gric,gjc->grij", Q, K) / np.sqrt(c)))
    O = q.at("O", np.einsum("grij,gjc->gric", A, V))
    q.loss("L", np.sum(O * q.normal("M", n, c)))


@network("116-strided-dilated-convolution", N=3, K=2)
def strided_dilated(q, N, K):
    x, w = q.normal("x", 2 * N + 3 * K), q.normal("w", K)
    y = q.at("y", q.normal("b") + np.array([w @ x[[2 * i + 3 * k - 4 for k in range(1, K + 1)]] for i in range(1, N + 1)]))
    q.loss("L", 0.5 * y @ y)


@network("117-max-pooling-pairs", M=4)
def max_pooling(q, M):
    p = q.at("p", q.normal("x", 2 * M).reshape(M, 2).max(1))
    q.loss("L", q.normal("w", M) @ p)


@network("118-peephole-lstm", d=2, n=3, T=3)
def peephole_lstm(q, d, n, T):
    x = q.normal("x", T, d)
    W = {g: (q.normal(f"W_{g}", n, d), q.normal(f"R_{g}", n, n), q.normal(f"b_{g}", n)) for g in "ifco"}
    p = {g: q.normal(f"p_{g}", n) for g in "ifo"}
    h, c = q.step("h", 0, q.normal("h_0", n)), q.step("c", 0, q.normal("c_0", n))
    for t in range(T):
        pre = {g: W[g][0] @ x[t] + W[g][1] @ h + W[g][2] for g in "ifco"}
        i = q.step("i", t, sigma(pre["i"] + p["i"] * c))
        f = q.step("f", t, sigma(pre["f"] + p["f"] * c))
        c = q.step("c", t + 1, f * c + i * np.tanh(pre["c"]))
        o = q.step("o", t, sigma(pre["o"] + p["o"] * c))
        h = q.step("h", t + 1, o * np.tanh(c))
    q.loss("L", q.normal("v", n) @ h)


@network("122-linear-chain-forward", T=4, K=3)
def linear_chain(q, T, K):
    s, A = q.normal("s", T, K), q.normal("A", K, K)
    a = q.step(r"\alpha", 0, s[0])
    for t in range(1, T):
        a = q.step(r"\alpha", t, s[t] + np.log(np.sum(np.exp(a[:, None] + A), axis=0)))
    q.loss("Z", np.sum(np.exp(a)))


@network("132-layer-norm-paper", H=4, D=3)
def layer_norm_step(q, H, D):
    a = q.at("a^t", q.normal("W_{hh}", H, H) @ q.normal("h^{t-1}", H) + q.normal("W_{xh}", H, D) @ q.normal("x^t", D))
    m = q.at(r"\mu^t", a.mean())
    s = q.at(r"\sigma^t", np.sqrt(np.mean((a - m) ** 2)))
    h = q.at("h^t", np.tanh(q.normal("g", H) / s * (a - m) + q.normal("b", H)))
    q.loss("L", q.normal("v", H) @ h)
