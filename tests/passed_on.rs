//! A network may be declared by another macro: tokens that `macro_rules!` passes on count as if they were typed
//! directly.

use mlp_core::mlp;

macro_rules! network {
    ($(#[$attribute:meta])* $visibility:vis $name:ident, $inputs:literal, $activation:path, $width:expr, $scalar:ty) => {
        mlp!($(#[$attribute])* $visibility struct $name: $inputs => $activation($width) => 1, scalar = $scalar);
    };
}

network!(
    /// Declared with everything.
    #[derive(PartialOrd)]
    pub(crate) Public, 2, tanh, 2, f32
);
network!(Private, 2, self::halve, 2, f64);

fn halve(z: f64) -> f64 {
    0.5 * z
}

fn halve_derivative(_z: f64, _a: f64) -> f64 {
    0.5
}

#[test]
fn what_macros_pass_on_counts_as_typed() {
    let public = Public::from_parameters([0.0; 9]);
    assert_eq!(public.predict([0.5, 0.8]), [0.5_f32]);
    assert!(public <= public);
    let private = Private::from_parameters([1.0; 9]);
    assert_eq!(private.forward([2.0, 3.0]).a1, 3.0);
    assert_eq!(private.backprop([2.0, 3.0], [0.0], &private.forward([2.0, 3.0])).dL_dw31.signum(), 1.0);
}
