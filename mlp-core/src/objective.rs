//! The mean loss of examples as a function of flat parameters, for solvers from elsewhere.

use crate::batch::{self, ErasedExamples, ExampleBatch, NetworkExamples};
use crate::network::ErasedArchitecture;
use crate::simd::Backend;
use crate::trainer::LossMonitor;
use crate::{Network, Scalar};

/// The mean loss of these examples, as a function of the parameters of a network like this one.
///
/// ```
/// use mlp_core::objective::objective;
/// use mlp_core::mlp;
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
pub fn objective<'a, N: Network>(_network: &N, examples: &'a [(N::Input, N::Output)]) -> Objective<'a, N> {
    Objective { examples }
}

/// A mean loss as a function of the parameters, in canonical order. [`objective()`] makes it.
#[derive(Debug)]
pub struct Objective<'a, N: Network> {
    examples: &'a [(N::Input, N::Output)],
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

impl<N: Network> Objective<'_, N> {
    /// The mean loss. It may be infinite or NaN.
    ///
    /// # Errors
    ///
    /// If there are no examples, or if there is not one number for each parameter.
    pub fn value(&self, parameters: &[N::Scalar]) -> Result<N::Scalar, ObjectiveError> {
        self.check("parameters", parameters.len())?;
        Ok(mean_loss(N::ARCHITECTURE.erased(), parameters, &NetworkExamples::<N>(self.examples), None))
    }

    /// The mean loss, and its derivatives with respect to the parameters. They may be infinite or NaN.
    ///
    /// # Errors
    ///
    /// If there are no examples, or if there is not one number and one place for each parameter.
    pub fn gradient(&self, parameters: &[N::Scalar], gradient: &mut [N::Scalar]) -> Result<N::Scalar, ObjectiveError> {
        self.check("parameters", parameters.len())?;
        self.check("derivatives", gradient.len())?;
        Ok(mean_loss(N::ARCHITECTURE.erased(), parameters, &NetworkExamples::<N>(self.examples), Some(gradient)))
    }

    fn check(&self, what: &'static str, found: usize) -> Result<(), ObjectiveError> {
        let expected = N::ARCHITECTURE.layers.iter().map(crate::network::Layer::parameter_count).sum();
        if self.examples.is_empty() {
            Err(ObjectiveError::NoExamples)
        } else if found == expected {
            Ok(())
        } else {
            Err(ObjectiveError::Length { what, expected, found })
        }
    }
}

fn mean_loss<T: Scalar>(
    architecture: ErasedArchitecture<T>,
    parameters: &[T],
    examples: &dyn ErasedExamples<T>,
    mut gradient: Option<&mut [T]>,
) -> T {
    let (batch, mut losses) = (ExampleBatch::whole(examples), LossMonitor::new());
    let mut kernels = T::kernels(architecture, Backend::detect(false));
    // Only a monitor that searches for a fault finds one.
    let _ = losses.add_batch(&batch, |on_outputs| {
        kernels.pass(parameters, &batch, Some(on_outputs), gradient.as_deref_mut());
    });
    if let Some(gradient) = gradient {
        batch::divide(gradient, examples.count());
    }
    losses.mean(examples.count())
}
