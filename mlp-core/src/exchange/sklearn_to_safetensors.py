import numpy
from safetensors.numpy import save_file


def sklearn_to_safetensors(model, path):
    tensors = {}
    for number, (weights, biases) in enumerate(zip(model.coefs_, model.intercepts_)):
        tensors[f"{2 * number}.weight"] = numpy.ascontiguousarray(weights.T)
        tensors[f"{2 * number}.bias"] = biases
    save_file(tensors, path)
