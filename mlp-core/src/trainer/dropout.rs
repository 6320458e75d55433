//! Dropout: in each pass of a training, some hidden neurons are left out.

use super::{PerLayer, TrainError, Trainer, check_setting};
use crate::Scalar;
use crate::network::Layer;
use crate::random::{rng, unit};

impl<O, W, V> Trainer<O, W, V> {
    /// Leaves out hidden neurons at random (Srivastava and others, 2014): in the pass of an example, the activation of each
    /// hidden neuron is 0 with the probability `rate`, and otherwise divided by 1 − `rate`, so that its mean stays. A network
    /// that must do without any of its neurons overfits less. Networks predict and are validated with all neurons.
    ///
    /// The seed, the number of the epoch and the index of the example decide which neurons are left out: not the batch, its
    /// order or the number of threads. Each [`step`](super::Training::step) has neurons of its own. The loss that a training
    /// reports, and that patience looks at if there is no [validation](Self::validate), is the loss with dropout.
    ///
    /// ```
    /// use mlp_core::{Adam, Batch, Trainer, mlp};
    ///
    /// mlp!(pub struct Sine: 1 => tanh(30) => identity(1));
    /// let examples: Vec<_> = (0..64).map(|i| f64::from(i) / 10.0 - 3.2).map(|x| ([x], [x.sin()])).collect();
    /// let mut sine = Sine::random(&mut mlp_core::rng(1));
    /// let mut trainer = Trainer::new(Adam::new(0.01)).batch(Batch::Mini(16)).dropout(0.1, 7).validate(&examples);
    /// let outcome = trainer.fit(&mut sine, &examples)?;
    /// assert!(outcome.validation_loss.unwrap() < outcome.loss);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// The kernels compute every batch with dropout, however small. So single examples take longer than without it, and need
    /// [`reproducible`](Self::reproducible) to have the same bits on every processor.
    ///
    /// Refused are rates that are not at least 0 and less than 1, a rate for a network without hidden layers, and what cannot
    /// have dropout: optimizers that learn from all examples at once, several processes (`fit_reduced`), `step_with` and
    /// `trace_at`. It needs the feature `alloc`.
    pub fn dropout(mut self, rate: f64, seed: u64) -> Self {
        self.settings.dropout.rates.set(rate);
        self.settings.dropout.seed = seed;
        self
    }

    /// Gives a hidden layer a rate of [dropout](Self::dropout) of its own; the first one is layer 0. The seed is that of
    /// `dropout`, or 0 without it.
    ///
    /// ```
    /// use mlp_core::{Adam, Trainer, mlp};
    ///
    /// mlp!(pub struct Net: 2 => relu(20) => relu(10) => 1);
    /// let mut net = Net::random(&mut mlp_core::rng(1));
    /// // Half of the first layer, a fifth of the second.
    /// Trainer::new(Adam::new(0.01)).dropout(0.2, 7).dropout_layer(0, 0.5).fit(&mut net, &[([0.5, 0.8], [0.9])])?;
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    pub fn dropout_layer(mut self, layer: usize, rate: f64) -> Self {
        self.settings.dropout.rates.set_layer(layer, rate);
        self
    }
}

/// How many neurons are left out, and the seed that decides which.
#[derive(Clone, Debug)]
pub(crate) struct Dropout {
    rates: PerLayer,
    seed: u64,
}

impl Dropout {
    pub(super) const NONE: Self = Self { rates: PerLayer::ZERO, seed: 0 };

    /// `None` if no neuron is left out.
    pub(super) fn get(&self) -> Option<&Self> {
        if self.rates.is_zero() { None } else { Some(self) }
    }

    pub(super) fn check(&self) -> Result<(), TrainError> {
        self.rates.values().try_for_each(|rate| {
            check_setting((0.0..1.0).contains(&rate), "dropout rate", rate, "at least 0 and less than 1")
        })
    }

    /// Checks that the network has such hidden layers.
    pub(super) fn check_layers<T>(&self, layers: &[Layer<T>]) -> Result<(), TrainError> {
        let hidden = layers.len().saturating_sub(1);
        if hidden == 0 && self.rates.of_others() > 0.0 {
            return Err(TrainError::UnknownLayer { setting: "dropout", layer: 0, layers: 0 });
        }
        self.rates.check_layers("dropout_layer", hidden)
    }

    /// As a saved training writes it.
    pub(super) fn describe(&self) -> Option<alloc::string::String> {
        self.rates.describe().map(|rates| alloc::format!("{rates}, seed {}", self.seed))
    }
}

/// Which neurons are left out in the passes of an epoch.
#[derive(Clone, Copy)]
pub(crate) struct Masks<'a> {
    pub(super) dropout: &'a Dropout,
    pub(super) epoch: usize,
    /// The chunk of the epoch, or the number of the single step.
    pub(super) chunk: usize,
}

impl Masks<'_> {
    /// Whether a layer leaves out neurons.
    pub(crate) fn has(&self, layer: usize) -> bool {
        self.dropout.rates.of(layer) > 0.0
    }

    /// Writes the factor of each activation of a layer for an example: 0, or what keeps the mean.
    pub(crate) fn draw<'t, T: Scalar>(&self, layer: usize, example: usize, factors: impl Iterator<Item = &'t mut T>) {
        let rate = self.dropout.rates.of(layer);
        let kept = T::from_f64(1.0 / (1.0 - rate));
        // Odd numbers of many bits. Sums of their multiples differ for different places, and the generator mixes them.
        let places = [
            (self.epoch, 0xbf58_476d_1ce4_e5b9),
            (self.chunk, 0x94d0_49bb_1331_11eb),
            (example, 0xd134_2543_de82_ef95),
            (layer, 0xaef1_7502_108e_f2d9),
        ];
        let seed = places.iter().fold(self.dropout.seed ^ 0x6c62_272e_07bb_0142, |seed, &(place, factor)| {
            seed.wrapping_add((place as u64).wrapping_mul(factor))
        });
        let mut rng = rng(seed);
        for factor in factors {
            *factor = if unit(&mut rng) < rate { T::ZERO } else { kept };
        }
    }
}
