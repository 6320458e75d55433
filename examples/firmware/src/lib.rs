//! The Cortex-M parts of the programs: startup, a console by semihosting, the depth of the stack, and a count of
//! instructions. No other crate is needed.

#![no_std]
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, clippy::undocumented_unsafe_blocks)]

mod measure;
mod once;
mod startup;

use core::arch::asm;
use core::fmt::{self, Write};
use core::panic::PanicInfo;

pub use measure::{instructions, stack_of};
pub use once::Once;

/// Makes a function, or a closure that captures nothing, the program. It returns whether all went well.
#[macro_export]
macro_rules! entry {
    ($main:expr) => {
        #[unsafe(no_mangle)]
        extern "C" fn run() -> bool {
            const MAIN: fn() -> bool = $main;
            MAIN()
        }
    };
}

/// The console of the debugger, or of QEMU: standard error.
pub struct Console;

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // A text for semihosting ends with a zero.
        let mut buffer = [0; 65];
        for piece in text.as_bytes().chunks(64) {
            buffer[..piece.len()].copy_from_slice(piece);
            buffer[piece.len()] = 0;
            semihost(WRITE_TEXT, buffer.as_ptr() as usize);
        }
        Ok(())
    }
}

/// Prints a line on the [`Console`].
#[macro_export]
macro_rules! say {
    ($($argument:tt)*) => {{
        use ::core::fmt::Write as _;
        let _ = ::core::writeln!(&mut $crate::Console, $($argument)*);
    }};
}

const WRITE_TEXT: usize = 0x04;
const EXIT: usize = 0x18;

fn semihost(operation: usize, argument: usize) {
    // SAFETY: the debugger only reads memory, and answers in r0.
    unsafe { asm!("bkpt 0xab", inout("r0") operation => _, in("r1") argument) }
}

/// Ends the program, with exit status 0 if all went well.
pub fn exit(success: bool) -> ! {
    let reason = if success { 0x2_0026 } else { 0x2_0023 };
    loop {
        semihost(EXIT, reason);
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // Without the message: its formatting would take more flash than a training.
    semihost(WRITE_TEXT, c"panic\n".as_ptr() as usize);
    exit(false)
}
