"""Writes second_order.json: where scipy's least_squares(method="lm") and minimize(method="L-BFGS-B") end, from the same
starts, and where Bayesian regularisation stands still. Needs numpy and scipy.

A network's parameters are in canonical order: layer by layer, the weights source by source, then the biases.
"""
import json

import numpy as np
from scipy.optimize import least_squares, minimize

FUNCTIONS = {
    "identity": lambda z: (z, np.ones_like(z)),
    "tanh": lambda z: (np.tanh(z), 1 - np.tanh(z) ** 2),
    "sigmoid": lambda z: (1 / (1 + np.exp(-z)), np.exp(-z) / (1 + np.exp(-z)) ** 2),
}


def layers(widths, p):
    at = 0
    for sources, neurons in zip(widths, widths[1:]):
        w = p[at : at + sources * neurons].reshape(sources, neurons)
        at += sources * neurons
        yield w, p[at : at + neurons]
        at += neurons


def forward(widths, activations, p, x):
    """The outputs of all examples, and the derivatives of each with respect to the parameters."""
    values, slopes, weights = [x], [], []
    for (w, b), activation in zip(layers(widths, p), activations):
        z = values[-1] @ w + b
        if activation == "softmax":
            e = np.exp(z - z.max(axis=1, keepdims=True))
            values.append(e / e.sum(axis=1, keepdims=True))
        else:
            a, slope = FUNCTIONS[activation](z)
            values.append(a)
            slopes.append(slope)
        weights.append(w)
    y = values[-1]
    outputs = []
    for k in range(widths[-1]):
        d = np.zeros_like(y)
        d[:, k] = 1
        # Softmax is of the output layer.
        d = y * (d - y[:, [k]]) if activations[-1] == "softmax" else d * slopes[-1]
        rows = []
        for i in reversed(range(len(weights))):
            rows.insert(0, np.hstack([(values[i][:, :, None] * d[:, None, :]).reshape(len(x), -1), d]))
            if i > 0:
                d = d @ weights[i].T * slopes[i - 1]
        outputs.append(np.hstack(rows))
    return y, np.stack(outputs, axis=1)


def case(name, widths, activations, seed, noise, method):
    rng = np.random.default_rng(seed)
    count = sum((s + 1) * n for s, n in zip(widths, widths[1:]))
    true = rng.normal(size=count)
    x = rng.uniform(-2, 2, (40, widths[0]))
    y, _ = forward(widths, activations, true, x)
    if method == "lm":
        y = y + noise * rng.normal(size=y.shape)
    else:
        # Classes that overlap, so that the minimum is at finite parameters.
        y = np.eye(widths[-1])[[rng.choice(widths[-1], p=0.7 * q + 0.3 / widths[-1]) for q in y]]
    start = true + 0.2 * rng.normal(size=count)
    if method == "lm":
        errors = lambda p: (forward(widths, activations, p, x)[0] - y).ravel()
        jacobian = lambda p: forward(widths, activations, p, x)[1].reshape(-1, count)
        found = least_squares(errors, start, jac=jacobian, method="lm", ftol=1e-15, xtol=1e-15, gtol=1e-15)
        end, loss = found.x, found.cost / len(x)
    else:

        def loss_and_gradient(p):
            q, j = forward(widths, activations, p, x)
            by_prediction = -y / np.maximum(q, 1e-300)
            return -np.log(np.maximum((q * y).sum(axis=1), 1e-300)).mean(), np.einsum("nk,nkp->p", by_prediction, j) / len(x)

        options = {"maxiter": 20000, "maxfun": 100000, "ftol": 1e-16, "gtol": 1e-12}
        found = minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", options=options)
        end, loss = found.x, found.fun
    print(name, loss, found.nfev, found.message)
    return {
        "name": name, "start": start.tolist(), "inputs": x.tolist(), "targets": y.tolist(), "end": end.tolist(), "loss": loss,
    }


def bayesian(name, widths, activations, seed, noise, examples, spread):
    """The fixed point of MacKay's estimates, by another way than an implementation takes: for each alpha / beta the minimum of
    the penalised squares, to the end, then gamma from the eigenvalues, until nothing moves. The first alpha / beta takes a
    thousandth of the squares for noise, as the crate does, so that both go the same way."""
    rng = np.random.default_rng(seed)
    count = sum((s + 1) * n for s, n in zip(widths, widths[1:]))
    x = rng.uniform(-1, 1, (examples, widths[0]))
    y = np.stack([np.sin((k + 1) * x.sum(axis=1)) for k in range(widths[-1])], axis=1)
    y = y + noise * rng.normal(size=y.shape)
    start = p = spread * rng.normal(size=count)
    errors = lambda p: (forward(widths, activations, p, x)[0] - y).ravel()
    jacobian = lambda p: forward(widths, activations, p, x)[1].reshape(-1, count)
    gamma = min(count, y.size / 2)
    change, rounds = 1, 0
    while change > 1e-13 and rounds < 2000:
        r = errors(p)
        if rounds > 0:
            eigenvalues = np.maximum(np.linalg.eigvalsh(jacobian(p).T @ jacobian(p)), 0)
            gamma = (eigenvalues / (eigenvalues + decay)).sum()
        noise = (r @ r) * (0.001 if rounds == 0 else 1)
        alpha, beta = gamma / (p @ p), (y.size - gamma) / noise
        change = abs(alpha / beta / decay - 1) if rounds > 0 else 1
        decay, rounds = alpha / beta, rounds + 1
        root = np.sqrt(decay)
        found = least_squares(
            lambda p: np.hstack([errors(p), root * p]),
            p,
            jac=lambda p: np.vstack([jacobian(p), root * np.eye(count)]),
            method="lm", ftol=1e-15, xtol=1e-15, gtol=1e-15,
        )
        p = found.x
    r = errors(p)
    loss = r @ r / 2 / examples
    print(name, loss, "alpha", alpha, "beta", beta, "gamma", gamma, "of", count, "after", rounds)
    return {
        "name": name, "start": start.tolist(), "inputs": x.tolist(), "targets": y.tolist(), "end": p.tolist(), "loss": loss,
        "alpha": alpha, "beta": beta, "gamma": gamma,
    }


# Seeds whose minimum is well determined.
cases = [
    case("curve", [1, 3, 1], ["tanh", "identity"], 13, 0.05, "lm"),
    case("surface", [2, 3, 2], ["tanh", "identity"], 2, 0.05, "lm"),
    case("deep", [2, 3, 2, 1], ["sigmoid", "tanh", "identity"], 14, 0.02, "lm"),
    case("bounded", [2, 2, 1], ["tanh", "sigmoid"], 5, 0.02, "lm"),
    case("shares", [2, 2, 3], ["tanh", "softmax"], 17, 0.02, "lm"),
    case("classes", [2, 3], ["softmax"], 6, 0, "lbfgs"),
    bayesian("bayesian plane", [2, 1], ["identity"], 1, 0.1, 20, 0.5),
    bayesian("bayesian curve", [1, 3, 1], ["tanh", "identity"], 2, 0.1, 40, 0.5),
    bayesian("bayesian surface", [2, 3, 2], ["tanh", "identity"], 7, 0.1, 40, 0.5),
    bayesian("bayesian deep", [2, 3, 2, 1], ["sigmoid", "tanh", "identity"], 1, 0.05, 60, 1.0),
    # More parameters than errors.
    bayesian("bayesian large", [1, 10, 1], ["tanh", "identity"], 5, 0.1, 30, 0.5),
]
with open("second_order.json", "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
