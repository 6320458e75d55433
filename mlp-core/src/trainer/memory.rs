//! What a training remembers that has the types of network and optimizer.

use super::{Progress, Settings};
use crate::network::Array as _;
use crate::observer::ErasedTraining;
use crate::optimizer::{OptimizerState as _, StateVisitor};
use crate::{Network, Optimizer};

/// Everything that a training remembers whose type depends on the network or the optimizer.
pub(super) struct Memory<N: Network, O: Optimizer<N::Scalar>> {
    /// The optimizer's state.
    pub(super) state: O::State<N::Parameters>,
    /// The parameters and the state at the last check. These are two fields, because a development build copies a tuple
    /// once more on the stack.
    pub(super) kept_parameters: N::Parameters,
    pub(super) kept_state: O::State<N::Parameters>,
    /// With patience, the parameters with the lowest loss so far.
    pub(super) best: Option<N::Parameters>,
    /// While it is flat, the parameters. Otherwise a buffer: for the gradients of one example, or for the parameters while
    /// they are checked.
    pub(super) parameters: N::Parameters,
    /// The sum of the gradients of a batch.
    pub(super) sum: N::Parameters,
}

impl<N: Network, O: Optimizer<N::Scalar>> Memory<N, O> {
    #[inline]
    pub(super) fn new(state: O::State<N::Parameters>, keeps_best: bool) -> Self {
        Self {
            kept_parameters: N::Parameters::zeros(),
            kept_state: state.clone(),
            state,
            best: keeps_best.then(N::Parameters::zeros),
            parameters: N::Parameters::zeros(),
            sum: N::Parameters::zeros(),
        }
    }

    /// Goes back to the kept copy.
    #[inline]
    pub(super) fn go_back(&mut self, network: &mut N) {
        set_parameters(network, &self.kept_parameters);
        self.state.clone_from(&self.kept_state);
    }

    /// Gives the network the best parameters.
    #[inline]
    pub(super) fn restore_best(&self, network: &mut N) {
        if let Some(best) = &self.best {
            set_parameters(network, best);
        }
    }
}

/// Writes these parameters into a network, without an allocation. It is called from several places and compiled once.
#[inline(never)]
pub(super) fn set_parameters<N: Network>(network: &mut N, parameters: &N::Parameters) {
    if !N::Parameters::IS_LARGE {
        *network = N::from_parameters(parameters);
        return;
    }
    network.modify_parameters(|offset, piece| {
        let new = parameters.as_ref().get(offset..).unwrap_or_default();
        piece.iter_mut().zip(new).for_each(|(parameter, new)| *parameter = *new);
    });
}

/// A training that can be looked at and saved.
#[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "only saving needs all of it"))]
pub(super) struct TrainingView<'a, N: Network, O: Optimizer<N::Scalar>> {
    pub(super) optimizer: &'a O,
    pub(super) memory: &'a Memory<N, O>,
    pub(super) settings: &'a Settings,
    pub(super) progress: &'a Progress<N::Scalar>,
    /// The number of validation examples.
    pub(super) validation: usize,
}

impl<N: Network, O: Optimizer<N::Scalar>> ErasedTraining<N::Scalar> for TrainingView<'_, N, O> {
    #[inline]
    fn visit_optimizer_state(&self, visitor: &mut dyn StateVisitor<N::Scalar>) {
        self.memory.state.clone().visit(visitor);
    }

    #[cfg(feature = "serde")]
    fn describe(&self) -> Result<crate::persist::Node, crate::SaveError> {
        let Self { optimizer, memory, settings, progress, validation } = *self;
        let described =
            super::saved::describe_settings::<N::Scalar, O>(settings, optimizer, validation, progress.epochs);
        let (parameters, best) = (memory.sum.as_ref().len(), memory.best.as_ref().map(AsRef::as_ref));
        progress.describe(described, parameters, best, &|visitor| self.visit_optimizer_state(visitor))
    }
}
