//! Lessons: what cannot be one, what the file holds, and whether its JavaScript has the bits of `fit`. The page in a
//! browser is tested by `tests/lesson/run.sh`.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use mlp_core::language::LessonWords;
use mlp_core::lesson::{LessonError, MAX_PARAMETERS};
use mlp_core::trainer::Batch;
use mlp_core::{
    Adagrad, Adam, AdamW, Array as _, GradientDescent, Language, Lesson, Network, Optimizer, RmsProp, Rprop, Scalar,
    StandardNormal, TrainError, Trainer, mlp, rng,
};

mlp!(struct Net: 1 => 2 => 1);
mlp!(struct TooLarge: 10 => tanh(13) => 1);
mlp!(struct Rolled: 2 => tanh(2) => 1, rolled);
mlp!(struct OwnFunction: 1 => self::cube(2) => 1);
mlp!(struct OwnLoss: 1 => 2 => 2, loss = self::quartic);
mlp!(struct Chances: 1 => 2 => 1, loss = binary_cross_entropy);
mlp!(struct Hostile: 1 => 1 => 1, weights = [velocity_b1; delete]);
mlp!(struct Classes: 2 => relu(3) => softmax(3), loss = cross_entropy);
mlp!(struct Softmax: 2 => elu(2) => softplus(2) => gelu(2) => softmax(3), loss = half_squared_error);
mlp!(struct Deep: 2 => silu(3) => leaky_relu(2) => hard_tanh(2) => 2, loss = huber);
mlp!(struct Entropy: 2 => tanh(2) => hard_sigmoid(2), loss = binary_cross_entropy);
mlp!(struct Single: 2 => gelu(3) => tanh(2), scalar = f32, loss = mean_squared_error);
mlp!(struct SingleClasses: 2 => tanh(3) => softmax(2), scalar = f32, loss = binary_cross_entropy);

fn cube(z: f64) -> f64 {
    z * z * z
}

fn cube_derivative(z: f64, _a: f64) -> f64 {
    3.0 * z * z
}

fn quartic(y_pred: [f64; 2], y_true: [f64; 2]) -> f64 {
    (y_pred[0] - y_true[0]).powi(4)
}

fn quartic_derivative(_: [f64; 2], _: [f64; 2]) -> [f64; 2] {
    [0.0; 2]
}

mlp!(struct Broad: 140 => 1);

fn start<N: Network>(seed: u64) -> N {
    N::random_with(&StandardNormal, &mut rng(seed))
}

fn message(lesson: &Lesson<f64>) -> String {
    lesson.to_html().unwrap_err().to_string()
}

#[test]
fn what_cannot_be_a_lesson_is_refused_by_name() {
    let example = [([0.5], [0.5])];
    assert!(matches!(Lesson::new(&start::<Net>(1), &[]).to_html(), Err(LessonError::Training(TrainError::NoExamples))));
    let too_large = message(&Lesson::new(&start::<TooLarge>(1), &[([0.0; 10], [0.0])]));
    assert!(too_large.contains("157 parameters") && too_large.contains(&MAX_PARAMETERS.to_string()), "{too_large}");
    let too_many = message(&Lesson::new(&start::<Net>(1), &[([0.0], [0.0]); 201]));
    assert!(too_many.contains("201 examples"), "{too_many}");
    assert!(Lesson::new(&start::<Net>(1), &[([0.0], [0.0]); 200]).to_html().is_ok());
    let long_numbers = ([0.123_456_789_012_345_67; 140], [0.123_456_789_012_345_67]);
    let too_long = message(&Lesson::new(&start::<Broad>(1), &vec![long_numbers; 200]));
    assert!(too_long.contains("28200 inputs and targets"), "{too_long}");
    assert!(Lesson::new(&start::<Broad>(1), &vec![long_numbers; 35]).to_html().unwrap().len() < 400_000);
    let not_finite = Net { w11: f64::NAN, ..start(1) };
    assert!(message(&Lesson::new(&not_finite, &example)).contains("w11 is infinite or not a number"));
    let input = message(&Lesson::new(&start::<Net>(1), &[([f64::INFINITY], [0.5])]));
    assert!(input.contains("the input x is infinite"), "{input}");
    let target = message(&Lesson::new(&start::<Chances>(1), &[([0.5], [1.5])]));
    assert!(target.contains("y_true"), "{target}");
    assert!(message(&Lesson::new(&start::<Rolled>(1), &[([0.5; 2], [0.5])])).contains("without `rolled`"));
    assert!(message(&Lesson::new(&start::<OwnFunction>(1), &example)).contains("`self::cube`"));
    assert!(message(&Lesson::new(&start::<OwnLoss>(1), &[([0.5], [0.5; 2])])).contains("`self::quartic`"));
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            message(&Lesson::new(&start::<Net>(1), &example).learning_rate(rate))
                .contains("must be positive and finite in f64")
        );
    }
    assert_eq!(message(&Lesson::new(&start::<Net>(1), &example).batch_size(0)), TrainError::EmptyBatch.to_string());
    let unreachable = Lesson::new(&start::<Net>(1), &[([0.5], [1.5])]);
    assert!(message(&unreachable).contains("allow_unreachable_targets"));
    assert!(unreachable.allow_unreachable_targets().to_html().is_ok());
    let beta = Adam::new(0.1).beta1(2.0);
    assert!(message(&Lesson::new(&start::<Net>(1), &example).optimizer(&beta)).contains("beta1"));
}

#[test]
fn a_failure_leaves_the_file_and_names_it() {
    let folder = std::env::temp_dir().join(format!("mlp-lesson-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("lesson.html");
    fs::write(&path, "old").unwrap();
    assert!(Lesson::new(&start::<Net>(1), &[]).write(&path).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    let nowhere = folder.join("nowhere").join("lesson.html");
    let error = Lesson::new(&start::<Net>(1), &[([0.5], [0.5])]).write(&nowhere).unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
    Lesson::new(&start::<Net>(1), &[([0.5], [0.5])]).write(&path).unwrap();
    assert!(fs::read_to_string(&path).unwrap().starts_with("<!DOCTYPE html>"));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_file_asks_for_nothing_and_what_a_user_writes_stays_text() {
    let words = LessonWords { play: "</script><b>Los", ..LessonWords::ENGLISH };
    let german = Language { code: "de", lesson: words, ..Language::ENGLISH };
    let html = Lesson::new(&start::<Net>(1), &[([0.5], [0.5])]).language(&german).to_html().unwrap();
    assert!(html.contains("<html lang=\"de\">"));
    let hostile = Language { code: "x\"><script>", ..Language::ENGLISH };
    let hostile = Lesson::new(&start::<Net>(1), &[([0.5], [0.5])]).language(&hostile).to_html().unwrap();
    assert!(hostile.contains("<html lang=\"x&quot;>&lt;script>\">"));
    assert_eq!(html.matches("</script>").count(), 1);
    assert!(html.contains("\\u003c/script\\u003e\\u003cb\\u003eLos"));
    assert!(!html.contains("{{") && html.contains("default-src 'none'"));
    for code in ["en", "ru", "de"] {
        assert_eq!(html.matches(&format!("\"code\":\"{code}\"")).count(), 1, "{code}");
    }
    // The names of namespaces are no addresses that a page asks for.
    let addresses = html.match_indices("http").map(|(place, _)| &html[place..place + 19]);
    assert!(
        addresses.clone().all(|address| address.starts_with("http://www.w3.org/") || address.starts_with("http-equiv"))
    );
    assert!(html.len() < 400_000);
}

#[test]
fn both_languages_have_every_word() {
    let [english, russian] = [Language::ENGLISH, Language::RUSSIAN].map(|language| format!("{:?}", language.lesson));
    let is_russian = |text: &str| text.chars().any(|letter| ('а'..='я').contains(&letter));
    assert!(!is_russian(&english));
    assert!(russian.split("\", ").all(is_russian), "{russian}");
}

/// A training, and what its last step and its parameters are.
struct Case {
    functions: String,
    data: String,
    expected: String,
}

/// `steps` updates of batches of this size in Rust, and the same for a program of node.
fn case<N: Network, O: Optimizer<N::Scalar>>(
    net: &N,
    optimizer: &O,
    batch: usize,
    examples: &[(N::Input, N::Output)],
) -> Case {
    const EPOCHS: usize = 20;
    let html = Lesson::new(net, examples).optimizer(optimizer).to_html().unwrap();
    let (_, functions) = html.split_once("const FUNCTIONS = ").unwrap();
    let (functions, _) = functions.split_once(";\n\n// The situation").unwrap();
    let (_, lesson) = html.split_once("const LESSON = ").unwrap();
    let (lesson, _) = lesson.split_once(";\n").unwrap();
    let mut trained = net.clone();
    Trainer::new(optimizer)
        .epochs(EPOCHS)
        .batch(Batch::Mini(batch))
        .allow_unreachable_targets()
        .fit(&mut trained, examples)
        .unwrap();
    let mut parameters = N::Parameters::zeros();
    trained.copy_parameters_into(&mut parameters);
    let losses = examples.iter().map(|&(x, y_true)| N::loss_of(&trained.forward(x), y_true));
    let numbers = parameters.as_ref().iter().copied().chain(losses);
    let bits: Vec<_> = numbers.map(|number| format!("{:016x}", number.to_f64().to_bits())).collect();
    let data = format!("{{\"lesson\": {lesson}, \"batch\": {batch}, \"epochs\": {EPOCHS}}}");
    Case { functions: functions.to_owned(), data, expected: bits.join(" ") }
}

/// Trains as the page does.
const PROGRAM: &str = "
const { lesson, batch, epochs } = DATA;
const names = lesson.sections.flatMap(({ equations }) => equations.map(([name]) => name));
const [gradients, loss] = [lesson.parameters.map((name) => names.indexOf(`dL_d${name}`)), names.indexOf('L')];
const { numbers, each, learning_rate } = lesson.optimizers[0];
const round = lesson.is_single ? Math.fround : (number) => number;
const p = Float64Array.from(lesson.first);
const initial = numbers.filter(([, first]) => first !== null).map(([, first]) => first);
const s = Float64Array.from([...initial, ...new Array(each.filter(([, is_state]) => is_state).length * p.length).fill(0)]);
for (let epoch = 0; epoch < epochs; epoch++) {
    for (let first = 0; first < lesson.examples.length; first += batch) {
        const all = lesson.examples.slice(first, first + batch).map(([x, y_true]) => {
            const values = FUNCTIONS.pass(p, x, y_true);
            return gradients.map((place) => values[place]);
        });
        FUNCTIONS.updates[0](p, all.length === 1 ? all[0] : FUNCTIONS.mean(all), s, round(learning_rate));
    }
}
const view = new DataView(new ArrayBuffer(8));
const bits = (number) => {
    view.setFloat64(0, number);
    return view.getBigUint64(0).toString(16).padStart(16, '0');
};
const losses = lesson.examples.map(([x, y_true]) => FUNCTIONS.pass(p, x, y_true)[loss]);
console.log([...p, ...losses].map(bits).join(' '));
";

fn check(name: &str, case: &Case) {
    let program = format!("const FUNCTIONS = {};\nconst DATA = {};\n{PROGRAM}", case.functions, case.data);
    let node = Command::new("node").arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut node) = node else {
        eprintln!("skipped: there is no node");
        return;
    };
    node.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "{name}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), case.expected, "{name}");
}

fn examples<T: Scalar, const O: usize>(target: impl Fn(usize, usize) -> f64) -> Vec<([T; 2], [T; O])> {
    let x = |number: usize, place: usize| f64::from(u8::try_from((number * 7 + place * 5) % 11).unwrap()) / 4.0 - 1.1;
    let row = |number| {
        let y_true = std::array::from_fn(|output| T::from_f64(target(number, output)));
        (std::array::from_fn(|place| T::from_f64(x(number, place))), y_true)
    };
    (0..7).map(row).collect()
}

fn one_hot(number: usize, output: usize) -> f64 {
    if number % 3 == output { 1.0 } else { 0.0 }
}

fn some(number: usize, output: usize) -> f64 {
    f64::from(u8::try_from((number + 2 * output) % 5).unwrap()) / 5.0 + 0.1
}

#[test]
fn the_page_trains_to_the_bits_of_fit_by_every_optimizer() {
    let (net, data) = (start::<Deep>(3), examples(some));
    check("plain", &case(&net, &GradientDescent::new(0.3), 1, &data));
    check("decay", &case(&net, &GradientDescent::new(0.3).weight_decay(0.01), 3, &data));
    check("momentum", &case(&net, &GradientDescent::new(0.1).momentum(0.9), 1, &data));
    check("nesterov", &case(&net, &GradientDescent::new(0.1).momentum(0.9).nesterov(), 7, &data));
    check("adam", &case(&net, &Adam::new(0.05), 2, &data));
    check("adamw", &case(&net, &AdamW::new(0.05), 1, &data));
    check("rmsprop", &case(&net, &RmsProp::new(0.02), 1, &data));
    check("adagrad", &case(&net, &Adagrad::new(0.1), 4, &data));
    check("rprop", &case(&net, &Rprop::new(0.05), 4, &data));
}

#[test]
fn the_page_computes_every_kind_of_function_to_the_bit() {
    check("classes", &case(&start::<Classes>(4), &GradientDescent::new(0.2), 1, &examples(one_hot)));
    check("softmax", &case(&start::<Softmax>(5), &Adam::new(0.05), 1, &examples(one_hot)));
    check(
        "entropy",
        &case(
            &start::<Entropy>(6),
            &GradientDescent::new(0.2),
            2,
            &examples(|number, output| some(number, output) / 1.2),
        ),
    );
    check(
        "f32",
        &case(&start::<Single>(7), &Adam::new(0.05), 3, &examples(|number, output| some(number, output) / 1.2)),
    );
    let entropy = examples(|number, output| [0.25, 0.75][(number + output) % 2]);
    check("f32 entropy", &case(&start::<SingleClasses>(8), &RmsProp::new(0.02), 1, &entropy));
    let hostile = Hostile { velocity_b1: 0.5, delete: -0.3, b1: 0.1, b2: 0.2 };
    check("names", &case(&hostile, &GradientDescent::new(0.1).momentum(0.9), 1, &[([0.5], [0.8]), ([-0.5], [0.1])]));
}
