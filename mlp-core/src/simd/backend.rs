//! The backend of the kernels, chosen once before the first epoch.

use super::task::{PORTABLE_REGISTERS, Tiled, Untiled, run_portable};
use super::{Task, TiledTask};
use crate::math::Separate;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
use {
    super::task::{AVX2_REGISTERS, AVX512_REGISTERS, x86_64},
    crate::math::multiply_add::Fused,
};

/// The processor features that tasks are compiled for, and the multiply-add that they use.
#[derive(Clone, Copy, Debug)]
pub struct Backend {
    features: Features,
    /// Whether nothing is fused, which gives the same bits on every processor.
    reproducible: bool,
}

/// The features of a processor.
#[derive(Clone, Copy, Debug)]
enum Features {
    /// Those of every processor of the target.
    Portable,
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Avx2(x86_64::Avx2),
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Avx512(x86_64::Avx512),
}

impl Backend {
    /// The best backend for this processor.
    pub(crate) fn detect(reproducible: bool) -> Self {
        Self { features: Features::detect(), reproducible }
    }

    /// All backends that this processor can run, the portable one first.
    #[cfg(test)]
    pub(crate) fn all(reproducible: bool) -> impl Iterator<Item = Self> {
        Features::all().map(move |features| Self { features, reproducible })
    }

    /// Runs a task, as a function of its own.
    pub(crate) fn run<K: Task>(self, task: K) -> K::Output {
        self.run_tiled(Untiled(task))
    }

    /// Runs a task with the number of registers that there are, as a function of its own.
    pub(crate) fn run_tiled<K: TiledTask>(self, task: K) -> K::Output {
        match (self.features, self.reproducible) {
            (Features::Portable, false) => run_portable::<Native, _>(Tiled::<K, PORTABLE_REGISTERS>(task)),
            (Features::Portable, true) => run_portable::<Separate, _>(Tiled::<K, PORTABLE_REGISTERS>(task)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Features::Avx2(avx2), false) => avx2.run::<Fused, _>(Tiled::<K, AVX2_REGISTERS>(task)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Features::Avx2(avx2), true) => avx2.run::<Separate, _>(Tiled::<K, AVX2_REGISTERS>(task)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Features::Avx512(avx512), false) => avx512.run::<Fused, _>(Tiled::<K, AVX512_REGISTERS>(task)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Features::Avx512(avx512), true) => avx512.run::<Separate, _>(Tiled::<K, AVX512_REGISTERS>(task)),
        }
    }

    /// The number of registers that tiled tasks have.
    pub(crate) fn registers(self) -> usize {
        match self.features {
            Features::Portable => PORTABLE_REGISTERS,
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Features::Avx2(_) => AVX2_REGISTERS,
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Features::Avx512(_) => AVX512_REGISTERS,
        }
    }
}

impl Features {
    /// The best that this processor has.
    fn detect() -> Self {
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        {
            let avx512 = x86_64::Avx512::detect().map(Self::Avx512);
            if let Some(features) = avx512.or_else(|| x86_64::Avx2::detect().map(Self::Avx2)) {
                return features;
            }
        }
        Self::Portable
    }

    /// All that this processor has.
    #[cfg(test)]
    fn all() -> impl Iterator<Item = Self> {
        let all = [
            Some(Self::Portable),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            x86_64::Avx2::detect().map(Self::Avx2),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            x86_64::Avx512::detect().map(Self::Avx512),
        ];
        all.into_iter().flatten()
    }
}

/// The multiply-add of [`Features::Portable`]: fused if that is one instruction on every processor of the target.
#[cfg(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma")))]
type Native = crate::math::multiply_add::Fused;
/// The multiply-add of [`Features::Portable`]: not fused, because that would be a slow call.
#[cfg(not(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma"))))]
type Native = Separate;
