//! Checks of settings.

use super::TrainError;
use crate::Scalar;

/// An error, unless the condition on the setting holds.
pub(crate) fn check_setting(
    holds: bool,
    setting: &'static str,
    value: f64,
    must: &'static str,
) -> Result<(), TrainError> {
    if holds { Ok(()) } else { Err(TrainError::Setting { setting, value, must }) }
}

/// An error if a setting does not hold any more once it is rounded to the network's scalar, or if it vanishes.
pub(crate) fn check_in_scalar<T: Scalar>(
    setting: &'static str,
    value: f64,
    holds: impl Fn(f64) -> bool,
) -> Result<(), TrainError> {
    let rounded = T::from_f64(value).to_f64();
    if holds(rounded) && (rounded == 0.0) == (value == 0.0) {
        Ok(())
    } else {
        Err(TrainError::Rounded { setting, value, rounded, scalar: T::NAME })
    }
}
