//! How networks lie side by side in the lanes of vectors, and what is computed layer by layer.
//!
//! A row holds one quantity, a weight say, of as many networks as there are lanes. The parameters of a block of networks
//! are rows in canonical order.

use alloc::vec::Vec;

use crate::Scalar;
use crate::activation::Facts as _;
use crate::batch::kernels::elementwise::{Activation, Loss};
use crate::network::{self, ErasedArchitecture, Layer, Names};

/// One quantity of `W` networks, each in its lane. Rows begin at cache lines, since a vector that straddles two of them
/// takes twice as long to load.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Row<T, const W: usize>(pub(super) [T; W]);

impl<T: Scalar, const W: usize> Row<T, W> {
    pub(crate) const ZERO: Self = Self([T::ZERO; W]);
}

impl<T, const W: usize> AsRef<[T]> for Row<T, W> {
    fn as_ref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const W: usize> AsMut<[T]> for Row<T, W> {
    fn as_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// The layers of one kind of network, and where their rows are.
#[derive(Clone, Debug)]
pub struct Plan<T> {
    pub(super) layers: Vec<LayerPlan<T>>,
    pub(super) parameters: usize,
    pub(super) neurons: usize,
    pub(super) outputs: usize,
    pub(super) loss: Loss,
    /// Whether sums are added in the order of rolled networks.
    pub(super) is_rolled: bool,
}

/// One layer. Its rows of parameters begin at `first`, those of its neurons at `first_neuron`.
#[derive(Clone, Copy, Debug)]
pub(super) struct LayerPlan<T> {
    pub(super) fan_in: usize,
    pub(super) fan_out: usize,
    pub(super) first: usize,
    pub(super) first_neuron: usize,
    pub(super) activation: Activation<T>,
}

impl<T: Scalar> Plan<T> {
    pub(crate) fn new(architecture: ErasedArchitecture<T>) -> Self {
        let (mut first, mut first_neuron) = (0, 0);
        let mut layers = Vec::with_capacity(architecture.layers.len());
        for layer in architecture.layers {
            let (fan_in, fan_out, activation) = (layer.fan_in(), layer.fan_out(), activation_of(&layer.activation));
            layers.push(LayerPlan { fan_in, fan_out, first, first_neuron, activation });
            first += layer.parameter_count();
            first_neuron += fan_out;
        }
        let output = architecture.layers.last();
        let cancels = output.is_some_and(|output| architecture.loss.cancels_with(&output.activation));
        Self {
            outputs: output.map_or(0, Layer::fan_out),
            layers,
            parameters: first,
            neurons: first_neuron,
            loss: Loss::new(architecture.loss, cancels),
            is_rolled: output.is_some_and(|output| !matches!(output.weights, Names::Listed(_))),
        }
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

/// The activation of a layer. What calls `libm` is no vector code, so it is called like a user's own.
fn activation_of<T: Scalar>(activation: &network::Activation<T>) -> Activation<T> {
    let network::Activation::Elementwise { function, derivative, built_in: Some(which), .. } = *activation else {
        return Activation::new(activation);
    };
    let mut is_vectorized = false;
    each_vectorized!(which: Entry => is_vectorized = Entry::BUILT_IN == which);
    if is_vectorized { Activation::BuiltIn(which) } else { Activation::Custom { function, derivative } }
}

/// Reads the values in a lane.
pub(super) fn gather<T: Copy, R: AsRef<[T]>>(rows: &[R], lane: usize, values: &mut [T]) {
    for (value, row) in values.iter_mut().zip(rows) {
        *value = row.as_ref()[lane];
    }
}

/// Writes values into a lane.
pub(super) fn scatter<T: Copy, R: AsMut<[T]>>(values: &[T], lane: usize, rows: &mut [R]) {
    for (&value, row) in values.iter().zip(rows) {
        row.as_mut()[lane] = value;
    }
}
