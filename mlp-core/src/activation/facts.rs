//! Everything the crate knows of its own activations, in one place for all who read it: random parameters, kernels,
//! traces, and the checks of targets.
//!
//! The facts of an activation are constants and functions of a type, its entry. So a program holds those of the
//! activations that it uses, and the kernels inline the functions into vector code.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use crate::Scalar;
#[cfg(feature = "alloc")]
use crate::math::MultiplyAdd;

/// The facts of an activation.
pub trait Facts {
    /// Tells the activation apart at run time.
    const BUILT_IN: BuiltIn;
    /// The smallest and the largest value; infinite if there is none. The ends count as reachable.
    const RANGE: [f64; 2];
    /// How large the weights before it start.
    const INITIALIZATION: Initialization;
}

/// The facts of an activation that computes each neuron by itself.
pub trait Elementwise: Facts {
    /// The derivative as a lecture writes it, with `{z}` and `{a}` to be put in.
    const DERIVATIVE: &'static str;
    /// Whether the derivative needs the pre-activation. If not, kernels do not keep it, and pass the activation twice.
    const NEEDS_PRE_ACTIVATION: bool;

    /// a = f(z)
    fn value<T: Scalar>(z: T) -> T;

    /// f′ from z and a
    fn derivative<T: Scalar>(z: T, a: T) -> T;

    /// f(z) in a loop over many numbers. Its multiply-add may be fused, to other last bits.
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

/// The distribution that the weights before an activation start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initialization {
    /// [`Glorot`](crate::Glorot): both halves of the signal pass.
    Glorot,
    /// [`He`](crate::He): only one half does.
    He,
}

macro_rules! built_in {
    ([$($elementwise:ident)*]) => {
        /// The entries, each with the name of its function: so a declaration's word leads to both.
        #[allow(missing_docs, non_camel_case_types)]
        pub(crate) mod entry {
            $(#[derive(Clone, Copy, Debug)] pub struct $elementwise;)*
            #[derive(Clone, Copy, Debug)]
            pub struct softmax;
        }

        /// The crate's activations, each by its word.
        #[allow(missing_docs, non_camel_case_types)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum BuiltIn {
            $($elementwise,)*
            softmax,
        }

        impl BuiltIn {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$elementwise,)* Self::softmax];

            /// How a declaration names it.
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

            /// See [`Elementwise::DERIVATIVE`]; `None` for softmax, which has a derivative for each pair of outputs.
            #[cfg(feature = "std")]
            pub(crate) const fn derivative_formula(self) -> Option<&'static str> {
                match self {
                    $(Self::$elementwise => Some(<entry::$elementwise as Elementwise>::DERIVATIVE),)*
                    Self::softmax => None,
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

/// Gives an elementwise activation its entry: the values that it takes, how the weights before it start, and its
/// derivative, told from `z` or from `a` alone, with its formula. In loops the same functions serve, unless others do.
macro_rules! facts {
    (
        $word:ident: $lowest:expr => $highest:expr, start $start:ident;
        $derivative:ident from $from:ident: $formula:literal;
        $(in loops: $value_in_loop:expr, $derivative_in_loop:expr;)?
    ) => {
        impl Facts for entry::$word {
            const BUILT_IN: BuiltIn = BuiltIn::$word;
            const RANGE: [f64; 2] = [$lowest, $highest];
            const INITIALIZATION: Initialization = Initialization::$start;
        }

        impl Elementwise for entry::$word {
            const DERIVATIVE: &'static str = $formula;
            const NEEDS_PRE_ACTIVATION: bool = matches!(stringify!($from).as_bytes(), b"z");

            #[inline]
            fn value<T: Scalar>(z: T) -> T {
                $word(z)
            }

            #[inline]
            fn derivative<T: Scalar>(z: T, a: T) -> T {
                $derivative(z, a)
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
