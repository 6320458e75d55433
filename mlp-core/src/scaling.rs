//! Scaling brings inputs and targets to about the same size, so that no column drowns another, and takes predictions
//! back to the targets' unit.
//!
//! A [`Scaling`] is fitted on the training examples alone: nothing about the test examples may reach the network. A
//! [`Scaled`] keeps it with the network, because a prediction needs the same scaling.
//!
//! ```
//! use mlp_core::{GradientDescent, Scaled, Scaling, StandardNormal, Trainer, mlp};
//!
//! mlp!(pub struct Price: 2 => tanh(2) => identity(1));
//!
//! // Area in m², rooms; price in euros.
//! let examples = [([50.0, 2.0], [200e3]), ([80.0, 3.0], [310e3]), ([65.0, 2.0], [245e3]), ([120.0, 5.0], [460e3])];
//! let inputs = Scaling::fit_standardization(examples.map(|(x, _)| x))?;
//! let outputs = Scaling::fit_standardization(examples.map(|(_, y)| y))?;
//! let scaled = examples.map(|(x, y)| (inputs.apply(x), outputs.apply(y)));
//!
//! let mut network = Price::random_with(&StandardNormal, &mut mlp_core::rng(1));
//! Trainer::new(GradientDescent::new(0.05)).epochs(2000).fit(&mut network, &scaled)?;
//! let model = Scaled { network, inputs, outputs: Some(outputs) };
//! let [price] = model.predict([80.0, 3.0]);
//! assert!((price - 310e3).abs() < 5e3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here works without the standard library and without an allocator, and has the same bits everywhere: the
//! fit computes in `f64` and rounds to the scalar, with nothing but + − · / and square roots.

mod error;
mod scaler;

pub use error::ScalingError;
#[cfg(feature = "std")]
pub(crate) use scaler::spread;
pub use scaler::{Constant, Scaler};

use crate::{Array, Network, Scalar};

/// (value − offset) / scale for every value of an array, and its inverse.
///
/// `A` is the array, such as `[f64; 4]`, a network's inputs or outputs.
///
/// ```
/// use mlp_core::Scaling;
///
/// let scaling = Scaling::fit_standardization([[1.0, 100.0], [3.0, 500.0]])?;
/// assert_eq!(scaling, Scaling { offset: [2.0, 300.0], scale: [1.0, 200.0] });
/// assert_eq!(scaling.apply([3.0, 400.0]), [1.0, 0.5]);
/// assert_eq!(scaling.invert([1.0, 0.5]), [3.0, 400.0]);
/// # Ok::<(), mlp_core::ScalingError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling<A> {
    /// Subtracted from each value: the mean or the minimum of its column.
    pub offset: A,
    /// Divides the difference: the standard deviation or the range of its column.
    pub scale: A,
}

impl<A> Scaling<A> {
    /// Fits the scaling that gives every column the mean 0 and the standard deviation 1.
    ///
    /// The standard deviation is that of the population, √(1/n · Σ (x − mean)²), as in scikit-learn's `StandardScaler`.
    ///
    /// # Errors
    ///
    /// If there are fewer than two rows; if a value is infinite or NaN; if a column is [constant](Constant), which
    /// [`Scaler`] can permit; if the values of a column differ so much that the squares overflow.
    pub fn fit_standardization<T>(rows: impl IntoIterator<Item = A, IntoIter: Clone>) -> Result<Self, ScalingError>
    where
        T: Scalar,
        A: Array<T>,
    {
        Scaler::standardization().fit(rows)
    }

    /// Fits the scaling that takes the smallest value of every column to 0 and the largest to 1.
    ///
    /// ```
    /// use mlp_core::Scaling;
    ///
    /// let scaling = Scaling::fit_min_max([[10.0_f32], [30.0], [20.0]])?;
    /// assert_eq!(scaling.apply([15.0]), [0.25]);
    /// assert_eq!(scaling.apply([40.0]), [1.5]); // a value beyond those of the fit leaves [0, 1]
    /// # Ok::<(), mlp_core::ScalingError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are fewer than two rows; if a value is infinite or NaN; if a column is [constant](Constant), which
    /// [`Scaler`] can permit; if the values of a column differ so much that their difference overflows.
    pub fn fit_min_max<T>(rows: impl IntoIterator<Item = A, IntoIter: Clone>) -> Result<Self, ScalingError>
    where
        T: Scalar,
        A: Array<T>,
    {
        Scaler::min_max().fit(rows)
    }

    /// Scales: (x − offset) / scale.
    #[must_use]
    pub fn apply<T: Scalar>(&self, x: A) -> A
    where
        A: Array<T>,
    {
        self.map(x, |x, offset, scale| (x - offset) / scale)
    }

    /// Takes scaled values back: x · scale + offset. Rounding apart, it undoes [`apply`](Self::apply).
    #[must_use]
    pub fn invert<T: Scalar>(&self, x: A) -> A
    where
        A: Array<T>,
    {
        self.map(x, |x, offset, scale| x * scale + offset)
    }

    fn map<T: Scalar>(&self, mut x: A, f: fn(T, T, T) -> T) -> A
    where
        A: Array<T>,
    {
        for ((x, &offset), &scale) in x.as_mut().iter_mut().zip(self.offset.as_ref()).zip(self.scale.as_ref()) {
            *x = f(*x, offset, scale);
        }
        x
    }
}

impl<const N: usize> Scaling<[f64; N]> {
    /// Scales in `f64`, and rounds the result to the scalar of a network.
    ///
    /// A network in `f32` whose raw values lie close together and far from 0, such as times in seconds, predicts from these
    /// values. A [`Scaled`] would round the raw values first.
    ///
    /// ```
    /// use mlp_core::Scaling;
    ///
    /// let seconds = Scaling { offset: [1.7e9], scale: [1000.0] };
    /// assert_eq!(seconds.apply_rounded::<f32>([1.7e9 + 1.0]), [0.001]);
    /// assert_eq!((1.7e9_f32 + 1.0) - 1.7e9, 0.0);
    /// ```
    #[must_use]
    pub fn apply_rounded<T: Scalar>(&self, x: [f64; N]) -> [T; N] {
        self.apply(x).map(T::from_f64)
    }
}

/// A network with the scaling that it was trained with: raw values go in, raw values come out.
///
/// A function that takes a network, such as
/// [`ConfusionMatrix::from_network`](crate::metrics::ConfusionMatrix::from_network), needs `network` and scaled inputs.
///
/// ```
/// use mlp_core::{Scaled, Scaling, mlp};
///
/// mlp!(pub struct Sum: 2 => identity(1));
/// let model = Scaled {
///     network: Sum::from_parameters([1.0, 1.0, 0.0]),
///     inputs: Scaling { offset: [10.0, 20.0], scale: [2.0, 5.0] },
///     outputs: Some(Scaling { offset: [300.0], scale: [100.0] }),
/// };
/// // (12 − 10) / 2 + (25 − 20) / 5 = 2, and 2 · 100 + 300 = 500.
/// assert_eq!(model.predict([12.0, 25.0]), [500.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled<N: Network> {
    /// The network, trained on scaled examples.
    pub network: N,
    /// Scales the inputs of the network.
    pub inputs: Scaling<N::Input>,
    /// Scales the targets; its inverse is applied to predictions. `None` if the targets were not scaled, as in
    /// classification.
    pub outputs: Option<Scaling<N::Output>>,
}

impl<N: Network> Scaled<N> {
    /// Predicts from raw inputs, in the targets' own unit.
    #[must_use]
    pub fn predict(&self, x: N::Input) -> N::Output {
        let y_pred = self.network.predict(self.inputs.apply(x));
        self.outputs.as_ref().map_or(y_pred, |outputs| outputs.invert(y_pred))
    }

    /// The network with its scalings on its way to become plain source code: raw values go in, raw values come out, with
    /// the bits of [`predict`](Self::predict).
    ///
    /// ```
    /// use mlp_core::{Scaled, Scaling, mlp};
    ///
    /// mlp!(pub struct Sum: 2 => identity(1));
    /// let model = Scaled {
    ///     network: Sum::from_parameters([1.0, 1.0, 0.0]),
    ///     inputs: Scaling { offset: [10.0, 20.0], scale: [2.0, 5.0] },
    ///     outputs: Some(Scaling { offset: [300.0], scale: [100.0] }),
    /// };
    /// let c = model.source().c("price")?;
    /// assert!(c.contains("const double x1 = (x[0] - 10.0) / 2.0;"));
    /// assert!(c.contains("y[0] = y_pred * 100.0 + 300.0;"));
    /// # Ok::<(), mlp_core::source::SourceError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn source(&self) -> crate::Source {
        crate::Source::new(&self.network).scaled::<N::Scalar>(&self.inputs, self.outputs.as_ref())
    }
}
