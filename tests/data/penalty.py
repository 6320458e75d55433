"""Writes penalty.json: where scikit-learn's multilayer perceptrons and PyTorch's end with a penalty on their weights, and not on
their biases, each with all examples in one batch. Needs scikit-learn and PyTorch.

"by hand" is the network that scikit-learn's own test of its perceptron computes by hand.
A network's parameters are in canonical order: layer by layer, the weights source by source, then the biases.
"""
import json
import warnings

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.filterwarnings("ignore")
EPOCHS, RATE = 20, 0.1


def flat(weights, biases):
    return [float(p) for w, b in zip(weights, biases) for p in (*np.ravel(w), *np.ravel(b))]


def case(name, x, y, l1, l2, epochs, start, end, loss):
    return {"name": name, "inputs": np.asarray(x).tolist(), "targets": np.asarray(y, dtype=float).tolist(), "l1": l1, "l2": l2,
            "epochs": epochs, "rate": RATE, "start": start, "end": end, "loss": loss}


def sgd_step(net, x, y):
    activations = [x, *[np.empty((len(x), w.shape[1])) for w in net.coefs_]]
    deltas = [np.empty_like(a) for a in activations[1:]]
    grads = [np.empty_like(w) for w in net.coefs_], [np.empty_like(b) for b in net.intercepts_]
    loss, w, b = net._backprop(x, y, None, activations, deltas, *grads)
    for parameters, gradients in ((net.coefs_, w), (net.intercepts_, b)):
        for parameter, gradient in zip(parameters, gradients):
            parameter -= RATE * gradient
    return float(loss)


def by_sklearn(name, kind, x, y, targets, alpha):
    settings = dict(hidden_layer_sizes=(3,), activation="tanh", solver="sgd", alpha=alpha, batch_size=len(x),
                    learning_rate_init=RATE, momentum=0.0, nesterovs_momentum=False, shuffle=False, tol=0.0,
                    n_iter_no_change=10**9, random_state=1)
    start = kind(**{**settings, "learning_rate_init": 1e-300, "max_iter": 1}).fit(x, y)
    end = kind(**{**settings, "max_iter": EPOCHS}).fit(x, y)
    return case(name, x, targets, 0.0, alpha / len(x), EPOCHS, flat(start.coefs_, start.intercepts_),
                flat(end.coefs_, end.intercepts_), end.loss_curve_[-1])


def by_torch(name, x, y, l1, l2):
    torch.manual_seed(3)
    torch.set_default_dtype(torch.float64)
    x, y = torch.tensor(x), torch.tensor(y)
    net = torch.nn.Sequential(torch.nn.Linear(x.shape[1], 3), torch.nn.Tanh(), torch.nn.Linear(3, y.shape[1]))
    weights = [net[0].weight, net[2].weight]
    parameters = lambda: flat(*zip(*[(l.weight.detach().numpy().T, l.bias.detach().numpy()) for l in (net[0], net[2])]))
    start, optimizer = parameters(), torch.optim.Adam(net.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        loss = ((net(x) - y) ** 2).mean()
        loss = loss + l2 / 2 * sum((w**2).sum() for w in weights) + l1 * sum(w.abs().sum() for w in weights)
        loss.backward()
        optimizer.step()
    return case(name, x.tolist(), y.tolist(), l1, l2, EPOCHS, start, parameters(), loss.item())


def main():
    x = np.array([[0.6, 0.8, 0.7]])
    net = MLPClassifier(alpha=0.1, activation="logistic", hidden_layer_sizes=2, random_state=1)
    net.partial_fit(x, np.array([0]), classes=np.array([0, 1]))
    net.coefs_ = [np.array([[0.1, 0.2], [0.3, 0.1], [0.5, 0.0]]), np.array([[0.1], [0.2]])]
    net.intercepts_ = [np.array([0.1, 0.1]), np.array([1.0])]
    start = flat(net.coefs_, net.intercepts_)
    loss = sgd_step(net, x, np.array([[0.0]]))
    cases = [case("by hand", x, [[0.0]], 0.0, 0.1, 1, start, flat(net.coefs_, net.intercepts_), loss)]
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (12, 2))
    y = np.sin(2 * x[:, 0]) + x[:, 1]
    cases.append(by_sklearn("sklearn regressor", MLPRegressor, x, y, y[:, None], 0.5))
    y = np.arange(12) % 3
    cases.append(by_sklearn("sklearn three classes", MLPClassifier, x, y, np.eye(3)[y], 0.5))
    cases.append(by_torch("torch", x, np.stack([x[:, 0] * x[:, 1], np.cos(x[:, 0])], axis=1), 0.02, 0.05))
    with open("penalty.json", "w") as file:
        json.dump(cases, file, indent=1)
        file.write("\n")


main()
