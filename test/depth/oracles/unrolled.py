"""Networks of symbolic depth, unrolled: state spaces, shared and alternating weights, products of gates, steps of descent."""

import numpy as np
from families import DEPTHS, WIDTHS, biases, layers, matrices, relu, sig, softmax
from gradients import network


@network("59-antisymmetric-layers", L=DEPTHS, n=3)
def antisymmetric(q, L, n):
    A, b, eps, gamma = q.normal("A", L, n, n), q.normal("b", L, n), q.unit(r"\epsilon"), q.unit(r"\gamma")
    h = q.step("h", 0, q.normal("h_0", n))
    for l in range(L):
        z = q.step("z", l, (A[l] - A[l].T - gamma * np.eye(n)) @ h + b[l])
        h = q.step("h", l + 1, h + eps * np.tanh(z))
    q.loss("J", 0.5 * np.sum((h - q.normal("y", n)) ** 2))


@network("60-two-populations", T=DEPTHS, n=3, m=2)
def populations(q, T, n, m):
    A, B, C = q.normal("A", n, n), q.normal("B", n, m), q.normal("C", m, n)
    x, y = q.normal("x", T, n), q.normal("y", T, n)
    e, r, total = q.step("e", 0, np.zeros(n)), q.step("r", 0, np.zeros(m)), 0
    for t in range(T):
        p, c = q.step("p", t, A @ e - B @ r + x[t]), q.step("q", t, C @ e)
        e, r = q.step("e", t + 1, np.tanh(p)), q.step("r", t + 1, sig(c))
        total += 0.5 * np.sum((e - y[t]) ** 2)
    q.loss(r"\mathcal{L}", total)


@network("61-diagonal-state-space", T=DEPTHS, n=3, m=2)
def state_space(q, T, n, m):
    a, B, c, u, target = q.normal("a", n), q.normal("B", n, m), q.normal("c", n), q.normal("u", T, m), q.normal(r"\hat{y}", T)
    x, total = q.step("x", 0, q.normal("x_0", n)), 0
    for t in range(T):
        x = q.step("x", t + 1, a * x + B @ u[t])
        total += (q.step("y", t, c @ x) - target[t]) ** 2
    q.loss(r"\mathcal{L}", total / T)


@network("62-running-mean-of-squares", T=DEPTHS)
def mean_of_squares(q, T):
    rho, eta, eps, g = q.unit(r"\rho"), q.unit(r"\eta"), q.positive(r"\epsilon"), q.normal("g", T)
    s, theta = q.step("s", 0, 0.0), q.step(r"\theta", 0, q.normal(r"\theta_0"))
    for t in range(T):
        s = q.step("s", t + 1, rho * s + (1 - rho) * g[t] ** 2)
        theta = q.step(r"\theta", t + 1, theta - eta * g[t] / np.sqrt(s + eps))
    q.loss("E", 0.5 * (theta - q.normal(r"\theta^*")) ** 2)


@network("63-up-and-down", K=DEPTHS, n=3, m=2)
def up_and_down(q, K, n, m):
    W, b, c, data = q.normal("W", m, n), q.normal("b", n), q.normal("c", m), q.normal("v_0", n)
    v = data = q.step("v", 0, data)
    for k in range(K):
        h = q.step("h", k, sig(q.step("p", k, W @ v + c)))
        v = q.step("v", k + 1, sig(q.step("q", k, W.T @ h + b)))
    q.loss("R", 0.5 * np.sum((v - data) ** 2))


@network("64-scales-and-shifts", K=DEPTHS, D=3)
def scales(q, K, D):
    s, mu = q.normal("s", K, D), q.normal(r"\mu", K, D)
    z = q.step("z", 0, q.normal("z_0", D))
    for k in range(K):
        z = q.step("z", k + 1, np.exp(s[k]) * z + mu[k])
    q.loss(r"\mathcal{L}", 0.5 * z @ z - np.sum(s))


@network("65-gated-scalar-memory", T=DEPTHS)
def gated_memory(q, T):
    w, b, x, u = q.normal("w"), q.normal("b"), q.normal("x", T), q.normal("u", T)
    m = q.step("q", 0, 0.0)
    for t in range(T):
        f = q.step("f", t, sig(w * x[t] + b))
        m = q.step("q", t + 1, f * m + (1 - f) * u[t])
    q.loss(r"\ell", 0.5 * (m - q.normal("y")) ** 2)


@network("66-rectangular-chain-with-dots", L=DEPTHS)
def rectangular(q, L):
    W = layers(q, "W", L)
    h = q.step("z", 0, q.normal("x", WIDTHS[0]))
    for l, w in W.items():
        h = q.step("z", l, w @ h)
    y = q.at(r"\hat{y}", h)
    q.loss("J", 0.5 * np.sum((y - q.normal("y", WIDTHS[L])) ** 2))


@network("67-scalar-rnn-loss-by-loss", T=DEPTHS)
def loss_by_loss(q, T):
    w, u, v, x, y = q.normal("w"), q.normal("u"), q.normal("v"), q.normal("x", T), q.normal("y", T)
    h, total = q.step("h", 0, 0.0), 0
    for t in range(T):
        h = q.step("h", t + 1, np.tanh(w * h + u * x[t]))
        total += q.step("L_t", t, 0.5 * (q.step("o", t, v * h) - y[t]) ** 2)
    q.loss("L", total)


@network("68-verlet-steps", N=(2, 3, 5), d=3)
def verlet(q, N, d):
    M, tau, c = q.normal("M", d, d), q.unit(r"\tau"), q.normal("c", d)
    x = [q.step("q", 0, q.normal("q_0", d)), q.step("q", 1, q.normal("q_1", d))]
    for n in range(1, N):
        x.append(q.step("q", n + 1, 2 * x[n] - x[n - 1] + tau**2 * np.sin(M @ x[n])))
    q.loss(r"\Phi", c @ x[N])


@network("69-reservoir-with-ridge", T=DEPTHS, N=3, M=2, P=4)
def reservoir(q, T, N, M, P):
    W, V, O, a, lam = q.normal("W_r", N, N), q.normal("W_{in}", N, M), q.normal("W_{out}", P, N), q.unit("a"), q.positive(r"\lambda")
    u, y = q.normal("u", T, M), q.normal("y", T, P)
    r, total = q.step("r", 0, np.zeros(N)), lam / 2 * np.sum(O**2)
    for t in range(T):
        s = q.step("s", t, W @ r + V @ u[t])
        r = q.step("r", t + 1, (1 - a) * r + a * np.tanh(s))
        total += 0.5 * np.sum((q.step("o", t, O @ r) - y[t]) ** 2)
    q.loss(r"\mathcal{L}", total)


@network("70-masks-and-widths", L=DEPTHS, C=3)
def masks(q, L, C):
    W, b = layers(q, "W", L), biases(q, "b", L)
    m = q.sequence("m", [lambda r, s=WIDTHS[l]: r.integers(0, 2, s).astype(float) for l in range(1, L + 1)])
    a = q.step("a", 0, q.normal("x", WIDTHS[0]))
    for l in range(1, L + 1):
        a = q.step("a", l, m[l - 1] * relu(q.step("z", l - 1, W[l] @ a + b[l])))
    p = q.at("p", softmax(q.at("o", q.normal("V", C, WIDTHS[L]) @ a)))
    q.loss("E", -np.sum(q.onehot("t", C) * np.log(p)))


@network("71-graph-convolutions", L=DEPTHS, N=4)
def graph(q, L, N):
    A = q.spd(r"\hat{A}", N)
    W = matrices(q, "W", [(WIDTHS[l - 1], WIDTHS[l]) for l in range(1, L + 1)])
    H = q.step("H", 0, q.normal("X", N, WIDTHS[0]))
    for l in range(L):
        H = q.step("H", l + 1, np.tanh(q.step("S", l, A @ H @ W[l])))
    q.loss(r"\mathcal{L}", np.sum((H - q.normal("Y", N, WIDTHS[L])) ** 2) / (2 * N))


@network("72-rate-for-each-step", K=DEPTHS, m=4, n=2, p=3)
def rates(q, K, m, n, p):
    X, y, Xv, yv = q.normal("X", m, n), q.normal("y", m), q.normal(r"\tilde{X}", p, n), q.normal(r"\tilde{y}", p)
    eta = q.normal(r"\eta", K, scale=0.2)
    w = q.step("w", 0, q.normal("w_0", n))
    for k in range(K):
        w = q.step("w", k + 1, w - eta[k] * X.T @ (X @ w - y))
    q.loss("V", 0.5 * np.sum((Xv @ w - yv) ** 2))


@network("73-fading-memory", T=DEPTHS, d=2, n=3)
def fading(q, T, d, n):
    gamma, k, r, v, y = q.unit(r"\gamma"), q.normal("k", T, n), q.normal("q", T, n), q.normal("v", T, d), q.normal("y", T, d)
    S, total = q.step("S", 0, np.zeros((d, n))), 0
    for t in range(T):
        S = q.step("S", t + 1, gamma * S + np.outer(v[t], k[t]))
        total += 0.5 * np.sum((q.step("o", t, S @ r[t]) - y[t]) ** 2)
    q.loss(r"\mathcal{L}", total)


@network("74-survival", T=DEPTHS, d=3)
def survival(q, T, d):
    w, b, c, x = q.normal("w", d), q.normal("b"), q.normal("c"), q.normal("x", T, d)
    S = q.step("S", 0, 1.0)
    for t in range(T):
        S = q.step("S", t + 1, S * (1 - q.step(r"\lambda", t, sig(w @ x[t] + b))))
    q.loss(r"\mathcal{L}", (S - c) ** 2)


@network("75-samples-and-layers", L=DEPTHS, N=3)
def samples(q, L, N):
    W, b, lam = layers(q, "W", L), biases(q, "b", L), q.positive(r"\lambda")
    x, y = q.normal("x", N, WIDTHS[0]), q.normal("y", N, WIDTHS[L])
    a = q.step("a", 0, x)
    for l in range(1, L + 1):
        z = q.step("z", l - 1, np.array([W[l] @ v + b[l] for v in a]))
        a = q.step("a", l, sig(z))
    error = sum(0.5 * np.sum((a[n] - y[n]) ** 2) for n in range(N)) / N
    q.loss("E", error + lam / 2 * sum(np.sum(w**2) for w in W.values()))


@network("76-two-residual-steps-in-a-layer", L=DEPTHS, d=3, m=2)
def two_steps(q, L, d, m):
    A, B, C, D = q.normal("A", L, d, m), q.normal("B", L, m, d), q.normal("C", L, d, m), q.normal("D", L, m, d)
    x = q.step("x", 0, q.normal("x_0", d))
    for l in range(L):
        u = q.step("u", l, x + A[l] @ np.tanh(B[l] @ x))
        x = q.step("x", l + 1, u + C[l] @ relu(D[l] @ u))
    q.loss(r"\mathcal{L}", q.normal("g", d) @ x)


@network("77-horner", n=DEPTHS)
def horner(q, n):
    x, c = q.normal("x"), q.normal("c", n)
    p = q.step("p", 0, q.normal("c_0"))
    for k in range(n):
        p = q.step("p", k + 1, p * x + c[k])
    q.loss("L", (p - q.normal("y")) ** 2)


@network("78-heron", K=DEPTHS)
def heron(q, K):
    a = q.positive("a")
    y = q.step("y", 0, q.positive("y_0"))
    for k in range(K):
        y = q.step("y", k + 1, 0.5 * (y + a / y))
    q.loss("e", (y**2 - a) ** 2)


@network("79-chain-with-rewards", T=DEPTHS, n=3)
def rewards(q, T, n):
    P, r, gamma = q.normal("P", n, n), q.normal("r", n), q.positive(r"\gamma")
    mu = q.step(r"\mu", 0, q.normal(r"\mu_0", n))
    total = mu @ r
    for t in range(T):
        mu = q.step(r"\mu", t + 1, mu @ P)
        total += gamma ** (t + 1) * (mu @ r)
    q.loss("J", total)


@network("80-broken-stick", K=DEPTHS)
def stick(q, K):
    beta, counts = q.normal(r"\beta", K, scale=0.4), q.positive("n", K)
    v = q.at("v", sig(beta))
    pi = q.at(r"\pi", np.array([v[k] * np.prod(1 - v[:k]) for k in range(K)]))
    q.loss("F", -np.sum(counts * np.log(pi)))


@network("81-directions-side-by-side", T=DEPTHS, d=3, n=2, k=4)
def side_by_side(q, T, d, n, k):
    A, B, C, D, V = q.normal("A", n, n), q.normal("B", n, d), q.normal("C", n, n), q.normal("D", n, d), q.normal("V", k, 2 * n)
    x, y = q.normal("x", T, d), q.normal("y", T, k)
    h = [q.step("h", 0, np.zeros(n))]
    for t in range(T):
        h.append(q.step("h", t + 1, np.tanh(A @ h[t] + B @ x[t])))
    g = {T + 1: q.step("g", T, np.zeros(n), T + 1)}
    for t in range(T, 0, -1):
        g[t] = q.step("g", t - 1, np.tanh(C @ g[t + 1] + D @ x[t - 1]), T + 1)
    o = [q.step("o", t - 1, V @ np.concatenate([h[t], g[t]])) for t in range(1, T + 1)]
    q.loss(r"\mathcal{L}", sum(0.5 * np.sum((o[t] - y[t]) ** 2) for t in range(T)))


@network("82-gates-with-one-reset", T=DEPTHS, n=3, m=2)
def one_reset(q, T, n, m):
    Ur, Wr, Un, Wn = q.normal("U_r", n, m), q.normal("W_r", n, n), q.normal("U_n", n, m), q.normal("W_n", n, n)
    w, x = q.normal("w", n), q.normal("x", T, m)
    s, total = q.step("s", 0, np.zeros(n)), 0
    for t in range(T):
        r = q.step("r", t, sig(Ur @ x[t] + Wr @ s))
        new = q.step("n^{(t)}", t, np.tanh(Un @ x[t] + r * (Wn @ s)))
        s = q.step("s", t + 1, (1 - r) * new + r * s)
        total += w @ s
    q.loss("C", total)
