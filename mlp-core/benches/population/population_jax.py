"""Many small networks, each one on-line step at a time, in JAX on one thread: `vmap` over matrices and, for 2-2-2, one
array for each parameter. Arguments: network and number, as in 2-2-2:64. Prints a line for each, in float64 and float32:
network, type, number, the least nanoseconds of processor time a step and network of the two forms."""

import os
import sys
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
TRIALS = 7


def measure(step, parameters, number):
    # Long enough for the clock of the processor time, which counts another thread late.
    steps = max(100, 40_000_000 // number // sum(p.size // number for p in parameters))
    run = jax.jit(lambda p: jax.lax.fori_loop(0, steps, lambda _, p: step(p), p))
    jax.block_until_ready(run(parameters))
    times = []
    for _ in range(TRIALS):
        start = time.process_time()
        jax.block_until_ready(run(parameters))
        times.append(time.process_time() - start)
    return min(times) / steps / number * 1e9


def matrices(widths, number, dtype):
    x, y_true, rate = jnp.full(widths[0], 0.5, dtype), jnp.full(widths[-1], 0.9, dtype), dtype(0.5)

    def step(parameters):
        weights, biases = parameters[::2], parameters[1::2]
        a = [x]
        for w, b in zip(weights, biases):
            a.append(jax.nn.sigmoid(a[-1] @ w + b))
        d = (a[-1] - y_true) * a[-1] * (1 - a[-1])
        moved = []
        for k in reversed(range(len(weights))):
            moved = [weights[k] - rate * jnp.outer(a[k], d), biases[k] - rate * d, *moved]
            d = (weights[k] @ d) * a[k] * (1 - a[k])
        return tuple(moved)

    key = jax.random.PRNGKey(0)
    shapes = [shape for pair in zip(widths, widths[1:]) for shape in (pair, pair[1:])]
    start = [jax.random.normal(jax.random.fold_in(key, i), (number, *s), dtype) for i, s in enumerate(shapes)]
    return measure(jax.vmap(step), tuple(start), number)


def scalars(number, dtype):
    x1, x2, t1, t2, rate = (dtype(value) for value in (0.5, 0.8, 0.9, 0.2, 0.5))

    def step(parameters):
        w11, w12, w21, w22, b1, b2, w31, w32, w41, w42, b3, b4 = parameters
        sigmoid = jax.nn.sigmoid
        a1, a2 = sigmoid(w11 * x1 + w21 * x2 + b1), sigmoid(w12 * x1 + w22 * x2 + b2)
        y1, y2 = sigmoid(w31 * a1 + w41 * a2 + b3), sigmoid(w32 * a1 + w42 * a2 + b4)
        d3, d4 = (y1 - t1) * y1 * (1 - y1), (y2 - t2) * y2 * (1 - y2)
        d1, d2 = (d3 * w31 + d4 * w32) * a1 * (1 - a1), (d3 * w41 + d4 * w42) * a2 * (1 - a2)
        g = (d1 * x1, d2 * x1, d1 * x2, d2 * x2, d1, d2, d3 * a1, d4 * a1, d3 * a2, d4 * a2, d3, d4)
        return tuple(p - rate * g for p, g in zip(parameters, g))

    key = jax.random.PRNGKey(0)
    return measure(step, tuple(jax.random.normal(jax.random.fold_in(key, i), (number,), dtype) for i in range(12)), number)


for argument in sys.argv[1:]:
    network, number = argument.split(":")
    for dtype in (jnp.float64, jnp.float32):
        times = [matrices([int(width) for width in network.split("-")], int(number), dtype)]
        if network == "2-2-2":
            times.append(scalars(int(number), dtype))
        print(network, dtype.__name__, number, *(f"{t:.2f}" for t in times), flush=True)
