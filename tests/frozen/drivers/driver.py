"""Reads the inputs of all networks, and writes their predictions and, of trained ones, their new parameters."""

import importlib
import pathlib
import struct
import sys

rows = int(sys.argv[1])


def read(count):
    return struct.unpack(f"<{count}d", sys.stdin.buffer.read(8 * count))


def write(numbers):
    sys.stdout.buffer.write(struct.pack(f"<{len(numbers)}d", *numbers))


def flat(values):
    return [number for value in values for number in flat(value)] if isinstance(values, list) else [values]


for line in pathlib.Path("networks").read_text().splitlines():
    name, inputs, outputs, steps, learning_rate = line.split()
    inputs, outputs, steps, learning_rate = int(inputs), int(outputs), int(steps), float(learning_rate)
    module = importlib.import_module(name)
    classify = getattr(module, name)
    if steps == 0:
        for _ in range(rows):
            write(classify(read(inputs)))
        continue
    net, train = module.Net(), getattr(module, name + "_train")
    for _ in range(rows):
        write(classify(net, read(inputs)))
    for _ in range(steps):
        train(net, read(inputs), read(outputs), learning_rate)
    write(flat(list(vars(net).values())))
