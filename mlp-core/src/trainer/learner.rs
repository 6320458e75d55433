//! The part of a training that depends on the types of the network, its optimizer and its observers.

use core::ops::{ControlFlow, Range};

use super::loss_monitor::LossMonitor;
use super::memory::{Memory, TrainingView, set_parameters};
use super::stop_criteria::EpochLoss;
#[cfg(feature = "alloc")]
use super::{FullBatch, Step};
use super::{Method, Progress, Settings, StopReason, Validation};
use crate::math::{CompensatedSum, float, for_each_pair};
use crate::network::{Array as _, ErasedArchitecture};
use crate::observer::Update;
use crate::random::Permutation;
use crate::sample_weights::TrainingWeights;
use crate::{Epoch, Network, Observer, Optimizer, Scalar as _, TrainError};

/// The interface between the training loop and the network. With `std` the loop takes it as a trait object, so that the
/// loop is compiled with this crate and not again in the user's.
///
/// Parameters and gradients are flat: slices in canonical order. Kernels read the flat parameters; a pass over a single
/// example reads the network. [`flatten`](Self::flatten) and [`unflatten`](Self::unflatten) say which of the two an
/// update changes.
pub trait Learner<T: 'static> {
    /// The architecture of the network.
    fn architecture(&self) -> ErasedArchitecture<T>;

    /// The optimizer's learning rate, before a schedule.
    fn learning_rate(&self) -> f64;

    /// How the optimizer learns.
    fn method(&self) -> Method;

    /// An epoch of an optimizer that learns from all examples at once. The parameters are flat.
    #[cfg(feature = "alloc")]
    fn full_batch_epoch(&mut self, objective: &mut FullBatch<'_, T>) -> Result<Step, TrainError>;

    /// The parameters.
    fn parameters(&mut self) -> &[T];

    /// From now on updates change the flat parameters.
    fn flatten(&mut self);

    /// From now on updates change the network again.
    fn unflatten(&mut self);

    /// The flat parameters, and the sum of a batch's gradients, to be written.
    fn parameters_and_sum(&mut self) -> (&[T], &mut [T]);

    /// The sum of a batch's gradients.
    fn sum(&mut self) -> &mut [T];

    /// Trains for `epochs` epochs of single examples, in the given order.
    fn online_epochs(&mut self, epochs: usize, learning_rate: T);

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

    /// Changes the flat parameters, and with them the network unless they are [flat](Self::flatten).
    #[cfg(feature = "alloc")]
    fn change_parameters(&mut self, change: &mut dyn FnMut(&mut [T]));

    /// Updates the parameters by the gradients in the sum.
    fn update(&mut self, learning_rate: T);

    /// Saves a copy of the parameters and of the optimizer's state.
    fn keep(&mut self);

    /// Goes back to the copy that [`keep`](Self::keep) saved.
    fn go_back(&mut self);

    /// Saves the best parameters so far: the kept copy, or else the present ones.
    fn keep_best(&mut self, is_kept_one: bool);

    /// Goes back to the parameters that [`keep_best`](Self::keep_best) saved.
    fn restore_best(&mut self);

    /// Tells the observers that the training starts.
    fn start(&mut self);

    /// Whether an observer wants to see every update.
    fn wants_updates(&self) -> bool;

    /// Shows an update to the observers.
    fn after_update(&mut self, epoch: usize, number: usize, learning_rate: T);

    /// The first of these epochs that an observer wants.
    fn first_wanted(&self, epochs: Range<usize>) -> Option<usize>;

    /// Keeps the prediction for a single example, which observers see.
    #[cfg(feature = "alloc")]
    fn keep_prediction(&mut self);

    /// Whether an observer wants to see the last epoch, whatever its number.
    fn wants_last(&self) -> bool;

    /// Shows an epoch to the observers.
    fn after_epoch(
        &mut self,
        losses: EpochLoss<T>,
        is_last: bool,
        learning_rate: T,
        settings: &Settings,
        progress: &Progress<T>,
    ) -> ControlFlow<StopReason>;

    /// The mean loss of the validation examples, if there are any.
    fn validation_loss(&self) -> Option<T>;
}

/// The only implementation of [`Learner`].
pub(super) struct NetworkLearner<'a, N: Network, O: Optimizer<N::Scalar>, W, V, S> {
    pub(super) optimizer: &'a O,
    pub(super) observers: &'a mut W,
    pub(super) examples: &'a [(N::Input, N::Output)],
    /// Their weights, or `()`.
    pub(super) weights: S,
    pub(super) validation: &'a V,
    pub(super) network: &'a mut N,
    pub(super) memory: &'a mut Memory<N, O>,
    /// Whether updates change `memory.parameters`, and not the network.
    pub(super) is_flat: bool,
    /// The last prediction of a monitored epoch.
    pub(super) prediction: Option<N::Output>,
}

impl<N, O, W, V, S> NetworkLearner<'_, N, O, W, V, S>
where
    N: Network,
    O: Optimizer<N::Scalar>,
    W: Observer<N>,
    V: Validation<N>,
    S: TrainingWeights,
{
    /// Learns from the example `index`, and returns the pass from before the update.
    #[allow(clippy::inline_always, reason = "a called step takes a tenth longer than one inlined into the loop")]
    #[inline(always)]
    fn learn(&mut self, index: usize, learning_rate: N::Scalar, (x, y_true): (N::Input, N::Output)) -> N::Forward {
        let pass = self.network.forward(x);
        self.network.backprop_into(x, y_true, &pass, &mut self.memory.sum);
        self.weights.weigh(index, self.memory.sum.as_mut());
        self.update(learning_rate);
        pass
    }
}

// Calls through a trait object are not inlined. `#[inline]` is here to compile these methods in the codegen unit that
// calls `fit`. Otherwise they would form a codegen unit of their own, and code that both units need would be compiled
// twice.
impl<N, O, W, V, S> Learner<N::Scalar> for NetworkLearner<'_, N, O, W, V, S>
where
    N: Network,
    O: Optimizer<N::Scalar>,
    W: Observer<N>,
    V: Validation<N>,
    S: TrainingWeights,
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
    fn method(&self) -> Method {
        O::METHOD
    }

    #[cfg(feature = "alloc")]
    #[inline]
    fn full_batch_epoch(&mut self, objective: &mut FullBatch<'_, N::Scalar>) -> Result<Step, TrainError> {
        let Memory { state, parameters, sum, .. } = &mut *self.memory;
        self.optimizer.full_batch_epoch::<N::Parameters>(state, parameters.as_mut(), sum.as_mut(), objective)
    }

    #[inline]
    fn parameters(&mut self) -> &[N::Scalar] {
        if !self.is_flat {
            self.network.copy_parameters_into(&mut self.memory.parameters);
        }
        self.memory.parameters.as_ref()
    }

    #[inline]
    fn flatten(&mut self) {
        self.network.copy_parameters_into(&mut self.memory.parameters);
        self.is_flat = true;
    }

    #[inline]
    fn unflatten(&mut self) {
        set_parameters(self.network, &self.memory.parameters);
        self.is_flat = false;
    }

    #[inline]
    fn parameters_and_sum(&mut self) -> (&[N::Scalar], &mut [N::Scalar]) {
        (self.memory.parameters.as_ref(), self.memory.sum.as_mut())
    }

    #[inline]
    fn sum(&mut self) -> &mut [N::Scalar] {
        self.memory.sum.as_mut()
    }

    #[inline]
    fn online_epochs(&mut self, epochs: usize, learning_rate: N::Scalar) {
        if !O::IS_PLAIN_DESCENT || !S::IS_NONE {
            for _ in 0..epochs {
                for (index, &example) in self.examples.iter().enumerate() {
                    self.learn(index, learning_rate, example);
                }
            }
        } else if N::Parameters::IS_LARGE {
            sgd_epochs(self.network, self.examples, epochs, learning_rate);
        } else {
            // The parameters of a local variable can stay in registers.
            let mut network = self.network.clone();
            sgd_epochs(&mut network, self.examples, epochs, learning_rate);
            *self.network = network;
        }
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
            let pass = if O::IS_PLAIN_DESCENT && S::IS_NONE {
                self.network.sgd_step(x, y_true, learning_rate)
            } else {
                self.learn(index, learning_rate, (x, y_true))
            };
            if let Some(monitor) = &mut monitor {
                self.prediction = Some(N::prediction(&pass));
                monitor.add_loss(index, weighted_loss::<N>(self.weights, index, &pass, y_true))?;
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
        let Memory { sum, parameters: gradients, .. } = &mut *self.memory;
        if N::Parameters::IS_LARGE {
            sum.as_mut().fill(N::Scalar::ZERO);
        } else {
            *sum = N::Parameters::zeros();
        }
        for position in positions {
            let index = Permutation::index_in(order, position);
            let Some(&(x, y_true)) = self.examples.get(index) else { break };
            let pass = self.network.forward(x);
            if let Some(monitor) = &mut monitor {
                self.prediction = Some(N::prediction(&pass));
                monitor.add_loss(index, weighted_loss::<N>(self.weights, index, &pass, y_true))?;
            }
            self.network.backprop_into(x, y_true, &pass, gradients);
            self.weights.weigh(index, gradients.as_mut());
            for_each_pair(sum.as_mut(), gradients.as_ref(), |sum, gradient| *sum += gradient);
        }
        Ok(())
    }

    #[cfg(feature = "alloc")]
    #[inline]
    fn change_parameters(&mut self, change: &mut dyn FnMut(&mut [N::Scalar])) {
        self.parameters();
        change(self.memory.parameters.as_mut());
        if !self.is_flat {
            set_parameters(self.network, &self.memory.parameters);
        }
    }

    #[inline]
    fn update(&mut self, learning_rate: N::Scalar) {
        let Self { optimizer, network, memory, is_flat, .. } = self;
        let Memory { state, parameters, sum, .. } = &mut **memory;
        optimizer.begin_step::<N::Parameters>(state, learning_rate);
        let mut step = |offset, piece: &mut [N::Scalar]| {
            let gradients = sum.as_ref().get(offset..offset + piece.len()).unwrap_or_default();
            optimizer.step::<N::Parameters>(state, offset, piece, gradients, learning_rate);
        };
        if *is_flat {
            step(0, parameters.as_mut());
        } else {
            network.modify_parameters(step);
        }
    }

    #[inline]
    fn keep(&mut self) {
        let Memory { state, kept_parameters, kept_state, .. } = &mut *self.memory;
        self.network.copy_parameters_into(kept_parameters);
        kept_state.clone_from(state);
    }

    #[inline]
    fn go_back(&mut self) {
        self.is_flat = false;
        self.memory.go_back(self.network);
    }

    #[inline]
    fn keep_best(&mut self, is_kept_one: bool) {
        let Memory { best, kept_parameters, .. } = &mut *self.memory;
        match best {
            Some(best) if is_kept_one => best.clone_from(kept_parameters),
            Some(best) => self.network.copy_parameters_into(best),
            None => {}
        }
    }

    #[inline]
    fn restore_best(&mut self) {
        self.memory.restore_best(self.network);
    }

    #[inline]
    fn start(&mut self) {
        self.observers.start(self.network);
    }

    #[inline]
    fn wants_updates(&self) -> bool {
        self.observers.wants_updates()
    }

    #[inline]
    fn after_update(&mut self, epoch: usize, number: usize, learning_rate: N::Scalar) {
        let Memory { sum, parameters, .. } = &*self.memory;
        if self.is_flat {
            set_parameters(self.network, parameters);
        }
        let (gradients, network) = (sum.as_ref(), &*self.network);
        self.observers.after_update(&Update { epoch, number, learning_rate, gradients, network });
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

    #[cfg(feature = "alloc")]
    #[inline]
    fn keep_prediction(&mut self) {
        if let [(x, _)] = *self.examples {
            self.prediction = Some(self.network.predict(x));
        }
    }

    #[inline]
    fn wants_last(&self) -> bool {
        self.observers.wants_last()
    }

    #[inline]
    fn after_epoch(
        &mut self,
        losses: EpochLoss<N::Scalar>,
        is_last: bool,
        learning_rate: N::Scalar,
        settings: &Settings,
        progress: &Progress<N::Scalar>,
    ) -> ControlFlow<StopReason> {
        // Other processes may have more examples.
        let examples = progress.examples(self.examples.len());
        let prediction = if examples == 1 { self.prediction } else { None };
        let validation = if let Some(examples) = self.validation.examples() { examples.len() } else { 0 };
        let (optimizer, memory) = (self.optimizer, &*self.memory);
        let training = &TrainingView { optimizer, memory, settings, progress, validation };
        let (EpochLoss { number, loss, validation_loss }, network) = (losses, &*self.network);
        #[cfg(feature = "std")]
        let batch = settings.batch_size(O::METHOD, examples).unwrap_or(1).max(1);
        let epoch = Epoch {
            number,
            epochs: settings.epochs,
            is_last,
            loss,
            validation_loss,
            learning_rate,
            prediction,
            network,
            #[cfg(feature = "std")]
            kept_parameters: &memory.kept_parameters,
            #[cfg(feature = "std")]
            examples: if examples == self.examples.len() { self.examples } else { &[] },
            #[cfg(feature = "std")]
            updates: examples.div_ceil(batch),
            training,
        };
        self.observers.after_epoch(&epoch)
    }

    #[inline]
    fn validation_loss(&self) -> Option<N::Scalar> {
        // A constant, so that nothing of this is compiled without validation.
        if V::IS_NONE {
            return None;
        }
        let examples = self.validation.examples()?;
        let mut sum = CompensatedSum::ZERO;
        for &(x, y_true) in examples {
            sum.add(N::loss_of(&self.network.forward(x), y_true));
        }
        Some(sum.total() / N::Scalar::from_f64(float(examples.len())))
    }
}

/// The loss of an example, times its weight.
#[inline]
fn weighted_loss<N: Network>(
    weights: impl TrainingWeights,
    index: usize,
    pass: &N::Forward,
    y_true: N::Output,
) -> N::Scalar {
    let mut loss = [N::loss_of(pass, y_true)];
    weights.weigh(index, &mut loss);
    let [loss] = loss;
    loss
}

/// Epochs of plain gradient descent on single examples.
#[allow(clippy::inline_always, reason = "the loop decides nothing, and its network should stay in registers")]
#[inline(always)]
fn sgd_epochs<N: Network>(
    network: &mut N,
    examples: &[(N::Input, N::Output)],
    epochs: usize,
    learning_rate: N::Scalar,
) {
    for _ in 0..epochs {
        for &(x, y_true) in examples {
            network.sgd_step(x, y_true, learning_rate);
        }
    }
}
