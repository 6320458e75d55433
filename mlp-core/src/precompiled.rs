//! Code that depends only on the scalar of a network is compiled once, with this crate.
//!
//! A generic function is compiled in the crate that calls it: once more for every crate that declares a network. What an
//! `impl` for `f64` or `f32` calls is compiled here. So everything enters through this trait.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

use crate::exchange::bytes::{BytesError, Identity};
use crate::network::ErasedArchitecture;
use crate::network::Layer;
use crate::network::backward::Backward;
use crate::optimizer::{AdamStep, AdaptiveStep, DescentStep, MomentumStep, RpropStep};
#[cfg(feature = "population")]
use crate::population::{self, FitTask, Plan, PredictTask, Row};
use crate::random::{self, ByActivation, DynRng};
use crate::rolled::{copies, loops};
use crate::simd;
use crate::trainer::checks;
use crate::trainer::chunks::{self, ChunkedEpoch};
use crate::trainer::training_loop;
use crate::trainer::{Learner, Method, Outcome, Progress, Settings, TrainError, TrainingData};
#[cfg(feature = "alloc")]
use crate::{
    batch::{BatchKernels, JacobianKernels, VectorJacobian, VectorKernels},
    least_squares,
    optimizer::LastSteps,
    reducer::ReduceError,
    simd::Backend,
    trainer::{FullBatch, ReducedPiece, Step},
};

/// Declares the ways to train for one type of learner.
macro_rules! declare_training {
    ($learner:ty) => {
        /// See [`training_loop::fit`].
        fn fit(learner: &mut $learner, data: &TrainingData<'_, Self>) -> Result<Outcome<Self>, TrainError>;

        /// See [`training_loop::train`].
        fn train(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
            epochs: usize,
        ) -> Result<Outcome<Self>, TrainError>;

        /// See [`training_loop::step`].
        fn step(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
        ) -> Result<(), TrainError>;

        /// See [`training_loop::step_with`].
        fn step_with(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
        ) -> Result<(), TrainError>;

        /// See [`chunks::chunk`].
        fn chunk(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
            epoch: &mut ChunkedEpoch<Self>,
        ) -> Result<(), TrainError>;

        /// See [`chunks::end_chunks`].
        fn end_chunks(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
            epoch: &ChunkedEpoch<Self>,
        ) -> Outcome<Self>;

        /// See [`training_loop::train_reduced`].
        #[cfg(feature = "alloc")]
        fn train_reduced(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
            piece: ReducedPiece<'_>,
        ) -> Result<Outcome<Self>, ReduceError>;
    };
}

/// Defines what [`declare_training`] declares.
macro_rules! define_training {
    ($learner:ty, $(#[$inline:meta])?) => {
        $(#[$inline])?
        fn fit(learner: &mut $learner, data: &TrainingData<'_, Self>) -> Result<Outcome<Self>, TrainError> {
            training_loop::fit(learner, data)
        }

        $(#[$inline])?
        fn train(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
            epochs: usize,
        ) -> Result<Outcome<Self>, TrainError> {
            training_loop::train(learner, data, progress, epochs)
        }

        $(#[$inline])?
        fn step(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
        ) -> Result<(), TrainError> {
            training_loop::step(learner, data, progress)
        }

        $(#[$inline])?
        fn step_with(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
        ) -> Result<(), TrainError> {
            training_loop::step_with(learner, data, progress)
        }

        $(#[$inline])?
        fn chunk(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
            epoch: &mut ChunkedEpoch<Self>,
        ) -> Result<(), TrainError> {
            chunks::chunk(learner, data, progress, epoch)
        }

        $(#[$inline])?
        fn end_chunks(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
            epoch: &ChunkedEpoch<Self>,
        ) -> Outcome<Self> {
            chunks::end_chunks(learner, data, progress, epoch)
        }

        #[cfg(feature = "alloc")]
        $(#[$inline])?
        fn train_reduced(
            learner: &mut $learner,
            data: &TrainingData<'_, Self>,
            progress: &mut Progress<Self>,
            piece: ReducedPiece<'_>,
        ) -> Result<Outcome<Self>, ReduceError> {
            training_loop::train_reduced(learner, data, progress, piece)
        }
    };
}

/// The entry points. Private, which seals [`Scalar`](crate::Scalar).
pub trait Precompiled: Sized + 'static {
    #[cfg(feature = "std")]
    declare_training! { dyn Learner<Self> }

    // Without `std` they are generic over the learner, so that a firmware holds only its own way to train.
    #[cfg(not(feature = "std"))]
    declare_training! { impl Learner<Self> }

    /// See [`checks::start`].
    fn check_start(
        architecture: ErasedArchitecture<Self>,
        parameters: &[Self],
        optimizer: (f64, Method),
        settings: &Settings,
    ) -> Result<(), TrainError>;

    /// How many examples the kernels compute side by side: one in each lane of two vectors.
    #[cfg(feature = "alloc")]
    const LANES: usize;

    /// The kernels of a network. They are an object, because a generic type would be compiled in the crate that holds it.
    #[cfg(feature = "alloc")]
    fn kernels(architecture: ErasedArchitecture<Self>, backend: Backend) -> Box<dyn BatchKernels<Self>>;

    /// The networks of a population that lie side by side: one in each lane of four vectors.
    #[cfg(feature = "population")]
    const POPULATION_LANES: usize;

    /// One quantity of the networks that lie side by side.
    #[cfg(feature = "population")]
    type Row: AsRef<[Self]> + AsMut<[Self]> + Copy + core::fmt::Debug + Send + Sync;

    /// Zeros.
    #[cfg(feature = "population")]
    const ZERO_ROW: Self::Row;

    /// See [`Plan`].
    #[cfg(feature = "population")]
    fn population_plan(architecture: ErasedArchitecture<Self>) -> Plan<Self>;

    /// See [`population::training::fit`].
    #[cfg(feature = "population")]
    fn fit_population(task: FitTask<'_, Self>) -> Result<alloc::vec::Vec<population::training::End<Self>>, TrainError>
    where
        Self: crate::Scalar;

    /// See [`PredictTask`].
    #[cfg(feature = "population")]
    fn predict_population(task: PredictTask<'_, Self>)
    where
        Self: crate::Scalar;

    /// The kernels for the residuals of a network and their derivatives.
    #[cfg(feature = "alloc")]
    fn jacobian_kernels(architecture: ErasedArchitecture<Self>, backend: Backend) -> Box<dyn JacobianKernels<Self>>;

    /// See [`least_squares::epoch`].
    #[cfg(feature = "alloc")]
    fn least_squares_epoch(
        epoch: least_squares::Epoch<'_, Self>,
        objective: &mut FullBatch<'_, Self>,
    ) -> Result<Step, TrainError>;

    /// See [`LastSteps::epoch`].
    #[cfg(feature = "alloc")]
    fn lbfgs_epoch(
        state: &mut LastSteps<Self>,
        parameters: &mut [Self],
        gradient: &mut [Self],
        objective: &mut FullBatch<'_, Self>,
    ) -> Result<Step, TrainError>;

    /// Draws the parameters of these layers by each layer's activation, from the words of a generator.
    fn draw(layers: &[Layer<Self>], next_word: &mut dyn FnMut() -> u64, parameters: &mut [Self]);

    /// The parameters from [bytes](crate::exchange#bytes).
    fn read_bytes(identity: &Identity<Self>, bytes: &[u8], parameters: &mut [Self]) -> Result<(), BytesError>;

    /// The parameters to [bytes](crate::exchange#bytes).
    fn write_bytes(identity: &Identity<Self>, parameters: &[Self], bytes: &mut [u8]) -> Result<(), BytesError>;

    /// See [`equations`](crate::equations).
    #[cfg(feature = "std")]
    fn equations(architecture: ErasedArchitecture<Self>) -> crate::Equations;

    /// See [`trace`](crate::trace).
    #[cfg(feature = "std")]
    fn trace(start: &crate::trace::Start<'_, Self>) -> crate::Trace<Self>;

    /// See [`backward`](crate::network::backward).
    fn backward(task: Backward<'_, Self>);

    /// See [`loops`].
    fn affine(x: &[Self], w: &[Self], b: &[Self], z: &mut [Self]);

    /// See [`loops`].
    fn outer(sources: &[Self], dl_dz: &[Self], dl_dw: &mut [Self]);

    /// See [`loops`].
    fn weighted_sums(w: &[Self], dl_dz: &[Self], dl_da: &mut [Self]);

    /// See [`loops`].
    fn update_rows(w: &mut [Self], sources: &[Self], dl_dz: &[Self], learning_rate: Self, dl_da: &mut [Self]);

    /// See [`DescentStep`].
    fn descent_step(step: DescentStep<'_, Self>);

    /// See [`MomentumStep`].
    fn momentum_step(step: MomentumStep<'_, Self>);

    /// See [`AdaptiveStep`].
    fn adaptive_step(step: AdaptiveStep<'_, Self>);

    /// See [`AdamStep`].
    fn adam_step(step: AdamStep<'_, Self>);

    /// See [`RpropStep`].
    fn rprop_step(step: RpropStep<'_, Self>);

    /// Writes numbers as bytes, the lowest first.
    #[cfg(feature = "alloc")]
    fn write_le(values: &[Self], bytes: &mut [u8]);

    /// Reads what [`write_le`](Self::write_le) wrote.
    #[cfg(feature = "alloc")]
    fn read_le(bytes: &[u8], values: &mut [Self]);

    /// See [`copies`].
    fn concatenate(parts: &[&[Self]], array: &mut [Self]);

    /// See [`copies`].
    fn take<'a>(rest: &mut &'a [Self], count: usize) -> &'a [Self];

    /// See [`copies`].
    #[cfg(feature = "alloc")]
    fn boxed(values: &[Self], count: usize) -> Box<[Self]>;
}

macro_rules! precompiled {
    ($($scalar:ty, $lanes_of_vector:literal;)*) => { $(
        impl Precompiled for $scalar {
            #[cfg(feature = "std")]
            define_training! { dyn Learner<Self>, }

            #[cfg(not(feature = "std"))]
            define_training! { impl Learner<Self>, #[inline] }

            fn check_start(
                architecture: ErasedArchitecture<Self>,
                parameters: &[Self],
                optimizer: (f64, Method),
                settings: &Settings,
            ) -> Result<(), TrainError> {
                checks::start(architecture, parameters, optimizer, settings)
            }

            #[cfg(feature = "alloc")]
            const LANES: usize = 2 * $lanes_of_vector;

            #[cfg(feature = "alloc")]
            fn kernels(architecture: ErasedArchitecture<Self>, backend: Backend) -> Box<dyn BatchKernels<Self>> {
                Box::new(VectorKernels::<Self, $lanes_of_vector>::new(architecture, backend))
            }

            #[cfg(feature = "population")]
            const POPULATION_LANES: usize = 4 * $lanes_of_vector;

            #[cfg(feature = "population")]
            type Row = Row<Self, { 4 * $lanes_of_vector }>;

            #[cfg(feature = "population")]
            const ZERO_ROW: Self::Row = Row::ZERO;

            #[cfg(feature = "population")]
            fn population_plan(architecture: ErasedArchitecture<Self>) -> Plan<Self> {
                Plan::new(architecture)
            }

            #[cfg(feature = "population")]
            fn fit_population(
                task: FitTask<'_, Self>,
            ) -> Result<alloc::vec::Vec<population::training::End<Self>>, TrainError> {
                population::training::fit(task)
            }

            #[cfg(feature = "population")]
            fn predict_population(task: PredictTask<'_, Self>) {
                population::predict(task);
            }

            #[cfg(feature = "alloc")]
            fn jacobian_kernels(
                architecture: ErasedArchitecture<Self>,
                backend: Backend,
            ) -> Box<dyn JacobianKernels<Self>> {
                Box::new(VectorJacobian::<Self, $lanes_of_vector>::new(architecture, backend))
            }

            #[cfg(feature = "alloc")]
            fn least_squares_epoch(
                epoch: least_squares::Epoch<'_, Self>,
                objective: &mut FullBatch<'_, Self>,
            ) -> Result<Step, TrainError> {
                epoch.run(objective)
            }

            #[cfg(feature = "alloc")]
            fn lbfgs_epoch(
                state: &mut LastSteps<Self>,
                parameters: &mut [Self],
                gradient: &mut [Self],
                objective: &mut FullBatch<'_, Self>,
            ) -> Result<Step, TrainError> {
                state.epoch(parameters, gradient, objective)
            }

            fn draw(layers: &[Layer<Self>], next_word: &mut dyn FnMut() -> u64, parameters: &mut [Self]) {
                random::draw(layers, &ByActivation, &mut DynRng(next_word), parameters);
            }

            fn read_bytes(identity: &Identity<Self>, bytes: &[u8], parameters: &mut [Self]) -> Result<(), BytesError> {
                identity.read(bytes, parameters)
            }

            fn write_bytes(identity: &Identity<Self>, parameters: &[Self], bytes: &mut [u8]) -> Result<(), BytesError> {
                identity.write(parameters, bytes)
            }

            #[cfg(feature = "std")]
            fn equations(architecture: ErasedArchitecture<Self>) -> crate::Equations {
                crate::equations::equations(architecture)
            }

            #[cfg(feature = "std")]
            fn trace(start: &crate::trace::Start<'_, Self>) -> crate::Trace<Self> {
                start.trace()
            }

            fn backward(task: Backward<'_, Self>) {
                task.run();
            }

            fn affine(x: &[Self], w: &[Self], b: &[Self], z: &mut [Self]) {
                simd::run_tiled(loops::Affine { x, w, b, z });
            }

            fn outer(sources: &[Self], dl_dz: &[Self], dl_dw: &mut [Self]) {
                simd::run(loops::Outer { sources, dl_dz, dl_dw });
            }

            fn weighted_sums(w: &[Self], dl_dz: &[Self], dl_da: &mut [Self]) {
                simd::run(loops::WeightedSums { w, dl_dz, dl_da });
            }

            fn update_rows(w: &mut [Self], sources: &[Self], dl_dz: &[Self], learning_rate: Self, dl_da: &mut [Self]) {
                simd::run(loops::UpdateRows { w, sources, dl_dz, learning_rate, dl_da });
            }

            fn descent_step(step: DescentStep<'_, Self>) {
                simd::run(step);
            }

            fn momentum_step(step: MomentumStep<'_, Self>) {
                simd::run(step);
            }

            fn adaptive_step(step: AdaptiveStep<'_, Self>) {
                simd::run(step);
            }

            fn adam_step(step: AdamStep<'_, Self>) {
                simd::run(step);
            }

            fn rprop_step(step: RpropStep<'_, Self>) {
                simd::run(step);
            }

            #[cfg(feature = "alloc")]
            fn write_le(values: &[Self], bytes: &mut [u8]) {
                for (value, bytes) in values.iter().zip(bytes.as_chunks_mut().0) {
                    *bytes = value.to_le_bytes();
                }
            }

            #[cfg(feature = "alloc")]
            fn read_le(bytes: &[u8], values: &mut [Self]) {
                for (value, bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
                    *value = Self::from_le_bytes(*bytes);
                }
            }

            fn concatenate(parts: &[&[Self]], array: &mut [Self]) {
                copies::concatenate(parts, array);
            }

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
