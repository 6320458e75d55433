//! A declaration compiles wherever a struct may stand, without a warning, whatever the names around it mean.

#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    non_snake_case,
    clippy::pedantic,
    clippy::suboptimal_flops
)]
#![forbid(unsafe_code)]
// The compared values are exact.
#![allow(clippy::float_cmp)]

mod names;
mod passed_on;

/// Public and documented at the crate root, where `missing_docs` applies.
pub mod public {
    mlp_core::mlp! {
        /// The user's own words.
        #[derive(PartialOrd)]
        pub struct Documented: 2 => tanh(3) => 1, scalar = f32
    }

    mlp_core::mlp!(pub struct Bare: 2 => relu(3) => identity(1), loss = half_squared_error,);
    mlp_core::mlp!(pub(crate) struct Within: <1 => 1>;);
    mlp_core::mlp!(struct Alone: 1 => 1);
    mlp_core::mlp!(pub struct Classifier: 2 => tanh(2) => softmax(3), loss = cross_entropy);
    mlp_core::mlp!(pub struct Linear: 2 => softmax(3), loss = cross_entropy);
    mlp_core::mlp!(pub struct Jacobian: 2 => softmax(2), loss = huber);
    mlp_core::mlp!(pub struct YesOrNo: 2 => 3, loss = binary_cross_entropy, scalar = f32);
    mlp_core::mlp!(pub struct Absolute: 2 => 3 => 1, loss = mean_absolute_error);
    mlp_core::mlp!(10 => 2);
    // large enough for functions that are called, and for functions that mlp-core compiles
    mlp_core::mlp!(pub struct Large: 9 => 8);
    mlp_core::mlp!(pub struct VeryLarge: 16 => 16);
    mlp_core::mlp! {
        /// The user's own words.
        pub struct Rolled: 4 => tanh(30) => 20 => 1, rolled, scalar = f32
    }
    mlp_core::mlp!(pub struct RolledAlone: 4 => softmax(3), loss = cross_entropy, rolled);
    mlp_core::mlp!(pub struct RolledJacobian: 4 => softmax(3), rolled);
    mlp_core::mlp!(pub struct RolledYesOrNo: 4 => 3, loss = binary_cross_entropy, rolled);

    #[test]
    fn several_in_one_module() {
        assert!(Documented::from_parameters([0.0; 13]) < Documented::from_parameters([1.0; 13]));
        assert_eq!(Bare::from_parameters([1.0; 13]).predict([1.0, 1.0]), [10.0]);
        assert_eq!(Within::from_parameters([0.0; 2]).predict([1.0]), [0.5]);
        assert_eq!(Alone::from_parameters([0.0; 2]).predict([1.0]), [0.5]);
        assert_eq!(Classifier::from_parameters([0.0; 15]).predict([1.0, 1.0]), [1.0 / 3.0; 3]);
        assert_eq!(Linear::from_parameters([0.0; 9]).predict([1.0, 1.0]), [1.0 / 3.0; 3]);
        assert_eq!(Jacobian::from_parameters([0.0; 6]).predict([1.0, 1.0]), [0.5; 2]);
        assert_eq!(YesOrNo::from_parameters([0.0; 9]).predict([1.0, 1.0]), [0.5; 3]);
        assert_eq!(Absolute::from_parameters([0.0; 13]).predict([1.0, 1.0]), [0.5]);
        assert_eq!(Large::from_parameters([0.0; 80]).predict([1.0; 9]), [0.5; 8]);
        assert_eq!(Rolled::from_parameters(&[0.0; 791]).predict([1.0; 4]), [0.5]);
        assert_eq!(RolledAlone::from_parameters(&[0.0; 15]).predict([1.0; 4]), [1.0 / 3.0; 3]);
        assert_eq!(RolledJacobian::from_parameters(&[0.0; 15]).predict([1.0; 4]), [1.0 / 3.0; 3]);
        assert_eq!(RolledYesOrNo::from_parameters(&[0.0; 15]).predict([1.0; 4]), [0.5; 3]);
        assert_eq!(Mlp::from_parameters([0.0; 22]).w10_2.to_bits(), 0);
    }
}

/// Here every name that generated code might use means something else.
mod shadowed {
    #![allow(dead_code, non_camel_case_types)]

    pub(crate) struct Result;
    pub(crate) struct Option;
    pub(crate) struct Vec;
    pub(crate) struct Box;
    pub(crate) struct Array;
    pub(crate) mod alloc {}
    pub(crate) mod rolled {}
    pub(crate) fn affine() {}
    pub(crate) fn map() {}
    pub(crate) fn outer() {}
    pub(crate) fn update() {}
    pub(crate) struct Some;
    pub(crate) struct Network;
    pub(crate) struct Architecture;
    pub(crate) struct Layer;
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod activation {}
    pub(crate) fn sigmoid() {}
    pub(crate) fn sigmoid_derivative() {}
    pub(crate) fn half_squared_error() {}
    pub(crate) fn softmax() {}
    pub(crate) fn cross_entropy() {}
    pub(crate) struct Softmax;
    pub(crate) struct Activation;
    pub(crate) fn forward() {}

    /// Called by path, although a built-in has the same name.
    pub(crate) fn tanh(z: f64) -> f64 {
        z
    }

    /// 1
    pub(crate) fn tanh_derivative(_z: f64, _a: f64) -> f64 {
        1.0
    }

    mlp_core::mlp!(pub(crate) struct Net: 1 => tanh(1) => self::tanh(1) => 1);
    mlp_core::mlp!(pub(crate) struct Rolled: 1 => tanh(1) => self::tanh(1) => 1, rolled);
    mlp_core::mlp!(pub(crate) struct Classes: 1 => softmax(2), loss = cross_entropy);
    mlp_core::mlp!(pub(crate) struct Large: 1 => self::tanh(33) => 1);
    mlp_core::mlp!(pub(crate) struct VeryLarge: 1 => self::tanh(90) => 1);

    #[test]
    fn names_mean_what_the_macro_means() {
        let net = Net { w11: 1.0, b1: 0.0, w21: 1.0, b2: 0.0, w31: 1.0, b3: 0.0 };
        let pass = net.forward([0.5]);
        assert!((pass.a1 - 0.5_f64.tanh()).abs() < 1e-15);
        assert_eq!(pass.a2, pass.z2);
        assert!((pass.y_pred - 1.0 / (1.0 + (-pass.z3).exp())).abs() < 1e-15);
        let gradients = net.backprop([0.5], [0.0], &pass);
        assert!(gradients.dL_dw11 > 0.0);

        // 33 neurons with the activation 1, from the function that is not the built-in
        let mut parameters = [0.0; 100];
        parameters[..33].fill(0.5);
        parameters[66..99].fill(1.0);
        let large = Large::from_parameters(parameters).forward([2.0]);
        assert_eq!((large.a1, large.z34), (1.0, 33.0));

        let rolled = Rolled::from_parameters(&net.parameters());
        let rolled_pass = rolled.forward([0.5]);
        assert_eq!(rolled_pass.y_pred, [pass.y_pred]);
        assert_eq!(*rolled.backprop([0.5], [0.0], &rolled_pass).dL_dw1, [[gradients.dL_dw11]]);
    }
}

/// A pattern cannot have the name of a constant, a static or a unit struct. So the generated code has such names only
/// where the lecture has them.
mod constants {
    #![allow(dead_code, non_upper_case_globals, non_camel_case_types)]

    const gradients: f64 = 0.5;
    const network: f64 = 0.5;
    const parameters: f64 = 0.5;
    const array: f64 = 0.5;
    const rest: f64 = 0.5;
    const inputs: f64 = 0.5;
    const outputs: f64 = 0.5;
    const examples: f64 = 0.5;
    const dl_dy_pred: f64 = 0.5;
    const pairs: f64 = 0.5;
    static path: &str = "net.json";
    static rule: f64 = 0.5;
    const z: f64 = 0.5;
    struct a;

    fn own(numbers: f64) -> f64 {
        numbers
    }

    fn own_derivative(_: f64, _: f64) -> f64 {
        1.0
    }

    mlp_core::mlp!(pub(crate) struct Net: 1 => self::own(2) => 1);
    mlp_core::mlp!(pub(crate) struct Classes: 1 => softmax(2), loss = cross_entropy);
    mlp_core::mlp!(pub(crate) struct VeryLarge: 1 => self::own(90) => 1);
    mlp_core::mlp!(pub(crate) struct Rolled: 1 => self::own(2) => 1, rolled);

    #[test]
    fn helpers_have_other_names() {
        let net = Net::from_parameters([0.5; 7]);
        let rolled = Rolled::from_parameters(&net.parameters());
        assert_eq!(rolled.predict([1.0]), net.predict([1.0]));
    }
}

#[test]
fn inside_a_function_body() {
    mlp_core::mlp! {
        /// Lives in this function only.
        struct Local: 1 => 1
    }
    let mut net = Local { w11: 0.0, b1: 0.0 };
    let pass = net.forward([1.0]);
    let gradients = net.backprop([1.0], [1.0], &pass);
    net.update(&gradients, 1.0);
    assert_eq!(net, Local { w11: 0.125, b1: 0.125 });
}

/// The macro writes the usual derives itself; writing them again changes nothing, and further ones are added.
#[test]
fn the_usual_derives_may_be_written() {
    mlp_core::mlp!(#[derive(Clone, Copy, Debug, PartialEq)] struct Habit: 1 => 1);
    mlp_core::mlp!(#[derive(Debug)] #[derive(std::clone::Clone, Default, ::core::cmp::PartialEq, PartialOrd,)] struct Mixed: 1 => 1);
    mlp_core::mlp!(#[derive(Clone, Debug, Default, PartialEq)] struct Rolled: 1 => 1, rolled);
    let habit = Habit { w11: 0.5, b1: 1.0 };
    let copy = habit;
    assert_eq!(format!("{copy:?}"), format!("{habit:?}"));
    assert!(Mixed::default() < Mixed { w11: 0.0, b1: 1.0 });
    assert_eq!(Rolled::default().clone(), Rolled::from_parameters(&[0.0; 2]));
}

/// Names of weights are the user's own, even ones that mean something elsewhere.
#[test]
fn weights_may_have_any_name() {
    mlp_core::mlp!(struct Named: 1 => 1 => 1, weights = [tanh; self_weight]);
    let net = Named { tanh: 1.0, b1: 0.0, self_weight: 2.0, b2: 0.0 };
    assert_eq!(net.parameters(), [1.0, 0.0, 2.0, 0.0]);
    let pass = net.forward([0.0]);
    let expected = (pass.y_pred - 0.5) * pass.y_pred * (1.0 - pass.y_pred) * pass.a1;
    assert!((net.backprop([0.0], [0.5], &pass).dL_dself_weight - expected).abs() < 1e-15);
    assert!(expected > 0.01);
}

/// A user's module may have the name of a built-in: only functions are imported, and no types.
mod modules_named_like_functions {
    /// Activations and losses of the user's own.
    macro_rules! own {
        ($module:ident) => {
            #[allow(dead_code)]
            pub(crate) mod $module {
                /// z
                pub(crate) fn f(z: f64) -> f64 {
                    z
                }

                /// 1
                pub(crate) fn f_derivative(_z: f64, _a: f64) -> f64 {
                    1.0
                }

                /// The error.
                pub(crate) fn g([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> f64 {
                    y_pred - y_true
                }

                /// 1
                pub(crate) fn g_derivative(_y_pred: [f64; 1], _y_true: [f64; 1]) -> [f64; 1] {
                    [1.0]
                }
            }
        };
    }

    own!(tanh);
    own!(sigmoid);
    own!(huber);
    own!(half_squared_error);

    mlp_core::mlp!(pub(crate) struct Activations: 2 => tanh(3) => tanh::f(1));
    mlp_core::mlp!(pub(crate) struct Rolled: 2 => tanh(3) => tanh::f(1), rolled);
    mlp_core::mlp!(pub(crate) struct Losses: 2 => tanh(3) => 1, loss = sigmoid::g);
    mlp_core::mlp!(pub(crate) struct Default: 2 => half_squared_error::f(3) => 1);
    mlp_core::mlp!(pub(crate) struct Mixed: 2 => huber::f(3) => 1, loss = huber);

    #[test]
    fn paths_lead_to_the_users_modules() {
        let net = Activations::from_parameters([0.5; 13]);
        let pass = net.forward([0.5, 1.0]);
        assert!((pass.a1 - pass.z1.tanh()).abs() < 1e-15);
        assert_eq!(pass.y_pred, pass.z4);
        assert_eq!(Rolled::from_parameters(&[0.5; 13]).predict([0.5, 1.0]), net.predict([0.5, 1.0]));
        assert_eq!(Losses::loss([0.75], [0.5]), 0.25);
        assert_eq!(Mixed::loss([0.75], [0.25]), 0.125);
        let pass = Default::from_parameters([0.5; 13]).forward([0.5, 1.0]);
        assert_eq!(pass.a1, pass.z1);
    }
}
