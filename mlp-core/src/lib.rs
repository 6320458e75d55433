//! A neural network is a declaration, and backpropagation is code you can read.
//!
//! ```
//! use mlp_core::{GradientDescent, StandardNormal, Trainer, mlp};
//!
//! mlp! {
//!     /// Learns exclusive or.
//!     pub struct Xor: 2 => tanh(3) => 1;
//! }
//!
//! let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
//! let mut xor = Xor::random_with(&StandardNormal, &mut mlp_core::rng(1));
//! Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &examples)?;
//! assert!(xor.predict([0.0, 1.0])[0] > 0.9);
//! assert!(xor.predict([1.0, 1.0])[0] < 0.1);
//! # Ok::<(), mlp_core::TrainError>(())
//! ```
//!
//! # The lecture
//!
//! The crate follows a lecture on the multilayer perceptron, four documents that each work out one small network:
//! 1-1-1, 1-2-1, 2-2-1 and 2-2-2. Its modules can be read in the lecture's order:
//!
//! 1. A neuron weighs its sources, adds a bias and applies an [`activation`]: `z1 = w11·x1 + w21·x2 + b1`,
//!    `a1 = σ(z1)`.
//! 2. A [`loss`] tells how wrong a prediction is: `L = ½ Σ (y_pred − y_true)²`.
//! 3. Backpropagation differentiates the loss with respect to every parameter, in eight steps. [`mlp!`] writes them
//!    out; [`equations`] are the same steps as data, and [`trace`] shows them with their numbers. A [`worksheet`] leaves
//!    some of them out, and [`compare`] finds the mistake in derivatives of your own.
//!    [`gradient_check`](mod@gradient_check) tells whether they are right, for functions of your own too.
//! 4. An [`optimizer`] moves every parameter against its gradient, at a learning rate that a [`schedule`] may vary.
//! 5. The [`trainer`] repeats this, epoch by epoch; [`observer`]s look on, and [`history`] remembers.
//! 6. [`metrics`] tell how good the predictions are, of classes and of numbers.
//!
//! Large batches do not go through the generated code, but through the kernels of [`batch`], which are up to five times
//! as fast.
//!
//! Several processes or machines train one network by a [`reducer`], to the bits of one.
//!
//! Many networks at once, side by side in vectors, are a [`population`]; [`evolution`] changes parameters without
//! gradients.
//!
//! The data come first: a [`dataset`] is read from a file and split, and [`scaling`] brings its columns to the same
//! size. [`sample_weights`] let some examples count more than others. [`Folds`] and a [`sweep`](mod@sweep) compare ways to
//! train. A [`model`] keeps network, scaling and the names of the columns together.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `std` (default) | [`History`], its CSV, [`equations`], [`trace`], [`source`], [`gradient_check`](mod@gradient_check), [`compare`], [`worksheet`], [`Dataset`], [`Folds`], [`sweep`](mod@sweep), [`Model`], the report lines |
//! | `alloc` | the kernels of [`batch`], [`rolled`] networks on the heap, and trainings by several processes ([`reducer`]); `std` includes it |
//! | `population` | [`Population`]: many networks at once, side by side in vectors; it needs `alloc`, not `std` |
//! | `rayon` | large batches, populations, cross-validation and sweeps on several threads, with the same bits for any number of threads |
//! | `argmin` | argmin's traits for an [`objective`](mod@objective): its solvers train networks |
//! | `arrow` | `Table::from_record_batches` and `Model::predict_record_batch`, for the data of Polars, DataFusion and Parquet files |
//! | `csv` | `Table`, which reads a `Dataset` from the columns of a CSV file |
//! | `serde` | `persist`, which saves and loads networks and trainings, and serde's traits for the generated structs |
//! | `safetensors` | [`exchange`]: `Safetensors`, which writes and reads weights as PyTorch does |
//! | `onnx` | [`exchange`]: `Onnx`, which writes networks for ONNX Runtime and other programs |
//! | `lesson` | `Lesson`, which writes an HTML file in which a network learns |
//! | `plot` | `Figure`: histories, networks, training steps and what networks predict, as SVG files |
//! | `progress` | `observer::Progress`: a line in the terminal that shows how far a training is |
//!
//! The generated `trace`, [`Trainer::report_every`] and [`Trainer::time_limit`] need `std` too. Without `std` the crate
//! needs no standard library, and without `alloc` no allocator. Without `alloc` a rolled network must be declared
//! `rolled, inline`, and batches are computed example by example; everything else stays the same. No other feature changes a number, and no
//! feature changes a type.
//!
//! # The same bits everywhere
//!
//! The generated code multiplies and adds in the lecture's order and never fuses the two. The elementary functions are
//! the crate's own or the pure-Rust `libm`'s. So a network trained from the same parameters on the same examples has the
//! same parameters to the bit, on every platform and at every optimisation level.
//!
//! 32-bit x86 targets without SSE2, such as i586-unknown-linux-gnu, are refused: their x87 unit rounds differently.
//!
//! Large batches are the exception: their kernels use fused multiply-adds where the processor has them, unless
//! [`Trainer::reproducible`] forbids it. See [`batch`].

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(all(target_arch = "x86", not(target_feature = "sse2")))]
compile_error!(
    "mlp-core promises the same bits on every platform. This target computes with the x87 unit, which keeps more digits \
     between two operations than `f64` has, so results would differ, and even depend on the optimisation level. Build \
     for a target with SSE2, such as i686-unknown-linux-gnu instead of i586-unknown-linux-gnu, or with \
     `-C target-feature=+sse2` if every processor has it"
);

pub mod activation;
#[cfg(any(feature = "lesson", feature = "onnx", feature = "plot", feature = "safetensors", feature = "serde"))]
mod atomic_file;
pub mod batch;
#[cfg(feature = "std")]
pub mod compare;
mod crc64;
#[cfg(feature = "std")]
pub mod dataset;
#[cfg(feature = "std")]
pub mod equations;
pub mod evolution;
pub mod exchange;
#[cfg(feature = "plot")]
pub mod figure;
#[cfg(feature = "std")]
pub mod gradient_check;
#[cfg(feature = "std")]
pub mod history;
#[cfg(feature = "std")]
pub mod language;
#[cfg(feature = "alloc")]
pub mod least_squares;
#[cfg(feature = "lesson")]
pub mod lesson;
pub mod loss;
pub mod math;
mod message;
pub mod metrics;
#[cfg(feature = "std")]
pub mod model;
pub mod network;
mod number;
#[cfg(feature = "alloc")]
pub mod objective;
pub mod observer;
pub mod optimizer;
#[cfg(any(feature = "std", feature = "population"))]
mod parallel;
#[cfg(feature = "serde")]
pub mod persist;
#[cfg(feature = "population")]
pub mod population;
mod precompiled;
pub mod random;
#[cfg(feature = "alloc")]
pub mod reducer;
pub mod rolled;
pub mod sample_weights;
pub mod scalar;
pub mod scaling;
pub mod schedule;
mod simd;
#[cfg(feature = "std")]
pub mod source;
#[cfg(feature = "std")]
pub mod sweep;
#[cfg(feature = "std")]
pub mod trace;
pub mod trainer;
mod vectorized;
#[cfg(feature = "std")]
pub mod worksheet;

pub use mlp_macros::mlp;

#[cfg(feature = "std")]
pub use compare::{compare_gradients, compare_values};
#[cfg(feature = "std")]
pub use dataset::{Dataset, Folds};
#[cfg(feature = "csv")]
pub use dataset::{Missing, Table, TableFormat};
#[cfg(feature = "std")]
pub use equations::Equations;
#[cfg(feature = "plot")]
pub use figure::{Figure, FigureError};
#[cfg(feature = "std")]
pub use gradient_check::{GradientCheck, GradientCheckError, gradient_check};
#[cfg(feature = "std")]
pub use history::History;
#[cfg(feature = "std")]
pub use language::Language;
#[cfg(feature = "alloc")]
pub use least_squares::LevenbergMarquardt;
#[cfg(feature = "lesson")]
pub use lesson::Lesson;
#[cfg(feature = "std")]
pub use model::Model;
pub use network::{Array, Name, Network};
#[cfg(feature = "alloc")]
pub use objective::{Objective, objective};
pub use observer::{Epoch, Observer};
#[cfg(feature = "alloc")]
pub use optimizer::Lbfgs;
pub use optimizer::{Adagrad, Adam, AdamW, GradientDescent, Momentum, Optimizer, RmsProp, Rprop};
#[cfg(feature = "serde")]
pub use persist::{LoadError, SaveError};
#[cfg(feature = "population")]
pub use population::Population;
pub use random::{Glorot, He, StandardNormal, Uniform, rng};
pub use scalar::Scalar;
pub use scaling::{Scaled, Scaling, ScalingError};
pub use schedule::Schedule;
#[cfg(feature = "std")]
pub use source::Source;
#[cfg(feature = "std")]
pub use sweep::{Sweep, sweep};
#[cfg(feature = "std")]
pub use trace::Trace;
pub use trainer::{Batch, ChunkError, Outcome, StopReason, TrainError, Trainer, Training};
#[cfg(feature = "std")]
pub use worksheet::Worksheet;

/// For generated code and the tests: everything here may change in any version. mlp-core requires one exact version of
/// mlp-macros, so the two always fit.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "serde")]
    pub mod by_name {
        pub use crate::persist::by_name::*;
    }

    pub mod exchange {
        pub use crate::exchange::bytes::Identity;
    }

    pub mod backward {
        pub use crate::network::backward::{PassValues, backprop_from, input_gradients};
    }

    pub mod vectorized {
        pub use crate::vectorized::*;
    }

    pub mod rolled {
        #[cfg(feature = "alloc")]
        pub use alloc::boxed::Box;

        pub use crate::rolled::layer::*;
    }

    pub mod math {
        pub use crate::math::exponential::{sigmoid_with, tanh_with};
        #[cfg(feature = "std")]
        pub use crate::math::multiply_add::Fused;
        pub use crate::math::multiply_add::{MultiplyAdd, Separate};
    }

    pub mod activation {
        pub use crate::activation::facts::entry::*;
        pub use crate::activation::facts::{BuiltIn, Elementwise, Facts, Initialization};
    }

    pub mod loss {
        pub use crate::loss::facts::entry::*;
        pub use crate::loss::facts::{BuiltIn, Facts, Targets};
    }
}

/// Keeps the items of a rolled network.
#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! needs_alloc {
    ($mistakes:ident { $($name:ident),* } $($item:item)*) => { $($item)* };
}

/// Without `alloc`, reports the missing feature instead of the items of a rolled network. Their names are imported from
/// a module that holds only the message: rustc then reports nothing about their uses.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! needs_alloc {
    ($mistakes:ident { $($name:ident),* } $($item:item)*) => {
        #[allow(non_snake_case)]
        mod $mistakes {
            ::core::compile_error!(
                "a rolled network keeps its parameters on the heap: enable mlp-core's feature `alloc`, or write \
                 `rolled, inline`, which keeps them in the struct"
            );
        }
        #[allow(unused_imports)]
        pub use $mistakes::{$($name),*};
    };
}

/// Keeps generated items that need `std`. `mlp!` cannot see the features of this crate; a macro of this crate can.
#[cfg(feature = "std")]
#[doc(hidden)]
#[macro_export]
macro_rules! if_std {
    ($($item:item)*) => { $($item)* };
}

/// Keeps generated items that need `serde`.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! if_serde {
    ($($item:item)*) => { $($item)* };
}

/// Without `serde`, drops the items that need it.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! if_serde {
    ($($item:item)*) => {};
}

/// Without `serde`, implements none of serde's traits for a generated struct.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_by_name {
    ($($struct:tt)*) => {};
}

/// Without `std`, drops the items that need it.
#[cfg(not(feature = "std"))]
#[doc(hidden)]
#[macro_export]
macro_rules! if_std {
    ($($item:item)*) => {};
}
