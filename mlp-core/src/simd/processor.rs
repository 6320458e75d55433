//! Which processor features the kernels get, and whether they fuse multiplications with additions: decided here, once a
//! training.

use super::{Backend, Portable};
use crate::math::Separate;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
use {super::x86_64, crate::math::Fused};

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
            (Self::Avx2(avx2), false) => job.run((avx2, Fused)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Self::Avx2(avx2), true) => job.run((avx2, Separate)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Self::Avx512(avx512), false) => job.run((avx512, Fused)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Self::Avx512(avx512), true) => job.run((avx512, Separate)),
        }
    }
}

/// The multiply-add of [`Portable`]: fused where that is one instruction of every processor of the target.
#[cfg(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma")))]
const NATIVE: crate::math::Fused = crate::math::Fused;
/// The multiply-add of [`Portable`]: elsewhere a fused one is a slow call.
#[cfg(not(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma"))))]
const NATIVE: Separate = Separate;
