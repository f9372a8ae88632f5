"""Networks of symbolic depth or length, unrolled: the forward passes of the worksheets in test/depth, at depths 1, 2, 3 and 5."""

import numpy as np
from gradients import network

DEPTHS = (1, 2, 3, 5)
#: Sizes of the layers 0, 1, …: neighbours differ.
WIDTHS = (3, 2, 4, 3, 2, 4)


def sig(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0)


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def matrices(q, name, shapes, scale=0.8):
    return q.sequence(name, [lambda r, s=s: scale * r.standard_normal(s) for s in shapes])


def layers(q, name, L, first=1):
    """Weights of the layers `first` to L; layer l turns WIDTHS[l - 1] numbers into WIDTHS[l]."""
    return dict(zip(range(first, L + 1), matrices(q, name, [(WIDTHS[l], WIDTHS[l - 1]) for l in range(first, L + 1)])))


def biases(q, name, L, first=1):
    return dict(zip(range(first, L + 1), matrices(q, name, [(WIDTHS[l],) for l in range(first, L + 1)])))


@network("01-linear-layer-widths", L=DEPTHS)
def linear(q, L):
    W = layers(q, r"\mathbf{W}^{(\ell)}", L)
    h = q.step("h", 0, q.normal(r"\mathbf{h}^{(0)}", WIDTHS[0]))
    for l in range(1, L + 1):
        h = q.step("h", l, W[l] @ h)
    q.loss(r"\mathcal{L}", 0.5 * np.sum((h - q.normal("t", WIDTHS[L])) ** 2))


@network("02-relu-brackets-sigmoid-output", L=DEPTHS)
def brackets(q, L):
    W, b = layers(q, "W", L), biases(q, "b", L)
    a = q.step("a", 0, q.normal("x", WIDTHS[0]))
    for l in range(1, L + 1):
        a = q.step("a", l, relu(q.step("z", l - 1, W[l] @ a + b[l])))
    y, p = q.unit("y"), q.at(r"\hat{y}", sig(q.normal("v", WIDTHS[L]) @ a + q.normal("c")))
    q.loss("J", -(y * np.log(p) + (1 - y) * np.log(1 - p)))


@network("03-tanh-subscripts-softmax", L=DEPTHS, K=3)
def tanh_softmax(q, L, K):
    W, b = layers(q, "W", L), biases(q, "b", L)
    h = q.step("h", 0, q.normal("x", WIDTHS[0]))
    for l in range(1, L + 1):
        h = q.step("h", l, np.tanh(W[l] @ h + b[l]))
    p = q.at("p", softmax(q.normal("V", K, WIDTHS[L]) @ h))
    q.loss("E", -np.sum(q.onehot("t", K) * np.log(p)))


@network("04-sigmoid-by-index-from-one", L=(2, 3, 4, 6))
def from_one(q, L):
    widths = (0, *WIDTHS)
    w = dict(zip(range(2, L + 1), matrices(q, "w", [(widths[l], widths[l - 1]) for l in range(2, L + 1)])))
    b = dict(zip(range(2, L + 1), matrices(q, "b", [(widths[l],) for l in range(2, L + 1)])))
    a = q.step("a", 0, q.normal("x", widths[1]))
    for l in range(2, L + 1):
        a = q.step("a", l - 1, sig(q.step("z", l - 2, w[l] @ a + b[l])))
    q.loss("C", 0.5 * np.sum((q.normal("y", widths[L]) - a) ** 2))


@network("05-one-matrix-for-all-layers", K=DEPTHS, n=3, m=2)
def shared(q, K, n, m):
    W, U, x = q.normal("W", n, n), q.normal("U", n, m), q.normal("x", m)
    h = q.step("h", 0, np.zeros(n))
    for k in range(K):
        h = q.step("h", k + 1, sig(W @ h + U @ x))
    q.loss("J", q.normal("c", n) @ h)


@network("06-residual-two-matrices", L=DEPTHS, d=4, m=3)
def residual(q, L, d, m):
    V, W = q.normal("V", L, m, d), q.normal("W", L, d, m)
    x = q.step("x", 0, q.normal("x_0", d))
    for l in range(L):
        x = q.step("x", l + 1, x + W[l] @ relu(V[l] @ x))
    q.loss(r"\mathcal{J}", np.mean((x - q.normal("y", d)) ** 2))


@network("07-skip-two", N=DEPTHS, n=3)
def skip_two(q, N, n):
    W = q.normal("W", N, n, n)
    h = [q.step("h", 0, q.normal("h_0", n)), q.step("h", 1, q.normal("h_1", n))]
    for l in range(1, N + 1):
        h.append(q.step("h", l + 1, np.tanh(W[l - 1] @ h[l]) + h[l - 1]))
    q.loss("E", 0.5 * np.sum((h[N + 1] - q.normal("y", n)) ** 2))


@network("08-rnn-loss-at-the-end", T=DEPTHS, n=3, d=2, C=4)
def rnn_end(q, T, n, d, C):
    U, V, x = q.normal("U", n, n), q.normal("V", n, d), q.normal("x", T, d)
    h = q.step("h", 0, np.zeros(n))
    for t in range(T):
        h = q.step("h", t + 1, np.tanh(U @ h + V @ x[t]))
    p = q.at("p", softmax(q.at("o", q.normal("W", C, n) @ h + q.normal("b", C))))
    q.loss(r"\ell", -np.sum(q.onehot("y", C) * np.log(p)))


@network("09-elman-cross-entropy-each-step", **{r"\tau": DEPTHS}, n=3, d=2, K=4)
def elman(q, n, d, K, **sizes):
    T = sizes[r"\tau"]
    U, W, V = q.normal("U", n, d), q.normal("W", n, n), q.normal("V", K, n)
    b, c, x, y = q.normal("b", n), q.normal("c", K), q.normal("x", T, d), q.onehot("y", T, K)
    h, total = q.step("h", 0, q.normal(r"\mathbf{h}^{(0)}", n)), 0
    for t in range(T):
        h = q.step("h", t + 1, np.tanh(q.step("a", t, b + W @ h + U @ x[t])))
        p = q.step(r"\hat{\mathbf{y}}^{(t)}", t, softmax(q.step("o", t, c + V @ h)))
        total -= np.sum(y[t] * np.log(p))
    q.loss("L", total)


@network("10-rnn-loss-from-second-step", N=DEPTHS, n=3, m=2)
def from_second(q, N, n, m):
    A, B, c, u, r = q.normal("A", n, n), q.normal("B", n, m), q.normal("c", n), q.normal("u", N, m), q.normal("r", N - 1)
    s, total = q.step("s", 0, q.normal("s_0", n)), 0
    for t in range(N):
        s = q.step("s", t + 1, np.tanh(A @ s + B @ u[t]))
        if t > 0:
            total += 0.5 * (c @ s - r[t - 1]) ** 2
    q.loss("L", total)


@network("11-bidirectional", T=DEPTHS, n=3, d=2, m=2)
def bidirectional(q, T, n, d, m):
    P, Q, R, S = q.normal("P", n, n), q.normal("Q", n, d), q.normal("R", n, n), q.normal("S", n, d)
    A, B, x, target = q.normal("A", m, n), q.normal("B", m, n), q.normal("x", T, d), q.normal(r"\hat{y}_t", T, m)
    h = [q.step("h", 0, np.zeros(n))]
    for t in range(T):
        h.append(q.step("h", t + 1, np.tanh(P @ h[t] + Q @ x[t])))
    g = {T + 1: q.step("g", T, np.zeros(n), T + 1)}
    for t in reversed(range(1, T + 1)):
        g[t] = q.step("g", t - 1, np.tanh(R @ g[t + 1] + S @ x[t - 1]), T + 1)
    y = [q.step("y", t - 1, A @ h[t] + B @ g[t]) for t in range(1, T + 1)]
    q.loss(r"\mathcal{L}", 0.5 * sum(np.sum((y[t] - target[t]) ** 2) for t in range(T)))


@network("13-gru-reset-after", T=DEPTHS, m=2, n=3)
def gru(q, T, m, n):
    W = {k: q.normal(f"W_{k}", n, m) for k in "rzn"}
    U = {k: q.normal(f"U_{k}", n, n) for k in "rzn"}
    b = {k: q.normal(f"b_{k}", n) for k in "rzn"}
    c, x, y = q.normal("c_n", n), q.normal("x", T, m), q.normal("y", T, n)
    h, total = q.step("h", 0, q.normal("h_0", n)), 0
    for t in range(T):
        r = q.step("r", t, sig(W["r"] @ x[t] + U["r"] @ h + b["r"]))
        z = q.step("z", t, sig(W["z"] @ x[t] + U["z"] @ h + b["z"]))
        g = q.step("n_{t}", t, np.tanh(W["n"] @ x[t] + b["n"] + r * (U["n"] @ h + c)))
        h = q.step("h", t + 1, (1 - z) * g + z * h)
        total += np.sum((h - y[t]) ** 2) / T
    q.loss("L", total)


@network("14-lstm-over-time", T=DEPTHS, d=2, n=3, k=2)
def lstm(q, T, d, n, k):
    W = {g: q.normal(f"W_{g}", n, d) for g in "ifog"}
    U = {g: q.normal(f"U_{g}", n, n) for g in "ifog"}
    b = {g: q.normal(f"b_{g}", n) for g in "ifog"}
    x = q.normal("x", T, d)
    h, c = q.step("h", 0, np.zeros(n)), q.step("c", 0, np.zeros(n))
    for t in range(T):
        before = {g: W[g] @ x[t] + U[g] @ h + b[g] for g in "ifog"}
        i, f, o = (q.step(g, t, sig(before[g])) for g in "ifo")
        c = q.step("c", t + 1, f * c + i * q.step("g", t, np.tanh(before["g"])))
        h = q.step("h", t + 1, o * np.tanh(c))
    q.loss("E", 0.5 * np.sum((q.normal("V", k, n) @ h - q.normal("y", k)) ** 2))


@network("17-highway", M=DEPTHS, n=3)
def highway(q, M, n):
    A, B, c, d = q.normal("A", M, n, n), q.normal("B", M, n, n), q.normal("c", M, n), q.normal("d", M, n)
    x = q.step("x", 0, q.normal("x^{(0)}", n))
    for l in range(M):
        g = q.step("g", l, sig(A[l] @ x + c[l]))
        x = q.step("x", l + 1, g * q.step("u", l, relu(B[l] @ x + d[l])) + (1 - g) * x)
    q.loss("E", np.sum(np.log(1 + np.exp(-q.normal("y", n) * x))))


@network("18-leaky-integrator", T=DEPTHS, n=3)
def leaky(q, T, n):
    a, W, s, target = q.unit(r"\alpha"), q.normal("W", n, n), q.normal("s", T, n), q.normal("v_t^*", T, n)
    v, total = q.step("v", 0, q.normal("v_0", n)), 0
    for t in range(T):
        v = q.step("v", t + 1, (1 - a) * v + a * (W @ np.tanh(v) + s[t]))
        total += 0.5 * np.sum((v - target[t]) ** 2)
    q.loss("E", total)


@network("19-neural-ode-euler", N=DEPTHS, d=3)
def euler(q, N, d):
    A, b, eta = q.normal("A", d, d), q.normal("b", d), q.unit(r"\eta")
    z = q.step("z", 0, q.normal("z_0", d))
    for n in range(N):
        z = q.step("z", n + 1, z + eta * np.tanh(A @ z + b))
    q.loss("L", 0.5 * np.sum((z - q.normal("y", d)) ** 2))


@network("20-momentum", K=DEPTHS, n=3)
def momentum(q, K, n):
    # The derivative by a symmetric matrix is that of a free one: the oracle moves one entry, and uses A as it stands.
    A, mu, eta = q.spd("A", n), q.unit(r"\mu"), q.unit(r"\eta")
    v, theta = q.step("v", 0, q.normal("v_0", n)), q.step(r"\theta", 0, q.normal(r"\theta_0", n))
    for k in range(K):
        v = q.step("v", k + 1, mu * v - eta * A @ theta)
        theta = q.step(r"\theta", k + 1, theta + v)
    q.loss("F", 0.5 * theta @ A @ theta)


@network("21-planar-flow", K=DEPTHS, D=3)
def flow(q, K, D):
    w, u, b = q.normal("w", K, D, scale=0.4), q.normal("u", K, D, scale=0.4), q.normal("b", K)
    z, logs = q.step("z", 0, q.normal("z_0", D)), 0
    for k in range(K):
        s = q.step("s", k, w[k] @ z + b[k])
        z = q.step("z", k + 1, z + u[k] * np.tanh(s))
        logs += np.log(np.abs(1 + (1 - np.tanh(s) ** 2) * (u[k] @ w[k])))
    q.loss(r"\ell", 0.5 * np.sum(z**2) - logs)


@network("22-equilibrium-unrolled", K=DEPTHS, n=3, d=2)
def equilibrium(q, K, n, d):
    W, U, b, x = q.normal("W", n, n), q.normal("U", n, d), q.normal("b", n), q.normal("x", d)
    z = q.step("z", 0, np.zeros(n))
    for k in range(K):
        z = q.step("z", k + 1, np.tanh(W @ z + U @ x + b))
    q.loss(r"\ell", 0.5 * np.sum((z - q.normal("y", n)) ** 2))


@network("23-hmm-forward", T=DEPTHS, S=3)
def hmm(q, T, S):
    pi, A, e = q.positive(r"\pi", S), q.positive("A", S, S), q.positive("e", T, S)
    alpha = q.step(r"\alpha", 0, pi * e[0])
    for t in range(1, T):
        alpha = q.step(r"\alpha", t, e[t] * (A.T @ alpha))
    q.loss("L", -np.log(np.sum(alpha)))


@network("24-attention-over-time", T=DEPTHS, n=3, d=2, m=2)
def attention(q, T, n, d, m):
    W, U, M, v, x = q.normal("W", n, n), q.normal("U", n, d), q.normal("M", m, n), q.normal("v", m), q.normal("x", T, d)
    h = [q.step("h", 0, np.zeros(n))]
    for t in range(T):
        h.append(q.step("h", t + 1, np.tanh(W @ h[t] + U @ x[t])))
    e = q.at("e", [v @ np.tanh(M @ h[t + 1]) for t in range(T)])
    a = q.at("a", softmax(np.array(e)))
    c = q.at("c", sum(a[t] * h[t + 1] for t in range(T)))
    q.loss(r"\mathcal{L}", 0.5 * np.sum((c - q.normal("y", n)) ** 2))


@network("25-discounted-reward", T=DEPTHS, n=3, m=2)
def discounted(q, T, n, m):
    A, B, u, g, w = q.normal("A", n, n), q.normal("B", n, m), q.normal("u", T, m), q.unit(r"\gamma"), q.normal("q", n)
    s = q.step("s", 0, q.normal("s_0", n))
    total = w @ s
    for t in range(T):
        s = q.step("s", t + 1, np.tanh(A @ s + B @ u[t]))
        total += g ** (t + 1) * (w @ s)
    q.loss("R", total)


@network("26-deep-supervision", L=DEPTHS, n=3, k=2)
def supervision(q, L, n, k):
    W, b, C, lam, y = q.normal("W", L, n, n), q.normal("b", L, n), q.normal("C", L, k, n), q.positive(r"\lambda", L), q.normal("y", k)
    h, total = q.step("h", 0, q.normal("h_0", n)), 0
    for l in range(L):
        h = q.step("h", l + 1, sig(W[l] @ h + b[l]))
        total += lam[l] * 0.5 * np.sum((q.step("o", l, C[l] @ h) - y) ** 2)
    q.loss("J", total)


@network("27-power-iteration", K=DEPTHS, n=3)
def power(q, K, n):
    A = q.normal("A", n, n)
    v = q.step("v", 0, q.normal("v_0", n))
    for k in range(K):
        u = q.step("u", k, A @ v)
        v = q.step("v", k + 1, u / np.linalg.norm(u))
    q.loss(r"\rho", v @ A @ v)


@network("28-returns-backward", T=DEPTHS)
def returns(q, T):
    r, gamma, V = q.normal("r", T), q.unit(r"\gamma"), q.normal("V", T)
    G = q.step("G", T, q.normal("b"), T + 1)
    total = 0
    for t in reversed(range(T)):
        G = q.step("G", t, r[t] + gamma * G, T + 1)
        total += 0.5 * (G - V[t]) ** 2
    q.loss("J", total)


@network("29-linear-state-space", N=DEPTHS, n=3, m=2, p=4)
def state_space(q, N, n, m, p):
    A, B, C, D = q.normal(r"\mathbf{A}", n, n), q.normal(r"\mathbf{B}", n, m), q.normal(r"\mathbf{C}", p, n), q.normal(r"\mathbf{D}", p, m)
    u, d = q.normal(r"\mathbf{u}_{k}", N, m), q.normal(r"\mathbf{d}_{k}", N, p)
    x, total = q.step(r"\mathbf{x}_{k}", 0, q.normal(r"\mathbf{x}_{0}", n)), 0
    for k in range(N):
        x = q.step(r"\mathbf{x}_{k}", k + 1, A @ x + B @ u[k])
        total += np.sum((q.step(r"\mathbf{y}_{k}", k, C @ x + D @ u[k]) - d[k]) ** 2) / (2 * N)
    q.loss("J", total)


@network("30-moving-average", T=DEPTHS)
def average(q, T):
    beta, x, y = q.unit(r"\beta"), q.normal("x", T), q.normal("y", T)
    m, total = q.step("m", 0, 0.0), 0
    for t in range(T):
        m = q.step("m", t + 1, beta * m + (1 - beta) * x[t])
        total += (m - y[t]) ** 2
    q.loss("L", total)


@network("31-batch-rows-any-depth", L=DEPTHS, N=3)
def batch(q, L, N):
    W = matrices(q, "W", [(WIDTHS[l - 1], WIDTHS[l]) for l in range(1, L + 1)])
    b = biases(q, "b", L)
    A = q.step("A", 0, q.normal("X", N, WIDTHS[0]))
    for l in range(1, L + 1):
        A = q.step("A", l, np.tanh(q.step("Z", l - 1, A @ W[l - 1] + b[l])))
    q.loss("J", np.sum((A - q.normal("Y", N, WIDTHS[L])) ** 2) / (2 * N))


@network("32-rnn-batch-rows", T=DEPTHS, n=2, d=3, h=4, q_=2)
def rnn_batch(q, T, n, d, h, q_):
    Wx, Wh, Wq = q.normal(r"\mathbf{W}_{xh}", d, h), q.normal(r"\mathbf{W}_{hh}", h, h), q.normal(r"\mathbf{W}_{hq}", h, q_)
    b, X, Y = q.normal(r"\mathbf{b}_h", 1, h), q.normal("X", T, n, d), q.normal("Y", T, n, q_)
    H, total = q.step("H", 0, q.normal(r"\mathbf{H}_{0}", n, h)), 0
    for t in range(T):
        H = q.step("H", t + 1, np.tanh(X[t] @ Wx + H @ Wh + b))
        total += 0.5 * np.sum((q.step("O", t, H @ Wq) - Y[t]) ** 2) / T
    q.loss("L", total)


@network("33-encoder-decoder", S=DEPTHS, T=DEPTHS, n=3, d=2)
def encoder_decoder(q, S, T, n, d):
    W, U, V, x, y = q.normal("W", n, n), q.normal("U", n, d), q.normal("V", n, n), q.normal("x", S, d), q.normal("y", T, n)
    h = q.step("h", 0, q.normal("h_0", n))
    for t in range(S):
        h = q.step("h", t + 1, np.tanh(W @ h + U @ x[t]))
    s, total = q.step("s", 0, h), 0
    for j in range(T):
        s = q.step("s", j + 1, np.tanh(V @ s))
        total += 0.5 * np.sum((s - y[j]) ** 2)
    q.loss("J", total)


@network("34-transposed-weights", K=DEPTHS)
def transposed(q, K):
    W = matrices(q, "W", [(WIDTHS[k - 1], WIDTHS[k]) for k in range(1, K + 1)])
    b = biases(q, "b", K)
    h = q.step("h", 0, q.normal("x", WIDTHS[0]))
    for k in range(1, K + 1):
        h = q.step("h", k, sig(q.step("z", k - 1, W[k - 1].T @ h + b[k])))
    y_hat = q.at(r"\hat{y}", q.normal(r"\beta", WIDTHS[K]) @ h)
    q.loss("R", (q.normal("y") - y_hat) ** 2)


@network("35-three-term-recursion", K=DEPTHS)
def three_terms(q, K):
    x, c = q.normal("x"), q.normal("c", K + 2)
    T = [q.step("T", 0, 1.0), q.step("T", 1, x)]
    for k in range(1, K + 1):
        T.append(q.step("T", k + 1, 2 * x * T[k] - T[k - 1]))
    f = q.at("f", sum(c[k] * T[k] for k in range(K + 2)))
    q.loss("E", 0.5 * (f - q.normal("y")) ** 2)


@network("37-last-layer-linear", L=DEPTHS)
def linear_output(q, L):
    W, b = layers(q, "W", L), biases(q, "b", L)
    a = q.step("a", 0, q.normal("x", WIDTHS[0]))
    for l in range(1, L + 1):
        z = W[l] @ a + b[l]
        a = q.step("a", l, z if l == L else relu(z))
    q.loss(r"\mathcal{C}", 0.5 * np.sum((a - q.normal("y", WIDTHS[L])) ** 2))


@network("38-superscript-layers", T=DEPTHS, K=3)
def superscripts(q, T, K):
    W = q.normal("W", T, K, K)
    z = q.step("z", 0, q.normal("x", K))
    for t in range(T):
        z = q.step("z", t + 1, relu(q.step("u", t, W[t] @ z)))
    y_hat = q.at(r"\hat{y}", q.normal(r"\alpha", K) @ z)
    q.loss(r"\ell", (y_hat - q.normal("y")) ** 2)


@network("39-product-sign", L=DEPTHS)
def product(q, L):
    y_hat = q.at(r"\hat{y}", q.normal("x") * np.prod(q.normal("w", L)))
    q.loss(r"\ell", 0.5 * (y_hat - q.normal("y")) ** 2)


@network("40-entries-and-widths", L=DEPTHS)
def entries(q, L):
    W, b = layers(q, "W", L), biases(q, "b", L)
    a = q.step("a", 0, q.normal(r"\mathbf{a}^{(0)}", WIDTHS[0]))
    for l in range(1, L + 1):
        a = q.step("a", l, np.tanh(q.step("z", l - 1, W[l] @ a + b[l])))
    q.loss(r"\mathcal{L}", 0.5 * np.sum((a - q.normal("t", WIDTHS[L])) ** 2))


@network("12-stacked-rnn", L=DEPTHS, T=DEPTHS, n=2)
def stacked(q, L, T, n):
    W, U, v, x = q.normal("W", L, n, n), q.normal("U", L, n, n), q.normal("v", n), q.normal("x", T, n)
    # The state of layer l at step t stands at [l][t]; layer 0 has no step 0.
    h = {(0, t): x[t - 1] for t in range(1, T + 1)} | {(l, 0): np.zeros(n) for l in range(1, L + 1)}
    for t in range(1, T + 1):
        for l in range(1, L + 1):
            h[l, t] = np.tanh(W[l - 1] @ h[l - 1, t] + U[l - 1] @ h[l, t - 1])
    q.uncompared.add("h")
    q.loss("J", sum(v @ h[L, t] for t in range(1, T + 1)))


@network("15-scalar-chain-with-dots", T=DEPTHS)
def scalar_dots(q, T):
    y_hat = q.at(r"\hat{y}", q.normal("a") * np.prod(q.normal("w", T)) * q.normal("x"))
    q.loss(r"\ell", (y_hat - q.normal("y")) ** 2)


@network("16-matrix-chain-with-dots", L=DEPTHS, n=3)
def matrix_dots(q, L, n):
    W, z = q.normal("W", L, n, n), q.step("z", 0, q.normal("x", n))
    for l in range(L):
        z = q.step("z", l + 1, W[l] @ z)
    q.loss("J", 0.5 * np.sum((q.at("f", z) - q.normal("y", n)) ** 2))


@network("36-dense-connections", L=DEPTHS, n=2)
def dense(q, L, n):
    W = q.normal("W", L, L, n, n)
    h = [q.step("h", 0, q.normal("h_0", n))]
    for l in range(1, L + 1):
        h.append(q.step("h", l, np.tanh(sum(W[l - 1, j] @ h[j] for j in range(l)))))
    q.loss("E", 0.5 * np.sum((h[L] - q.normal("y", n)) ** 2))
