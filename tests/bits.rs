//! What networks compute, in development and in release builds: functions, gradients, traces, trained parameters.
//!
//! One program for many files, because what they share is then compiled once.

mod activations;
mod gradient;
mod lectures;
mod math;
mod pinned_bits;
mod rolled;
mod trace;
mod training;
mod why;
