//! The definitions, as texts.
//!
//! `libm` follows fdlibm (Sun Microsystems, 1993), which takes the bits of numbers apart. Here comparisons and arithmetic
//! do the same, to the bit, for the arguments that activations and losses give.

use crate::equations::Precision;

/// The value of a constant of these definitions.
pub(super) fn constant(name: &str, precision: Precision) -> Option<f64> {
    let (_, [double, single]) = CONSTANTS.iter().find(|(known, _)| *known == name)?;
    Some(if precision == Precision::Double { *double } else { *single })
}

/// In `f64` and in `f32`. Thresholds are the numbers from which on the bits compare as they do in `libm`.
const CONSTANTS: &[(&str, [f64; 2])] = &[
    ("LOG2_E", [core::f64::consts::LOG2_E, 1.442_695_021_6]),
    ("ROUNDER", [6_755_399_441_055_744.0, 12_582_912.0]),
    ("HALF_LN_2", [0.346_573_591_232_299_8, 0.346_573_621_034_622_2]),
    ("EXP_LN_2_HIGH", [6.931_471_803_691_238e-1, 6.931_457_519_5e-1]),
    ("EXP_LN_2_LOW", [1.908_214_929_270_587_7e-10, 1.428_606_765_3e-6]),
    ("EXP_3_HALVES_LN_2", [1.039_720_535_278_320_3, 1.039_720_892_906_189]),
    ("EXP_SMALL", [3.725_293_851_175_593e-9, 0.000_122_070_327_051_915_23]),
    ("EXP_LAST", [745.133_219_101_941_1, 103.972_076_416_015_62]),
    ("LARGEST_POWER", [1022.0, 126.0]),
    ("PRESCALE", [969.0, 102.0]),
    ("PRESCALED", [2.004_168_360_008_973e-292, 1.972_152_263_052_529_5e-31]),
    ("LOG_LN_2_HIGH", [6.931_471_803_691_238e-1, 6.931_381_225_6e-1]),
    ("LOG_LN_2_LOW", [1.908_214_929_270_587_7e-10, 9.058_000_614_5e-6]),
    ("EXP_M1_3_HALVES_LN_2", [1.039_720_535_278_320_3, 1.039_720_773_696_899_4]),
    ("EXP_M1_LAST", [38.816_223_144_531_25, 18.714_973_449_707_03]),
    ("EXP_M1_SMALL", [5.551_115_123_125_783e-17, 2.980_232_238_769_531_2e-8]),
    ("LN_1P_SMALL", [1.110_223_024_625_156_5e-16, 5.960_464_477_539_063e-8]),
    ("ERFC_SMALL", [1.387_778_780_781_445_7e-17, 1.387_778_780_781_445_7e-17]),
    ("ERFC_TAIL", [2.857_141_494_750_976_6, 2.857_142_686_843_872]),
    ("UNIT_OF_TRUNCATION", [9.536_743_164_062_5e-7, 0.000_976_562_5]),
];

pub(super) const IN_F64: &[&str] = &[
    "exp_sum(u) {
        1.66666666666666019037e-01 + u * (-2.77777777770155933842e-03 + u * (6.61375632143793436117e-05
            + u * (-1.65339022054652515390e-06 + u * 4.13813679705723846039e-08)))
    }",
    "exp_m1_sum(u) {
        -3.33333333333331316428e-02 + u * (1.58730158725481460165e-03 + u * (-7.93650757867487942473e-05
            + u * (4.00821782732936239552e-06 + u * -2.01099218183624371326e-07)))
    }",
    "ln_sum(w, u) {
        u * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01
            + w * 1.479819860511658591e-01)))
            + w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    }",
];

pub(super) const IN_F32: &[&str] = &[
    "exp_sum(u) { 1.6666625440e-1 + u * -2.7667332906e-3 }",
    "exp_m1_sum(u) { -3.3333212137e-2 + u * 1.5807170421e-3 }",
    "ln_sum(w, u) { u * (0.66666662693 + w * 0.28498786688) + w * (0.40000972152 + w * 0.24279078841) }",
];

pub(super) const DEFINITIONS: &[&str] = &[
    "absolute(x) { if x < 0.0 { -x } else { x } }",
    "floor(m) {
        let nearest = ROUNDER - (ROUNDER - m);
        if nearest > m { nearest - 1.0 } else { nearest }
    }",
    // e^z for z <= 0.
    "exp(z) {
        let far = floor(LOG2_E * -z + 0.5);
        let n = if -z >= EXP_3_HALVES_LN_2 { far } else { if -z >= HALF_LN_2 { 1.0 } else { 0.0 } };
        let high = z + n * EXP_LN_2_HIGH;
        let low = n * EXP_LN_2_LOW;
        let r = high + low;
        let u = r * r;
        let c = r - u * exp_sum(u);
        let y = 1.0 + (r * c / (2.0 - c) + low + high);
        if z < -EXP_LAST { 0.0 } else { if -z < EXP_SMALL { 1.0 + z } else {
            if n > LARGEST_POWER { y * PRESCALED * power_of_two(ROUNDER - (n - PRESCALE)) }
            else { y * power_of_two(ROUNDER - n) } } }
    }",
    // e^z - 1 for z <= 0.
    "exp_m1(z) {
        let far = floor(LOG2_E * -z + 0.5);
        let n = if -z >= EXP_M1_3_HALVES_LN_2 { far } else { if -z >= HALF_LN_2 { 1.0 } else { 0.0 } };
        let high = z + n * LOG_LN_2_HIGH;
        let low = n * LOG_LN_2_LOW;
        let r = high + low;
        let c = high - r + low;
        let half = 0.5 * r;
        let u = r * half;
        let r1 = 1.0 + u * exp_m1_sum(u);
        let t = 3.0 - r1 * half;
        let e = u * ((r1 - t) / (6.0 - r * t));
        let e1 = r * (e - c) - c - u;
        if -z >= EXP_M1_LAST { -1.0 } else { if -z < EXP_M1_SMALL { z } else {
            if n == 0.0 { r - (r * e - u) } else { if n == 1.0 { 0.5 * (r - e1) - 0.5 }
            else { (r - e1 + 1.0) * power_of_two(ROUNDER - n) - 1.0 } } } }
    }",
    // ln(1 + x) for 0 <= x <= 1.
    "ln_1p(x) {
        let sum = 1.0 + x;
        let k = if x >= 0.4142136573791504 { 1.0 } else { 0.0 };
        let c = if x >= 0.4142136573791504 { (x - (sum - 1.0)) / sum } else { 0.0 };
        let f = if x >= 0.4142136573791504 { 0.5 * sum - 1.0 } else { x };
        let half = 0.5 * f * f;
        let s = f / (2.0 + f);
        let u = s * s;
        let r = ln_sum(u * u, u);
        if x < LN_1P_SMALL { x } else { s * (half + r) + (k * LOG_LN_2_LOW + c) - half + f + k * LOG_LN_2_HIGH }
    }",
    "erf_ratio(u) {
        let p = 1.28379167095512558561e-01 + u * (-3.25042107247001499370e-01 + u * (-2.84817495755985104766e-02
            + u * (-5.77027029648944159157e-03 + u * -2.37630166566501626084e-05)));
        let q = 1.0 + u * (3.97917223959155352819e-01 + u * (6.50222499887672944485e-02 + u * (5.08130628187576562776e-03
            + u * (1.32494738004321644526e-04 + u * -3.96022827877536812320e-06))));
        p / q
    }",
    // erfc(x) for 0.84375 <= x < 1.25.
    "erfc_near_1(x) {
        let s = x - 1.0;
        let p = -2.36211856075265944077e-03 + s * (4.14856118683748331666e-01 + s * (-3.72207876035701323847e-01
            + s * (3.18346619901161753674e-01 + s * (-1.10894694282396677476e-01 + s * (3.54783043256182359371e-02
            + s * -2.16637559486879084300e-03)))));
        let q = 1.0 + s * (1.06420880400844228286e-01 + s * (5.40397917702171048937e-01 + s * (7.18286544141962662868e-02
            + s * (1.26171219808761642112e-01 + s * (1.36370839120290507362e-02 + s * 1.19844998467991074170e-02)))));
        1.0 - 8.45062911510467529297e-01 - p / q
    }",
    "erfc_ratio(s) {
        let p = -9.86494403484714822705e-03 + s * (-6.93858572707181764372e-01 + s * (-1.05586262253232909814e1
            + s * (-6.23753324503260060396e1 + s * (-1.62396669462573470355e2 + s * (-1.84605092906711035994e2
            + s * (-8.12874355063065934246e1 + s * -9.81432934416914548592))))));
        let q = 1.0 + s * (1.96512716674392571292e1 + s * (1.37657754143519042600e2 + s * (4.34565877475229228821e2
            + s * (6.45387271733267880336e2 + s * (4.29008140027567833386e2 + s * (1.08635005541779435134e2
            + s * (6.57024977031928170135 + s * -6.04244152148580987438e-02)))))));
        p / q
    }",
    "erfc_ratio_of_tail(s) {
        let p = -9.86494292470009928597e-03 + s * (-7.99283237680523006574e-01 + s * (-1.77579549177547519889e1
            + s * (-1.60636384855821916062e2 + s * (-6.37566443368389627722e2 + s * (-1.02509513161107724954e3
            + s * -4.83519191608651397019e2)))));
        let q = 1.0 + s * (3.03380607434824582924e1 + s * (3.25792512996573918826e2 + s * (1.53672958608443695994e3
            + s * (3.19985821950859553908e3 + s * (2.55305040643316442583e3 + s * (4.74528541206955367215e2
            + s * -2.24409524465858183362e1))))));
        p / q
    }",
    // x without the lower half of its bits, for 1 <= x < 32.
    "upper_bits(x) {
        let scale = if x < 4.0 { if x < 2.0 { 1.0 } else { 2.0 } } else {
            if x < 8.0 { 4.0 } else { if x < 16.0 { 8.0 } else { 16.0 } } };
        let unit = scale * UNIT_OF_TRUNCATION;
        let nearest = x + unit * ROUNDER - unit * ROUNDER;
        if nearest > x { nearest - unit } else { nearest }
    }",
    // erfc(x) for 1.25 <= x < 28.
    "erfc_far(x) {
        let s = 1.0 / (x * x);
        let ratio = if x < ERFC_TAIL { erfc_ratio(s) } else { erfc_ratio_of_tail(s) };
        let upper = upper_bits(x);
        exp(-upper * upper - 0.5625) * exp((upper - x) * (upper + x) + ratio) / x
    }",
    "erfc(x) {
        let size = absolute(x);
        let y = erf_ratio(x * x);
        let small = if size < ERFC_SMALL { 1.0 - x } else {
            if x < 0.25 { 1.0 - (x + x * y) } else { 0.5 - (x - 0.5 + x * y) } };
        let large = if size < 1.25 { erfc_near_1(size) } else { if size < 28.0 { erfc_far(size) } else { 0.0 } };
        if size < 0.84375 { small } else { if x > 0.0 { large } else { if x < 0.0 { 2.0 - large } else { x } } }
    }",
];
