//! Variables that are too large for the stack.

use core::cell::{Cell, UnsafeCell};

/// A static that the program may borrow once, and then has for good.
pub struct Once<T> {
    value: UnsafeCell<T>,
    is_taken: Cell<bool>,
}

// SAFETY: the programs have one thread and no interrupts.
unsafe impl<T> Sync for Once<T> {}

impl<T> Once<T> {
    /// A static with this value.
    pub const fn new(value: T) -> Self {
        Self { value: UnsafeCell::new(value), is_taken: Cell::new(false) }
    }

    /// The value, the first time.
    pub fn take(&'static self) -> Option<&'static mut T> {
        if self.is_taken.replace(true) {
            return None;
        }
        // SAFETY: nobody else has the value, now or later.
        Some(unsafe { &mut *self.value.get() })
    }
}
