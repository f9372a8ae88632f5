"""Networks in the notation of papers: likelihoods, normalizations, contrastive and robust losses, flows, preferences."""

import math

import numpy as np

from gradients import network


def sigma(a):
    return 1 / (1 + np.exp(-a))


def softmax(a):
    e = np.exp(a - a.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def gelu(a):
    return a * (1 + np.vectorize(math.erf)(a / np.sqrt(2))) / 2


@network("119-vae-bernoulli", D=4, H=3, Z=2)
def vae_bernoulli(q, D, H, Z):
    x = q.unit("x", D)
    h = q.at("h", np.tanh(q.normal("W_1", H, D) @ x))
    mu = q.at(r"\mu", q.normal(r"W_\mu", Z, H) @ h)
    s = np.sqrt(q.at(r"\sigma^2", np.exp(q.normal("W_s", Z, H) @ h)))
    z = q.at("z", mu + s * q.normal(r"\epsilon", Z))
    y = q.at("y", sigma(q.normal("W_4", D, H) @ np.tanh(q.normal("W_3", H, Z) @ z)))
    fit = -np.sum(x * np.log(y) + (1 - x) * np.log(1 - y))
    q.loss(r"\mathcal{L}", fit - 0.5 * np.sum(1 + np.log(s**2) - mu**2 - s**2))


@network("120-info-nce-normalized", d=3, N=4)
def info_nce(q, d, N):
    u, v = q.normal("u", N, d), q.normal("v", N, d)
    a = q.at(r"\hat u", u / np.linalg.norm(u, axis=1, keepdims=True))
    b = q.at(r"\hat v", v / np.linalg.norm(v, axis=1, keepdims=True))
    l = q.at(r"\ell", -np.log(np.diag(softmax(a @ b.T / q.positive(r"\tau")))))
    q.loss(r"\mathcal{L}", l.mean())


@network("121-triplet-batch", N=5, d=3)
def triplet(q, N, d):
    a, p, n = (q.normal(f"{s}", N, d) for s in "apn")
    gap = np.sum((a - p) ** 2, axis=1) - np.sum((a - n) ** 2, axis=1) + q.positive(r"\alpha")
    q.loss("L", np.sum(np.maximum(gap, 0)))


@network("123-gaussian-maximum-likelihood", N=4, D=3)
def gaussian_likelihood(q, N, D):
    r, S = q.normal("x", N, D) - q.normal(r"\mu", D), q.spd(r"\Sigma", D)
    fit = 0.5 * np.sum(r * (r @ np.linalg.inv(S).T))
    q.loss("E", N * D / 2 * np.log(2 * np.pi) + N / 2 * np.log(np.linalg.det(S)) + fit)


@network("124-lora-linear", k=4, d=3, r=2)
def lora(q, k, d, r):
    x = q.normal("x", k)
    change = q.at(r"\Delta W", q.normal(r"\alpha") / r * q.normal("B", d, r) @ q.normal("A", r, k))
    h = q.at("h", q.normal("W_0", d, k) @ x + change @ x)
    q.loss("L", 0.5 * np.sum((h - q.normal("y", d)) ** 2))


@network("125-batch-norm-paper", m=5)
def batch_norm(q, m):
    x = q.normal("x", m)
    mu = q.at(r"\mu_{\mathcal{B}}", x.mean())
    v = q.at(r"\sigma_{\mathcal{B}}^2", np.mean((x - mu) ** 2))
    h = q.at(r"\hat{x}", (x - mu) / np.sqrt(v + q.given(r"\epsilon", 0.1)))
    y = q.at("y", q.normal(r"\gamma") * h + q.normal(r"\beta"))
    q.loss(r"\ell", q.normal("c", m) @ y**3)


@network("126-weight-norm-layer", K=3, D=4)
def weight_norm(q, K, D):
    v = q.normal("v", K, D)
    w = q.at("w", q.normal("g", K)[:, None] * v / np.linalg.norm(v, axis=1, keepdims=True))
    y = q.at("y", np.tanh(w @ q.normal("x", D) + q.normal("b", K)))
    q.loss("L", np.sum((y - q.normal("t", K)) ** 2))


@network("127-spectral-norm-step", m=4, n=3)
def spectral_norm(q, m, n):
    W, start = q.normal("W", m, n), q.normal(r"\tilde u", m)
    v = W.T @ start
    v = q.at(r"\tilde v", v / np.linalg.norm(v))
    u = W @ v
    u = q.at("u", u / np.linalg.norm(u))
    s = q.at(r"\sigma", u @ W @ v)
    q.loss("L", q.normal("c", m) @ q.at(r"\bar W_{SN}", W / s) @ q.normal("x", n))


@network("128-focal-loss-alpha", n=5)
def focal(q, n):
    y = q.binary("y", n)
    p = q.at("p", sigma(q.normal("x", n)))
    s = q.at("q", np.where(y == 1, p, 1 - p))
    q.fixed.add("y")
    q.loss(r"\mathit{FL}", -q.unit(r"\alpha") * np.sum((1 - s) ** q.positive(r"\gamma") * np.log(s)))


@network("129-huber-residuals", N=6, D=2)
def huber(q, N, D):
    r = q.at("r", 2 * q.normal("y", N) / 2 - q.normal("X", N, D) @ q.normal("w", D))
    d = q.given(r"\delta", 0.6)
    q.loss("L", np.mean(np.where(abs(r) <= d, r**2 / 2, d * (abs(r) - d / 2))))


@network("130-squared-hinge", n=5, d=3)
def squared_hinge(q, n, d):
    w = q.normal("w", d)
    m = np.maximum(0, 1 - q.sign("y", n) * (q.normal("x", n, d) @ w + q.normal("b")))
    q.fixed.add("y")
    q.loss("J", 0.5 * w @ w + q.positive("C") * np.sum(m**2))


@network("131-pinball-quantiles", N=4, Q=3)
def pinball(q, N, Q):
    gap = q.normal("y", N)[:, None] - q.normal(r"\hat y", N, Q)
    t = q.unit(r"\tau", Q)
    q.loss("L", np.mean(np.maximum(t * gap, (t - 1) * gap)))


@network("133-pre-norm-block", d=4, m=3)
def pre_norm(q, d, m):
    x = q.normal("x", d)
    mu = q.at(r"\mu", x.mean())
    s = q.at("s", np.sqrt(np.mean((x - mu) ** 2) + q.given(r"\varepsilon", 0.1)))
    normed = q.at(r"\operatorname{LN}", q.normal(r"\gamma", d) * (x - mu) / s + q.normal(r"\beta", d))
    y = q.at("y", x + q.normal("W_2", d, m) @ gelu(q.normal("W_1", m, d) @ normed))
    q.loss("L", 0.5 * np.sum((y - q.normal("t", d)) ** 2))


@network("135-clip-symmetric", n=4, d=3)
def clip_symmetric(q, n, d):
    Z = q.at("Z", q.positive("s") * q.normal("I", n, d) @ q.normal("T", n, d).T)
    a = q.at(r"\mathcal{L}_I", -np.mean(np.log(np.diag(softmax(Z)))))
    b = q.at(r"\mathcal{L}_T", -np.mean(np.log(np.diag(softmax(Z.T)))))
    q.loss(r"\mathcal{L}", 0.5 * (a + b))


@network("136-preference-optimization", N=4)
def preferences(q, N):
    w, l, a, b = (q.normal(s, N) for s in ("w", "l", r"w^{\text{ref}}", r"l^{\text{ref}}"))
    beta = q.positive(r"\beta")
    m = q.at("m", beta * (w - a) - beta * (l - b))
    q.loss(r"\mathcal{L}_{\text{DPO}}", -np.mean(np.log(sigma(m))))


@network("137-reinforce-entropy", A=4)
def reinforce(q, A):
    p = q.at(r"\pi", softmax(q.normal("z", A)))
    H = q.at("H", -np.sum(p * np.log(p)))
    gap = q.normal("G") - q.normal("b")
    a = q.whole("a", 1, A) - 1
    q.loss("J", -gap * np.log(p[a]) + q.positive("c_v") / 2 * gap**2 - q.positive("c_e") * H)


@network("138-diffusion-noise-prediction", d=3, h=4)
def noise_prediction(q, d, h):
    a, e = q.unit(r"\bar\alpha"), q.normal(r"\epsilon", d)
    x = q.at("x_t", np.sqrt(a) * q.normal("x_0", d) + np.sqrt(1 - a) * e)
    u = q.normal("W_1", h, d) @ x + q.normal("e", h)
    g = q.at(r"\hat\epsilon", q.normal("W_2", d, h) @ (u * sigma(u)))
    q.loss("L", np.sum((e - g) ** 2))


@network("139-affine-coupling", d=3)
def affine_coupling(q, d):
    a, b = q.normal("x_1", d), q.normal("x_2", d)
    s = q.at("s", np.tanh(q.normal("W_s", d, d) @ a))
    t = q.at("t", q.normal("W_t", d, d) @ a)
    y = q.at("y_2", b * np.exp(s) + t)
    q.loss(r"\mathcal{L}", 0.5 * a @ a + 0.5 * y @ y - s.sum())


@network("140-planar-flow", D=3)
def planar_flow(q, D):
    z, u, w = q.normal("z", D), q.normal("u", D), q.normal("w", D)
    a = q.at("a", w @ z + q.normal("b"))
    f = q.at("f", z + u * np.tanh(a))
    psi = q.at(r"\psi", (1 - np.tanh(a) ** 2) * w)
    q.loss(r"\mathcal{F}", 0.5 * f @ f - np.log(abs(1 + u @ psi)))


@network("141-gaussian-process-evidence", n=4, D=2)
def gaussian_process(q, n, D):
    x, y = q.normal("x", n, D), q.normal("y", n)
    square = np.sum((x[:, None] - x[None]) ** 2, axis=2)
    s, l, noise = q.positive(r"\sigma_f"), q.positive(r"\ell"), q.positive(r"\sigma_n")
    K = q.at("K", s**2 * np.exp(-square / (2 * l**2)) + noise**2 * np.eye(n))
    fit = 0.5 * y @ np.linalg.inv(K) @ y
    q.loss(r"\mathcal{L}", fit + 0.5 * np.log(np.linalg.det(K)) + n / 2 * np.log(2 * np.pi))


@network("142-probabilistic-pca", D=4, M=2)
def probabilistic_pca(q, D, M):
    W = q.normal("W", D, M)
    C = q.at("C", W @ W.T + q.positive(r"\sigma") ** 2 * np.eye(D))
    inside = D * np.log(2 * np.pi) + np.log(np.linalg.det(C)) + np.trace(np.linalg.inv(C) @ q.spd("S", D))
    q.loss("L", q.positive("N") / 2 * inside)


@network("143-barlow-twins", B=5, D=3)
def barlow_twins(q, B, D):
    a, b = q.normal("Z^A", B, D), q.normal("Z^B", B, D)
    C = q.at("C", a.T @ b / np.outer(np.linalg.norm(a, axis=0), np.linalg.norm(b, axis=0)))
    off = C * (1 - np.eye(D))
    q.loss(r"\mathcal{L}", np.sum((1 - np.diag(C)) ** 2) + q.positive(r"\lambda") * np.sum(off**2))


@network("144-linear-attention-state", d=3, m=2, T=4)
def linear_attention(q, d, m, T):
    query, key, value, c = q.normal("q", T, d), q.normal("k", T, d), q.normal("v", T, m), q.normal("c", T, m)
    g, total = q.unit(r"\gamma"), 0
    S = q.step("S", 0, q.normal("S_0", d, m))
    for t in range(T):
        S = q.step("S", t + 1, g * S + np.outer(key[t], value[t]))
        total += c[t] @ q.step("o", t, S.T @ query[t])
    q.loss("L", total)


@network("145-state-space-scan", N=3, T=4)
def state_space(q, N, T):
    u, y, c = q.normal("u", T), q.normal("y", T), q.normal("c", N)
    a, b, step = q.normal("a", N), q.normal("b", N), q.positive(r"\Delta")
    x, total = q.step("x", 0, q.normal("x_0", N)), 0
    for t in range(T):
        x = q.step("x", t + 1, np.exp(step * a) * x + step * b * u[t])
        total += (c @ x - y[t]) ** 2
    q.loss("L", total)


@network("146-label-smoothing-uniform", K=4)
def label_smoothing(q, K):
    p = q.at("p", softmax(q.normal("z", K)))
    a = q.unit(r"\alpha")
    t = q.at("y^{LS}", (1 - a) * q.onehot("y", K) + a / K)
    q.loss("L", -t @ np.log(p))


@network("148-generalized-advantage", T=4)
def generalized_advantage(q, T):
    V, g, l = q.normal("V", T + 1), q.unit(r"\gamma"), q.unit(r"\lambda")
    d = q.at(r"\delta", q.normal("r", T) + g * V[1:] - V[:-1])
    A = [0.0] * T
    for t in reversed(range(T)):
        A[t] = q.step("A", t, d[t] + (g * l * A[t + 1] if t + 1 < T else 0), T)
    q.loss("J", np.sum(np.square(A)))


@network("149-variance-covariance", n=5, d=3)
def variance_covariance(q, n, d):
    Z = q.normal("Z", n, d)
    m = q.at(r"\bar z", Z.mean(0))
    C = q.at("C", (Z - m).T @ (Z - m) / (n - 1))
    v = q.at("v", np.mean(np.maximum(0, 1 - np.sqrt(np.diag(C) + q.given(r"\epsilon", 0.1)))))
    c = q.at("c", np.sum((C * (1 - np.eye(d))) ** 2) / d)
    q.loss(r"\ell", v + c)


@network("150-vq-commitment", d=3, K=4)
def soft_codebook(q, d, K):
    z, e = q.normal("z", d, scale=0.4), q.normal("e", K, d, scale=0.4)
    w = q.at("w", softmax(-np.sum((z - e) ** 2, axis=1)))
    h = q.at(r"\hat z", w @ e)
    q.loss(r"\mathcal{L}", np.sum((z - h) ** 2) + q.positive(r"\beta") * np.sum(w * np.log(w)))
