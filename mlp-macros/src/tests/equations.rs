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

                #[test]
                fn documented() {
                    let expansion = super::expand(quote::quote!(pub struct Net: $($declaration)*));
                    crate::tests::documentation::compare(&mlp_core::Equations::of::<Net>(), expansion);
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

include!("../../../tests/architectures.rs");

architectures!(declarations);

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
