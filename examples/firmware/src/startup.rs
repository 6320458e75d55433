//! From reset to the program.

use core::arch::global_asm;

use crate::{WRITE_TEXT, exit, semihost};

// The vector table, and what runs before Rust: access to the floating-point unit, where there is one.
global_asm!(
    ".section .vectors, \"a\"",
    ".word stack_top",
    ".word Reset",
    ".rept 14",
    ".word Fault",
    ".endr",
    ".section .text.Reset, \"ax\"",
    ".thumb",
    ".thumb_func",
    ".global Reset",
    "Reset:",
    "ldr r0, =0xE000ED88",
    "ldr r1, [r0]",
    "ldr r2, =0x00F00000",
    "orrs r1, r2",
    "str r1, [r0]",
    "dsb",
    "isb",
    "bl {start}",
    ".thumb_func",
    "Fault:",
    "bl {fault}",
    start = sym start,
    fault = sym fault,
);

unsafe extern "C" {
    static mut data_start: u32;
    static mut data_end: u32;
    static data_load: u32;
    static mut bss_start: u32;
    static mut bss_end: u32;

    safe fn run() -> bool;
}

extern "C" fn start() -> ! {
    // SAFETY: the linker has placed these symbols at the ends of the variables, and nothing else runs yet. The accesses
    // are volatile, so that they do not become calls of functions that need the variables.
    unsafe {
        let (mut to, mut from) = (&raw mut data_start, &raw const data_load);
        while to < &raw mut data_end {
            to.write_volatile(from.read_volatile());
            to = to.add(1);
            from = from.add(1);
        }
        let mut to = &raw mut bss_start;
        while to < &raw mut bss_end {
            to.write_volatile(0);
            to = to.add(1);
        }
    }
    exit(run())
}

extern "C" fn fault() -> ! {
    semihost(WRITE_TEXT, c"fault\n".as_ptr() as usize);
    exit(false)
}

/// The end of the variables, where the stack must not reach.
pub(crate) fn end_of_variables() -> usize {
    &raw const bss_end as usize
}
