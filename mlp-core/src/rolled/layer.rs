//! The functions that generated code calls: the steps of a layer whose values are arrays.

#[cfg(feature = "alloc")]
use alloc::{boxed::Box, vec::Vec};

#[cfg(feature = "alloc")]
use super::boxed;
use crate::Scalar;
use crate::optimizer::DescentStep;

/// The weights or the biases of a layer, or their gradients: an array in a struct, or on the heap. What a function returns
/// is decided by the field that it is for.
pub trait Numbers<T> {
    /// All zeros.
    #[must_use]
    fn zeros() -> Self;

    /// All numbers, row by row.
    fn as_flat_mut(&mut self) -> &mut [T];
}

impl<T: Scalar, const N: usize> Numbers<T> for [T; N] {
    #[inline]
    fn zeros() -> Self {
        [T::ZERO; N]
    }

    #[inline]
    fn as_flat_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<T: Scalar, const I: usize, const O: usize> Numbers<T> for [[T; O]; I] {
    #[inline]
    fn zeros() -> Self {
        [[T::ZERO; O]; I]
    }

    #[inline]
    fn as_flat_mut(&mut self) -> &mut [T] {
        self.as_flattened_mut()
    }
}

#[cfg(feature = "alloc")]
impl<T: Scalar, const N: usize> Numbers<T> for Box<[T; N]> {
    #[inline]
    fn zeros() -> Self {
        boxed(&[])
    }

    #[inline]
    fn as_flat_mut(&mut self) -> &mut [T] {
        &mut **self
    }
}

#[cfg(feature = "alloc")]
impl<T: Scalar, const I: usize, const O: usize> Numbers<T> for Box<[[T; O]; I]> {
    #[inline]
    fn zeros() -> Self {
        let mut rows = Vec::with_capacity(I);
        // `vec!` would be several times as much code, and it would be compiled for every width.
        for _ in 0..I {
            rows.push([T::ZERO; O]);
        }
        rows.try_into().unwrap_or_else(|_| unreachable!("there is a row for each source"))
    }

    #[inline]
    fn as_flat_mut(&mut self) -> &mut [T] {
        self.as_flattened_mut()
    }
}

/// z = x·w + b: the weighted sources of each neuron, summed source by source, plus its bias.
///
/// ```
/// use mlp_core::__private::rolled::affine;
///
/// assert_eq!(affine(&[1.0, 2.0], &[[3.0, 4.0, 5.0], [6.0, 7.0, 8.0]], &[0.5, 0.5, 0.5]), [15.5, 18.5, 21.5]);
/// ```
#[inline]
#[must_use]
pub fn affine<T: Scalar, const I: usize, const O: usize>(x: &[T; I], w: &[[T; O]; I], b: &[T; O]) -> [T; O] {
    let mut z = [T::ZERO; O];
    T::affine(x, w.as_flattened(), b, &mut z);
    z
}

/// Applies `function` to each value: a = f(z).
///
/// ```
/// use mlp_core::__private::rolled::map;
///
/// assert_eq!(map(&[-1.0, 2.0], |z: f64| z.max(0.0)), [0.0, 2.0]);
/// ```
#[inline]
#[must_use]
pub fn map<T: Scalar, const N: usize>(values: &[T; N], function: impl Fn(T) -> T) -> [T; N] {
    let mut mapped = [T::ZERO; N];
    for i in 0..N {
        mapped[i] = function(values[i]);
    }
    mapped
}

/// Applies `function` to each pair of values with the same index: ∂a/∂z = f′(z, a).
///
/// ```
/// use mlp_core::activation::sigmoid_derivative;
/// use mlp_core::__private::rolled::map_pairs;
///
/// let (z, a) = ([0.0], [0.5]);
/// assert_eq!(map_pairs(&z, &a, sigmoid_derivative), [0.25]);
/// ```
#[inline]
#[must_use]
pub fn map_pairs<T: Scalar, const N: usize>(a: &[T; N], b: &[T; N], function: impl Fn(T, T) -> T) -> [T; N] {
    let mut mapped = [T::ZERO; N];
    for i in 0..N {
        mapped[i] = function(a[i], b[i]);
    }
    mapped
}

/// ∂L/∂z = ∂L/∂a · ∂a/∂z, the chain rule where each activation depends on its own pre-activation.
///
/// ```
/// use mlp_core::__private::rolled::product;
///
/// assert_eq!(product(&[0.5, -2.0], &[0.25, 0.125]), [0.125, -0.25]);
/// ```
#[inline]
#[must_use]
pub fn product<T: Scalar, const N: usize>(dl_da: &[T; N], da_dz: &[T; N]) -> [T; N] {
    map_pairs(dl_da, da_dz, |dl_da, da_dz| dl_da * da_dz)
}

/// ∂L/∂z_j = Σ_k ∂L/∂a_k · ∂a_k/∂z_j, the chain rule through [`softmax`](crate::activation::softmax), summed from the
/// first output to the last: ∂a_k/∂z_j = a_k (1 − a_k) for j = k, otherwise −a_k a_j. The matrix of these derivatives
/// is not stored.
///
/// ```
/// use mlp_core::__private::rolled::through_softmax;
///
/// let (dl_da, a) = ([1.0, 0.0], [0.25, 0.75]);
/// assert_eq!(through_softmax(&dl_da, &a), [0.1875, -0.1875]);
/// ```
#[inline]
#[must_use]
pub fn through_softmax<T: Scalar, const O: usize>(dl_da: &[T; O], a: &[T; O]) -> [T; O] {
    let mut dl_dz = [T::ZERO; O];
    for (j, (dl_dz, &by)) in dl_dz.iter_mut().zip(a).enumerate() {
        let mut sum = T::ZERO;
        for (k, (&dl_da, &of)) in dl_da.iter().zip(a).enumerate() {
            sum += dl_da * if j == k { of * (T::ONE - of) } else { -of * by };
        }
        *dl_dz = sum;
    }
    dl_dz
}

/// ∂L/∂w = source · ∂L/∂z, for every weight of a layer.
///
/// ```
/// use mlp_core::__private::rolled::outer;
///
/// let dl_dw: [[f64; 3]; 2] = outer(&[1.0, 2.0], &[0.5, 0.25, -1.0]);
/// assert_eq!(dl_dw, [[0.5, 0.25, -1.0], [1.0, 0.5, -2.0]]);
/// ```
#[inline]
#[must_use]
pub fn outer<T: Scalar, W: Numbers<T>, const I: usize, const O: usize>(sources: &[T; I], dl_dz: &[T; O]) -> W {
    let mut dl_dw = W::zeros();
    T::outer(sources, dl_dz, dl_dw.as_flat_mut());
    dl_dw
}

/// Writes the gradients of a layer into the array of all gradients, from `offset` on. First come the gradients of the
/// weights, as [`outer`] computes them, then those of the biases, ∂L/∂b = ∂L/∂z.
///
/// ```
/// use mlp_core::__private::rolled::gradients_into;
///
/// let mut gradients = [0.0; 5];
/// gradients_into(&[2.0], &[0.5, 0.25], &mut gradients, 1);
/// assert_eq!(gradients, [0.0, 1.0, 0.5, 0.5, 0.25]);
/// ```
#[inline]
pub fn gradients_into<T: Scalar, const I: usize, const O: usize>(
    sources: &[T; I],
    dl_dz: &[T; O],
    gradients: &mut [T],
    offset: usize,
) {
    let own = gradients.get_mut(offset..).and_then(|own| own.split_at_mut_checked(I * O));
    let Some((dl_dw, dl_db)) = own else { return };
    T::outer(sources, dl_dz, dl_dw);
    T::concatenate(&[dl_dz], dl_db);
}

/// ∂L/∂b = ∂L/∂z, for every bias of a layer.
///
/// ```
/// use mlp_core::__private::rolled::copied;
///
/// let dl_db: Box<[f64; 2]> = copied(&[0.5, 0.25]);
/// assert_eq!(*dl_db, [0.5, 0.25]);
/// ```
#[inline]
#[must_use]
pub fn copied<T: Scalar, B: Numbers<T>, const O: usize>(dl_dz: &[T; O]) -> B {
    let mut dl_db = B::zeros();
    T::concatenate(&[dl_dz], dl_db.as_flat_mut());
    dl_db
}

/// ∂L/∂a = Σ ∂L/∂z · ∂z/∂a over the neurons that a source leads to, in eight
/// [partial sums](crate::rolled#the-order-of-sums). ∂z/∂a is the weight from the source to the neuron.
///
/// ```
/// use mlp_core::__private::rolled::weighted_sums;
///
/// let (dz_da, dl_dz) = ([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0.5, 0.25]);
/// assert_eq!(weighted_sums(&dz_da, &dl_dz), [1.0, 2.5, 4.0]);
/// ```
#[inline]
#[must_use]
pub fn weighted_sums<T: Scalar, const I: usize, const O: usize>(dz_da: &[[T; O]; I], dl_dz: &[T; O]) -> [T; I] {
    let mut dl_da = [T::ZERO; I];
    T::weighted_sums(dz_da.as_flattened(), dl_dz, &mut dl_da);
    dl_da
}

/// A step of gradient descent for a whole layer, in one sweep. Returns ∂L/∂a of the sources as [`weighted_sums`] does.
/// Moves every weight and bias as [`update`] does with the gradients of [`outer`], without storing these gradients.
///
/// ```
/// use mlp_core::__private::rolled::update_layer;
///
/// let (mut w, mut b) = ([[1.0, 2.0]], [0.0, 0.0]);
/// // ∂L/∂a by the weights from before the step.
/// assert_eq!(update_layer(&mut w, &mut b, &[4.0], &[0.5, 0.25], 0.5), [1.0]);
/// assert_eq!((w, b), ([[0.0, 1.5]], [-0.25, -0.125]));
/// ```
#[inline]
#[must_use]
pub fn update_layer<T: Scalar, const I: usize, const O: usize>(
    w: &mut [[T; O]; I],
    b: &mut [T; O],
    sources: &[T; I],
    dl_dz: &[T; O],
    learning_rate: T,
) -> [T; I] {
    let mut dl_da = [T::ZERO; I];
    T::update_rows(w.as_flattened_mut(), sources, dl_dz, learning_rate, &mut dl_da);
    update(b, dl_dz, learning_rate);
    dl_da
}

/// As [`update_layer`], for the first layer: its sources are the inputs, which need no derivative.
///
/// ```
/// use mlp_core::__private::rolled::update_first_layer;
///
/// let (mut w, mut b) = ([[1.0], [2.0]], [0.0]);
/// update_first_layer(&mut w, &mut b, &[2.0, 4.0], &[0.5], 0.5);
/// assert_eq!((w, b), ([[0.5], [1.0]], [-0.25]));
/// ```
#[inline]
pub fn update_first_layer<T: Scalar, const I: usize, const O: usize>(
    w: &mut [[T; O]; I],
    b: &mut [T; O],
    x: &[T; I],
    dl_dz: &[T; O],
    learning_rate: T,
) {
    T::update_rows(w.as_flattened_mut(), x, dl_dz, learning_rate, &mut []);
    update(b, dl_dz, learning_rate);
}

/// parameter − learning rate · gradient
///
/// ```
/// let mut parameters = [1.0, 2.0];
/// mlp_core::__private::rolled::update(&mut parameters, &[0.5, -0.5], 0.5);
/// assert_eq!(parameters, [0.75, 2.25]);
/// ```
#[inline]
pub fn update<T: Scalar>(parameters: &mut [T], gradients: &[T], learning_rate: T) {
    T::descent_step(DescentStep { parameters, gradients, learning_rate });
}

/// Copies the parts, one after the other, into an array that is as long as all of them together.
///
/// ```
/// let mut array = [0.0; 3];
/// mlp_core::__private::rolled::concatenate(&[&[1.0, 2.0], &[3.0]], &mut array);
/// assert_eq!(array, [1.0, 2.0, 3.0]);
/// ```
#[inline]
pub fn concatenate<T: Scalar>(parts: &[&[T]], array: &mut [T]) {
    T::concatenate(parts, array);
}

/// Takes the weights or the biases of a layer from the beginning of `rest`. If `rest` is too short, it stays unchanged,
/// and they are 0.
///
/// ```
/// use mlp_core::__private::rolled::take;
///
/// let mut rest = &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0][..];
/// let weights: [[f64; 2]; 2] = take(&mut rest);
/// let biases: Box<[f64; 2]> = take(&mut rest);
/// assert_eq!((weights, *biases), ([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]));
/// assert_eq!(rest, [7.0]);
/// ```
#[must_use]
pub fn take<T: Scalar, N: Numbers<T>>(rest: &mut &[T]) -> N {
    let mut numbers = N::zeros();
    let flat = numbers.as_flat_mut();
    T::concatenate(&[T::take(rest, flat.len())], flat);
    numbers
}
