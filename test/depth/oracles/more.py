"""More networks of symbolic depth, unrolled: layers counted down, recursions of two terms, losses over all steps."""

import numpy as np
from families import DEPTHS, WIDTHS, biases, matrices, relu, sig, softmax
from gradients import network


@network("41-layers-counted-down", L=DEPTHS)
def down(q, L):
    W = matrices(q, "W", [(WIDTHS[l - 1], WIDTHS[l]) for l in range(1, L + 1)])
    b = q.sequence("b", [lambda r, s=WIDTHS[l - 1]: r.standard_normal(s) for l in range(1, L + 1)])
    h = q.step("h", L, q.normal("x", WIDTHS[L]), L + 1)
    for l in range(L, 0, -1):
        h = q.step("h", l - 1, sig(W[l - 1] @ h + b[l - 1]), L + 1)
    q.loss("E", 0.5 * np.sum((h - q.normal("y", WIDTHS[0])) ** 2))


@network("42-second-order-filter", N=(2, 3, 5))
def second_order(q, N):
    a, b, c, u, r = q.normal(r"\alpha"), q.normal(r"\beta"), q.normal(r"\gamma"), q.normal("u", N - 1), q.normal("r", N + 1)
    s = [q.step("s", 0, q.normal("s_0")), q.step("s", 1, q.normal("s_1"))]
    for k in range(2, N + 1):
        s.append(q.step("s", k, a * s[k - 1] + b * s[k - 2] + c * u[k - 2]))
    q.loss("J", 0.5 * sum((s[k] - r[k]) ** 2 for k in range(N + 1)))


@network("43-scaled-residuals", D=DEPTHS, d=3, m=2)
def scaled(q, D, d, m):
    A, B, a, c = q.normal("A", D, m, d), q.normal("B", D, d, m), q.normal(r"\alpha^{[l]}", D), q.normal("c", m)
    x = q.step("x", 0, q.normal("x^{[0]}", d))
    for l in range(D):
        u = q.step("u", l, relu(A[l] @ x + c))
        x = q.step("x", l + 1, x + a[l] * (B[l] @ u))
    p = q.at("p", softmax(x))
    q.loss(r"\mathcal{L}", -np.sum(q.onehot("t", d) * np.log(p)))


@network("44-weights-named-theta-with-decay", L=DEPTHS)
def decay(q, L):
    theta, lam = matrices(q, r"\Theta^{(j)}", [(WIDTHS[j], WIDTHS[j - 1]) for j in range(1, L + 1)]), q.positive(r"\lambda")
    a = q.step("a", 0, q.normal("x", WIDTHS[0]))
    for j in range(L):
        a = q.step("a", j + 1, sig(q.step("z", j, theta[j] @ a)))
    q.loss("J", 0.5 * np.sum((a - q.normal("y", WIDTHS[L])) ** 2) + lam / 2 * sum(np.sum(t**2) for t in theta))


@network("45-angle-brackets-softmax-each-step", T_x=DEPTHS, n=3, m=2, K=4)
def angles(q, T_x, n, m, K):
    Waa, Wax, Wya, ba, by = q.normal("W_{aa}", n, n), q.normal("W_{ax}", n, m), q.normal("W_{ya}", K, n), q.normal("b_a", n), q.normal("b_y", K)
    x, y = q.normal("x", T_x, m), q.onehot("y", T_x, K)
    a, total = q.step("a", 0, np.zeros(n)), 0
    for t in range(T_x):
        a = q.step("a", t + 1, np.tanh(Waa @ a + Wax @ x[t] + ba))
        p = q.step(r"\hat{y}^{\langle t \rangle}", t, softmax(Wya @ a + by))
        total -= np.sum(y[t] * np.log(p))
    q.loss(r"\mathcal{L}", total)


@network("46-symbolic-first-step", T=(3, 4, 6), n=2, s=2)
def first_step(q, T, n, s):
    M, v, g = q.normal("M", n, n), q.normal("v", T - s, n), q.normal("g", T - s, n)
    state, total = q.step("q", 0, q.normal("q_{s}", n)), 0
    for t in range(T - s):
        state = q.step("q", t + 1, np.tanh(M @ state + v[t]))
        total += 0.5 * np.sum((state - g[t]) ** 2)
    q.loss("E", total)


@network("47-chebyshev-filter", K=(1, 2, 3, 5), n=3, c=2, m=4)
def chebyshev(q, K, n, c, m):
    X, S, theta = q.normal("X", n, c), q.normal("S", n, n), q.normal(r"\Theta", K + 1, c, m)
    T = [q.step("T", 0, X), q.step("T", 1, S @ X)]
    for k in range(2, K + 1):
        T.append(q.step("T", k, 2 * S @ T[k - 1] - T[k - 2]))
    Y = q.at("Y", sum(T[k] @ theta[k] for k in range(K + 1)))
    q.loss(r"\ell", 0.5 * np.sum((Y - q.normal("R", n, m)) ** 2))


@network("48-unrolled-shrinkage", K=DEPTHS, m=2, n=3)
def shrinkage(q, K, m, n):
    B, S, theta, y = q.normal("B", n, m), q.normal("S", n, n), q.unit(r"\theta", K), q.normal("y", m)
    z = q.step("z", 0, np.zeros(n))
    for k in range(K):
        c = q.step("c", k, B @ y + S @ z)
        z = q.step("z", k + 1, np.sign(c) * np.maximum(np.abs(c) - theta[k], 0))
    q.loss(r"\mathcal{L}", 0.5 * np.sum((z - q.normal("z^*", n)) ** 2))


@network("49-log-forward-scores", T=DEPTHS, S=3)
def log_forward(q, T, S):
    A, E = q.normal("A", S, S), q.normal("E", T, S)
    a = q.step(r"\alpha", 0, E[0])
    for t in range(1, T):
        a = q.step(r"\alpha", t, E[t] + np.log(np.exp(A).T @ np.exp(a)))
    q.loss("Z", np.log(np.sum(np.exp(a))))


@network("50-normalized-before-each-layer", L=DEPTHS, d=3)
def normalized(q, L, d):
    g, W, eps = q.normal("g", L, d), q.normal("W", L, d, d), q.positive(r"\epsilon")
    x = q.step("x", 0, q.normal("x_0", d))
    for l in range(L):
        r = q.step("r", l, np.sqrt(x @ x / d + eps))
        x = q.step("x", l + 1, x + W[l] @ q.step("n_{l}", l, x / r * g[l]))
    q.loss("J", q.normal("w", d) @ x)


@network("51-quadratic-control", T=DEPTHS, n=3, m=2)
def control(q, T, n, m):
    A, B, Q, R, P, u = q.normal("A", n, n), q.normal("B", n, m), q.normal("Q", n, n), q.normal("R", m, m), q.normal("P", n, n), q.normal("u", T, m)
    x, total = q.step("x", 0, q.normal("x_0", n)), 0
    for t in range(T):
        total += x @ Q @ x + u[t] @ R @ u[t]
        x = q.step("x", t + 1, A @ x + B @ u[t])
    q.loss("J", total + x @ P @ x)


@network("52-logistic-map", N=DEPTHS)
def logistic(q, N):
    r, p = q.unit("r"), q.step("p", 0, q.unit("p_0"))
    for n in range(N):
        p = q.step("p", n + 1, r * p * (1 - p))
    q.loss("E", (p - q.normal("q")) ** 2)


@network("53-readout-of-all-layers", m=DEPTHS, d=3, k=2)
def readout(q, m, d, k):
    W, b, V = q.normal("W", m, d, d), q.normal("b", m, d), q.normal("V", m + 1, k, d)
    h = [q.step("h", 0, q.normal(r"\mathbf{h}_0", d))]
    for i in range(m):
        h.append(q.step("h", i + 1, np.tanh(W[i] @ h[i] + b[i])))
    y = q.at("y", q.normal("c", k) + sum(V[i] @ h[i] for i in range(m + 1)))
    q.loss(r"\mathcal{L}", 0.5 * np.sum((y - q.normal("t", k)) ** 2))


@network("54-minimal-gated-unit", T=DEPTHS, d=2, n=3, p=4)
def minimal(q, T, d, n, p):
    Wf, Uf, bf = q.normal("W_f", n, d), q.normal("U_f", n, n), q.normal("b_f", n)
    Wh, Uh, bh, V = q.normal("W_h", n, d), q.normal("U_h", n, n), q.normal("b_h", n), q.normal("V", p, n)
    x, y = q.normal("x", T, d), q.normal("y", T, p)
    h, total = q.step("h", 0, q.normal("h^{(0)}", n)), 0
    for t in range(T):
        f = q.step("f", t, sig(Wf @ x[t] + Uf @ h + bf))
        g = q.step(r"\tilde{h}^{(t)}", t, np.tanh(Wh @ x[t] + Uh @ (f * h) + bh))
        h = q.step("h", t + 1, (1 - f) * h + f * g)
        total += 0.5 * np.sum((q.step("o", t, V @ h) - y[t]) ** 2)
    q.loss("L", total)


@network("55-delta-rule-memory", T=DEPTHS, m=2, n=3)
def memory(q, T, m, n):
    k, keys, v, beta, y = q.normal("k", T, n), q.normal("q", T, n), q.normal("v", T, m), q.unit(r"\beta", T), q.normal("y", T, m)
    S, total = q.step("S", 0, np.zeros((m, n))), 0
    for t in range(T):
        S = q.step("S", t + 1, S - beta[t] * np.outer(S @ k[t] - v[t], k[t]))
        total += 0.5 * np.sum((q.step("o", t, S @ keys[t]) - y[t]) ** 2)
    q.loss(r"\mathcal{L}", total)


@network("56-against-time", T=DEPTHS, n=3, d=2)
def against_time(q, T, n, d):
    W, U, b, x, v = q.normal("W", n, n), q.normal("U", n, d), q.normal("b", n), q.normal("x", T, d), q.normal("v", n)
    h = q.step("h", T, np.zeros(n), T + 1)
    for t in range(T, 0, -1):
        h = q.step("h", t - 1, np.tanh(W @ h + U @ x[t - 1] + b), T + 1)
    q.loss(r"\ell", -np.log(sig(v @ h)))


@network("57-reversible-pairs", K=DEPTHS, n=2)
def reversible(q, K, n):
    F, G = q.normal("F", K, n, n), q.normal("G", K, n, n)
    u, v = q.step("u", 0, q.normal("u_0", n)), q.step("v", 0, q.normal("v_0", n))
    for k in range(K):
        u = q.step("u", k + 1, u + np.tanh(F[k] @ v))
        v = q.step("v", k + 1, v + np.tanh(G[k] @ u))
    q.loss("C", q.normal("a", n) @ u + q.normal("b", n) @ v)


@network("58-midpoint-steps", N=DEPTHS, d=3)
def midpoint(q, N, d):
    A, eta, mu = q.normal("A", d, d), q.unit(r"\eta"), q.unit(r"\mu")
    z = q.step("z", 0, q.normal("z_0", d))
    for n in range(N):
        m = q.step("m", n, z + eta / 2 * np.tanh(A @ z))
        z = q.step("z", n + 1, z + eta * np.tanh(A @ m))
    q.loss(r"\mathcal{J}", 0.5 * np.sum((z - q.normal(r"\hat{z}", d)) ** 2) + mu / 2 * np.sum(A**2))
