//! Elementary functions that predictions and plain gradient descent do not need, and a page does: square roots for
//! optimizers, logarithms for losses.
//!
//! `libm`, which the crate calls, follows fdlibm, and so do these, to the bit:
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

use crate::equations::Elementary;

/// These functions, each under its name in the program.
pub(super) fn functions(called: &[(Elementary, String)], is_single: bool) -> String {
    let is_logarithm = |function: &Elementary| *function != Elementary::SquareRoot;
    let mut text = String::new();
    if called.iter().any(|(function, _)| is_logarithm(function)) {
        text += LOGARITHM_OF_PARTS[usize::from(is_single)];
    }
    for (function, name) in called {
        let definition = match function {
            Elementary::Logarithm => LOGARITHM[usize::from(is_single)],
            Elementary::LogarithmOfOnePlus => LOGARITHM_OF_ONE_PLUS[usize::from(is_single)],
            _ => SQUARE_ROOT[usize::from(is_single)],
        };
        text += &definition.replace("NAME", name);
    }
    text
}

/// In `f64` and in `f32`.
const SQUARE_ROOT: [&str; 2] = ["\nconst NAME = Math.sqrt;\n", "\nconst NAME = (x) => fround(Math.sqrt(x));\n"];

/// The common part of both logarithms: the exponent k and the mantissa of a positive number, and ln(2^k (1 + f)) + c.
const LOGARITHM_OF_PARTS: [&str; 2] = [
    "
const log_bits = new DataView(new ArrayBuffer(8));

function log_split(x) {
    log_bits.setFloat64(0, x);
    const high = log_bits.getUint32(0) + (0x3ff00000 - 0x3fe6a09e);
    log_bits.setUint32(0, (high & 0x000fffff) + 0x3fe6a09e);
    return [(high >> 20) - 0x3ff, log_bits.getFloat64(0) - 1];
}

function log_of_parts(k, f, c) {
    const hfsq = 0.5 * f * f;
    const s = f / (2 + f);
    const z = s * s;
    const w = z * z;
    const t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    const t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01
        + w * 1.479819860511658591e-01)));
    const r = t2 + t1;
    return s * (hfsq + r) + (k * 1.90821492927058770002e-10 + c) - hfsq + f + k * 6.93147180369123816490e-01;
}
",
    "
const log_bits = new DataView(new ArrayBuffer(4));

function log_split(x) {
    log_bits.setFloat32(0, x);
    const high = log_bits.getUint32(0) + (0x3f800000 - 0x3f3504f3);
    log_bits.setUint32(0, (high & 0x007fffff) + 0x3f3504f3);
    return [(high >> 23) - 0x7f, fround(log_bits.getFloat32(0) - 1)];
}

function log_of_parts(k, f, c) {
    const s = fround(f / fround(2 + f));
    const z = fround(s * s);
    const w = fround(z * z);
    const t1 = fround(w * fround(fround(0.40000972152) + fround(w * fround(0.24279078841))));
    const t2 = fround(z * fround(fround(0.66666662693) + fround(w * fround(0.28498786688))));
    const r = fround(t2 + t1);
    const hfsq = fround(fround(0.5 * f) * f);
    const rest = fround(fround(k * fround(9.0580006145e-06)) + c);
    const tail = fround(fround(s * fround(hfsq + r)) + rest);
    return fround(fround(fround(tail - hfsq) + f) + fround(k * fround(6.9313812256e-01)));
}
",
];

const LOGARITHM: [&str; 2] = [
    "
function NAME(x) {
    if (!(x > 0)) return x === 0 ? -Infinity : NaN;
    if (x === Infinity || x === 1) return x === 1 ? 0 : x;
    const is_small = x < 2.2250738585072014e-308;
    const [k, f] = log_split(is_small ? x * 18014398509481984 : x);
    return log_of_parts(is_small ? k - 54 : k, f, 0);
}
",
    "
function NAME(x) {
    if (!(x > 0)) return x === 0 ? -Infinity : NaN;
    if (x === Infinity || x === 1) return x === 1 ? 0 : x;
    const is_small = x < 1.1754943508222875e-38;
    const [k, f] = log_split(is_small ? fround(x * 33554432) : x);
    return log_of_parts(is_small ? k - 25 : k, f, 0);
}
",
];

const LOGARITHM_OF_ONE_PLUS: [&str; 2] = [
    "
function NAME(x) {
    if (!(x > -1)) return x === -1 ? -Infinity : NaN;
    if (x === Infinity || Math.abs(x) < 1.1102230246251565e-16) return x;
    log_bits.setFloat64(0, x);
    const high = log_bits.getUint32(0);
    if (high < 0x3fda827a || (high >= 0x80000000 && high <= 0xbfd2bec4)) return log_of_parts(0, x, 0);
    const u = 1 + x;
    const [k, f] = log_split(u);
    const c = k < 54 ? (k >= 2 ? 1 - (u - x) : x - (u - 1)) / u : 0;
    return log_of_parts(k, f, c);
}
",
    "
function NAME(x) {
    if (!(x > -1)) return x === -1 ? -Infinity : NaN;
    if (x === Infinity || Math.abs(x) < 5.960464477539063e-8) return x;
    log_bits.setFloat32(0, x);
    const bits = log_bits.getUint32(0);
    if (bits < 0x3ed413d0 || (bits >= 0x80000000 && bits <= 0xbe95f619)) return log_of_parts(0, x, 0);
    const u = fround(1 + x);
    const [k, f] = log_split(u);
    const c = k < 25 ? fround((k >= 2 ? fround(1 - fround(u - x)) : fround(x - fround(u - 1))) / u) : 0;
    return log_of_parts(k, f, c);
}
",
];
