//! The part of a training that depends on the types of the network, its optimizer and its observers.

use core::ops::{ControlFlow, Range};

use super::loss_monitor::LossMonitor;
use super::{StopReason, Validation};
use crate::Scalar as _;
use crate::math::float;
use crate::network::{Array as _, ErasedArchitecture};
use crate::random::Permutation;
use crate::{Epoch, Network, Observer, Optimizer, TrainError};

/// The interface between the training loop and the network. With `std` the loop takes it as a trait object, so that the
/// loop is compiled with this crate and not again in the user's.
pub trait Learner<T: 'static> {
    /// The architecture of the network.
    fn architecture(&self) -> ErasedArchitecture<T>;

    /// The optimizer's learning rate, before a schedule.
    fn learning_rate(&self) -> f64;

    /// The parameters in canonical order.
    fn parameters(&mut self) -> &[T];

    /// The parameters in canonical order, and the sum of a batch's gradients, to be written.
    fn parameters_and_sum(&mut self) -> (&[T], &mut [T]);

    /// The sum of a batch's gradients, in canonical order.
    fn sum(&mut self) -> &mut [T];

    /// Trains for `epochs` epochs of single examples, in the given order.
    fn sgd_epochs(&mut self, epochs: usize, learning_rate: T);

    /// Trains for one epoch of single examples.
    fn online_epoch(
        &mut self,
        learning_rate: T,
        order: Option<&Permutation>,
        monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError>;

    /// Sums up the gradients of the examples at these positions of the order.
    fn sum_gradients(
        &mut self,
        positions: Range<usize>,
        order: Option<&Permutation>,
        monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError>;

    /// Updates the network by the gradients in the sum.
    fn step(&mut self, learning_rate: T);

    /// Saves a copy of the network and the optimizer state.
    fn keep(&mut self);

    /// Goes back to the copy that [`keep`](Self::keep) saved.
    fn go_back(&mut self);

    /// Saves the best network so far: the kept copy, or else the present network.
    fn keep_best(&mut self, is_kept_one: bool);

    /// Goes back to the best network, if one was saved.
    fn restore_best(&mut self);

    /// Tells the observers that the training starts.
    fn start(&mut self);

    /// The first of these epochs that an observer wants.
    fn first_wanted(&self, epochs: Range<usize>) -> Option<usize>;

    /// Shows an epoch to the observers.
    fn after_epoch(&mut self, epoch: usize, loss: T, validation_loss: Option<T>) -> ControlFlow<StopReason>;

    /// The mean loss of the validation examples, if there are any.
    fn validation_loss(&self) -> Option<T>;
}

/// The only implementation of [`Learner`].
pub(super) struct NetworkLearner<'a, N: Network, O: Optimizer<N>, W, V> {
    optimizer: &'a O,
    observers: &'a mut W,
    examples: &'a [(N::Input, N::Output)],
    validation: &'a V,
    network: &'a mut N,
    state: O::State,
    kept: (N, O::State),
    best: Option<N>,
    /// A buffer for the parameters in canonical order.
    parameters: N::Parameters,
    /// The sum of the gradients of a batch.
    sum: N::Parameters,
    /// The last prediction of a monitored epoch.
    prediction: Option<N::Output>,
}

impl<'a, N: Network, O: Optimizer<N>, W, V> NetworkLearner<'a, N, O, W, V> {
    #[inline]
    pub(super) fn new(
        network: &'a mut N,
        examples: &'a [(N::Input, N::Output)],
        optimizer: &'a O,
        observers: &'a mut W,
        validation: &'a V,
    ) -> Result<Self, TrainError> {
        let state = optimizer.init_state()?;
        Ok(Self {
            optimizer,
            observers,
            examples,
            validation,
            kept: (network.clone(), state.clone()),
            network,
            state,
            best: None,
            parameters: N::Parameters::zeros(),
            sum: N::Parameters::zeros(),
            prediction: None,
        })
    }
}

// Calls through a trait object are not inlined. `#[inline]` is here to compile these methods in the codegen unit that
// calls `fit`. Otherwise they would form a codegen unit of their own, and code that both units need would be compiled
// twice.
impl<N, O, W, V> Learner<N::Scalar> for NetworkLearner<'_, N, O, W, V>
where
    N: Network,
    O: Optimizer<N>,
    W: Observer<N>,
    V: Validation<N>,
{
    #[inline]
    fn architecture(&self) -> ErasedArchitecture<N::Scalar> {
        N::ARCHITECTURE.erased()
    }

    #[inline]
    fn learning_rate(&self) -> f64 {
        self.optimizer.learning_rate()
    }

    #[inline]
    fn parameters(&mut self) -> &[N::Scalar] {
        self.network.copy_parameters_into(&mut self.parameters);
        self.parameters.as_ref()
    }

    #[inline]
    fn parameters_and_sum(&mut self) -> (&[N::Scalar], &mut [N::Scalar]) {
        self.network.copy_parameters_into(&mut self.parameters);
        (self.parameters.as_ref(), self.sum.as_mut())
    }

    #[inline]
    fn sum(&mut self) -> &mut [N::Scalar] {
        self.sum.as_mut()
    }

    #[inline]
    fn sgd_epochs(&mut self, epochs: usize, learning_rate: N::Scalar) {
        // The parameters of a local variable can stay in registers.
        let mut network = self.network.clone();
        for _ in 0..epochs {
            for &(x, y_true) in self.examples {
                self.optimizer.online_step(&mut self.state, &mut network, x, y_true, learning_rate);
            }
        }
        *self.network = network;
    }

    #[inline]
    fn online_epoch(
        &mut self,
        learning_rate: N::Scalar,
        order: Option<&Permutation>,
        mut monitor: Option<&mut LossMonitor<N::Scalar>>,
    ) -> Result<(), TrainError> {
        for position in 0..self.examples.len() {
            let index = Permutation::index_in(order, position);
            // The example is always there. Indexing could panic and print numbers; without that, firmware is 3 kB
            // smaller.
            let Some(&(x, y_true)) = self.examples.get(index) else { break };
            let y_pred = self.optimizer.online_step(&mut self.state, self.network, x, y_true, learning_rate);
            if let Some(monitor) = &mut monitor {
                self.prediction = Some(y_pred);
                monitor.add_loss(index, N::loss(y_pred, y_true))?;
                monitor.check_parameters(index, self)?;
            }
        }
        Ok(())
    }

    #[inline]
    fn sum_gradients(
        &mut self,
        positions: Range<usize>,
        order: Option<&Permutation>,
        mut monitor: Option<&mut LossMonitor<N::Scalar>>,
    ) -> Result<(), TrainError> {
        // A network serves as the accumulator, because it can already add gradients and copy its parameters out.
        let mut sum = N::from_parameters(&N::Parameters::zeros());
        for position in positions {
            let index = Permutation::index_in(order, position);
            let Some(&(x, y_true)) = self.examples.get(index) else { break };
            let pass = self.network.forward(x);
            if let Some(monitor) = &mut monitor {
                let y_pred = N::prediction(&pass);
                self.prediction = Some(y_pred);
                monitor.add_loss(index, N::loss(y_pred, y_true))?;
            }
            sum.update(&self.network.backprop(x, y_true, &pass), -N::Scalar::ONE);
        }
        sum.copy_parameters_into(&mut self.sum);
        Ok(())
    }

    #[inline]
    fn step(&mut self, learning_rate: N::Scalar) {
        let gradients = N::gradients_from(&self.sum);
        self.optimizer.step(&mut self.state, self.network, &gradients, learning_rate);
    }

    #[inline]
    fn keep(&mut self) {
        self.kept = (self.network.clone(), self.state.clone());
    }

    #[inline]
    fn go_back(&mut self) {
        (*self.network, self.state) = self.kept.clone();
    }

    #[inline]
    fn keep_best(&mut self, is_kept_one: bool) {
        self.best = Some(if is_kept_one { self.kept.0.clone() } else { self.network.clone() });
    }

    #[inline]
    fn restore_best(&mut self) {
        if let Some(best) = self.best.take() {
            *self.network = best;
        }
    }

    #[inline]
    fn start(&mut self) {
        self.observers.start(self.network);
    }

    #[allow(clippy::manual_find, reason = "`find` is half a dozen functions, compiled for every network")]
    #[inline]
    fn first_wanted(&self, epochs: Range<usize>) -> Option<usize> {
        for epoch in epochs {
            if self.observers.wants(epoch) {
                return Some(epoch);
            }
        }
        None
    }

    #[inline]
    fn after_epoch(
        &mut self,
        epoch: usize,
        loss: N::Scalar,
        validation_loss: Option<N::Scalar>,
    ) -> ControlFlow<StopReason> {
        let prediction = if self.examples.len() == 1 { self.prediction } else { None };
        let epoch = Epoch { number: epoch, loss, validation_loss, prediction, network: self.network };
        self.observers.after_epoch(&epoch)
    }

    #[inline]
    fn validation_loss(&self) -> Option<N::Scalar> {
        let examples = self.validation.examples()?;
        let mut sum = N::Scalar::ZERO;
        for &(x, y_true) in examples {
            sum += N::loss(self.network.predict(x), y_true);
        }
        Some(sum / N::Scalar::from_f64(float(examples.len())))
    }
}
