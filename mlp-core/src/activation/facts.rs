//! Everything the crate knows about its own activations, in one place: random parameters, kernels, traces and the
//! checks of targets read it here.
//!
//! The facts of an activation are constants and functions of a type, its entry. So a program contains only the
//! activations that it uses, and the kernels inline the functions into vector code.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use crate::Scalar;
#[cfg(feature = "std")]
use crate::equations::{Expression, Locals};
#[cfg(feature = "alloc")]
use crate::math::MultiplyAdd;

/// The facts of an activation.
pub trait Facts {
    /// Tells the activation apart at run time.
    const BUILT_IN: BuiltIn;
    /// The smallest and the largest value; infinite if there is none. Both count as reachable.
    const RANGE: [f64; 2];
    /// The initial distribution of the weights into its layer.
    const INITIALIZATION: Initialization;
}

/// The facts of an activation that computes each neuron by itself.
pub trait Elementwise: Facts {
    /// Whether the derivative needs the pre-activation. If not, kernels do not store it, and pass the activation twice.
    const NEEDS_PRE_ACTIVATION: bool;

    /// a = f(z)
    fn value<T: Scalar>(z: T) -> T;

    /// f′ from z and a
    fn derivative<T: Scalar>(z: T, a: T) -> T;

    /// f(z) as an expression, to the bit what [`value`](Self::value) computes.
    #[cfg(feature = "std")]
    fn expression(locals: &mut Locals, z: Expression) -> Expression;

    /// f′ from z and a as an expression, to the bit what [`derivative`](Self::derivative) computes.
    #[cfg(feature = "std")]
    fn derivative_expression(locals: &mut Locals, z: Expression, a: Expression) -> Expression;

    /// f′ as a lecture writes it.
    #[cfg(feature = "std")]
    fn lecture_derivative(z: Expression, a: Expression) -> Expression;

    /// f(z) in a loop over many numbers. Its multiply-add may be fused, which changes the last bits.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    fn value_in_loop<T: Scalar, M: MultiplyAdd>(z: T) -> T {
        Self::value(z)
    }

    /// f′ in a loop over many numbers.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    fn derivative_in_loop<T: Scalar, M: MultiplyAdd>(z: T, a: T) -> T {
        Self::derivative(z, a)
    }
}

/// The initial distribution of the weights into a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initialization {
    /// [`Glorot`](crate::Glorot), for an activation that lets both halves of the signal through.
    Glorot,
    /// [`He`](crate::He), for one that lets only one half through.
    He,
}

macro_rules! built_in {
    ([$($elementwise:ident)*]) => {
        /// The entries. Each has the name of its function, so that a declaration's word leads to both.
        #[allow(missing_docs, non_camel_case_types)]
        pub(crate) mod entry {
            $(#[derive(Clone, Copy, Debug)] pub struct $elementwise;)*
            #[derive(Clone, Copy, Debug)]
            pub struct softmax;
        }

        /// The crate's activations, each named by its word.
        #[allow(missing_docs, non_camel_case_types)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum BuiltIn {
            $($elementwise,)*
            softmax,
        }

        impl BuiltIn {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$elementwise,)* Self::softmax];

            /// The word that names it in a declaration.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$elementwise => stringify!($elementwise),)*
                    Self::softmax => stringify!(softmax),
                }
            }

            /// See [`Facts::RANGE`].
            #[must_use]
            pub const fn range(self) -> [f64; 2] {
                match self {
                    $(Self::$elementwise => entry::$elementwise::RANGE,)*
                    Self::softmax => entry::softmax::RANGE,
                }
            }

            /// See [`Facts::INITIALIZATION`].
            #[must_use]
            pub const fn initialization(self) -> Initialization {
                match self {
                    $(Self::$elementwise => entry::$elementwise::INITIALIZATION,)*
                    Self::softmax => entry::softmax::INITIALIZATION,
                }
            }

            /// See [`Elementwise::expression`]; softmax has a [definition](super::softmax_definition) of its own.
            #[cfg(feature = "std")]
            pub(crate) fn expression(self, locals: &mut Locals, z: Expression) -> Expression {
                match self {
                    $(Self::$elementwise => entry::$elementwise::expression(locals, z),)*
                    Self::softmax => z,
                }
            }

            /// See [`Elementwise::derivative_expression`]; nothing calls the derivative of softmax.
            #[cfg(feature = "std")]
            pub(crate) fn derivative_expression(self, locals: &mut Locals, z: Expression, a: Expression) -> Expression {
                match self {
                    $(Self::$elementwise => entry::$elementwise::derivative_expression(locals, z, a),)*
                    Self::softmax => a,
                }
            }

            /// See [`Elementwise::lecture_derivative`].
            #[cfg(feature = "std")]
            pub(crate) fn lecture_derivative(self, z: Expression, a: Expression) -> Expression {
                match self {
                    $(Self::$elementwise => entry::$elementwise::lecture_derivative(z, a),)*
                    Self::softmax => a,
                }
            }

            /// See [`Elementwise::NEEDS_PRE_ACTIVATION`]; softmax is differentiated from its activations.
            #[cfg(feature = "alloc")]
            pub(crate) const fn needs_pre_activation(self) -> bool {
                match self {
                    $(Self::$elementwise => <entry::$elementwise as Elementwise>::NEEDS_PRE_ACTIVATION,)*
                    Self::softmax => false,
                }
            }
        }
    };
}

super::each_elementwise!(built_in);

/// Gives an elementwise activation its entry: its range, the initial distribution of its weights, and its derivative,
/// from `z`, or from `a` if `a` may stand in for `z`. The equations are the function and its derivative as expressions;
/// a lecture writes the derivative in the same way unless `in a lecture` says another. Loops use the same functions
/// unless `in loops` names others.
macro_rules! facts {
    (
        $word:ident: $lowest:expr => $highest:expr, start $start:ident;
        $derivative:ident from $from:ident;
        equations: $expression:expr, $derivative_expression:expr;
        $(in a lecture: $lecture_derivative:expr;)?
        $(in loops: $value_in_loop:expr, $derivative_in_loop:expr;)?
    ) => {
        impl Facts for entry::$word {
            const BUILT_IN: BuiltIn = BuiltIn::$word;
            const RANGE: [f64; 2] = [$lowest, $highest];
            const INITIALIZATION: Initialization = Initialization::$start;
        }

        impl Elementwise for entry::$word {
            const NEEDS_PRE_ACTIVATION: bool = matches!(stringify!($from).as_bytes(), b"z");

            #[inline]
            fn value<T: Scalar>(z: T) -> T {
                $word(z)
            }

            #[inline]
            fn derivative<T: Scalar>(z: T, a: T) -> T {
                $derivative(z, a)
            }

            #[cfg(feature = "std")]
            fn expression(locals: &mut Locals, z: Expression) -> Expression {
                let expression: fn(&mut Locals, Expression) -> Expression = $expression;
                expression(locals, z)
            }

            #[cfg(feature = "std")]
            fn derivative_expression(locals: &mut Locals, z: Expression, a: Expression) -> Expression {
                let expression: fn(&mut Locals, Expression, Expression) -> Expression = $derivative_expression;
                expression(locals, z, a)
            }

            #[cfg(feature = "std")]
            fn lecture_derivative(z: Expression, a: Expression) -> Expression {
                $(
                    let lecture: fn(Expression, Expression) -> Expression = $lecture_derivative;
                    return lecture(z, a);
                )?
                #[allow(unreachable_code, reason = "the lecture has another form")]
                Self::derivative_expression(&mut Locals::of_lecture(), z, a)
            }

            $(
                #[cfg(feature = "alloc")]
                #[inline(always)]
                fn value_in_loop<T: Scalar, M: MultiplyAdd>(z: T) -> T {
                    $value_in_loop(z)
                }

                #[cfg(feature = "alloc")]
                #[inline(always)]
                fn derivative_in_loop<T: Scalar, M: MultiplyAdd>(z: T, a: T) -> T {
                    $derivative_in_loop(z, a)
                }
            )?
        }
    };
}

pub(crate) use facts;
