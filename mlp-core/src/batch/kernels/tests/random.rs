//! The kernels against the formulas, written down once more, for architectures that are drawn at random.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::super::ExampleBatch;
use super::super::layout::{gather, unpack};
use super::{Backend, to_predictions};
use crate::activation::{each_elementwise, entry};
use crate::batch::ErasedExamples;
use crate::loss::entry as losses;
use crate::network::{Activation, Architecture, ErasedArchitecture, Layer, Loss, Names};
use crate::precompiled::Precompiled as _;
use crate::random::Rng;
use crate::rng;

/// So many architectures are drawn: one for each size of a small batch.
const ARCHITECTURES: u64 = 70;

#[test]
fn random_architectures() {
    let (mut cases, mut telling) = (0, 0);
    for number in 0..ARCHITECTURES {
        let case = Case::draw(number);
        let block = f64::kernels(case.architecture(), Backend::detect(false)).block_size();
        let nth = usize::try_from(number).unwrap();
        // Every size up to 70 comes up twice, and those around one and two blocks many times.
        for size in [1 + nth, 1 + (9 * nth + 3) % 70, block + nth % 3 - 1, 2 * block + nth % 3 - 1] {
            cases += 1;
            telling += i32::from(case.check(size.min(case.examples.len())));
        }
    }
    assert!(telling > cases * 9 / 10, "{telling} of {cases} have gradients that are not 0");
}

/// A network as the kernels see it, and what it is to compute.
struct Case {
    layers: &'static [Layer<f64>],
    /// As of a single output.
    loss: Loss<f64, [f64; 1]>,
    parameters: Vec<f64>,
    examples: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Case {
    fn architecture(&self) -> ErasedArchitecture<f64> {
        let nothing = Names::Listed(&[]);
        Architecture::new("Case", nothing, self.layers, nothing, self.loss).erased()
    }

    fn draw(seed: u64) -> Self {
        let mut rng = rng(seed);
        let mut below = |count: usize| rng.next_u32() as usize % count;
        let depth = 1 + below(4);
        let mut width = |_| {
            let widest = if below(4) == 0 { 40 } else { 9 };
            1 + below(widest)
        };
        let mut widths: Vec<_> = (0..=depth).map(&mut width).collect();
        let hidden = activations();
        let any = hidden[below(hidden.len())];
        let (loss, output) = match below(6) {
            0 => (Loss::built_in::<losses::half_squared_error>(), any),
            1 => (Loss::built_in::<losses::mean_squared_error>(), Activation::Softmax),
            2 => (Loss::built_in::<losses::mean_absolute_error>(), any),
            3 => (Loss::built_in::<losses::huber>(), any),
            4 => (Loss::built_in::<losses::cross_entropy>(), Activation::Softmax),
            _ => (Loss::built_in::<losses::binary_cross_entropy>(), hidden[below(2)]),
        };
        // A single output would always be 1.
        widths[depth] += usize::from(matches!(output, Activation::Softmax));
        let layer = |(index, pair): (usize, &[usize])| {
            let [rows, columns] = [pair[0], pair[1]];
            let names = |name| Names::Array { name, len: columns };
            Layer {
                activation: if index + 1 == depth { output } else { hidden[below(hidden.len())] },
                weights: Names::Matrix { name: "w", rows, columns },
                biases: names("b"),
                pre_activations: names("z"),
                activations: names("a"),
            }
        };
        let layers: &[_] = widths.windows(2).enumerate().map(layer).collect::<Vec<_>>().leak();
        let mut uniform = || f64::from(rng.next_u32()) / f64::from(u32::MAX);
        let mut parameters = Vec::new();
        for layer in layers {
            // So small that deep networks are no worse conditioned than shallow ones.
            let limit = 1.0 / crate::math::float(layer.fan_in()).sqrt();
            parameters.extend((0..layer.parameter_count()).map(|_| limit * (2.0 * uniform() - 1.0)));
        }
        let (inputs, outputs) = (widths[0], widths[depth]);
        let mut example = || {
            let x = (0..inputs).map(|_| 4.0 * uniform() - 2.0).collect();
            let shares: Vec<_> = (0..outputs).map(|_| uniform() + 0.01).collect();
            let sum: f64 = shares.iter().sum();
            (x, shares.iter().map(|share| share / sum).collect())
        };
        let examples = (0..400).map(|_| example()).collect();
        Self { layers, loss, parameters, examples }
    }

    /// The predictions and the sum of the gradients, by every processor, with and without fused multiply-adds. Returns
    /// whether any gradient is not 0: what relu cuts off altogether shows little.
    fn check(&self, size: usize) -> bool {
        let (mut expected, mut magnitudes) = (vec![0.0; self.parameters.len()], vec![0.0; self.parameters.len()]);
        let predictions: Vec<_> =
            self.examples[..size].iter().map(|example| self.add(example, &mut expected, &mut magnitudes)).collect();
        let largest = magnitudes.iter().copied().fold(0.0, f64::max);
        let what =
            || (self.loss.name, self.layers.iter().map(|layer| layer.activation.name()).collect::<Vec<_>>(), size);
        for reproducible in [false, true] {
            for backend in Backend::all(reproducible) {
                let (mut sum, mut found) = (vec![0.0; self.parameters.len()], Vec::new());
                let mut on_outputs = |positions: Range<usize>, values: &[f64]| {
                    unpack(positions.len(), values, predictions[0].len(), |_, panel, lane| {
                        let mut values = vec![0.0; predictions[0].len()];
                        gather(panel, lane, &mut values);
                        to_predictions(&self.layers[self.layers.len() - 1], self.loss.erased(), &mut values);
                        found.push(values);
                    });
                };
                let batch =
                    ExampleBatch { examples: self, weights: None, masks: None, order: None, positions: 0..size };
                let mut kernels = f64::kernels(self.architecture(), backend);
                kernels.pass(&self.parameters, &batch, Some(&mut on_outputs), Some(&mut sum));
                for ((found, expected), magnitude) in sum.iter().zip(&expected).zip(&magnitudes) {
                    let tolerance = 1e-12 * magnitude.max(largest / 1000.0);
                    assert!((found - expected).abs() <= tolerance, "{:?}: {found} is not {expected}", what());
                }
                assert_eq!(found.len(), predictions.len());
                for (found, expected) in found.iter().flatten().zip(predictions.iter().flatten()) {
                    let tolerance = 1e-12 * expected.abs().max(1.0);
                    assert!((found - expected).abs() <= tolerance, "{:?}: {found} is not {expected}", what());
                }
            }
        }
        largest > 0.0
    }

    /// Adds the gradients of one example, and their magnitudes; returns the predictions.
    fn add(&self, (x, y_true): &(Vec<f64>, Vec<f64>), sum: &mut [f64], magnitudes: &mut [f64]) -> Vec<f64> {
        let mut first = 0;
        // z and a of each layer, and where its parameters begin; the inputs are the activations before the first.
        let mut passes = vec![(Vec::new(), x.clone(), 0)];
        for layer in self.layers {
            let (sources, (fan_in, fan_out)) = (&passes[passes.len() - 1].1, (layer.fan_in(), layer.fan_out()));
            let z: Vec<f64> = (0..fan_out)
                .map(|j| {
                    let weighted = (0..fan_in).map(|k| sources[k] * self.parameters[first + k * fan_out + j]);
                    weighted.sum::<f64>() + self.parameters[first + fan_in * fan_out + j]
                })
                .collect();
            let a = match layer.activation {
                Activation::Elementwise { function, .. } => z.iter().map(|&z| function(z)).collect(),
                Activation::Softmax => {
                    let exponentials: Vec<_> = z.iter().map(|z| z.exp()).collect();
                    let sum: f64 = exponentials.iter().sum();
                    exponentials.iter().map(|e| e / sum).collect()
                }
            };
            passes.push((z, a, first));
            first += layer.parameter_count();
        }
        let y_pred = passes[passes.len() - 1].1.clone();
        // After softmax, y_pred − y_true is left of cross_entropy.
        let is_cross_entropy = self.loss.name == "cross_entropy";
        let derivative = |y: f64, t: f64| if is_cross_entropy { y - t } else { (self.loss.derivative)([y], [t])[0] };
        let mut d: Vec<f64> = y_pred.iter().zip(y_true).map(|(&y, &t)| derivative(y, t)).collect();
        let averaged = ["mean_squared_error", "mean_absolute_error", "huber", "binary_cross_entropy"];
        let averaged = averaged.contains(&self.loss.name);
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let (sources, (z, a, first)) = (&passes[index].1, &passes[index + 1]);
            let (fan_in, fan_out) = (layer.fan_in(), layer.fan_out());
            let is_output = index + 1 == self.layers.len();
            if is_output && averaged {
                for d in &mut d {
                    *d /= crate::math::float(fan_out);
                }
            }
            d = match layer.activation {
                Activation::Softmax if is_cross_entropy => d,
                Activation::Softmax => (0..fan_out)
                    .map(|j| {
                        let by = |k: usize| if j == k { a[k] * (1.0 - a[k]) } else { -a[k] * a[j] };
                        (0..fan_out).map(|k| d[k] * by(k)).sum()
                    })
                    .collect(),
                Activation::Elementwise { derivative, .. } => {
                    (0..fan_out).map(|j| d[j] * derivative(z[j], a[j])).collect()
                }
            };
            for j in 0..fan_out {
                for k in 0..=fan_in {
                    let gradient = d[j] * sources.get(k).copied().unwrap_or(1.0);
                    sum[first + k * fan_out + j] += gradient;
                    magnitudes[first + k * fan_out + j] += gradient.abs();
                }
            }
            let back = |k: usize| (0..fan_out).map(|j| self.parameters[first + k * fan_out + j] * d[j]).sum();
            d = (0..fan_in).map(back).collect();
        }
        y_pred
    }
}

impl ErasedExamples<f64> for Case {
    fn count(&self) -> usize {
        self.examples.len()
    }

    fn example(&self, index: usize) -> Option<(&[f64], &[f64])> {
        self.examples.get(index).map(|(x, y_true)| (&x[..], &y_true[..]))
    }

    fn loss(&self, _: usize, _: &dyn Fn(&mut [f64])) -> Option<f64> {
        None
    }

    fn loss_derivative(&self, _: &[f64], _: &[f64], _: &mut [f64]) {
        unreachable!("no loss of a user's own is drawn")
    }
}

/// All elementwise activations, those whose values are probabilities first.
fn activations() -> Vec<Activation<f64>> {
    macro_rules! all {
        ([$($word:ident)*]) => { vec![$(Activation::built_in::<entry::$word>()),*] };
    }
    let mut all: Vec<Activation<f64>> = each_elementwise!(all);
    all.sort_by_key(|activation| activation.range() != Some([0.0, 1.0]));
    all
}
