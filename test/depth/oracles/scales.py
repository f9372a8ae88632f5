"""Networks of symbolic depth, unrolled: scales and rates of layers, shared gates, directions, blocks with a loss at each depth."""

import numpy as np
from families import DEPTHS, WIDTHS, biases, layers, matrices, relu, sig, softmax
from gradients import network


@network("83-layer-scale", L=DEPTHS, n=3, m=4)
def layer_scale(q, L, n, m):
    U, V, lam = q.normal("U", L, m, n), q.normal("V", L, n, m), q.normal(r"\lambda^{(l)}", L, n)
    x = q.step("x", 0, q.normal("x^{(0)}", n))
    for l in range(L):
        u = q.step("u", l, U[l] @ x)
        x = q.step("x", l + 1, x + lam[l] * (V[l] @ np.tanh(u)))
    q.loss(r"\mathcal{L}", 0.5 * np.sum((x - q.normal("y", n)) ** 2))


@network("84-discounted-losses", T=DEPTHS, n=3, d=2)
def discounted(q, T, n, d):
    U, V, w, x, y, g = q.normal("U", n, n), q.normal("V", n, d), q.normal("w", n), q.normal("x", T, d), q.normal("y", T), q.unit(r"\gamma")
    h, J = q.step("h", 0, np.zeros(n)), 0
    for t in range(T):
        h = q.step("h", t + 1, np.tanh(U @ h + V @ x[t]))
        o = q.step("o", t, w @ h)
        J += g ** (T - 1 - t) * (o - y[t]) ** 2
    q.loss("J", J)


@network("85-one-leaky-slope", L=DEPTHS)
def leaky(q, L):
    b, al = biases(q, "b", L), q.unit(r"\alpha")
    # Small weights: the softmax is nowhere near 0.
    W = dict(enumerate(matrices(q, "W", [(WIDTHS[l], WIDTHS[l - 1]) for l in range(1, L + 1)], 0.4), 1))
    h = q.step("h", 0, q.normal("h^{(0)}", WIDTHS[0]))
    for l in range(1, L + 1):
        z = q.step("z", l - 1, W[l] @ h + b[l])
        h = q.step("h", l, np.maximum(z, 0) + al * np.minimum(z, 0))
    p = q.at("p", softmax(h))
    t = q.given("t", np.eye(WIDTHS[L])[1], fixed=True)
    q.loss(r"\mathcal{L}", -np.sum(t * np.log(p)))


@network("86-arrows-both-ways", T=DEPTHS, n=3, d=2)
def arrows(q, T, n, d):
    A, B, C, D, p, r = q.normal("A", n, n), q.normal("B", n, n), q.normal("C", n, d), q.normal("D", n, d), q.normal("p", n), q.normal("q", n)
    x, y = q.normal("x", T, d), q.normal("y", T)
    f = [q.step(r"\overrightarrow{h}", 0, np.zeros(n))]
    for t in range(T):
        f.append(q.step(r"\overrightarrow{h}", t + 1, np.tanh(A @ f[t] + C @ x[t])))
    g = {T + 1: q.step(r"\overleftarrow{h}", T, np.zeros(n), T + 1)}
    for t in range(T, 0, -1):
        g[t] = q.step(r"\overleftarrow{h}", t - 1, np.tanh(B @ g[t + 1] + D @ x[t - 1]), T + 1)
    outputs = [q.step(r"\hat{y}", t, p @ f[t + 1] + r @ g[t + 1]) for t in range(T)]
    q.loss(r"\mathcal{L}", 0.5 * np.sum((np.array(outputs) - y) ** 2))


@network("87-rectangular-chain-logistic", K=DEPTHS)
def rectangular_logistic(q, K):
    A = layers(q, "A", K)
    v, x, y = q.normal("v", WIDTHS[K]), q.normal("x", WIDTHS[0]), q.given("y", -1.0, fixed=True)
    s = q.step("z", 0, x)
    for k in range(1, K + 1):
        s = q.step("z", k, A[k] @ s)
    f = q.at("f", v @ s)
    q.loss("J", np.log(1 + np.exp(-y * f)))


@network("88-shared-gates-own-layers", K=DEPTHS, n=3)
def shared_gates(q, K, n):
    G, W, r = q.normal("G", n, n), q.normal("W", K, n, n), q.normal("r", n)
    s = q.step("s", 0, q.normal("s_0", n))
    for k in range(K):
        g = q.step("g", k, sig(q.step("p", k, G @ s + r)))
        u = q.step("q", k, W[k] @ s)
        s = q.step("s", k + 1, g * relu(u) + (1 - g) * s)
    q.loss("E", 0.5 * np.sum((s - q.normal("y", n)) ** 2))


@network("89-one-block-with-losses", L=DEPTHS, m=4, n=3, c=2)
def one_block(q, L, m, n, c):
    W1, b1, W2, C, y = q.normal("W_1", m, n), q.normal("b_1", m), q.normal("W_2", n, m), q.normal("C", c, n), q.normal("y", c)
    h, J = q.step("h", 0, q.normal("h^{(0)}", n)), 0
    for l in range(L):
        a = q.step("a", l, W1 @ h + b1)
        h = q.step("h", l + 1, h + W2 @ relu(a))
        J += np.sum(q.step("e", l, C @ h - y) ** 2)
    q.loss(r"\mathcal{L}", J / L)


@network("90-rows-with-own-rates", L=DEPTHS, N=4, d=3)
def own_rates(q, L, N, d):
    W, b, al, X = q.normal("W", L, d, d), q.normal("b", L, d), q.normal(r"\alpha", L), q.normal("X", N, d)
    H = q.step("H", 0, X)
    for l in range(L):
        Z = q.step("Z", l, H @ W[l] + b[l])
        H = q.step("H", l + 1, H + al[l] * np.tanh(Z))
    q.loss(r"\mathcal{L}", np.sum((H - q.normal("Y", N, d)) ** 2) / (2 * N))


@network("91-multiplicative-recurrence", T=DEPTHS, n=3, d=2)
def multiplicative(q, T, n, d):
    A, B, c, w, x = q.normal("A", n, d), q.normal("B", n, n), q.normal("c", n), q.normal("w", n), q.normal("x", T, d)
    q.fixed.add("s_0")
    s = q.step("s", 0, q.normal("s_0", n))
    for t in range(T):
        u, v = q.step("u", t, A @ x[t]), q.step("v", t, B @ s)
        s = q.step("s", t + 1, sig(u * v + c))
    q.loss("E", w @ s)


@network("92-one-output-unit", L=DEPTHS, n=3)
def one_output(q, L, n):
    W, b = q.normal("W", L - 1, n, n), q.normal("b", L - 1, n)
    a = q.step("a", 0, q.normal("x", n))
    for l in range(L - 1):
        a = q.step("a", l + 1, np.tanh(q.step("z", l, W[l] @ a + b[l])))
    # The layer's other units, of which nothing speaks, hold zeros.
    z = q.step("z", L - 1, np.array([q.normal("w", n) @ a + q.normal("c")] + [0.0] * (n - 1)))
    q.loss("J", 0.5 * (z[0] - q.normal("y")) ** 2)
