//! Examples as slices, without the type of the network: for code that is compiled once.

use crate::Network;
#[cfg(feature = "alloc")]
use crate::network::Array as _;

/// Examples, and the loss of the network that learns from them.
pub(crate) trait ErasedExamples<T>: Sync {
    /// The number of examples.
    fn count(&self) -> usize;

    /// The inputs and the targets of an example; `None` beyond the last.
    fn example(&self, index: usize) -> Option<(&[T], &[T])>;

    /// The loss of an example. `read` writes what it is computed from: the pre-activations of the output layer if the
    /// loss and its activation cancel, otherwise the predictions.
    #[cfg(feature = "alloc")]
    fn loss(&self, index: usize, read: &dyn Fn(&mut [T])) -> Option<T>;

    /// ∂L/∂y_pred
    #[cfg(feature = "alloc")]
    fn loss_derivative(&self, y_pred: &[T], y_true: &[T], derivative: &mut [T]);
}

/// The examples of a network.
pub(crate) struct NetworkExamples<'a, N: Network>(pub(crate) &'a [(N::Input, N::Output)]);

impl<N: Network> ErasedExamples<N::Scalar> for NetworkExamples<'_, N> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn example(&self, index: usize) -> Option<(&[N::Scalar], &[N::Scalar])> {
        self.0.get(index).map(|(x, y_true)| (x.as_ref(), y_true.as_ref()))
    }

    #[cfg(feature = "alloc")]
    fn loss(&self, index: usize, read: &dyn Fn(&mut [N::Scalar])) -> Option<N::Scalar> {
        let (_, y_true) = self.0.get(index)?;
        let mut values = N::Output::zeros();
        read(values.as_mut());
        // A constant, so that the loss is inlined.
        Some(match const { N::ARCHITECTURE.loss_with_logits() } {
            Some(loss_with_logits) => loss_with_logits(values, *y_true),
            None => N::loss(values, *y_true),
        })
    }

    #[cfg(feature = "alloc")]
    fn loss_derivative(&self, y_pred: &[N::Scalar], y_true: &[N::Scalar], derivative: &mut [N::Scalar]) {
        let array = |values: &[N::Scalar]| {
            let mut array = N::Output::zeros();
            array.as_mut().copy_from_slice(values);
            array
        };
        let derivatives = (N::ARCHITECTURE.loss.derivative)(array(y_pred), array(y_true));
        derivative.copy_from_slice(derivatives.as_ref());
    }
}
