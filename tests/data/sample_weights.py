"""Writes sample_weights.json: where scikit-learn's multilayer perceptrons and PyTorch's end after some epochs with sample
weights, each with all examples in one batch, and the class weights that scikit-learn calls balanced. Needs scikit-learn
1.7 or later, and PyTorch.

A network's parameters are in canonical order: layer by layer, the weights source by source, then the biases.
"""
import json
import warnings

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.class_weight import compute_class_weight

warnings.filterwarnings("ignore")
EPOCHS, RATE = 20, 0.1


def flat(weights, biases):
    return [float(p) for w, b in zip(weights, biases) for p in (*np.ravel(w), *np.ravel(b))]


def data(seed, inputs):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (12, inputs)), rng.integers(0, 5, 12) * rng.choice([0.5, 1.0, 2.0], 12)


def by_sklearn(name, kind, x, y, targets, weights):
    settings = dict(hidden_layer_sizes=(3,), activation="tanh", solver="sgd", alpha=0.0, batch_size=len(x),
                    learning_rate_init=RATE, momentum=0.0, nesterovs_momentum=False, shuffle=False, tol=0.0,
                    n_iter_no_change=10**9, random_state=1)
    # The same start after no step: one epoch that moves nothing.
    start = kind(**{**settings, "learning_rate_init": 1e-300, "max_iter": 1}).fit(x, y, sample_weight=weights)
    end = kind(**{**settings, "max_iter": EPOCHS}).fit(x, y, sample_weight=weights)
    return {
        "name": name, "inputs": x.tolist(), "targets": targets.tolist(), "weights": weights.tolist(),
        "epochs": EPOCHS, "rate": RATE, "start": flat(start.coefs_, start.intercepts_),
        "end": flat(end.coefs_, end.intercepts_), "loss": end.loss_curve_[-1],
    }


def by_torch(name, x, y, weights):
    torch.manual_seed(3)
    torch.set_default_dtype(torch.float64)
    x, y, w = (torch.tensor(values) for values in (x, y, weights))
    net = torch.nn.Sequential(torch.nn.Linear(x.shape[1], 3), torch.nn.Tanh(), torch.nn.Linear(3, y.shape[1]))
    parameters = lambda: flat(*zip(*[(l.weight.detach().numpy().T, l.bias.detach().numpy()) for l in (net[0], net[2])]))
    start, optimizer = parameters(), torch.optim.Adam(net.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        losses = ((net(x) - y) ** 2).mean(dim=1)
        loss = (w * losses).sum() / w.sum()
        loss.backward()
        optimizer.step()
    return {
        "name": name, "inputs": x.tolist(), "targets": y.tolist(), "weights": w.tolist(), "epochs": EPOCHS,
        "rate": RATE, "start": start, "end": parameters(), "loss": loss.item(),
    }


def main():
    cases = []
    x, w = data(1, 2)
    y = np.sin(2 * x[:, 0]) + x[:, 1]
    cases.append(by_sklearn("sklearn regressor", MLPRegressor, x, y, y[:, None], w))
    x, w = data(2, 2)
    y = (x[:, 0] + x[:, 1] > 0).astype(int)
    cases.append(by_sklearn("sklearn two classes", MLPClassifier, x, y, y[:, None].astype(float), w))
    x, w = data(3, 2)
    y = np.arange(12) % 3
    cases.append(by_sklearn("sklearn three classes", MLPClassifier, x, y, np.eye(3)[y], w))
    x, w = data(4, 2)
    cases.append(by_torch("torch", x, np.stack([x[:, 0] * x[:, 1], np.cos(x[:, 0])], axis=1), w))
    classes = np.array([0] * 7 + [1] * 2 + [2] * 4)
    balanced = {
        "name": "balanced", "classes": classes.tolist(),
        "weights": compute_class_weight("balanced", classes=np.unique(classes), y=classes).tolist(),
    }
    with open("sample_weights.json", "w") as file:
        json.dump([*cases, balanced], file, indent=1)
        file.write("\n")


main()
