//! Learns exclusive or with most settings of a trainer, and stops early.

#![no_std]
#![no_main]

#[path = "../runtime.rs"]
mod runtime;

#[unsafe(no_mangle)]
extern "C" fn main() -> core::ffi::c_int {
    let model = mlp_no_std::learn_with_everything();
    runtime::status(model.map(|model| mlp_no_std::has_learnt(|x| model.predict(x))))
}
