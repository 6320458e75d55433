//! Tests of what networks compute: functions, gradients, traces, trained parameters.
//!
//! One program for many files, because what they share is then compiled once. It runs in release builds too, without the
//! files that take long to compile and whose values `trace` compares to the bit.

mod activations;
#[cfg(debug_assertions)]
mod gradient;
mod lectures;
mod math;
mod pinned_bits;
mod rolled;
mod trace;
#[cfg(debug_assertions)]
mod training;
mod why;
