"""One network in each notation, and small models of other kinds."""

import numpy as np

from gradients import network


@network("63-policy-gradient", A=3, d=4)
def policy(q, A, d):
    z = q.at("z", q.normal(r"\Theta", A, d) @ q.normal("s", d))
    p = q.at("p", np.exp(z) / np.exp(z).sum())
    q.loss("L", -p @ q.normal("G", A) + q.positive(r"\beta") * p @ np.log(p))


@network("64-td-loss", n=3)
def td(q, n):
    w = q.normal("w", n)
    v, v2 = q.at("v", w @ q.normal(r"\phi", n)), q.at("v'", w @ q.normal(r"\phi'", n))
    d = q.at(r"\delta", q.normal("r") + q.unit(r"\gamma") * v2 - v)
    q.loss("J", 0.5 * d**2)


@network("65-crf-three-steps", K=3)
def crf(q, K):
    u, y = [q.normal(f"u^{{({t})}}", K) for t in (1, 2, 3)], [q.onehot(f"y^{{({t})}}", K) for t in (1, 2, 3)]
    T = q.normal("T", K, K)
    a = q.at(r"\alpha^{(1)}", u[0] + 0)
    for t in (1, 2):
        a = q.at(rf"\alpha^{{({t + 1})}}", u[t] + np.log(np.exp(a[:, None] + T).sum(0)))
    Z = q.at("Z", np.exp(a).sum())
    s = q.at("s", sum(b @ c for b, c in zip(y, u)) + y[0] @ T @ y[1] + y[1] @ T @ y[2])
    q.loss(r"\mathcal{L}", np.log(Z) - s)


@network("66-batch-rows-two-layer", N=4, D=3, H=2, K=5)
def batch_rows(q, N, D, H, K):
    Z1 = q.at(r"\mathbf Z_1", q.normal("X", N, D) @ q.normal(r"\mathbf W_1", D, H) + q.normal(r"\mathbf b_1", 1, H))
    A1 = q.at(r"\mathbf A_1", np.tanh(Z1))
    Z2 = q.at(r"\mathbf Z_2", A1 @ q.normal(r"\mathbf W_2", H, K) + q.normal(r"\mathbf b_2", 1, K))
    P = q.at(r"\hat{\mathbf Y}", np.exp(Z2) / np.exp(Z2).sum(1, keepdims=True))
    q.loss("L", -np.sum(q.simplex("Y", N, K) * np.log(P)) / N)


@network("67-batch-columns", d=3, m=4, h=2)
def batch_columns(q, d, m, h):
    Z1 = q.at("Z^{[1]}", q.normal("W^{[1]}", h, d) @ q.normal("X", d, m) + q.normal("b^{[1]}", h)[:, None])
    A1 = q.at("A^{[1]}", np.tanh(Z1))
    Z2 = q.at("Z^{[2]}", q.normal("W^{[2]}", 1, h) @ A1 + q.normal("b^{[2]}"))
    A2 = q.at("A^{[2]}", 1 / (1 + np.exp(-Z2)))
    y = q.unit("y", 1, m)
    q.loss("J", -np.sum(y * np.log(A2) + (1 - y) * np.log(1 - A2)) / m)


@network("68-mlp", D=3, H=4)
def tex_mlp(q, D, H):
    z = q.at("z", q.normal(r"\mathbf{W}_1", H, D) @ q.normal("x", D) + q.normal(r"\mathbf{b}_1", H))
    h = q.at("h", np.log1p(np.exp(z)))
    y = q.at("y", q.normal(r"\mathbf{w}_2", H) @ h + q.normal("b_2"))
    q.loss(r"\mathcal{L}", 0.5 * (y - q.normal("t")) ** 2)


@network("69-rnn-classifier", d=3, T=4, m=2, k=5)
def tex_rnn(q, d, T, m, k):
    h = [q.step("h", 0, q.normal("h_0", m))]
    x, Wx, Wh, Wy = q.normal("x", T, d), q.normal("W_{xh}", m, d), q.normal("W_{hh}", m, m), q.normal("W_{hy}", k, m)
    b, y, total = q.normal("b_h", m), q.onehot("y", T, k), 0
    for t in range(T):
        h.append(q.step("h", t + 1, np.tanh(Wx @ x[t] + Wh @ h[t] + b)))
        o = q.step("o", t, Wy @ h[t + 1])
        p = q.step("y_hat", t, np.exp(o) / np.exp(o).sum())
        total -= y[t] @ np.log(p)
    q.loss("L", total)


@network("70-polynomial-features")
def polynomial(q):
    x, w = q.normal("x"), q.normal("w", 4)
    f = q.at("f", w @ q.at(r"\phi", np.array([1, x, x**2, x**3])))
    q.loss("E", 0.5 * (f - q.normal("t")) ** 2)


@network("71-pmatrix-network")
def pmatrix(q):
    n = q.normal
    z = [q.at(f"z_{i}", n(f"w_{{{i}1}}") * n("x_1") + n(f"w_{{{i}2}}") * n("x_2") + n(f"b_{i}")) for i in (1, 2)]
    h = [q.at(f"h_{i + 1}", np.tanh(z[i])) for i in (0, 1)]
    y = q.at("y", n("v_1") * h[0] + n("v_2") * h[1])
    q.loss("L", (y - n("t")) ** 2)


@network("72-cross-entropy-e-y", K=4, D=3)
def unit_vector(q, K, D):
    z = q.at("z", q.normal("W", K, D) @ q.normal("x", D) + q.normal("b", K))
    p = q.at(r"\hat{\mathbf p}", np.exp(z) / np.exp(z).sum())
    q.loss(r"\ell", -np.log(p[q.whole("y", 1, K) - 1]))


@network("73-zero-based-mlp", n=3, m=4)
def zero_based(q, n, m):
    z = q.at("z", q.normal("w", m, n) @ q.normal("x", n) + q.normal("b", m))
    a = q.at("a", np.maximum(z, 0))
    y = q.at("y", q.normal("v", m) @ a)
    q.loss("L", 0.5 * (y - q.normal("t")) ** 2)


@network("74-colon-rows", V=4, d=3, m=2)
def colon(q, V, d, m):
    h = q.at("h", q.normal("c", V) @ q.normal("E", V, d))
    s = q.at("s", h @ q.normal("A", d, m))
    q.loss("L", np.tanh(s) @ q.normal("r", m))


@network("75-bracket-entries", n=3, m=2)
def brackets(q, n, m):
    z = q.at("z", q.normal("W", m, n) @ q.normal("x", n))
    a = q.at("a", 1 / (1 + np.exp(-z)))
    q.loss("L", np.mean((a - q.normal("t", m)) ** 2))


@network("76-prime-transposes", n=4, k=3)
def econometrics(q, n, k):
    r = q.normal("y", n) - q.normal("X", n, k) @ q.normal(r"\beta", k)
    q.loss("S", r @ r)


@network("77-underline-vectors", n=3)
def underlines(q, n):
    y = q.at(r"\underline{y}", q.normal(r"\underline{\underline{A}}", n, n) @ q.normal(r"\underline{x}", n))
    r = y - q.normal(r"\underline{t}", n)
    q.loss("f", 0.5 * r @ r)


@network("78-parenthesis-superscripts", n=3, m=4)
def andrew(q, n, m):
    th, x, y = q.normal(r"\theta", n), q.normal("x", m, n), q.unit("y", m)
    h = q.at("h", 1 / (1 + np.exp(-(x @ th))))
    data = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
    q.loss("J", data + q.positive(r"\lambda") / (2 * m) * th @ th)


@network("79-gru-plain-text-names", D=3, H=2)
def text_names(q, D, H):
    x, h = q.normal("x", D), q.normal(r"h_{\text{prev}}", H)
    pre = {k: q.normal(rf"W_{{\text{{{k}}}}}", H, D) @ x + q.normal(rf"U_{{\text{{{k}}}}}", H, H) @ h for k in ("update", "cand")}
    z, c = q.at("z", 1 / (1 + np.exp(-pre["update"]))), q.at("c", np.tanh(pre["cand"]))
    new = q.at(r"h_{\text{next}}", z * c + (1 - z) * h)
    q.loss(r"\text{loss}", np.sum((new - q.normal("y", H)) ** 2))


@network("80-cosine-embedding", d=3, n=2, p=4)
def cosine(q, d, n, p):
    u = q.at("u", q.normal("A", d, n) @ q.normal("x", n))
    v = q.at("v", q.normal("B", d, p) @ q.normal("y", p))
    c = q.at("c", u @ v / np.linalg.norm(u) / np.linalg.norm(v))
    q.loss("L", 1 - c)
