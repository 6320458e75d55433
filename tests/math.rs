//! Accuracy and limits of `sigmoid` and `tanh`, in plain and in fused arithmetic.

// Exact comparisons and conversions are what the tests are about; the digits come from programs.
#![allow(clippy::float_cmp, clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
#![allow(clippy::unreadable_literal, clippy::many_single_char_names)]

#[path = "reference.rs"]
mod reference;

use mlp_core::__private::math::{Fused, MultiplyAdd, Separate, sigmoid_with, tanh_with};
use mlp_core::Scalar;
use mlp_core::activation::{sigmoid, tanh};
use reference::{Double, error_in_ulp};

/// The promised bound, in units of the last place.
const BOUND: f64 = 4.0;
/// The promised bound for the `f64` sigmoid below -88.
const BOUND_OF_TAIL: f64 = 600.0;

/// Uniform in [0, 1); xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }
}

/// The largest error seen, and where.
#[derive(Default)]
struct Worst {
    ulp: f64,
    at: f64,
    points: usize,
}

impl Worst {
    fn record(&mut self, at: f64, ulp: f64) {
        self.points += 1;
        // a NaN has to fail the test
        if ulp > self.ulp || ulp.is_nan() {
            (self.ulp, self.at) = (if ulp.is_nan() { f64::INFINITY } else { ulp }, at);
        }
    }

    fn assert_below(&self, bound: f64, name: &str) {
        println!("{name}: {} ulp at {:?}, {} points", self.ulp, self.at, self.points);
        assert!(self.points > 1000, "{name}: hardly tested");
        assert!(self.ulp <= bound, "{name}: {} ulp at {:?}", self.ulp, self.at);
    }
}

type Kernel<T> = fn(T) -> T;
type Reference = fn(f64) -> Double;

/// Every instantiation of both functions, with its name.
fn sigmoids<T: Scalar>() -> Vec<(&'static str, Kernel<T>)> {
    vec![("plain", sigmoid_with::<T, Separate>), ("fused", sigmoid_with::<T, Fused>)]
}

fn tanhs<T: Scalar>() -> Vec<(&'static str, Kernel<T>)> {
    vec![("plain", tanh_with::<T, Separate>), ("fused", tanh_with::<T, Fused>)]
}

/// Compares all kernels with one evaluation of the reference per point.
fn check_f64(name: &str, kernels: &[(&str, Kernel<f64>)], points: &[f64], exact: Reference, scale: f64, bound: f64) {
    let mut worst: Vec<Worst> = kernels.iter().map(|_| Worst::default()).collect();
    for &z in points {
        let reference = exact(z);
        for ((_, kernel), worst) in kernels.iter().zip(&mut worst) {
            worst.record(z, error_in_ulp(kernel(z) * scale, reference));
        }
    }
    for ((kind, _), worst) in kernels.iter().zip(&worst) {
        worst.assert_below(bound, &format!("f64 {name} {kind}"));
    }
}

fn random_points(seed: u64, count: usize, ranges: &[(f64, f64)]) -> Vec<f64> {
    let mut random = Random(seed);
    ranges.iter().flat_map(|&(low, high)| (0..count).map(|_| random.within(low, high)).collect::<Vec<_>>()).collect()
}

#[test]
fn reference_is_right() {
    // digits from mpmath
    let known: [(Reference, f64, f64, f64); 6] = [
        (reference::sigmoid, -30.5, 5.6756852326324e-14, 7.790731367469167e-31),
        (reference::sigmoid, -0.3, 0.425557483188341, -8.05466865782085e-18),
        (reference::sigmoid, 12.25, 0.9999952149055051, -2.658983001209362e-17),
        (reference::tanh, 0.001, 0.0009999996666668, 1.7800613799166557e-20),
        (reference::tanh, -0.3, -0.2913126124515909, 6.4602656586469586e-18),
        (reference::tanh, 7.5, 0.9999993881955461, 2.4847492783280624e-17),
    ];
    for (function, x, high, low) in known {
        let Double(a, b) = function(x);
        assert_eq!(a, high, "at {x}");
        assert!((b - low).abs() <= high.abs() * 1e-29, "at {x}: {b:e} for {low:e}");
    }
}

#[test]
fn sigmoid_f64_accuracy() {
    let mut points = random_points(1, 100_000, &[(-1.0, 1.0), (-8.0, 8.0), (-40.0, 40.0), (-7.0, -2.0)]);
    // the worst points found
    points.extend([12.146_243_633_759_3, 11.456_998_995_937_278, 11.443_414_168_012_877, 6.599_366_937_489_88]);
    // the ends of the reduced interval
    points
        .extend((-57..57).flat_map(|n| [-1e-9, 0.0, 1e-9].map(|d| (f64::from(n) + 0.5) * std::f64::consts::LN_2 + d)));
    points.extend((-1070..5).map(|exponent| 1.37 * 2_f64.powi(exponent)));
    check_f64("sigmoid", &sigmoids(), &points, reference::sigmoid, 1.0, BOUND);
}

#[test]
fn sigmoid_f64_tail() {
    let points = random_points(2, 60_000, &[(-88.0, -40.0)]);
    check_f64("sigmoid", &sigmoids(), &points, reference::sigmoid, 1.0, BOUND);
    let points = random_points(3, 60_000, &[(-708.39, -88.0)]);
    check_f64("sigmoid", &sigmoids(), &points, reference::scaled_exp, 2_f64.powi(200), BOUND_OF_TAIL);
}

#[test]
fn tanh_f64_accuracy() {
    let mut points = random_points(4, 60_000, &[(-0.18, 0.18), (-0.4, 0.4), (-1.0, 1.0), (-3.0, 3.0), (-20.0, 20.0)]);
    // the worst points found
    points.extend([
        -0.218_511_292_637_638_22,
        0.209_725_702_093_735_8,
        0.211_764_800_280_377_6,
        -13.001_368_189_156_505,
    ]);
    points.extend(
        (-57..57).flat_map(|n| [-1e-9, 0.0, 1e-9].map(|d| (f64::from(n) + 0.5) * std::f64::consts::LN_2 / 2.0 + d)),
    );
    points.extend((-1074..5).flat_map(|exponent| [1.0, -1.37, 1.99].map(|x| x * 2_f64.powi(exponent))));
    check_f64("tanh", &tanhs(), &points, reference::tanh, 1.0, BOUND);
}

/// Distance in units of the last place of the `f32` nearest to `reference`.
fn error_in_f32_ulp(value: f32, reference: f64) -> f64 {
    let size = (reference as f32).abs();
    let ulp = if size < f32::MIN_POSITIVE {
        f32::from_bits(1)
    } else {
        f32::from_bits(size.to_bits() & 0x7F80_0000) * f32::EPSILON
    };
    ((f64::from(value) - reference) / f64::from(ulp)).abs()
}

/// Checks every 2503rd bit pattern, so that all exponents, signs and subnormals are covered alike.
fn check_f32(name: &str, kernels: &[(&str, Kernel<f32>)], worst_points: &[f32], exact: fn(f64) -> f64, low: f32) {
    for (kind, kernel) in kernels {
        let mut worst = Worst::default();
        for z in (0..=u32::MAX).step_by(2503).map(f32::from_bits).chain(worst_points.iter().copied()) {
            if z >= low {
                worst.record(f64::from(z), error_in_f32_ulp(kernel(z), exact(f64::from(z))));
            }
        }
        worst.assert_below(BOUND, &format!("f32 {name} {kind}"));
    }
}

#[test]
fn sigmoid_f32_accuracy() {
    // the worst of all points are among these
    check_f32("sigmoid", &sigmoids(), &[5.236_835, 5.216_57], |z| 1.0 / (1.0 + (-z).exp()), -87.3);
}

#[test]
fn tanh_f32_accuracy() {
    check_f32("tanh", &tanhs(), &[3.294_201_4, 0.253_791_27], f64::tanh, f32::NEG_INFINITY);
}

fn check_limits<T: Scalar>(largest: T, infinity: T, flushed: T, kept: T) {
    let half = T::from_f64(0.5);
    for (kind, sigmoid) in sigmoids::<T>() {
        for one in [T::from_f64(60.0), T::from_f64(1e4), largest, infinity] {
            assert_eq!(sigmoid(one), T::ONE, "{kind}");
        }
        for zero in [flushed, T::from_f64(-1e4), -largest, -infinity] {
            assert_eq!(sigmoid(zero), T::ZERO, "{kind}");
        }
        assert!(sigmoid(kept) > T::ZERO, "{kind}");
        assert_eq!([sigmoid(T::ZERO), sigmoid(-T::ZERO)], [half, half], "{kind}");
    }
    for (kind, tanh) in tanhs::<T>() {
        for one in [T::from_f64(20.0), T::from_f64(30.0), T::from_f64(1e4), largest, infinity] {
            assert_eq!([tanh(one), tanh(-one)], [T::ONE, -T::ONE], "{kind}");
        }
        for zero in [T::ZERO, -T::ZERO] {
            let result = tanh(zero);
            // 1 / -0 is -infinity: the only comparison that tells the zeros apart
            assert_eq!((result, T::ONE / result), (zero, T::ONE / zero), "{kind}");
        }
    }
}

#[test]
fn limits() {
    check_limits(f64::MAX, f64::INFINITY, -708.75, -708.73);
    check_limits(f32::MAX, f32::INFINITY, -87.69, -87.67);
}

#[test]
fn nan_is_kept() {
    for nan in [f64::NAN, -f64::NAN] {
        assert!(sigmoids().iter().chain(&tanhs()).all(|(_, kernel)| kernel(nan).is_nan()));
    }
    for nan in [f32::NAN, -f32::NAN] {
        assert!(sigmoids().iter().chain(&tanhs()).all(|(_, kernel)| kernel(nan).is_nan()));
    }
}

#[test]
fn subnormal_numbers() {
    for x in [f64::from_bits(1), f64::from_bits(2), f64::from_bits(12_345), f64::MIN_POSITIVE / 2.0] {
        assert!(
            tanhs().iter().all(|(_, tanh)| tanh(x).to_bits().abs_diff(x.to_bits()) <= 1 && tanh(-x) == -tanh(x)),
            "{x:e}"
        );
        assert!(sigmoids().iter().all(|(_, sigmoid)| sigmoid(x) == 0.5 && sigmoid(-x) == 0.5), "{x:e}");
    }
    for x in [f32::from_bits(1), f32::from_bits(2), f32::from_bits(12_345), f32::MIN_POSITIVE / 2.0] {
        assert!(
            tanhs().iter().all(|(_, tanh)| tanh(x).to_bits().abs_diff(x.to_bits()) <= 1 && tanh(-x) == -tanh(x)),
            "{x:e}"
        );
        assert!(sigmoids().iter().all(|(_, sigmoid)| sigmoid(x) == 0.5 && sigmoid(-x) == 0.5), "{x:e}");
    }
}

#[test]
fn results_stay_in_range() {
    for (kind, sigmoid) in sigmoids::<f32>() {
        let all = (0..=u32::MAX).step_by(5003).map(f32::from_bits).filter(|z| !z.is_nan());
        assert!(all.map(sigmoid).all(|y| (0.0..=1.0).contains(&y)), "{kind}");
    }
    for (kind, tanh) in tanhs::<f32>() {
        let all = (0..=u32::MAX).step_by(5003).map(f32::from_bits).filter(|z| !z.is_nan());
        assert!(all.map(tanh).all(|y| (-1.0..=1.0).contains(&y)), "{kind}");
    }
    let mut random = Random(5);
    for _ in 0..500_000 {
        // all exponents, and the ranges where the results saturate
        let bits = f64::from_bits((random.next() * 2_f64.powi(53)) as u64 * 2047);
        for z in
            [bits, -bits, random.within(-800.0, 800.0), random.within(15.0, 40.0)].into_iter().filter(|z| !z.is_nan())
        {
            assert!((0.0..=1.0).contains(&sigmoid(z)), "{z}");
            assert!((-1.0..=1.0).contains(&tanh(z)), "{z}");
        }
    }
}

fn check_odd<T: Scalar, M: MultiplyAdd>() {
    let mut random = Random(6);
    for _ in 0..50_000 {
        let x = T::from_f64(random.within(0.0, 12.0));
        assert_eq!(tanh_with::<T, M>(-x), -tanh_with::<T, M>(x), "{x}");
    }
}

#[test]
fn tanh_is_odd() {
    check_odd::<f64, Separate>();
    check_odd::<f32, Separate>();
    check_odd::<f64, Fused>();
    check_odd::<f32, Fused>();
}

#[test]
fn scalar_items() {
    assert_eq!([f32::NAME, f64::NAME], ["f32", "f64"]);
    assert_eq!((<f32 as Scalar>::from_f64(0.1), <f64 as Scalar>::from_f64(0.1)), (0.1_f32, 0.1_f64));
    assert_eq!((Scalar::to_f64(0.1_f32), Scalar::to_f64(0.1_f64)), (f64::from(0.1_f32), 0.1));
    assert!(Scalar::is_finite(f32::MAX) && !Scalar::is_finite(f32::NAN) && !Scalar::is_finite(f64::INFINITY));
}

/// The plain functions give these bits on every target and in every build.
#[test]
fn pinned_bits() {
    const POINTS: [f64; 10] = [-700.0, -40.0, -7.5, -1.0, -0.1, 0.001, 0.3, 1.7, 4.555, 33.0];
    const SIGMOID_F64: [u64; 10] = [
        0x00D1_4F2B_0FB9_2FF5,
        0x3C53_9792_499B_1A24,
        0x3F42_1D0B_1571_1BF2,
        0x3FD1_3656_1454_BA87,
        0x3FDE_66BD_B1AC_A091,
        0x3FE0_020C_49B7_8134,
        0x3FE2_61D5_45E4_6A8B,
        0x3FEB_0E9E_DC43_24D7,
        0x3FEF_AAC2_EEB3_AF1E,
        0x3FEF_FFFF_FFFF_FFD6,
    ];
    const TANH_F64: [u64; 10] = [
        0xBFF0_0000_0000_0000,
        0xBFF0_0000_0000_0000,
        0xBFEF_FFFE_B78A_3C73,
        0xBFE8_5EFA_B514_F395,
        0xBFB9_83D7_795F_413A,
        0x3F50_624D_7751_6CE2,
        0x3FD2_A4DD_A7D9_14FA,
        0x3FED_EEDF_00D3_E7F4,
        0x3FEF_FE30_59E6_954E,
        0x3FF0_0000_0000_0000,
    ];
    const SIGMOID_F32: [u32; 10] = [
        0x0000_0000,
        0x229C_BC93,
        0x3A10_E859,
        0x3E89_B2B1,
        0x3EF3_35EE,
        0x3F00_1062,
        0x3F13_0EAA,
        0x3F58_74F7,
        0x3F7D_5618,
        0x3F80_0000,
    ];
    const TANH_F32: [u32; 10] = [
        0xBF80_0000,
        0xBF80_0000,
        0xBF7F_FFF8,
        0xBF42_F7D5,
        0xBDCC_1EBC,
        0x3A83_126C,
        0x3E95_26EE,
        0x3F6F_76F9,
        0x3F7F_F182,
        0x3F80_0000,
    ];
    assert_eq!(POINTS.map(|z| sigmoid(z).to_bits()), SIGMOID_F64);
    assert_eq!(POINTS.map(|x| tanh(x).to_bits()), TANH_F64);
    assert_eq!(POINTS.map(|z| sigmoid(z as f32).to_bits()), SIGMOID_F32);
    assert_eq!(POINTS.map(|x| tanh(x as f32).to_bits()), TANH_F32);
}
