"""Graphs, memories, blocks and classical models."""

import numpy as np

from gradients import network


@network("38-siamese-contrastive", n=3, m=2)
def siamese(q, n, m):
    W, b = q.normal("W", m, n), q.normal(r"\vec{b}", m)
    h = [q.at(rf"\vec{{h}}_{k}", 1 / (1 + np.exp(-(W @ q.normal(rf"\vec{{x}}_{k}", n) + b)))) for k in (1, 2)]
    d = q.at("d", np.linalg.norm(h[0] - h[1]))
    y = q.unit("y")
    q.loss("L", y * d**2 + (1 - y) * max(0, q.given("m_0", 1.5) - d) ** 2)


@network("39-denoising-autoencoder", D=4, H=3)
def denoising(q, D, H):
    W = q.normal("W", H, D)
    h = q.at("h", 1 / (1 + np.exp(-(W @ q.normal(r"\tilde{\mathbf{x}}", D) + q.normal("b", H)))))
    y = q.at(r"\hat{\mathbf{x}}", W.T @ h + q.normal("c", D))
    r = q.given(r"\rho", 0.2)
    kl = np.sum(r * np.log(r / h) + (1 - r) * np.log((1 - r) / (1 - h)))
    q.loss(r"\mathcal{J}", np.sum((y - q.normal("x", D)) ** 2) + q.positive(r"\lambda") * kl)


@network("40-elastic-net", n=4, p=3)
def elastic_net(q, n, p):
    b = q.normal(r"\beta", p)
    r = q.normal("y", n) - q.normal("X", n, p) @ b
    q.loss("J", r @ r / (2 * n) + q.positive(r"\lambda_1") * np.abs(b).sum() + q.positive(r"\lambda_2") / 2 * b @ b)


@network("41-logistic-unicode", d=3)
def logistic_unicode(q, d):
    z = q.at("z", q.normal("w", d) @ q.normal("x", d) + q.normal("b"))
    y = q.at("y", 1 / (1 + np.exp(-z)))
    t = q.unit("t")
    q.loss("ell", -t * np.log(y) - (1 - t) * np.log(1 - y))


@network("42-logistic-plus-minus", n=4, d=3)
def plus_minus(q, n, d):
    w = q.normal("w", d)
    m = q.sign("y", n) * (q.normal("x", n, d) @ w)
    q.loss("f", np.mean(np.log1p(np.exp(-m))) + q.positive(r"\mu") / 2 * w @ w)


@network("43-softmax-regression-log-p", K=4, D=3)
def log_p(q, K, D):
    z = q.at("z", q.normal("W", K, D) @ q.normal("x", D) + q.normal("b", K))
    p = q.at("p", np.exp(z) / np.exp(z).sum())
    q.loss(r"\ell", -np.log(p[q.whole("c", 1, K) - 1]))


@network("44-pca-objective", N=4, D=3, M=2)
def pca(q, N, D, M):
    X, U = q.normal("X", N, D), q.normal("U", D, M)
    q.loss("J", np.sum((X - X @ U @ U.T) ** 2) / N)


@network("45-ridge-multi-output", n=4, d=3, k=2)
def ridge(q, n, d, k):
    W = q.normal("W", d, k)
    Y = q.at(r"\hat Y", q.normal("X", n, d) @ W)
    E = q.at("E", q.normal("Y", n, k) - Y)
    q.loss("J", np.trace(E.T @ E) + q.positive(r"\lambda") * np.trace(W.T @ W))


@network("46-gaussian-log-det", N=3, D=2)
def gaussian(q, N, D):
    r = q.normal("x", N, D) - q.normal(r"\mu", D)
    S = q.spd(r"\Sigma", D)
    q.loss(r"\mathcal{L}", N / 2 * np.log(np.linalg.det(S)) + 0.5 * np.sum(r * (r @ np.linalg.inv(S).T)))


@network("47-kernel-ridge", n=3)
def kernel_ridge(q, n):
    K, a = q.spd("K", n), q.normal(r"\alpha", n)
    f = q.at("f", K @ a)
    q.loss("L", np.sum((q.normal("y", n) - f) ** 2) + q.positive(r"\lambda") * a @ K @ a)


@network("48-kalman-update", n=3, p=2)
def kalman(q, n, p):
    m, H = q.normal("m", n), q.normal("H", p, n)
    v = q.at("v", q.normal("y", p) - H @ m)
    new = q.at("m^{+}", m + q.normal("K", n, p) @ v)
    r = new - q.normal("x", n)
    q.loss("L", 0.5 * r @ q.normal("Q", n, n) @ r)


@network("49-gcn", n=4, d=3, h=2, K=5)
def gcn(q, n, d, h, K):
    A = q.unit(r"\hat{A}", n, n)
    H = q.at("H", np.maximum(0, A @ q.normal("X", n, d) @ q.normal("W_0", d, h)))
    Z = q.at("Z", A @ H @ q.normal("W_1", h, K))
    P = q.at("P", np.exp(Z) / np.exp(Z).sum(1, keepdims=True))
    q.loss(r"\mathcal{L}", -np.sum(q.onehot("Y", n, K) * np.log(P)))


@network("50-graph-attention", N=3, d=4, k=2)
def graph_attention(q, N, d, k):
    h, W, a, b = q.normal("h", N, d), q.normal("W", k, d), q.normal("a", k), q.normal("b", k)
    A = q.given("A", [[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    g = q.at("g", h @ W.T)
    s = (g @ a)[:, None] + g @ b
    e = q.at("e", np.where(s > 0, s, 0.01 * s))
    E = A * np.exp(e)
    al = q.at(r"\alpha", E / E.sum(1, keepdims=True))
    new = q.at("h'", al @ g)
    q.loss("L", np.sum(new**2))


@network("51-hopfield-energy", N=4)
def hopfield(q, N):
    s = q.normal("s", N)
    q.loss("E", -0.5 * s @ q.normal("w", N, N) @ s + q.normal(r"\theta", N) @ s)


@network("52-rbm-free-energy", D=4, H=3)
def rbm(q, D, H):
    v = q.binary("v", D)
    x = q.normal("b", H) + v @ q.normal("W", D, H)
    q.loss("F", -q.normal("a", D) @ v - np.sum(np.log1p(np.exp(x))))


@network("53-euler-ode", n=3, T=4)
def euler(q, n, T):
    h = [q.step("h", 0, q.normal("h_0", n))]
    A, b, dt = q.normal("A", n, n), q.normal("b", n), q.given(r"\Delta", 0.3)
    for t in range(T):
        h.append(q.step("h", t + 1, h[t] + dt * np.tanh(A @ h[t] + b)))
    q.loss(r"\mathcal{L}", 0.5 * np.sum((h[T] - q.normal("y", n)) ** 2))


@network("54-siren", m=3, p=4)
def siren(q, m, p):
    w0 = q.given(r"\omega_0", 1.7)
    h1 = q.at(r"\mathbf{h}_1", np.sin(w0 * (q.normal(r"\mathbf{W}_1", m, 2) @ q.normal("x", 2) + q.normal(r"\mathbf{b}_1", m))))
    h2 = q.at(r"\mathbf{h}_2", np.sin(w0 * (q.normal(r"\mathbf{W}_2", p, m) @ h1 + q.normal(r"\mathbf{b}_2", p))))
    y = q.at("y", q.normal("\\mathbf{w}", p) @ h2 + q.normal("b"))
    q.loss("L", (y - q.normal("y^*")) ** 2)


@network("55-fourier-features", m=3, d=2)
def fourier(q, m, d):
    u = q.at("u", 2 * np.pi * q.normal("B", m, d) @ q.normal("v", d))
    f = q.at("f", q.normal("a", m) @ np.cos(u) + q.normal("b", m) @ np.sin(u))
    q.loss("L", (f - q.normal("y")) ** 2 / 2)


@network("56-swiglu", d=3, h=4)
def swiglu(q, d, h):
    x = q.normal("x", d)
    u, v = q.at("u", q.normal("W", h, d) @ x), q.at("v", q.normal("V", h, d) @ x)
    s = q.at("s", u / (1 + np.exp(-u)) * v)
    y = q.at("y", q.normal("W_2", d, h) @ s)
    q.loss(r"\mathcal{L}", 0.5 * np.sum((y - q.normal("t", d)) ** 2))


@network("57-mlp-mixer", S=3, C=2, P=4, Q=5)
def mixer(q, S, C, P, Q):
    X = q.normal("X", S, C)
    U = q.at("U", X + q.normal("W_2", S, P) @ np.tanh(q.normal("W_1", P, S) @ X))
    Y = q.at("Y", U + np.tanh(U @ q.normal("W_3", Q, C).T) @ q.normal("W_4", C, Q).T)
    q.loss(r"\mathcal{L}", np.mean((Y - q.normal("T", S, C)) ** 2))


@network("58-squeeze-excite", C=4, N=3, R=2)
def squeeze(q, C, N, R):
    x = q.normal("x", C, N)
    s = q.at("s", x.mean(1))
    z = q.at("z", np.maximum(0, q.normal("W_1", R, C) @ s))
    g = q.at("g", 1 / (1 + np.exp(-q.normal("W_2", C, R) @ z)))
    y = q.at("y", g[:, None] * x)
    q.loss("L", np.sum(y**2))


@network("59-low-rank-adapter", m=4, n=3, r=2)
def lora(q, m, n, r):
    x = q.normal("x", n)
    h = q.at("h", q.normal("W_0", m, n) @ x + q.given(r"\alpha", 1.5) / r * q.normal("B", m, r) @ q.normal("A", r, n) @ x)
    q.loss(r"\mathcal{L}", 0.5 * np.sum((h - q.normal("t", m)) ** 2))


@network("60-ensemble-average", M=4, d=3)
def ensemble(q, M, d):
    p = q.at("p", 1 / (1 + np.exp(-(q.normal("w", M, d) @ q.normal("x", d)))))
    bar = q.at(r"\bar{p}", p.mean())
    y = q.unit("y")
    q.loss(r"\ell", -y * np.log(bar) - (1 - y) * np.log(1 - bar))


@network("61-capsule-squash", n=3)
def capsule(q, n):
    s = q.normal("s", n)
    r = s @ s
    v = q.at("v", r / (1 + r) * s / np.sqrt(r))
    q.loss("L", q.normal("c", n) @ v)


@network("62-memory-addressing", N=4, d=3)
def memory(q, N, d):
    M, k = q.normal("M", N, d), q.normal("k", d)
    c = q.at("c", M @ k / np.linalg.norm(k) / np.linalg.norm(M, axis=1))
    e = np.exp(q.positive(r"\beta") * c)
    w = q.at("w", e / e.sum())
    r = q.at("r", w @ M)
    q.loss("L", 0.5 * np.sum((r - q.normal("y", d)) ** 2))
