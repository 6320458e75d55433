//! The mean loss of examples as a function of flat parameters, for solvers from elsewhere.
//!
//! A [`Trainer`](crate::Trainer) has the usual ways to train. A solver of another crate, or of one's own, wants a function
//! instead: numbers in, loss and derivatives out. [`objective()`] makes it. With the feature `argmin`, an [`Objective`] is a
//! `CostFunction` and a `Gradient` of the crate [argmin](https://docs.rs/argmin), so all its solvers for such functions
//! train a network.

#[cfg(feature = "argmin")]
mod argmin;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
#[cfg(feature = "std")]
use std::sync::{Mutex, PoisonError};

use crate::batch::{self, BatchKernels, BatchSource as _, ExampleBatch, NetworkExamples};
use crate::network::ErasedArchitecture;
use crate::sample_weights::{SampleWeights, SampleWeightsError};
use crate::simd::Backend;
use crate::trainer::LossMonitor;
use crate::{Network, Scalar};

/// The mean loss of these examples, as a function of the parameters of a network like this one. The parameters of the
/// network itself do not matter: take them as the start.
///
/// ```
/// use mlp_core::{mlp, objective};
///
/// mlp!(pub struct Line: 1 => identity(1));
/// let line = Line { w11: 0.0, b1: 0.0 };
/// let loss = objective(&line, &[([1.0], [3.0]), ([2.0], [5.0])]);
/// assert_eq!(loss.value(&[2.0, 1.0])?, 0.0);
/// // A solver of one's own: plain descent.
/// let (mut parameters, mut gradient) = (line.parameters(), [0.0; 2]);
/// while loss.gradient(&parameters, &mut gradient)? > 1e-12 {
///     parameters.iter_mut().zip(gradient).for_each(|(parameter, derivative)| *parameter -= 0.2 * derivative);
/// }
/// let line = Line::from_parameters(parameters);
/// assert!((line.w11 - 2.0).abs() < 1e-4);
/// # Ok::<(), mlp_core::objective::ObjectiveError>(())
/// ```
///
/// A slice of parameters or derivatives has one number for each parameter of the network, in canonical order: layer by
/// layer, the weights source by source, then the biases. This is the order of a network's `parameters()` and
/// `from_parameters`. For a rolled network, use [`copy_parameters_into`](Network::copy_parameters_into) and
/// [`Network::from_parameters`].
pub fn objective<'a, N: Network>(_network: &N, examples: &'a [(N::Input, N::Output)]) -> Objective<'a, N> {
    Objective {
        examples,
        weights: None,
        #[cfg(feature = "std")]
        memo: Mutex::new(None),
    }
}

/// A mean loss as a function of the parameters. [`objective()`] makes it.
///
/// The loss is the one that training reports: a batch of all examples, in vector code, on several threads with the feature
/// `rayon`. With `std`, the packed examples and the last gradient are kept from call to call. So it costs nothing to ask for
/// the value where the gradient has just been computed. Several threads may ask at once; one of them finds what is kept.
pub struct Objective<'a, N: Network> {
    examples: &'a [(N::Input, N::Output)],
    weights: Option<SampleWeights<'a>>,
    /// `None` before the first call, and while a call uses it.
    #[cfg(feature = "std")]
    memo: Mutex<Option<Memo<N::Scalar>>>,
}

impl<N: Network> fmt::Debug for Objective<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objective").field("examples", &self.examples.len()).finish_non_exhaustive()
    }
}

/// Why an [`Objective`] cannot be computed.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectiveError {
    /// There are no examples, and the mean of no losses is undefined.
    #[error("there are no examples, and the mean of no losses is undefined: give at least one")]
    NoExamples,
    /// A slice has another length than the network has parameters.
    #[error("the network has {expected} parameters, and the slice of {what} has {found}: give one for each")]
    Length {
        /// The contents of the slice: `parameters` or `derivatives`.
        what: &'static str,
        /// The number of parameters of the network.
        expected: usize,
        /// The length of the slice.
        found: usize,
    },
}

crate::message::debug_is_message!(ObjectiveError);

impl<'a, N: Network> Objective<'a, N> {
    /// Makes it the [weighted](crate::sample_weights) mean, with a weight for each example.
    ///
    /// ```
    /// use mlp_core::{mlp, objective};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let line = Line { w11: 0.0, b1: 0.0 };
    /// let loss = objective(&line, &[([1.0], [2.0]), ([2.0], [4.0])]).weighted(&[3.0, 1.0])?;
    /// // ½ (3 · 2² + 1 · 4²) / (3 + 1)
    /// assert_eq!(loss.value(&[0.0, 0.0])?, 3.5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is not one weight for each example, if one is negative, infinite or NaN, or if all are 0.
    pub fn weighted(self, weights: &'a [f64]) -> Result<Self, SampleWeightsError> {
        let weights = Some(SampleWeights::new(weights, self.examples.len())?);
        let Self { examples, .. } = self;
        Ok(Self {
            examples,
            weights,
            #[cfg(feature = "std")]
            memo: Mutex::new(None),
        })
    }

    /// The mean loss. It may be infinite or NaN.
    ///
    /// # Errors
    ///
    /// If there are no examples, or if there is not one number for each parameter.
    pub fn value(&self, parameters: &[N::Scalar]) -> Result<N::Scalar, ObjectiveError> {
        self.check("parameters", parameters.len())?;
        let examples = NetworkExamples::<N>(self.examples);
        Ok(self.with_memo(|memo| memo.value(parameters, &self.batch(&examples))))
    }

    /// The mean loss. Its derivatives with respect to the parameters are written into `gradient`. All of them may be
    /// infinite or NaN.
    ///
    /// # Errors
    ///
    /// If there are no examples, or if there is not one number and one place for each parameter. `gradient` is then as it
    /// was.
    pub fn gradient(&self, parameters: &[N::Scalar], gradient: &mut [N::Scalar]) -> Result<N::Scalar, ObjectiveError> {
        self.check("parameters", parameters.len())?;
        self.check("derivatives", gradient.len())?;
        let examples = NetworkExamples::<N>(self.examples);
        Ok(self.with_memo(|memo| {
            let loss = memo.gradient(parameters, &self.batch(&examples));
            gradient.copy_from_slice(&memo.gradient);
            loss
        }))
    }

    /// The memo is not in the lock while it is used, so that nobody waits for it.
    #[cfg(feature = "std")]
    fn with_memo<R>(&self, compute: impl FnOnce(&mut Memo<N::Scalar>) -> R) -> R {
        let kept = self.memo.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut memo = kept.unwrap_or_else(|| Memo::new(N::ARCHITECTURE.erased()));
        let result = compute(&mut memo);
        *self.memo.lock().unwrap_or_else(PoisonError::into_inner) = Some(memo);
        result
    }

    #[cfg(not(feature = "std"))]
    #[allow(clippy::unused_self, reason = "without `std` there is no lock, and nothing is kept")]
    fn with_memo<R>(&self, compute: impl FnOnce(&mut Memo<N::Scalar>) -> R) -> R {
        compute(&mut Memo::new(N::ARCHITECTURE.erased()))
    }

    fn batch<'b>(&self, examples: &'b NetworkExamples<'b, N>) -> ExampleBatch<'b, N::Scalar>
    where
        'a: 'b,
    {
        ExampleBatch::whole(examples, self.weights)
    }

    fn check(&self, what: &'static str, found: usize) -> Result<(), ObjectiveError> {
        let expected = N::ARCHITECTURE.erased().parameter_count();
        if self.examples.is_empty() {
            Err(ObjectiveError::NoExamples)
        } else if found == expected {
            Ok(())
        } else {
            Err(ObjectiveError::Length { what, expected, found })
        }
    }
}

/// Kept from one call to the next: the kernels with their packed examples, and the last place where the gradient was
/// computed.
struct Memo<T> {
    kernels: Box<dyn BatchKernels<T>>,
    parameters: Vec<T>,
    gradient: Vec<T>,
    loss: T,
}

impl<T: Scalar> Memo<T> {
    fn new(architecture: ErasedArchitecture<T>) -> Self {
        let kernels = T::kernels(architecture, Backend::detect(false));
        Self { kernels, parameters: Vec::new(), gradient: Vec::new(), loss: T::ZERO }
    }

    fn value(&mut self, parameters: &[T], batch: &ExampleBatch<'_, T>) -> T {
        if self.parameters == parameters { self.loss } else { self.mean_loss(parameters, batch, None) }
    }

    fn gradient(&mut self, parameters: &[T], batch: &ExampleBatch<'_, T>) -> T {
        if self.parameters != parameters {
            let mut gradient = core::mem::take(&mut self.gradient);
            gradient.resize(parameters.len(), T::ZERO);
            self.loss = self.mean_loss(parameters, batch, Some(&mut gradient));
            batch::divide(&mut gradient, batch.count());
            self.gradient = gradient;
            self.parameters.clear();
            self.parameters.extend_from_slice(parameters);
        }
        self.loss
    }

    /// The sum of the gradients is written into `sum`.
    fn mean_loss(&mut self, parameters: &[T], batch: &ExampleBatch<'_, T>, sum: Option<&mut [T]>) -> T {
        let mut losses = LossMonitor::new();
        // Only a monitor that searches for a fault finds one.
        let _ = losses.add_batch(&mut *self.kernels, parameters, batch, sum);
        losses.mean(batch.count())
    }
}
