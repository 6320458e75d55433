//! What runs the kernels of a training: decided once, before its first epoch.

use super::Task;
use super::task::run_portable;
use crate::math::Separate;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
use {super::task::x86_64, crate::math::Fused};

/// For which processors the code of a task is compiled, and how it multiplies and adds.
#[derive(Clone, Copy, Debug)]
pub struct Backend {
    features: Features,
    /// Whether nothing is fused: the same bits on every processor.
    reproducible: bool,
}

/// What a processor has.
#[derive(Clone, Copy, Debug)]
enum Features {
    /// What every processor of the target has.
    Portable,
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Avx2(x86_64::Avx2),
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Avx512(x86_64::Avx512),
}

impl Backend {
    /// The best one for the processor that this runs on.
    pub(crate) fn detect(reproducible: bool) -> Self {
        Self { features: Features::detect(), reproducible }
    }

    /// All that this processor can run, the portable one first.
    #[cfg(test)]
    pub(crate) fn all(reproducible: bool) -> impl Iterator<Item = Self> {
        Features::all().map(move |features| Self { features, reproducible })
    }

    /// Runs a task, as a function of its own.
    pub(crate) fn run<K: Task>(self, task: K) -> K::Output {
        match (self.features, self.reproducible) {
            (Features::Portable, false) => run_portable::<Native, K>(task),
            (Features::Portable, true) => run_portable::<Separate, K>(task),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Features::Avx2(avx2), false) => avx2.run::<Fused, K>(task),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Features::Avx2(avx2), true) => avx2.run::<Separate, K>(task),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Features::Avx512(avx512), false) => avx512.run::<Fused, K>(task),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            (Features::Avx512(avx512), true) => avx512.run::<Separate, K>(task),
        }
    }
}

impl Features {
    /// Those of the processor that this runs on.
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

    /// Those of the processor that this runs on, and fewer.
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

/// The multiply-add of [`Features::Portable`]: fused where that is one instruction of every processor of the target.
#[cfg(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma")))]
type Native = crate::math::Fused;
/// The multiply-add of [`Features::Portable`]: elsewhere a fused one is a slow call.
#[cfg(not(all(feature = "std", any(target_arch = "aarch64", target_feature = "fma"))))]
type Native = Separate;
