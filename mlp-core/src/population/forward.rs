//! The forward pass of a block of networks, with the operations of the generated code in its order: the same bits.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use alloc::vec::Vec;

use super::layout::{Row, end_row, gather, scatter, strip, strip_mut};
use super::plan::{LayerPlan, Plan, each_vectorized};
use crate::activation::{Elementwise as _, softmax_in_place};
use crate::batch::kernels::elementwise::Activation;
use crate::math::MultiplyAdd;
use crate::simd::Task;
use crate::{Scalar, activation};

/// The values of one pass: rows for every input and every neuron, layer by layer.
pub(super) struct Values<T, const W: usize> {
    pub(super) strips: usize,
    /// z of the neurons. The rows of the inputs are unused.
    pub(super) z: Vec<Row<T, W>>,
    /// The inputs, and a of the neurons.
    pub(super) a: Vec<Row<T, W>>,
    /// ∂a/∂z of the neurons after the forward pass, ∂L/∂z after the backward pass. Empty if the networks only predict.
    pub(super) d: Vec<Row<T, W>>,
    /// The values of one lane: of the output layer, twice.
    pub(super) spare: Vec<T>,
    /// Which lanes of each strip hold a network that is still trained, or asked. A user's own functions are called for these
    /// alone: they may fail on what another lane computes.
    pub(super) live: Vec<[bool; W]>,
}

impl<T: Scalar, const W: usize> Values<T, W> {
    /// For this number of networks.
    pub(super) fn new(plan: &Plan<T>, strips: usize, count: usize, is_learning: bool) -> Self {
        let rows = |count| alloc::vec![Row::ZERO; count * strips];
        Self {
            strips,
            z: rows(plan.nodes),
            a: rows(plan.nodes),
            d: rows(if is_learning { plan.nodes } else { 0 }),
            spare: alloc::vec![T::ZERO; 2 * plan.outputs],
            live: (0..strips).map(|strip| core::array::from_fn(|lane| strip * W + lane < count)).collect(),
        }
    }
}

/// The forward pass of a block, and with `LEARNS` also ∂a/∂z of every neuron.
pub(super) struct Forward<'a, T, const W: usize, const LEARNS: bool> {
    pub(super) plan: &'a Plan<T>,
    pub(super) parameters: &'a [Row<T, W>],
    /// The inputs of all networks. Without them, each network has its own in `values` already.
    pub(super) x: Option<&'a [T]>,
    pub(super) values: &'a mut Values<T, W>,
}

impl<T: Scalar, const W: usize, const LEARNS: bool> Task for Forward<'_, T, W, LEARNS> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { plan, parameters, x, values } = self;
        let Values { strips, z, a, d, spare, live } = values;
        let strips = *strips;
        for (rows, &x) in a.chunks_exact_mut(strips).zip(x.unwrap_or_default()) {
            rows.fill(Row([x; W]));
        }
        for layer in &plan.layers {
            let (sources, a) = a[layer.first_source * strips..].split_at_mut(layer.fan_in * strips);
            let (a, z) = (&mut a[..layer.fan_out * strips], &mut z[layer.neurons(strips)]);
            affine(layer, strips, &parameters[layer.parameters(strips)], sources, z);
            let da_dz = if LEARNS { &mut d[layer.neurons(strips)] } else { &mut [] };
            activate::<T, W, LEARNS>(layer, live, z, a, da_dz, spare);
        }
    }
}

/// z = x·w + b, source by source. Two neurons at a time share what is loaded of the sources.
#[inline(always)]
fn affine<T: Scalar, const W: usize>(
    layer: &LayerPlan<T>,
    strips: usize,
    parameters: &[Row<T, W>],
    sources: &[Row<T, W>],
    z: &mut [Row<T, W>],
) {
    let mut target = 0;
    while target + 1 < layer.fan_out {
        affine_of::<T, W, 2>(layer, strips, parameters, sources, target, z);
        target += 2;
    }
    if target < layer.fan_out {
        affine_of::<T, W, 1>(layer, strips, parameters, sources, target, z);
    }
}

/// z of `N` neurons, from `target` on.
#[inline(always)]
fn affine_of<T: Scalar, const W: usize, const N: usize>(
    layer: &LayerPlan<T>,
    strips: usize,
    parameters: &[Row<T, W>],
    sources: &[Row<T, W>],
    target: usize,
    z: &mut [Row<T, W>],
) {
    for strip in 0..strips {
        let mut at = target * strips + strip;
        let mut sums = [[T::ZERO; W]; N];
        let Some(source) = sources.get(strip) else { return };
        for n in 0..N {
            let Some(w) = parameters.get(at + n * strips) else { return };
            for l in 0..W {
                sums[n][l] = w.0[l] * source.0[l];
            }
        }
        let mut i = strip + strips;
        while let Some(source) = sources.get(i) {
            at += layer.fan_out * strips;
            for n in 0..N {
                let Some(w) = parameters.get(at + n * strips) else { return };
                for l in 0..W {
                    sums[n][l] += w.0[l] * source.0[l];
                }
            }
            i += strips;
            end_row();
        }
        at += layer.fan_out * strips;
        for n in 0..N {
            let row = target * strips + strip + n * strips;
            let (Some(b), Some(z)) = (parameters.get(at + n * strips), z.get_mut(row)) else { return };
            for l in 0..W {
                sums[n][l] += b.0[l];
            }
            z.0 = sums[n];
        }
    }
}

/// a = f(z), and with `LEARNS` ∂a/∂z, except of softmax.
#[inline(always)]
fn activate<T: Scalar, const W: usize, const LEARNS: bool>(
    layer: &LayerPlan<T>,
    live: &[[bool; W]],
    z: &[Row<T, W>],
    a: &mut [Row<T, W>],
    da_dz: &mut [Row<T, W>],
    spare: &mut [T],
) {
    let strips = live.len();
    match layer.activation {
        Activation::BuiltIn(activation::BuiltIn::softmax) => {
            // Its powers come from `libm`, lane by lane.
            let values = &mut spare[..layer.fan_out];
            for number in 0..strips {
                for lane in 0..W {
                    gather(strip(z, strips, number), lane, values);
                    softmax_in_place(values);
                    scatter(values, lane, strip_mut(a, strips, number));
                }
            }
        }
        Activation::BuiltIn(which) => each_vectorized!(which: Entry => {
            for k in 0..z.len() {
                let (z, mut values) = (z[k].0, [T::ZERO; W]);
                for l in 0..W {
                    values[l] = Entry::value(z[l]);
                }
                a[k].0 = values;
                if LEARNS {
                    let mut derivatives = [T::ZERO; W];
                    for l in 0..W {
                        derivatives[l] = Entry::derivative(z[l], values[l]);
                    }
                    da_dz[k].0 = derivatives;
                }
                end_row();
            }
        }),
        Activation::Custom { function, derivative } => {
            for k in 0..z.len() {
                for l in (0..W).filter(|&l| live[k % strips][l]) {
                    a[k].0[l] = function(z[k].0[l]);
                    if LEARNS {
                        da_dz[k].0[l] = derivative(z[k].0[l], a[k].0[l]);
                    }
                }
            }
        }
    }
}
