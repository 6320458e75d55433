//! What is computed, compared with values from elsewhere. One program, as in `bits.rs`.

mod gradient_check;
mod gradient_property;
mod losses;
mod metrics;
mod random;
mod scaling;
mod scikit_learn;
mod torch;
