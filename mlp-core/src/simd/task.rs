//! Code that is compiled for features of the processor, and called where it has them.
//!
//! The only `unsafe` of the crate is here: the call of a function that is compiled for such features. It needs a token,
//! which exists only if they have been found.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use crate::math::{MultiplyAdd, Separate};

/// A computation whose code is inlined into functions that are compiled for different features.
pub(crate) trait Task {
    /// Its result.
    type Output;

    /// Computes it with this multiply-add. It must be `#[inline(always)]`. Whatever it calls should be inlined too: code that
    /// is not inlined is compiled without the features, which is right but slow.
    fn run<M: MultiplyAdd>(self) -> Self::Output;
}

/// A task whose code depends on the number of vector registers, besides.
pub(crate) trait TiledTask {
    /// Its result.
    type Output;

    /// As [`Task::run`]. `REGISTERS` says how many registers hold a vector of the kernels.
    fn run<M: MultiplyAdd, const REGISTERS: usize>(self) -> Self::Output;
}

/// A tiled task for this number of registers.
pub(crate) struct Tiled<K, const REGISTERS: usize>(pub(crate) K);

impl<K: TiledTask, const REGISTERS: usize> Task for Tiled<K, REGISTERS> {
    type Output = K::Output;

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) -> K::Output {
        self.0.run::<M, REGISTERS>()
    }
}

/// A task whose code is the same for any number of registers.
pub(crate) struct Untiled<K>(pub(crate) K);

impl<K: Task> TiledTask for Untiled<K> {
    type Output = K::Output;

    #[inline(always)]
    fn run<M: MultiplyAdd, const REGISTERS: usize>(self) -> K::Output {
        self.0.run::<M>()
    }
}

/// The registers of a processor if only its target is known, in vectors of the kernels. A vector takes two registers of SSE2
/// or NEON.
pub(crate) const PORTABLE_REGISTERS: usize = if cfg!(target_arch = "aarch64") { 16 } else { 8 };
/// The registers of AVX2.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(super) const AVX2_REGISTERS: usize = 16;
/// The registers of AVX-512.
#[cfg(all(feature = "alloc", feature = "std", target_arch = "x86_64"))]
pub(super) const AVX512_REGISTERS: usize = 32;

/// Runs a task with AVX2 where the processor has it, and without fused multiply-adds, so the bits are the same on every
/// processor.
#[inline]
pub(crate) fn run<K: Task>(task: K) -> K::Output {
    run_tiled(Untiled(task))
}

/// As [`run`], with the number of registers that there are.
#[inline]
pub(crate) fn run_tiled<K: TiledTask>(task: K) -> K::Output {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    if let Some(avx2) = x86_64::Avx2::detect() {
        return avx2.run::<Separate, _>(Tiled::<K, AVX2_REGISTERS>(task));
    }
    run_portable::<Separate, _>(Tiled::<K, PORTABLE_REGISTERS>(task))
}

/// Runs a task with the features that every processor of the target has, as a function of its own.
#[inline(never)]
pub(crate) fn run_portable<M: MultiplyAdd, K: Task>(task: K) -> K::Output {
    task.run::<M>()
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(crate) mod x86_64 {
    use super::Task;
    use crate::math::MultiplyAdd;

    macro_rules! features {
        ($(#[$attribute:meta])* $name:ident: $($feature:tt)+) => {
            $(#[$attribute])*
            #[derive(Clone, Copy, Debug)]
            pub(crate) struct $name(());

            impl $name {
                #[inline]
                pub(crate) fn detect() -> Option<Self> {
                    let detected = $(std::arch::is_x86_feature_detected!($feature))&&+;
                    detected.then_some(Self(()))
                }

                /// Runs a task with these features, as a function of its own.
                #[allow(unsafe_code, reason = "a function compiled for certain features may be called where they are")]
                #[inline]
                pub(crate) fn run<M: MultiplyAdd, K: Task>(self, task: K) -> K::Output {
                    #[inline(never)]
                    #[target_feature($(enable = $feature),+)]
                    fn featured<M: MultiplyAdd, K: Task>(task: K) -> K::Output {
                        task.run::<M>()
                    }
                    // SAFETY: `featured` needs a processor with these features, and the token exists only there.
                    unsafe { featured::<M, K>(task) }
                }
            }
        };
    }

    features! {
        /// Proof that the processor has AVX2 and FMA. Only `detect` makes one.
        Avx2: "avx2" "fma"
    }

    features! {
        /// Proof that the processor has AVX-512. Only `detect` makes one. AVX-512 gains by its registers; vectors stay as
        /// wide as AVX2's, so that sums have the same lanes.
        Avx512: "avx2" "fma" "avx512f" "avx512vl" "avx512dq"
    }
}
