//! Code that is compiled for features of the processor: what runs (`Task`), and where (`Processor`).

#[cfg(feature = "alloc")]
mod processor;
mod task;

#[cfg(feature = "alloc")]
pub(crate) use processor::{Job, Processor};
#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(crate) use task::x86_64;
#[cfg(any(feature = "alloc", test))]
pub(crate) use task::{Backend, Portable};
pub(crate) use task::{Task, run};
