"""Adds cases to torch.json: for each activation named on the command line, one with it on the hidden layer and one
with it on the output layer.

The cases are PyTorch's results in f64: networks 3-4-2, half the squared error, gradient descent. Needs torch.
hard_sigmoid has no case: PyTorch differentiates it in f64 with a 1/6 that is rounded to f32.
Run as `python torch_activations.py softsign hard_tanh`.
"""
import json
import sys

import torch

FUNCTIONS = {
    "softsign": torch.nn.functional.softsign,
    "hard_tanh": torch.nn.functional.hardtanh,
    "tanh": torch.tanh,
    "identity": lambda z: z,
}
LEARNING_RATE, STEPS, EXAMPLES = 0.1, 5, 6


def case(hidden, output, seed):
    torch.manual_seed(seed)
    draw = lambda *shape: torch.randn(*shape, dtype=torch.float64)
    weights = [draw(4, 3).requires_grad_(), draw(2, 4).requires_grad_()]
    biases = [draw(4).mul(0.5).requires_grad_(), draw(2).mul(0.5).requires_grad_()]
    inputs, targets = draw(EXAMPLES, 3), draw(EXAMPLES, 2)
    functions = [FUNCTIONS[hidden], FUNCTIONS[output]]
    listed = lambda tensors: [tensor.detach().tolist() for tensor in tensors]

    def predict():
        a = inputs
        for weight, bias, function in zip(weights, biases, functions):
            a = function(a @ weight.T + bias)
        return a

    optimizer = torch.optim.SGD([*weights, *biases], lr=LEARNING_RATE)
    initial = {"weights": listed(weights), "biases": listed(biases)}
    losses, outputs, gradients = [], None, None
    for step in range(STEPS):
        optimizer.zero_grad()
        predictions = predict()
        loss = (0.5 * (predictions - targets) ** 2).sum(dim=1).mean()
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            outputs = predictions.tolist()
            gradients = {
                "weights": listed(weight.grad for weight in weights),
                "biases": listed(bias.grad for bias in biases),
            }
        optimizer.step()
    return {
        "layers": [3, 4, 2],
        "activations": [hidden, output],
        "loss": "half_squared_error",
        "optimizer": "gradient_descent",
        "hyperparameters": {"learning_rate": LEARNING_RATE},
        "initial": initial,
        "inputs": inputs.tolist(),
        "targets": targets.tolist(),
        "first_outputs": outputs,
        "first_gradients": gradients,
        "losses": losses,
        "final": {"weights": listed(weights), "biases": listed(biases)},
    }


with open("torch.json") as file:
    cases = json.load(file)
for index, word in enumerate(sys.argv[1:]):
    cases += [case(word, "identity", 2 * index), case("tanh", word, 2 * index + 1)]
with open("torch.json", "w") as file:
    json.dump(cases, file)
print(f"torch {torch.__version__}: {len(cases)} cases")
