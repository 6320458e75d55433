//! A network, a weight or a module may have any name that means something elsewhere. Names that a network or a weight
//! cannot have are refused; `ui/header.rs` and `ui/weights.rs` pin the messages.

#![allow(dead_code, non_camel_case_types, non_snake_case)]
// Some names are not what Clippy would choose for a struct.
#![allow(clippy::all, clippy::pedantic)]

use mlp_core::mlp;

/// Declares networks of these names, unrolled and rolled, weights of these names, and calls functions in modules of
/// these names.
macro_rules! named {
    ($($name:ident)*) => {
        $(
            const _: () = {
                mlp!(struct $name: 1 => 1, weights = [$name]);
            };
            const _: () = {
                mlp!(struct $name: 1 => 1, rolled);
            };
            const _: () = {
                mod $name {
                    pub(super) fn own(z: f64) -> f64 {
                        z
                    }

                    pub(super) fn own_derivative(_z: f64, _a: f64) -> f64 {
                        1.0
                    }
                }

                mlp!(struct Unlikely: 1 => $name::own(1));
            };
        )*

        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

named! {
    // the preludes
    Option Vec String Box Result ToOwned ToString Send Sync Sized Copy Clone Drop Fn FnMut FnOnce AsyncFn
    AsyncFnMut AsyncFnOnce Unpin AsRef AsMut Into From Default Iterator IntoIterator Extend
    DoubleEndedIterator ExactSizeIterator TryFrom TryInto FromIterator Eq PartialEq Ord PartialOrd Hash
    Debug drop align_of align_of_val size_of size_of_val
    // primitive types
    f16 f128 u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 isize bool char str
    // macros and attributes of the standard library
    assert assert_eq assert_ne debug_assert panic println print eprintln format vec todo unimplemented
    unreachable matches write writeln dbg cfg env include include_str concat stringify line column file
    module_path compile_error option_env thread_local format_args const_format_args concat_bytes global_asm
    asm assert_matches offset_of test bench derive allow deny warn forbid inline cold must_use doc
    deprecated no_mangle repr path macro_export global_allocator test_case cfg_accessible cfg_eval
    derive_const
    // reserved words
    r#as r#break r#const r#continue r#else r#enum r#extern r#false r#fn r#for r#if r#impl r#in r#let r#loop
    r#match r#mod r#move r#mut r#pub r#ref r#return r#static r#struct r#trait r#true r#type r#unsafe r#use
    r#where r#while r#async r#await r#dyn r#abstract r#become r#box r#do r#final r#macro r#override r#priv
    r#typeof r#unsized r#virtual r#yield r#try r#gen
    // words that are reserved in some places only
    union auto default macro_rules raw safe
    // mlp-core
    Network Array Name Names Architecture Layer Activation Loss Trainer Outcome Epoch Observer Optimizer
    Scalar Scaling Schedule Trace History Batch Dataset Table Missing mlp_core activation loss
    optimizer trainer rolled random trace math batch observer Rng Initializer StandardNormal Glorot He
    Uniform rng GradientDescent Momentum Adam AdamW BatchLengthError SaveError LoadError BoxedArray Spaced
    Forward Backprop Update forward backprop update vectorized persist scalar scaling schedule metrics
    dataset history gradient_check __private mlp exchange BytesError Identity
    // its functions
    tanh relu leaky_relu elu softplus silu gelu hard_sigmoid hard_tanh softsign identity softmax
    mean_squared_error mean_absolute_error huber cross_entropy binary_cross_entropy tanh_derivative
    // names of generated code, for other networks or in other places
    gradients network parameters rest rule inputs outputs initializer array map value fields serializer deserializer predict
    predict_batch random_with from_parameters save load prediction modify_parameters
    backprop_into loss_of backprop_from input_gradients gradient_array update_rule numbers_left all_gradients
    from_outside sgd_step BYTES IDENTITY write_le_bytes from_le_bytes network_bytes bytes_error
    copy_parameters_into gradients_from affine outer product map_pairs copied weighted_sums through_softmax
    take Mlp x1 x2 y_pred1 y_true1 b2 z2 a1 a2 w11 w12 w21 w31 dL_dw11 dL_dw21 dL_dz2
    dz2_dw31 da1_dz1 dy_pred_dz2 error1
    // what a standard library has besides
    Net NetForward Error Display Write Read Rc Arc Cell RefCell HashMap BTreeMap Cow Path PathBuf Index Add
    Mul Sub Neg AddAssign Deref Serialize Deserialize PhantomData Infallible Ordering Pin Future Context
    Poll Range Duration Instant Infinity NaN E PI T A N P O I
}

/// The test is that all of these declarations compile.
#[test]
fn any_name_will_do() {
    assert!(NAMES.contains(&"Sized"));
}
