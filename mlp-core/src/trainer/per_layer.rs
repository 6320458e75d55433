//! Settings that layers may have of their own.

use alloc::vec::Vec;

use super::TrainError;

/// A number for all layers, and others for some of them.
#[derive(Clone, Debug)]
pub(crate) struct PerLayer {
    all: f64,
    /// Layers and their numbers. The last one of a layer counts.
    own: Vec<(usize, f64)>,
}

impl PerLayer {
    pub(super) const ZERO: Self = Self { all: 0.0, own: Vec::new() };

    pub(super) const fn set(&mut self, value: f64) {
        self.all = value;
    }

    pub(super) fn set_layer(&mut self, layer: usize, value: f64) {
        self.own.retain(|&(other, _)| other != layer);
        self.own.push((layer, value));
    }

    /// The number of a layer.
    pub(crate) fn of(&self, layer: usize) -> f64 {
        self.own.iter().find(|&&(other, _)| other == layer).map_or(self.all, |&(_, value)| value)
    }

    /// The number of the layers that have none of their own.
    pub(super) const fn of_others(&self) -> f64 {
        self.all
    }

    /// All numbers.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        core::iter::once(self.all).chain(self.own.iter().map(|&(_, value)| value))
    }

    /// Whether every layer has 0.
    pub(super) fn is_zero(&self) -> bool {
        self.values().all(|value| value == 0.0)
    }

    /// Checks that there are these layers, at most `layers`.
    pub(super) fn check_layers(&self, setting: &'static str, layers: usize) -> Result<(), TrainError> {
        match self.own.iter().find(|&&(layer, _)| layer >= layers) {
            Some(&(layer, _)) => Err(TrainError::UnknownLayer { setting, layer, layers }),
            None => Ok(()),
        }
    }

    /// As a saved training writes it; `None` if every layer has 0.
    pub(super) fn describe(&self) -> Option<alloc::string::String> {
        let mut own = self.own.clone();
        own.sort_unstable_by_key(|&(layer, _)| layer);
        let of_layer = |(layer, value): &(usize, f64)| alloc::format!(", layer {layer}: {value}");
        let text = own.iter().map(of_layer).collect::<alloc::string::String>();
        (!self.is_zero()).then(|| alloc::format!("{}{text}", self.all))
    }
}
