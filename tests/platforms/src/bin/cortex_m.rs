//! Prints all lines on a Cortex-M.

#![cfg_attr(target_os = "none", no_std, no_main)]
#![deny(warnings, clippy::pedantic, clippy::undocumented_unsafe_blocks)]

#[cfg(target_os = "none")]
mod program {
    #[cfg(feature = "alloc")]
    #[global_allocator]
    static HEAP: mlp_platforms::heap::Heap = mlp_platforms::heap::Heap::new();

    mlp_firmware::entry!(|| mlp_platforms::print(&mut mlp_firmware::Console).is_ok());
}

#[cfg(not(target_os = "none"))]
fn main() {
    eprintln!("this program is for thumbv6m-none-eabi and thumbv7em-none-eabihf");
}
