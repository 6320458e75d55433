"""Writes models of PyTorch and of scikit-learn, with their outputs."""

import sys
import warnings
from pathlib import Path

import numpy
import torch
from safetensors.torch import save_file
from sklearn.neural_network import MLPClassifier, MLPRegressor

from data import ACTIVATIONS, INPUTS, TYPES, module, outputs

sys.path.append(str(Path(__file__).parents[2] / "mlp-core/src/exchange"))
from sklearn_to_safetensors import sklearn_to_safetensors

folder = Path(sys.argv[1])
torch.manual_seed(1)
for kind in TYPES:
    for name in ACTIVATIONS:
        network = module(name, kind)
        save_file(network.state_dict(), folder / f"torch_{kind}_{name}.safetensors")
        numpy.save(folder / f"torch_{kind}_{name}.npy", outputs(network, kind))

# They need not have learnt anything.
warnings.filterwarnings("ignore", message="Stochastic Optimizer")
score = INPUTS @ [1.0, -2.0, 0.5]
settings = {"max_iter": 50, "random_state": 1}
binary = MLPClassifier(hidden_layer_sizes=[4], activation="tanh", **settings).fit(INPUTS, score > 0)
classes = MLPClassifier(hidden_layer_sizes=[4, 5], activation="logistic", **settings).fit(INPUTS, numpy.digitize(score, [-0.5, 0.5]))
targets = numpy.stack([score, numpy.sin(score)], axis=1)
regression = MLPRegressor(hidden_layer_sizes=[4], activation="relu", **settings).fit(INPUTS, targets)
for name, model, predictions in [
    ("binary", binary, binary.predict_proba(INPUTS)[:, 1:]),
    ("classes", classes, classes.predict_proba(INPUTS)),
    ("regression", regression, regression.predict(INPUTS)),
]:
    sklearn_to_safetensors(model, folder / f"sklearn_{name}.safetensors")
    numpy.save(folder / f"sklearn_{name}.npy", predictions)
