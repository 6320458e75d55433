//! Learns exclusive or. `.ci/run` prints how much larger this program is than `nothing`.

#![no_std]
#![no_main]

#[path = "../runtime.rs"]
mod runtime;

#[unsafe(no_mangle)]
extern "C" fn main() -> core::ffi::c_int {
    runtime::status(mlp_no_std::learn().ok().map(|xor| mlp_no_std::has_learnt(|x| xor.predict(x))))
}
