"""Writes constraints.json: where PyTorch's optimizers end if some parameters are frozen, or if the weights into each neuron
are scaled down to a norm. Needs PyTorch.

A network's parameters are in canonical order: layer by layer, the weights source by source, then the biases. All examples are
in one batch, and the loss is half the squared error.
"""
import json

import torch

EPOCHS, RATE = 20, 0.1
HIDDEN, INPUTS = 3, 2


def case(name, optimizer, clip=None, frozen=(), max_norm=None):
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)
    x = torch.rand(12, INPUTS) * 2 - 1
    y = torch.stack([torch.sin(2 * x[:, 0]) + x[:, 1]], dim=1)
    # Each parameter by itself, so that it can be frozen by itself. Row by row, a matrix has the weights of a source.
    shapes = [(INPUTS, HIDDEN), (HIDDEN, 1)]
    weights = [[[(torch.rand(()) - 0.5).requires_grad_() for _ in range(n)] for _ in range(m)] for m, n in shapes]
    biases = [[(torch.rand(()) - 0.5).requires_grad_() for _ in range(n)] for _, n in shapes]
    parameters = [p for w, b in zip(weights, biases) for p in [*sum(w, []), *b]]
    start = [p.item() for p in parameters]
    for index in frozen:
        parameters[index].requires_grad_(False)
    free = [p for p in parameters if p.requires_grad]
    optimizer = optimizer(free)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        w, b = [torch.stack([torch.stack(row) for row in w]) for w in weights], [torch.stack(b) for b in biases]
        loss = 0.5 * ((torch.tanh(x @ w[0] + b[0]) @ w[1] + b[1] - y) ** 2).sum(dim=1).mean()
        loss.backward()
        if clip is not None:
            # Not clip_grad_norm_, which adds 1e-6 to the norm.
            norm = torch.nn.utils.get_total_norm([p.grad for p in free])
            for p in free:
                p.grad *= min(1.0, clip / norm)
        optimizer.step()
        if max_norm is None:
            continue
        # Not torch.renorm, which adds 1e-7 to the norm.
        with torch.no_grad():
            for into in (neuron for w in weights for neuron in zip(*w)):
                moving = [p for p in into if p.requires_grad]
                norm = torch.stack(moving).norm() if moving else torch.tensor(0.0)
                for p in moving:
                    p *= min(1.0, max_norm / norm)
    return {"name": name, "inputs": x.tolist(), "targets": y.tolist(), "start": start, "end": [p.item() for p in parameters]}


def main():
    # w11, w22, b1 and w51 of 2 => tanh(3) => identity(1)
    frozen = [0, 4, 6, 11]
    adam = lambda p: torch.optim.AdamW(p, lr=RATE, weight_decay=0.3)
    momentum = lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9, weight_decay=0.1)
    cases = [
        case("frozen, AdamW", adam, frozen=frozen),
        case("frozen, momentum, clipped", momentum, clip=0.2, frozen=frozen),
        case("max norm", adam, max_norm=0.6),
        case("max norm, frozen", momentum, frozen=frozen, max_norm=0.4),
    ]
    with open("constraints.json", "w") as file:
        json.dump(cases, file, indent=1)
        file.write("\n")


main()
