"""The workloads in numpy: matrices over all samples."""

import numpy as np
from data import *

for dtype in [np.float64, np.float32]:
    for network in PREDICTED:
        layers, x = split(read(network + "_w0"), NETWORKS[network], dtype), read(network + "_x")
        x = x.reshape(-1, NETWORKS[network][0]).astype(dtype)
        predicted = []

        def predict():
            for _ in range(10):
                predicted[:] = [forward(layers, x)[-1]]

        time = nanoseconds(predict, 10 * len(x))
        report("numpy", "w2thr_" + network, dtype, time, predicted[0], network + "_ref_fwd")
    for network in FULL_BATCH:
        x, y = samples(network, dtype)
        trained = []

        def train():
            trained[:] = split(read(network + "_w0"), NETWORKS[network], dtype)
            for _ in range(EPOCHS):
                step(trained, x, y)

        time = nanoseconds(train, EPOCHS * len(x))
        report("numpy", "w3_" + network, dtype, time, join(trained), f"{network}_ref_epoch{EPOCHS}")
