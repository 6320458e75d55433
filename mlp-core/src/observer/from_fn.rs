//! Closures as observers.

use core::ops::ControlFlow;

use crate::{Epoch, Network, Observer, StopReason};

/// An observer that is a closure, called after every epoch. It returns nothing, or a `ControlFlow` to stop the training.
///
/// ```
/// use mlp_core::{Epoch, GradientDescent, Trainer, mlp, observer};
///
/// mlp!(pub struct Net: 1 => 1);
/// let mut net = Net { w11: 0.1, b1: 0.2 };
/// let mut weights = Vec::new();
/// Trainer::new(GradientDescent::new(0.5))
///     .epochs(10)
///     .observe(observer::from_fn(|epoch: &Epoch<'_, Net>| weights.push(epoch.network.w11)))
///     .fit(&mut net, &[([0.5], [0.8])])?;
/// assert_eq!(weights.len(), 10);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
pub const fn from_fn<N: Network, F, R>(function: F) -> FromFn<F>
where
    F: FnMut(&Epoch<'_, N>) -> R,
    R: MayStop,
{
    FromFn { function }
}

/// The observer that [`from_fn`] makes.
#[derive(Clone, Copy, Debug)]
pub struct FromFn<F> {
    function: F,
}

impl<N: Network, F, R> Observer<N> for FromFn<F>
where
    F: FnMut(&Epoch<'_, N>) -> R,
    R: MayStop,
{
    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        (self.function)(epoch).flow()
    }
}

/// The result of a closure that is an observer: nothing, or a `ControlFlow`. Sealed.
pub trait MayStop: sealed::Sealed {
    #[doc(hidden)]
    fn flow(self) -> ControlFlow<StopReason>;
}

impl MayStop for () {
    fn flow(self) -> ControlFlow<StopReason> {
        ControlFlow::Continue(())
    }
}

impl MayStop for ControlFlow<StopReason> {
    fn flow(self) -> Self {
        self
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl Sealed for core::ops::ControlFlow<crate::StopReason> {}
}
