//! Writes a LaTeX document with traces, explanations and worksheets of networks with every function.

use mlp_core::{Adam, Array as _, Language, Network, Scalar, StandardNormal, Trace, Worksheet, mlp};

/// A user's own activation, whose name has underlines.
fn soft_sign(z: f64) -> f64 {
    z / (1.0 + z.abs())
}

fn soft_sign_derivative(z: f64, _a: f64) -> f64 {
    1.0 / ((1.0 + z.abs()) * (1.0 + z.abs()))
}

mlp!(struct Lecture: 2 => 2 => 2);
mlp!(struct Functions: 2 => tanh(2) => relu(2) => leaky_relu(2) => elu(2) => softplus(2) => silu(2) => gelu(2)
    => hard_sigmoid(2) => hard_tanh(2) => softsign(2) => identity(1), loss = huber);
mlp!(struct Single: 3 => tanh(2) => identity(2), loss = mean_absolute_error, scalar = f32);
mlp!(struct Own: 1 => self::soft_sign(2) => 1, loss = mean_squared_error, weights = [my_weight, other; up, down]);
mlp!(struct Doubts: 1 => 2, loss = binary_cross_entropy);
mlp!(struct Classes: 1 => softmax(3), loss = cross_entropy);
mlp!(struct Jacobian: 1 => softmax(2));
mlp!(struct Wide: 11 => tanh(12) => 1);
mlp!(struct Rolled: 12 => tanh(11) => softmax(3), rolled);

const PREAMBLE: &str = r"\documentclass[a4paper]{article}
\usepackage{amsmath}
\usepackage[utf8]{inputenc}
\usepackage[T1,T2A]{fontenc}
\begin{document}
";

fn main() {
    println!("{PREAMBLE}");
    document::<Lecture>();
    document::<Functions>();
    document::<Single>();
    document::<Own>();
    document::<Doubts>();
    document::<Classes>();
    document::<Jacobian>();
    document::<Wide>();
    document::<Rolled>();
    let (x, y_true) = ([0.5, 0.8], [0.9, 0.2]);
    let net = Lecture::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let adam = Trace::with_optimizer(&net, x, y_true, &Adam::new(0.01)).expect("the settings are right");
    let russian = adam.language(&Language::RUSSIAN);
    println!("{}{}", russian.to_latex(), russian.why("w11").expect("it is a parameter").to_latex());
    let sheet = Worksheet::of_trace(russian).blank_step(3).and_then(|sheet| sheet.blank_value("a1"));
    let sheet = sheet.expect("they are there");
    println!("{}{}\\end{{document}}", sheet.to_latex(), sheet.solutions_to_latex());
}

/// A step, an explanation of its first gradient, and a worksheet.
fn document<N: Network>() {
    let net = N::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
    fill(x.as_mut());
    fill(y_true.as_mut());
    let trace = net.trace(x, y_true, N::Scalar::from_f64(1e-5));
    println!("\\section*{{{}}}\n{}", N::ARCHITECTURE.name, trace.to_latex());
    let gradient = N::ARCHITECTURE.parameters().next().map(|parameter| format!("dL_d{}", parameter.name));
    println!("\\newpage\n{}", trace.why(&gradient.expect("it has parameters")).expect("it has gradients").to_latex());
    let sheet = Worksheet::of_trace(trace).blank_step(4).expect("each network has a step 4");
    println!("\\newpage\n{}{}\\newpage", sheet.to_latex(), sheet.solutions_to_latex());
}

fn fill<T: Scalar>(values: &mut [T]) {
    let mut value = 0.3;
    for slot in values {
        *slot = T::from_f64(value);
        value = (value * 3.7).fract();
    }
}
