//! A heap for targets without an operating system.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;

const SIZE: usize = 3 << 20;

/// A heap in a static. Its blocks are powers of two; each power has a list of the blocks that were freed.
pub struct Heap {
    memory: UnsafeCell<Memory>,
    blocks: UnsafeCell<Blocks>,
}

#[repr(align(64))]
struct Memory {
    bytes: [u8; SIZE],
}

struct Blocks {
    /// Bytes that have been given out for the first time.
    used: usize,
    /// The first freed block of each power of two, which holds the next one; 0 ends a list.
    freed: [usize; usize::BITS as usize],
}

// SAFETY: the targets have one thread, and no interrupt allocates.
unsafe impl Sync for Heap {}

impl Heap {
    /// An empty heap.
    #[must_use]
    #[allow(clippy::new_without_default, clippy::large_stack_arrays, reason = "a static, made by a const function")]
    pub const fn new() -> Self {
        let blocks = Blocks { used: 0, freed: [0; usize::BITS as usize] };
        Self { memory: UnsafeCell::new(Memory { bytes: [0; SIZE] }), blocks: UnsafeCell::new(blocks) }
    }
}

/// The logarithm of the size of a block; it has room for the address of the next freed one.
fn power(layout: Layout) -> usize {
    layout.size().max(layout.align()).max(16).next_power_of_two().trailing_zeros() as usize
}

// SAFETY: a block is given out to one owner at a time, is as long as the layout and aligned to its size, or to 64 bytes.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: there is one thread, and this reference ends with the call.
        let Blocks { used, freed } = unsafe { &mut *self.blocks.get() };
        let power = power(layout);
        let block = freed[power];
        if block != 0 {
            // SAFETY: a freed block holds the address of the next one.
            freed[power] = unsafe { *(block as *const usize) };
            return block as *mut u8;
        }
        let first = used.next_multiple_of(1 << power.min(6));
        if layout.align() > 64 || first + (1 << power) > SIZE {
            return ptr::null_mut();
        }
        *used = first + (1 << power);
        // SAFETY: the block is within the memory, which nobody else refers to.
        unsafe { (&raw mut (*self.memory.get()).bytes).cast::<u8>().add(first) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: there is one thread, and this reference ends with the call.
        let Blocks { freed, .. } = unsafe { &mut *self.blocks.get() };
        let power = power(layout);
        #[allow(clippy::cast_ptr_alignment, reason = "every block is aligned to at least 16 bytes")]
        let block_of_address = block.cast::<usize>();
        // SAFETY: nobody uses the block any more, and it is long enough.
        unsafe { *block_of_address = freed[power] };
        freed[power] = block as usize;
    }
}
