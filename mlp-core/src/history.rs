//! The history: the loss, the predictions and every parameter by name, epoch by epoch.

use core::cmp::Ordering;
use core::ops::ControlFlow;
use std::io::{self, Write};

use crate::network::{Array, Parameter};
use crate::{Epoch, Name, Network, Observer, Scalar, StopReason};

/// Records one training: for each epoch the loss and the predictions before the update, and every parameter after it.
///
/// It is an observer. A training that goes on, piece by piece, continues its record, and another `fit` with the same
/// history starts the record anew. Predictions are recorded only if
/// there is a single example, in every piece of the training. Every column has one value for each of the recorded [`epochs`](Self::epochs): every
/// epoch, or every `n`th after [`every`](Self::every).
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
/// assert_eq!(history.parameter("w12"), None);
///
/// let mut csv = Vec::new();
/// history.write_csv(&mut csv)?;
/// assert!(csv.starts_with(b"epoch,loss,y_pred,w11,b1\n0,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct History<T> {
    every: usize,
    keeps_parameters: bool,
    thinning: Option<Thinning>,
    epochs: Vec<usize>,
    loss: Vec<T>,
    /// Empty without validation.
    validation_loss: Vec<T>,
    predictions: Vec<(Name, Vec<T>)>,
    /// In canonical order.
    parameters: Vec<(Parameter, Vec<T>)>,
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
            thinning: None,
            epochs: Vec::new(),
            loss: Vec::new(),
            validation_loss: Vec::new(),
            predictions: Vec::new(),
            parameters: Vec::new(),
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

    /// All parameters in canonical order, each with its values.
    pub fn parameters(&self) -> impl Iterator<Item = (Parameter, &[T])> {
        self.parameters.iter().map(|(parameter, values)| (*parameter, &**values))
    }

    /// Writes a CSV table with one line per epoch: its number, the loss, the validation loss if there is one, the
    /// predictions, the parameters. Every number has enough digits to read back the same bits.
    ///
    /// # Errors
    ///
    /// Any error of `writer`.
    pub fn write_csv(&self, mut writer: impl Write) -> io::Result<()> {
        let losses = [(Name::from("loss"), &self.loss), (Name::from("validation_loss"), &self.validation_loss)];
        let losses = losses.into_iter().filter(|(name, values)| *name == "loss" || !values.is_empty());
        let predictions = self.predictions.iter().map(|(name, values)| (*name, values));
        let parameters = self.parameters.iter().map(|(parameter, values)| (parameter.name, values));
        let columns: Vec<_> = losses.chain(predictions).chain(parameters).collect();
        write!(writer, "epoch")?;
        columns.iter().try_for_each(|(name, _)| write!(writer, ",{name}"))?;
        writeln!(writer)?;
        for (line, epoch) in self.epochs.iter().enumerate() {
            write!(writer, "{epoch}")?;
            columns.iter().try_for_each(|(_, values)| write!(writer, ",{:?}", values[line]))?;
            writeln!(writer)?;
        }
        writer.flush()
    }
}

/// How a history stays small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Thinning {
    /// How many epochs it may hold.
    limit: usize,
    /// The length of a stretch: two epochs of each remain.
    stretch: usize,
}

impl<T: Scalar> History<T> {
    /// Makes room for another epoch.
    fn make_room(&mut self, Thinning { limit, mut stretch }: Thinning) {
        // The last stretch may have three epochs: those with the smallest and the largest loss, and the latest.
        let same = |epoch: &&usize| self.epochs.last().is_some_and(|last| *epoch / stretch == last / stretch);
        let latest = self.epochs.iter().rev().take_while(same).count();
        if latest > 2 {
            self.thin(self.epochs.len() - latest, stretch);
        }
        while self.epochs.len() >= limit {
            stretch *= 2;
            self.thin(0, stretch);
        }
        self.thinning = Some(Thinning { limit, stretch });
    }

    /// Keeps of each stretch, from the `first` record on, the epochs with the smallest and the largest loss.
    fn thin(&mut self, first: usize, stretch: usize) {
        let mut kept = Vec::new();
        let mut records = first..first;
        while let Some(epoch) = self.epochs.get(records.end) {
            let same = self.epochs[records.end..].iter().take_while(|other| *other / stretch == epoch / stretch);
            records = records.end..records.end + same.count();
            let by_loss = |a: &usize, b: &usize| self.loss[*a].partial_cmp(&self.loss[*b]).unwrap_or(Ordering::Equal);
            let (smallest, largest) = (records.clone().min_by(by_loss), records.clone().max_by(by_loss));
            kept.extend(records.clone().filter(|record| [smallest, largest].contains(&Some(*record))));
        }
        keep(&mut self.epochs, first, &kept);
        let values = self.predictions.iter_mut().map(|(_, values)| values);
        let values = values.chain(self.parameters.iter_mut().map(|(_, values)| values));
        values.chain([&mut self.loss, &mut self.validation_loss]).for_each(|values| keep(values, first, &kept));
    }
}

/// Keeps these records, in ascending order, of all from `first` on.
fn keep<V: Copy>(column: &mut Vec<V>, first: usize, kept: &[usize]) {
    // A column without values, such as the validation losses without validation, stays empty.
    if !column.is_empty() {
        (first..).zip(kept).for_each(|(place, record)| column[place] = column[*record]);
        column.truncate(first + kept.len());
    }
}

impl<T: Scalar> Default for History<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: Network> Observer<N> for History<N::Scalar> {
    fn start(&mut self, _network: &N) {
        let thinning = self.thinning.map(|thinning| Thinning { stretch: 1, ..thinning });
        *self = Self { keeps_parameters: self.keeps_parameters, thinning, ..Self::every(self.every) };
    }

    fn wants(&self, epoch: usize) -> bool {
        epoch.checked_rem(self.every) == Some(0)
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        if let Some(thinning) = self.thinning {
            self.make_room(thinning);
        }
        self.epochs.push(epoch.number);
        self.loss.push(epoch.loss);
        self.validation_loss.extend(epoch.validation_loss);
        // A piece with one example and a piece with several: predictions of some epochs only would be out of line.
        if epoch.prediction.is_none()
            || self.predictions.first().is_some_and(|(_, values)| values.len() + 1 < self.epochs.len())
        {
            self.predictions.clear();
        } else if let Some(prediction) =
            epoch.prediction.filter(|_| !self.predictions.is_empty() || self.epochs.len() == 1)
        {
            if self.predictions.is_empty() {
                self.predictions.extend(N::ARCHITECTURE.predictions().map(|name| (name, Vec::new())));
            }
            for ((_, values), &value) in self.predictions.iter_mut().zip(prediction.as_ref()) {
                values.push(value);
            }
        }
        if self.keeps_parameters {
            if self.parameters.is_empty() {
                self.parameters.extend(N::ARCHITECTURE.parameters().map(|parameter| (parameter, Vec::new())));
            }
            let mut parameters = N::Parameters::zeros();
            epoch.network.copy_parameters_into(&mut parameters);
            for ((_, values), &value) in self.parameters.iter_mut().zip(parameters.as_ref()) {
                values.push(value);
            }
        }
        ControlFlow::Continue(())
    }
}
