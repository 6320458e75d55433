"""What both sides know: the examples, and the modules of PyTorch."""

import numpy
import torch
from torch import nn

INPUTS = numpy.array([[(example * 7 + column * 5) % 23 / 11.5 - 1 for column in range(3)] for example in range(64)])

ACTIVATIONS = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "softplus": nn.Softplus,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "hard_sigmoid": nn.Hardsigmoid,
    "hard_tanh": nn.Hardtanh,
    "softsign": nn.Softsign,
    "identity": nn.Identity,
    "softmax": lambda: nn.Softmax(dim=-1),
}

TYPES = {"f64": torch.float64, "f32": torch.float32}


def module(name, kind):
    output = ACTIVATIONS[name]()
    hidden = nn.Tanh() if name == "softmax" else output
    return nn.Sequential(nn.Linear(3, 5), hidden, nn.Linear(5, 2), output).to(TYPES[kind])


def outputs(network, kind):
    with torch.no_grad():
        return network(torch.tensor(INPUTS, dtype=TYPES[kind])).numpy()
