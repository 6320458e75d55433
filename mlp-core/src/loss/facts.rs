//! Everything the crate knows about its own losses, in one place: kernels, traces and the checks of targets read it
//! here. As with activations, the facts of a loss are constants and functions of a type, its entry.

#[cfg(feature = "std")]
use crate::equations::{Expression, Locals};
use crate::{Scalar, activation};

/// The facts of a loss.
pub trait Facts {
    /// Tells the loss apart at run time.
    const BUILT_IN: BuiltIn;
    /// Whether the sum over the outputs is divided by their number.
    const IS_AVERAGED: bool;
    /// The output activation after which the derivative with respect to a pre-activation is y_pred − y_true, divided by
    /// the number of outputs if the loss is averaged.
    const CANCELS_WITH: Option<activation::BuiltIn>;
    /// The targets that it accepts.
    const TARGETS: Targets;

    /// L from the predictions and the targets
    fn value<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T;

    /// ∂L/∂y_pred for each output
    fn derivative<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> [T; O];

    /// The term of one output in the sum that is L, as an expression.
    #[cfg(feature = "std")]
    fn term(locals: &mut Locals, y_pred: Expression, y_true: Expression) -> Expression;

    /// L from the sum of the terms; without the division by the number of outputs.
    #[cfg(feature = "std")]
    #[must_use]
    fn total(sum: Expression) -> Expression {
        sum
    }

    /// The derivative with respect to one prediction; without the division by the number of outputs.
    #[cfg(feature = "std")]
    fn derivative_term(locals: &mut Locals, y_pred: Expression, y_true: Expression) -> Expression;

    /// L from the pre-activations and the targets, after the activation that it cancels with. Nothing calls this
    /// function of a loss that cancels with none.
    fn with_logits<T: Scalar, const O: usize>(z: [T; O], y_true: [T; O]) -> T {
        Self::value(z, y_true)
    }
}

/// The targets that a loss accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    /// Any number.
    Any,
    /// A probability for each output: from 0 to 1.
    Probabilities,
    /// Probabilities that sum to 1.
    Distribution,
}

macro_rules! built_in {
    ([$($loss:ident)*]) => {
        /// The entries. Each has the name of its function, so that a declaration's word leads to both.
        #[allow(missing_docs, non_camel_case_types)]
        pub(crate) mod entry {
            $(#[derive(Clone, Copy, Debug)] pub struct $loss;)*
        }

        /// The crate's losses, each named by its word.
        #[allow(missing_docs, non_camel_case_types)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum BuiltIn {
            $($loss,)*
        }

        impl BuiltIn {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$loss),*];

            /// The word that names it in a declaration.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$loss => stringify!($loss),)*
                }
            }

            /// See [`Facts::IS_AVERAGED`].
            #[must_use]
            pub const fn is_averaged(self) -> bool {
                match self {
                    $(Self::$loss => entry::$loss::IS_AVERAGED,)*
                }
            }

            /// See [`Facts::CANCELS_WITH`].
            #[must_use]
            pub const fn cancels_with(self) -> Option<activation::BuiltIn> {
                match self {
                    $(Self::$loss => entry::$loss::CANCELS_WITH,)*
                }
            }

            /// See [`Facts::TARGETS`].
            #[must_use]
            pub const fn targets(self) -> Targets {
                match self {
                    $(Self::$loss => entry::$loss::TARGETS,)*
                }
            }

            /// See [`Facts::term`].
            #[cfg(feature = "std")]
            pub(crate) fn term(self, locals: &mut Locals, y_pred: Expression, y_true: Expression) -> Expression {
                match self {
                    $(Self::$loss => entry::$loss::term(locals, y_pred, y_true),)*
                }
            }

            /// See [`Facts::total`].
            #[cfg(feature = "std")]
            pub(crate) fn total(self, sum: Expression) -> Expression {
                match self {
                    $(Self::$loss => entry::$loss::total(sum),)*
                }
            }

            /// See [`Facts::derivative_term`].
            #[cfg(feature = "std")]
            pub(crate) fn derivative_term(
                self,
                locals: &mut Locals,
                y_pred: Expression,
                y_true: Expression,
            ) -> Expression {
                match self {
                    $(Self::$loss => entry::$loss::derivative_term(locals, y_pred, y_true),)*
                }
            }
        }
    };
}

super::each_loss!(built_in);

/// Gives a loss its entry: whether it is summed or averaged over the outputs, which targets it accepts, its derivative,
/// and both as expressions. If one of them is missing, it does not compile. If there is an activation that it cancels
/// with, its name and the loss from pre-activations follow the targets.
///
/// The equations are what one output adds to the loss, and the derivative with respect to its prediction.
macro_rules! facts {
    (
        $loss:ident: $reduction:ident, targets $targets:ident
            $(, cancels with $activation:ident: $with_logits:ident)?;
        $derivative:ident;
        equations: $term:expr, $derivative_term:expr;
        $(total: $total:expr;)?
    ) => {
        impl Facts for entry::$loss {
            const BUILT_IN: BuiltIn = BuiltIn::$loss;
            const IS_AVERAGED: bool = facts!(@is_averaged $reduction);
            const CANCELS_WITH: Option<crate::activation::BuiltIn> = facts!(@cancels_with $($activation)?);
            const TARGETS: Targets = Targets::$targets;

            #[inline]
            fn value<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
                $loss(y_pred, y_true)
            }

            #[inline]
            fn derivative<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> [T; O] {
                $derivative(y_pred, y_true)
            }

            #[cfg(feature = "std")]
            fn term(locals: &mut Locals, y_pred: Expression, y_true: Expression) -> Expression {
                let term: fn(&mut Locals, Expression, Expression) -> Expression = $term;
                term(locals, y_pred, y_true)
            }

            $(
                #[cfg(feature = "std")]
                fn total(sum: Expression) -> Expression {
                    let total: fn(Expression) -> Expression = $total;
                    total(sum)
                }
            )?

            #[cfg(feature = "std")]
            fn derivative_term(locals: &mut Locals, y_pred: Expression, y_true: Expression) -> Expression {
                let term: fn(&mut Locals, Expression, Expression) -> Expression = $derivative_term;
                term(locals, y_pred, y_true)
            }

            $(
                #[inline]
                fn with_logits<T: Scalar, const O: usize>(z: [T; O], y_true: [T; O]) -> T {
                    $with_logits(z, y_true)
                }
            )?
        }
    };
    (@cancels_with) => {
        None
    };
    (@cancels_with $activation:ident) => {
        Some(crate::activation::BuiltIn::$activation)
    };
    (@is_averaged summed) => {
        false
    };
    (@is_averaged averaged) => {
        true
    };
}

pub(crate) use facts;
