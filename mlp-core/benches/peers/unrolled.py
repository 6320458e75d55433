"""Writes small networks as C: `unrolled.py FILE`. All values are named scalars, as one would write them by hand: for each
network `NETWORK_predict`, `NETWORK_step`, which moves the parameters, and `NETWORK_add_gradient`. `unrolled.c` defines the
type `T` and `SIGMOID`."""

import sys

NETWORKS = {"n111": (1, 1, 1), "n222": (2, 2, 2), "n4883": (4, 8, 8, 3)}


def offsets(widths):
    """Where the weights and the biases of each layer begin."""
    at, places = 0, []
    for sources, neurons in zip(widths, widths[1:]):
        places.append((at, at + sources * neurons))
        at += (sources + 1) * neurons
    return places, at


def forward(widths, places):
    yield from (f"T a0_{k} = x[{k}];" for k in range(widths[0]))
    for layer, (w, b) in enumerate(places, 1):
        sources = widths[layer - 1]
        for j in range(widths[layer]):
            products = "".join(f" + p[{w + j * sources + k}] * a{layer - 1}_{k}" for k in range(sources))
            yield f"T z{layer}_{j} = p[{b + j}]{products}; T a{layer}_{j} = SIGMOID(z{layer}_{j});"


def backward(widths, places):
    last = len(places)
    yield from (f"T d{last}_{j} = (a{last}_{j} - y[{j}]) * (a{last}_{j} * (1 - a{last}_{j}));" for j in range(widths[-1]))
    for layer in range(last - 1, 0, -1):
        w, sources = places[layer][0], widths[layer]
        for k in range(sources):
            total = " + ".join(f"p[{w + j * sources + k}] * d{layer + 1}_{j}" for j in range(widths[layer + 1]))
            yield f"T d{layer}_{k} = ({total}) * (a{layer}_{k} * (1 - a{layer}_{k}));"


def for_each_parameter(widths, places, statement):
    for layer, (w, b) in enumerate(places, 1):
        sources = widths[layer - 1]
        for j in range(widths[layer]):
            yield from (statement(w + j * sources + k, f"d{layer}_{j}", f" * a{layer - 1}_{k}") for k in range(sources))
            yield statement(b + j, f"d{layer}_{j}", "")


def function(name, parameters, statements):
    body = "\n  ".join(statements)
    return f"static inline __attribute__((always_inline)) void {name}({parameters}) {{\n  {body}\n}}\n"


def main(file):
    for name, widths in NETWORKS.items():
        places, _ = offsets(widths)
        values = [*forward(widths, places)]
        outputs = [f"y[{j}] = a{len(places)}_{j};" for j in range(widths[-1])]
        file.write(function(f"{name}_predict", "const T *restrict p, const T *restrict x, T *restrict y", values + outputs))
        values += backward(widths, places)
        moves = for_each_parameter(widths, places, lambda i, d, a: f"p[{i}] -= rate * {d}{a};")
        file.write(function(f"{name}_step", "T *restrict p, const T *x, const T *y, T rate", [*values, *moves]))
        adds = for_each_parameter(widths, places, lambda i, d, a: f"g[{i}] += {d}{a};")
        parameters = "const T *restrict p, const T *restrict x, const T *restrict y, T *restrict g"
        file.write(function(f"{name}_add_gradient", parameters, [*values, *adds]))


with open(sys.argv[1], "w") as file:
    main(file)
