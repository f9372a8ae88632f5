"""Cells, normalizations, attention, convolutions."""

import numpy as np

from gradients import network


@network("01-lstm-cell", D=3, H=2)
def lstm_cell(q, D, H):
    s = lambda a: 1 / (1 + np.exp(-a))
    x, h, c = q.normal("x_t", D), q.normal("h_{t-1}", H), q.normal("c_{t-1}", H)
    gate = {}
    for g in "ifoc":
        pre = q.normal(f"W_{g}", H, D) @ x + q.normal(f"U_{g}", H, H) @ h + q.normal(f"b_{g}", H)
        key = {"c": r"\tilde c_t"}.get(g, f"{g}_t")
        gate[g] = q.at(key, np.tanh(pre) if g == "c" else s(pre))
    c = q.at("c_t", gate["f"] * c + gate["i"] * gate["c"])
    h = q.at("h_t", gate["o"] * np.tanh(c))
    q.loss("L", 0.5 * np.sum((h - q.normal("y", H)) ** 2))


@network("02-gru-sequence", d=3, n=2, T=4)
def gru_sequence(q, d, n, T):
    s = lambda a: 1 / (1 + np.exp(-a))
    x, y, h0 = q.normal("x", T, d), q.normal("y", T, n), q.normal("h0", n)
    W = {k: q.normal(f"W_{k}", n, d) for k in "zrh"}
    U = {k: q.normal(f"U_{k}", n, n) for k in "zrh"}
    h, z, r, g = [q.step("h", 0, h0)], [], [], []
    for t in range(T):
        z.append(q.step("z", t, s(W["z"] @ x[t] + U["z"] @ h[t])))
        r.append(q.step("r", t, s(W["r"] @ x[t] + U["r"] @ h[t])))
        g.append(q.step("g", t, np.tanh(W["h"] @ x[t] + U["h"] @ (r[t] * h[t]))))
        h.append(q.step("h", t + 1, (1 - z[t]) * h[t] + z[t] * g[t]))
    q.loss("J", 0.5 * sum(np.sum((h[t + 1] - y[t]) ** 2) for t in range(T)))


@network("03-highway-layer", n=3)
def highway(q, n):
    x = q.normal("x", n)
    g = q.at("g", 1 / (1 + np.exp(-(q.normal("W_T", n, n) @ x + q.normal(r"\mathbf{b}_T", n)))))
    h = q.at("h", np.maximum(q.normal("W_H", n, n) @ x + q.normal(r"\mathbf{b}_H", n), 0))
    y = q.at("y", g * h + (1 - g) * x)
    q.loss(r"\ell", np.mean((y - q.normal("t", n)) ** 2))


@network("04-residual-preactivation", d=4, m=3)
def residual(q, d, m):
    x = q.normal("x", d)
    u = q.at("u", q.normal("W_1", m, d) @ x + q.normal("b_1", m))
    a = q.at("a", np.maximum(0, u))
    f = q.at("f", q.normal("W_2", d, m) @ a + q.normal("b_2", d))
    y = q.at(r"\hat y", x + f)
    q.loss(r"\mathcal L", 0.5 * np.sum((y - q.normal("y", d)) ** 2))


@network("05-batch-norm-by-index", m=5)
def batch_norm(q, m):
    x, eps = q.normal("x", m), q.given(r"\epsilon", 0.1)
    mu = q.at(r"\mu", np.mean(x))
    var = q.at(r"\sigma^2", np.mean((x - mu) ** 2))
    xh = q.at(r"\hat{x}", (x - mu) / np.sqrt(var + eps))
    y = q.at("y", q.normal(r"\gamma") * xh + q.normal(r"\beta"))
    q.loss("L", np.sum(q.normal("c", m) * y**2))


@network("06-batch-norm-matrix", N=4, D=3)
def batch_norm_matrix(q, N, D):
    X = q.normal("X", N, D)
    mu = q.at(r"\mu", X.mean(0))
    v = q.at("v", ((X - mu) ** 2).mean(0))
    Xh = q.at(r"\hat X", (X - mu) / np.sqrt(v + q.given(r"\varepsilon", 0.2)))
    Y = q.at("Y", q.normal(r"\gamma", D) * Xh + q.normal(r"\beta", D))
    q.loss("E", np.sum(np.tanh(Y) * q.normal("R", N, D)))


@network("07-layer-norm-vector", d=4)
def layer_norm(q, d):
    x = q.normal("x", d)
    mu = q.at(r"\mu", x.mean())
    var = q.at(r"\sigma^2", np.mean((x - mu) ** 2))
    y = q.at("y", q.normal("g", d) * (x - mu) / np.sqrt(var + q.given(r"\epsilon", 0.1)) + q.normal("b", d))
    q.loss(r"\mathcal{L}", 0.5 * np.sum((y - q.normal("t", d)) ** 2))


@network("08-rms-norm", n=4)
def rms_norm(q, n):
    x = q.normal("x", n)
    r = q.at(r"\text{RMS}", np.sqrt(np.mean(x**2) + q.given(r"\epsilon", 0.1)))
    a = q.at(r"\bar{a}", x / r * q.normal("g", n))
    q.loss("L", q.normal("c", n) @ a)


@network("09-weight-norm", k=3)
def weight_norm(q, k):
    v, x = q.normal("v", k), q.normal("x", k)
    w = q.at("w", q.normal("g") * v / np.linalg.norm(v))
    z = q.at("z", w @ x + q.normal("b"))
    y = q.at("y", np.log1p(np.exp(z)))
    q.loss("L", (y - q.normal("t")) ** 2)


@network("10-group-norm", G=2, M=3)
def group_norm(q, G, M):
    x = q.normal("x", G, M)
    mu = q.at(r"\mu", x.mean(1))
    s = q.at("s", np.sqrt(((x - mu[:, None]) ** 2).mean(1) + q.given(r"\epsilon", 0.1)))
    y = q.at("y", q.normal(r"\gamma", G, M) * (x - mu[:, None]) / s[:, None] + q.normal(r"\beta", G, M))
    q.loss("L", 0.5 * np.sum((y - q.normal("t", G, M)) ** 2))


@network("11-self-attention", n=3, d=4, k=2, p=5)
def self_attention(q, n, d, k, p):
    X = q.normal("X", n, d)
    Q, K = q.at("Q", X @ q.normal("W_Q", d, k)), q.at("K", X @ q.normal("W_K", d, k))
    V = q.at("V", X @ q.normal("W_V", d, p))
    S = q.at("S", Q @ K.T / np.sqrt(k))
    E = np.exp(S)
    A = q.at("A", E / E.sum(1, keepdims=True))
    Y = q.at("Y", A @ V)
    q.loss(r"\mathcal{L}", 0.5 * np.sum((Y - q.normal("T", n, p)) ** 2))


@network("12-causal-attention-by-index", n=3, d=2, p=4)
def causal_attention(q, n, d, p):
    Q, K, V = q.normal("q", n, d), q.normal("k", n, d), q.normal("v", n, p)
    M = q.given("M", np.tril(np.ones((n, n))))
    S = q.at("s", Q @ K.T / np.sqrt(d))
    E = M * np.exp(S)
    A = q.at(r"\alpha", E / E.sum(1, keepdims=True))
    O = q.at("o", A @ V)
    q.loss(r"\mathcal{L}", np.sum(O @ q.normal("u", p)))


@network("13-multi-head-attention", n=3, d=4, k=2, H=3)
def multi_head(q, n, d, k, H):
    X = q.normal("X", n, d)
    W = {w: q.normal(f"W^{w}", H, d, k) for w in "QKV"}
    WO = q.normal("W^O", H, k, d)
    P = {w: [q.step(w, h, X @ W[w][h]) for h in range(H)] for w in "QKV"}
    Y = 0
    for h in range(H):
        E = np.exp(P["Q"][h] @ P["K"][h].T / np.sqrt(k))
        Y = Y + q.step("A", h, E / E.sum(1, keepdims=True)) @ P["V"][h] @ WO[h]
    Y = q.at("Y", Y)
    q.loss("L", 0.5 * np.sum((Y - q.normal("T", n, d)) ** 2))


@network("14-additive-attention", m=2, n=3, r=4, T=5)
def additive(q, m, n, r, T):
    s, h = q.normal("s", m), q.normal("h", T, n)
    W, U, v = q.normal("W", r, m), q.normal("U", r, n), q.normal("v", r)
    e = q.at("e", np.tanh(W @ s + h @ U.T) @ v)
    a = q.at(r"\alpha", np.exp(e) / np.exp(e).sum())
    c = q.at("c", a @ h)
    q.loss("L", 0.5 * np.sum((c - q.normal("y", n)) ** 2))


@network("15-conv-2d", H=3, W=4, P=2, Q=3)
def conv_2d(q, H, W, P, Q):
    X, K = q.normal("X", H + P - 1, W + Q - 1), q.normal("K", P, Q)
    Z = sum(K[a, c] * X[a : a + H, c : c + W] for a in range(P) for c in range(Q)) + q.normal("b")
    Z = q.at("Z", Z)
    A = q.at("A", np.maximum(0, Z))
    q.loss("L", 0.5 * np.sum((A - q.normal("T", H, W)) ** 2))


@network("16-conv-channels-zero-based", C=2, N=4, K=3, F=2)
def conv_channels(q, C, N, K, F):
    x, w, b = q.normal("x", C, N + K - 1), q.normal("w", F, C, K), q.normal("b", F)
    z = sum(np.einsum("fc,ci->fi", w[:, :, k], x[:, k : k + N]) for k in range(K)) + b[:, None]
    y = q.at("y", np.tanh(q.at("z", z)))
    p = q.at("p", y.mean(1))
    q.loss("L", np.sum((p - q.normal("t", F)) ** 2))


@network("17-max-pool-mlp", T=4, d=3, k=2)
def max_pool(q, T, d, k):
    x, W = q.normal("x", T, d), q.normal("W", k, d)
    u = q.at("u", x @ W.T + q.normal("b", k))
    m = q.at("m", u.max(0))
    p = q.at(r"\hat{y}", 1 / (1 + np.exp(-q.normal("v", k) @ m)))
    y = q.unit("y")
    q.loss("L", -y * np.log(p) - (1 - y) * np.log(1 - p))


@network("18-dropout-mask", D=3, H=4, K=2)
def dropout(q, D, H, K):
    x = q.normal("x", D)
    z = q.at("z^{[1]}", q.normal("W^{[1]}", H, D) @ x + q.normal("b^{[1]}", H))
    a = q.at("a^{[1]}", np.tanh(z))
    d = q.at("d^{[1]}", q.given("m", [1, 0, 1, 1]) * a / q.given("p", 0.8))
    z2 = q.at("z^{[2]}", q.normal("W^{[2]}", K, H) @ d + q.normal("b^{[2]}", K))
    y = q.at(r"\hat{y}", np.exp(z2) / np.exp(z2).sum())
    q.loss("J", -np.sum(q.onehot("y", K) * np.log(y)))
