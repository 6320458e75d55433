//! Frozen parameters: those that a training leaves as they are.

use alloc::vec::Vec;
use core::ops::Range;

use super::{Learner, Settings, TrainError, Trainer};
use crate::network::{Layer, parameter_names};
use crate::{Name, Scalar};

impl<O, W, V> Trainer<O, W, V> {
    /// Freezes parameters: the training leaves them as they are, to the bit, whatever the optimizer. Several calls add up.
    ///
    /// A name is that of a parameter, `w11`; in a rolled network it may also be that of a whole array, `w1`. It is a text, or
    /// a [`Name`] of the network's [description](crate::network::Layer). The gradient of a frozen parameter counts as 0. So a
    /// [clipping norm](Self::clip_norm) is that of the free parameters, and an observer sees 0. [`Lbfgs`](crate::Lbfgs) and
    /// [`LevenbergMarquardt`](crate::LevenbergMarquardt) solve for the free parameters alone. A
    /// [penalty](Self::l2) still counts frozen weights, whose share is constant.
    ///
    /// A parameter is frozen at the value that the network has when a call of `fit`, `epoch` or `step` begins.
    ///
    /// ```
    /// use mlp_core::{AdamW, Network as _, Trainer, mlp};
    ///
    /// mlp!(pub struct Net: 2 => tanh(3) => 1);
    /// let mut net = Net::random(&mut mlp_core::rng(1));
    /// let before = net;
    /// let hidden = &Net::ARCHITECTURE.layers[0];
    /// let mut trainer = Trainer::new(AdamW::new(0.01).weight_decay(0.1))
    ///     .freeze(["w11", "b1"])
    ///     // All weights into the third neuron.
    ///     .freeze(hidden.weights_into(2));
    /// trainer.fit(&mut net, &[([0.5, 0.8], [0.9])])?;
    /// assert_eq!((net.w11, net.b1, net.w13, net.w23), (before.w11, before.b1, before.w13, before.w23));
    /// assert_ne!(net.w12, before.w12);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// A training with a name that the network does not have is refused, and so is one in which all parameters are frozen.
    /// It needs the feature `alloc`.
    pub fn freeze<I>(mut self, parameters: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Name>,
    {
        self.settings.frozen.extend(parameters.into_iter().map(|name| Part::Parameter(name.into())));
        self
    }

    /// [Freezes](Self::freeze) all parameters of a layer. Layers are counted from 0, the first hidden one, as in
    /// `ARCHITECTURE.layers`.
    ///
    /// ```
    /// use mlp_core::{Adam, Trainer, mlp};
    ///
    /// mlp!(pub struct Net: 1 => tanh(1) => 1);
    /// let mut net = Net::random(&mut mlp_core::rng(1));
    /// let before = net;
    /// Trainer::new(Adam::new(0.01)).freeze_layer(0).fit(&mut net, &[([0.5], [0.9])])?;
    /// assert_eq!((net.w11, net.b1), (before.w11, before.b1));
    /// assert!(net.w21 != before.w21 && net.b2 != before.b2);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    pub fn freeze_layer(mut self, layer: usize) -> Self {
        self.settings.frozen.push(Part::Layer(layer));
        self
    }
}

/// What a user has frozen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Parameter(Name),
    Layer(usize),
}

impl Part {
    /// As a saved training writes it.
    pub(super) fn describe(self) -> alloc::string::String {
        match self {
            Self::Parameter(name) => alloc::format!("{name}"),
            Self::Layer(layer) => alloc::format!("layer {layer}"),
        }
    }

    /// Where its parameters are.
    fn find<T>(self, layers: &[Layer<T>]) -> Result<Range<usize>, TrainError> {
        let mut first = 0;
        for (number, layer) in layers.iter().enumerate() {
            match self {
                Self::Layer(wanted) if wanted == number => return Ok(first..first + layer.parameter_count()),
                Self::Layer(_) => first += layer.parameter_count(),
                Self::Parameter(name) => {
                    for names in [layer.weights, layer.biases] {
                        if let Some(Range { start, end }) = names.find(name) {
                            return Ok(first + start..first + end);
                        }
                        first += names.len();
                    }
                }
            }
        }
        Err(match self {
            Self::Layer(layer) => TrainError::UnknownLayer { setting: "freeze_layer", layer, layers: layers.len() },
            Self::Parameter(parameter) => {
                let mut names = parameter_names(layers);
                let first = names.next().unwrap_or(parameter);
                TrainError::UnknownParameter { parameter, first, parameters: 1 + names.count() }
            }
        })
    }
}

/// Where the parts are, in order, none twice.
fn find_all<T>(parts: &[Part], layers: &[Layer<T>]) -> Result<Vec<Range<usize>>, TrainError> {
    let mut found = parts.iter().map(|part| part.find(layers)).collect::<Result<Vec<_>, _>>()?;
    found.sort_unstable_by_key(|range| range.start);
    let mut ranges: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match ranges.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => ranges.push(range),
        }
    }
    Ok(ranges)
}

/// Checks that the network has these parts, and others too.
pub(super) fn check<T>(parts: &[Part], layers: &[Layer<T>]) -> Result<(), TrainError> {
    let ranges = find_all(parts, layers)?;
    let parameters = layers.iter().map(Layer::parameter_count).sum();
    let frozen: usize = ranges.iter().map(Range::len).sum();
    if frozen == parameters { Err(TrainError::AllFrozen { parameters }) } else { Ok(()) }
}

/// The frozen parameters of a training.
pub(crate) struct Frozen<T> {
    /// Where they are, in order.
    pub(super) ranges: Vec<Range<usize>>,
    /// Their values, one after the other.
    values: Vec<T>,
}

impl<T: Scalar> Frozen<T> {
    /// The frozen parameters of this training, which are those of `before` if it has trained already.
    pub(super) fn new(
        before: Option<Self>,
        settings: &Settings,
        learner: &mut (impl Learner<T> + ?Sized),
    ) -> Option<Self> {
        if settings.frozen.is_empty() {
            return None;
        }
        let layers = learner.architecture().layers;
        let mut frozen = before.unwrap_or_else(|| {
            // The names were checked before the training.
            let ranges = find_all(&settings.frozen, layers).unwrap_or_default();
            Self { ranges, values: Vec::new() }
        });
        let parameters = learner.parameters();
        frozen.values.clear();
        frozen.ranges.iter().for_each(|range| frozen.values.extend_from_slice(&parameters[range.clone()]));
        Some(frozen)
    }

    /// Whether the parameter at this place is frozen.
    pub(super) fn contains(&self, place: usize) -> bool {
        let after = self.ranges.partition_point(|range| range.start <= place);
        after > 0 && self.ranges[after - 1].contains(&place)
    }

    /// Gives the frozen parameters their values again. An optimizer may have moved them although their gradient is 0, by
    /// weight decay for example.
    pub(super) fn restore(&self, parameters: &mut [T]) {
        let mut values = &self.values[..];
        for range in &self.ranges {
            let (own, after) = values.split_at(range.len());
            parameters[range.clone()].copy_from_slice(own);
            values = after;
        }
    }
}

/// Sets the derivatives with respect to frozen parameters to 0.
pub(super) fn clear<T: Scalar>(frozen: &[Range<usize>], gradient: &mut [T]) {
    for range in frozen {
        gradient[range.clone()].fill(T::ZERO);
    }
}
