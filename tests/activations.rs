//! Activations other than sigmoid and tanh, compared with values of 60 digits: `data/activations.csv` and
//! `data/softmax.csv`, written by the programs beside them.

use mlp_core::activation::{
    elu, elu_derivative, gelu, gelu_derivative, hard_sigmoid, hard_sigmoid_derivative, hard_tanh, hard_tanh_derivative,
    identity, identity_derivative, leaky_relu, leaky_relu_derivative, relu, relu_derivative, sigmoid, silu,
    silu_derivative, softmax, softmax_derivative, softplus, softplus_derivative, softsign, softsign_derivative,
};
use mlp_core::{Network as _, Scalar};

/// How far a value may be from the reference.
#[derive(Clone, Copy)]
enum Bound {
    /// In units of the reference's last place.
    Ulp(f64),
    /// Absolute, times max(1, |z|).
    Absolute(f64),
}

/// A column of the table, the function in both scalars, each with its bound.
type Row = (&'static str, fn(f64) -> f64, Bound, fn(f32) -> f32, Bound);

fn rows() -> [Row; 11] {
    use Bound::{Absolute, Ulp};
    [
        ("elu", elu, Ulp(1.0), elu, Ulp(1.0)),
        ("elu_derivative", |z| elu_derivative(z, elu(z)), Ulp(1.0), |z| elu_derivative(z, elu(z)), Ulp(1.0)),
        ("softplus", softplus, Ulp(2.0), softplus, Ulp(2.0)),
        ("silu", silu, Ulp(4.5), silu, Ulp(4.5)),
        (
            "silu_derivative",
            |z| silu_derivative(z, silu(z)),
            Absolute(1e-15),
            |z| silu_derivative(z, silu(z)),
            Absolute(5e-7),
        ),
        ("gelu", gelu, Absolute(1e-15), gelu, Absolute(5e-7)),
        (
            "gelu_derivative",
            |z| gelu_derivative(z, gelu(z)),
            Absolute(1e-15),
            |z| gelu_derivative(z, gelu(z)),
            Absolute(5e-7),
        ),
        ("hard_tanh", hard_tanh, Ulp(0.0), hard_tanh, Ulp(0.0)),
        (
            "hard_tanh_derivative",
            |z| hard_tanh_derivative(z, hard_tanh(z)),
            Ulp(0.0),
            |z| hard_tanh_derivative(z, hard_tanh(z)),
            Ulp(0.0),
        ),
        ("softsign", softsign, Ulp(1.5), softsign, Ulp(1.5)),
        (
            "softsign_derivative",
            |z| softsign_derivative(z, softsign(z)),
            Ulp(3.5),
            |z| softsign_derivative(z, softsign(z)),
            Ulp(3.5),
        ),
    ]
}

/// The table: for each column its name, and pairs of z and value.
fn table() -> Vec<(String, Vec<(f64, f64)>)> {
    let mut lines = include_str!("data/activations.csv").lines();
    let names = lines.next().unwrap().split(',').skip(1);
    let mut columns: Vec<_> = names.map(|name| (name.to_owned(), Vec::new())).collect();
    for line in lines {
        let mut cells = line.split(',').map(|cell| cell.parse::<f64>().unwrap());
        let z = cells.next().unwrap();
        columns.iter_mut().zip(cells).for_each(|((_, column), value)| column.push((z, value)));
    }
    columns
}

#[test]
fn values_and_derivatives_equal_sixty_digits() {
    for (name, double, bound, single, bound_single) in rows() {
        let (_, column) = table().into_iter().find(|(known, _)| known == name).unwrap();
        assert!(column.len() > 300);
        // From −40 down, sigmoid promises less accuracy.
        let (mut worst, mut worst_single) = (0.0_f64, 0.0_f64);
        for &(z, expected) in column.iter().filter(|(z, _)| *z >= -40.0) {
            worst = worst.max(error(double(z), expected, ulp(expected), z, bound));
        }
        for &(z, _) in &column {
            let z = f32::from_f64(z);
            if z.is_finite() && z >= -40.0 {
                // The reference is the f64 function, checked above, at the f32 argument.
                let expected = double(f64::from(z));
                let error = error(f64::from(single(z)), expected, ulp_single(expected), f64::from(z), bound_single);
                worst_single = worst_single.max(error);
            }
        }
        println!("{name}: {worst:.3} and {worst_single:.3} of what is allowed");
        assert!(worst <= 1.0 && worst_single <= 1.0, "{name}: {worst} and {worst_single} of what is allowed");
    }
}

/// The error as a fraction of the bound.
fn error(value: f64, expected: f64, ulp: f64, z: f64, bound: Bound) -> f64 {
    assert!(!value.is_nan(), "at {z}");
    let difference = (value - expected).abs();
    match bound {
        // The reference itself is rounded, by up to half a unit.
        Bound::Ulp(ulps) => difference / ulp / (ulps + 0.5),
        Bound::Absolute(bound) => difference / (bound * z.abs().max(1.0)),
    }
}

fn ulp(value: f64) -> f64 {
    let size = value.abs();
    f64::from_bits(size.to_bits() + 1) - size
}

fn ulp_single(value: f64) -> f64 {
    let size = f32::from_f64(value.abs());
    f64::from(f32::from_bits(size.to_bits() + 1)) - f64::from(size)
}

/// Checks the left limit, the slopes at both ends, NaN and tiny values for one activation and its derivative.
fn limits<T: Scalar>(function: fn(T) -> T, derivative: fn(T, T) -> T, left: f64, [slope_left, slope_right]: [f64; 2]) {
    let infinity = T::from_f64(f64::INFINITY);
    for far in [T::from_f64(-1e30), -infinity] {
        let a = function(far);
        assert_eq!((a.to_f64(), derivative(far, a).to_f64()), (left, slope_left));
    }
    for far in [T::from_f64(1e30), infinity] {
        let a = function(far);
        assert_eq!(derivative(far, a).to_f64(), slope_right);
        assert!(a == far || a == T::ONE);
    }
    let nan = T::from_f64(f64::NAN);
    assert!(function(nan).to_f64().is_nan(), "a NaN stays a NaN");
    for tiny in [T::ZERO, -T::ZERO, T::from_f64(1e-40), T::from_f64(-1e-40)] {
        assert!(function(tiny).is_finite() && derivative(tiny, function(tiny)).is_finite());
    }
}

#[test]
fn limits_are_right() {
    fn all<T: Scalar>() {
        limits::<T>(elu, elu_derivative, -1.0, [0.0, 1.0]);
        limits::<T>(softplus, softplus_derivative, 0.0, [0.0, 1.0]);
        limits::<T>(silu, silu_derivative, 0.0, [0.0, 1.0]);
        limits::<T>(gelu, gelu_derivative, 0.0, [0.0, 1.0]);
        limits::<T>(hard_sigmoid, hard_sigmoid_derivative, 0.0, [0.0, 0.0]);
        limits::<T>(relu, relu_derivative, 0.0, [0.0, 1.0]);
        limits::<T>(hard_tanh, hard_tanh_derivative, -1.0, [0.0, 0.0]);
        for (far, sign) in [(1e30, 1.0), (-1e30, -1.0), (f64::INFINITY, 1.0), (f64::NEG_INFINITY, -1.0)] {
            let z = T::from_f64(far);
            let a = softsign(z);
            assert_eq!(a.to_f64(), sign);
            assert!(softsign_derivative(z, a).to_f64() <= 1.1e-60);
        }
        assert!(softsign(T::from_f64(f64::NAN)).to_f64().is_nan());
        assert!(softsign_derivative(T::from_f64(f64::NAN), T::ZERO).to_f64().is_nan());
    }
    all::<f64>();
    all::<f32>();
}

/// For every case of `O` outputs: z, a and ∂a/∂z, row by row.
fn softmax_table<const O: usize>() -> Vec<([f64; O], [f64; O], Vec<f64>)> {
    let numbers = |text: &str| text.split(' ').map(|number| number.parse().unwrap()).collect::<Vec<f64>>();
    let rows = include_str!("data/softmax.csv").lines().skip(1).map(|line| line.split(',').map(numbers));
    let cases =
        rows.filter_map(|mut row| Some((row.next()?.try_into().ok()?, row.next()?.try_into().ok()?, row.next()?)));
    let cases: Vec<_> = cases.collect();
    assert!(cases.len() > 20);
    cases
}

/// Asserts the bound that the documentation gives, with half a unit for the rounding of the reference.
fn assert_softmax<T: Scalar, const O: usize>(a: [T; O], z: [f64; O], expected: [f64; O], epsilon: f64, smallest: f64) {
    let largest = z.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let outputs = f64::from(u8::try_from(O).unwrap());
    for ((a, z), expected) in a.into_iter().zip(z).zip(expected) {
        let bound = ((largest - z + outputs + 2.5) * epsilon * expected).max(smallest);
        assert!((a.to_f64() - expected).abs() <= bound, "softmax at {z}: {a} instead of {expected}");
    }
    let sum: f64 = a.iter().map(|a| a.to_f64()).sum();
    assert!((sum - 1.0).abs() <= outputs * epsilon, "the sum is {sum}");
}

fn softmax_equals_sixty_digits<const O: usize>() {
    for (z, a, jacobian) in softmax_table::<O>() {
        assert_softmax(softmax(z), z, a, f64::EPSILON, f64::MIN_POSITIVE);
        let derivatives = softmax_derivative(z, softmax(z));
        for (derivative, expected) in derivatives.as_flattened().iter().zip(&jacobian) {
            assert!((derivative - expected).abs() < 1e-15, "at {z:?}: {derivative} instead of {expected}");
        }
        assert_eq!(derivatives.as_flattened().len(), jacobian.len());
        // The reference is the f64 function, checked above, at the f32 argument.
        let single = z.map(f32::from_f64);
        if single.iter().all(|z| z.is_finite()) {
            let z = single.map(f64::from);
            assert_softmax(softmax(single), z, softmax(z), f64::from(f32::EPSILON), f64::from(f32::MIN_POSITIVE));
        }
    }
}

#[test]
fn softmax_and_its_derivative_equal_sixty_digits() {
    softmax_equals_sixty_digits::<2>();
    softmax_equals_sixty_digits::<3>();
    softmax_equals_sixty_digits::<5>();
    softmax_equals_sixty_digits::<10>();
}

#[test]
fn softmax_has_limits() {
    fn all<T: Scalar>() {
        let at = |z: [f64; 3]| softmax(z.map(T::from_f64)).map(T::to_f64);
        let infinity = f64::INFINITY;
        assert_eq!(at([infinity, 1e30, -infinity]), [1.0, 0.0, 0.0]);
        assert_eq!(at([infinity, 0.0, infinity]), [0.5, 0.0, 0.5]);
        assert_eq!(at([-infinity, 0.0, 0.0]), [0.0, 0.5, 0.5]);
        assert_eq!(at([-1e38, 1e38, -infinity]), [0.0, 1.0, 0.0]);
        assert_eq!(at([-infinity; 3]), softmax([T::ZERO; 3]).map(T::to_f64));
        for place in 0..3 {
            for other in [0.0, infinity, -infinity] {
                let mut z = [other; 3];
                z[place] = f64::NAN;
                assert!(at(z).into_iter().all(f64::is_nan), "a NaN stays a NaN");
            }
        }
        assert_eq!(softmax([T::from_f64(-7.0)]), [T::ONE]);
        assert_eq!(softmax::<T, 0>([]), []);
    }
    all::<f64>();
    all::<f32>();
}

#[test]
fn piecewise_ones_are_exact() {
    for (z, leaky, hard, hard_slope) in [
        (-4.0, -0.04, 0.0, 0.0),
        (-3.0, -0.03, 0.0, 0.0),
        (-1.5, -0.015, 0.25, 1.0 / 6.0),
        (0.0, 0.0, 0.5, 1.0 / 6.0),
        (1.5, 1.5, 0.75, 1.0 / 6.0),
        (3.0, 3.0, 1.0, 0.0),
    ] {
        assert_eq!(leaky_relu(z), leaky);
        assert_eq!(leaky_relu_derivative(z, leaky), if z > 0.0 { 1.0 } else { 0.01 });
        assert_eq!(hard_sigmoid(z), hard);
        assert_eq!(hard_sigmoid_derivative(z, hard), hard_slope);
        assert_eq!((identity(z), identity_derivative(z, z)), (z, 1.0));
        assert_eq!(softplus_derivative(z, softplus(z)), sigmoid(z));
    }
    assert!(leaky_relu(f64::NAN).is_nan());
    for (z, hard, slope) in
        [(-4.0, -1.0, 0.0), (-1.0, -1.0, 0.0), (-0.5, -0.5, 1.0), (0.75, 0.75, 1.0), (1.0, 1.0, 0.0)]
    {
        assert_eq!(hard_tanh(z), hard);
        assert_eq!(hard_tanh_derivative(z, hard), slope);
    }
}

/// The bits are the same on every platform, in debug and in release.
#[test]
fn pinned_bits() {
    const POINTS: [f64; 4] = [-3.7, -0.3, 0.45, 2.9];
    let double = |function: fn(f64) -> f64| POINTS.map(|z| function(z).to_bits());
    let single = |function: fn(f32) -> f32| POINTS.map(|z| function(f32::from_f64(z)).to_bits());
    let bits = [double(elu), double(softplus), double(silu), double(gelu)];
    assert!(bits == PINNED, "{bits:#018x?}");
    let bits = softmax(POINTS).map(f64::to_bits);
    assert!(bits == PINNED_SOFTMAX, "{bits:#018x?}");
    let bits = [single(elu), single(softplus), single(silu), single(gelu)];
    assert!(bits == PINNED_SINGLE, "{bits:#010x?}");
    let bits = softmax(POINTS.map(f32::from_f64)).map(f32::to_bits);
    assert!(bits == PINNED_SOFTMAX_SINGLE, "{bits:#010x?}");
}

const PINNED: [[u64; 4]; 4] = [
    [0xbfef_3577_01cb_c77e, 0xbfd0_966f_2c79_07f6, 0x3fdc_cccc_cccc_cccd, 0x4007_3333_3333_3333],
    [0x3f99_024d_723e_49b6, 0x3fe1_bd47_35ab_7816, 0x3fee_2f18_69e1_750e, 0x4007_a0e5_8554_501d],
    [0xbfb6_da65_b95f_9cf6, 0xbfc0_5766_78ed_e68d, 0x3fd1_961e_f630_a1e2, 0x4005_fd73_163e_6edf],
    [0xbf3a_23be_6b96_dcbe, 0xbfbd_582a_c7c3_17ab, 0x3fd3_66a5_f285_f42e, 0x4007_281e_5a0e_59ac],
];

const PINNED_SOFTMAX: [u64; 4] =
    [0x3f53_c077_1b1a_f924, 0x3fa2_7ec3_7265_4c5c, 0x3fb3_93bf_464a_0e41, 0x3fec_5bbb_a482_dbf6];

const PINNED_SOFTMAX_SINGLE: [u32; 4] = [0x3a9e_03b5, 0x3d13_f61b, 0x3d9c_9df9, 0x3f62_dddd];

const PINNED_SINGLE: [[u32; 4]; 4] = [
    [0xbf79_abb8, 0xbe84_b37a, 0x3ee6_6666, 0x4039_999a],
    [0x3cc8_126b, 0x3f0d_ea3a, 0x3f71_78c3, 0x403d_072d],
    [0xbdb6_d32e, 0xbe02_bb34, 0x3e8c_b0f8, 0x402f_eb9a],
    [0xb9d1_1df3, 0xbdea_c157, 0x3e9b_352f, 0x4039_40f3],
];

/// Every activation stays in the range that it states, and comes close to both ends.
#[test]
fn ranges_are_what_the_values_fill() {
    macro_rules! check {
        ($($activation:ident)*) => { $({
            mlp_core::mlp!(struct Net: 1 => $activation(1));
            let activation = Net::ARCHITECTURE.layers[0].activation;
            let [lowest, highest] = activation.range().expect("a built-in states its range");
            let values = (-40_000..=40_000).map(|n| f64::from(n) / 1000.0).chain([-1e300, 1e300]);
            let values: Vec<_> = values.map(mlp_core::activation::$activation).collect();
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let word = activation.name();
            let close = |end: f64, found: f64| if end.is_finite() { (end - found).abs() < 1e-7 } else { found.abs() > 1e290 };
            assert!(lowest - 1e-15 <= least && most <= highest, "{word}: {least} to {most}");
            assert!(close(lowest, least) && close(highest, most), "{word}: {least} to {most}");
        })* };
    }
    check!(sigmoid tanh relu leaky_relu elu softplus silu gelu hard_sigmoid hard_tanh softsign identity);
}
