"""Networks, samples and references for the comparison with other implementations.

`data.py FOLDER` writes arrays of little-endian f64 to FOLDER/NAME.f64. For each network: its initial parameters `_w0`,
samples `_x`, targets `_y`, and what the workloads must result in, `_ref_…`, computed by numpy. Parameters stand layer by
layer: the weights target by target, then the biases. All neurons are sigmoid; the loss is half the squared error."""

import math
import os
import statistics
import sys
import time

import numpy as np

NETWORKS = {"n111": (1, 1, 1), "n222": (2, 2, 2), "n4883": (4, 8, 8, 3), "nbig": (64, 32, 10), "nwide": (128, 64, 10)}
ONLINE = {"n111": ([0.5], [0.9]), "n222": ([0.5, 0.8], [0.9, 0.2])}
PREDICTED = ["n222", "n4883"]
FULL_BATCH = ["n4883", "nbig", "nwide"]
LEARNING_RATE = 0.5
ONLINE_STEPS = 2000
EPOCHS = 20


def split(parameters, widths, dtype=np.float64):
    """The weights and the biases of each layer."""
    layers, at = [], 0
    for sources, neurons in zip(widths, widths[1:]):
        weights = parameters[at : at + sources * neurons].reshape(neurons, sources)
        at += sources * neurons
        layers.append((weights.astype(dtype), parameters[at : at + neurons].astype(dtype)))
        at += neurons
    return layers


def join(layers):
    return np.concatenate([np.concatenate([np.asarray(w, np.float64).ravel(), np.asarray(b, np.float64)]) for w, b in layers])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(layers, x):
    """The activations of all layers, the inputs first."""
    activations = [x]
    for w, b in layers:
        activations.append(sigmoid(activations[-1] @ w.T + b))
    return activations


def step(layers, x, y):
    """One step of gradient descent along the mean gradient of these samples, in place."""
    a = forward(layers, x)
    d = (a[-1] - y) * (a[-1] * (1 - a[-1]))
    rate = x.dtype.type(LEARNING_RATE / len(x))
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.append((d.T @ a[i], d.sum(0)))
        if i > 0:
            d = (d @ layers[i][0]) * (a[i] * (1 - a[i]))
    for (w, b), (dw, db) in zip(layers, reversed(gradients)):
        w -= rate * dw
        b -= rate * db


def read(name):
    return np.fromfile(os.path.join(os.environ["PEERS_DATA"], name + ".f64"), dtype="<f8")


def samples(network, dtype):
    widths = NETWORKS[network]
    x, y = read(network + "_x"), read(network + "_y")
    return x.reshape(-1, widths[0]).astype(dtype), y.reshape(-1, widths[-1]).astype(dtype)


def nanoseconds(run, items, trials=5):
    """The median processor time of one item, after a warm-up."""
    run()
    times = []
    for _ in range(trials):
        start = time.process_time_ns()
        run()
        times.append((time.process_time_ns() - start) / items)
    return statistics.median(times)


def report(peer, workload, dtype, time, found, reference):
    deviation = np.abs(np.asarray(found, np.float64).ravel() - read(reference)).max()
    deviation = deviation if math.isfinite(deviation) else 1e300
    print(f"R {peer} {workload} f{np.dtype(dtype).itemsize * 8} {time:.3f} {deviation:.2e}", flush=True)


def write(folder):
    def save(name, values):
        np.ascontiguousarray(values, dtype="<f8").tofile(os.path.join(folder, name + ".f64"))

    def draw(network):
        widths = NETWORKS[network]
        return rng.uniform(-0.5, 0.5, sum((sources + 1) * neurons for sources, neurons in zip(widths, widths[1:])))

    rng = np.random.default_rng(12345)
    start = {network: draw(network) for network in ["n111", "n222", "n4883", "nbig"]}
    x = rng.uniform(-1, 1, (10000, 4))
    sums = [x[:, 0] * x[:, 1] * 3, x[:, 1] - x[:, 2], x[:, 2] + x[:, 3] * x[:, 0]]
    data = {"n4883": (x, sigmoid(2 * np.stack(sums, 1)))}
    data["nbig"] = rng.integers(0, 17, (1797, 64)) / 16, np.eye(10)[rng.integers(0, 10, 1797)]
    data["n222"] = rng.uniform(-1, 1, (10000, 2)), None
    start["nwide"] = draw("nwide")
    data["nwide"] = rng.uniform(0, 1, (2000, 128)), np.eye(10)[rng.integers(0, 10, 2000)]

    for network, parameters in start.items():
        save(network + "_w0", parameters)
    for network, (x, y) in data.items():
        save(network + "_x", x)
        if y is not None:
            save(network + "_y", y)
    for network, (x, y) in ONLINE.items():
        layers = split(start[network], NETWORKS[network])
        for _ in range(ONLINE_STEPS):
            step(layers, np.array([x]), np.array([y]))
        save(f"{network}_ref_online{ONLINE_STEPS}", join(layers))
    for network in FULL_BATCH:
        layers = split(start[network], NETWORKS[network])
        for _ in range(EPOCHS):
            step(layers, *data[network])
        save(f"{network}_ref_epoch{EPOCHS}", join(layers))
    for network in PREDICTED:
        save(network + "_ref_fwd", forward(split(start[network], NETWORKS[network]), data[network][0])[-1])


if __name__ == "__main__":
    write(sys.argv[1])
