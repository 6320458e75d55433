//! How far predicted numbers are from the true ones.

use super::{MetricsError, check_lengths};
use crate::Scalar;
use crate::math::float_math::FloatMath;
use crate::scalar::{float, mean};

/// RMSE = √(1/n · Σ (y_pred − y_true)²), the root mean squared error, in the unit of the targets.
///
/// With several outputs, n counts every output of every example.
///
/// ```
/// assert_eq!(mlp_core::metrics::rmse(&[[3.0, 1.0]], &[[2.0, 8.0]])?, 5.0);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or not as many predictions as targets.
pub fn rmse<T: Scalar, const O: usize>(y_pred: &[[T; O]], y_true: &[[T; O]]) -> Result<f64, MetricsError> {
    let mean = sum_over_errors(y_pred, y_true, square)? / float(y_true.as_flattened().len());
    Ok(FloatMath::sqrt(mean))
}

/// MAE = 1/n · Σ |y_pred − y_true|, the mean absolute error, in the unit of the targets.
///
/// With several outputs, n counts every output of every example.
///
/// ```
/// assert_eq!(mlp_core::metrics::mae(&[[3.0, 1.0]], &[[2.0, 8.0]])?, 4.0);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or not as many predictions as targets.
pub fn mae<T: Scalar, const O: usize>(y_pred: &[[T; O]], y_true: &[[T; O]]) -> Result<f64, MetricsError> {
    Ok(sum_over_errors(y_pred, y_true, f64::abs)? / float(y_true.as_flattened().len()))
}

/// R² = 1 − Σ (y_pred − y_true)² / Σ (y_true − mean)², the coefficient of determination.
///
/// 1 is perfect, 0 is as good as always predicting the mean of the targets, and below 0 is worse than that. With several
/// outputs both sums go over every output of every example, and each output has its own mean; with one mean for all,
/// outputs of different size would make any prediction look good.
///
/// ```
/// use mlp_core::metrics::r_squared;
///
/// let y_true = [[1.0, 100.0], [3.0, 100.0]];
/// assert_eq!(r_squared(&y_true, &y_true)?, 1.0);
/// assert_eq!(r_squared(&[[2.0, 100.0], [2.0, 100.0]], &y_true)?, 0.0);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or not as many predictions as targets; if no output's targets differ from one another, as
/// with a single example, or differ so little that the squares vanish: the divisor is 0 then.
pub fn r_squared<T: Scalar, const O: usize>(y_pred: &[[T; O]], y_true: &[[T; O]]) -> Result<f64, MetricsError> {
    let unexplained = sum_over_errors(y_pred, y_true, square)?;
    let of_output = |output: usize| sum_of_squared_distances(y_true.iter().map(move |y_true| y_true[output].to_f64()));
    let total: f64 = (0..O).map(of_output).sum();
    if total == 0.0 { Err(MetricsError::EqualTargets) } else { Ok(1.0 - unexplained / total) }
}

/// Σ f(y_pred − y_true), over every output of every example.
fn sum_over_errors<T: Scalar, const O: usize>(
    y_pred: &[[T; O]],
    y_true: &[[T; O]],
    f: fn(f64) -> f64,
) -> Result<f64, MetricsError> {
    check_lengths(y_pred.len(), y_true.len())?;
    let pairs = y_pred.as_flattened().iter().zip(y_true.as_flattened());
    Ok(pairs.map(|(y_pred, y_true)| f(y_pred.to_f64() - y_true.to_f64())).sum())
}

/// Σ (y − mean)²; of equal values exactly 0.
fn sum_of_squared_distances(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let mean = mean(values.clone());
    values.map(|y| square(y - mean)).sum()
}

fn square(value: f64) -> f64 {
    value * value
}
