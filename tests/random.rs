//! The same seed gives the same network: the generator is frozen, and draws are in canonical order and normal.

use mlp_core::network::Layer;
use mlp_core::random::{ByActivation, Initializer, Rng};
use mlp_core::{Glorot, He, Network as _, Scalar, StandardNormal, Uniform, mlp};

mlp!(struct Double: 2 => 3 => 1);
mlp!(struct Single: 2 => 3 => 1, scalar = f32);

/// xoshiro256++ from seed 0, as its authors' program computes it from `SplitMix64`'s first four outputs.
#[test]
fn the_generator_is_the_published_one() {
    let mut splitmix = 0_u64;
    let mut state = [0; 4].map(|_: i32| {
        splitmix = splitmix.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = splitmix;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    });
    let mut rng = mlp_core::rng(0);
    for _ in 0..1000 {
        let expected = state[0].wrapping_add(state[3]).rotate_left(23).wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        assert_eq!(rng.next_u64(), expected);
    }
}

#[test]
fn a_seed_has_the_same_bits_for_ever() {
    let start = Double::random_with(&StandardNormal, &mut mlp_core::rng(0));
    assert_eq!(start.parameters().map(f64::to_bits), PINNED);
}

const PINNED: [u64; 13] = [
    0xbff8_a8af_17f2_fe67,
    0xbf70_8d7c_b6a3_955d,
    0x3fbc_958a_80b0_b8e7,
    0xbfca_60c5_aa96_ee22,
    0xbfc8_3210_83be_657e,
    0xbfe5_3100_de8d_3b86,
    0x3fd2_33ab_345f_0647,
    0xbffa_da9d_88a0_b370,
    0xbfd9_624e_0174_42d8,
    0xbff1_2f99_9b7f_0784,
    0xbfed_1aaa_a24c_a640,
    0xbff6_a4ba_59fa_fe1d,
    0xbfd8_1899_a654_bd69,
];

/// Draws come layer by layer: the weights source by source, then the biases.
#[test]
fn parameters_are_drawn_in_canonical_order() {
    let (mut rng, mut same) = (mlp_core::rng(3), mlp_core::rng(3));
    let net = Double::random_with(&StandardNormal, &mut rng);
    let draws = [0; 13].map(|_| StandardNormal.weight(&Double::ARCHITECTURE.layers[0], &mut same));
    let Double { w11, w12, w13, w21, w22, w23, b1, b2, b3, w31, w41, w51, b4 } = net;
    assert_eq!([w11, w12, w13, w21, w22, w23, b1, b2, b3, w31, w41, w51, b4], draws);
    assert_eq!(rng.next_u64(), same.next_u64(), "nothing else was drawn");
}

#[test]
#[allow(clippy::cast_possible_truncation)]
fn single_precision_starts_from_the_same_numbers_rounded() {
    let double = Double::random_with(&StandardNormal, &mut mlp_core::rng(8));
    let single = Single::random_with(&StandardNormal, &mut mlp_core::rng(8));
    assert_eq!(single.parameters(), double.parameters().map(|parameter| parameter as f32));
}

/// An initializer is told the shape of the layer.
#[test]
fn an_own_initializer_sees_fan_in_and_fan_out() {
    struct Shape;
    impl Initializer for Shape {
        fn weight<T: Scalar, R: Rng + ?Sized>(&self, layer: &Layer<T>, _rng: &mut R) -> f64 {
            f64::from(u32::try_from(10 * layer.fan_in() + layer.fan_out()).unwrap())
        }
        fn bias<T: Scalar, R: Rng + ?Sized>(&self, layer: &Layer<T>, rng: &mut R) -> f64 {
            -self.weight(layer, rng)
        }
    }
    let net = Double::random_with(&Shape, &mut mlp_core::rng(0));
    assert_eq!(net.parameters(), [23., 23., 23., 23., 23., 23., -23., -23., -23., 31., 31., 31., -31.]);
}

/// The first four moments of 200,000 draws, each within five standard errors, and the share beyond two deviations.
#[test]
fn draws_are_standard_normal() {
    const DRAWS: u32 = 200_000;
    let mut rng = mlp_core::rng(1);
    let (mut moments, mut beyond) = ([0.0; 4], 0_u32);
    for _ in 0..DRAWS {
        let draw = StandardNormal.weight(&Double::ARCHITECTURE.layers[0], &mut rng);
        let mut power = 1.0;
        for moment in &mut moments {
            power *= draw;
            *moment += power / f64::from(DRAWS);
        }
        beyond += u32::from(draw.abs() > 2.0);
    }
    let root = f64::from(DRAWS).sqrt();
    // The variances of x, x², x³ and x⁴ are 1, 2, 15 and 96.
    for ((moment, expected), variance) in moments.into_iter().zip([0.0, 1.0, 0.0, 3.0]).zip([1.0_f64, 2.0, 15.0, 96.0])
    {
        assert!((moment - expected).abs() < 5.0 * variance.sqrt() / root, "{moments:?}");
    }
    let share = f64::from(beyond) / f64::from(DRAWS);
    assert!((share - 0.0455).abs() < 5.0 * 0.2084 / root, "{share}");
}

mlp!(struct Wide: 20 => relu(12) => tanh(10) => 8);

/// Mean, variance and range of the weights of a layer, drawn 200 times.
fn moments(initializer: &impl Initializer, weights: std::ops::Range<usize>) -> (f64, f64, f64) {
    let mut rng = mlp_core::rng(6);
    let draws: Vec<f64> = (0..200)
        .flat_map(|_| Wide::random_with(initializer, &mut rng).parameters()[weights.clone()].to_vec())
        .collect();
    let count = f64::from(u32::try_from(draws.len()).unwrap());
    let mean = draws.iter().sum::<f64>() / count;
    let variance = draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum::<f64>() / count;
    (mean, variance, draws.iter().fold(0.0, |largest: f64, draw| largest.max(draw.abs())))
}

/// The variances are the published ones. Uniform draws come close to their limit and do not pass it; normal draws do.
#[test]
fn glorot_and_he_have_their_variances() {
    // The weights from 20 inputs to 12 neurons, and from 10 neurons to 8.
    let (first, last) = (0..240, 240 + 12 + 120 + 10..240 + 12 + 120 + 10 + 80);
    let check = |(mean, variance, largest): (f64, f64, f64), expected: f64, uniform: bool| {
        assert!(mean.abs() < 5.0 * (expected / 16_000.0).sqrt(), "mean {mean}");
        assert!((variance / expected - 1.0).abs() < 0.05, "variance {variance}, expected {expected}");
        let limit = (3.0 * expected).sqrt();
        assert_eq!(largest <= limit, uniform);
        assert!(largest > 0.99 * limit);
    };
    check(moments(&Glorot::uniform(), first.clone()), 2.0 / 32.0, true);
    check(moments(&Glorot::normal(), first.clone()), 2.0 / 32.0, false);
    check(moments(&He::uniform(), first.clone()), 2.0 / 20.0, true);
    check(moments(&He::normal(), first.clone()), 2.0 / 20.0, false);
    check(moments(&ByActivation, first), 2.0 / 20.0, true);
    check(moments(&Glorot::uniform(), last.clone()), 2.0 / 18.0, true);
    check(moments(&He::normal(), last.clone()), 2.0 / 10.0, false);
    check(moments(&ByActivation, last), 2.0 / 18.0, true);
}

#[test]
fn what_draws_no_biases_leaves_them_zero() {
    let net = Double::random(&mut mlp_core::rng(2));
    assert_eq!([net.b1, net.b2, net.b3, net.b4], [0.0; 4]);
    assert_eq!(net, Double::random_with(&ByActivation, &mut mlp_core::rng(2)));
    let uniform = Double::random_with(&Uniform::new(2.0, 3.0), &mut mlp_core::rng(2));
    assert!(uniform.parameters().iter().all(|parameter| (2.0..3.0).contains(parameter)));
}
