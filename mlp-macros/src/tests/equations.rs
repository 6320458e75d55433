//! The generated code and mlp-core's equations are two lowerings of one declaration: they equal each other name by name,
//! expression by expression.

use mlp_core::Equations;
use mlp_core::equations::{Equation, Expression, Part};
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Expr, ImplItem, Item, Stmt};

use crate::expand;

/// A module for each declaration, with the network, and a test.
macro_rules! declarations {
    ($($name:ident: ($($declaration:tt)*))*) => {
        $(
            mod $name {
                mlp_core::mlp!(pub(crate) struct Net: $($declaration)*);

                #[test]
                fn equal() {
                    let expansion = super::expand(quote::quote!(pub struct Net: $($declaration)*));
                    super::compare(&mlp_core::Equations::of::<Net>(), expansion);
                }
            }
        )*
    };
}

/// A user's own functions. Nothing calls them here.
macro_rules! own_functions {
    ($($activation:ident $activation_derivative:ident)*; $loss:ident $loss_derivative:ident) => {
        $(
            fn $activation(z: f64) -> f64 {
                z
            }

            fn $activation_derivative(_z: f64, _a: f64) -> f64 {
                1.0
            }
        )*

        fn $loss<const O: usize>(y_pred: [f64; O], _y_true: [f64; O]) -> f64 {
            y_pred[0]
        }

        fn $loss_derivative<const O: usize>(_y_pred: [f64; O], y_true: [f64; O]) -> [f64; O] {
            y_true
        }
    };
}

own_functions!(swish swish_derivative bell bell_derivative; quartic quartic_derivative);

declarations! {
    d1_1_1: (1 => 1)
    d1_3_2: (3 => 2)
    d1_identity: (4 => identity(3))
    d1_tanh: (2 => tanh(5))
    d1_relu: (6 => relu(8))
    d1_own_loss: (3 => identity(2), loss = super::quartic)
    d2_1_1_1: (1 => 1 => 1)
    d2_1_2_1: (1 => 2 => 1)
    d2_2_2_1: (2 => 2 => 1)
    d2_2_2_2: (2 => 2 => 2)
    d2_4_8_3: (4 => 8 => 3)
    d2_12_12_12: (12 => 12 => 12)
    d2_tanh_sigmoid: (2 => tanh(3) => 1)
    d2_tanh_identity: (3 => tanh(7) => identity(2))
    d2_relu_identity: (5 => relu(11) => identity(1))
    d2_relu_tanh: (1 => relu(9) => tanh(4))
    d2_identity_tanh: (3 => identity(4) => tanh(3))
    d2_sigmoid_relu: (3 => 6 => relu(5))
    d2_leaky_relu: (3 => leaky_relu(6) => leaky_relu(2))
    d2_elu: (3 => elu(6) => elu(2))
    d2_softplus: (3 => softplus(6) => softplus(2))
    d2_silu: (3 => silu(6) => silu(2))
    d2_gelu: (3 => gelu(6) => gelu(2))
    d2_hard_sigmoid: (3 => tanh(6) => hard_sigmoid(2))
    d2_softsign: (3 => softsign(6) => softsign(2))
    d2_hard_tanh: (3 => hard_tanh(6) => identity(2))
    d2_own_activation: (2 => super::swish(4) => identity(2))
    d2_own_output: (2 => tanh(4) => super::swish(3))
    d2_own_both: (3 => super::swish(5) => super::swish(2), loss = super::quartic)
    d2_wide_names: (9 => 10 => 2)
    d2_own_names: (1 => 2 => 1, weights = [alpha, beta; gamma, delta])
    d3_2_2_2_1: (2 => 2 => 2 => 1)
    d3_1_1_1_1: (1 => 1 => 1 => 1)
    d3_mixed: (3 => tanh(4) => relu(5) => identity(2))
    d3_sigmoids: (4 => 8 => 8 => 3)
    d3_tanhs: (2 => tanh(12) => tanh(1) => tanh(12))
    d3_bottleneck: (5 => tanh(1) => identity(1) => 5)
    d3_own: (2 => super::swish(3) => tanh(3) => identity(1), loss = super::quartic)
    d4_narrow: (2 => tanh(2) => tanh(2) => tanh(2) => identity(1))
    d4_mixed: (3 => tanh(5) => 4 => super::swish(6) => identity(2))
    d4_wide: (1 => tanh(6) => relu(7) => tanh(8) => 3)
    d4_sigmoids: (2 => 3 => 4 => 5 => 6)
    d4_relus: (3 => relu(6) => relu(6) => relu(6) => identity(3))
    d5_narrow: (1 => tanh(1) => tanh(1) => tanh(1) => tanh(1) => identity(1))
    d5_mixed: (2 => tanh(3) => super::swish(4) => identity(3) => 4 => tanh(2))
    d5_tanhs: (4 => tanh(6) => tanh(5) => tanh(4) => tanh(3) => identity(2))
    d5_sigmoids: (2 => 3 => 3 => 3 => 3 => 2)
    d5_own_loss: (2 => tanh(2) => 3 => tanh(4) => super::swish(3) => identity(2), loss = super::quartic)
    mean_squared_error_1: (2 => tanh(3) => identity(1), loss = mean_squared_error)
    mean_squared_error_3: (2 => tanh(3) => 3, loss = mean_squared_error)
    mean_absolute_error_1: (2 => tanh(3) => identity(1), loss = mean_absolute_error)
    mean_absolute_error_3: (2 => tanh(3) => tanh(3), loss = mean_absolute_error)
    huber_1: (2 => tanh(3) => identity(1), loss = huber)
    huber_4: (3 => silu(5) => softplus(4), loss = huber)
    binary_cross_entropy_1: (2 => tanh(3) => 1, loss = binary_cross_entropy)
    binary_cross_entropy_3: (2 => tanh(3) => sigmoid(3), loss = binary_cross_entropy)
    binary_cross_entropy_alone: (4 => 2, loss = binary_cross_entropy)
    binary_cross_entropy_hard: (3 => tanh(4) => hard_sigmoid(2), loss = binary_cross_entropy)
    binary_cross_entropy_softmax: (3 => tanh(4) => softmax(3), loss = binary_cross_entropy)
    binary_cross_entropy_own: (3 => tanh(4) => super::bell(2), loss = binary_cross_entropy)
    cross_entropy_2: (2 => tanh(2) => softmax(2), loss = cross_entropy)
    cross_entropy_5: (4 => relu(6) => tanh(4) => softmax(5), loss = cross_entropy)
    cross_entropy_alone: (3 => softmax(3), loss = cross_entropy)
    softmax_half_squared_error: (2 => tanh(3) => softmax(2))
    softmax_mean_squared_error: (2 => 3 => softmax(4), loss = mean_squared_error)
    softmax_mean_absolute_error: (2 => 3 => softmax(4), loss = mean_absolute_error)
    softmax_huber: (3 => softmax(3), loss = huber)
    softmax_own_loss: (2 => super::swish(4) => softmax(3), loss = super::quartic)
    limit_24_softmax_24: (24 => softmax(24))
    limit_24_cross_entropy: (24 => softmax(24), loss = cross_entropy)
    limit_1_22_22_1: (1 => tanh(22) => tanh(22) => 1)
    limit_599_1: (599 => 1)
    limit_1_300: (1 => 300)
    limit_24_24: (24 => 24)
}

/// The declarations are those of the gradient tests.
#[test]
fn architectures_are_those_of_the_gradient_tests() {
    let declarations = |text: &'static str| {
        let (_, rest) = text.split_once("\ndeclarations! {\n").unwrap();
        rest.split_once("\n}\n").unwrap().0
    };
    assert_eq!(declarations(include_str!("equations.rs")), declarations(include_str!("../../../tests/gradient.rs")));
}

/// Compares the statements of the generated functions with the equations, in order.
fn compare(equations: &Equations, expansion: TokenStream) {
    let functions = Functions(syn::parse2(expansion).unwrap());
    let of = |is_wanted: &dyn Fn(&Part) -> bool| -> Vec<Equation> {
        let sections = equations.sections().iter().filter(|section| is_wanted(&section.part));
        sections.flat_map(|section| section.equations.clone()).collect()
    };
    let forward = of(&|part| matches!(part, Part::Forward { .. }));
    assert_same(&functions.statements("forward"), &statements(&forward));

    let loss = of(&|part| *part == Part::Loss);
    let (total, errors) = loss.split_last().unwrap();
    if let Expression::Call { function, arguments } = total.expression() {
        assert!(errors.is_empty());
        functions.assert_calls(function.name(), arguments);
    } else {
        let expected = [statements(errors), vec![tokens(&written(total.expression()))]].concat();
        assert_same(&functions.statements_and_value("loss"), &expected);
    }

    let backprop = of(&|part| matches!(part, Part::Backprop { .. }));
    assert_same(&functions.statements("backprop"), &statements(&backprop));

    let input_gradients = of(&|part| *part == Part::InputGradients);
    let generated = functions.statements("input_gradients");
    // Where they are large, loops of mlp-core compute them; a test of mlp-core's compares the bits.
    if generated.iter().any(|statement| statement.starts_with("let dz")) {
        assert_same(&generated, &statements(&input_gradients));
    }

    let update: Vec<_> = of(&|part| *part == Part::Update).iter().map(updating).collect();
    assert_same(&functions.statements("update"), &update);
}

fn assert_same(generated: &[String], equations: &[String]) {
    assert!(!equations.is_empty());
    for (generated, equation) in generated.iter().zip(equations) {
        assert_eq!(generated, equation);
    }
    assert_eq!(generated.len(), equations.len());
}

/// The generated items.
struct Functions(syn::File);

impl Functions {
    /// The bodies of the functions of this name, `impl Network` aside: it calls the others.
    fn bodies(&self, name: &str) -> impl Iterator<Item = &[Stmt]> {
        let blocks =
            self.0.items.iter().filter_map(|item| if let Item::Impl(block) = item { Some(block) } else { None });
        let is_network = |block: &syn::ItemImpl| {
            let of = block.trait_.as_ref().map(|(path, _)| path.to_token_stream().to_string());
            of.is_some_and(|of| of.ends_with(":: Network"))
        };
        let items = blocks.filter(move |block| !is_network(block)).flat_map(|block| &block.items);
        items.filter_map(move |item| match item {
            ImplItem::Fn(function) if function.sig.ident == name => Some(&*function.block.stmts),
            _ => None,
        })
    }

    /// The statements that compute something, without their comments.
    fn statements(&self, name: &str) -> Vec<String> {
        self.bodies(name).flatten().filter_map(computing).collect()
    }

    /// As `statements`, and the value of the function.
    fn statements_and_value(&self, name: &str) -> Vec<String> {
        let value = |statement: &Stmt| match statement {
            Stmt::Expr(value, None) => Some(value.to_token_stream().to_string()),
            _ => None,
        };
        self.bodies(name).flatten().filter_map(|statement| computing(statement).or_else(|| value(statement))).collect()
    }

    /// `loss_of` calls this function, or calls `loss` that does, with these values of the pass.
    fn assert_calls(&self, function: &str, arguments: &[Expression]) {
        let [Expression::Array(from), _] = arguments else { panic!("values of the pass and targets") };
        let from: Vec<_> = from.iter().map(|name| format!("pass.{}", written(name))).collect();
        let last = |name| self.statements_and_value(name).pop().unwrap();
        let from = from.join(", ");
        if last("loss_of").contains(&tokens("Net::loss")) {
            assert_eq!(last("loss_of"), tokens(&format!("Net::loss([{from}], y_true)")));
            assert_eq!(last("loss"), tokens(&format!("{function}(y_pred, y_true)")));
        } else {
            assert_eq!(last("loss_of"), tokens(&format!("{function}([{from}], y_true)")));
        }
    }
}

/// `let z1 = …;` or `self.w11 -= …;`; not the statements that only take structs apart or call other functions.
fn computing(statement: &Stmt) -> Option<String> {
    match statement {
        Stmt::Local(local) => {
            let mut local = local.clone();
            local.attrs.clear();
            let text = local.to_token_stream().to_string();
            let takes_apart = ["* self", "* pass", "self . backprop_from", "__private"];
            (!takes_apart.iter().any(|words| text.contains(words))).then_some(text)
        }
        Stmt::Expr(Expr::Binary(update), Some(_)) => Some(format!("{} ;", update.to_token_stream())),
        _ => None,
    }
}

/// A statement for each equation; one for all elements of an array.
fn statements(equations: &[Equation]) -> Vec<String> {
    let mut statements = Vec::new();
    let mut rest = equations;
    while let Some((first, others)) = rest.split_first() {
        let Expression::Element { array, .. } = first.expression() else {
            statements.push(tokens(&format!("let {} = {};", first.name(), written(first.expression()))));
            rest = others;
            continue;
        };
        let is_element = |equation: &&Equation| matches!(equation.expression(), Expression::Element { array: other, .. } if other == array);
        let count = rest.iter().take_while(is_element).count();
        let names: Vec<_> = rest[..count].iter().map(Equation::name).collect();
        statements.push(tokens(&format!("let [{}] = {};", names.join(", "), written(array))));
        rest = &rest[count..];
    }
    statements
}

/// `self.w11 -= learning_rate * all_gradients.dL_dw11;`
fn updating(equation: &Equation) -> String {
    let Expression::Difference(pair) = equation.expression() else { panic!("{equation}") };
    assert_eq!(written(&pair[0]), equation.name());
    let step = written(&pair[1]).replace("dL_d", "all_gradients.dL_d");
    tokens(&format!("self.{} -= {step};", equation.name()))
}

/// An expression in Rust.
fn written(expression: &Expression) -> String {
    let list =
        |expressions: &[Expression], between: &str| expressions.iter().map(written).collect::<Vec<_>>().join(between);
    let factor = |factor: &Expression| match factor {
        Expression::Sum(_) | Expression::Difference(_) => format!("({})", written(factor)),
        _ => written(factor),
    };
    match expression {
        Expression::Name { name, subscripts } if subscripts.is_empty() => name.clone(),
        Expression::Number(number) => format!("{number:?}"),
        Expression::Sum(terms) => list(terms, " + "),
        Expression::Product(factors) => factors.iter().map(factor).collect::<Vec<_>>().join(" * "),
        Expression::Difference(pair) => format!("{} - {}", written(&pair[0]), factor(&pair[1])),
        Expression::Quotient(pair) => format!("{} / {}", factor(&pair[0]), factor(&pair[1])),
        Expression::Negative(negative) => format!("-{}", factor(negative)),
        Expression::Call { function, arguments } => format!("{}({})", function.name(), list(arguments, ", ")),
        Expression::Array(elements) => format!("[{}]", list(elements, ", ")),
        other => panic!("not in an unrolled network: {other:?}"),
    }
}

/// The text as it is printed from tokens.
fn tokens(text: &str) -> String {
    text.parse::<TokenStream>().unwrap().to_string()
}
