//! Compares what a program wrote with what it should have written.

use std::iter;

use crate::recorder::Recorded;

/// The relative error of a program that computes a network of `f32` in `f64`, where the inputs are of usual size.
const ROUNDING: f64 = 1e-3;

/// The differences in the output of a program.
#[derive(Default)]
pub struct Findings {
    /// The numbers that were compared to the bit, and those that differ.
    pub to_the_bit: usize,
    pub different: usize,
    /// The numbers that agree but for rounding, because the program computes in `f64` and the network in `f32`.
    pub rounded: usize,
    /// A line for each network that does not agree as it must.
    pub failures: Vec<String>,
}

/// Compares everything that a program wrote. `is_always_double` says that it computes in `f64` whatever the network's
/// scalar is.
pub fn compare(networks: &[Recorded], written: &[u8], is_always_double: bool) -> Findings {
    let mut findings = Findings::default();
    let written: Vec<_> =
        written.chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().expect("eight bytes"))).collect();
    let expected: usize = networks.iter().map(|network| network.expected.len()).sum();
    if written.len() != expected {
        findings.failures.push(format!("{} numbers instead of {expected}", written.len()));
        return findings;
    }
    let mut rest = written.as_slice();
    for network in networks {
        let (numbers, others) = rest.split_at(network.expected.len());
        rest = others;
        if is_always_double && network.scalar == "f32" {
            findings.compare_rounded(network, numbers);
        } else {
            findings.compare_bits(network, numbers);
        }
    }
    findings
}

impl Findings {
    /// One NaN is as good as another.
    fn compare_bits(&mut self, network: &Recorded, numbers: &[f64]) {
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
        let pairs = network.expected.iter().copied().zip(numbers.iter().copied());
        let different: Vec<_> = pairs.filter(|&(expected, number)| !same(expected, number)).collect();
        self.to_the_bit += numbers.len();
        self.different += different.len();
        self.fail(network, &different);
    }

    fn compare_rounded(&mut self, network: &Recorded, numbers: &[f64]) {
        // The parameters after the predictions are of usual size, too.
        let rows = network.is_usual.iter().flat_map(|&usual| iter::repeat_n(usual, network.outputs));
        let pairs = network.expected.iter().copied().zip(numbers.iter().copied());
        let usual = pairs.zip(rows.chain(iter::repeat(true))).filter_map(|(pair, usual)| usual.then_some(pair));
        let close = |a: f64, b: f64| (a - b).abs() <= ROUNDING * a.abs().max(1.0);
        let different: Vec<_> = usual.filter(|&(expected, number)| !close(expected, number)).collect();
        self.rounded += numbers.len();
        self.fail(network, &different);
    }

    fn fail(&mut self, Recorded { name, declaration, .. }: &Recorded, different: &[(f64, f64)]) {
        if let Some((expected, number)) = different.first() {
            let count = different.len();
            self.failures
                .push(format!("{name} ({declaration}): {count} differ; the first is {number:e}, not {expected:e}"));
        }
    }
}
