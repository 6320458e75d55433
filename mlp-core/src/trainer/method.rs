//! How an optimizer learns.

#![cfg_attr(
    not(feature = "alloc"),
    allow(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "without `alloc` there is one way, and nothing is refused"
    )
)]

#[cfg(feature = "alloc")]
use super::Penalty;
use super::{Batch, Settings, TrainError};
use crate::network::ErasedArchitecture;

/// How an optimizer learns. Without `alloc` there is one way, and nothing of this is in a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// From the mean gradient of a batch.
    Gradient,
    /// From value and gradient of the mean loss of all examples, at as many places as it likes.
    #[cfg(feature = "alloc")]
    QuasiNewton,
    /// From the residuals of all examples and their derivatives.
    #[cfg(feature = "alloc")]
    LeastSquares,
}

impl Method {
    /// The most parameters for which the normal equations are solved. In `f64` their matrix then takes 72 MB.
    #[cfg(feature = "alloc")]
    pub(crate) const MOST_PARAMETERS: usize = 3000;

    /// Whether an epoch is one step on all examples, which the optimizer makes by itself.
    pub(super) const fn is_full_batch(self) -> bool {
        !matches!(self, Self::Gradient)
    }

    /// The batch, if the trainer has this setting.
    pub(super) fn batch(self, setting: Option<Batch>) -> Batch {
        setting.unwrap_or(if self.is_full_batch() { Batch::Full } else { Batch::Single })
    }

    /// Checks that the optimizer can train such a network.
    #[inline]
    pub(super) fn check_network<T>(self, architecture: &ErasedArchitecture<T>) -> Result<(), TrainError> {
        #[cfg(feature = "alloc")]
        if self == Self::LeastSquares {
            let loss = architecture.loss;
            if loss.factor_of_squares(1).is_none() {
                return Err(TrainError::NotSquares { loss: loss.name });
            }
            let (parameters, most) = (architecture.parameter_count(), Self::MOST_PARAMETERS);
            if parameters > most {
                return Err(TrainError::TooManyParameters { parameters, most });
            }
        }
        let _ = architecture;
        Ok(())
    }

    /// Checks that no setting is there for which the optimizer has no use.
    #[inline]
    pub(super) fn check(self, settings: &Settings) -> Result<(), TrainError> {
        let Settings { batch, shuffle, schedule, clip_norm, .. } = settings;
        if self.is_full_batch() {
            let has_small_batch = batch.is_some_and(|batch| batch != Batch::Full);
            self.refuse(has_small_batch, "batch")?;
            self.refuse(shuffle.is_some(), "shuffle")?;
            self.refuse(schedule.is_some(), "schedule")?;
            self.refuse(clip_norm.is_some(), "clip_norm")?;
            #[cfg(feature = "alloc")]
            {
                self.check_penalty(settings)?;
                self.check_same_losses(settings.dropout.get().is_some(), "dropout")?;
                self.check_same_losses(settings.max_norm.is_some(), "max_norm")?;
            }
        }
        Ok(())
    }

    /// Checks that the optimizer can lower the penalty on weights.
    #[cfg(feature = "alloc")]
    fn check_penalty(self, settings: &Settings) -> Result<(), TrainError> {
        let Penalty { l1, l2 } = &settings.penalty;
        let [l1, l2] = [l1, l2].map(|factors| !factors.is_zero());
        match self.full_batch_optimizer() {
            Some(optimizer) if self == Self::LeastSquares && (l1 || l2) => {
                Err(TrainError::Penalty { optimizer, what: if l2 { "l2" } else { "l1" } })
            }
            Some(optimizer) if l1 => Err(TrainError::Penalty { optimizer, what: "l1" }),
            _ => Ok(()),
        }
    }

    /// Checks that a setting which changes the function of the parameters, or the place of a step, is not there.
    #[cfg(feature = "alloc")]
    fn check_same_losses(self, is_there: bool, what: &'static str) -> Result<(), TrainError> {
        match self.full_batch_optimizer() {
            Some(optimizer) if is_there => Err(TrainError::OtherLosses { optimizer, what }),
            _ => Ok(()),
        }
    }

    /// For generic code that makes no sense with other optimizers.
    ///
    /// # Panics
    ///
    /// If the optimizer does not learn from gradients. In a `const` that is an error of the compiler.
    #[cfg(feature = "std")]
    pub(crate) const fn assert_gradient(self) {
        assert!(
            matches!(self, Self::Gradient),
            "this optimizer learns from all examples at once: it has no update by the gradient of one example"
        );
    }

    /// Checks that the optimizer learns from gradients, which this call needs.
    #[inline]
    pub(crate) fn check_gradients(self, call: &'static str) -> Result<(), TrainError> {
        match self.full_batch_optimizer() {
            Some(optimizer) => Err(TrainError::NeedsGradients { optimizer, call }),
            None => Ok(()),
        }
    }

    #[inline]
    fn refuse(self, is_there: bool, what: &'static str) -> Result<(), TrainError> {
        match self.full_batch_optimizer() {
            Some(optimizer) if is_there => Err(TrainError::FullBatch { optimizer, what }),
            _ => Ok(()),
        }
    }

    /// The name of the optimizer, if it learns from all examples at once.
    const fn full_batch_optimizer(self) -> Option<&'static str> {
        match self {
            Self::Gradient => None,
            #[cfg(feature = "alloc")]
            Self::QuasiNewton => Some("Lbfgs"),
            #[cfg(feature = "alloc")]
            Self::LeastSquares => Some("LevenbergMarquardt"),
        }
    }
}
