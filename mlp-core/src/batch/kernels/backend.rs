//! Which processor features the kernels are compiled for, and which of them a processor gets: decided here, once a
//! training.
//!
//! The only `unsafe` of the crate: one call of a function that is compiled for processor features, made where a token
//! says that they have been found.

use crate::math::{MultiplyAdd, Separate};

/// Something to compute, whose code is inlined into functions compiled for different features.
pub(super) trait Task {
    /// Computes it with this multiply-add. To be `#[inline(always)]`, with everything that is called: what is not inlined
    /// is compiled without the features.
    fn run<M: MultiplyAdd>(self);
}

/// Runs tasks with certain processor features.
pub(super) trait Backend: Copy {
    /// Runs a task, as a function of its own.
    fn run(self, task: impl Task);
}

/// Something to compute on whatever backend.
pub(super) trait Job {
    /// Computes it by tasks.
    fn run(self, backend: impl Backend);
}

/// What a processor can do.
#[derive(Clone, Copy, Debug)]
pub enum Processor {
    /// What every processor of the target can.
    Portable,
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Avx2(avx2::Avx2),
}

impl Processor {
    /// The one that this runs on.
    pub(crate) fn detect() -> Self {
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        if let Some(avx2) = avx2::Avx2::detect() {
            return Self::Avx2(avx2);
        }
        Self::Portable
    }

    /// Runs a job; a reproducible one without fused multiply-adds, which gives the same bits on every processor.
    pub(super) fn run(self, job: impl Job, reproducible: bool) {
        match (self, reproducible) {
            (Self::Portable, false) => job.run(Portable(NATIVE)),
            (Self::Portable, true) => job.run(Portable(Separate)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Self::Avx2(avx2), false) => job.run(avx2::Featured(avx2, crate::math::Fused)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Self::Avx2(avx2), true) => job.run(avx2::Featured(avx2, Separate)),
        }
    }
}

/// Runs tasks with what every processor of the target can.
#[derive(Clone, Copy)]
struct Portable<M>(M);

impl<M: MultiplyAdd + Copy> Backend for Portable<M> {
    #[inline(never)]
    fn run(self, task: impl Task) {
        task.run::<M>();
    }
}

/// The multiply-add of [`Portable`]: fused where that is one instruction of every processor of the target.
#[cfg(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma")))]
const NATIVE: crate::math::Fused = crate::math::Fused;
/// The multiply-add of [`Portable`]: elsewhere a fused one is a slow call.
#[cfg(not(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma"))))]
const NATIVE: Separate = Separate;

#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(super) mod avx2 {
    use super::{Backend, Task};
    use crate::math::MultiplyAdd;

    /// Says that the processor has AVX2 and FMA: [`detect`](Self::detect) alone makes one.
    #[derive(Clone, Copy, Debug)]
    pub struct Avx2(());

    impl Avx2 {
        pub(super) fn detect() -> Option<Self> {
            let detected = std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma");
            detected.then_some(Self(()))
        }
    }

    /// Runs tasks with AVX2 and FMA.
    #[derive(Clone, Copy)]
    pub(super) struct Featured<M>(pub(super) Avx2, pub(super) M);

    impl<M: MultiplyAdd + Copy> Backend for Featured<M> {
        #[allow(unsafe_code, reason = "a function compiled for certain features may be called where they are present")]
        fn run(self, task: impl Task) {
            #[inline(never)]
            #[target_feature(enable = "avx2,fma")]
            fn featured<M: MultiplyAdd>(task: impl Task) {
                task.run::<M>();
            }
            // SAFETY: `featured` needs a processor with AVX2 and FMA, and an `Avx2` exists only there.
            unsafe { featured::<M>(task) }
        }
    }
}
