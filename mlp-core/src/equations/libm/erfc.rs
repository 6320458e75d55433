//! The complementary error function of `libm`, which follows fdlibm.
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

use super::{Step, horner, name};
use crate::equations::definition::{Definition, Locals, call, if_greater, if_less};
use crate::equations::helper::absolute;
use crate::equations::{Elementary, Expression};

impl Locals {
    /// Defines p and q, and gives p / q: polynomials of `variable`.
    fn ratio(&mut self, variable: &str, p: &[f64], q: &[f64]) -> Expression {
        self.define("p", horner(variable, p)) / self.define("q", horner(variable, q))
    }
}

/// The complementary error function.
pub(super) fn erfc(mut locals: Locals) -> Definition {
    let one = || Expression::from(1.0);
    locals.define("size", absolute(name("x")));
    locals.define("u", name("x") * name("x"));
    let y = locals.ratio(
        "u",
        &[
            0.128_379_167_095_512_56,
            -0.325_042_107_247_001_5,
            -0.028_481_749_575_598_51,
            -0.005_770_270_296_489_442,
            -2.376_301_665_665_016_3e-5,
        ],
        &[
            1.0,
            0.397_917_223_959_155_35,
            0.065_022_249_988_767_3,
            0.005_081_306_281_875_766,
            0.000_132_494_738_004_321_64,
            -3.960_228_278_775_368e-6,
        ],
    );
    locals.define("y", y);
    let near_0 = one() - (name("x") + name("x") * name("y"));
    let near_half = Expression::from(0.5) - (name("x") - 0.5.into() + name("x") * name("y"));
    let small = if_less(name("x"), 0.25.into(), near_0, near_half);
    locals.define("small", if_less(name("size"), 1.387_778_780_781_445_7e-17.into(), one() - name("x"), small));
    let far = if_less(name("size"), 28.0.into(), call(Step::ErfcFar, [name("size")]), 0.0.into());
    locals.define("large", if_less(name("size"), 1.25.into(), call(Step::ErfcNearOne, [name("size")]), far));
    // The last case is a NaN.
    let negative = if_less(name("x"), 0.0.into(), Expression::from(2.0) - name("large"), name("x"));
    let value = if_greater(name("x"), 0.0.into(), name("large"), negative);
    let value = if_less(name("size"), 0.84375.into(), name("small"), value);
    locals.of_numbers(&["x"], "probability", value)
}

pub(super) fn near_1(mut locals: Locals) -> Definition {
    locals.define("s", name("x") - 1.0.into());
    let ratio = locals.ratio(
        "s",
        &[
            -0.002_362_118_560_752_659_4,
            0.414_856_118_683_748_33,
            -0.372_207_876_035_701_3,
            0.318_346_619_901_161_75,
            -0.110_894_694_282_396_68,
            0.035_478_304_325_618_236,
            -0.002_166_375_594_868_791,
        ],
        &[
            1.0,
            0.106_420_880_400_844_23,
            0.540_397_917_702_171,
            0.071_828_654_414_196_27,
            0.126_171_219_808_761_64,
            0.013_637_083_912_029_05,
            0.011_984_499_846_799_107,
        ],
    );
    let value = Expression::from(1.0) - 0.845_062_911_510_467_5.into() - ratio;
    locals.of_numbers(&["x"], "probability", value)
}

pub(super) fn far(mut locals: Locals) -> Definition {
    locals.define("s", Expression::from(1.0) / (name("x") * name("x")));
    let tail = locals.constant(2.857_142_7, 2.857_141_494_750_976_6);
    let [ratio, ratio_of_tail] = [Step::ErfcRatio, Step::ErfcRatioOfTail].map(|step| call(step, [name("s")]));
    locals.define("ratio", if_less(name("x"), tail, ratio, ratio_of_tail));
    // x without the lower half of its bits, so that its square is exact.
    let power = [16.0, 8.0, 4.0, 2.0].into_iter();
    let scale = power.fold(Expression::from(16.0), |above, power| {
        if_less(name("x"), power.into(), Expression::from(power / 2.0), above)
    });
    locals.define("scale", scale);
    locals.define("unit", name("scale") * locals.constant(0.000_976_562_5, 9.536_743_164_062_5e-7));
    let rounder = || name("unit") * locals.rounder();
    let nearest = name("x") + rounder() - rounder();
    locals.define("nearest", nearest);
    let upper = if_greater(name("nearest"), name("x"), name("nearest") - name("unit"), name("nearest"));
    locals.define("upper", upper);
    let exp = |power| call(Elementary::Exponential, [power]);
    let rest = (name("upper") - name("x")) * (name("upper") + name("x")) + name("ratio");
    let value = exp(-name("upper") * name("upper") - 0.5625.into()) * exp(rest) / name("x");
    locals.of_numbers(&["x"], "probability", value)
}

pub(super) fn ratio(mut locals: Locals) -> Definition {
    let ratio = locals.ratio(
        "s",
        &[
            -0.009_864_944_034_847_148,
            -0.693_858_572_707_181_8,
            -10.558_626_225_323_291,
            -62.375_332_450_326_006,
            -162.396_669_462_573_47,
            -184.605_092_906_711_04,
            -81.287_435_506_306_6,
            -9.814_329_344_169_145,
        ],
        &[
            1.0,
            19.651_271_667_439_257,
            137.657_754_143_519_04,
            434.565_877_475_229_23,
            645.387_271_733_267_9,
            429.008_140_027_567_83,
            108.635_005_541_779_44,
            6.570_249_770_319_282,
            -0.060_424_415_214_858_1,
        ],
    );
    locals.of_numbers(&["s"], "ratio", ratio)
}

pub(super) fn ratio_of_tail(mut locals: Locals) -> Definition {
    let ratio = locals.ratio(
        "s",
        &[
            -0.009_864_942_924_700_1,
            -0.799_283_237_680_523,
            -17.757_954_917_754_752,
            -160.636_384_855_821_92,
            -637.566_443_368_389_6,
            -1_025.095_131_611_077_2,
            -483.519_191_608_651_4,
        ],
        &[
            1.0,
            30.338_060_743_482_46,
            325.792_512_996_573_9,
            1_536.729_586_084_437,
            3_199.858_219_508_595_5,
            2_553.050_406_433_164_4,
            474.528_541_206_955_37,
            -22.440_952_446_585_82,
        ],
    );
    locals.of_numbers(&["s"], "ratio", ratio)
}
