//! Code that depends only on the scalar of a network is compiled once, with this crate.
//!
//! A generic function is compiled in the crate that calls it: once more for every crate that declares a network. What an
//! `impl` for `f64` or `f32` calls is compiled here. So everything enters through this trait.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

#[cfg(feature = "alloc")]
use crate::network::ErasedArchitecture;
use crate::network::Layer;
use crate::random::{self, ByActivation, DynRng};
use crate::trainer::{Learner, Outcome, TrainError, TrainingData, training_loop};
#[cfg(feature = "alloc")]
use crate::{
    batch::{BatchKernels, VectorKernels},
    rolled::{copies, loops},
    simd::{self, Backend},
};

/// The entry points. Private, which seals [`Scalar`](crate::Scalar).
pub trait Precompiled: Sized + 'static {
    /// See [`training_loop::train`].
    #[cfg(feature = "std")]
    fn train(learner: &mut dyn Learner<Self>, data: &TrainingData<'_, Self>) -> Result<Outcome<Self>, TrainError>;

    /// See [`training_loop::train`]. Without `std` it is generic over the learner, so that a firmware holds only its own
    /// way to train.
    #[cfg(not(feature = "std"))]
    fn train(learner: &mut impl Learner<Self>, data: &TrainingData<'_, Self>) -> Result<Outcome<Self>, TrainError>;

    /// How many examples the kernels compute side by side: one in each lane of two vectors.
    #[cfg(feature = "alloc")]
    const LANES: usize;

    /// The kernels of a network. They are an object, because a generic type would be compiled in the crate that holds it.
    #[cfg(feature = "alloc")]
    fn kernels(architecture: ErasedArchitecture<Self>, backend: Backend) -> Box<dyn BatchKernels<Self>>;

    /// Draws the parameters of these layers by each layer's activation, from the words of a generator.
    fn draw(layers: &[Layer<Self>], next_word: &mut dyn FnMut() -> u64, parameters: &mut [Self]);

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
    fn update_rows(w: &mut [Self], sources: &[Self], dl_dz: &[Self], learning_rate: Self, dl_da: &mut [Self]);

    /// See [`loops`].
    #[cfg(feature = "alloc")]
    fn update(parameters: &mut [Self], gradients: &[Self], learning_rate: Self);

    /// See [`copies`].
    #[cfg(feature = "alloc")]
    fn concatenate(parts: &[&[Self]], array: &mut [Self]);

    /// See [`copies`].
    #[cfg(feature = "alloc")]
    fn take<'a>(rest: &mut &'a [Self], count: usize) -> &'a [Self];

    /// See [`copies`].
    #[cfg(feature = "alloc")]
    fn boxed(values: &[Self], count: usize) -> Box<[Self]>;
}

macro_rules! precompiled {
    ($($scalar:ty, $lanes_of_vector:literal;)*) => { $(
        impl Precompiled for $scalar {
            #[cfg(feature = "std")]
            fn train(learner: &mut dyn Learner<Self>, data: &TrainingData<'_, Self>) -> Result<Outcome<Self>, TrainError> {
                training_loop::train(learner, data)
            }

            #[cfg(not(feature = "std"))]
            #[inline]
            fn train(learner: &mut impl Learner<Self>, data: &TrainingData<'_, Self>) -> Result<Outcome<Self>, TrainError> {
                training_loop::train(learner, data)
            }

            #[cfg(feature = "alloc")]
            const LANES: usize = 2 * $lanes_of_vector;

            #[cfg(feature = "alloc")]
            fn kernels(architecture: ErasedArchitecture<Self>, backend: Backend) -> Box<dyn BatchKernels<Self>> {
                Box::new(VectorKernels::<Self, $lanes_of_vector>::new(architecture, backend))
            }

            fn draw(layers: &[Layer<Self>], next_word: &mut dyn FnMut() -> u64, parameters: &mut [Self]) {
                random::draw(layers, &ByActivation, &mut DynRng(next_word), parameters);
            }

            #[cfg(feature = "alloc")]
            fn affine(x: &[Self], w: &[Self], b: &[Self], z: &mut [Self]) {
                simd::run(loops::Affine { x, w, b, z });
            }

            #[cfg(feature = "alloc")]
            fn outer(sources: &[Self], dl_dz: &[Self], dl_dw: &mut [Self]) {
                simd::run(loops::Outer { sources, dl_dz, dl_dw });
            }

            #[cfg(feature = "alloc")]
            fn weighted_sums(w: &[Self], dl_dz: &[Self], dl_da: &mut [Self]) {
                simd::run(loops::WeightedSums { w, dl_dz, dl_da });
            }

            #[cfg(feature = "alloc")]
            fn update_rows(w: &mut [Self], sources: &[Self], dl_dz: &[Self], learning_rate: Self, dl_da: &mut [Self]) {
                simd::run(loops::UpdateRows { w, sources, dl_dz, learning_rate, dl_da });
            }

            #[cfg(feature = "alloc")]
            fn update(parameters: &mut [Self], gradients: &[Self], learning_rate: Self) {
                simd::run(loops::Update { parameters, gradients, learning_rate });
            }

            #[cfg(feature = "alloc")]
            fn concatenate(parts: &[&[Self]], array: &mut [Self]) {
                copies::concatenate(parts, array);
            }

            #[cfg(feature = "alloc")]
            fn take<'a>(rest: &mut &'a [Self], count: usize) -> &'a [Self] {
                copies::take(rest, count)
            }

            #[cfg(feature = "alloc")]
            fn boxed(values: &[Self], count: usize) -> Box<[Self]> {
                copies::boxed(values, count)
            }
        }
    )* };
}

// AVX's vectors. Other processors take two of theirs for one, or half of one.
precompiled! {
    f64, 4;
    f32, 8;
}
