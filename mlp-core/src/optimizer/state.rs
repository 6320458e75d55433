//! The memory of an optimizer, which describes itself by name.

/// The memory of an [`Optimizer`](crate::Optimizer) from update to update.
///
/// It shows its parts by name, so that a training can be saved, loaded and looked at without knowing the optimizer. Each part
/// has its own name, and a state that is to be saved has at most fifty numbers for each parameter. An optimizer without
/// memory uses `()`.
///
/// ```
/// use mlp_core::optimizer::{OptimizerState, StateVisitor};
/// use mlp_core::{Array, Optimizer, Scalar, TrainError, Trainer, mlp};
///
/// /// Moves along the mean of all gradients so far.
/// struct Average;
///
/// /// For every parameter the mean of its gradients; and the number of updates.
/// #[derive(Clone)]
/// struct Means<P> {
///     mean: P,
///     updates: f64,
/// }
///
/// impl<T: Scalar, P: Array<T>> OptimizerState<T> for Means<P> {
///     fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
///         visitor.scalars("mean", self.mean.as_mut());
///         visitor.number("updates", &mut self.updates);
///     }
/// }
///
/// impl<T: Scalar> Optimizer<T> for Average {
///     type State<P: Array<T>> = Means<P>;
///
///     fn learning_rate(&self) -> f64 {
///         0.1
///     }
///
///     fn init_state<P: Array<T>>(&self) -> Result<Means<P>, TrainError> {
///         Ok(Means { mean: P::zeros(), updates: 0.0 })
///     }
///
///     fn begin_step<P: Array<T>>(&self, state: &mut Means<P>, _: T) {
///         state.updates += 1.0;
///     }
///
///     fn step<P: Array<T>>(&self, state: &mut Means<P>, offset: usize, parameters: &mut [T], gradients: &[T], rate: T) {
///         // The part of the array that belongs to this piece of the parameters.
///         let means = &mut state.mean.as_mut()[offset..];
///         for ((parameter, &gradient), mean) in parameters.iter_mut().zip(gradients).zip(means) {
///             *mean += (gradient - *mean) / T::from_f64(state.updates);
///             *parameter -= rate * *mean;
///         }
///     }
/// }
///
/// mlp!(struct Line: 1 => identity(1));
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// let mut training = Trainer::new(Average).epochs(3).start(&line)?;
/// training.fit(&mut line, &[([1.0], [1.0])])?;
/// assert_eq!(training.optimizer_state().updates, 3.0);
/// # Ok::<(), TrainError>(())
/// ```
pub trait OptimizerState<T>: Clone {
    /// Shows every part to `visitor`, in the same order every time. The visitor may change the values.
    fn visit(&mut self, visitor: &mut dyn StateVisitor<T>);
}

/// Looks at the parts of an [`OptimizerState`], or changes them.
pub trait StateVisitor<T> {
    /// A part with one number for each parameter, in canonical order.
    fn scalars(&mut self, name: &'static str, values: &mut [T]);

    /// A single number.
    fn number(&mut self, name: &'static str, value: &mut f64);
}

/// No memory.
impl<T> OptimizerState<T> for () {
    fn visit(&mut self, _visitor: &mut dyn StateVisitor<T>) {}
}
