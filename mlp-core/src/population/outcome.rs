//! How the trainings of a population ended.

use alloc::vec::Vec;

use crate::math::float;
use crate::{Outcome, Scalar, TrainError};

/// How the training of each network ended.
///
/// ```
/// use mlp_core::{GradientDescent, Population, Trainer, mlp};
///
/// mlp!(pub struct Line: 1 => identity(1));
/// let mut population = Population::new(&[Line { w11: 0.0, b1: 0.0 }, Line { w11: 0.0, b1: 3.0 }])?;
/// let outcome = population.fit(&Trainer::new(GradientDescent::new(0.5)).epochs(1), &[([0.0], [1.0])])?;
/// assert_eq!(outcome.best(), Some(0));
/// // The losses are ½ · 1² and ½ · 2²: their mean, and how far they are from it.
/// assert_eq!((outcome.mean_loss(), outcome.loss_spread()), (Some(1.25), Some(0.75)));
/// # Ok::<(), mlp_core::population::PopulationError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "some of the trainings may have failed"]
pub struct PopulationOutcome<T> {
    members: Vec<Result<Outcome<T>, TrainError>>,
}

impl<T: Scalar> PopulationOutcome<T> {
    pub(super) const fn new(members: Vec<Result<Outcome<T>, TrainError>>) -> Self {
        Self { members }
    }

    pub(super) fn into_members(self) -> Vec<Result<Outcome<T>, TrainError>> {
        self.members
    }

    /// For each network what its own [`fit`](crate::Trainer::fit) would return.
    pub fn members(&self) -> &[Result<Outcome<T>, TrainError>] {
        &self.members
    }

    /// The networks that were trained, and their losses: the validation loss if there is validation, otherwise the
    /// training loss. With patience they belong to the best epoch. Networks whose training failed are left out.
    pub fn losses(&self) -> impl Iterator<Item = (usize, T)> {
        let trained = self.members.iter().enumerate();
        trained.filter_map(|(member, outcome)| {
            let outcome = outcome.as_ref().ok()?;
            Some((member, outcome.validation_loss.unwrap_or(outcome.loss)))
        })
    }

    /// The network with the lowest of these [losses](Self::losses), the first of several; `None` if all trainings
    /// failed.
    #[must_use]
    pub fn best(&self) -> Option<usize> {
        self.ranked().first().copied()
    }

    /// The networks that were trained, from the lowest [loss](Self::losses) to the highest. Of equal losses the first network
    /// comes first. Networks whose loss is not finite are left out.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, Population, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let starts = [3.0, 0.0, 1.0].map(|b1| Line { w11: 0.0, b1 });
    /// let mut population = Population::new(&starts)?;
    /// let outcome = population.fit(&Trainer::new(GradientDescent::new(0.5)).epochs(1), &[([0.0], [1.1])])?;
    /// assert_eq!(outcome.ranked(), [2, 1, 0]);
    /// # Ok::<(), mlp_core::population::PopulationError>(())
    /// ```
    #[must_use]
    pub fn ranked(&self) -> Vec<usize> {
        let mut finite: Vec<_> = self.losses().filter(|(_, loss)| loss.is_finite()).collect();
        finite.sort_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap_or(core::cmp::Ordering::Equal));
        finite.into_iter().map(|(member, _)| member).collect()
    }

    /// The mean of the [losses](Self::losses); `None` if all trainings failed.
    #[must_use]
    pub fn mean_loss(&self) -> Option<f64> {
        self.mean_of(|loss| loss)
    }

    /// The standard deviation of the [losses](Self::losses), the root of their mean squared distance from the mean; `None`
    /// if all trainings failed.
    #[must_use]
    pub fn loss_spread(&self) -> Option<f64> {
        let mean = self.mean_loss()?;
        self.mean_of(|loss| (loss - mean) * (loss - mean)).map(crate::math::float_math::FloatMath::sqrt)
    }

    fn mean_of(&self, value: impl Fn(f64) -> f64) -> Option<f64> {
        let (mut sum, mut count) = (0.0, 0);
        for (_, loss) in self.losses() {
            sum += value(loss.to_f64());
            count += 1;
        }
        (count > 0).then(|| sum / float(count))
    }

    /// The networks whose training failed, and why.
    pub fn failures(&self) -> impl Iterator<Item = MemberError> {
        let members = self.members.iter().enumerate();
        members.filter_map(|(member, outcome)| Some(MemberError { member, error: outcome.err()? }))
    }

    /// The outcome, if no training failed.
    ///
    /// # Errors
    ///
    /// The first failure.
    pub fn all(self) -> Result<Self, MemberError> {
        let failure = self.failures().next();
        failure.map_or(Ok(self), Err)
    }
}

/// The training of one network failed. As after its own [`fit`](crate::Trainer::fit), the network then holds the parameters
/// of the last good epoch. The other networks are trained as usual.
///
/// ```
/// use mlp_core::{GradientDescent, Population, Trainer, mlp};
///
/// mlp!(pub struct Line: 1 => identity(1));
/// let mut population = Population::new(&[Line { w11: 0.5, b1: 0.0 }, Line { w11: 0.5, b1: 0.0 }])?;
/// let rates = [GradientDescent::new(0.1), GradientDescent::new(1e300)];
/// let outcome = population.fit_each(&rates, &Trainer::new(()), &[([1.0], [0.0])])?;
/// assert_eq!(
///     outcome.all().unwrap_err().to_string(),
///     "network 1: epoch 1, example 0: the loss became infinite or not a number; a smaller learning rate may help",
/// );
/// # Ok::<(), mlp_core::population::PopulationError>(())
/// ```
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[error("network {member}: {error}")]
#[non_exhaustive]
pub struct MemberError {
    /// The number of the network, counted from 0.
    pub member: usize,
    /// The error that its own `fit` would return.
    pub error: TrainError,
}

crate::message::debug_is_message!(MemberError);
