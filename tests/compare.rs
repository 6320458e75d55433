//! A student's numbers beside the crate's: planted mistakes are found, with their places.

use mlp_core::compare::{CompareError, compare_values};
use mlp_core::{Language, Network, compare_gradients, mlp};

mlp!(struct Net: 2 => 2 => 2);
mlp!(struct Deep: 2 => tanh(2) => tanh(2) => 1);
mlp!(struct Rolled: 3 => tanh(4) => softmax(2), loss = cross_entropy, rolled, scalar = f32);

const X: [f64; 2] = [0.5, 0.8];
const Y: [f64; 2] = [0.9, 0.2];

fn net() -> Net {
    Net::random(&mut mlp_core::rng(1))
}

#[test]
fn right_gradients_are_right() {
    let net = net();
    let mine = net.backprop(X, Y, &net.forward(X));
    let comparison = compare_gradients(&net, X, Y, &mine).unwrap();
    assert!(comparison.is_right() && comparison.cause.is_none() && comparison.factor.is_none());
    assert_eq!((comparison.values.len(), comparison.wrong().count()), (12, 0));
    assert!(comparison.to_string().starts_with("12 of 12 values are right\n  dL_dw11: ok, "), "{comparison}");

    let net = Rolled::random(&mut mlp_core::rng(1));
    let (x, y) = ([0.5, 0.25, -1.0], [0.0, 1.0]);
    let mut mine = net.backprop(x, y, &net.forward(x));
    assert!(compare_gradients(&net, x, y, &mine).unwrap().is_right());
    mine.dL_dw1[2][3] *= 1.5;
    let comparison = compare_gradients(&net, x, y, &mine).unwrap();
    assert_eq!(comparison.wrong().collect::<Vec<_>>(), ["dL_dw1[2][3]"]);
    assert_eq!(comparison.cause.unwrap().names, ["dL_dw1[2][3]"]);
}

/// Backpropagation as a student writes it, with a mistake.
fn by_hand(net: &Net, mistake: &str) -> NetGradients {
    let is = |name: &str, wrong: f64, right: f64| if mistake == name { wrong } else { right };
    let pass = net.forward(X);
    let slope = |a: f64| is("slope of sigmoid", a * a, a * (1.0 - a));
    let factor = is("half", 2.0, 1.0);
    let [slope_z3, slope_z4] = [
        factor * (pass.y_pred1 - Y[0]) * pass.y_pred1 * (1.0 - pass.y_pred1),
        factor * (pass.y_pred2 - Y[1]) * pass.y_pred2 * (1.0 - pass.y_pred2),
    ];
    let slope_z1 = (slope_z3 * net.w31 + slope_z4 * is("weight", net.w41, net.w32)) * slope(pass.a1);
    let slope_z2 = (slope_z3 * net.w41 + is("path", 0.0, slope_z4 * net.w42)) * slope(pass.a2);
    NetGradients {
        dL_dw11: slope_z1 * X[0],
        dL_dw12: slope_z2 * X[0],
        dL_dw21: slope_z1 * is("input", X[0], X[1]),
        dL_dw22: slope_z2 * X[1],
        dL_db1: slope_z1,
        dL_db2: slope_z2,
        dL_dw31: slope_z3 * pass.a1,
        dL_dw32: slope_z4 * pass.a1,
        dL_dw41: slope_z3 * pass.a2,
        dL_dw42: slope_z4 * pass.a2,
        dL_db3: is("sign", -slope_z3, slope_z3),
        dL_db4: is("sign", -slope_z4, slope_z4),
    }
}

#[test]
fn the_cause_is_where_the_mistake_is() {
    let net = net();
    let find = |mistake| compare_gradients(&net, X, Y, &by_hand(&net, mistake)).unwrap();
    assert!(find("no mistake").is_right());
    for (mistake, wrong, names, step) in [
        ("path", 3, vec!["dL_dz2"], "Step 7"),
        ("weight", 3, vec!["dL_dz1"], "Step 7"),
        ("input", 1, vec!["dL_dw21"], "Step 8"),
        ("slope of sigmoid", 6, vec!["dL_dz1", "dL_dz2"], "Step 7"),
        ("half", 12, vec!["dL_dz3", "dL_dz4"], "Step 3"),
        ("sign", 2, vec!["dL_db3", "dL_db4"], "Step 4"),
    ] {
        let comparison = find(mistake);
        let cause = comparison.cause.as_ref().unwrap();
        assert_eq!(
            (comparison.wrong().count(), &cause.names),
            (wrong, &names.iter().map(|&name| name.to_owned()).collect()),
            "{mistake}: {comparison}"
        );
        assert!(cause.title.starts_with(step), "{mistake}: {comparison}");
    }
    let is_near = |factor: Option<f64>, wanted: f64| factor.is_some_and(|factor| (factor - wanted).abs() < 1e-9);
    assert!(is_near(find("half").factor, 2.0) && is_near(find("sign").factor, -1.0));
    assert!(find("path").factor.is_some(), "all three have the same wrong factor");

    let path = find("path");
    assert!(
        path.to_string().contains("\nAll wrong values depend on dL_dz2. Look at Step 7: derivatives of the loss"),
        "{path}"
    );
    assert!(path.to_string().contains("\n  dL_dz2 = dL_dz3·dz3_da2·da2_dz2 + dL_dz4·dz4_da2·da2_dz2 = "), "{path}");
    let or = &path.cause.as_ref().unwrap().or;
    assert!(or.contains(&"dz4_da2".to_owned()) && or.contains(&"da2_dz2".to_owned()), "{or:?}");
    assert!(!or.contains(&"dL_dz4".to_owned()), "right values depend on it: {or:?}");
    let russian = path.language(&Language::RUSSIAN).to_string();
    assert!(russian.contains("Все неверные значения зависят от dL_dz2. Посмотрите сюда: Шаг 7: "), "{russian}");
}

/// Numbers of any step narrow a mistake down, and may have four digits.
#[test]
fn numbers_by_name() {
    let net = net();
    let trace = net.trace(X, Y, 0.0);
    let rounded = |name: &'static str| (name, format!("{:.3e}", trace.value(name).unwrap()).parse::<f64>().unwrap());
    let names = ["z1", "a2", "L", "dL_dz3", "dL_dz4", "dz4_da2", "dL_dw31"];
    let mut mine = names.map(rounded).to_vec();
    assert!(compare_values(&net, X, Y, mine.clone()).unwrap().is_right());
    mine.extend([("da2_dz2", 0.1), ("dL_dz2", 0.3), ("dL_dw12", 0.15)]);
    let comparison = compare_values(&net, X, Y, mine).unwrap();
    assert_eq!(comparison.wrong().collect::<Vec<_>>(), ["da2_dz2", "dL_dz2", "dL_dw12"]);
    assert_eq!(comparison.cause.unwrap().names, ["da2_dz2"]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let net = net();
    let compare = |mine: &[(&str, f64)]| compare_values(&net, X, Y, mine.iter().copied()).unwrap_err();
    assert_eq!(compare(&[]), CompareError::NothingGiven);
    let net = Net { w11: f64::NAN, ..net };
    let error = compare_values(&net, X, Y, [("z2", 0.5), ("z1", 0.5)]).unwrap_err();
    let message = "the step itself gives NaN for `z1`: a parameter, an input or a target is not finite or too large";
    assert_eq!(error.to_string(), message);
    assert_eq!(
        compare(&[("w11", 1.0)]).to_string(),
        "`w11` is a parameter: the derivative of the loss with respect to it is `dL_dw11`"
    );
    assert_eq!(compare(&[("z1", 1.0), ("z1", 2.0)]).to_string(), "there are two values for `z1`");
    assert!(compare(&[("dL_dz9", 1.0)]).to_string().starts_with("the step has no quantity `dL_dz9`: did you mean"));
}

/// A large pre-activation says nothing about how small a derivative may be.
#[test]
fn small_derivatives_are_compared_with_derivatives() {
    mlp!(struct Single: 1 => 1);
    let net = Single { w11: 40.0, b1: 0.0 };
    let trace = net.trace([0.5], [0.5], 0.1);
    let twice = 2.0 * trace.value("dL_dz1").unwrap();
    let comparison = compare_values(&net, [0.5], [0.5], [("z1", 20.0), ("dL_dz1", twice)]).unwrap();
    assert_eq!(comparison.wrong().collect::<Vec<_>>(), ["dL_dz1"]);
}

/// More values are wrong than are looked at, and those of the first layer alone would have a cause.
#[test]
fn a_cause_explains_every_wrong_value() {
    mlp!(struct Wide: 40 => tanh(5) => 2);
    let net = Wide::random(&mut mlp_core::rng(1));
    let (x, y) = ([0.5; 40], [0.9, 0.2]);
    let mut mine = net.backprop(x, y, &net.forward(x)).to_array();
    mine[..205].iter_mut().for_each(|gradient| *gradient *= 2.0);
    let mistake = |mine: &[f64; 217]| compare_gradients(&net, x, y, &WideGradients::from_array(mine)).unwrap();
    assert_eq!(mistake(&mine).cause.unwrap().names.len(), 5);
    mine[216] *= 3.0;
    let comparison = mistake(&mine);
    assert_eq!(comparison.wrong().count(), 206);
    assert_eq!(comparison.cause, None, "{comparison}");
}

/// A gradient that is 0 whatever its factors are proves nothing about them.
#[test]
fn zero_is_no_proof() {
    let net = Deep::random(&mut mlp_core::rng(3));
    let (x, y) = ([0.0, 0.5], [0.25]);
    let mut mine = net.backprop(x, y, &net.forward(x));
    assert_eq!(mine.dL_dw11, 0.0);
    mine.dL_dw21 *= 3.0;
    mine.dL_db1 *= 3.0;
    let comparison = compare_gradients(&net, x, y, &mine).unwrap();
    let cause = comparison.cause.unwrap();
    assert_eq!((cause.names, comparison.factor.map(f64::round)), (vec!["dL_dz1".to_owned()], Some(3.0)));
    assert!(cause.title.starts_with("Step 7, hidden layer 1: "));
    assert_eq!(Deep::ARCHITECTURE.layers.len(), 3);
}
