//! What depends on the scalar of a network and on nothing else of it is compiled with this crate.
//!
//! A generic function is compiled in the crate that calls it, once more for every crate that declares a network; what
//! an `impl` for `f64` or `f32` calls, in this one. Without `std` it is inlined nevertheless: a firmware holds, of what is
//! written for any network, only what its own needs.

use crate::network::Layer;
#[cfg(feature = "alloc")]
use crate::rolled::loops;
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

    /// See [`loops`].
    #[cfg(feature = "alloc")]
    fn affine(x: &[Self], w: &[Self], b: &[Self], z: &mut [Self]);

    /// See [`loops`].
    #[cfg(feature = "alloc")]
    fn outer(sources: &[Self], dl_dz: &[Self], dl_dw: &mut [Self]);

    /// See [`loops`].
    #[cfg(feature = "alloc")]
    fn weighted_sums(w: &[Self], dl_dz: &[Self], dl_da: &mut [Self]);

    /// See [`loops`].
    #[cfg(feature = "alloc")]
    fn descend_rows(w: &mut [Self], sources: &[Self], dl_dz: &[Self], learning_rate: Self, dl_da: &mut [Self]);

    /// See [`loops`].
    #[cfg(feature = "alloc")]
    fn descend(parameters: &mut [Self], gradients: &[Self], learning_rate: Self);
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

            #[cfg(feature = "alloc")]
            fn affine(x: &[Self], w: &[Self], b: &[Self], z: &mut [Self]) {
                loops::affine(x, w, b, z);
            }

            #[cfg(feature = "alloc")]
            fn outer(sources: &[Self], dl_dz: &[Self], dl_dw: &mut [Self]) {
                loops::outer(sources, dl_dz, dl_dw);
            }

            #[cfg(feature = "alloc")]
            fn weighted_sums(w: &[Self], dl_dz: &[Self], dl_da: &mut [Self]) {
                loops::weighted_sums(w, dl_dz, dl_da);
            }

            #[cfg(feature = "alloc")]
            fn descend_rows(w: &mut [Self], sources: &[Self], dl_dz: &[Self], learning_rate: Self, dl_da: &mut [Self]) {
                loops::descend_rows(w, sources, dl_dz, learning_rate, dl_da);
            }

            #[cfg(feature = "alloc")]
            fn descend(parameters: &mut [Self], gradients: &[Self], learning_rate: Self) {
                loops::descend(parameters, gradients, learning_rate);
            }
        }
    )* };
}

precompiled!(f64 f32);
