"""Compares the predictions of mlp-core with those of PyTorch, scikit-learn and ONNX Runtime."""

import json
import sys
from pathlib import Path

import numpy
import onnxruntime
from safetensors.torch import load_file

from data import ACTIVATIONS, INPUTS, TYPES, module, outputs

LIMITS = {"f64": 1e-12, "f32": 1e-6}
DOUBLE_IN_ONNX = ["sigmoid", "tanh", "relu", "identity", "softmax"]

folder = Path(sys.argv[1])
failures = 0


def ours(name):
    return numpy.array(json.loads((folder / f"{name}.json").read_text()))


def row(what, kind, mine, theirs):
    global failures
    difference = numpy.abs(mine - theirs).max() if mine.shape == theirs.shape else numpy.nan
    fits = difference <= LIMITS[kind]
    failures += not fits
    print(f"| {what} | {kind} | {difference:.1e} | {'' if fits else 'more than '}{LIMITS[kind]:.0e} |")


def session(name):
    return onnxruntime.InferenceSession(folder / f"{name}.onnx", providers=["CPUExecutionProvider"])


def onnx(name, kind):
    x = INPUTS.astype("float64" if kind == "f64" else "float32")
    whole = session(name).run(["y_pred"], {"x": x})[0]
    single = session(name).run(["y_pred"], {"x": x[:1]})[0]
    assert single.shape == (1, whole.shape[1]) and str(whole.dtype) == str(x.dtype)
    return whole


print("| what | scalar | largest difference | limit |")
print("|---|---|--:|--:|")
for kind in TYPES:
    for name in ACTIVATIONS:
        network = module(name, kind)
        network.load_state_dict(load_file(folder / f"ours_{kind}_{name}.safetensors"))
        row(f"{name}, to PyTorch", kind, ours(f"ours_{kind}_{name}"), outputs(network, kind))
        theirs = numpy.load(folder / f"torch_{kind}_{name}.npy")
        row(f"{name}, from PyTorch", kind, ours(f"torch_{kind}_{name}"), theirs)
for name in ["binary", "classes", "regression"]:
    row(f"{name}, from scikit-learn", "f64", ours(f"sklearn_{name}"), numpy.load(folder / f"sklearn_{name}.npy"))
for kind in TYPES:
    for name in ACTIVATIONS if kind == "f32" else DOUBLE_IN_ONNX:
        row(f"{name}, to ONNX Runtime", kind, ours(f"ours_{kind}_{name}"), onnx(f"ours_{kind}_{name}", kind))
for name, kind in [
    ("ours_f64_rolled", "f64"),
    ("scaled_f64_classes", "f64"),
    ("scaled_f32_numbers", "f32"),
    ("as_f32", "f32"),
]:
    row(f"{name}, to ONNX Runtime", kind, ours(name), onnx(name, kind))
# The network is f32, what goes in and comes out is f64.
row("model_f32, to ONNX Runtime", "f32", ours("model_f32"), onnx("model_f32", "f64"))

metadata = session("scaled_f64_classes").get_modelmeta().custom_metadata_map
expected = {"architecture": "3 => tanh(4) => softmax(3)"}
expected |= {"input.0": "length", "input.1": "width, in mm", "input.2": "höhe"}
expected |= {"class.0": "a", "class.1": "b", "class.2": "c"}
if metadata != expected:
    failures += 1
    print(f"metadata: {metadata}")
sys.exit(failures > 0)
