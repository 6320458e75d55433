//! A sine by three methods: Levenberg-Marquardt, Rprop and Adam.
//!
//! Ten hidden neurons learn a period of the sine from 200 points. All three methods know how the loss changes with each
//! parameter. Adam and Rprop move every parameter by itself. Levenberg-Marquardt asks more: how does each error change
//! with each parameter? From that it finds a step for all parameters together. Such an epoch takes several times as long,
//! and a tenth of the epochs is more than enough.
//!
//! Where a network ends depends on its start, so each method trains from the same ten. The figure shows the first of
//! them. Its axes are logarithmic: the curve of Levenberg-Marquardt goes on falling where the others crawl.
//!
//! A small error on the points is no merit by itself, if there is noise in them. Here there is none, and between the
//! points the error is as small.
//!
//! The program promises that Levenberg-Marquardt ends below an error of 1e-4 from every start, and below a tenth of the
//! others' medians; it fails otherwise.

use std::error::Error;
use std::f64::consts::PI;
use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use mlp_core::metrics::{MetricsError, root_mean_squared_error};
use mlp_core::{Adam, Batch, History, LevenbergMarquardt, Optimizer, Rprop, Schedule, Trainer, mlp};

mlp! {
    pub struct Sine: 1 => tanh(10) => identity(1);
}

const STARTS: u32 = 10;
const FIGURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/sine.svg");

type Example = ([f64; 1], [f64; 1]);

fn main() -> Result<(), Box<dyn Error>> {
    println!("root mean squared errors from {STARTS} starts");
    println!("method               epochs   median    worst   between the points   ms a training");
    // With the same bits on every processor, so that the figure is the same too.
    let levenberg_marquardt = Trainer::new(LevenbergMarquardt::new()).epochs(1000).reproducible();
    let rprop = Trainer::new(Rprop::new(0.01)).epochs(10_000).batch(Batch::Full).reproducible();
    let adam = Trainer::new(Adam::new(0.01)).schedule(Schedule::cosine(10_000));
    let adam = adam.epochs(10_000).batch(Batch::Full).reproducible();
    let [first, rprop, adam] =
        [train("Levenberg-Marquardt", &levenberg_marquardt)?, train("Rprop", &rprop)?, train("Adam", &adam)?];
    let is_kept = first.worst < 1e-4 && first.median < 0.1 * rprop.median.min(adam.median);
    fs::write(FIGURE, svg(&[first, rprop, adam])?)?;
    println!("figure: {FIGURE}");
    if is_kept {
        Ok(())
    } else {
        Err("the promise is broken: below 1e-4 from every start, and below a tenth of the others' medians".into())
    }
}

/// Points of the sine, evenly spaced from `low` to `high`.
fn points(low: f64, high: f64, count: u32) -> Vec<Example> {
    let x = |i| low + (high - low) * f64::from(i) / f64::from(count - 1);
    (0..count).map(x).map(|x| ([x], [libm::sin(x)])).collect()
}

/// The errors that a method reaches.
struct Reached {
    method: &'static str,
    median: f64,
    worst: f64,
    /// From the first start: the error before every epoch.
    errors: Vec<f64>,
}

/// Trains from every start.
fn train<O: Optimizer<f64> + Clone>(method: &'static str, trainer: &Trainer<O>) -> Result<Reached, Box<dyn Error>> {
    // Half of the distance between two points.
    let half = PI / 199.0;
    let (examples, between) = (points(-PI, PI, 200), points(half - PI, PI - half, 199));
    let (mut errors, mut errors_between, mut epochs) = (Vec::new(), Vec::new(), 0);
    let began = Instant::now();
    for seed in 0..STARTS {
        let mut network = Sine::random(&mut mlp_core::rng(seed.into()));
        epochs = trainer.clone().fit(&mut network, &examples)?.epochs.max(epochs);
        errors.push(error(&network, &examples)?);
        errors_between.push(error(&network, &between)?);
    }
    let milliseconds = began.elapsed().as_secs_f64() * 1000.0 / f64::from(STARTS);
    let ([median, worst], [between, _]) = (median_and_worst(errors), median_and_worst(errors_between));
    println!("{method:19} {epochs:7}  {median:7.1e}  {worst:7.1e}   {between:18.1e}   {milliseconds:13.0}");

    let mut history = History::losses_only();
    let mut first = Sine::random(&mut mlp_core::rng(0));
    trainer.clone().observe(&mut history).fit(&mut first, &examples)?;
    // The loss of an example is half its squared error.
    let errors = history.loss().iter().map(|loss| (2.0 * loss).sqrt()).collect();
    Ok(Reached { method, median, worst, errors })
}

/// The root mean squared error.
fn error(network: &Sine, examples: &[Example]) -> Result<f64, MetricsError> {
    let y_true: Vec<_> = examples.iter().map(|&(_, y_true)| y_true).collect();
    let y_pred: Vec<_> = examples.iter().map(|&(x, _)| network.predict(x)).collect();
    root_mean_squared_error(&y_true, &y_pred)
}

fn median_and_worst(mut errors: Vec<f64>) -> [f64; 2] {
    errors.sort_by(f64::total_cmp);
    [errors[errors.len() / 2], errors[errors.len() - 1]]
}

/// The errors of each method over the epochs, both on logarithmic axes.
fn svg(results: &[Reached]) -> Result<String, std::fmt::Error> {
    // Epochs from 1 to 10,000 and errors from 1 to 1e-5: 120 and 60 pixels for a power of ten.
    let across = |epochs: f64| 60.0 + 120.0 * libm::log10(epochs);
    let down = |error: f64| 20.0 - 60.0 * libm::log10(error);
    let mut svg = String::from(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="720" height="380" viewBox="0 0 720 380" role="img">
<title>Errors of Levenberg-Marquardt, Rprop and Adam over the epochs, from one start</title>
<g font-family="sans-serif" font-size="14" fill="#757575">
"##,
    );
    for power in 0..=5 {
        let y = 20 + 60 * power;
        writeln!(svg, r##"<path d="M60 {y}H540" stroke="#757575" stroke-width="0.5"/>"##)?;
        let error = if power == 0 { "1".to_owned() } else { format!("1e-{power}") };
        writeln!(svg, r#"<text x="52" y="{}" text-anchor="end">{error}</text>"#, y + 5)?;
    }
    for power in 0..=4 {
        let (x, epochs) = (60 + 120 * power, 10_u32.pow(power));
        writeln!(svg, r#"<text x="{x}" y="340" text-anchor="middle">{epochs}</text>"#)?;
    }
    writeln!(svg, r#"<text x="300" y="365" text-anchor="middle">epochs</text>"#)?;
    writeln!(svg, r#"<text x="550" y="23">root mean squared error</text>"#)?;
    let colours = ["#1C72E0", "#D55E00", "#00A860"];
    for ((Reached { method, errors, .. }, colour), y) in results.iter().zip(colours).zip([45, 67, 89]) {
        let (mut points, mut last) = (String::new(), 0.0);
        for (epochs, &error) in (1_u32..).zip(errors) {
            // No more points than can be seen.
            let (x, y) = (across(epochs.into()), down(error));
            if x >= last + 0.5 {
                write!(points, "{x:.1},{y:.1} ")?;
                last = x;
            }
        }
        writeln!(svg, r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>"#)?;
        writeln!(svg, r#"<text x="550" y="{y}" fill="{colour}">{method}</text>"#)?;
    }
    Ok(svg + "</g>\n</svg>\n")
}
