//! Takes networks to other programs and back.
//!
//! | what | for | needs |
//! |---|---|---|
//! | [bytes](#bytes) | firmware, and whoever has no heap | nothing |
//! | [safetensors](#safetensors) | PyTorch and many others, both ways | the feature `safetensors` |
//! | [ONNX](#onnx) | ONNX Runtime and many others, which execute the network | the feature `onnx` |
//!
//! Networks are kept in files by `save` and `load`, of the module `persist` (feature `serde`).
//!
//! # Bytes
//!
//! `net.write_le_bytes` writes a network to `Net::BYTES` bytes, and `Net::from_le_bytes` reads it back, with the same
//! bits. Neither needs an allocator or the standard library. So one program trains a network and writes the bytes to a
//! file, and a firmware has them as a constant:
//!
//! ```
//! use mlp_core::mlp;
//!
//! mlp!(pub struct Net: 1 => tanh(1), scalar = f32);
//!
//! // std::fs::write("net.bin", bytes)
//! let mut bytes = [0; Net::BYTES];
//! Net { w11: 0.5, b1: -1.0 }.write_le_bytes(&mut bytes)?;
//!
//! // include_bytes!("net.bin")
//! const FILE: &[u8] = b"mlp-f32\x01\x02\0\0\0\0\0\0\0\xc3\xa2\x8f\xd2\x3a\x08\xdc\x82\
//!     \0\0\0\x3f\0\0\x80\xbf\xef\xb4\x92\x35\x7d\x67\xd0\x89";
//! const NET: Net = match Net::from_le_bytes(FILE) {
//!     Ok(net) => net,
//!     Err(_) => panic!("net.bin does not hold this network"),
//! };
//! assert_eq!(bytes, FILE);
//! assert_eq!(NET, Net { w11: 0.5, b1: -1.0 });
//! # Ok::<(), mlp_core::exchange::BytesError>(())
//! ```
//!
//! A network that the compiler reads is checked by the compiler: bytes of another network, or damaged ones, stop the
//! build. The `from_le_bytes` of a [rolled](crate::rolled) network runs when the program does, because its loops
//! over arrays are no `const` functions; [`Source::rust_const`](crate::Source::rust_const) writes such a network as a
//! constant if it is `inline`.
//!
//! All numbers are in little-endian order:
//!
//! | bytes | hold |
//! |---|---|
//! | 7 | `mlp-f64` or `mlp-f32`, by the scalar |
//! | 1 | the version of the format, 1 |
//! | 8 | the number of parameters |
//! | 8 | a hash of the number of inputs, and of the widths, activations and parameters' names of all layers |
//! | 8 or 4 for each | the parameters in canonical order |
//! | 8 | CRC-64/XZ of all bytes before |
//!
//! Bytes are read as they were written, or not at all: see [`BytesError`]. Reader and writer may differ in the names of
//! their structs and in the losses that they declare. Everything else of the two declarations must be the same, also the path to an
//! activation of your own. The [`Scaling`](crate::Scaling) of a [`Scaled`](crate::Scaled) network is not in the bytes.
//!
//! # safetensors
//!
//! With the feature `safetensors`, `Safetensors` writes and reads the files in which PyTorch and others keep weights.
//! This network and this module are the same:
//!
//! ```ignore
//! mlp!(pub struct Net: 2 => tanh(3) => 1);
//! Safetensors::new().save(&net, "net.safetensors")?;
//! let net: Net = Safetensors::new().load("net.safetensors")?;
//! ```
//!
//! ```python
//! from safetensors.torch import load_file, save_file
//! from torch import nn
//!
//! module = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1), nn.Sigmoid()).double()
//! module.load_state_dict(load_file("net.safetensors"))
//! save_file(module.state_dict(), "net.safetensors")
//! ```
//!
//! The tensors are `0.weight`, `0.bias`, `2.weight`, `2.bias`, …; `Safetensors::layers` gives other names. A weight has
//! the shape `[neurons, sources]`, a bias `[neurons]`. Parameters keep their bits. Networks in `f64` have tensors of the
//! type F64, networks in `f32` of F32; another type is refused, and `Safetensors::another_scalar` permits to convert one
//! of these two to the other.
//!
//! A file of another program does not say which activations its network has: declare the same. Files that mlp-core
//! writes have the architecture in their metadata, and it is compared.
//!
//! ## From scikit-learn
//!
//! This script writes the weights of an `MLPClassifier` or an `MLPRegressor`:
//!
//! ```python
#![doc = include_str!("exchange/sklearn_to_safetensors.py")]
//! ```
//!
//! scikit-learn's activations `identity`, `logistic`, `tanh` and `relu` are our `identity`, `sigmoid`, `tanh` and
//! `relu`. The output layer of a regressor is `identity`. That of a classifier is `sigmoid(1)` with two classes, where
//! the prediction is the probability of the second one; with more classes it is `softmax`. The classes are in the order
//! of `classes_`.
//!
//! # ONNX
//!
//! With the feature `onnx`, `Onnx` writes a network as a graph of operators, of version 20. The graph takes `x` of the
//! shape `[batch, inputs]`, for any number of examples at a time, and gives `y_pred` of the shape `[batch, outputs]`:
//!
//! ```ignore
//! Onnx::new().save(&net, "net.onnx")?;
//! ```
//!
//! ```python
//! session = onnxruntime.InferenceSession("net.onnx")
//! [y_pred] = session.run(None, {"x": numpy.array([[0.5, 0.8]])})
//! ```
//!
//! ONNX Runtime adds in another order and has its own functions. So its predictions differ by rounding: by at most 1e-6
//! in `f32` and 1e-12 in `f64`, as long as the values in the network are of the order of 1. In `f64` it has operators
//! for `sigmoid`, `tanh`, `relu`, `identity` and `softmax`; `Onnx::as_f32` writes other networks in `f32`. Activations
//! of your own cannot be written.
//!
//! `Onnx::save_scaled` writes a [`Scaled`](crate::Scaled) network with its scaling. The metadata of the file are the
//! `architecture`, the names of the inputs as `input.0`, `input.1`, …, and those of the classes as `class.0`, ….
//! `Onnx::save_model` writes a `Model`, which knows these names, and `target.0`, …, the columns that it predicts. It takes
//! `f64`, scales in `f64`, and rounds for a network in `f32`, as `Model::predict` does.

pub(crate) mod bytes;
#[cfg(any(feature = "onnx", feature = "safetensors"))]
mod erased;
#[cfg(feature = "onnx")]
mod onnx;
#[cfg(feature = "safetensors")]
mod safetensors;

pub use bytes::BytesError;
#[cfg(feature = "onnx")]
pub use onnx::{Onnx, OnnxError};
#[cfg(feature = "safetensors")]
pub use safetensors::{Safetensors, SafetensorsError};
