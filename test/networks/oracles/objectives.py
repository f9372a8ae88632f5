"""Losses and shallow models."""

import numpy as np

from gradients import network


@network("19-embedding-one-hot", V=4, d=3, m=2)
def embedding(q, V, d, m):
    e = q.at("e", q.normal("E", d, V) @ q.onehot("o", V))
    h = q.at("h", np.tanh(q.normal("W", m, d) @ e + q.normal("b", m)))
    s = q.at("s", q.normal("U", V, m) @ h)
    y = q.at(r"\hat{\mathbf{y}}", np.exp(s) / np.exp(s).sum())
    q.loss(r"\mathcal{L}_{CE}", -q.simplex("y", V) @ np.log(y))


@network("20-neural-tensor-layer", d=3, K=2)
def tensor_layer(q, d, K):
    e1, e2 = q.normal("e_1", d), q.normal("e_2", d)
    b = q.at("b", np.einsum("i,ijk,j->k", e1, q.normal("W", d, d, K), e2))
    g = q.at("g", np.tanh(b + q.normal("c", K)))
    s = q.at("s", q.normal("u", K) @ g)
    q.loss(r"\mathcal{L}", np.log1p(np.exp(-s)))


@network("21-factorization-machine", n=4, k=2)
def factorization_machine(q, n, k):
    x, V = q.normal("x", n), q.normal("V", n, k)
    y = q.normal("w_0") + q.normal("w", n) @ x + 0.5 * np.sum((V.T @ x) ** 2 - (V**2).T @ x**2)
    y = q.at(r"\hat{y}", y)
    q.loss(r"\mathcal{L}", (y - q.normal("y")) ** 2)


@network("22-matrix-factorization-biases", U=3, I=4, K=2)
def ratings(q, U, I, K):
    P, Q, b, c = q.normal("P", U, K), q.normal("Q", I, K), q.normal("b", U), q.normal("c", I)
    R = q.at(r"\hat{R}", q.normal(r"\mu") + b[:, None] + c + P @ Q.T)
    reg = sum(np.sum(a**2) for a in (P, Q, b, c))
    q.loss("J", np.sum(q.binary("M", U, I) * (q.normal("R", U, I) - R) ** 2) + q.positive(r"\lambda") * reg)


@network("23-rbf-network", D=2, M=3)
def rbf(q, D, M):
    x, c, s = q.normal("x", D), q.normal("c", M, D), q.positive("s", M)
    phi = q.at(r"\phi", np.exp(-np.sum((x - c) ** 2, 1) / (2 * s**2)))
    w = q.normal("w", M + 1)
    f = q.at("f", w[1:] @ phi + w[0])
    q.loss("E", 0.5 * (f - q.normal("t")) ** 2)


@network("24-mixture-of-experts", d=3, K=4)
def experts(q, d, K):
    x, u, v = q.normal("x", d), q.normal("u", K, d), q.normal("v", K, d)
    g = q.at("g", np.exp(u @ x) / np.exp(u @ x).sum())
    mu = q.at(r"\mu", v @ x)
    y = q.at(r"\hat{y}", g @ mu)
    q.loss(r"\mathcal{L}", 0.5 * (q.normal("y") - y) ** 2)


@network("25-mixture-density", K=3)
def mixture_density(q, K):
    a, mu, s = q.normal("a", K), q.normal(r"\mu", K), q.normal("s", K)
    pi = q.at(r"\pi", np.exp(a) / np.exp(a).sum())
    sigma = q.at(r"\sigma", np.exp(s))
    n = np.exp(-((q.normal("t") - mu) ** 2) / (2 * sigma**2)) / (np.sqrt(2 * np.pi) * sigma)
    n = q.at(r"\mathcal{N}", n)
    q.loss("E", -np.log(pi @ n))


@network("26-vae-reparametrized", D=4, H=3, M=2)
def vae(q, D, H, M):
    x = q.normal("x", D)
    h = q.at("h", np.tanh(q.normal("W_1", H, D) @ x + q.normal("b_1", H)))
    mu = q.at(r"\mu", q.normal(r"W_\mu", M, H) @ h + q.normal(r"b_\mu", M))
    s = q.at("s", q.normal(r"W_\sigma", M, H) @ h + q.normal(r"b_\sigma", M))
    z = q.at("z", mu + np.exp(s / 2) * q.normal(r"\epsilon", M))
    y = q.at(r"\hat{x}", q.normal("W_2", D, M) @ z + q.normal("b_2", D))
    q.loss(r"\mathcal{L}", 0.5 * np.sum((x - y) ** 2) - 0.5 * np.sum(1 + s - mu**2 - np.exp(s)))


@network("27-info-nce", N=3, d=2)
def info_nce(q, N, d):
    S = q.at("S", q.normal("U", N, d) @ q.normal("V", N, d).T / q.positive(r"\tau"))
    q.loss(r"\mathcal{L}", -np.mean(np.diag(S) - np.log(np.exp(S).sum(1))))


@network("28-triplet-embedding", D=3, d=2)
def triplet(q, D, d):
    W = q.normal("W", d, D)
    f = {k: q.at(f"f_{k}", W @ q.normal(f"x_{k}", D)) for k in "apn"}
    gap = np.sum((f["a"] - f["p"]) ** 2) - np.sum((f["a"] - f["n"]) ** 2)
    q.loss("L", max(0, gap + q.given(r"\alpha", 4.0)))


@network("29-multiclass-hinge", K=4, D=3)
def hinge(q, K, D):
    W = q.normal("W", K, D)
    s = q.at("s", W @ q.normal("x", D) + q.normal("b", K))
    y = q.whole("y", 1, K)
    margin = np.maximum(0, s - s[y - 1] + 1)
    q.loss("L", margin.sum() - 1 + q.positive(r"\lambda") / 2 * np.sum(W**2))


@network("30-huber-cases", N=5, D=2)
def huber(q, N, D):
    y = q.at(r"\hat{y}", q.normal("x", N, D) @ q.normal("w", D) + q.normal("b"))
    r = q.at("r", q.normal("y", N, scale=2) - y)
    d = q.given(r"\delta", 0.7)
    q.loss("L", np.sum(np.where(np.abs(r) <= d, 0.5 * r**2, d * (np.abs(r) - 0.5 * d))))


@network("31-focal-loss", n=3)
def focal(q, n):
    z = q.at("z", q.normal("w", n) @ q.normal("x", n) + q.normal("b"))
    p = q.at("p", 1 / (1 + np.exp(-z)))
    a, y, c = q.unit(r"\alpha"), q.unit("y"), q.given(r"\gamma", 2.0)
    q.loss("FL", -a * y * (1 - p) ** c * np.log(p) - (1 - a) * (1 - y) * p**c * np.log(1 - p))


@network("32-label-smoothing", K=4)
def smoothing(q, K):
    z, y, e = q.normal("z", K), q.onehot("y", K), q.given(r"\epsilon", 0.1)
    t = q.at(r"\tilde{y}", (1 - e) * y + e / K)
    p = q.at("p", np.exp(z) / np.exp(z).sum())
    q.loss(r"\mathcal{L}", -t @ np.log(p))


@network("33-kl-distillation", N=4)
def distillation(q, N):
    z, v, T = q.normal("z", N), q.normal("v", N), q.given("T", 1.7)
    a = q.at("q", np.exp(z / T) / np.exp(z / T).sum())
    p = q.at("p", np.exp(v / T) / np.exp(v / T).sum())
    kl = q.at(r"\mathrm{KL}", np.sum(p * np.log(p / a)))
    q.loss("C", T**2 * kl)


@network("34-poisson-regression", n=4, p=3)
def poisson(q, n, p):
    eta = q.at(r"\eta", q.normal("X", n, p) @ q.normal(r"\beta", p))
    lam = q.at(r"\lambda", np.exp(eta))
    q.loss(r"\ell", np.sum(lam - q.positive("y", n) * np.log(lam)))


@network("35-ordinal-regression", d=3)
def ordinal(q, d):
    s = lambda u: 1 / (1 + np.exp(-u))
    f = q.at("f", q.normal("w", d) @ q.normal("x", d))
    a, b = q.given(r"\theta_1", -0.4), q.given(r"\theta_2", 0.9)
    P = [q.at("P_1", s(a - f)), q.at("P_2", s(b - f) - s(a - f)), q.at("P_3", 1 - s(b - f))]
    q.loss("L", -sum(q.positive(f"t_{k + 1}") * np.log(P[k]) for k in range(3)))


@network("36-word2vec-negative-sampling", d=3, K=4)
def negative_sampling(q, d, K):
    s = lambda u: 1 / (1 + np.exp(-u))
    v, o, u = q.normal("v_c", d), q.normal("u_o", d), q.normal("u", K, d)
    q.loss("J", -np.log(s(o @ v)) - np.sum(np.log(s(-u @ v))))


@network("37-glove", V=3, d=2)
def glove(q, V, d):
    w, c, b, e = q.normal("w", V, d), q.normal(r"\tilde{w}", V, d), q.normal("b", V), q.normal(r"\tilde{b}", V)
    X = q.positive("X", V, V)
    q.loss("J", np.sum(X**0.75 * (w @ c.T + b[:, None] + e - np.log(X)) ** 2))
