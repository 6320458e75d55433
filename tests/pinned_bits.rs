//! Each lecture's training ends with the same bits everywhere, and these are pinned. `.ci/run` runs this in debug and
//! in release, and the workflow on another architecture.
//!
//! A difference is a broken promise, unless the formula of an elementary function was changed on purpose. In that case
//! the failed assertion prints the new bits.

use mlp_core::{AdamW, Batch, GradientDescent, Schedule, StandardNormal, Trainer, mlp};

mlp!(struct Net111: 1 => 1 => 1, weights = [w1; w2]);
mlp!(struct Net121: 1 => 2 => 1, weights = [w11, w12; w3, w4]);
mlp!(struct Net221: 2 => 2 => 1, weights = [w11, w12, w21, w22; w31, w32]);
mlp!(struct Net222: 2 => 2 => 2);
mlp!(struct Single: 2 => 2 => 2, scalar = f32);
mlp!(struct Deep: 2 => tanh(3) => relu(4) => identity(2) => 1);
mlp!(struct DeepSingle: 2 => tanh(3) => relu(4) => identity(2) => 1, scalar = f32);

/// Trains from the parameters of numpy's seed 0, or of the crate's own, and compares.
macro_rules! pinned {
    ($($test:ident: $net:ident from $start:expr, $epochs:literal epochs of $examples:expr $(, $trainer:expr)? => [$($bits:literal),* $(,)?])*) => { $(
        #[test]
        fn $test() {
            let mut net: $net = $start;
            let trainer = pinned!(@trainer $($trainer)?);
            trainer.epochs($epochs).fit(&mut net, &$examples).unwrap();
            let bits = net.parameters().map(|parameter| parameter.to_bits());
            assert!(bits == [$($bits),*], "{net:?} ends as {bits:#018x?}");
        }
    )* };
    (@trainer) => { Trainer::new(GradientDescent::new(0.5)) };
    (@trainer $trainer:expr) => { $trainer };
}

fn lecture<const P: usize>(network: &str, names: [&str; P]) -> [f64; P] {
    let cases: serde_json::Value = serde_json::from_str(include_str!("data/lectures.json")).unwrap();
    let case = cases.as_array().unwrap().iter().find(|case| case["network"] == network).unwrap();
    assert_eq!(case["numpy_seed"], 0);
    names.map(|name| case["initial"][name].as_f64().unwrap())
}

const NAMES_222: [&str; 12] = ["w11", "w12", "w21", "w22", "b1", "b2", "w31", "w32", "w41", "w42", "b3", "b4"];

/// Four examples, so that the order of updates matters.
const EXAMPLES: [([f64; 2], [f64; 1]); 4] =
    [([0.5, 0.8], [0.9]), ([-1.5, 0.25], [0.2]), ([3.0, -2.0], [0.6]), ([0.0, 0.1], [0.4])];

const EXAMPLES_SINGLE: [([f32; 2], [f32; 1]); 4] =
    [([0.5, 0.8], [0.9]), ([-1.5, 0.25], [0.2]), ([3.0, -2.0], [0.6]), ([0.0, 0.1], [0.4])];

pinned! {
    lecture_1_1_1: Net111 from Net111::from_parameters(lecture("1-1-1", ["w1", "b1", "w2", "b2"])),
        1000 epochs of [([0.5], [0.8])] => [
            0x3ffb_62b0_58f2_5223, 0x3fd2_e538_2330_9d06, 0x3fc9_fa8a_2609_2aba, 0x3ff3_b6b5_adc3_f7c0,
        ]
    lecture_1_2_1: Net121 from Net121::from_parameters(lecture("1-2-1", ["w11", "w12", "b1", "b2", "w3", "w4", "b3"])),
        1000 epochs of [([0.5], [0.8])] => [
            0x3ffc_1ecc_b7e1_3311, 0x3fef_5b7f_af22_0737, 0x3fd8_c61b_1aa7_a48d, 0x4001_f230_1862_d002,
            0x3ffd_5d45_0f04_01c1, 0xbff0_41d1_bceb_79af, 0x3fed_14a7_fc18_416c,
        ]
    lecture_2_2_1: Net221 from
        Net221::from_parameters(lecture("2-2-1", ["w11", "w12", "w21", "w22", "b1", "b2", "w31", "w32", "b3"])),
        1000 epochs of [([0.5, 0.8], [0.9])] => [
            0x3ffc_62a3_5904_97ec, 0x3fd9_d9ee_f9d6_b703, 0x3fef_d546_c8eb_b0cb, 0x4001_f9b3_69b2_0742,
            0x3ffe_33ad_46ee_ce51, 0xbfef_081a_439b_5ed2, 0x3ff8_8251_e2b0_9aa6, 0x3fd2_6be4_4389_6424,
            0x3fdf_b1b8_aeac_f156,
        ]
    lecture_2_2_2: Net222 from Net222::from_parameters(lecture("2-2-2", NAMES_222)),
        2000 epochs of [([0.5, 0.8], [0.9, 0.2])] => [
            0x3ffc_885c_fdc8_d9a4, 0x3fd9_f239_e69d_93ed, 0x3ff0_26ff_9f49_74d1, 0x4001_fe8f_32a6_99c9,
            0x3ffe_7f20_9077_51a2, 0xbfee_efcf_56d4_81e8, 0x3ff6_bd7d_5682_2b94, 0xbff5_2feb_9cc8_a92a,
            0x3fd0_0d6f_5567_7781, 0xbfdd_edc7_9d64_7fcb, 0x3fe4_1c78_3812_b32c, 0x3fcf_bd3a_f8ee_d5ee,
        ]
    lecture_2_2_2_in_single_precision: Single from
        Single::from_parameters(lecture("2-2-2", NAMES_222).map(mlp_core::Scalar::from_f64)),
        2000 epochs of [([0.5, 0.8], [0.9, 0.2])] => [
            0x3fe4_42c9, 0x3ecf_91a2, 0x3f81_37da, 0x400f_f459, 0x3ff3_f8e3, 0xbf77_7ea5,
            0x3fb5_ebc3, 0xbfa9_7f97, 0x3e80_6b9f, 0xbeef_6e00, 0x3f20_e3ab, 0x3e7d_eac5,
        ]
    every_activation: Deep from Deep::random_with(&StandardNormal, &mut mlp_core::rng(2)),
        100 epochs of EXAMPLES => [
            0x3ffc_0041_11e9_17a6, 0x3ff1_8ce8_f234_b637, 0x3fc3_9309_856d_96d9, 0xbfe1_eb0d_fc0b_5b91,
            0x3fd4_5c79_4a5a_42d4, 0xbfcc_3de4_967a_3c78, 0x3fcd_56ee_aa88_27ee, 0xbf94_df1c_8ea0_617a,
            0x3fed_b7fd_a279_4b40, 0xbfdb_56e6_78f8_a2f1, 0x3ff8_ae63_7bdf_2b0c, 0x3fcc_76b1_4f9e_ff13,
            0xbfe7_7158_c188_0f54, 0xbfd4_70f4_0fc0_e7af, 0xbfd3_4794_7e8a_c238, 0x3fca_0433_6904_a5ac,
            0xbffa_1b7f_00c0_99fd, 0x3fcf_0865_04fe_480b, 0xbff0_e07a_48f8_bf0e, 0x3fda_010b_97d7_30ac,
            0x3fe2_45c2_05f0_898a, 0xbf98_065b_198d_7c6c, 0xbfd2_fb90_4984_9059, 0xbff7_b800_1880_7dfd,
            0x3ff0_ee24_ba01_b5fa, 0x3fe0_be8b_6dfc_b9a1, 0xbff6_fadb_1d63_d1b9, 0xbfd9_072b_064e_0430,
            0xbffe_e712_98b0_f329, 0x3fcb_165e_d90a_71f1, 0x3fcb_4afc_8752_a098, 0x3ff5_88af_293b_21f6,
            0xbfeb_dabf_ced9_8534, 0xbfdf_37d6_3415_9c64, 0xbfee_9848_6f55_b557, 0xbfec_bf09_c5a9_d02d,
            0xbfdd_2d48_f1df_23cc, 0x3f7c_1a8b_20d7_58e6,
        ]
    every_activation_in_single_precision: DeepSingle from DeepSingle::random_with(&StandardNormal, &mut mlp_core::rng(2)),
        100 epochs of EXAMPLES_SINGLE => [
            0x3fe0_020a, 0x3f8c_674b, 0x3e1c_984a, 0xbf0f_586d, 0x3ea2_e3ce, 0xbe61_ef22,
            0x3e6a_b789, 0xbca6_f93e, 0x3f6d_bfec, 0xbeda_b73c, 0x3fc5_731b, 0x3e63_b58a,
            0xbf3b_8ac6, 0xbea3_87ad, 0xbe9a_3ca7, 0x3e50_219b, 0xbfd0_dbfa, 0x3e78_430a,
            0xbf87_03d1, 0x3ed0_085d, 0x3f12_2e0f, 0xbcc0_33ff, 0xbe97_dc83, 0xbfbd_c001,
            0x3f87_7126, 0x3f05_f450, 0xbfb7_d6dd, 0xbec8_3959, 0xbff7_3895, 0x3e58_b2f7,
            0x3e5a_57e4, 0x3fac_457c, 0xbf5e_d5f5, 0xbef9_beb6, 0xbf74_c24c, 0xbf65_f84f,
            0xbee9_6a58, 0x3be0_ce9a,
        ]
    every_setting: Net222 from Net222::random(&mut mlp_core::rng(4)), 100 epochs of TWO_OUTPUTS, with_every_setting() => [
            0xc003_1738_2a3c_fbe9, 0xc001_23d7_6532_1243, 0xc002_951a_d3f0_86ff, 0xbff7_0257_cf68_6ea6,
            0x3fd4_8e5e_c193_5358, 0xbfb9_b015_60dd_c4db, 0xbffe_c44b_0405_67f4, 0x3ff7_6867_5535_cfe2,
            0xbfd7_135a_8f22_135f, 0x3ff7_1aa8_c9d6_50c3, 0x3fee_11e0_7e1a_0152, 0xbff0_9e39_416a_f0b7,
        ]
}

const TWO_OUTPUTS: [([f64; 2], [f64; 2]); 4] =
    [([0.5, 0.8], [0.9, 0.1]), ([-1.5, 0.25], [0.2, 0.8]), ([3.0, -2.0], [0.6, 0.3]), ([0.0, 0.1], [0.4, 0.7])];

/// A trainer that needs roots, powers and cosines, and a shuffled order.
fn with_every_setting() -> Trainer<AdamW> {
    let schedule = Schedule::cosine(120).warm_up(5);
    Trainer::new(AdamW::new(0.05)).batch(Batch::Mini(3)).shuffle(6).clip_norm(0.1).schedule(schedule)
}

mlp!(struct Rolled: 2 => tanh(3) => tanh(21) => 1, rolled);
mlp!(struct RolledSingle: 2 => tanh(3) => tanh(21) => 1, scalar = f32, rolled);

/// Rolled networks add up ∂L/∂a in eight partial sums, here of 21 products. These sums reach the first layer's
/// parameters. In on-line training they are part of the fused step, in batches of `backprop`.
#[test]
fn rolled_networks() {
    let mut online = Rolled::random(&mut mlp_core::rng(7));
    let mut in_batches = online.clone();
    Trainer::new(GradientDescent::new(0.5)).epochs(100).fit(&mut online, &EXAMPLES).unwrap();
    let mut trainer = Trainer::new(GradientDescent::new(0.5)).epochs(100).batch(Batch::Mini(3));
    trainer.fit(&mut in_batches, &EXAMPLES).unwrap();
    let bits = [&online, &in_batches].map(|net| net.b1.map(f64::to_bits));
    let expected = [
        [0x3fbf_400b_2e7e_a662, 0xbf8c_dcca_98b4_06ab, 0x3f72_6bac_56ce_d2a2],
        [0x3fb9_5716_50d1_d33c, 0xbf87_81b8_06c8_4c26, 0x3f84_2cd6_e856_e5db],
    ];
    assert!(bits == expected, "{bits:#018x?}");

    let mut online = RolledSingle::random(&mut mlp_core::rng(7));
    let mut in_batches = online.clone();
    Trainer::new(GradientDescent::new(0.5)).epochs(100).fit(&mut online, &EXAMPLES_SINGLE).unwrap();
    let mut trainer = Trainer::new(GradientDescent::new(0.5)).epochs(100).batch(Batch::Mini(3));
    trainer.fit(&mut in_batches, &EXAMPLES_SINGLE).unwrap();
    let bits = [&online, &in_batches].map(|net| net.b1.map(f32::to_bits));
    let expected = [[0x3dfa_0059, 0xbc66_e6cc, 0x3b93_5d4c], [0x3dca_b8b1, 0xbc3c_0dad, 0x3c21_66b0]];
    assert!(bits == expected, "{bits:#010x?}");
}
