"""Further networks: set functions, rankings, pooling, variational and contrastive losses."""

import numpy as np

from gradients import network


@network("81-instance-norm", N=2, C=3, P=4)
def instance_norm(q, N, C, P):
    x = q.normal("x", N, C, P)
    mu = q.at(r"\mu", x.mean(2))
    v = q.at("v", ((x - mu[..., None]) ** 2).mean(2))
    h = (x - mu[..., None]) / np.sqrt(v + q.given(r"\epsilon", 0.1))[..., None]
    y = q.at("y", q.normal(r"\gamma", C)[:, None] * h + q.normal(r"\beta", C)[:, None])
    q.loss("L", np.sum(q.normal("w", N, C, P) * y))


@network("82-cross-attention", n=2, m=3, d=4, e=5, h=2, v=3)
def cross_attention(q, n, m, d, e, h, v):
    X, Z = q.normal("X", n, d), q.normal("Z", m, e)
    Q = q.at("Q", X @ q.normal("W_Q", d, h))
    K = q.at("K", Z @ q.normal("W_K", e, h))
    V = q.at("V", Z @ q.normal("W_V", e, v))
    E = np.exp(Q @ K.T / np.sqrt(h))
    A = q.at("A", E / E.sum(1, keepdims=True))
    O = q.at("O", A @ V @ q.normal("W_O", v, d))
    q.loss(r"\mathcal{L}", 0.5 * np.sum((O - q.normal("Y", n, d)) ** 2))


@network("83-bahdanau-prose", m=2, n=3, S=4)
def prose_attention(q, m, n, S):
    h = q.normal("h", S, n)
    s = q.at("e", np.tanh(h @ q.normal("W", m, n).T) @ q.normal("u", m))
    a = q.at("a", np.exp(s) / np.exp(s).sum())
    c = q.at("c", a @ h)
    q.loss("L", 0.5 * c @ c)


@network("84-mean-pool-text", n=4, d=3, K=2)
def fasttext(q, n, d, K):
    h = q.at("h", q.normal("v", n, d).mean(0))
    s = q.at("s", q.normal("A", K, d) @ h)
    p = q.at("p", np.exp(s) / np.exp(s).sum())
    q.loss("L", -q.simplex("y", K) @ np.log(p))


@network("85-soft-margin-svm", n=4, p=3)
def svm(q, n, p):
    w = q.normal("w", p)
    m = 1 - q.sign("y", n) * (q.normal("x", n, p) @ w + q.normal("b"))
    q.loss("J", 0.5 * w @ w + q.positive("C") * np.maximum(0, m).sum())


@network("86-vae-gaussian-decoder", k=2, n=3)
def elbo(q, k, n):
    m, l = q.normal("m", k), q.normal(r"\ell", k)
    z = q.at(r"\tilde z", m + np.exp(l / 2) * q.normal(r"\varepsilon", k))
    y = q.at(r"\hat x", q.normal("D", n, k) @ z + q.normal("c", n))
    s = q.positive(r"\sigma")
    R = q.at("R", np.sum((q.normal("x", n) - y) ** 2) / (2 * s**2) + n / 2 * np.log(2 * np.pi * s**2))
    K = q.at("K", 0.5 * np.sum(np.exp(l) + m**2 - 1 - l))
    q.loss("F", R + K)


@network("87-byol-regression", d=3, e=2)
def byol(q, d, e):
    a = q.at("q", q.normal("P", d, e) @ q.normal("u", e))
    z = q.normal("z", d)
    x = q.at(r"\bar q", a / np.linalg.norm(a))
    y = q.at(r"\bar z", z / np.linalg.norm(z))
    q.loss(r"\mathcal{L}", 2 - 2 * x @ y)


@network("88-gumbel-softmax", k=4)
def gumbel(q, k):
    e = np.exp((np.log(q.simplex(r"\pi", k)) + q.normal("g", k)) / q.given(r"\tau", 0.8))
    y = q.at("y", e / e.sum())
    q.loss("L", q.normal("c", k) @ y)


@network("89-deep-sets", N=4, d=3, h=2)
def deep_sets(q, N, d, h):
    p = q.at(r"\phi", np.maximum(0, q.normal("x", N, d) @ q.normal("A", h, d).T + q.normal("a", h)))
    s = q.at("s", p.sum(0))
    y = q.at("y", q.normal("b", h) @ s + q.normal("c"))
    q.loss("L", (y - q.normal("t")) ** 2)


@network("90-bilinear-pooling", n=2, m=3, r=4, c=3)
def bilinear_pooling(q, n, m, r, c):
    h = (q.normal("U", n, r).T @ q.normal("x", n)) * (q.normal("V", m, r).T @ q.normal("y", m))
    f = q.at("f", q.normal("P", r, c).T @ h + q.normal("b", c))
    y = q.at(r"\hat y", np.exp(f) / np.exp(f).sum())
    q.loss("L", -q.simplex("t", c) @ np.log(y))


@network("91-deep-linear-layers", L=3, n=2)
def deep(q, L, n):
    W, b = q.normal("W", L, n, n), q.normal("b", L, n)
    a = [q.step("a", 0, q.normal("x", n))]
    for l in range(L):
        a.append(q.step("a", l + 1, np.tanh(q.step("z", l, W[l] @ a[l] + b[l]))))
    q.loss("C", 0.5 * np.sum((a[L] - q.normal("y", n)) ** 2))


@network("92-average-pool-conv", N=2, K=3)
def pool_pairs(q, N, K):
    x, w = q.normal("x", 2 * N + K - 1), q.normal("w", K)
    c = q.at("c", np.array([w @ x[i : i + K] for i in range(2 * N)]))
    a = q.at("a", np.tanh(c + q.normal("b")))
    p = q.at("p", (a[0::2] + a[1::2]) / 2)
    q.loss("L", q.normal("v", N) @ p)


@network("93-quantile-loss", n=4, p=3)
def pinball(q, n, p):
    f = q.at("q", q.normal("x", n, p) @ q.normal(r"\theta", p))
    r, t = q.normal("y", n) - f, q.given(r"\tau", 0.3)
    q.loss("L", np.maximum(t * r, (t - 1) * r).sum())


@network("95-dot-products-scalar")
def scalars(q):
    n = q.normal
    z = q.at("z", n("w_1") * n("x_1") + n("w_2") * n("x_2") + n("b"))
    y = q.at("y", 1 / (1 + np.exp(-z)))
    q.loss("E", 0.5 * (y - n("t")) ** 2)


@network("96-lstm-concatenation", d=2, n=3)
def concatenated(q, d, n):
    s = lambda a: 1 / (1 + np.exp(-a))
    x, h0, c0 = q.normal("x", d), q.normal(r"h_{\text{old}}", n), q.normal(r"c_{\text{old}}", n)
    v = q.at("v", np.concatenate([h0, x]))
    pre = {k: q.normal(f"W_{k}", n, n + d) @ v + q.normal(f"b_{k}", n) for k in "fiog"}
    g = {k: q.at(k, np.tanh(pre[k]) if k == "g" else s(pre[k])) for k in "fiog"}
    c = q.at("c", g["f"] * c0 + g["i"] * g["g"])
    h = q.at("h", g["o"] * np.tanh(c))
    q.loss("L", np.sum((h - q.normal("y", n)) ** 2))


@network("97-nt-xent-masked", M=3, d=2)
def nt_xent(q, M, d):
    z = q.normal("z", M, d)
    s = q.at("s", z @ z.T / q.given(r"\tau", 0.9))
    m, p = q.given("m", 1 - np.eye(M)), q.binary("p", M, M)
    q.loss(r"\mathcal{L}", -np.sum(p * (s - np.log((m * np.exp(s)).sum(1))[:, None])) / M)


@network("98-bayes-linear-evidence", N=3, M=2)
def evidence(q, N, M):
    P, y, a, b = q.normal(r"\Phi", N, M), q.normal("y", N), q.positive(r"\alpha"), q.positive(r"\beta")
    C = q.at("C", np.eye(N) / b + P @ P.T / a)
    q.loss(r"\mathcal{L}", 0.5 * np.log(np.linalg.det(C)) + 0.5 * y @ np.linalg.inv(C) @ y)


@network("99-double-index-sum", n=3, d=2)
def ranking(q, n, d):
    s = q.at("s", q.normal("x", n, d) @ q.normal("w", d))
    q.loss("L", np.sum(q.binary("P", n, n) * np.log1p(np.exp(-(s[:, None] - s)))))


@network("100-dice-loss", N=4)
def dice(q, N):
    p, g, e = q.at("p", 1 / (1 + np.exp(-q.normal("u", N)))), q.binary("g", N), q.given(r"\epsilon", 0.1)
    D = q.at("D", (2 * p @ g + e) / (p @ p + g @ g + e))
    q.loss("L", 1 - D)
