//! What depends on the scalar of a network and on nothing else of it is compiled with this crate.
//!
//! A generic function is compiled in the crate that calls it, once more for every crate that declares a network; what
//! an `impl` for `f64` or `f32` calls, in this one. Without `std` it is inlined nevertheless: a firmware holds, of what is
//! written for any network, only what its own needs.

use crate::network::Layer;
use crate::trainer::checks::{self, Example};
use crate::{Name, TrainError};

/// The entry points. Private, which seals [`Scalar`](crate::Scalar).
pub trait Precompiled: Sized + 'static {
    /// An example is fit to learn from.
    fn check_example(example: &Example, x: &[Self], y_true: &[Self]) -> Result<(), TrainError>;

    /// Parameters are fit to start from.
    fn check_start(layers: &[Layer<Self>], parameters: &[Self]) -> Result<(), TrainError>;

    /// The name of the first parameter that is infinite or NaN.
    fn first_not_finite(layers: &[Layer<Self>], parameters: &[Self]) -> Option<Name>;
}

macro_rules! precompiled {
    ($($scalar:ty)*) => { $(
        impl Precompiled for $scalar {
            #[cfg_attr(feature = "std", inline(never))]
            #[cfg_attr(not(feature = "std"), inline)]
            fn check_example(example: &Example, x: &[Self], y_true: &[Self]) -> Result<(), TrainError> {
                checks::example(example, x, y_true)
            }

            #[cfg_attr(feature = "std", inline(never))]
            #[cfg_attr(not(feature = "std"), inline)]
            fn check_start(layers: &[Layer<Self>], parameters: &[Self]) -> Result<(), TrainError> {
                checks::parameters(layers, parameters)
            }

            #[cfg_attr(feature = "std", inline(never))]
            #[cfg_attr(not(feature = "std"), inline)]
            fn first_not_finite(layers: &[Layer<Self>], parameters: &[Self]) -> Option<Name> {
                checks::parameter_not_finite(layers, parameters)
            }
        }
    )* };
}

precompiled!(f64 f32);
