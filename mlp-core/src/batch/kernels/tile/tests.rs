//! Tiles of every size compute the same bits: those for processors that are not here too.

use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::batch::kernels::layout::{panel_len, panel_stride};
use crate::math::Separate;
use crate::random::Rng as _;
use crate::rng;
use crate::simd::{Tiled, run_portable};

const PANELS: usize = 3;

#[test]
fn tiles_of_every_size_have_the_same_bits() {
    for rows in 1..=27 {
        for columns in [1, 2, 3, 4, 5, 7, 8, 9, 32, 33] {
            same_bits::<f64, 4>(rows, columns);
            same_bits::<f32, 8>(rows, columns);
        }
    }
}

fn same_bits<T: Scalar, const V: usize>(rows: usize, columns: usize) {
    let numbers = numbers::<T>(PANELS * (panel_len::<T>(rows) + panel_len::<T>(columns)) + (rows + 1) * columns);
    let (x, rest) = numbers.split_at(PANELS * panel_len::<T>(columns));
    let (d, weights) = rest.split_at(PANELS * panel_len::<T>(rows));

    let expected = product_by_hand::<T>(x, [rows, columns], weights);
    assert_eq!(product::<T, V, 8>(x, [rows, columns], weights), expected, "{columns} => {rows}");
    assert_eq!(product::<T, V, 16>(x, [rows, columns], weights), expected, "{columns} => {rows}");
    assert_eq!(product::<T, V, 32>(x, [rows, columns], weights), expected, "{columns} => {rows}");

    let expected = gradients_by_hand::<T, V>(x, d, [rows, columns]);
    assert_eq!(gradients::<T, V, 8>(x, d, [rows, columns]), expected, "{columns} => {rows}");
    assert_eq!(gradients::<T, V, 16>(x, d, [rows, columns]), expected, "{columns} => {rows}");
    assert_eq!(gradients::<T, V, 32>(x, d, [rows, columns]), expected, "{columns} => {rows}");
}

fn numbers<T: Scalar>(count: usize) -> Vec<T> {
    let mut rng = rng(1);
    (0..count).map(|_| T::from_f64(f64::from(rng.next_u32()) / f64::from(1 << 30) - 2.0)).collect()
}

/// Biases and weights row by row, the bias first.
fn product<T: Scalar, const V: usize, const REGISTERS: usize>(
    x: &[T],
    [rows, columns]: [usize; 2],
    weights: &[T],
) -> Vec<T> {
    let (mut tiles, mut out) = (Vec::new(), vec![T::ZERO; PANELS * panel_len::<T>(rows)]);
    let element = |row: usize, column: usize| weights[row * columns + column];
    pack([rows, columns], product_rows(REGISTERS), |row| weights[rows * columns - 1 - row], element, &mut tiles);
    let task = Product::<T, V> { tiles: &tiles, columns, rows, x, out: &mut out };
    run_portable::<Separate, _>(Tiled::<_, REGISTERS>(task));
    out
}

fn product_by_hand<T: Scalar>(x: &[T], [rows, columns]: [usize; 2], weights: &[T]) -> Vec<T> {
    let mut out = vec![T::ZERO; PANELS * panel_len::<T>(rows)];
    for panel in 0..PANELS {
        for row in 0..rows {
            for lane in 0..T::LANES {
                let mut sum = weights[rows * columns - 1 - row];
                for column in 0..columns {
                    let x = x[(panel * panel_stride(columns) + column) * T::LANES + lane];
                    sum += weights[row * columns + column] * x;
                }
                out[(panel * panel_stride(rows) + row) * T::LANES + lane] = sum;
            }
        }
    }
    out
}

/// In one block, and in a block for each panel.
fn gradients<T: Scalar, const V: usize, const REGISTERS: usize>(
    a: &[T],
    d: &[T],
    [neurons, sources]: [usize; 2],
) -> Vec<T> {
    let (mut sum, mut again) = (vec![T::ONE; (sources + 1) * neurons], vec![T::ONE; (sources + 1) * neurons]);
    let mut accumulators = vec![[T::ONE; V]; GRADIENT_SUMS];
    let (is_first, is_last) = (true, true);
    let task = Gradients { a, d, sources, neurons, accumulators: &mut accumulators, sum: &mut sum, is_first, is_last };
    run_portable::<Separate, _>(Tiled::<_, REGISTERS>(task));
    accumulators.resize(again.len().max(GRADIENT_SUMS), [T::ONE; V]);
    let blocks = a.chunks(panel_len::<T>(sources)).zip(d.chunks(panel_len::<T>(neurons)));
    for (block, (a, d)) in blocks.enumerate() {
        let (is_first, is_last) = (block == 0, block + 1 == PANELS);
        let (accumulators, sum) = (&mut accumulators[..], &mut again[..]);
        let task = Gradients { a, d, sources, neurons, accumulators, sum, is_first, is_last };
        run_portable::<Separate, _>(Tiled::<_, REGISTERS>(task));
    }
    assert_eq!(sum, again);
    sum
}

fn gradients_by_hand<T: Scalar, const V: usize>(a: &[T], d: &[T], [neurons, sources]: [usize; 2]) -> Vec<T> {
    let mut all = Vec::new();
    for source in 0..=sources {
        for neuron in 0..neurons {
            let mut lanes = [T::ZERO; V];
            for panel in 0..PANELS {
                for lane in 0..T::LANES {
                    let d = d[(panel * panel_stride(neurons) + neuron) * T::LANES + lane];
                    let a = if source < sources {
                        a[(panel * panel_stride(sources) + source) * T::LANES + lane]
                    } else {
                        T::ONE
                    };
                    lanes[lane % V] += d * a;
                }
            }
            all.push(lanes.into_iter().fold(T::ZERO, |sum, lane| sum + lane));
        }
    }
    all
}
