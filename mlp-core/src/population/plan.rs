//! One kind of network as a population sees it: widths, functions, and where the rows of each layer are.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use alloc::vec::Vec;
use core::ops::Range;

use crate::Scalar;
use crate::activation::Facts as _;
use crate::batch::kernels::elementwise::{Activation, Loss};
use crate::network::{self, ErasedArchitecture, Layer, Names};

/// The layers of one kind of network, and where their rows are.
#[derive(Clone, Debug)]
pub struct Plan<T> {
    pub(super) layers: Vec<LayerPlan<T>>,
    pub(super) parameters: usize,
    pub(super) inputs: usize,
    /// The number of inputs and neurons: the rows of a pass.
    pub(super) nodes: usize,
    pub(super) outputs: usize,
    pub(super) loss: Loss,
    /// Whether an activation or the loss is a user's own function.
    pub(super) calls_users: bool,
    /// Whether sums are added in the order of rolled networks.
    pub(super) is_rolled: bool,
}

/// One layer. Its rows of parameters begin at `first_parameter`. In a pass, the rows of its sources begin at
/// `first_source`, and the rows of its neurons follow them.
#[derive(Clone, Copy, Debug)]
pub(super) struct LayerPlan<T> {
    pub(super) fan_in: usize,
    pub(super) fan_out: usize,
    pub(super) first_parameter: usize,
    pub(super) first_source: usize,
    pub(super) activation: Activation<T>,
}

impl<T: Scalar> Plan<T> {
    pub(crate) fn new(architecture: ErasedArchitecture<T>) -> Self {
        let (mut first_parameter, mut first_source) = (0, 0);
        let mut layers = Vec::with_capacity(architecture.layers.len());
        for layer in architecture.layers {
            let (fan_in, fan_out, activation) = (layer.fan_in(), layer.fan_out(), activation_of(&layer.activation));
            layers.push(LayerPlan { fan_in, fan_out, first_parameter, first_source, activation });
            first_parameter += layer.parameter_count();
            first_source += fan_in;
        }
        let output = architecture.layers.last();
        let cancels = output.is_some_and(|output| architecture.loss.cancels_with(&output.activation));
        let outputs = output.map_or(0, Layer::fan_out);
        let loss = Loss::new(architecture.loss, cancels);
        let has_own_activation = layers.iter().any(|layer| matches!(layer.activation, Activation::Custom { .. }));
        Self {
            calls_users: has_own_activation || matches!(loss, Loss::Custom),
            inputs: architecture.layers.first().map_or(0, Layer::fan_in),
            outputs,
            layers,
            parameters: first_parameter,
            nodes: first_source + outputs,
            loss,
            is_rolled: output.is_some_and(|output| !matches!(output.weights, Names::Listed(_))),
        }
    }
}

impl<T> LayerPlan<T> {
    /// The rows of its parameters: weights, source by source, then biases.
    #[inline(always)]
    pub(super) const fn parameters(&self, strips: usize) -> Range<usize> {
        let first = self.first_parameter * strips;
        first..first + (self.fan_in + 1) * self.fan_out * strips
    }

    /// The rows of its sources.
    #[inline(always)]
    pub(super) const fn sources(&self, strips: usize) -> Range<usize> {
        self.first_source * strips..(self.first_source + self.fan_in) * strips
    }

    /// The rows of its neurons.
    #[inline(always)]
    pub(super) const fn neurons(&self, strips: usize) -> Range<usize> {
        let first = self.first_source + self.fan_in;
        first * strips..(first + self.fan_out) * strips
    }
}

/// Runs the code for the entry of an activation, if its function and its derivative are vector code.
macro_rules! each_vectorized {
    ($which:ident: $Entry:ident => $code:expr) => {
        $crate::population::plan::each_vectorized! {
            $which: $Entry => $code;
            sigmoid tanh relu leaky_relu silu hard_sigmoid hard_tanh softsign identity
        }
    };
    ($which:ident: $Entry:ident => $code:expr; $($word:ident)*) => {
        match $which {
            $(crate::activation::BuiltIn::$word => {
                type $Entry = crate::activation::entry::$word;
                $code
            })*
            _ => {}
        }
    };
}

pub(super) use each_vectorized;

/// The activation of a layer. Activations that call `libm` are not vector code, so they are called like a user's own.
fn activation_of<T: Scalar>(activation: &network::Activation<T>) -> Activation<T> {
    let network::Activation::Elementwise { function, derivative, built_in: Some(which), .. } = *activation else {
        return Activation::new(activation);
    };
    let mut is_vectorized = false;
    each_vectorized!(which: Entry => is_vectorized = Entry::BUILT_IN == which);
    if is_vectorized { Activation::BuiltIn(which) } else { Activation::Custom { function, derivative } }
}
