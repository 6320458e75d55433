//! The history: the loss, the predictions and every parameter by name, epoch by epoch.

mod csv;
mod record;
mod thinning;

use core::ops::ControlFlow;

use crate::network::{Array as _, Parameter};
use crate::{Epoch, Name, Network, Observer, Scalar, StopReason};

use thinning::Thinning;

/// Records one training: for each epoch the loss and the predictions before the update, and every parameter before and
/// after it.
///
/// The loss of an epoch belongs to the parameters before it, if the epoch makes one update: who computes the loss of
/// [`network_before`](Self::network_before) gets it, with several examples up to the rounding of their mean. If an epoch makes several updates,
/// [`has_one_update_per_epoch`](Self::has_one_update_per_epoch) is false, and the loss is a mean over the states that the
/// epoch goes through. The CSV has a row for each state, beginning with the start, and its header says which loss it is.
///
/// It is an observer: pieces of one training continue the record; another `fit` begins it anew. Predictions are recorded
/// only if every piece has the same single example. [`epochs`](Self::epochs) says which epochs are recorded, and each
/// column has a value for each of them.
///
/// ```
/// use mlp_core::{GradientDescent, History, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let mut net = Net { w11: 0.1, b1: 0.2 };
/// let mut history = History::new();
/// Trainer::new(GradientDescent::new(0.5)).epochs(3).observe(&mut history).fit(&mut net, &[([0.5], [0.8])])?;
///
/// assert_eq!(history.loss().len(), 3);
/// assert_eq!(history.prediction("y_pred").unwrap().len(), 3);
/// assert_eq!(history.parameter("w11").unwrap()[2], net.w11);
/// assert_eq!(history.parameter_before("w11").unwrap()[0], 0.1);
/// assert_eq!(history.parameter("w12"), None);
/// let second = history.network_before::<Net>(1).unwrap();
/// assert_eq!(history.loss()[1], Net::loss(second.predict([0.5]), [0.8]));
///
/// let mut csv = Vec::new();
/// history.write_csv(&mut csv)?;
/// let csv = String::from_utf8(csv)?;
/// assert!(csv.starts_with("epoch,loss,y_pred,w11,b1\n0,"));
/// assert!(csv.lines().nth(1).unwrap().ends_with(",0.1,0.2"));
/// assert!(csv.lines().last().unwrap().starts_with("3,,,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct History<T> {
    every: usize,
    keeps_parameters: bool,
    keeps_values: bool,
    thinning: Option<Thinning>,
    /// Whether each recorded epoch made one update.
    has_one_update_per_epoch: bool,
    epochs: Vec<usize>,
    loss: Vec<T>,
    /// Empty without validation.
    validation_loss: Vec<T>,
    predictions: Vec<(Name, Vec<T>)>,
    /// After the updates, in canonical order.
    parameters: Vec<(Parameter, Vec<T>)>,
    /// The parameters before the updates.
    before: Vec<Vec<T>>,
    /// The values of each pass and its derivatives by name.
    values: Vec<(String, Vec<T>)>,
}

impl<T: Scalar> History<T> {
    /// An empty history that records every epoch.
    #[must_use]
    pub const fn new() -> Self {
        Self::every(1)
    }

    /// An empty history that records every `n`th epoch, starting with epoch 0; with 0, none.
    #[must_use]
    pub const fn every(n: usize) -> Self {
        Self {
            every: n,
            keeps_parameters: true,
            keeps_values: false,
            thinning: None,
            has_one_update_per_epoch: true,
            epochs: Vec::new(),
            loss: Vec::new(),
            validation_loss: Vec::new(),
            predictions: Vec::new(),
            parameters: Vec::new(),
            before: Vec::new(),
            values: Vec::new(),
        }
    }

    /// An empty history that records every epoch without the parameters: for long trainings of large networks.
    #[must_use]
    pub const fn losses_only() -> Self {
        let mut history = Self::new();
        history.keeps_parameters = false;
        history
    }

    /// An empty history that looks at every epoch and keeps at most `n` of them, however long the training is. An
    /// `n` below 8 counts as 8.
    ///
    /// When there are more, it keeps of each stretch of epochs the one with the smallest and the one with the largest
    /// loss, so no peak is lost. The stretches are equally long. The last epoch is always there.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, History, Trainer, mlp};
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let mut net = Net { w11: 0.1, b1: 0.2 };
    /// let mut history = History::at_most(100);
    /// Trainer::new(GradientDescent::new(0.5)).epochs(5000).observe(&mut history).fit(&mut net, &[([0.5], [0.8])])?;
    /// assert!((50..=100).contains(&history.epochs().len()));
    /// assert_eq!((history.epochs()[0], history.epochs().last()), (0, Some(&4999)));
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    #[must_use]
    pub const fn at_most(n: usize) -> Self {
        let mut history = Self::new();
        history.thinning = Some(Thinning { limit: if n < 8 { 8 } else { n }, stretch: 1 });
        history
    }

    /// Also keeps each z, each activation and each derivative by its name, from before each epoch's update. If the training
    /// has several examples, there is no single pass, and none is kept.
    ///
    /// Each recorded epoch is computed once more, as a [`Trace`](crate::Trace), which takes far longer than the epoch.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, History, Trainer, mlp};
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let (mut net, mut history) = (Net { w11: 0.1, b1: 0.2 }, History::new().with_values());
    /// Trainer::new(GradientDescent::new(0.5)).epochs(3).observe(&mut history).fit(&mut net, &[([0.5], [0.8])])?;
    /// assert_eq!(history.value("z1").unwrap()[0], 0.1 * 0.5 + 0.2);
    /// let step = 0.5 * history.value("dL_dw11").unwrap()[2];
    /// assert_eq!(net.w11, history.parameter_before("w11").unwrap()[2] - step);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    #[must_use]
    pub const fn with_values(mut self) -> Self {
        self.keeps_parameters = true;
        self.keeps_values = true;
        self
    }

    /// The recorded epochs, counted from 0.
    #[must_use]
    pub fn epochs(&self) -> &[usize] {
        &self.epochs
    }

    /// The mean training loss of each epoch; the loss of each example is taken before its own update.
    #[must_use]
    pub fn loss(&self) -> &[T] {
        &self.loss
    }

    /// The mean loss of the validation examples after each epoch's updates; empty if there are none.
    #[must_use]
    pub fn validation_loss(&self) -> &[T] {
        &self.validation_loss
    }

    /// A prediction by name, before each epoch's update. `None` if there is no such name, or if there were several
    /// examples.
    #[must_use]
    pub fn prediction(&self, name: &str) -> Option<&[T]> {
        self.predictions.iter().find(|(known, _)| *known == name).map(|(_, values)| &**values)
    }

    /// A parameter by name, after each epoch's updates. `None` if there is no such name, or if parameters are left out.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&[T]> {
        self.parameters().find(|(known, _)| known.name == name).map(|(_, values)| values)
    }

    /// Returns what a parameter was before the updates of each epoch. If epoch 0 is recorded, it begins with the initial
    /// value.
    /// `None` if there is no such name, or if parameters are left out.
    #[must_use]
    pub fn parameter_before(&self, name: &str) -> Option<&[T]> {
        let index = self.parameters.iter().position(|(known, _)| known.name == name)?;
        self.before.get(index).map(|values| &**values)
    }

    /// The network before the epoch of a record, to which the record's loss and predictions belong. `None` if there is no
    /// such record, if the history keeps no parameters, or if it is the history of another network.
    #[must_use]
    pub fn network_before<N: Network<Scalar = T>>(&self, record: usize) -> Option<N> {
        let mut parameters = N::Parameters::zeros();
        let is_of_it = N::ARCHITECTURE.parameters().eq(self.parameters.iter().map(|(parameter, _)| *parameter));
        if !is_of_it || record >= self.epochs.len() {
            return None;
        }
        for (slot, values) in parameters.as_mut().iter_mut().zip(&self.before) {
            *slot = values[record];
        }
        Some(N::from_parameters(&parameters))
    }

    /// Whether each recorded epoch made one update, so that its loss belongs to the parameters before it: there is one
    /// example, or all are one batch. False if an epoch made several updates or came in chunks.
    #[must_use]
    pub fn has_one_update_per_epoch(&self) -> bool {
        self.has_one_update_per_epoch
    }

    /// A value of the pass or a derivative by name, `z1` or `dL_dw11`, before each epoch's update. `None` if there is no
    /// such name, if the history does not [keep them](Self::with_values), or if there were several examples.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&[T]> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, values)| &**values)
    }

    /// All parameters in canonical order, each with its values.
    pub fn parameters(&self) -> impl Iterator<Item = (Parameter, &[T])> {
        self.parameters.iter().map(|(parameter, values)| (*parameter, &**values))
    }
}

impl<T: Scalar> Default for History<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: Network> Observer<N> for History<N::Scalar> {
    fn start(&mut self, _network: &N) {
        let Self { every, keeps_parameters, keeps_values, .. } = *self;
        let thinning = self.thinning.map(|thinning| Thinning { stretch: 1, ..thinning });
        *self = Self { keeps_parameters, keeps_values, thinning, ..Self::every(every) };
    }

    fn wants(&self, epoch: usize) -> bool {
        // After the epoch before a recorded one, the trainer keeps the parameters with which that one begins.
        self.records(epoch) || self.keeps_parameters && self.records(epoch + 1)
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        if !self.records(epoch.number) {
            return ControlFlow::Continue(());
        }
        if let Some(thinning) = self.thinning {
            self.make_room(thinning);
        }
        self.epochs.push(epoch.number);
        self.loss.push(epoch.loss);
        self.validation_loss.extend(epoch.validation_loss);
        self.has_one_update_per_epoch &= epoch.updates == 1;
        self.record_predictions(epoch);
        if self.keeps_parameters {
            self.record_parameters(epoch);
        }
        if self.keeps_values {
            self.record_values(epoch);
        }
        ControlFlow::Continue(())
    }
}
