//! Regression metrics: how far predicted numbers are from the true ones.

use super::{MetricsError, check_lengths};
use crate::Scalar;
use crate::math::float_math::FloatMath;
use crate::math::{float, mean};
use crate::sample_weights::weigh;

/// RMSE = √(1/n · Σ (y_pred − y_true)²), the root mean squared error, in the unit of the targets.
///
/// With several outputs, n counts every output of every example. scikit-learn takes the mean of the RMSE of each output
/// instead, which is less unless these are equal.
///
/// ```
/// assert_eq!(mlp_core::metrics::root_mean_squared_error(&[[2.0, 8.0]], &[[3.0, 1.0]])?, 5.0);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or the numbers of targets and predictions differ.
// For an old call `rmse(&y_pred, &y_true)`, rustc suggests the function with this alias and keeps the order of the
// arguments. So there is an alias only where that order does not change the value: none for `r_squared` and `accuracy`.
#[doc(alias = "rmse")]
pub fn root_mean_squared_error<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
) -> Result<f64, MetricsError> {
    let mean = squared_errors(y_true, y_pred, |_| 1.0)? / float(y_true.as_flattened().len());
    Ok(FloatMath::sqrt(mean))
}

/// MAE = 1/n · Σ |y_pred − y_true|, the mean absolute error, in the unit of the targets.
///
/// With several outputs, n counts every output of every example.
///
/// The loss of the same name, [`loss::mean_absolute_error`](crate::loss::mean_absolute_error), is for one example and
/// in the network's scalar. It takes two arrays; this function takes two slices of arrays. So neither compiles in the
/// place of the other.
///
/// ```
/// assert_eq!(mlp_core::metrics::mean_absolute_error(&[[2.0, 8.0]], &[[3.0, 1.0]])?, 4.0);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or the numbers of targets and predictions differ.
#[doc(alias = "mae")]
pub fn mean_absolute_error<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
) -> Result<f64, MetricsError> {
    Ok(absolute_errors(y_true, y_pred, |_| 1.0)? / float(y_true.as_flattened().len()))
}

/// R² = 1 − Σ (y_pred − y_true)² / Σ (y_true − mean)², the coefficient of determination.
///
/// 1 is perfect, 0 is as good as always predicting the mean of the targets, and below 0 is worse than that. With
/// several outputs, both sums run over every output of every example, and each output has its own mean. With one mean
/// for all outputs, any prediction would look good if the outputs differed in size.
///
/// scikit-learn computes the same with `multioutput="variance_weighted"`, except that it leaves out an output whose
/// targets are all equal. Its default is the mean of the R² of each output.
///
/// ```
/// use mlp_core::metrics::r2_score;
///
/// let y_true = [[1.0, 100.0], [3.0, 100.0]];
/// assert_eq!(r2_score(&y_true, &y_true)?, 1.0);
/// assert_eq!(r2_score(&y_true, &[[2.0, 100.0], [2.0, 100.0]])?, 0.0);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or the numbers of targets and predictions differ. Also if the divisor is 0: the targets of
/// each output are all equal, as with a single example, or differ so little that their squares vanish.
pub fn r2_score<T: Scalar, const O: usize>(y_true: &[[T; O]], y_pred: &[[T; O]]) -> Result<f64, MetricsError> {
    let unexplained = squared_errors(y_true, y_pred, |_| 1.0)?;
    let of_output = |output: usize| sum_of_squared_distances(y_true.iter().map(move |y_true| y_true[output].to_f64()));
    let total: f64 = (0..O).map(of_output).sum();
    if total == 0.0 { Err(MetricsError::EqualTargets) } else { Ok(1.0 - unexplained / total) }
}

/// Σ w |y_pred − y_true|, over every output of every example, with the weight of the example.
pub(super) fn absolute_errors<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
    weight: impl Fn(usize) -> f64,
) -> Result<f64, MetricsError> {
    sum_over_errors(y_true, y_pred, f64::abs, weight)
}

/// Σ w (y_pred − y_true)², over every output of every example, with the weight of the example.
pub(super) fn squared_errors<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
    weight: impl Fn(usize) -> f64,
) -> Result<f64, MetricsError> {
    sum_over_errors(y_true, y_pred, square, weight)
}

/// Σ w f(y_pred − y_true), over every output of every example, with the weight of the example.
fn sum_over_errors<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
    f: fn(f64) -> f64,
    weight: impl Fn(usize) -> f64,
) -> Result<f64, MetricsError> {
    check_lengths(y_true.len(), y_pred.len())?;
    let pairs = y_true.as_flattened().iter().zip(y_pred.as_flattened()).enumerate();
    Ok(pairs.map(|(index, (y_true, y_pred))| weigh(weight(index / O), f(y_pred.to_f64() - y_true.to_f64()))).sum())
}

/// Σ (y − mean)²; exactly 0 if all values are equal.
fn sum_of_squared_distances(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let mean = mean(values.clone());
    values.map(|y| square(y - mean)).sum()
}

fn square(value: f64) -> f64 {
    value * value
}
