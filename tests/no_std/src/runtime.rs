//! What a program needs to be linked without the standard library, and its exit status.

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

/// Exit status 0 if a network has learnt, 1 if it has not, 2 if training failed.
pub fn status(has_learnt: Option<bool>) -> c_int {
    match has_learnt {
        Some(true) => 0,
        Some(false) => 1,
        None => 2,
    }
}
