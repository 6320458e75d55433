//! The functions that the crate takes from `libm`, as equations, for languages whose own have other bits.
//!
//! `libm` follows fdlibm, which takes the bits of numbers apart. Here comparisons and arithmetic do the same, to the bit,
//! for the arguments that activations and losses give. The formulas, constants and thresholds are fdlibm's. Its notice:
//!
//! ```text
//! ====================================================
//! Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
//!
//! Developed at SunPro, a Sun Microsystems, Inc. business.
//! Permission to use, copy, modify, and distribute this
//! software is freely granted, provided that this notice
//! is preserved.
//! ====================================================
//! ```

mod erfc;

use super::definition::{Definition, Locals, call, choice, if_equal, if_greater, if_less};
use super::{Comparison, Elementary, Expression, Precision};
use crate::math::float_math::FloatMath;

/// A function that the functions of `libm` call, as only some arguments need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The largest integer that is at most m, for |m| far below [`ROUNDER`](FloatMath::ROUNDER).
    Floor,
    /// erfc(x) for 0.84375 ≤ x < 1.25.
    ErfcNearOne,
    /// erfc(x) for 1.25 ≤ x < 28.
    ErfcFar,
    /// The quotient of polynomials in s = 1/x² for erfc(x), for x < 1/0.35.
    ErfcRatio,
    /// The same for larger x.
    ErfcRatioOfTail,
}

impl Elementary {
    /// The equations that give the bits of `libm`, for the arguments that the crate uses. `None` for a function that each
    /// language computes in its own way.
    pub(crate) fn written_out(self, precision: Precision) -> Option<Definition> {
        let locals = Locals::new(precision, 1);
        match self {
            Self::Exponential => Some(exp(locals)),
            Self::ExponentialMinusOne => Some(exp_m1(locals)),
            Self::LogarithmOfOnePlus => Some(ln_1p(locals)),
            Self::ComplementaryErrorFunction => Some(erfc::erfc(locals)),
            Self::SquareRoot | Self::Logarithm | Self::PowerOfTwo => None,
        }
    }
}

impl Step {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::ErfcNearOne => "erfc_near_1",
            Self::ErfcFar => "erfc_far",
            Self::ErfcRatio => "erfc_ratio",
            Self::ErfcRatioOfTail => "erfc_ratio_of_tail",
        }
    }

    pub(super) fn definition(self, locals: Locals) -> Definition {
        match self {
            Self::Floor => floor(locals),
            Self::ErfcNearOne => erfc::near_1(locals),
            Self::ErfcFar => erfc::far(locals),
            Self::ErfcRatio => erfc::ratio(locals),
            Self::ErfcRatioOfTail => erfc::ratio_of_tail(locals),
        }
    }
}

impl Locals {
    fn rounder(&self) -> Expression {
        self.constant(f32::ROUNDER, f64::ROUNDER)
    }

    /// 2^-n
    fn power_of_minus(&self, n: Expression) -> Expression {
        call(Elementary::PowerOfTwo, [self.rounder() - n])
    }

    /// Defines `n`, the multiple of ln 2 next to −z. Up to 3/2 ln 2 it is found by comparisons.
    fn nearest_multiple(&mut self, three_halves: Expression) {
        let scaled = self.constant(f32::LOG2_E, f64::LOG2_E) * -name("z");
        self.define("far", call(Step::Floor, [scaled + 0.5.into()]));
        let half = self.constant(0.346_573_62, 0.346_573_591_232_299_8);
        let near = at_least(-name("z"), half, 1.0.into(), 0.0.into());
        self.define("n", at_least(-name("z"), three_halves, name("far"), near));
    }

    /// The polynomial of `variable` that fits in this precision.
    fn polynomial(&self, variable: &str, single: &[f32], double: &[f64]) -> Expression {
        match self.precision() {
            Precision::Single => {
                horner(variable, &single.iter().map(|&coefficient| f64::from(coefficient)).collect::<Vec<_>>())
            }
            Precision::Double => horner(variable, double),
        }
    }
}

/// e^z for z ≤ 0.
fn exp(mut locals: Locals) -> Definition {
    locals.nearest_multiple(locals.constant(1.039_720_9, 1.039_720_535_278_320_3));
    locals.define("high", name("z") + name("n") * locals.constant(0.693_145_75, 0.693_147_180_369_123_8));
    locals.define("low", name("n") * locals.constant(1.428_606_8e-6, 1.908_214_929_270_587_7e-10));
    locals.define("r", name("high") + name("low"));
    locals.define("u", name("r") * name("r"));
    let sum = locals.polynomial(
        "u",
        &[0.166_666_25, -0.002_766_733_3],
        &[
            0.166_666_666_666_666_02,
            -0.002_777_777_777_701_559_3,
            6.613_756_321_437_934e-5,
            -1.653_390_220_546_525_2e-6,
            4.138_136_797_057_238_5e-8,
        ],
    );
    locals.define("c", name("r") - name("u") * sum);
    let quotient = name("r") * name("c") / (Expression::from(2.0) - name("c"));
    locals.define("y", Expression::from(1.0) + (quotient + name("low") + name("high")));
    // Powers below the smallest normal number are reached in two steps.
    let rest = name("n") - locals.constant(102.0, 969.0);
    let prescaled = name("y") * locals.constant(1.972_152_3e-31, 2.004_168_360_008_973e-292);
    let subnormal = prescaled * locals.power_of_minus(rest);
    let normal = name("y") * locals.power_of_minus(name("n"));
    let value = if_greater(name("n"), locals.constant(126.0, 1022.0), subnormal, normal);
    let smallest = locals.constant(0.000_122_070_33, 3.725_293_851_175_593e-9);
    let value = if_less(-name("z"), smallest, Expression::from(1.0) + name("z"), value);
    let last = locals.constant(-103.97208, -745.133_219_101_941_1);
    let value = if_less(name("z"), last, 0.0.into(), value);
    locals.of_numbers(&["z"], "power", value)
}

/// e^z − 1 for z ≤ 0.
fn exp_m1(mut locals: Locals) -> Definition {
    locals.nearest_multiple(locals.constant(1.039_720_8, 1.039_720_535_278_320_3));
    let [ln_2_high, ln_2_low] = ln_2(&locals);
    locals.define("high", name("z") + name("n") * ln_2_high);
    locals.define("low", name("n") * ln_2_low);
    locals.define("r", name("high") + name("low"));
    locals.define("c", name("high") - name("r") + name("low"));
    locals.define("half", Expression::from(0.5) * name("r"));
    locals.define("u", name("r") * name("half"));
    let sum = locals.polynomial(
        "u",
        &[-0.033_333_212, 0.001_580_717],
        &[
            -0.033_333_333_333_333_13,
            0.001_587_301_587_254_814_6,
            -7.936_507_578_674_88e-5,
            4.008_217_827_329_362e-6,
            -2.010_992_181_836_243_7e-7,
        ],
    );
    locals.define("r1", Expression::from(1.0) + name("u") * sum);
    locals.define("t", Expression::from(3.0) - name("r1") * name("half"));
    let divisor = Expression::from(6.0) - name("r") * name("t");
    locals.define("e", name("u") * ((name("r1") - name("t")) / divisor));
    locals.define("e1", name("r") * (name("e") - name("c")) - name("c") - name("u"));
    let by_power = (name("r") - name("e1") + 1.0.into()) * locals.power_of_minus(name("n")) - 1.0.into();
    let by_half = Expression::from(0.5) * (name("r") - name("e1")) - 0.5.into();
    let value = if_equal(name("n"), 1.0.into(), by_half, by_power);
    let value = if_equal(name("n"), 0.0.into(), name("r") - (name("r") * name("e") - name("u")), value);
    let smallest = locals.constant(2.980_232_2e-8, 5.551_115_123_125_783e-17);
    let value = if_less(-name("z"), smallest, name("z"), value);
    let last = locals.constant(18.714_973, 38.816_223_144_531_25);
    let value = at_least(-name("z"), last, (-1.0).into(), value);
    locals.of_numbers(&["z"], "power", value)
}

/// ln(1 + x) for 0 ≤ x ≤ 1.
fn ln_1p(mut locals: Locals) -> Definition {
    let if_halved = |then, otherwise| at_least(name("x"), 0.414_213_657_379_150_4.into(), then, otherwise);
    locals.define("sum", Expression::from(1.0) + name("x"));
    locals.define("k", if_halved(1.0.into(), 0.0.into()));
    let rounded_off = name("x") - (name("sum") - 1.0.into());
    locals.define("c", if_halved(rounded_off / name("sum"), 0.0.into()));
    locals.define("f", if_halved(Expression::from(0.5) * name("sum") - 1.0.into(), name("x")));
    locals.define("half", Expression::from(0.5) * name("f") * name("f"));
    locals.define("s", name("f") / (Expression::from(2.0) + name("f")));
    locals.define("u", name("s") * name("s"));
    locals.define("w", name("u") * name("u"));
    let odd = locals.polynomial(
        "w",
        &[0.666_666_6, 0.284_987_87],
        &[0.666_666_666_666_673_5, 0.285_714_287_436_623_9, 0.181_835_721_616_180_5, 0.147_981_986_051_165_86],
    );
    let even = locals.polynomial(
        "w",
        &[0.400_009_72, 0.242_790_79],
        &[0.399_999_999_994_094_2, 0.222_221_984_321_497_84, 0.153_138_376_992_093_73],
    );
    locals.define("r", name("u") * odd + name("w") * even);
    let [ln_2_high, ln_2_low] = ln_2(&locals);
    let value = name("s") * (name("half") + name("r")) + (name("k") * ln_2_low + name("c")) - name("half")
        + name("f")
        + name("k") * ln_2_high;
    let smallest = locals.constant(5.960_464_5e-8, 1.110_223_024_625_156_5e-16);
    let value = if_less(name("x"), smallest, name("x"), value);
    locals.of_numbers(&["x"], "logarithm", value)
}

fn floor(mut locals: Locals) -> Definition {
    locals.define("nearest", locals.rounder() - (locals.rounder() - name("m")));
    let value = if_greater(name("nearest"), name("m"), name("nearest") - 1.0.into(), name("nearest"));
    locals.of_numbers(&["m"], "floor", value)
}

/// The high and the low word of ln 2, as `exp_m1` and `ln_1p` split it.
fn ln_2(locals: &Locals) -> [Expression; 2] {
    [locals.constant(0.693_138_1, 0.693_147_180_369_123_8), locals.constant(9.058_001e-6, 1.908_214_929_270_587_7e-10)]
}

fn name(name: &str) -> Expression {
    Expression::name(name)
}

/// c₀ + v·(c₁ + v·(c₂ + …))
fn horner(variable: &str, coefficients: &[f64]) -> Expression {
    let nested = |inner: Expression, coefficient: Expression| coefficient + name(variable) * inner;
    let coefficients = coefficients.iter().rev().copied().map(Expression::from);
    coefficients.reduce(nested).unwrap_or(Expression::Number(0.0))
}

/// `then` if left ≥ right, else `otherwise`
fn at_least(left: Expression, right: Expression, then: Expression, otherwise: Expression) -> Expression {
    choice(left, Comparison::GreaterOrEqual, right, then, otherwise)
}
