//! Every public type may go to another thread (`Send`), be shared by several (`Sync`), and be moved after it was pinned
//! (`Unpin`). There is no exception. A trainer has these traits if its optimizer and its observers, which may be the
//! user's own, have them.
//!
//! mlp-core declares none of these traits. The compiler infers them from the fields, and one new field can take them
//! away.

use std::error::Error;
use std::fs;
use std::path::Path;

use mlp_core::{
    __private, batch, compare, dataset, equations, evolution, exchange, gradient_check, history, language,
    least_squares, lesson, metrics, mlp, model, network, objective, observer, optimizer, persist, population, random,
    reducer, rolled, sample_weights, scaling, schedule, source, sweep, trace, trainer, worksheet,
};

use network::Network;
use optimizer::Optimizer;

mlp!(struct Small: 2 => 2 => 2);
mlp!(struct Single: 1 => tanh(2) => 1, scalar = f32);
mlp!(struct Classes: 2 => softmax(3), loss = cross_entropy);
mlp!(struct Own: 1 => self::square(2) => 1, loss = self::distance);
// mlp-core compiles the forward pass of these two, and for the second also the rest of a step.
mlp!(struct Medium: 4 => 17 => 3);
mlp!(struct Large: 14 => 14 => 6);
mlp!(struct Rolled: 64 => relu(32) => softmax(10), loss = cross_entropy, rolled);

fn square(z: f64) -> f64 {
    z * z
}

fn square_derivative(z: f64, _a: f64) -> f64 {
    2.0 * z
}

fn distance([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> f64 {
    (y_pred - y_true).abs()
}

fn distance_derivative([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> [f64; 1] {
    [(y_pred - y_true).signum()]
}

/// Compiles if `T` has the three traits.
const fn auto_traits<T: Send + Sync + Unpin>() {}

/// Compiles if `?` can turn `E` into the `Box<dyn Error + Send + Sync>` of most programs with several kinds of errors.
const fn error<E: Error + Send + Sync + Unpin + 'static>() {}

macro_rules! assert_auto_traits {
    ($($type:ty),+ $(,)?) => { $(auto_traits::<$type>();)+ };
}

macro_rules! assert_errors {
    ($($type:ty),+ $(,)?) => { $(error::<$type>();)+ };
}

#[test]
fn networks_have_the_auto_traits() {
    assert_auto_traits!(Small, SmallForward, SmallGradients, SmallInputGradients);
    assert_auto_traits!(Single, SingleForward, SingleGradients, SingleInputGradients);
    assert_auto_traits!(Classes, ClassesForward, ClassesGradients, ClassesInputGradients);
    assert_auto_traits!(Own, OwnForward, OwnGradients, OwnInputGradients);
    assert_auto_traits!(Medium, MediumForward, MediumGradients, MediumInputGradients);
    assert_auto_traits!(Large, LargeForward, LargeGradients, LargeInputGradients);
    assert_auto_traits!(Rolled, RolledForward, RolledGradients, RolledInputGradients);
    // The types that code generic over networks uses.
    assert_auto_traits!(<Small as Network>::Input, <Small as Network>::Output, <Small as Network>::Parameters);
    assert_auto_traits!(<Rolled as Network>::Input, <Rolled as Network>::Output, <Rolled as Network>::Parameters);
}

#[test]
fn trainers_have_the_auto_traits_of_what_they_hold() {
    type Validation<'a> = &'a [([f64; 2], [f64; 2])];
    assert_auto_traits!(
        trainer::Trainer<optimizer::GradientDescent>,
        trainer::Trainer<optimizer::Adam, ((), observer::Report)>,
        trainer::Trainer<optimizer::AdamW, ((), &'static mut history::History<f64>), Validation<'static>>,
    );
}

#[test]
fn optimizers_and_their_states_have_the_auto_traits() {
    fn both<O, N>()
    where
        N: Network,
        O: Optimizer<N::Scalar, State<N::Parameters>: Send + Sync + Unpin> + Send + Sync + Unpin,
    {
    }
    fn with_every_optimizer<N>()
    where
        N: Network<Scalar: Unpin, Parameters: Send + Sync + Unpin>,
    {
        both::<optimizer::GradientDescent, N>();
        both::<optimizer::Momentum, N>();
        both::<optimizer::RmsProp, N>();
        both::<optimizer::Adagrad, N>();
        both::<optimizer::Adam, N>();
        both::<optimizer::AdamW, N>();
        both::<optimizer::Rprop, N>();
        both::<optimizer::Lbfgs, N>();
        both::<least_squares::LevenbergMarquardt, N>();
    }
    with_every_optimizer::<Small>();
    with_every_optimizer::<Single>();
    with_every_optimizer::<Rolled>();
}

/// Generic types are checked for both scalars.
#[test]
fn public_structs_and_enums_have_the_auto_traits() {
    assert_auto_traits!(
        dataset::Chunks,
        dataset::Column,
        dataset::Dataset<f64, 4, 3>,
        dataset::Dataset<f32, 4, 3>,
        dataset::Filler,
        dataset::Folds,
        dataset::Missing,
        dataset::MissingCells,
        dataset::Place,
        dataset::Report,
        dataset::Schema,
        dataset::Selection<'static>,
        dataset::Table,
        dataset::TableFormat,
        dataset::Target,
        dataset::Unseen,
    );
    assert_auto_traits!(gradient_check::Comparison, gradient_check::GradientCheck, gradient_check::Verdict);
    assert_auto_traits!(history::History<f64>, history::History<f32>, mlp_core::Figure);
    assert_auto_traits!(language::Language, language::LessonWords, lesson::Lesson<f64>, lesson::Lesson<f32>);
    assert_auto_traits!(__private::math::Fused, __private::math::Separate);
    assert_auto_traits!(metrics::ConfusionMatrix<'static, 3>, metrics::MultiLabel<'static, 3>, metrics::Scores);
    assert_auto_traits!(metrics::Weighted<'static>);
    assert_auto_traits!(metrics::CalibrationCurve, metrics::CalibrationPoint, metrics::RocCurve, metrics::RocPoint);
    assert_auto_traits!(metrics::PrecisionRecallCurve, metrics::PrecisionRecallPoint);
    assert_auto_traits!(metrics::Importance, metrics::Importances);
    assert_auto_traits!(
        network::Architecture<f64, [f64; 2]>,
        network::Architecture<f32, [f32; 1]>,
        network::Layer<f64>,
        network::Layer<f32>,
        network::Activation<f64>,
        network::Activation<f32>,
        network::Loss<f64, [f64; 2]>,
        network::Loss<f32, [f32; 1]>,
        network::Name,
        network::Names,
        network::Neuron,
        network::Parameter,
        network::Role,
    );
    assert_auto_traits!(model::Cell<'static>, model::Fitted<Small, 2, 2>, model::Model<Small>, model::Model<Rolled>);
    assert_auto_traits!(model::Prediction<'static, 3>);
    assert_auto_traits!(model::ClassScores, model::Evaluation, model::TargetScores);
    assert_auto_traits!(
        observer::Progress,
        observer::Report,
        observer::Update<'static, Small>,
        observer::Update<'static, Rolled>
    );
    assert_auto_traits!(observer::FromFn<fn()>, trainer::ChunkError<()>, trainer::Checkpoint, trainer::Training<Small, optimizer::Adam>);
    assert_auto_traits!(trainer::Training<Rolled, optimizer::GradientDescent, ((), observer::Report)>);
    assert_auto_traits!(least_squares::Regularisation);
    assert_auto_traits!(objective::Objective<'static, Small>, objective::Objective<'static, Rolled>, persist::Load);
    assert_auto_traits!(
        population::Ensemble<[f64; 2]>,
        population::Population<Small>,
        population::Population<Rolled>,
        population::PopulationOutcome<f64>,
    );
    assert_auto_traits!(exchange::Onnx, exchange::Safetensors, __private::exchange::Identity<f64>);
    assert_auto_traits!(random::ByActivation, random::Glorot, random::He, random::StandardNormal, random::Uniform);
    assert_auto_traits!(reducer::Shards);
    assert_auto_traits!(rolled::BoxedArray<f64, 1000>, rolled::BoxedArray<f32, 1000>);
    assert_auto_traits!(sample_weights::ClassWeights);
    assert_auto_traits!(scaling::Scaled<Small>, scaling::Scaled<Rolled>, scaling::Scaling<[f64; 2]>);
    assert_auto_traits!(scaling::Constant, scaling::Scaler);
    assert_auto_traits!(schedule::Schedule);
    assert_auto_traits!(
        equations::Equations,
        equations::Section,
        equations::Part,
        equations::Equation,
        equations::Index
    );
    assert_auto_traits!(equations::Expression, equations::Subscript, equations::SumOrder, equations::Comparison);
    assert_auto_traits!(equations::Function, equations::Elementary, equations::Precision, equations::Parameter);
    assert_auto_traits!(equations::Definition, equations::UpdateRule, equations::State);
    assert_auto_traits!(source::Source, sweep::Row<f64>, sweep::Sweep<f64>);
    assert_auto_traits!(trace::Equation<f64>, trace::Section<f64>, trace::Trace<f64>, trace::Why<f64>);
    assert_auto_traits!(trace::Equation<f32>, trace::Section<f32>, trace::Trace<f32>, trace::Why<f32>);
    assert_auto_traits!(compare::Cause<f64>, compare::ComparedValue<f64>, compare::Comparison<f64>);
    assert_auto_traits!(worksheet::Worksheet<f64>, worksheet::Worksheet<f32>);
    assert_auto_traits!(
        trainer::Batch,
        trainer::ExampleSet,
        trainer::Outcome<f64>,
        trainer::Outcome<f32>,
        trainer::StopReason,
    );
    assert_auto_traits!(__private::vectorized::Spaced<f64>, __private::vectorized::Spaced<f32>);
    assert_auto_traits!(
        __private::activation::BuiltIn,
        __private::activation::Initialization,
        __private::activation::softmax,
        __private::loss::BuiltIn,
        __private::loss::Targets,
    );
}

/// The type of the generator has no name in mlp-core.
#[test]
fn the_generator_has_the_auto_traits() {
    const fn of<T: Send + Sync + Unpin>(_: &T) {}
    of(&random::rng(1));
}

#[test]
fn errors_can_be_boxed_and_sent() {
    assert_errors!(
        batch::BatchLengthError,
        batch::EmptyBatchError,
        compare::CompareError,
        dataset::FoldError,
        dataset::InputError,
        evolution::EvolutionError,
        exchange::BytesError,
        exchange::OnnxError,
        exchange::SafetensorsError,
        dataset::RoundingError,
        dataset::SchemaError,
        dataset::SplitError,
        dataset::TableError,
        gradient_check::GradientCheckError,
        lesson::LessonError,
        metrics::ImportanceError,
        metrics::MetricsError,
        model::ModelError,
        model::RowError,
        mlp_core::FigureError,
        objective::ObjectiveError,
        population::MemberError,
        population::PopulationError,
        persist::LoadError,
        persist::SaveError,
        reducer::ReduceError,
        sample_weights::ClassWeightsError,
        sample_weights::SampleWeightsError,
        scaling::ScalingError,
        source::SourceError,
        sweep::SweepError,
        trace::UnknownName,
        trainer::TraceAtError,
        trainer::TrainError,
        worksheet::WorksheetError,
    );
}

/// These types are `pub` because public traits mention them, but no path leads to them from outside. `Damping`,
/// `LastSteps`, `Moments`, `Squares`, `Steps` and `Velocity` are the states of optimizers, which are checked with them.
const WITHOUT_A_PATH: [&str; 35] = [
    "batch::Buffer",
    "network::Backward",
    "equations::Locals",
    "least_squares::Damping",
    "least_squares::Epoch",
    "network::ErasedArchitecture",
    "optimizer::AdamStep",
    "optimizer::AdaptiveStep",
    "optimizer::BuiltInRule",
    "optimizer::DescentStep",
    "optimizer::LastSteps",
    "optimizer::Moments",
    "optimizer::MomentumStep",
    "optimizer::RpropStep",
    "optimizer::Squares",
    "optimizer::Steps",
    "optimizer::Velocity",
    "population::End",
    "population::FitTask",
    "population::Plan",
    "population::PredictTask",
    "population::Row",
    "random::Permutation",
    "simd::Backend",
    "trace::Start",
    "trainer::ChunkedEpoch",
    "trainer::EpochLoss",
    "trainer::FullBatch",
    "trainer::LossMonitor",
    "trainer::Method",
    "trainer::Progress",
    "trainer::ReducedPiece",
    "trainer::Settings",
    "trainer::Step",
    "trainer::TrainingData",
];

/// These belong to one call, which may be on one thread. An epoch shows the state of any optimizer, whatever its traits.
const OF_ONE_CALL: [&str; 1] = ["observer::Epoch"];

/// Fails if a public type is missing from the lists above.
#[test]
fn no_public_type_is_forgotten() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mlp-core/src");
    let mut types = Vec::new();
    let mut folders = vec![sources.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let file = path.strip_prefix(&sources).unwrap().with_extension("");
                let module = file.iter().next().unwrap().to_str().unwrap();
                let source = fs::read_to_string(&path).unwrap();
                types.extend(source.lines().filter_map(declared).map(|name| (module.to_owned(), name.to_owned())));
            }
        }
    }
    assert!(types.len() > 50, "{types:?}");
    for (module, name) in types {
        let path = format!("{module}::{name}");
        let checked = is_named(&path) || is_named(&format!("mlp_core::{name}"));
        let excepted = WITHOUT_A_PATH.iter().chain(&OF_ONE_CALL).any(|excepted| *excepted == path);
        assert!(checked || excepted, "{path} is in none of the lists");
    }
}

/// The name of the public type that a line declares.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    // A type that a macro declares, `$name`, has no name yet.
    (end > 0).then(|| &rest[..end])
}

/// Whether this path is in a list above.
fn is_named(path: &str) -> bool {
    let (lists, _) = include_str!("auto_traits.rs").split_once("const WITHOUT_A_PATH").unwrap();
    lists.match_indices(path).any(|(at, _)| {
        let next = lists[at + path.len()..].chars().next();
        (lists[..at].ends_with([' ', '(', '<']) || lists[..at].ends_with("::"))
            && next.is_some_and(|c| !c.is_alphanumeric())
    })
}
