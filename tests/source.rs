//! Frozen networks: the source is compiled and gives the bits of the network.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mlp_core::dataset::Schema;
use mlp_core::source::SourceError;
use mlp_core::{
    Adam, Array, GradientDescent, Missing, Model, Network, Scalar, Scaled, Scaling, Source, StandardNormal, Table,
    Trainer, mlp, rng,
};

mlp!(pub struct Lecture: 2 => 2 => 2);
mlp!(pub struct Deep: 1 => tanh(2) => relu(3) => leaky_relu(2) => silu(2) => 1, loss = huber);
mlp!(pub struct Flat: 3 => hard_tanh(2) => hard_sigmoid(2) => softsign(2) => identity(2), loss = mean_absolute_error);
mlp!(pub struct Yes: 2 => tanh(3) => sigmoid(2), loss = binary_cross_entropy, scalar = f32);
mlp!(pub struct Rolled: 5 => tanh(9) => sigmoid(17) => identity(3), loss = mean_squared_error, rolled);
mlp!(pub struct Narrow: 3 => tanh(1) => identity(1), loss = mean_squared_error, rolled);
mlp!(pub struct RolledFloat: 1 => silu(12) => sigmoid(2), loss = binary_cross_entropy, scalar = f32, rolled);
mlp!(pub struct Named: 2 => identity(1), weights = [int, lambda]);
mlp!(pub struct OddlyNamed: 2 => identity(2), weights = [__class__, __func__, größe, r#type]);
mlp!(pub struct Homonyms: 2 => self::tanh(2) => tanh(2) => self::other::tanh(2) => self::sum(2) => self::z1(2) => 2);
mlp!(pub struct Own: 2 => self::cube(2) => identity(2), loss = self::quartic);
mlp!(pub struct Library: 2 => elu(2) => softplus(2) => gelu(2) => softmax(2), loss = half_squared_error);
mlp!(pub struct Gelu: 1 => gelu(2) => softplus(2) => elu(1), loss = huber, scalar = f32);
mlp!(pub struct RolledClasses: 2 => tanh(11) => softmax(3), loss = mean_squared_error, rolled);
mlp!(pub struct Classes: 2 => tanh(2) => softmax(3), loss = cross_entropy);
mlp!(pub struct Penguins: 7 => tanh(8) => softmax(3), loss = cross_entropy);
mlp!(pub struct Price: 3 => tanh(2) => identity(2), scalar = f32);
mlp!(pub struct RolledPrice: 3 => tanh(9) => identity(2), scalar = f32, rolled);
mlp!(pub struct Kind: 2 => tanh(2) => softmax(3), loss = half_squared_error, scalar = f32);
mlp!(pub struct RolledKind: 2 => tanh(9) => softmax(3), loss = half_squared_error, scalar = f32, rolled);
mlp!(pub struct Rain: 2 => sigmoid(1), loss = binary_cross_entropy);

fn cube(z: f64) -> f64 {
    0.1 * z * z * z
}

fn cube_derivative(z: f64, _a: f64) -> f64 {
    0.3 * z * z
}

mod homonyms {
    pub(super) const fn function(z: f64) -> f64 {
        0.1 * z
    }

    pub(super) const fn derivative(_z: f64, _a: f64) -> f64 {
        0.1
    }
}

use homonyms::{derivative as sum_derivative, derivative as tanh_derivative, derivative as z1_derivative};
use homonyms::{function as sum, function as tanh, function as z1};

mod other {
    pub(super) use super::homonyms::{derivative as tanh_derivative, function as tanh};
}

fn quartic(y_pred: [f64; 2], y_true: [f64; 2]) -> f64 {
    y_pred.iter().zip(y_true).map(|(y_pred, y_true)| 0.0025 * (y_pred - y_true).powi(4)).sum()
}

fn quartic_derivative(y_pred: [f64; 2], y_true: [f64; 2]) -> [f64; 2] {
    let slope = |error: f64| 0.01 * (error * error * error);
    [slope(y_pred[0] - y_true[0]), slope(y_pred[1] - y_true[1])]
}

/// The right output of a network's programs for these numbers, in bytes.
struct Case {
    name: &'static str,
    /// The scalar of raw values, and that of the parameters.
    scalar: &'static str,
    parameter_scalar: &'static str,
    inputs: usize,
    outputs: usize,
    source: Source,
    /// The inputs, row by row, and what `predict` makes of them.
    rows: Vec<u8>,
    predictions: Vec<u8>,
    /// Inputs and targets, row by row, and the parameters after a training by them.
    examples: Vec<u8>,
    trained: Vec<u8>,
    /// The prediction for each example after the step that it makes.
    after_each_step: Vec<u8>,
}

const LEARNING_RATE: f64 = 0.125;

fn case<N: Network>(name: &'static str, network: &N, source: Source, predict: &dyn Fn(N::Input) -> N::Output) -> Case {
    case_with(name, network, source, predict, |_, _| {})
}

/// `change_targets` gets the number of an example and its random targets.
fn case_with<N: Network>(
    name: &'static str,
    network: &N,
    source: Source,
    predict: &dyn Fn(N::Input) -> N::Output,
    change_targets: fn(usize, &mut N::Output),
) -> Case {
    let mut case = Case { name, parameter_scalar: N::Scalar::NAME, ..random_case(source, predict) };
    train(&mut case, network.clone(), change_targets, &|example| example, &|stepped, x| stepped.predict(x));
    case
}

/// The case of a model, which takes raw values in `f64` and scales them in `f64`.
fn model_case<N, T: Scalar, const I: usize, const O: usize>(name: &'static str, model: &Model<N>) -> Case
where
    N: Network<Scalar = T, Input = [T; I], Output = [T; O]>,
{
    let source = model.source();
    let mut case = Case { name, parameter_scalar: T::NAME, ..random_case(source, &|x: [f64; I]| model.predict(x)) };
    let (inputs, outputs) = (model.input_scaling(), model.output_scaling());
    let scale = |(x, y_true): ([f64; I], [f64; O])| {
        let y_true = outputs.map_or_else(|| y_true.map(T::from_f64), |outputs| outputs.apply_rounded(y_true));
        (inputs.apply_rounded(x), y_true)
    };
    let predict = |network: &N, x: [f64; I]| {
        Model::new(network.clone(), model.schema(), *inputs, outputs.copied()).unwrap().predict(x)
    };
    train(&mut case, model.network().clone(), |number, y_true| *y_true = one_hot(number), &scale, &predict);
    case
}

/// Random inputs, some of them special, and their predictions.
fn random_case<T: Scalar, X: Array<T>, Y: Array<T>>(source: Source, predict: &dyn Fn(X) -> Y) -> Case {
    let (inputs, outputs) = (X::zeros().as_ref().len(), Y::zeros().as_ref().len());
    let mut case = Case {
        name: "",
        scalar: T::NAME,
        parameter_scalar: T::NAME,
        inputs,
        outputs,
        source,
        rows: Vec::new(),
        predictions: Vec::new(),
        examples: Vec::new(),
        trained: Vec::new(),
        after_each_step: Vec::new(),
    };
    let mut rng = rng(5);
    let special = [0.0, -0.0, 1e-310, -1e-40, 1e5, -1e300, f64::INFINITY, f64::NAN].map(T::from_f64);
    for row in 0..1000 {
        let mut x = X::zeros();
        let size = [1.0, 8.0, 100.0][row % 3];
        x.as_mut().iter_mut().for_each(|x| *x = random(&mut rng, size));
        if let Some(&special) = special.get(row / 8) {
            let place = row % 8 % inputs;
            x.as_mut()[place] = special;
        }
        append(&mut case.rows, x.as_ref());
        append(&mut case.predictions, predict(x).as_ref());
    }
    case
}

/// Adds what a training makes of random examples: `scale` gives them to the network, and `predict` takes raw inputs.
fn train<N: Network, T: Scalar, X: Array<T> + Copy, Y: Array<T> + Copy>(
    case: &mut Case,
    network: N,
    change_targets: fn(usize, &mut Y),
    scale: &dyn Fn((X, Y)) -> (N::Input, N::Output),
    predict: &dyn Fn(&N, X) -> Y,
) {
    let mut rng = rng(6);
    let mut examples = Vec::new();
    for number in 0..60 {
        let (mut x, mut y_true) = (X::zeros(), Y::zeros());
        x.as_mut().iter_mut().for_each(|x| *x = random(&mut rng, 2.0));
        y_true.as_mut().iter_mut().for_each(|y| *y = random::<T>(&mut rng, 1.0) + T::from_f64(0.5));
        change_targets(number, &mut y_true);
        append(&mut case.examples, x.as_ref());
        append(&mut case.examples, y_true.as_ref());
        examples.push((x, y_true));
    }
    let scaled: Vec<_> = examples.iter().map(|&example| scale(example)).collect();
    let mut trained = network.clone();
    Trainer::new(GradientDescent::new(LEARNING_RATE))
        .epochs(1)
        .allow_unreachable_targets()
        .fit(&mut trained, &scaled)
        .unwrap();
    let mut stepped = network;
    for (&(raw, _), &(x, y_true)) in examples.iter().zip(&scaled) {
        let _ = stepped.sgd_step(x, y_true, N::Scalar::from_f64(LEARNING_RATE));
        append(&mut case.after_each_step, predict(&stepped, raw).as_ref());
    }
    let mut parameters = N::Parameters::zeros();
    trained.copy_parameters_into(&mut parameters);
    append(&mut case.trained, parameters.as_ref());
}

/// A number between -½ and ½ of this size.
fn random<T: Scalar>(rng: &mut impl mlp_core::random::Rng, size: f64) -> T {
    T::from_f64((f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5) * size)
}

fn one_hot<const O: usize>(number: usize) -> [f64; O] {
    std::array::from_fn(|class| f64::from(u8::from(class == number % O)))
}

fn append<T: Scalar>(bytes: &mut Vec<u8>, values: &[T]) {
    for value in values.iter().map(|value| value.to_f64()) {
        #[allow(clippy::cast_possible_truncation, reason = "it is a number of this type")]
        match T::NAME {
            "f32" => bytes.extend((value as f32).to_ne_bytes()),
            _ => bytes.extend(value.to_ne_bytes()),
        }
    }
}

fn cases() -> Vec<Case> {
    fn plain<N: Network>(name: &'static str) -> Case {
        let network = N::random_with(&StandardNormal, &mut rng(3));
        case(name, &network, network.source(), &|x| network.predict(x))
    }
    let plain = vec![
        plain::<Lecture>("lecture"),
        plain::<Deep>("deep"),
        plain::<Flat>("flat"),
        plain::<Yes>("yes"),
        plain::<Rolled>("rolled"),
        plain::<Narrow>("narrow"),
        plain::<RolledFloat>("rolled_float"),
        plain::<Named>("named"),
        plain::<OddlyNamed>("oddly_named"),
        plain::<Own>("own"),
        plain::<Library>("library"),
        plain::<Gelu>("gelu"),
        plain::<RolledClasses>("rolled_classes"),
        classes(),
    ];
    plain.into_iter().chain(scaled_cases()).chain(model_cases()).collect()
}

/// Targets must be probabilities of classes: one of them is 1.
fn classes() -> Case {
    let network = Classes::random_with(&StandardNormal, &mut rng(3));
    case_with("classes", &network, network.source(), &|x| network.predict(x), |number, y_true| {
        *y_true = one_hot(number);
    })
}

fn scaled_cases() -> [Case; 2] {
    let network = Lecture::random_with(&StandardNormal, &mut rng(4));
    let lecture = Scaled {
        network,
        inputs: Scaling { offset: [0.1, -3.0], scale: [0.7, 1.1] },
        outputs: Some(Scaling { offset: [20.3, 0.0], scale: [0.3, 7.0] }),
    };
    let network = Rolled::random_with(&StandardNormal, &mut rng(4));
    let rolled = Scaled {
        network,
        inputs: Scaling { offset: [0.1, -3.0, 0.0, 1.0, 2.0], scale: [0.7, 1.1, 1.0, 0.3, 3.0] },
        outputs: Some(Scaling { offset: [20.3, 0.0, 1.0], scale: [0.3, 7.0, 1.0] }),
    };
    // Of a scaled network, predictions alone are compared: `fit` knows no scaling.
    let predicts = |case: Case| Case { trained: Vec::new(), ..case };
    [
        predicts(case("scaled", &lecture.network, lecture.source(), &|x| lecture.predict(x))),
        predicts(case("scaled_rolled", &rolled.network, rolled.source(), &|x| rolled.predict(x))),
    ]
}

/// Models: of penguins; in `f32` with raw values that differ in digits that an `f32` does not have; with a category.
fn model_cases() -> [Case; 5] {
    fn prices<N: Network<Scalar = f32, Input = [f32; 3], Output = [f32; 2]>>() -> Model<N> {
        let schema = Schema::new().numbers(["area"]).category("city", ["Bonn", "Kiel"]).targets(["price", "rent"]);
        let inputs = Scaling { offset: [0.1, 0.0, 0.0], scale: [1e-9, 1.0, 1.0] };
        let outputs = Scaling { offset: [2e9, 0.0], scale: [0.3, 1.0] };
        Model::new(N::random(&mut rng(2)), &schema, inputs, Some(outputs)).unwrap()
    }
    fn kinds<N: Network<Scalar = f32, Input = [f32; 2], Output = [f32; 3]>>() -> Model<N> {
        let schema = Schema::new().numbers(["seconds", "size"]).class("kind", ["a", "b", "c"]);
        let inputs = Scaling { offset: [0.1, -0.0], scale: [0.3, 1.0] };
        Model::new(N::random_with(&StandardNormal, &mut rng(2)), &schema, inputs, None).unwrap()
    }
    [
        model_case("penguins", &penguins()),
        model_case("price", &prices::<Price>()),
        model_case("rolled_price", &prices::<RolledPrice>()),
        model_case("kind", &kinds::<Kind>()),
        model_case("rolled_kind", &kinds::<RolledKind>()),
    ]
}

fn penguins() -> Model<Penguins> {
    let table = Table::read("../examples/data/penguins.csv").unwrap();
    let selection = table.select().numbers(["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]);
    let data = selection.category("island").class("species").missing(Missing::Drop).load().unwrap();
    Model::fit(&data, Trainer::new(Adam::new(0.01)).epochs(20).reproducible(), 1).unwrap().model
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("source").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a program can be started; if not, says so.
fn is_there(program: &str) -> bool {
    let runs = Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !runs {
        eprintln!("{program} is not installed: what it would compile is not checked");
    }
    runs
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && messages.is_empty(), "{command:?}\n{messages}");
}

/// The output of a program for these bytes.
fn answer(command: &mut Command, bytes: &[u8]) -> Vec<u8> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    output.stdout
}

/// The same bits; NaNs are equal.
fn assert_same(case: &Case, what: &str, scalar: &str, [given, expected]: [&[u8]; 2]) {
    let numbers = |bytes: &[u8]| -> Vec<f64> {
        match scalar {
            "f32" => bytes.as_chunks().0.iter().map(|&bytes| f64::from(f32::from_ne_bytes(bytes))).collect(),
            _ => bytes.as_chunks().0.iter().map(|&bytes| f64::from_ne_bytes(bytes)).collect(),
        }
    };
    let (given, expected) = (numbers(given), numbers(expected));
    assert_eq!(given.len(), expected.len(), "{} {what}", case.name);
    let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    let different = given.iter().zip(&expected).filter(|&pair| !same(pair)).count();
    assert_eq!(different, 0, "{} {what}: of {} numbers", case.name, given.len());
}

/// Compares what a program computes for each case, called with the name of the function as its argument.
fn compare(program: &Path, cases: &[Case], what: &str) {
    for case in cases {
        let predictions = answer(Command::new(program).arg(format!("{}_predict", case.name)), &case.rows);
        assert_same(case, &format!("predict {what}"), case.scalar, [&predictions, &case.predictions]);
        if !case.trained.is_empty() {
            let trained = answer(Command::new(program).arg(format!("{}_train", case.name)), &case.examples);
            assert_same(case, &format!("train {what}"), case.parameter_scalar, [&trained, &case.trained]);
        }
    }
}

/// Both files of a case, with functions that call them for numbers on standard input.
fn c_file(case: &Case) -> String {
    let predict = case.source.c(&format!("{}_p", case.name)).unwrap();
    let train = case.source.clone().with_training().c(&format!("{}_t", case.name)).unwrap();
    let main = "
static void NAME_predict(void) {
    NUMBER x[INPUTS], y[OUTPUTS];
    while (fread(x, sizeof x, 1, stdin) == 1) {
        NAME_p(x, y);
        fwrite(y, sizeof y, 1, stdout);
    }
}

static void NAME_train(void) {
    NAME_t_net net = NAME_t_trained;
    NUMBER example[INPUTS + OUTPUTS], y[OUTPUTS];
    while (fread(example, sizeof example, 1, stdin) == 1) {
        NAME_t(&net, example, y);
        NAME_t_train(&net, example, example + INPUTS, (NUMBER)0.125);
    }
    fwrite(&net, sizeof net, 1, stdout);
}
";
    let main = main
        .replace("NAME", case.name)
        .replace("NUMBER", if case.scalar == "f32" { "float" } else { "double" })
        .replace("INPUTS", &case.inputs.to_string())
        .replace("OUTPUTS", &case.outputs.to_string());
    format!("{predict}{train}{main}")
}

fn check_c(compiler: &str) {
    if !is_there(compiler) {
        return;
    }
    let cases = cases();
    let mut text = format!("#include <stdio.h>\n{C_FUNCTIONS}");
    text.extend(cases.iter().map(c_file));
    text.push_str("int main(int count, char **words) {\n");
    for case in &cases {
        for what in ["predict", "train"] {
            let name = format!("{}_{what}", case.name);
            writeln!(text, "    if (count == 2 && strcmp(words[1], \"{name}\") == 0) {{ {name}(); }}").unwrap();
        }
    }
    text.push_str("    return 0;\n}\n");
    let file = folder(compiler).join("all.c");
    let program = file.with_extension("");
    fs::write(&file, text).unwrap();
    let warnings = ["-Wall", "-Wextra", "-pedantic", "-Werror"];
    // Not to /dev/null, which gcc deletes if it fails and may.
    run(Command::new(compiler).args(["-x", "c++", "-c", "-o"]).arg(file.with_extension("o")).args(warnings).arg(&file));
    for level in [&["-O0"][..], &["-O2"], &["-O3", "-march=native"]] {
        let mut command = Command::new(compiler);
        run(command.arg("-std=c99").args(warnings).args(level).arg("-o").arg(&program).arg(&file).arg("-lm"));
        compare(&program, &cases, &format!("{compiler} {level:?}"));
    }
}

/// The functions that the user of [`Own`] supplies.
const C_FUNCTIONS: &str = "
double cube(double z) {
    return 0.1 * z * z * z;
}

double cube_derivative(double z, double a) {
    (void)a;
    return 0.3 * z * z;
}

void quartic_derivative(const double y_pred[2], const double y_true[2], double dL_dy_pred[2]) {
    for (int k = 0; k < 2; ++k) {
        const double error = y_pred[k] - y_true[k];
        dL_dy_pred[k] = 0.01 * (error * error * error);
    }
}
";

#[test]
fn c_gives_the_same_bits_by_gcc() {
    check_c("gcc");
}

#[test]
fn c_gives_the_same_bits_by_clang() {
    check_c("clang");
}

/// A macro that makes the functions `predict` and `train` of a case from its two files.
const RUST_MAIN: &str = "
use std::io::{Read as _, Write as _};

macro_rules! case {
    ($number:ident, $inputs:literal, $size:literal, $predict:ident, $train:ident) => {{
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).unwrap();
        let is_training = std::env::args().nth(1).unwrap().ends_with(\"_train\");
        let mut net = $train::CLASSIFY_TRAINED.clone();
        let numbers: Vec<_> = bytes.chunks($size).map(|b| $number::from_ne_bytes(b.try_into().unwrap())).collect();
        let outputs = $train::classify(&net, [0.0; $inputs]).len();
        let mut answer = Vec::new();
        for row in numbers.chunks(if is_training { $inputs + outputs } else { $inputs }) {
            let (x, y_true) = row.split_at($inputs);
            let x = x.try_into().unwrap();
            let y = $predict::classify(x);
            if is_training {
                $train::classify_train(&mut net, x, y_true.try_into().unwrap(), 0.125);
                answer.extend($train::classify(&net, x).iter().flat_map(|y| y.to_ne_bytes()));
            } else {
                answer.extend(y.iter().flat_map(|y| y.to_ne_bytes()));
            }
        }
        std::io::stdout().write_all(&answer).unwrap();
    }};
}

fn main() {
    match &*std::env::args().nth(1).unwrap() {
";

/// The functions that the user of [`Own`] supplies.
const RUST_FUNCTIONS: &str = "
fn cube(z: f64) -> f64 {
    0.1 * z * z * z
}

fn cube_derivative(z: f64, _a: f64) -> f64 {
    0.3 * z * z
}

fn quartic_derivative(y_pred: [f64; 2], y_true: [f64; 2]) -> [f64; 2] {
    let slope = |error: f64| 0.01 * (error * error * error);
    [slope(y_pred[0] - y_true[0]), slope(y_pred[1] - y_true[1])]
}
";

#[test]
fn rust_gives_the_same_bits() {
    let (folder, cases) = (folder("rust"), cases());
    let mut main = RUST_MAIN.to_owned();
    let mut modules = String::new();
    for case in &cases {
        let Case { name, scalar, inputs, .. } = case;
        let size = if *scalar == "f32" { 4 } else { 8 };
        let predict = case.source.rust("classify").unwrap();
        let train = case.source.clone().with_training().rust("classify").unwrap();
        let [for_predict, for_train] = match *name {
            "own" => ["use super::cube;\n", "use super::{cube, cube_derivative, quartic_derivative};\n"],
            _ => ["", ""],
        };
        fs::write(folder.join(format!("{name}_p.rs")), format!("{for_predict}{predict}")).unwrap();
        fs::write(folder.join(format!("{name}_t.rs")), format!("{for_train}{train}")).unwrap();
        writeln!(modules, "mod {name}_p;\nmod {name}_t;").unwrap();
        let call = format!("case!({scalar}, {inputs}, {size}, {name}_p, {name}_t)");
        writeln!(main, "        \"{name}_predict\" | \"{name}_train\" => {call},").unwrap();
    }
    main.push_str("        _ => {}\n    }\n}\n");
    let file = folder.join("main.rs");
    let program = folder.join("main");
    fs::write(&file, format!("#![deny(warnings)]\n{modules}{main}{RUST_FUNCTIONS}")).unwrap();
    for level in ["0", "3"] {
        let mut command = Command::new("rustc");
        command.args(["--edition=2024", &format!("-Copt-level={level}"), "-Ctarget-cpu=native", "-o"]);
        run(command.arg(&program).arg(&file));
        for case in &cases {
            let predictions = answer(Command::new(&program).arg(format!("{}_predict", case.name)), &case.rows);
            assert_same(case, &format!("predict {level}"), case.scalar, [&predictions, &case.predictions]);
            if !case.trained.is_empty() {
                let predictions = answer(Command::new(&program).arg(format!("{}_train", case.name)), &case.examples);
                assert_same(case, &format!("train {level}"), case.scalar, [&predictions, &case.after_each_step]);
            }
        }
    }
}

/// Everything of a frozen network works without `std`, and clippy finds nothing.
#[test]
fn rust_needs_only_core_and_satisfies_clippy() {
    let folder = folder("clippy");
    let mut text = "#![no_std]\n#![deny(warnings, clippy::all)]\n#![allow(dead_code)]\n".to_owned();
    for case in cases().iter().filter(|case| case.name != "own") {
        for (what, source) in [("p", case.source.clone()), ("t", case.source.clone().with_training())] {
            fs::write(folder.join(format!("{}_{what}.rs", case.name)), source.rust("classify").unwrap()).unwrap();
            writeln!(text, "pub mod {}_{what};", case.name).unwrap();
        }
    }
    let file = folder.join("lib.rs");
    fs::write(&file, text).unwrap();
    let compiler = if is_there("clippy-driver") { "clippy-driver" } else { "rustc" };
    let mut command = Command::new(compiler);
    command.args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--out-dir"]);
    run(command.arg(&folder).arg(&file));
}

/// Other networks are frozen to these languages in `tests/frozen`.
#[test]
fn models_have_the_same_bits_in_python_and_javascript() {
    let folder = folder("models");
    fs::write(folder.join("driver.py"), PYTHON_DRIVER).unwrap();
    fs::write(folder.join("driver.mjs"), JAVASCRIPT_DRIVER).unwrap();
    for case in model_cases() {
        let Case { name, inputs, outputs, .. } = &case;
        let training = case.source.clone().with_training();
        fs::write(folder.join(format!("{name}_p.py")), case.source.python("classify").unwrap()).unwrap();
        fs::write(folder.join(format!("{name}_t.py")), training.python("classify").unwrap()).unwrap();
        fs::write(folder.join(format!("{name}_p.mjs")), case.source.javascript("classify").unwrap()).unwrap();
        fs::write(folder.join(format!("{name}_t.mjs")), training.javascript("classify").unwrap()).unwrap();
        for (program, driver) in [("python3", "driver.py"), ("node", "driver.mjs")] {
            // Python has no `f32`.
            if !is_there(program) || (program == "python3" && case.parameter_scalar == "f32") {
                continue;
            }
            for (what, given, expected) in
                [("p", &case.rows, &case.predictions), ("t", &case.examples, &case.after_each_step)]
            {
                let mut command = Command::new(program);
                command.current_dir(&folder).args([driver, &format!("{name}_{what}")]);
                let given = answer(command.args([inputs.to_string(), outputs.to_string()]), given);
                assert_same(&case, &format!("{what} {program}"), case.scalar, [&given, expected]);
            }
        }
    }
}

const PYTHON_DRIVER: &str = r#"
import importlib, sys
from array import array

name, inputs, outputs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
module = importlib.import_module(name)
numbers = array("d", sys.stdin.buffer.read())
answer = array("d")
if name.endswith("_p"):
    for row in range(0, len(numbers), inputs):
        answer.extend(module.classify(numbers[row : row + inputs]))
else:
    net = next(item for item in vars(module).values() if isinstance(item, type))()
    for row in range(0, len(numbers), inputs + outputs):
        x, y_true = numbers[row : row + inputs], numbers[row + inputs : row + inputs + outputs]
        module.classify_train(net, x, y_true, 0.125)
        answer.extend(module.classify(net, x))
sys.stdout.buffer.write(answer)
"#;

const JAVASCRIPT_DRIVER: &str = r#"
import { readFileSync } from "node:fs";

const [name, inputs, outputs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const module = await import(`./${name}.mjs`);
const numbers = Array.from(new Float64Array(Uint8Array.from(readFileSync(0)).buffer));
const answer = [];
if (name.endsWith("_p")) {
  for (let row = 0; row < numbers.length; row += inputs) {
    answer.push(...module.classify(numbers.slice(row, row + inputs)));
  }
} else {
  const Net = Object.values(module).find((item) => String(item).startsWith("class"));
  const net = new Net();
  for (let row = 0; row < numbers.length; row += inputs + outputs) {
    const [x, y_true] = [numbers.slice(row, row + inputs), numbers.slice(row + inputs, row + inputs + outputs)];
    module.classify_train(net, x, y_true, 0.125);
    answer.push(...module.classify(net, x));
  }
}
process.stdout.write(Buffer.from(Float64Array.from(answer).buffer));
"#;

/// Names that end a comment or a string, or begin one, in some language.
const HOSTILE: [&str; 3] = [
    "\"); } */ #error\n#error\r\n%s",
    "Größe 'q' \\ ${x} ??/ \u{2028}\u{feff}\u{202e}\t\\",
    "'''\"\"\" /* // \u{0b}\u{1F427}1{0}\u{7f}\u{e9}f",
];

/// Each language prints the bytes of the names, and the outputs for these inputs.
#[test]
fn no_name_breaks_a_file() {
    let schema = Schema::new().numbers(["*/ x\n#error\\", "??/\u{85}\u{2029}y\0\u{202e}"]);
    let schema = schema.class(HOSTILE[0], HOSTILE);
    let network = Kind::random(&mut rng(1));
    let inputs = Scaling { offset: [1.7e9, 0.0], scale: [100.0, 3.0] };
    let model = Model::new(network, &schema, inputs, None).unwrap();
    let (source, folder) = (model.source(), folder("names"));
    for (source, training) in [(source.clone(), ""), (source.with_training(), "t")] {
        let file = |name: &str, text: String| {
            fs::write(folder.join(name.replace("names", &format!("names{training}"))), text).unwrap();
        };
        file("names.c", source.c("classify").unwrap());
        file("names.rs", source.rust("classify").unwrap());
        file("names.py", source.python("classify").unwrap());
        file("names.mjs", source.javascript("classify").unwrap());
    }
    fs::write(folder.join("main.c"), C_NAMES).unwrap();
    fs::write(folder.join("main.rs"), RUST_NAMES).unwrap();
    fs::write(folder.join("main.py"), PYTHON_NAMES).unwrap();
    fs::write(folder.join("main.mjs"), JAVASCRIPT_NAMES).unwrap();

    let warnings = ["-Wall", "-Wextra", "-pedantic", "-Werror", "main.c", "-o"];
    let mut programs = vec![(vec!["rustc", "--edition=2024", "main.rs", "-o", "rust"], vec!["./rust"])];
    for compiler in ["gcc", "clang"] {
        for (language, standard) in [("c", "-std=c99"), ("c++", "-std=c++11")] {
            let build = [compiler, "-x", language, standard].into_iter().chain(warnings).chain([language]).collect();
            programs.push((build, vec![if language == "c" { "./c" } else { "./c++" }]));
        }
    }
    programs.push((Vec::new(), vec!["python3", "main.py"]));
    programs.push((Vec::new(), vec!["node", "main.mjs"]));
    let expected = model.predict([1.7e9 + 31.0, -2.0]);
    for (build, execute) in programs {
        let tool = build.first().unwrap_or(&execute[0]);
        if !is_there(tool) {
            continue;
        }
        if !build.is_empty() {
            run(Command::new(build[0]).args(&build[1..]).current_dir(&folder));
        }
        let printed = answer(Command::new(execute[0]).args(&execute[1..]).current_dir(&folder), &[]);
        let printed = String::from_utf8(printed).unwrap();
        let mut lines = printed.lines();
        for name in HOSTILE {
            let bytes = name.bytes().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            assert_eq!(lines.next(), Some(&*bytes), "{tool}: {name:?}");
        }
        let outputs: Vec<f64> = lines.map(|line| line.parse().unwrap()).collect();
        let limit = if *tool == "python3" { 1e-6 } else { 0.0 };
        assert!(outputs.iter().zip(expected).all(|(a, b)| (a - b).abs() <= limit), "{tool}: {outputs:?} {expected:?}");
        assert_eq!(outputs.len(), 3);
    }
}

const C_NAMES: &str = r#"
#include <stdio.h>
#include "names.c"

int main(void) {
    const double x[2] = {1.7e9 + 31.0, -2.0};
    double y[3];
    for (int k = 0; k < 3; ++k) {
        for (const char *byte = classify_classes[k]; *byte != 0; ++byte) {
            printf("%02x", (unsigned)(unsigned char)*byte);
        }
        putchar('\n');
    }
    classify(x, y);
    for (int k = 0; k < 3; ++k) {
        printf("%.17g\n", y[k]);
    }
    return 0;
}
"#;

const RUST_NAMES: &str = r#"
#![deny(warnings)]
mod names;
mod namest;

fn main() {
    let _ = namest::classify_train;
    for name in names::CLASSIFY_CLASSES {
        name.bytes().for_each(|byte| print!("{byte:02x}"));
        println!();
    }
    let x = [1.7e9 + 31.0, -2.0];
    assert_eq!(names::classify(x), namest::classify(&namest::CLASSIFY_TRAINED, x));
    names::classify(x).into_iter().for_each(|y| println!("{y}"));
}
"#;

const PYTHON_NAMES: &str = r"
import names, namest

for name in names.classify_classes:
    print(name.encode().hex())
assert names.classify_classes == namest.classify_classes
for y in names.classify([1.7e9 + 31.0, -2.0]):
    print(y)
";

const JAVASCRIPT_NAMES: &str = r#"
import * as names from "./names.mjs";
import "./namest.mjs";

for (const name of names.classify_classes) {
  console.log(Buffer.from(name).toString("hex"));
}
for (const y of names.classify([1.7e9 + 31.0, -2.0])) {
  console.log(y);
}
"#;

#[test]
fn the_head_of_a_file_says_what_the_numbers_are() {
    let head = |text: &str| -> String {
        let comment = text.lines().map_while(|line| line.strip_prefix("//"));
        comment.fold(String::new(), |text, line| text + line.trim() + "\n")
    };
    let schema = Schema::new().numbers(["area"]).category("city", ["Bonn", "Kiel"]).targets(["price", "rent"]);
    let inputs = Scaling { offset: [80.5, 0.0, 0.0], scale: [20.0, 1.0, 1.0] };
    let outputs = Scaling { offset: [2e5, 0.1], scale: [0.5, 1.0] };
    let model = Model::new(Price::random(&mut rng(1)), &schema, inputs, Some(outputs)).unwrap();
    let text = head(&model.source().rust("price").unwrap());
    let expected = "\
Inputs, in this order:
x[0]: area, in its own unit; the network gets (value - 80.5) / 20.0
x[1]: city = Bonn (1 or 0)
x[2]: city = Kiel (1 or 0)
Outputs:
y[0]: price, in its own unit: prediction * 0.5 + 200000.0
y[1]: rent, in its own unit: prediction * 1.0 + 0.1

Raw values are f64; the network gets them in f32, rounded after they are scaled.
The results have the bits of the crate's `predict`.
";
    assert!(text.ends_with(expected), "{text}");

    let schema = Schema::new().numbers(["pressure", "wind"]).class("weather", ["dry", "wet"]);
    let inputs = Scaling { offset: [1013.0, 0.0], scale: [10.0, 1.0] };
    let model = Model::new(Rain::random(&mut rng(1)), &schema, inputs, None).unwrap();
    let text = head(&model.source().rust("rain").unwrap());
    let expected = "
x[1]: wind
Outputs:
y[0]: probability of weather = wet
The class is RAIN_CLASSES[1] if y[0] is above 0.5, else RAIN_CLASSES[0].

The results have the bits of the crate's `predict`.
";
    assert!(text.ends_with(expected), "{text}");
    let rust = penguins().source().rust("classify").unwrap();
    for line in [
        "//   x[4]: island = Biscoe (1 or 0)\n",
        "//   y[2]: probability of species = Gentoo\n",
        "// The class of the largest output is the predicted one; CLASSIFY_CLASSES are the names in this order.\n",
        "pub const CLASSIFY_CLASSES: [&str; 3] = [\n    \"Adelie\", \"Chinstrap\", \"Gentoo\"\n];\n",
        "    let x5 = x[4];\n",
    ] {
        assert!(rust.contains(line), "{line}{rust}");
    }
}

#[test]
fn functions_of_fdlibm_bring_its_notice() {
    let has_notice = |source: Source| {
        let texts = [source.c("f"), source.rust("f"), source.python("f"), source.javascript("f")].map(Result::unwrap);
        let words =
            ["(C) 1993 by Sun Microsystems, Inc.", "Developed at SunPro", "freely granted, provided that this notice"];
        texts.map(|text| words.map(|word| text.contains(word)))
    };
    assert_eq!(has_notice(Library::random(&mut rng(1)).source()), [[true; 3]; 4]);
    assert_eq!(has_notice(Gelu::random(&mut rng(1)).source()), [[true; 3]; 4]);
    assert_eq!(has_notice(Lecture::random(&mut rng(1)).source()), [[false; 3]; 4]);
}

#[test]
fn python_promises_no_bits_of_f32() {
    let promises =
        |text: String| ["the bits of the crate's `predict`", "the bits of `fit`"].map(|bits| text.contains(bits));
    let (single, double) = (Yes::random(&mut rng(1)).source(), Lecture::random(&mut rng(1)).source());
    let [single, double] = [single, double].map(Source::with_training);
    assert_eq!(promises(single.python("f").unwrap()), [false; 2]);
    assert_eq!(promises(single.javascript("f").unwrap()), [true; 2]);
    assert_eq!(promises(double.python("f").unwrap()), [true; 2]);
}

#[test]
fn a_network_that_is_not_finite_is_refused_by_name() {
    let mut network = Lecture::random(&mut rng(1));
    network.w21 = f64::NAN;
    network.b3 = f64::INFINITY;
    let error = network.source().c("classify").unwrap_err();
    let SourceError::NotFinite { name, value } = &error else { panic!("{error}") };
    assert!(name == "w21" && value.is_nan());
    assert_eq!(error.to_string(), "w21 is NaN: a network with such a number predicts nothing; train it anew");
    assert!(network.source().rust("classify").is_err() && network.source().rust_const("NET").is_err());
    let scaled = Scaled {
        network: Named::from_parameters([1.0; 3]),
        inputs: Scaling { offset: [0.0, f64::INFINITY], scale: [1.0, 1.0] },
        outputs: None,
    };
    let error = scaled.source().rust("classify").unwrap_err();
    assert!(error.to_string().starts_with("the offset of x2 is inf"), "{error}");
}

#[test]
fn a_name_must_be_one_of_the_language() {
    let source = Named::from_parameters([1.0; 3]).source();
    for (name, is_keyword) in [("", false), ("2x", false), ("a b", false), ("é", false), ("_", false), ("int", true)] {
        let error = SourceError::FunctionName { name: name.to_owned(), language: "C", is_keyword };
        assert_eq!(source.c(name), Err(error), "{name}");
    }
    let error = source.rust("fn").unwrap_err();
    assert_eq!(error.to_string(), "`fn` means something else in Rust: choose another name");
    assert_eq!(
        source.rust("a-b").unwrap_err().to_string(),
        "\"a-b\" is no name in Rust: use ASCII letters, digits and _, and no digit first"
    );
    for (text, language) in [(source.python("lambda"), "Python"), (source.javascript("function"), "JavaScript")] {
        let SourceError::FunctionName { language: named, is_keyword, .. } = text.unwrap_err() else {
            panic!("{language}")
        };
        assert_eq!((named, is_keyword), (language, true));
    }
    // The files have a function of this name.
    assert!(source.python("numbers").is_err() && source.javascript("numbers").is_err());
    assert!(source.c("sigmoid").is_ok() && source.rust("sigmoid").is_ok() && source.rust("int").is_ok());
}

/// A function that a weight, a value, a function of the file or another one of yours is called like.
#[test]
fn every_function_has_a_name_of_its_own() {
    let source = Homonyms::random(&mut rng(1)).source();
    let texts = [
        (source.c("classify"), "static double classify_tanh("),
        (source.rust("classify"), "fn tanh_("),
        (source.python("classify"), "def tanh_("),
        (source.javascript("classify"), "function tanh_("),
    ];
    for (text, built_in) in texts {
        let text = text.unwrap();
        let second = if built_in.starts_with("static") { "tanh_" } else { "tanh" };
        for (name, path) in [(second, "tanh"), ("other_tanh", "other::tanh"), ("f_sum", "sum"), ("f_z1", "z1")] {
            let line = format!("  {name}: an activation from its pre-activation z; in the declaration self::{path}\n");
            assert!(text.contains(&line), "{line}{text}");
            assert!(text.contains(&format!(" = {name}(z")), "{name}\n{text}");
        }
        assert!(text.contains(built_in), "{text}");
    }
}

#[test]
fn a_function_of_the_standard_library_of_c_keeps_its_name() {
    let source = Named::from_parameters([1.0; 3]).source();
    for name in ["floor", "roundf", "printf", "memcmp", "isnan", "EOF", "FLT_MAX", "std", "__func__", "_Bool"] {
        let error = SourceError::FunctionName { name: name.to_owned(), language: "C", is_keyword: true };
        assert_eq!(source.c(name), Err(error), "{name}");
    }
    assert!(source.python("__debug__").is_err() && source.rust("INPUT_SCALE").is_err());
    // The array `w1` is the static `W1`.
    let rolled = Narrow::random(&mut rng(1)).source().rust("W1").unwrap();
    assert!(rolled.contains("static W1_: [[f64; 1]; 3] = [") && rolled.contains("W1_[0][0]"), "{rolled}");
}

#[test]
fn javascript_takes_numbers_alone() {
    let text = Named::from_parameters([1.0; 3]).source().javascript("classify").unwrap();
    // Otherwise `null` would be 0.
    assert!(text.contains("if (!values.every((value) => typeof value === \"number\")) {\n"), "{text}");
}

#[test]
fn a_constant_has_the_same_bits() {
    const NET: Named = Named { int: 0.1, lambda: -0.0, b1: 5e-324 };
    let text = NET.source().rust_const("NET").unwrap();
    let expected = "pub const NET: Named = Named {\n    int: 0.1,\n    lambda: -0.0,\n    b1: 5e-324,\n};\n";
    assert!(text.ends_with(expected), "{text}");
    let odd = OddlyNamed::from_parameters([1.0; 6]).source().rust_const("NET").unwrap();
    assert!(odd.contains("    größe: 1.0,\n    r#type: 1.0,\n"), "{odd}");
    assert_eq!(NET.source().rust_const("NET"), Ok(text));
}

/// Declares a constant, with its text.
macro_rules! constant_and_text {
    ($($constant:tt)*) => { $($constant)* const TEXT: &str = stringify!($($constant)*); };
}

mlp!(struct Inline: 2 => tanh(3) => 1, scalar = f32, rolled, inline);

constant_and_text! {
    const INLINE: Inline = Inline {
        w1: [[0.1, -0.0, 1e-45], [3.402_823_5e38, 0.5, 2.0]],
        b1: [-1.5, 0.25, 7.0],
        w2: [[1.0], [2.0], [3.0]],
        b2: [0.75],
    };
}

#[test]
fn a_rolled_network_is_a_constant_if_it_is_inline() {
    let text = INLINE.source().rust_const("INLINE").unwrap();
    let tokens =
        |text: &str| text.replace(|c: char| c.is_whitespace() || c == '_', "").replace(",]", "]").replace(",}", "}");
    assert_eq!(tokens(&text[text.find("const INLINE").unwrap()..]), tokens(TEXT));
    let rolled = Rolled::random(&mut rng(1)).source();
    assert_eq!(rolled.rust_const("NET"), Err(SourceError::ConstantOnHeap));
}

#[test]
fn a_constant_without_its_scaling_is_refused() {
    let scaling = Scaling { offset: [1.0], scale: [2.0] };
    let scaled = Scaled {
        network: Named::from_parameters([1.0; 3]),
        inputs: Scaling { offset: [1.0, 0.0], scale: [2.0, 1.0] },
        outputs: Some(scaling),
    };
    assert_eq!(scaled.source().rust_const("NET"), Err(SourceError::ConstantWithScaling));
}

/// clang tells a file nothing of these options.
#[test]
fn options_of_clang_change_no_instruction() {
    if !is_there("clang") {
        return;
    }
    let folder = folder("clang");
    fs::write(folder.join("net.c"), Lecture::random(&mut rng(1)).source().with_training().c("classify").unwrap())
        .unwrap();
    let assembly = |options: &[&str]| {
        let command = ["-S", "net.c", "-O2", "-o", "-", "-Wall", "-Wextra", "-pedantic", "-Werror"];
        answer(Command::new("clang").args(command).args(options).current_dir(&folder), &[])
    };
    let usual = assembly(&[]);
    for options in [
        &["-funsafe-math-optimizations"][..],
        &["-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math"],
        &["-freciprocal-math"],
    ] {
        assert!(assembly(options) == usual, "{options:?}");
    }
}

#[test]
fn c_refuses_options_that_change_results() {
    let folder = folder("options");
    fs::write(folder.join("net.c"), Lecture::random(&mut rng(1)).source().c("classify").unwrap()).unwrap();
    let refused = ["-ffast-math", "-funsafe-math-optimizations", "-ffinite-math-only", "-freciprocal-math"];
    for option in refused.into_iter().filter(|_| is_there("gcc")) {
        let output = Command::new("gcc").args(["-c", "net.c", "-O2", option]).current_dir(&folder).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains("they change the results"), "{option}: {message}");
    }
}
