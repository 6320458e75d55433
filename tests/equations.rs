//! A training step as equations: what a reader finds in it, and how it is written.

use std::collections::HashSet;

use mlp_core::equations::{Expression, Part, Precision, SumOrder};
use mlp_core::{Adam, Equations, GradientDescent, Network, mlp};

mlp!(struct Net: 2 => 2 => 2);
mlp!(struct Rolled: 4 => tanh(3) => softmax(2), rolled);
mlp!(struct Huber: 2 => softplus(3) => sigmoid(2), loss = huber);

#[test]
fn an_equation_knows_what_it_reads() {
    let equations = Equations::of::<Net>();
    let sources = |name| equations.equation(name).unwrap().sources();
    assert_eq!(sources("z1"), ["w11", "x1", "w21", "x2", "b1"]);
    assert_eq!(sources("error1"), ["y_pred1", "y_true1"]);
    assert_eq!(sources("L"), ["error1", "error2"]);
    assert_eq!(sources("dL_dx1"), ["dL_dz1", "dz1_dx1", "dL_dz2", "dz2_dx1"]);
    assert_eq!(sources("w11"), ["w11", "learning_rate", "dL_dw11"]);
    let equations = Equations::of::<Huber>();
    assert_eq!(equations.equation("dL_dy_pred1").unwrap().sources(), ["y_pred1", "y_true1"]);
    let equations = Equations::of::<Rolled>();
    let sources = |name| equations.equation(name).unwrap().sources();
    assert_eq!(sources("z1"), ["w1", "x", "b1"]);
    assert_eq!(sources("y_pred"), ["z2"]);
}

/// Everything that an equation reads is given or computed before; so a reader can go through them in order.
#[test]
fn nothing_is_read_before_it_is_computed() {
    fn check<N: Network>(equations: &Equations, given: &[&str]) {
        let names = N::ARCHITECTURE.parameters().map(|parameter| parameter.name.to_string());
        let arrays = names.map(|name| name.split('[').next().unwrap().to_owned());
        let mut known: HashSet<String> = arrays.chain(given.iter().map(|&name| name.to_owned())).collect();
        known.extend(equations.settings().iter().map(|(name, _)| name.clone()));
        known.extend(equations.state().iter().map(|state| state.name.clone()));
        for equation in equations.equations() {
            for source in equation.sources() {
                assert!(known.contains(source), "{equation}: {source} is not known");
            }
            known.insert(equation.name().to_owned());
        }
    }
    let given = ["x1", "x2", "y_true1", "y_true2", "learning_rate"];
    check::<Net>(&Equations::of::<Net>(), &given);
    check::<Net>(&Equations::with_optimizer::<Net, _>(&Adam::new(0.1)), &given);
    let given = ["x", "y_true", "learning_rate"];
    check::<Rolled>(&Equations::of::<Rolled>(), &given);
    check::<Rolled>(&Equations::with_optimizer::<Rolled, _>(&Adam::new(0.1)), &given);
}

#[test]
fn the_parts_follow_the_lecture() {
    let equations = Equations::of::<Net>();
    let parts: Vec<_> = equations.sections().iter().map(|section| &section.part).collect();
    let backprop = |step, layer| Part::Backprop { steps: step..=step, layer };
    let mut expected = vec![Part::Forward { layer: 0 }, Part::Forward { layer: 1 }, Part::Loss];
    expected.extend((1..=4).map(|step| backprop(step, 1)));
    expected.extend((5..=8).map(|step| backprop(step, 0)));
    expected.extend([Part::InputGradients, Part::Update]);
    assert_eq!(parts, expected.iter().collect::<Vec<_>>());
}

/// One equation for each array, with the order of its sums.
#[test]
fn a_rolled_network_has_an_equation_for_each_array() {
    let equations = Equations::of::<Rolled>();
    let text = equations.to_string();
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    for line in [
        "Hidden layer: 4 => tanh(3).",
        "z1[j] = Σ_i w1[i][j]·x[i] + b1[j]",
        "a1[j] = tanh(z1[j])",
        "y_pred[j] = softmax(z2)[j]",
        "L = 0.5·Σ_k error[k]·error[k]",
        "dL_dz2[j] = Σ_k dL_dy_pred[k]·(y_pred[k]·(1 - y_pred[k]) if j = k, else -y_pred[k]·y_pred[j])",
        "dL_dw2[i][j] = dL_dz2[j]·a1[i]",
        "dL_da1[i] = Σ_j dL_dz2[j]·dz2_da1[i][j]",
        "da1_dz1[j] = 1 - a1[j]·a1[j]",
        "dL_dx[i] = Σ_j dL_dz1[j]·dz1_dx[i][j]",
        "w1[i][j] = w1[i][j] - learning_rate·dL_dw1[i][j]",
    ] {
        assert!(lines.contains(&line), "no line «{line}» in\n{text}");
    }
    let weights = equations.equation("w1").unwrap();
    let ranges: Vec<_> = weights.indices().iter().map(|index| (index.name, index.range.clone())).collect();
    assert_eq!(ranges, [("i", 0..4), ("j", 0..3)]);
    let Expression::SumOver { order, index, .. } = equations.equation("dL_da1").unwrap().expression() else {
        panic!("it is a sum");
    };
    assert_eq!((order, &index.range), (&SumOrder::EightPartialSums, &(0..2)));
}

/// The state of an optimizer belongs to parameters; the numbers that `f64` keeps say so.
#[test]
fn an_optimizer_has_settings_and_a_state() {
    let equations = Equations::with_optimizer::<Net, _>(&Adam::new(0.1).epsilon(0.5));
    assert!(equations.settings().contains(&("epsilon".to_owned(), 0.5)));
    let state = |name: &str| equations.state().iter().find(|state| state.name == name).unwrap();
    assert_eq!((state("mean_w31").part, state("mean_w31").parameter.as_deref()), ("mean", Some("w31")));
    assert_eq!((state("power1").initial, state("power1").parameter.as_deref()), (1.0, None));
    assert_eq!(equations.state().len(), 2 + 2 * 12);
    assert!(equations.equation("power1").unwrap().is_in_f64());
    assert!(!equations.equation("step_size").unwrap().is_in_f64());
    let plain = Equations::with_optimizer::<Net, _>(&GradientDescent::new(0.1));
    assert!(plain.state().is_empty() && plain.settings().is_empty());
    let updates = |equations: &Equations| equations.sections().last().unwrap().equations.clone();
    assert_eq!(updates(&plain), updates(&Equations::of::<Net>()));
}

/// A definition leads to elementary functions in the end.
#[test]
fn every_function_of_the_crate_is_defined() {
    fn check(expression: &Expression, names: &mut HashSet<String>) {
        expression.visit(&mut |expression| {
            let Expression::Call { function, .. } = expression else { return };
            if function.elementary().is_some() || !names.insert(function.name().to_owned()) {
                return;
            }
            for precision in [Precision::Single, Precision::Double] {
                let definition = function.definition(precision, 3).unwrap_or_else(|| panic!("{}", function.name()));
                assert!(!definition.parameters.is_empty() && !definition.equations.is_empty());
                definition.equations.iter().for_each(|equation| check(equation.expression(), names));
            }
        });
    }
    mlp!(struct Probabilities: 2 => gelu(2) => softplus(2) => softmax(3), loss = cross_entropy);
    let mut names = HashSet::new();
    Equations::of::<Probabilities>().equations().for_each(|equation| check(equation.expression(), &mut names));
    for name in ["gelu_derivative", "normal_probability", "sigmoid", "clamp", "softmax", "cross_entropy_with_logits"] {
        assert!(names.contains(name), "{name} not in {names:?}");
    }
}
