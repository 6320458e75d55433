//! Networks too large to unroll: arrays and loops instead of named scalars.
//!
//! A declaration with the option `rolled` has no limit of 600 parameters. Each layer has an array of weights and an
//! array of biases on the heap, or with `rolled, inline` in the struct; its values are arrays on the stack. The generated
//! functions take the same steps under the same names as in an unrolled network, with one statement for a layer instead
//! of one for each neuron. These statements call hidden functions of this module.
//!
//! ```
//! use mlp_core::{Adam, Trainer, mlp};
//!
//! mlp!(pub struct Digits: 64 => relu(32) => softmax(10), loss = cross_entropy, rolled);
//!
//! let mut digits = Digits::random(&mut mlp_core::rng(1));
//! let (x, y_true) = ([0.5; 64], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
//! Trainer::new(Adam::new(0.01)).epochs(20).fit(&mut digits, &[(x, y_true)])?;
//!
//! let pass = digits.forward(x);
//! assert!(pass.y_pred[0] > 0.9);
//! let gradients = digits.backprop(x, y_true, &pass);
//! assert_eq!(gradients.dL_dw1[10][3], gradients.dL_db1[3] * x[10]);
//! # Ok::<(), mlp_core::TrainError>(())
//! ```
//!
//! The weight from source `s` to neuron `t` is `w1[s][t]`: a row for each source, so that every loop runs along a row,
//! which is contiguous in memory.
//!
//! # Without a heap
//!
//! With `rolled, inline` the arrays are fields of the struct, so that a network of some thousand parameters lives in a
//! static and trains without an allocator. It has the bits of the same network on the heap. Whatever returns such a network,
//! `random` or `from_le_bytes`, puts it on the stack first, which has 1 to 8 MB on a PC: above some ten thousand parameters,
//! keep them on the heap.
//!
//! ```
//! use std::sync::Mutex;
//!
//! use mlp_core::{Network, mlp};
//!
//! mlp!(pub struct Sensor: 24 => tanh(100) => tanh(13) => 1, scalar = f32, rolled, inline);
//!
//! static SENSOR: Mutex<Sensor> = Mutex::new(Sensor {
//!     w1: [[0.0; 100]; 24], b1: [0.0; 100], w2: [[0.0; 13]; 100], b2: [0.0; 13], w3: [[0.0; 1]; 13], b3: [0.0; 1],
//! });
//!
//! let mut sensor = SENSOR.lock().unwrap();
//! sensor.draw_parameters(&mlp_core::random::StandardNormal, &mut mlp_core::rng(1));
//! sensor.sgd_step([0.5; 24], [1.0], 0.1);
//! ```
//!
//! [`sgd_step`](crate::Network::sgd_step) and `predict` work in place. A [`Training`](crate::Training) remembers the
//! parameters several times more, so it belongs in a static too, where
//! [`Training::start_in`](crate::Training::start_in) starts it. [`rust_const`](crate::Source::rust_const) writes a
//! trained network as a constant.
//!
//! # The order of sums
//!
//! The order is fixed, so that a rolled network has the same bits on every platform; a product is never fused with a
//! sum.
//!
//! - A pre-activation is summed source by source, then the bias is added: as in an unrolled network, to the bit.
//! - A derivative with respect to a source is summed in eight partial sums. Neuron `t` belongs to the partial sum
//!   `t` mod 8, and each partial sum runs from the first neuron to the last. The partial sums, s₀ to s₇, are added as
//!   ((s₀ + s₄) + (s₂ + s₆)) + ((s₁ + s₅) + (s₃ + s₇)). The total is multiplied by the derivative of the activation.
//!   An unrolled network multiplies each term instead, so the results differ in rounding.

pub(crate) mod copies;
pub(crate) mod layer;
pub(crate) mod loops;

#[cfg(feature = "alloc")]
mod boxed_array;

#[cfg(feature = "alloc")]
pub use boxed_array::BoxedArray;
#[cfg(feature = "alloc")]
pub(crate) use boxed_array::boxed;
