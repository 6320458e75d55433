//! The trace of a step inside a training.

use super::{Settings, TrainError, Trainer, checks};
use crate::batch::NetworkExamples;
use crate::random::Permutation;
use crate::{Network, Optimizer, Scalar as _, Trace};

/// Why a step of a training has no trace.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TraceAtError {
    /// There is no such example.
    #[error("there is no example {example}: there are {examples}, counted from 0")]
    NoExample {
        /// The number that was asked for.
        example: usize,
        /// The number of examples.
        examples: usize,
    },
    /// The training has no such epoch.
    #[error("there is no epoch {epoch}: the trainer has {epochs} epochs, counted from 0")]
    NoEpoch {
        /// The number that was asked for.
        epoch: usize,
        /// The number of epochs.
        epochs: usize,
    },
    /// The update of a batch follows the mean of its gradients, which is the gradient of no single example.
    #[error(
        "an update learns from {size} examples at a time, so no single example has this step: a training with `Batch::Single` can be traced"
    )]
    Batch {
        /// The number of examples in a batch.
        size: usize,
    },
    /// A setting changes the update in a way that no equation shows.
    #[error("the trainer has `{setting}`, which a trace does not show: a training without it can be traced")]
    Setting {
        /// The setting.
        setting: &'static str,
    },
    /// The training fails before the step.
    #[error(transparent)]
    Train(#[from] TrainError),
}

crate::message::debug_is_message!(TraceAtError);

impl<O, W, V> Trainer<O, W, V> {
    /// The trace of one step of a training on single examples: that of an example in an epoch, both counted from 0, with
    /// the parameters, the optimizer's state and the learning rate that it begins with.
    ///
    /// This trains a copy of `network` from the start to the step, to the bits of [`fit`](Self::fit), and takes as long as
    /// `fit` until there. Observers see nothing of it, and no criterion ends it earlier.
    ///
    /// ```
    /// use mlp_core::{Adam, StandardNormal, Trainer, mlp};
    ///
    /// mlp!(pub struct Xor: 2 => tanh(3) => 1);
    /// let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
    /// let xor = Xor::random_with(&StandardNormal, &mut mlp_core::rng(1));
    /// let trace = Trainer::new(Adam::new(0.01)).trace_at(&xor, &examples, 10, 2)?;
    /// assert_eq!(trace.value("x1"), Some(1.0));
    /// println!("{}", trace.why("w11")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such epoch or example, if a batch has several examples, if the trainer clips gradients, has a penalty on
    /// weights, dropout or max-norm, or freezes parameters, or if the training fails before the step.
    pub fn trace_at<N>(
        &self,
        network: &N,
        examples: &[(N::Input, N::Output)],
        epoch: usize,
        example: usize,
    ) -> Result<Trace<N::Scalar>, TraceAtError>
    where
        N: Network,
        O: Optimizer<N::Scalar> + Clone,
    {
        O::METHOD.check_gradients("trace_at")?;
        let settings =
            Settings { target_loss: None, patience: None, min_delta: 0.0, time_limit: None, ..self.settings.clone() };
        if epoch >= settings.epochs {
            return Err(TraceAtError::NoEpoch { epoch, epochs: settings.epochs });
        }
        let &(x, y_true) =
            examples.get(example).ok_or(TraceAtError::NoExample { example, examples: examples.len() })?;
        let size = settings.batch_size(O::METHOD, examples.len())?;
        if size != 1 {
            return Err(TraceAtError::Batch { size });
        }
        if settings.clip_norm.is_some() {
            return Err(TraceAtError::Setting { setting: "clip_norm" });
        }
        if let Some(setting) = settings.changes_the_step() {
            return Err(TraceAtError::Setting { setting });
        }
        let optimizer = self.optimizer.clone();
        let trainer =
            Trainer { optimizer: optimizer.clone(), settings: settings.clone(), observers: (), validation: () };
        let mut network = network.clone();
        let mut training = trainer.start(&network)?;
        checks::training_set(N::ARCHITECTURE.erased(), &settings, &NetworkExamples::<N>(examples))?;
        if epoch > 0 {
            training.fit_until(epoch, &mut network, examples)?;
        }
        let mut order = None;
        if let Some(shuffle) = settings.shuffle {
            shuffle.make_order(&mut order, epoch, 0, examples.len());
        }
        let indices = (0..examples.len()).map(|position| Permutation::index_in(order.as_ref(), position));
        for before in indices.take_while(|&index| index != example) {
            let step = training.step(&mut network, &examples[before..=before]);
            step.map_err(|error| error.of_example(before))?;
        }
        let rate = optimizer.learning_rate();
        let learning_rate = settings.learning_rate(rate, N::Scalar::from_f64(rate), epoch)?;
        Ok(Trace::from_state(&network, x, y_true, &optimizer, training.optimizer_state(), learning_rate))
    }
}
