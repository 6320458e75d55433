//! Code that is compiled for features of the processor: what it computes (`Task`), and which version runs (`Backend`).

#[cfg(feature = "alloc")]
mod backend;
mod task;

#[cfg(feature = "alloc")]
pub(crate) use backend::Backend;
#[cfg(test)]
pub(crate) use task::{PORTABLE_REGISTERS, Tiled, run_portable};
pub(crate) use task::{Task, TiledTask, run, run_tiled};
