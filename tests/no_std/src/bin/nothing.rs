//! Does nothing: the size of a program before it learns anything.

#![no_std]
#![no_main]

#[path = "../runtime.rs"]
mod runtime;

#[unsafe(no_mangle)]
extern "C" fn main() -> core::ffi::c_int {
    runtime::status(Some(true))
}
