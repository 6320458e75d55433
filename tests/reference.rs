//! `sigmoid` and `tanh` in double-double arithmetic (some 30 digits), independent of the kernels and of the platform's
//! `exp`.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// An unevaluated sum `high + low` with `|low| <= ulp(high) / 2`.
#[derive(Clone, Copy)]
pub(crate) struct Double(pub(crate) f64, pub(crate) f64);

/// `ln 2` in three words, the first two short enough for exact products with `|n| < 2^11`.
const LN_2: [f64; 3] = [0.693_147_180_559_890_3, 5.497_923_018_708_502_4e-14, -1.312_469_841_778_525_5e-27];

fn quick_two_sum(a: f64, b: f64) -> Double {
    let sum = a + b;
    Double(sum, b - (sum - a))
}

fn two_sum(a: f64, b: f64) -> Double {
    let sum = a + b;
    let part = sum - a;
    Double(sum, (a - (sum - part)) + (b - part))
}

impl Add for Double {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (high, low) = (two_sum(self.0, other.0), two_sum(self.1, other.1));
        let sum = quick_two_sum(high.0, high.1 + low.0);
        quick_two_sum(sum.0, sum.1 + low.1)
    }
}

impl Neg for Double {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

impl Sub for Double {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Double {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let product = self.0 * other.0;
        let error = self.0.mul_add(other.0, -product);
        quick_two_sum(product, error + (self.0 * other.1 + self.1 * other.0))
    }
}

impl Div for Double {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let first = self.0 / other.0;
        let rest = self - other * Self(first, 0.0);
        let second = rest.0 / other.0;
        let rest = rest - other * Self(second, 0.0);
        quick_two_sum(first, second) + Self(rest.0 / other.0, 0.0)
    }
}

/// `(2^n, e^r - 1)` with `e^x = 2^n e^r`.
fn exp_parts(x: f64) -> (f64, Double) {
    let n = (x / LN_2[0]).round();
    let r = Double(x - n * LN_2[0], 0.0) - two_sum(n * LN_2[1], n * LN_2[2]);
    // e^(r/64) - 1 by its series, then e^2y - 1 = (e^y - 1) (e^y - 1 + 2) six times
    let y = Double(r.0 / 64.0, r.1 / 64.0);
    let mut series = Double(1.0, 0.0);
    for k in (2..=11).rev() {
        series = Double(1.0, 0.0) + y * series / Double(f64::from(k), 0.0);
    }
    let mut exp_m1 = y * series;
    for _ in 0..6 {
        exp_m1 = exp_m1 * (exp_m1 + Double(2.0, 0.0));
    }
    (2_f64.powi(n as i32), exp_m1)
}

fn scale(x: Double, power_of_two: f64) -> Double {
    Double(x.0 * power_of_two, x.1 * power_of_two)
}

/// `e^z 2^200`, which has all its digits down to `z = -800`: `sigmoid(z) 2^200` for `z < -80`.
pub(crate) fn scaled_exp(z: f64) -> Double {
    let (power, exp_m1) = exp_parts(z);
    scale(scale(exp_m1 + Double(1.0, 0.0), 2_f64.powi(200)), power)
}

/// `1 / (1 + e^-z)` for `|z| <= 660`, where the low word is not subnormal.
pub(crate) fn sigmoid(z: f64) -> Double {
    let one = Double(1.0, 0.0);
    // e^z (or e^-z) <= 1, so that nothing overflows
    let (power, exp_m1) = exp_parts(-z.abs());
    let small = scale(exp_m1 + one, power);
    if z < 0.0 { small / (one + small) } else { one / (one + small) }
}

/// `tanh x` for `|x| <= 350`.
pub(crate) fn tanh(x: f64) -> Double {
    if x.abs() < 1e-9 {
        return Double(x, -x * x * x / 3.0);
    }
    let one = Double(1.0, 0.0);
    let (power, exp_m1) = exp_parts(2.0 * x.abs());
    // e^2x - 1 without cancellation: 2^n - 1 is exact or beyond the digits
    let e = scale(exp_m1, power) + (Double(power, 0.0) - one);
    let y = e / (e + Double(2.0, 0.0));
    if x < 0.0 { -y } else { y }
}

/// Distance from the reference in units of the last place of the reference.
pub(crate) fn error_in_ulp(value: f64, reference: Double) -> f64 {
    let size = reference.0.abs();
    let ulp = f64::from_bits(size.to_bits() + 1) - size;
    (((value - reference.0) - reference.1) / ulp).abs()
}
