//! Exit status 0 if the network has learnt, 1 if it has not, 2 if training failed.

#![no_std]
#![no_main]

use core::ffi::c_int;
use core::panic::PanicInfo;

// The C runtime calls `main`; nothing else of it is used.
#[link(name = "c")]
unsafe extern "C" {
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: `abort` takes nothing and never returns.
    unsafe { abort() }
}

/// The precompiled `core` refers to the unwinder's entry point, though with `panic = "abort"` nothing unwinds.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[unsafe(no_mangle)]
extern "C" fn main() -> c_int {
    match mlp_no_std::learn() {
        Ok(xor) => c_int::from(!mlp_no_std::has_learnt(&xor)),
        Err(_) => 2,
    }
}
