//! Gradients of a batch, outside of a training.

use super::BatchLengthError;
#[cfg(feature = "alloc")]
use super::{ErasedExamples, NetworkExamples, kernels, uses_kernels};
use crate::Network;
use crate::network::Array as _;
#[cfg(feature = "alloc")]
use crate::network::ErasedArchitecture;

/// There are no examples, and the mean of no gradients is undefined.
///
/// ```
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 1 => 1);
/// let error = Net { w11: 0.5, b1: 0.0 }.batch_gradients(&[]).unwrap_err();
/// assert_eq!(error.to_string(), "there are no examples, and the mean of no gradients is undefined: give at least one");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are no examples, and the mean of no gradients is undefined: give at least one")]
#[non_exhaustive]
pub struct EmptyBatchError {}

crate::message::debug_is_message!(EmptyBatchError);

/// What [`Network::batch_gradients`] does.
pub(crate) fn gradients<N: Network>(
    network: &N,
    examples: &[(N::Input, N::Output)],
) -> Result<N::Parameters, EmptyBatchError> {
    #[cfg(feature = "alloc")]
    if uses_kernels(examples.len()) {
        return Ok(by_kernels(network, N::ARCHITECTURE.erased(), &NetworkExamples::<N>(examples)));
    }
    one_by_one(network, examples, N::backprop)
}

/// What [`Network::batch_backprop_from`] does.
pub(crate) fn backprop_from<N: Network>(
    network: &N,
    pairs: &[(N::Input, N::Output)],
) -> Result<N::Parameters, EmptyBatchError> {
    #[cfg(feature = "alloc")]
    if uses_kernels(pairs.len()) {
        return Ok(by_kernels(
            network,
            N::ARCHITECTURE.erased().with_given_derivatives(),
            &GivenDerivatives::<N>(pairs),
        ));
    }
    one_by_one(network, pairs, N::backprop_from)
}

/// What [`Network::batch_input_gradients`] does.
pub(crate) fn input_gradients<N: Network>(
    network: &N,
    pairs: &[(N::Input, N::Output)],
    dl_dx: &mut [N::Input],
) -> Result<(), BatchLengthError> {
    if pairs.len() != dl_dx.len() {
        return Err(BatchLengthError { inputs: pairs.len(), outputs: dl_dx.len() });
    }
    #[cfg(feature = "alloc")]
    if uses_kernels(pairs.len()) {
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let architecture = N::ARCHITECTURE.erased().with_given_derivatives();
        let mut write = |first, panels: &[N::Scalar]| kernels::write(first, panels, dl_dx);
        kernels::input_gradients(architecture, parameters.as_ref(), &GivenDerivatives::<N>(pairs), &mut write);
        return Ok(());
    }
    for (&(x, dl_dy_pred), dl_dx) in pairs.iter().zip(dl_dx) {
        *dl_dx = network.input_gradients(x, dl_dy_pred, &network.forward(x));
    }
    Ok(())
}

/// The mean of the gradients that `backprop` gives.
fn one_by_one<N: Network>(
    network: &N,
    examples: &[(N::Input, N::Output)],
    backprop: impl Fn(&N, N::Input, N::Output, &N::Forward) -> N::Gradients,
) -> Result<N::Parameters, EmptyBatchError> {
    if examples.is_empty() {
        return Err(EmptyBatchError {});
    }
    let (mut sum, mut gradients) = (N::Parameters::zeros(), N::Parameters::zeros());
    for &(x, y) in examples {
        N::copy_gradients_into(&backprop(network, x, y, &network.forward(x)), &mut gradients);
        for (sum, &gradient) in sum.as_mut().iter_mut().zip(gradients.as_ref()) {
            *sum += gradient;
        }
    }
    Ok(mean::<N>(sum, examples.len()))
}

/// The mean of the gradients that the kernels give.
#[cfg(feature = "alloc")]
fn by_kernels<N: Network>(
    network: &N,
    architecture: ErasedArchitecture<N::Scalar>,
    examples: &dyn ErasedExamples<N::Scalar>,
) -> N::Parameters {
    let (mut parameters, mut sum) = (N::Parameters::zeros(), N::Parameters::zeros());
    network.copy_parameters_into(&mut parameters);
    kernels::sum_gradients(architecture, parameters.as_ref(), examples, sum.as_mut());
    mean::<N>(sum, examples.count())
}

fn mean<N: Network>(mut sum: N::Parameters, count: usize) -> N::Parameters {
    super::divide(sum.as_mut(), count);
    sum
}

/// Inputs, each with the derivatives with respect to its predictions. To the kernels these are the targets of a user's
/// own loss whose derivative they are.
#[cfg(feature = "alloc")]
struct GivenDerivatives<'a, N: Network>(&'a [(N::Input, N::Output)]);

#[cfg(feature = "alloc")]
impl<N: Network> ErasedExamples<N::Scalar> for GivenDerivatives<'_, N> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn example(&self, index: usize) -> Option<(&[N::Scalar], &[N::Scalar])> {
        self.0.get(index).map(|(x, dl_dy_pred)| (x.as_ref(), dl_dy_pred.as_ref()))
    }

    fn loss(&self, _index: usize, _read: &dyn Fn(&mut [N::Scalar])) -> Option<N::Scalar> {
        None
    }

    fn loss_derivative(&self, _y_pred: &[N::Scalar], dl_dy_pred: &[N::Scalar], derivative: &mut [N::Scalar]) {
        derivative.copy_from_slice(dl_dy_pred);
    }
}
