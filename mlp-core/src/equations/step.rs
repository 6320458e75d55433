//! The sections of a training step, in the lecture's order. What stands in each depends on the form of the network.

use super::rolled::Rolled;
use super::unrolled::Unrolled;
use super::{Equation, Equations, Heading, Part, Place, Section};
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
    let loss = Heading::Loss { loss: form.architecture().loss.name };
    sections.push(Section::new(Part::Loss, loss, form.loss()));
    sections.extend(output_layer(form, depth - 1));
    sections.extend((0..depth - 1).rev().flat_map(|layer| hidden_layer(form, layer)));
    sections.push(Section::new(Part::InputGradients, Heading::InputGradients, form.input_gradients()));
    sections.push(Section::new(Part::Update, Heading::Update { optimizer: None }, form.update()));
    Equations { sections, settings: Vec::new(), state: Vec::new() }
}

fn forward<T: 'static, F: Form<T>>(form: &F, layer: usize) -> Section {
    let layers = form.architecture().layers;
    let described = &layers[layer];
    let heading = Heading::Forward {
        place: Place { layer, depth: layers.len() },
        fan_in: described.fan_in(),
        width: described.fan_out(),
        activation: described.activation.name(),
    };
    Section::new(Part::Forward { layer }, heading, form.forward(layer))
}

/// Steps 1 to 4.
fn output_layer<T: 'static, F: Form<T>>(form: &F, layer: usize) -> Vec<Section> {
    let architecture = form.architecture();
    let step = |steps, heading, equations| Section::new(Part::Backprop { steps, layer }, heading, equations);
    let (loss, activation) = (architecture.loss, &architecture.layers[layer].activation);
    let step_1 = || step(1..=1, Heading::LossDerivatives, form.loss_derivatives());
    let mut sections = if loss.cancels_with(activation) {
        let heading = Heading::Cancelled { loss: loss.name, activation: activation.name() };
        vec![step(1..=3, heading, form.cancelled_derivatives())]
    } else if F::COMBINES_SOFTMAX && matches!(activation, Activation::Softmax) {
        vec![step_1(), step(2..=3, Heading::CombinedChainRule, form.output_chain_rule())]
    } else {
        vec![
            step_1(),
            step(2..=2, Heading::PredictionDerivatives, form.activation_derivatives(layer)),
            step(3..=3, Heading::OutputChainRule, form.output_chain_rule()),
        ]
    };
    sections.push(step(4..=4, Heading::OutputGradients, form.gradients(layer)));
    sections
}

/// Steps 5 to 8.
fn hidden_layer<T: 'static, F: Form<T>>(form: &F, layer: usize) -> [Section; 4] {
    let place = Place { layer, depth: form.architecture().layers.len() };
    let step = |number: u8, equations| {
        Section::new(
            Part::Backprop { steps: number..=number, layer },
            Heading::Hidden { step: number, place },
            equations,
        )
    };
    [
        step(5, form.source_derivatives(layer + 1)),
        step(6, form.activation_derivatives(layer)),
        step(7, form.hidden_chain_rule(layer)),
        step(8, form.gradients(layer)),
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
