//! The memory of an optimizer, which describes itself by name.

/// The memory of an [`Optimizer`](crate::Optimizer) from update to update.
///
/// It shows its parts by name, so that a training can be saved, loaded and looked at without knowing the optimizer. Each part
/// has its own name, and a state that is to be saved has at most sixteen numbers for each parameter. An optimizer without
/// memory uses `()`.
///
/// ```
/// use mlp_core::optimizer::{OptimizerState, StateVisitor};
///
/// /// For every parameter a velocity; and the number of updates.
/// #[derive(Clone)]
/// struct Memory<P> {
///     velocity: P,
///     updates: f64,
/// }
///
/// impl<T, P: Clone + AsMut<[T]>> OptimizerState<T> for Memory<P> {
///     fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
///         visitor.scalars("velocity", self.velocity.as_mut());
///         visitor.number("updates", &mut self.updates);
///     }
/// }
///
/// /// Prints the names.
/// struct Print;
///
/// impl<T> StateVisitor<T> for Print {
///     fn scalars(&mut self, name: &'static str, values: &mut [T]) {
///         println!("{name}: {} numbers", values.len());
///     }
///
///     fn number(&mut self, name: &'static str, value: &mut f64) {
///         println!("{name}: {value}");
///     }
/// }
///
/// Memory { velocity: [0.0, 0.5], updates: 3.0 }.visit(&mut Print);
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
