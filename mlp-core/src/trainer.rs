//! The one training loop.

use core::ops::ControlFlow;

use crate::network::{Array, Parameter};
use crate::scalar::float;
use crate::{Epoch, Network, Observer, Optimizer, Scalar};

/// How many updates may pass before the parameters are checked. A parameter that is not finite stays so, hence late is
/// early enough: the stretch since the last check is replayed to find out where it happened.
const UPDATES_BETWEEN_CHECKS: usize = 1024;

/// Trains networks: an optimizer, a number of epochs, and who looks on.
///
/// In an epoch every example is shown once, in the order given, and the parameters are updated after each.
///
/// ```
/// use mlp_core::{GradientDescent, History, Trainer, mlp};
///
/// mlp!(pub struct Net: 2 => 2 => 2);
/// let mut net = Net::from_parameters([0.1, 0.2, 0.3, 0.4, 0.0, 0.0, 0.5, 0.6, 0.7, 0.8, 0.0, 0.0]);
/// let mut history = History::new();
/// let outcome = Trainer::new(GradientDescent::new(0.5))
///     .epochs(2000)
///     .report_every(1000)
///     .observe(&mut history)
///     .fit(&mut net, &[([0.5, 0.8], [0.9, 0.2])])?;
/// assert_eq!(outcome.epochs, 2000);
/// assert!(outcome.loss < 1e-6);
/// assert_eq!(history.parameter("w31").unwrap().last(), Some(&net.w31));
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a trainer does nothing until `fit` is called"]
pub struct Trainer<O, W = ()> {
    optimizer: O,
    epochs: usize,
    observers: W,
}

impl<O> Trainer<O> {
    /// Trains with this optimizer, for 1000 epochs unless [`epochs`](Self::epochs) says otherwise.
    pub const fn new(optimizer: O) -> Self {
        Self { optimizer, epochs: 1000, observers: () }
    }
}

impl<O, W> Trainer<O, W> {
    /// How often every example is shown.
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// Prints the documents' line on standard output, every `n`th epoch from epoch 0 on.
    #[cfg(feature = "std")]
    pub fn report_every(self, n: usize) -> Trainer<O, (W, crate::observer::Report)> {
        self.observe(crate::observer::Report::every(n))
    }

    /// Adds an observer, often by `&mut`: `.observe(&mut history)`.
    pub fn observe<V>(self, observer: V) -> Trainer<O, (W, V)> {
        Trainer { optimizer: self.optimizer, epochs: self.epochs, observers: (self.observers, observer) }
    }

    /// Trains `network` on `examples`, pairs of inputs and targets. Each call starts with fresh optimizer state.
    ///
    /// # Errors
    ///
    /// Whatever [`TrainError`] names. The network then holds the parameters of the last good epoch: the last one in which
    /// the loss and every parameter were finite.
    pub fn fit<N>(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
    ) -> Result<Outcome<N::Scalar>, TrainError>
    where
        N: Network,
        O: Optimizer<N>,
        W: Observer<N>,
    {
        check_examples::<N>(examples)?;
        let last = self.epochs.checked_sub(1).ok_or(TrainError::NoEpochs)?;
        let state = self.optimizer.start()?;
        if let Some(parameter) = first_not_finite(network) {
            return Err(TrainError::Start { parameter: parameter.name });
        }
        self.observers.start(network);

        let most = (UPDATES_BETWEEN_CHECKS / examples.len()).max(1);
        let mut run = Run { network: network.clone(), optimizer: &self.optimizer, state, examples };
        let mut first = 0;
        loop {
            // A stretch of epochs that nobody looks at, up to one that somebody does, or that is checked.
            let watched = (first..last)
                .take(most)
                .find(|&epoch| self.observers.wants(epoch))
                .unwrap_or(last.min(first.saturating_add(most - 1)));
            let good = run.clone();
            for _ in first..watched {
                run.epoch();
            }
            let (loss, prediction) = run.watched_epoch();
            if !loss.is_finite() || first_not_finite(&run.network).is_some() {
                run = good;
                let error = run.find_fault(first..=watched);
                *network = run.network;
                return Err(error);
            }
            let epoch = Epoch::new(watched, loss, prediction, &run.network);
            let flow = if self.observers.wants(watched) {
                self.observers.after_epoch(&epoch)
            } else {
                ControlFlow::Continue(())
            };
            if flow.is_break() || watched == last {
                *network = run.network;
                let stop = if flow.is_break() { Stop::Observer } else { Stop::Epochs };
                return Ok(Outcome { epochs: watched + 1, loss, stop });
            }
            first = watched + 1;
        }
    }
}

/// A training under way.
struct Run<'a, N: Network, O: Optimizer<N>> {
    network: N,
    optimizer: &'a O,
    state: O::State,
    examples: &'a [(N::Input, N::Output)],
}

impl<N: Network, O: Optimizer<N>> Clone for Run<'_, N, O> {
    fn clone(&self) -> Self {
        Self {
            network: self.network.clone(),
            optimizer: self.optimizer,
            state: self.state.clone(),
            examples: self.examples,
        }
    }
}

impl<N: Network, O: Optimizer<N>> Run<'_, N, O> {
    /// Every example once.
    #[inline]
    fn epoch(&mut self) {
        for &(x, y_true) in self.examples {
            let pass = self.network.forward(x);
            self.update(x, y_true, &pass);
        }
    }

    /// The same, with the mean loss, and with the prediction if there is one example only.
    fn watched_epoch(&mut self) -> (N::Scalar, Option<N::Output>) {
        let mut sum = N::Scalar::ZERO;
        let mut prediction = None;
        for &(x, y_true) in self.examples {
            let pass = self.network.forward(x);
            let y_pred = N::prediction(&pass);
            sum += N::loss(y_pred, y_true);
            prediction = Some(y_pred);
            self.update(x, y_true, &pass);
        }
        (sum / N::Scalar::from_f64(float(self.examples.len())), prediction.filter(|_| self.examples.len() == 1))
    }

    #[inline]
    fn update(&mut self, x: N::Input, y_true: N::Output, pass: &N::Forward) {
        let gradients = self.network.backprop(x, y_true, pass);
        self.optimizer.step(&mut self.state, &mut self.network, &gradients);
    }

    /// Repeats epochs in which something ceased to be finite, says what it was, and leaves the network as it was after
    /// the last good one.
    fn find_fault(&mut self, epochs: core::ops::RangeInclusive<usize>) -> TrainError {
        let last = *epochs.end();
        for epoch in epochs {
            let good = self.network.clone();
            if let Some(error) = self.faulty_epoch(epoch) {
                self.network = good;
                return error;
            }
        }
        // Only an activation or a loss that is no function of its arguments gets here.
        TrainError::Loss { epoch: last, example: self.examples.len() - 1 }
    }

    fn faulty_epoch(&mut self, epoch: usize) -> Option<TrainError> {
        let mut sum = N::Scalar::ZERO;
        for (example, &(x, y_true)) in self.examples.iter().enumerate() {
            let pass = self.network.forward(x);
            sum += N::loss(N::prediction(&pass), y_true);
            if !sum.is_finite() {
                return Some(TrainError::Loss { epoch, example });
            }
            self.update(x, y_true, &pass);
            if let Some(Parameter { name: parameter, .. }) = first_not_finite(&self.network) {
                return Some(TrainError::Parameter { epoch, example, parameter });
            }
        }
        None
    }
}

/// How a training ended.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome<T> {
    /// How many epochs were trained.
    pub epochs: usize,
    /// The loss of the last of them: the mean of each example's loss before its own update.
    pub loss: T,
    /// Why it ended.
    pub stop: Stop,
}

/// Why a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// All epochs were trained.
    Epochs,
    /// An observer ended it.
    Observer,
}

/// Why a network could not be trained. Epochs and examples are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// There is nothing to learn from.
    #[error("there are no examples: training needs at least one")]
    NoExamples,
    /// There is nothing to do.
    #[error("there are no epochs: training needs at least one")]
    NoEpochs,
    /// The learning rate is not a positive, finite number.
    #[error("the learning rate must be positive and finite in {scalar}, not {learning_rate:?}")]
    LearningRate {
        /// As given.
        learning_rate: f64,
        /// What the network computes with: `f64` or `f32`.
        scalar: &'static str,
    },
    /// An input is infinite or NaN.
    #[error("example {example}: the input {input} is infinite or not a number")]
    Input {
        /// Which example.
        example: usize,
        /// Its name, `x1`.
        input: &'static str,
    },
    /// A target is infinite or NaN.
    #[error("example {example}: the target {target} is infinite or not a number")]
    Target {
        /// Which example.
        example: usize,
        /// Its name, `y_true1`.
        target: &'static str,
    },
    /// A parameter was infinite or NaN before the first epoch.
    #[error("before training: the parameter {parameter} is infinite or not a number")]
    Start {
        /// Its name, `w11`.
        parameter: &'static str,
    },
    /// The loss became infinite or NaN.
    #[error(
        "epoch {epoch}, example {example}: the loss became infinite or not a number; a smaller learning rate may help"
    )]
    Loss {
        /// In which epoch.
        epoch: usize,
        /// At which example.
        example: usize,
    },
    /// A parameter became infinite or NaN.
    #[error(
        "epoch {epoch}, example {example}: the parameter {parameter} became infinite or not a number; a smaller learning rate may help"
    )]
    Parameter {
        /// In which epoch.
        epoch: usize,
        /// After which example.
        example: usize,
        /// Its name, `w11`.
        parameter: &'static str,
    },
}

fn check_examples<N: Network>(examples: &[(N::Input, N::Output)]) -> Result<(), TrainError> {
    if examples.is_empty() {
        return Err(TrainError::NoExamples);
    }
    for (example, (x, y_true)) in examples.iter().enumerate() {
        if let Some(&input) = name_of_not_finite(N::ARCHITECTURE.inputs, x.as_ref()) {
            return Err(TrainError::Input { example, input });
        }
        if let Some(&target) = name_of_not_finite(N::ARCHITECTURE.targets, y_true.as_ref()) {
            return Err(TrainError::Target { example, target });
        }
    }
    Ok(())
}

fn name_of_not_finite<'a, T: Scalar>(names: &'a [&'static str], values: &[T]) -> Option<&'a &'static str> {
    names.iter().zip(values).find(|(_, value)| !value.is_finite()).map(|(name, _)| name)
}

fn first_not_finite<N: Network>(network: &N) -> Option<Parameter> {
    let mut parameters = N::Parameters::ZEROS;
    network.read_parameters(&mut parameters);
    let position = parameters.as_ref().iter().position(|parameter| !parameter.is_finite())?;
    N::ARCHITECTURE.parameters().nth(position)
}
