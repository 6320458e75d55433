//! Prints all lines on a RISC-V without a floating-point unit and without an operating system; QEMU's user mode answers
//! Linux's calls `write` and `exit`.

#![cfg_attr(target_arch = "riscv32", no_std, no_main)]
#![deny(warnings, clippy::pedantic, clippy::undocumented_unsafe_blocks)]

#[cfg(target_arch = "riscv32")]
mod program {
    use core::arch::{asm, global_asm};
    use core::fmt::{self, Write};
    use core::panic::PanicInfo;

    use mlp_platforms::heap::Heap;

    global_asm!(
        ".global _start",
        "_start:",
        ".option push",
        ".option norelax",
        "la gp, __global_pointer$",
        ".option pop",
        "andi sp, sp, -16",
        "call {start}",
        start = sym start,
    );

    #[global_allocator]
    static HEAP: Heap = Heap::new();

    const WRITE: usize = 64;
    const EXIT: usize = 93;

    struct Out;

    impl Write for Out {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            call(WRITE, [1, text.as_ptr() as usize, text.len()]);
            Ok(())
        }
    }

    fn call(number: usize, [a0, a1, a2]: [usize; 3]) {
        // SAFETY: both calls only read memory.
        unsafe { asm!("ecall", in("a7") number, inlateout("a0") a0 => _, in("a1") a1, in("a2") a2) }
    }

    fn exit(status: usize) -> ! {
        loop {
            call(EXIT, [status, 0, 0]);
        }
    }

    extern "C" fn start() -> ! {
        exit(usize::from(mlp_platforms::print(&mut Out).is_err()))
    }

    #[panic_handler]
    fn panic(_: &PanicInfo<'_>) -> ! {
        exit(101)
    }
}

#[cfg(not(target_arch = "riscv32"))]
fn main() {
    eprintln!("this program is for riscv32imac-unknown-none-elf");
}
