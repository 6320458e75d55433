//! The depth of the stack, and a count of instructions.

use core::arch::asm;

use crate::startup::end_of_variables;

const PAINT: u32 = 0x5a5a_a5a5;

/// Bytes of stack that `work` takes, at most 1 MiB.
#[inline(never)]
pub fn stack_of(work: &mut dyn FnMut()) -> usize {
    // Plain loops: a function that is called here would overwrite the paint.
    let top = stack_pointer();
    let end = end_of_variables().next_multiple_of(4).max(top - (1 << 20));
    let mut place = end;
    while place < top {
        // SAFETY: nothing lies between the variables and the stack.
        unsafe { (place as *mut u32).write_volatile(PAINT) }
        place += 4;
    }
    work();
    place = end;
    // SAFETY: as above.
    while place < top && unsafe { (place as *const u32).read_volatile() } == PAINT {
        place += 4;
    }
    top - place
}

fn stack_pointer() -> usize {
    let pointer;
    // SAFETY: this only reads a register.
    unsafe { asm!("mov {}, sp", out(reg) pointer) }
    pointer
}

/// Instructions that `work` takes, in QEMU with `-icount`: a simulated timer then counts a fixed time for each instruction.
#[inline(never)]
pub fn instructions(work: &mut dyn FnMut()) -> u32 {
    let nothing = ticks(&mut || {});
    let unit = ticks(&mut || {
        // SAFETY: the loop changes nothing but its counter.
        unsafe { asm!("2:", "subs {0}, {0}, #1", "nop", "bne 2b", inout(reg) 10_000_u32 => _) }
    });
    let (ticks, unit) = (ticks(work) - nothing, unit - nothing);
    // The quotient of two counts below 2²⁴.
    (u64::from(ticks) * 30_000 / u64::from(unit.max(1))) as u32
}

/// Ticks of the system timer.
#[inline(never)]
fn ticks(work: &mut dyn FnMut()) -> u32 {
    const TIMER: *mut u32 = 0xE000_E010 as *mut u32;
    // SAFETY: these are the registers of the system timer: control, reload value and current value.
    unsafe {
        TIMER.write_volatile(0);
        TIMER.add(1).write_volatile(0x00ff_ffff);
        TIMER.add(2).write_volatile(0);
        TIMER.write_volatile(5);
        let before = TIMER.add(2).read_volatile();
        work();
        let after = TIMER.add(2).read_volatile();
        before.wrapping_sub(after) & 0x00ff_ffff
    }
}
