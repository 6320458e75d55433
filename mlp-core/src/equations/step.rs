//! The sections of a training step, in the lecture's order. What stands in each depends on the form of the network.

use super::rolled::Rolled;
use super::unrolled::Unrolled;
use super::{Equation, Equations, Part, Section};
use crate::network::{Activation, ErasedArchitecture, Layer, Names};

/// The equations of each kind of step: one for each scalar, or one for each array. Layers are counted from 0.
pub(super) trait Form<T: 'static> {
    /// Whether steps 2 and 3 of softmax are computed as one.
    const COMBINES_SOFTMAX: bool;

    fn architecture(&self) -> &ErasedArchitecture<T>;

    /// z = w·x + b and a = f(z).
    fn forward(&self, layer: usize) -> Vec<Equation>;
    fn loss(&self) -> Vec<Equation>;
    /// ∂L/∂y_pred.
    fn loss_derivatives(&self) -> Vec<Equation>;
    /// ∂L/∂z of the output layer, where all else in loss and activation cancels.
    fn cancelled_derivatives(&self) -> Vec<Equation>;
    /// ∂a/∂z.
    fn activation_derivatives(&self, layer: usize) -> Vec<Equation>;
    /// ∂L/∂z of the output layer from ∂L/∂y_pred.
    fn output_chain_rule(&self) -> Vec<Equation>;
    /// ∂L/∂w and ∂L/∂b.
    fn gradients(&self, layer: usize) -> Vec<Equation>;
    /// ∂z/∂source of a layer.
    fn source_derivatives(&self, layer: usize) -> Vec<Equation>;
    /// Computes ∂L/∂z of a hidden layer from ∂L/∂z of the next layer.
    fn hidden_chain_rule(&self, layer: usize) -> Vec<Equation>;
    /// ∂L/∂x, after the derivatives of the first layer with respect to its sources.
    fn input_gradients(&self) -> Vec<Equation>;
    fn update(&self) -> Vec<Equation>;
}

/// A training step by plain gradient descent.
pub(crate) fn equations<T>(architecture: ErasedArchitecture<T>) -> Equations {
    let is_rolled = matches!(architecture.inputs, Names::Array { .. });
    if is_rolled { step(&Rolled(architecture)) } else { step(&Unrolled(architecture)) }
}

fn step<T: 'static, F: Form<T>>(form: &F) -> Equations {
    let depth = form.architecture().layers.len();
    let mut sections: Vec<_> = (0..depth).map(|layer| forward(form, layer)).collect();
    let loss = format!("Loss: {}.", form.architecture().loss.name);
    sections.push(Section { part: Part::Loss, title: loss, equations: form.loss() });
    sections.extend(output_layer(form, depth - 1));
    sections.extend((0..depth - 1).rev().flat_map(|layer| hidden_layer(form, layer)));
    sections.push(Section {
        part: Part::InputGradients,
        title: "Step 9: derivatives of the loss with respect to the inputs, by the chain rule.".to_owned(),
        equations: form.input_gradients(),
    });
    let title = "Update: every parameter moves against its gradient.".to_owned();
    sections.push(Section { part: Part::Update, title, equations: form.update() });
    Equations { sections, settings: Vec::new(), state: Vec::new() }
}

fn forward<T: 'static, F: Form<T>>(form: &F, layer: usize) -> Section {
    let layers = form.architecture().layers;
    let which = match (layer + 1, layers.len()) {
        (number, depth) if number == depth => "Output layer".to_owned(),
        (_, 2) => "Hidden layer".to_owned(),
        (number, _) => format!("Hidden layer {number}"),
    };
    let described = &layers[layer];
    let (fan_in, width, function) = (described.fan_in(), described.fan_out(), described.activation.name());
    let title = format!("{which}: {fan_in} => {function}({width}).");
    Section { part: Part::Forward { layer }, title, equations: form.forward(layer) }
}

/// Steps 1 to 4.
fn output_layer<T: 'static, F: Form<T>>(form: &F, layer: usize) -> Vec<Section> {
    let architecture = form.architecture();
    let step = |steps, title: &str, equations| Section {
        part: Part::Backprop { steps, layer },
        title: title.to_owned(),
        equations,
    };
    let activation = &architecture.layers[layer].activation;
    let step_1 = || {
        let title = "Step 1: derivatives of the loss with respect to the predictions.";
        step(1..=1, title, form.loss_derivatives())
    };
    let mut sections = if architecture.loss.cancels_with(activation) {
        let title = format!(
            "Steps 1 to 3: derivatives of the loss with respect to the pre-activations; all else in {} and {} cancels.",
            architecture.loss.name,
            activation.name()
        );
        vec![step(1..=3, &title, form.cancelled_derivatives())]
    } else if F::COMBINES_SOFTMAX && matches!(activation, Activation::Softmax) {
        let title = "Steps 2 and 3: derivatives of the loss with respect to the pre-activations, by the chain rule.";
        vec![step_1(), step(2..=3, title, form.output_chain_rule())]
    } else {
        let titles = [
            "Step 2: derivatives of the predictions with respect to their pre-activations.",
            "Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.",
        ];
        vec![
            step_1(),
            step(2..=2, titles[0], form.activation_derivatives(layer)),
            step(3..=3, titles[1], form.output_chain_rule()),
        ]
    };
    sections.push(step(4..=4, "Step 4: gradients of the output layer.", form.gradients(layer)));
    sections
}

/// Steps 5 to 8.
fn hidden_layer<T: 'static, F: Form<T>>(form: &F, layer: usize) -> [Section; 4] {
    let (which, this) = match form.architecture().layers.len() {
        2 => (String::new(), "the hidden layer"),
        _ => (format!(", hidden layer {}", layer + 1), "this layer"),
    };
    let step = |number: u8, what: &str, equations| {
        let title = format!("Step {number}{which}: {what}.");
        Section { part: Part::Backprop { steps: number..=number, layer }, title, equations }
    };
    [
        step(
            5,
            "derivatives of the next pre-activations with respect to the hidden activations",
            form.source_derivatives(layer + 1),
        ),
        step(
            6,
            "derivatives of the hidden activations with respect to their pre-activations",
            form.activation_derivatives(layer),
        ),
        step(
            7,
            "derivatives of the loss with respect to the hidden pre-activations, by the chain rule",
            form.hidden_chain_rule(layer),
        ),
        step(8, &format!("gradients of {this}"), form.gradients(layer)),
    ]
}

/// The names of the sources of a layer.
pub(super) fn sources<T>(architecture: &ErasedArchitecture<T>, layer: usize) -> Names {
    layer.checked_sub(1).map_or(architecture.inputs, |before| architecture.layers[before].activations)
}

/// The output layer.
pub(super) fn output<T>(architecture: &ErasedArchitecture<T>) -> &'static Layer<T> {
    architecture.layers.last().expect("a network has layers")
}

/// The number of outputs, if the loss is divided by it and it is not 1.
pub(super) fn divisor<T>(architecture: &ErasedArchitecture<T>) -> Option<usize> {
    let outputs = architecture.targets.len();
    (outputs > 1 && architecture.loss.is_averaged()).then_some(outputs)
}
