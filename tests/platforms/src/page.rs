//! The program for WebAssembly: prints on the page.

use core::fmt::{self, Write};
#[cfg(not(feature = "std"))]
use core::panic::PanicInfo;

#[link(wasm_import_module = "page")]
unsafe extern "C" {
    fn write(text: *const u8, length: usize);
}

struct Page;

impl Write for Page {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: the page only reads the text.
        unsafe { write(text.as_ptr(), text.len()) }
        Ok(())
    }
}

/// The page calls this function. If there is no line `end`, something went wrong.
#[unsafe(no_mangle)]
extern "C" fn run() {
    let _ = crate::print(&mut Page);
}

#[cfg(not(feature = "std"))]
#[global_allocator]
static HEAP: crate::heap::Heap = crate::heap::Heap::new();

#[cfg(not(feature = "std"))]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
