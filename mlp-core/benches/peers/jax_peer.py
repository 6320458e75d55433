"""The workloads in JAX on one thread: each step compiled; for on-line steps, the whole loop over them."""

import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp
from data import EPOCHS, FULL_BATCH, LEARNING_RATE, NETWORKS, ONLINE, ONLINE_STEPS, PREDICTED
from data import join, nanoseconds, read, report, samples, split

jax.config.update("jax_enable_x64", True)


def forward(layers, x):
    for w, b in layers:
        x = jax.nn.sigmoid(x @ w.T + b)
    return x


def loss(layers, x, y):
    return 0.5 * ((forward(layers, x) - y) ** 2).sum() / x.shape[0]


def step(layers, x, y):
    gradients = jax.grad(loss)(layers, x, y)
    return jax.tree.map(lambda p, g: p - LEARNING_RATE * g, layers, gradients)


predict = jax.jit(forward)
epoch = jax.jit(step)
online = jax.jit(lambda layers, x, y: jax.lax.fori_loop(0, ONLINE_STEPS, lambda _, p: step(p, x, y), layers))
result = []

for dtype in [jnp.float64, jnp.float32]:

    def start(network):
        layers = split(read(network + "_w0"), NETWORKS[network])
        return [(jnp.asarray(w, dtype), jnp.asarray(b, dtype)) for w, b in layers]

    for network, (x, y) in ONLINE.items():
        x, y = jnp.asarray([x], dtype), jnp.asarray([y], dtype)

        def steps():
            for _ in range(10):
                result[:] = jax.block_until_ready(online(start(network), x, y))

        time = nanoseconds(steps, 10 * ONLINE_STEPS, 3)
        report("jax", "w1_" + network[1:], dtype, time, join(result), f"{network}_ref_online{ONLINE_STEPS}")
    for network in PREDICTED:
        layers, x = start(network), jnp.asarray(read(network + "_x").reshape(-1, NETWORKS[network][0]), dtype)

        def predictions():
            for _ in range(10):
                result[:] = [jax.block_until_ready(predict(layers, x))]

        report("jax", "w2thr_" + network, dtype, nanoseconds(predictions, 10 * len(x)), result[0], network + "_ref_fwd")
    for network in FULL_BATCH:
        x, y = (jnp.asarray(values) for values in samples(network, dtype))

        def epochs():
            layers = start(network)
            for _ in range(EPOCHS):
                layers = epoch(layers, x, y)
            result[:] = jax.block_until_ready(layers)

        time = nanoseconds(epochs, EPOCHS * len(x))
        report("jax", "w3_" + network, dtype, time, join(result), f"{network}_ref_epoch{EPOCHS}")
