//! Which processor features code is compiled for, and which of them a processor gets.
//!
//! The only `unsafe` of the crate: one call of a function that is compiled for processor features, made where a token
//! says that they have been found.

use crate::math::{MultiplyAdd, Separate};

/// Something to compute, whose code is inlined into functions compiled for different features.
pub(crate) trait Task {
    /// Computes it with this multiply-add. To be `#[inline(always)]`, with everything that is called: what is not inlined
    /// is compiled without the features.
    fn run<M: MultiplyAdd>(self);
}

/// Runs tasks with certain processor features, and a multiply-add.
pub(crate) trait Backend: Copy {
    /// Runs a task, as a function of its own.
    fn run(self, task: impl Task);
}

/// Something to compute on whatever backend.
pub(crate) trait Job {
    /// Computes it by tasks.
    fn run(self, backend: impl Backend);
}

/// What a processor can do.
#[derive(Clone, Copy, Debug)]
pub enum Processor {
    /// What every processor of the target can.
    Portable,
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Avx2(x86_64::Avx2),
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Avx512(x86_64::Avx512),
}

impl Processor {
    /// The one that this runs on.
    pub(crate) fn detect() -> Self {
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        {
            let avx512 = x86_64::Avx512::detect().map(Self::Avx512);
            if let Some(processor) = avx512.or_else(|| x86_64::Avx2::detect().map(Self::Avx2)) {
                return processor;
            }
        }
        Self::Portable
    }

    /// The one that this runs on, and those that can do less.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let all = [
            Some(Self::Portable),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            x86_64::Avx2::detect().map(Self::Avx2),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            x86_64::Avx512::detect().map(Self::Avx512),
        ];
        all.into_iter().flatten()
    }

    /// Runs a job; a reproducible one without fused multiply-adds, which gives the same bits on every processor.
    pub(crate) fn run(self, job: impl Job, reproducible: bool) {
        match (self, reproducible) {
            (Self::Portable, false) => job.run((Portable, NATIVE)),
            (Self::Portable, true) => job.run((Portable, Separate)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Self::Avx2(avx2), false) => job.run((avx2, crate::math::Fused)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Self::Avx2(avx2), true) => job.run((avx2, Separate)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Self::Avx512(avx512), false) => job.run((avx512, crate::math::Fused)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Self::Avx512(avx512), true) => job.run((avx512, Separate)),
        }
    }
}

/// No more than what every processor of the target can.
#[derive(Clone, Copy)]
struct Portable;

impl<M: MultiplyAdd + Copy> Backend for (Portable, M) {
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
pub(crate) mod x86_64 {
    use super::{Backend, Task};
    use crate::math::MultiplyAdd;

    macro_rules! features {
        ($(#[$attribute:meta])* $name:ident: $($feature:tt)+) => {
            $(#[$attribute])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name(());

            impl $name {
                pub(super) fn detect() -> Option<Self> {
                    let detected = $(std::arch::is_x86_feature_detected!($feature))&&+;
                    detected.then_some(Self(()))
                }
            }

            impl<M: MultiplyAdd + Copy> Backend for ($name, M) {
                #[allow(unsafe_code, reason = "a function compiled for certain features may be called where they are")]
                fn run(self, task: impl Task) {
                    #[inline(never)]
                    #[target_feature($(enable = $feature),+)]
                    fn featured<M: MultiplyAdd>(task: impl Task) {
                        task.run::<M>();
                    }
                    // SAFETY: `featured` needs a processor with these features, and the token exists only there.
                    unsafe { featured::<M>(task) }
                }
            }
        };
    }

    features! {
        /// Says that the processor has AVX2 and FMA: `detect` alone makes one.
        Avx2: "avx2" "fma"
    }

    features! {
        /// Says that the processor has AVX-512, whose gain is the number of registers: vectors are not wider than AVX2's,
        /// so that sums have as many lanes. `detect` alone makes one.
        Avx512: "avx2" "fma" "avx512f" "avx512vl" "avx512dq"
    }
}
