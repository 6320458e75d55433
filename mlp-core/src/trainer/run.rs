//! A training under way: epochs, batches, updates.

use core::ops::{ControlFlow, Range, RangeInclusive};

use super::permutation::Permutation;
use super::{Outcome, Stop, checks};
#[cfg(feature = "alloc")]
use crate::batch::{self, Batched, Selection};
use crate::math::absolute;
use crate::network::Array as _;
use crate::scalar::float;
use crate::{Epoch, Network, Observer, Optimizer, Scalar, Schedule, TrainError};

/// How many updates may pass before the parameters are checked. A parameter that is not finite stays so, hence late is
/// early enough: the stretch since the last check is replayed to find out where it happened.
const UPDATES_BETWEEN_CHECKS: usize = 1024;

/// What stays the same in all epochs.
pub(super) struct Plan<'a, N: Network, O> {
    pub(super) optimizer: &'a O,
    pub(super) examples: &'a [(N::Input, N::Output)],
    /// Examples in a batch, at least one.
    pub(super) batch: usize,
    pub(super) shuffle: Option<u64>,
    pub(super) schedule: Option<Schedule>,
    pub(super) clip_norm: Option<f64>,
    #[cfg(feature = "alloc")]
    pub(super) reproducible: bool,
}

impl<N: Network, O> Clone for Plan<'_, N, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N: Network, O> Copy for Plan<'_, N, O> {}

impl<N: Network, O: Optimizer<N>> Plan<'_, N, O> {
    fn learning_rate(&self, epoch: usize) -> Result<N::Scalar, TrainError> {
        let learning_rate = self.optimizer.learning_rate();
        let Some(schedule) = self.schedule else { return Ok(N::Scalar::from_f64(learning_rate)) };
        let factor = schedule.factor(epoch);
        if factor >= 0.0 && factor.is_finite() {
            Ok(N::Scalar::from_f64(learning_rate * factor))
        } else {
            Err(TrainError::Schedule { epoch, factor })
        }
    }
}

/// What changes.
pub(super) struct Run<'a, N: Network, O: Optimizer<N>> {
    plan: Plan<'a, N, O>,
    network: N,
    state: O::State,
    /// Where batches are large enough for them.
    #[cfg(feature = "alloc")]
    kernels: Option<Batched<N>>,
}

impl<'a, N: Network, O: Optimizer<N>> Run<'a, N, O> {
    pub(super) fn new(plan: Plan<'a, N, O>, network: N, state: O::State) -> Self {
        #[cfg(feature = "alloc")]
        let kernels = (plan.batch >= batch::FEWEST).then(Batched::new);
        Self {
            plan,
            network,
            state,
            #[cfg(feature = "alloc")]
            kernels,
        }
    }

    /// Trains up to the epoch `last`, and puts into `network` what has been reached, or what was there last before
    /// something went wrong.
    pub(super) fn train(
        mut self,
        network: &mut N,
        last: usize,
        mut observers: impl Observer<N>,
        validation: Option<&[(N::Input, N::Output)]>,
    ) -> Result<Outcome<N::Scalar>, TrainError> {
        observers.start(&self.network);
        let most = (UPDATES_BETWEEN_CHECKS / self.plan.examples.len().div_ceil(self.plan.batch)).max(1);
        let mut first = 0;
        loop {
            // A stretch of epochs that nobody looks at, up to one that somebody does, or that is checked.
            let watched = (first..last)
                .take(most)
                .find(|&epoch| observers.wants(epoch))
                .unwrap_or(last.min(first.saturating_add(most - 1)));
            let good = (self.network.clone(), self.state.clone());
            let Some((loss, prediction)) = self.stretch(first, watched) else {
                (self.network, self.state) = good;
                let error = self.find_fault(first..=watched);
                *network = self.network;
                return Err(error);
            };
            let wanted = observers.wants(watched);
            let mut epoch = Epoch::new(watched, loss, prediction, &self.network);
            if wanted || watched == last {
                epoch.validation_loss = validation.map(|examples| mean_loss(&self.network, examples));
            }
            let flow = if wanted { observers.after_epoch(&epoch) } else { ControlFlow::Continue(()) };
            let stop = match flow {
                ControlFlow::Break(stop) => stop,
                ControlFlow::Continue(()) if watched == last => Stop::Epochs,
                ControlFlow::Continue(()) => {
                    first = watched + 1;
                    continue;
                }
            };
            let validation_loss = epoch.validation_loss;
            *network = self.network;
            return Ok(Outcome { epochs: watched + 1, loss, validation_loss, best_epoch: None, stop });
        }
    }

    /// The epochs from `first` to `last`, with the loss of the last, and its prediction if there is one example only;
    /// `None` if something went wrong in one of them.
    fn stretch(&mut self, first: usize, last: usize) -> Option<(N::Scalar, Option<N::Output>)> {
        self.unwatched(first..last).ok()?;
        let mut mean = Mean { sum: N::Scalar::ZERO, prediction: None };
        self.epoch(last, Some(&mut mean)).ok()?;
        let loss = mean.sum / N::Scalar::from_f64(float(self.plan.examples.len()));
        let prediction = mean.prediction.filter(|_| self.plan.examples.len() == 1);
        (loss.is_finite() && checks::first_not_finite(&self.network).is_none()).then_some((loss, prediction))
    }

    /// Epochs that nobody looks at.
    fn unwatched(&mut self, epochs: Range<usize>) -> Result<(), TrainError> {
        let Plan { examples, batch, shuffle, schedule, clip_norm, .. } = self.plan;
        if !matches!((batch, shuffle, clip_norm, schedule), (1, None, None, None)) {
            return { epochs }.try_for_each(|epoch| self.epoch(epoch, None));
        }
        // The lecture's case, in which a step takes as long as fifty additions: nothing in it is left to decide.
        let learning_rate = self.plan.learning_rate(epochs.start)?;
        for _ in epochs {
            for &(x, y_true) in examples {
                self.plan.optimizer.online_step(&mut self.state, &mut self.network, x, y_true, learning_rate);
            }
        }
        Ok(())
    }

    /// Every example once, in whatever order, and an update after each batch.
    fn epoch(&mut self, epoch: usize, witness: Option<&mut dyn Witness<N>>) -> Result<(), TrainError> {
        let Plan { examples, batch, shuffle, clip_norm, .. } = self.plan;
        let learning_rate = self.plan.learning_rate(epoch)?;
        let order = shuffle.map(|seed| Permutation::new(seed, epoch, examples.len()));
        #[cfg(feature = "alloc")]
        if self.kernels.is_some() {
            return self.batches(learning_rate, order.as_ref(), witness);
        }
        if batch == 1 && clip_norm.is_none() {
            self.single_examples(learning_rate, order.as_ref(), witness)
        } else {
            self.small_batches(learning_rate, order.as_ref(), witness)
        }
    }

    /// An update after every example.
    fn single_examples(
        &mut self,
        learning_rate: N::Scalar,
        order: Option<&Permutation>,
        mut witness: Option<&mut dyn Witness<N>>,
    ) -> Result<(), TrainError> {
        let Plan { optimizer, examples, .. } = self.plan;
        for position in 0..examples.len() {
            let index = Permutation::index_in(order, position);
            // Always there; without a panic that prints numbers, a firmware is 3 kB smaller.
            let Some(&(x, y_true)) = examples.get(index) else { break };
            let y_pred = optimizer.online_step(&mut self.state, &mut self.network, x, y_true, learning_rate);
            if let Some(witness) = &mut witness {
                witness.example(index, y_pred, y_true)?;
                witness.update(index, &self.network)?;
            }
        }
        Ok(())
    }

    /// An update after every batch, whose examples are computed one by one.
    fn small_batches(
        &mut self,
        learning_rate: N::Scalar,
        order: Option<&Permutation>,
        mut witness: Option<&mut dyn Witness<N>>,
    ) -> Result<(), TrainError> {
        let Plan { optimizer, examples, batch, clip_norm, .. } = self.plan;
        let (mut sum, mut count) = (N::Parameters::zeros(), 0);
        for position in 0..examples.len() {
            let index = Permutation::index_in(order, position);
            let Some(&(x, y_true)) = examples.get(index) else { break };
            let pass = self.network.forward(x);
            if let Some(witness) = &mut witness {
                witness.example(index, N::prediction(&pass), y_true)?;
            }
            add::<N>(&mut sum, &self.network.backprop(x, y_true, &pass));
            count += 1;
            if count < batch && position + 1 < examples.len() {
                continue;
            }
            let gradients = mean::<N>(&mut sum, count, clip_norm);
            optimizer.step(&mut self.state, &mut self.network, &gradients, learning_rate);
            if let Some(witness) = &mut witness {
                witness.update(index, &self.network)?;
            }
            sum.as_mut().fill(N::Scalar::ZERO);
            count = 0;
        }
        Ok(())
    }

    /// An update after every batch, in the kernels.
    #[cfg(feature = "alloc")]
    fn batches(
        &mut self,
        learning_rate: N::Scalar,
        order: Option<&Permutation>,
        mut witness: Option<&mut dyn Witness<N>>,
    ) -> Result<(), TrainError> {
        let Plan { optimizer, examples, batch, clip_norm, reproducible, .. } = self.plan;
        let Some(kernels) = &mut self.kernels else { return Ok(()) };
        let mut sum = N::Parameters::zeros();
        for first in (0..examples.len()).step_by(batch) {
            let selection = Selection { examples, order, places: first..examples.len().min(first + batch) };
            let mut fault = Ok(());
            let mut look = witness.as_deref_mut().map(|witness| {
                let (selection, fault) = (&selection, &mut fault);
                move |place: usize, y_pred: N::Output| {
                    let index = selection.index(place);
                    if let (Ok(()), Some((_, y_true))) = (&fault, examples.get(index)) {
                        *fault = witness.example(index, y_pred, *y_true);
                    }
                }
            });
            let look = look.as_mut().map(|look| look as &mut dyn FnMut(usize, N::Output));
            kernels.gradients(&self.network, &selection, look, &mut sum, reproducible);
            fault?;
            let gradients = mean::<N>(&mut sum, selection.places.len(), clip_norm);
            optimizer.step(&mut self.state, &mut self.network, &gradients, learning_rate);
            if let Some(witness) = &mut witness {
                witness.update(selection.index(selection.places.len() - 1), &self.network)?;
            }
        }
        Ok(())
    }

    /// Repeats epochs in which something went wrong, says what it was, and leaves the network as it was after the last
    /// good one.
    fn find_fault(&mut self, epochs: RangeInclusive<usize>) -> TrainError {
        let last = *epochs.end();
        for epoch in epochs {
            let good = self.network.clone();
            if let Err(error) = self.epoch(epoch, Some(&mut Examiner { epoch, sum: N::Scalar::ZERO })) {
                self.network = good;
                return error;
            }
        }
        // Only an activation or a loss that is no function of its arguments gets here.
        TrainError::Loss { epoch: last, example: self.plan.examples.len() - 1 }
    }
}

fn mean_loss<N: Network>(network: &N, examples: &[(N::Input, N::Output)]) -> N::Scalar {
    let losses = examples.iter().map(|&(x, y_true)| N::loss(network.predict(x), y_true));
    losses.fold(N::Scalar::ZERO, |sum, loss| sum + loss) / N::Scalar::from_f64(float(examples.len()))
}

fn add<N: Network>(sum: &mut N::Parameters, gradients: &N::Gradients) {
    let mut array = N::Parameters::zeros();
    N::read_gradients(gradients, &mut array);
    sum.as_mut().iter_mut().zip(array.as_ref()).for_each(|(sum, gradient)| *sum += *gradient);
}

/// The mean of so many gradients, which `sum` becomes, clipped if there is a length to clip to.
fn mean<N: Network>(sum: &mut N::Parameters, count: usize, length: Option<f64>) -> N::Gradients {
    let count = N::Scalar::from_f64(float(count));
    sum.as_mut().iter_mut().for_each(|sum| *sum = *sum / count);
    if let Some(length) = length {
        clip_norm(sum.as_mut(), N::Scalar::from_f64(length));
    }
    N::gradients_from(sum)
}

/// Shortens a vector to this Euclidean length if it is longer.
fn clip_norm<T: Scalar>(vector: &mut [T], length: T) {
    // In units of the largest component, whose square might overflow.
    let largest = vector.iter().map(|&value| absolute(value)).fold(T::ZERO, |a, b| if b > a { b } else { a });
    if largest == T::ZERO {
        return;
    }
    let squares = vector.iter().map(|&value| (value / largest) * (value / largest));
    let norm = squares.fold(T::ZERO, |sum, square| sum + square).sqrt();
    if largest * norm > length {
        for value in vector {
            *value = *value / largest * (length / norm);
        }
    }
}

/// Looks on during an epoch.
trait Witness<N: Network> {
    /// Called with each prediction, before its update.
    fn example(&mut self, index: usize, y_pred: N::Output, y_true: N::Output) -> Result<(), TrainError>;

    /// Called after each update with its last example.
    fn update(&mut self, index: usize, network: &N) -> Result<(), TrainError>;
}

/// Adds up the losses.
struct Mean<N: Network> {
    sum: N::Scalar,
    /// The last one.
    prediction: Option<N::Output>,
}

impl<N: Network> Witness<N> for Mean<N> {
    fn example(&mut self, _index: usize, y_pred: N::Output, y_true: N::Output) -> Result<(), TrainError> {
        self.sum += N::loss(y_pred, y_true);
        self.prediction = Some(y_pred);
        Ok(())
    }

    fn update(&mut self, _index: usize, _network: &N) -> Result<(), TrainError> {
        Ok(())
    }
}

/// Looks for the first thing that is not finite.
struct Examiner<T> {
    epoch: usize,
    sum: T,
}

impl<N: Network> Witness<N> for Examiner<N::Scalar> {
    fn example(&mut self, example: usize, y_pred: N::Output, y_true: N::Output) -> Result<(), TrainError> {
        self.sum += N::loss(y_pred, y_true);
        if self.sum.is_finite() { Ok(()) } else { Err(TrainError::Loss { epoch: self.epoch, example }) }
    }

    fn update(&mut self, example: usize, network: &N) -> Result<(), TrainError> {
        match checks::first_not_finite(network) {
            Some(parameter) => Err(TrainError::Parameter { epoch: self.epoch, example, parameter }),
            None => Ok(()),
        }
    }
}
