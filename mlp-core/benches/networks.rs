//! Times of a prediction, a training step, a batch and an epoch. The networks that `mlp!` declares, unrolled and
//! rolled, are compared with plain loops over arrays and over `Vec<Vec<f64>>`.
//!
//! `cargo bench -p mlp-core` runs all benchmarks, `cargo bench -p mlp-core --bench networks -- p12::one` those with
//! this name. Before any measurement, the three implementations must agree to 1e-9. Throughput counts examples: a
//! prediction or a step has one.

mod perceptron;

use std::fmt::{self, Display, Formatter};

use divan::Bencher;
use divan::counter::ItemsCount;
use perceptron::{Arrays, Bench, Declared, Perceptron, Vectors, Workload};

/// Examples in a batch and in an epoch.
const EXAMPLES: usize = 256;

/// One line of the output.
#[derive(Clone, Copy)]
struct Case {
    workload: Workload,
    way: Way,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Declared,
    /// Declared, with `Trainer::reproducible`; only where that makes a difference.
    Reproducible,
    Arrays,
    Vectors,
}

impl Case {
    /// Every combination of these workloads with an implementation.
    fn all<const N: usize>(workloads: [Workload; N]) -> impl Iterator<Item = Self> {
        let ways = [Way::Declared, Way::Reproducible, Way::Arrays, Way::Vectors];
        let cases = workloads.into_iter().flat_map(move |workload| ways.map(|way| Self { workload, way }));
        cases.filter(|case| !matches!(case.way, Way::Reproducible) || matches!(case.workload, Workload::FullBatch))
    }
}

impl Display for Case {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.workload, self.way)
    }
}

macro_rules! benchmarks {
    ($($network:ident: $inputs:literal => $hidden:literal => $outputs:literal $(, $rolled:ident)?;)*) => {
        fn main() {
            $($network::check();)*
            divan::main();
        }

        $(mod $network {
            use super::*;

            mlp_core::mlp!(struct Net: $inputs => $hidden => $outputs $(, $rolled)?);

            /// The parameters that every benchmark starts from.
            fn start() -> Vec<f64> {
                Net::random(&mut mlp_core::rng(1)).parameters().to_vec()
            }

            pub(super) fn check() {
                perceptron::check::<Arrays<_, _, _>, Declared<Net>, $inputs, $hidden, $outputs>(&start());
                perceptron::check::<Vectors, Declared<Net>, $inputs, $hidden, $outputs>(&start());
                perceptron::check::<Declared<Net, true>, Declared<Net>, $inputs, $hidden, $outputs>(&start());
            }

            /// Short workloads, which are timed a hundred at a time.
            #[divan::bench(args = Case::all([Workload::Predict, Workload::Step]), sample_size = 100, max_time = 0.5)]
            fn one(bencher: Bencher, case: Case) {
                measure(bencher, case);
            }

            #[divan::bench(args = Case::all([Workload::PredictBatch, Workload::Online, Workload::FullBatch]), max_time = 0.5)]
            fn many(bencher: Bencher, case: Case) {
                measure(bencher, case);
            }

            fn measure(bencher: Bencher, Case { workload, way }: Case) {
                let measure = match way {
                    Way::Declared => super::measure::<Declared<Net>, $inputs, $hidden, $outputs>,
                    Way::Reproducible => super::measure::<Declared<Net, true>, $inputs, $hidden, $outputs>,
                    Way::Arrays => super::measure::<Arrays<_, _, _>, $inputs, $hidden, $outputs>,
                    Way::Vectors => super::measure::<Vectors, $inputs, $hidden, $outputs>,
                };
                measure(bencher, workload, &start());
            }
        })*
    };
}

perceptron::networks!(benchmarks);

fn measure<P, const I: usize, const H: usize, const O: usize>(bencher: Bencher, workload: Workload, start: &[f64])
where
    P: Perceptron<I, H, O>,
{
    let mut bench = Bench::<P, I, H, O>::new(start, EXAMPLES);
    bencher.counter(ItemsCount::new(bench.shown(workload))).bench_local(|| bench.run(workload));
}
