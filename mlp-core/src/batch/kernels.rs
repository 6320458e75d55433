//! Kernels: what is done to a block of examples, with widths that are known at run time only.

mod buffer;
mod elementwise;
mod pass;
mod plan;
mod selection;
#[cfg(test)]
mod tests;
#[cfg(feature = "rayon")]
mod threads;
mod tile;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use crate::Scalar;
use crate::batch::ranges;
use crate::network::ErasedArchitecture;
use crate::simd::Backend;
use pass::{Pass, Workspace};
use plan::KernelPlan;

pub(crate) use selection::{ExampleBatch, predict};

/// The scalars that there are kernels for, `f64` and `f32`.
pub trait Kernels: Sized + Send + Sync + 'static {
    /// How many examples two vectors of the processor hold.
    const LANES: usize;

    /// The kernels of a network, for a backend.
    fn batches(network: ErasedArchitecture<Self>, backend: Backend) -> Box<dyn BatchKernels<Self>>;
}

/// The kernels of one network. An object, so that it is compiled in this crate and not in its user's.
pub trait BatchKernels<T: Kernels> {
    /// Computes the predictions for all examples and, if there is a place for it, the sum of the gradients of their
    /// losses in canonical order.
    fn pass(
        &mut self,
        parameters: &[T],
        examples: &dyn BatchSource<T>,
        on_predictions: Option<PredictionCallback<'_, T>>,
        sum: Option<&mut [T]>,
    );

    /// How many examples are in a block.
    #[cfg(test)]
    fn block(&self) -> usize;
}

/// Is shown the predictions for the examples at these places, in lines of [`LANES`](Kernels::LANES): those of every output
/// for the first examples, then for the next ones.
pub(crate) type PredictionCallback<'a, T> = &'a mut dyn FnMut(Range<usize>, &[T]);

/// The examples of a batch, or inputs to predict from, in their order.
pub trait BatchSource<T: Kernels>: Sync {
    /// How many there are.
    fn count(&self) -> usize;

    /// Whether the same examples are at the same places in every pass.
    fn is_fixed_order(&self) -> bool;

    /// Packs the inputs of the examples at these places, and the targets if there are any. Lanes that are left over repeat
    /// the last example: a user's own functions may take nothing else.
    fn pack(&self, places: Range<usize>, x: &mut [T], y_true: &mut [T]);

    /// ∂L/∂y_pred of a user's own loss.
    fn loss_derivative(&self, y_pred: &[T], y_true: &[T], derivative: &mut [T]);
}

macro_rules! kernels {
    ($scalar:ty, $v:literal) => {
        impl Kernels for $scalar {
            const LANES: usize = 2 * $v;

            fn batches(network: ErasedArchitecture<Self>, backend: Backend) -> Box<dyn BatchKernels<Self>> {
                let (plan, workspace) = (KernelPlan::new(network, Self::LANES, backend), Workspace::EMPTY);
                Box::new(VectorKernels::<$scalar, $v> { plan, workspace })
            }
        }
    };
}

// AVX's vectors. Others take two of theirs for one, or half of one.
kernels!(f64, 4);
kernels!(f32, 8);

/// The kernels of one network, in vectors of `V`.
struct VectorKernels<T, const V: usize> {
    plan: KernelPlan<T>,
    workspace: Workspace<T, V>,
}

impl<T: Scalar, const V: usize> BatchKernels<T> for VectorKernels<T, V> {
    #[cfg(test)]
    fn block(&self) -> usize {
        self.plan.block
    }

    fn pass(
        &mut self,
        parameters: &[T],
        examples: &dyn BatchSource<T>,
        mut on_predictions: Option<PredictionCallback<'_, T>>,
        mut sum: Option<&mut [T]>,
    ) {
        let Self { plan, workspace } = self;
        plan.load(parameters, sum.is_some());
        let pieces = ranges(examples.count(), plan.piece);
        #[cfg(feature = "rayon")]
        if pieces.len() > 1 && rayon::current_num_threads() > 1 {
            return threads::pass::<T, V>(plan, examples, on_predictions, sum);
        }
        let (kept, mut of_piece) = (if examples.is_fixed_order() { plan.kept } else { 0 }, Vec::new());
        for (piece, places) in pieces.enumerate() {
            let on_predictions = reborrow(&mut on_predictions);
            match sum.as_deref_mut() {
                None => Pass { plan, workspace, examples, places, on_predictions, kept, sum: None }.run(),
                sum if piece == 0 => Pass { plan, workspace, examples, places, on_predictions, kept, sum }.run(),
                Some(sum) => {
                    of_piece.resize(sum.len(), T::ZERO);
                    Pass { plan, workspace, examples, places, on_predictions, kept, sum: Some(&mut of_piece) }.run();
                    add(&of_piece, sum);
                }
            }
        }
    }
}

fn reborrow<'a, T>(on_predictions: &'a mut Option<PredictionCallback<'_, T>>) -> Option<PredictionCallback<'a, T>> {
    match on_predictions {
        Some(on_predictions) => Some(&mut **on_predictions),
        None => None,
    }
}

/// Adds what one piece came to.
fn add<T: Scalar>(of_piece: &[T], sum: &mut [T]) {
    sum.iter_mut().zip(of_piece).for_each(|(sum, of_piece)| *sum += *of_piece);
}
