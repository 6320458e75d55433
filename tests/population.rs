//! Populations: every network is what its own `fit` and `predict` make of it, to the bit.

#![allow(clippy::cast_precision_loss, reason = "counts are small")]

use mlp_core::evolution::{blend, crossover, mutate};
use mlp_core::population::{MemberError, PopulationError};
use mlp_core::random::Rng;
use mlp_core::{
    Adagrad, Adam, AdamW, Array, Batch, GradientDescent, History, Lbfgs, LevenbergMarquardt, Momentum, Network,
    Optimizer, Population, RmsProp, Scalar, Schedule, StandardNormal, StopReason, TrainError, Trainer, mlp, rng,
};

use crate::cases::in_threads;

/// Populations of each of the networks below.
const POPULATIONS: u64 = 40;

/// An activation of a user's own.
pub(crate) fn swish<T: Scalar>(z: T) -> T {
    z * mlp_core::activation::sigmoid(z)
}

pub(crate) fn swish_derivative<T: Scalar>(z: T, a: T) -> T {
    let s = mlp_core::activation::sigmoid(z);
    a + s * (T::ONE - a)
}

/// A loss of a user's own.
pub(crate) fn quartic<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    let mut sum = T::ZERO;
    for k in 0..O {
        let error = y_pred[k] - y_true[k];
        sum += error * error * error * error;
    }
    sum
}

pub(crate) fn quartic_derivative<T: Scalar, const O: usize>(mut y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    for k in 0..O {
        let error = y_pred[k] - y_true[k];
        y_pred[k] = T::from_f64(4.0) * error * error * error;
    }
    y_pred
}

/// An optimizer of a user's own: gradients by their largest in the piece, and every second step twice as long.
#[derive(Clone, Copy, Debug)]
struct Largest(f64);

impl<T: Scalar> Optimizer<T> for Largest {
    type State<P: Array<T>> = Steps;

    fn learning_rate(&self) -> f64 {
        self.0
    }

    fn init_state<P: Array<T>>(&self) -> Result<Steps, TrainError> {
        Ok(Steps(0.0))
    }

    fn begin_step<P: Array<T>>(&self, state: &mut Steps, _: T) {
        state.0 += 1.0;
    }

    fn step<P: Array<T>>(&self, state: &mut Steps, offset: usize, parameters: &mut [T], gradients: &[T], rate: T) {
        let size = |g: T| if g < T::ZERO { -g } else { g };
        let largest = gradients.iter().fold(T::ONE, |largest, &g| if size(g) > largest { size(g) } else { largest });
        let factor = T::from_f64(1.0 + state.0 % 2.0 + offset as f64 / 1000.0);
        for (parameter, &gradient) in parameters.iter_mut().zip(gradients) {
            *parameter -= rate * factor * (gradient / largest);
        }
    }
}

#[derive(Clone, Debug)]
struct Steps(f64);

impl<T> mlp_core::optimizer::OptimizerState<T> for Steps {
    fn visit(&mut self, visitor: &mut dyn mlp_core::optimizer::StateVisitor<T>) {
        visitor.number("steps", &mut self.0);
    }
}

/// Declares networks and trains populations of each, with an optimizer whose settings are drawn.
macro_rules! populations {
    ($($name:ident: ($($declaration:tt)*), $optimizer:ident;)*) => { $(
        #[test]
        fn $name() {
            mlp!(struct Net: $($declaration)*);
            for seed in 0..POPULATIONS {
                members_are_their_own_fit::<Net, _>(seed, $optimizer);
            }
        }
    )* };
}

populations! {
    lecture: (2 => 2 => 2), descent;
    lecture_single: (2 => 2 => 2, scalar = f32), descent;
    one_neuron: (1 => 1), descent;
    one_output: (2 => tanh(3) => identity(1), scalar = f32), adam;
    relus: (3 => relu(6) => leaky_relu(4) => identity(3)), descent;
    smooth: (3 => elu(4) => softplus(3) => silu(2)), momentum;
    gelus: (3 => gelu(6) => gelu(2), scalar = f32), momentum;
    hard: (3 => hard_tanh(6) => hard_sigmoid(2)), rms_prop;
    softsigns: (3 => softsign(6) => softsign(2), scalar = f32), adagrad;
    deep: (2 => tanh(3) => 4 => tanh(5) => identity(2)), adamw;
    bottleneck: (5 => tanh(1) => identity(1) => 5), descent;
    mean_squares: (2 => tanh(3) => 3, loss = mean_squared_error), adam;
    mean_absolutes: (2 => tanh(3) => tanh(3), loss = mean_absolute_error, scalar = f32), descent;
    hubers: (3 => silu(5) => softplus(4), loss = huber), descent;
    answers: (2 => tanh(3) => sigmoid(3), loss = binary_cross_entropy), descent;
    hard_answers: (3 => tanh(4) => hard_sigmoid(2), loss = binary_cross_entropy, scalar = f32), momentum;
    classes: (4 => relu(6) => tanh(4) => softmax(5), loss = cross_entropy), adam;
    classes_single: (3 => softmax(3), loss = cross_entropy, scalar = f32), descent;
    softmax_squares: (2 => 3 => softmax(4), loss = mean_squared_error), rms_prop;
    own_activation: (3 => self::swish(5) => self::swish(2)), descent;
    own_loss: (2 => tanh(2) => softmax(3), loss = self::quartic, scalar = f32), momentum;
    own_optimizer: (2 => tanh(4) => identity(2)), largest;
    rolled: (3 => tanh(11) => silu(9) => 2, rolled), descent;
    rolled_single: (3 => relu(19) => tanh(3), rolled, scalar = f32), adam;
    rolled_classes: (3 => tanh(10) => softmax(4), loss = mean_squared_error, rolled), momentum;
    rolled_inline: (2 => 9 => 3, rolled, inline), adagrad;
    rolled_own_optimizer: (2 => tanh(3) => 2, rolled), largest;
}

fn descent(rate: f64, _: f64) -> GradientDescent {
    GradientDescent::new(rate)
}

fn momentum(rate: f64, share: f64) -> Momentum {
    let momentum = GradientDescent::new(rate).momentum(share).weight_decay(share / 100.0);
    if share > 0.5 { momentum.nesterov() } else { momentum }
}

fn rms_prop(rate: f64, share: f64) -> RmsProp {
    RmsProp::new(rate).alpha(share)
}

fn adagrad(rate: f64, share: f64) -> Adagrad {
    Adagrad::new(rate).epsilon(share * 1e-3)
}

fn adam(rate: f64, share: f64) -> Adam {
    Adam::new(rate).beta1(share).beta2(1.0 - share / 2.0)
}

fn adamw(rate: f64, share: f64) -> AdamW {
    AdamW::new(rate).beta1(share).weight_decay(share)
}

fn largest(rate: f64, _: f64) -> Largest {
    Largest(rate)
}

/// Draws from a seed.
struct Draws(Box<dyn FnMut() -> u64>);

impl Draws {
    fn new(seed: u64) -> Self {
        let mut rng = rng(seed);
        Self(Box::new(move || rng.next_u64()))
    }

    fn below(&mut self, n: u64) -> usize {
        usize::try_from((self.0)() % n).unwrap()
    }

    /// From 0 up to 1.
    fn unit(&mut self) -> f64 {
        ((self.0)() >> 40) as f64 / (1_u64 << 24) as f64
    }

    fn sometimes(&mut self) -> bool {
        self.below(3) == 0
    }

    /// Targets are shares of 1, which every loss accepts.
    fn examples<N: Network>(&mut self, count: usize) -> Vec<(N::Input, N::Output)> {
        let example = |_| {
            let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
            x.as_mut().iter_mut().for_each(|x| *x = N::Scalar::from_f64(4.0 * self.unit() - 2.0));
            let shares: Vec<_> = y_true.as_ref().iter().map(|_| self.unit() + 0.01).collect();
            let total = if shares.len() == 1 { 1.01 } else { shares.iter().sum() };
            y_true.as_mut().iter_mut().zip(shares).for_each(|(y, share)| *y = N::Scalar::from_f64(share / total));
            (x, y_true)
        };
        (0..count).map(example).collect()
    }

    fn trainer<O>(&mut self, optimizer: O) -> Trainer<O> {
        let mut trainer = Trainer::new(optimizer).epochs(1 + self.below(8));
        if !self.sometimes() {
            trainer = trainer.batch(Batch::Mini(1 + self.below(7)));
        }
        if self.sometimes() {
            trainer = trainer.shuffle((self.0)());
        }
        if self.sometimes() {
            trainer = trainer.schedule(Schedule::exponential(0.9).warm_up(2));
        }
        if self.sometimes() {
            trainer = trainer.clip_norm(0.2 * self.unit() + 1e-3);
        }
        if self.sometimes() {
            trainer = trainer.patience(1 + self.below(3)).min_delta(if self.sometimes() { 1e-3 } else { 0.0 });
        }
        if self.sometimes() {
            trainer = trainer.target_loss(0.3 * self.unit());
        }
        trainer
    }
}

/// The same settings for every optimizer.
fn settings_of<O>(seed: u64, optimizer: O) -> Trainer<O> {
    Draws::new(seed + 1000).trainer(optimizer)
}

/// One random population, trained with random settings, and each of its networks on its own.
fn members_are_their_own_fit<N, O>(seed: u64, optimizer: impl Fn(f64, f64) -> O)
where
    N: Network,
    O: Optimizer<N::Scalar> + Clone + Sync,
{
    let mut draws = Draws::new(seed);
    let count = 1 + draws.below(70);
    let mut starts = rng(seed);
    let networks: Vec<N> = (0..count).map(|_| N::random_with(&StandardNormal, &mut starts)).collect();
    let mut population = Population::new(&networks).unwrap();
    let size = 1 + draws.below(9);
    let (examples, validation) = (draws.examples::<N>(size), draws.examples::<N>(3));

    // A network in some forty diverges.
    let rate = |draws: &mut Draws| if draws.below(40) == 0 { 1e30 } else { 0.01 + draws.unit() };
    let same = draws.sometimes();
    let mut optimizers: Vec<_> = (0..count).map(|_| optimizer(rate(&mut draws), 0.9 * draws.unit())).collect();
    if same {
        optimizers = vec![optimizer(0.1 + draws.unit(), 0.9 * draws.unit()); count];
    }
    let is_validated = draws.sometimes();
    let outcome = match (is_validated, same) {
        (true, true) => population.fit(&settings_of(seed, optimizers[0].clone()).validate(&validation), &examples),
        (true, false) => population.fit_each(&optimizers, &settings_of(seed, ()).validate(&validation), &examples),
        (false, true) => population.fit(&settings_of(seed, optimizers[0].clone()), &examples),
        (false, false) => population.fit_each(&optimizers, &settings_of(seed, ()), &examples),
    };
    let outcome = outcome.unwrap();
    for (member, (mut network, optimizer)) in networks.into_iter().zip(optimizers).enumerate() {
        let mut own = settings_of(seed, optimizer);
        let result = if is_validated {
            own.validate(&validation).fit(&mut network, &examples)
        } else {
            own.fit(&mut network, &examples)
        };
        // As text, in which a NaN equals a NaN.
        let [ours, expected] = [&outcome.members()[member], &result].map(|outcome| format!("{outcome:?}"));
        assert_eq!(ours, expected, "seed {seed}, network {member} of {count}");
        let trained = population.network(member).unwrap();
        assert_eq!(bits(&trained), bits(&network), "seed {seed}, network {member} of {count}");
    }
    let inputs: Vec<_> = draws.examples::<N>(count).into_iter().map(|(x, _)| x).collect();
    let mut outputs = vec![N::Output::zeros(); count];
    population.predict_each(&inputs, &mut outputs).unwrap();
    for ((network, x), output) in population.to_networks().iter().zip(inputs).zip(outputs) {
        assert_eq!(bits_of(output.as_ref()), bits_of(network.predict(x).as_ref()), "seed {seed}");
    }
}

fn bits<N: Network>(network: &N) -> Vec<u64> {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    bits_of(parameters.as_ref())
}

fn bits_of<T: Scalar>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.to_f64().to_bits()).collect()
}

mlp!(struct Line: 1 => identity(1));
mlp!(struct Xor: 2 => tanh(3) => 1);

const XOR: [([f64; 2], [f64; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

/// Batches of 8 to 127 examples are summed in another order than the kernels do.
#[test]
fn medium_batches_agree_to_1e_12() {
    mlp!(struct Net: 3 => tanh(6) => 2);
    let examples = Draws::new(1).examples::<Net>(254);
    for size in [8, 16, 127] {
        let trainer = Trainer::new(GradientDescent::new(0.1)).epochs(500).batch(Batch::Mini(size)).reproducible();
        let mut population = Population::<Net>::from_seeds(0..3).unwrap();
        let outcome = population.fit(&trainer, &examples).unwrap().all().unwrap();
        let mut is_different = false;
        for member in 0..3 {
            let mut own = Net::random(&mut rng(u64::try_from(member).unwrap()));
            let result = trainer.clone().fit(&mut own, &examples).unwrap();
            let trained = population.network(member).unwrap();
            for (ours, expected) in trained.parameters().iter().zip(own.parameters()) {
                assert!((ours - expected).abs() <= 1e-12 * expected.abs().max(1e-3), "{ours} and {expected}");
                is_different |= *ours != expected;
            }
            let loss = outcome.members()[member].unwrap().loss;
            assert!((loss - result.loss).abs() < 1e-12);
        }
        assert!(is_different, "the kernels have not been used");
    }
}

/// What lanes cannot do: every network has the bits of its own `fit`, on any number of threads.
#[test]
fn everything_else_is_trained_one_by_one() {
    mlp!(struct Net: 3 => tanh(6) => identity(2));

    fn check<O: Optimizer<f64> + Clone + Sync>(trainer: &Trainer<O>, examples: &[([f64; 3], [f64; 2])]) {
        let weights: Vec<_> = (0..examples.len()).map(|index| f64::from(u8::try_from(index % 3).unwrap())).collect();
        let mut start: Vec<_> = (0..37).map(|seed| Net::random(&mut rng(seed))).collect();
        // One fails, and another has trained before.
        start[5].b1 = f64::INFINITY;
        for (threads, is_weighted) in [(1, false), (3, false), (2, true)] {
            let mut population = Population::new(&start).unwrap();
            let outcome = in_threads(threads, || {
                if is_weighted {
                    population.fit_weighted(trainer, examples, &weights)
                } else {
                    population.fit(trainer, examples)
                }
            });
            let outcome = outcome.unwrap();
            for (member, mut own) in start.iter().copied().enumerate() {
                let mut trainer = trainer.clone();
                let result = if is_weighted {
                    trainer.fit_weighted(&mut own, examples, &weights)
                } else {
                    trainer.fit(&mut own, examples)
                };
                assert_eq!(outcome.members()[member], result);
                assert_eq!(bits(&population.network(member).unwrap()), bits(&own));
                assert_eq!(result.is_err(), member == 5);
            }
        }
    }

    let examples = Draws::new(1).examples::<Net>(150);
    check(&Trainer::new(LevenbergMarquardt::new()).epochs(10), &examples);
    check(&Trainer::new(Lbfgs::new()).epochs(10).l2(0.1), &examples);
    let adam = || Trainer::new(Adam::new(0.05)).epochs(10).shuffle(3);
    check(&adam().batch(Batch::Mini(128)), &examples);
    check(&adam().batch(Batch::Mini(5)).l1(0.01), &examples);
    check(&adam().freeze(["w32", "b1"]), &examples);
    check(&adam().dropout(0.3, 5), &examples);
    check(&adam().batch(Batch::Mini(9)).max_norm(0.5), &examples);

    // What concerns all of them is an error of the whole.
    let mut population = Population::<Net>::from_seeds(0..3).unwrap();
    let refused = population.fit(&Trainer::new(LevenbergMarquardt::new()).shuffle(1), &examples).unwrap_err();
    assert!(matches!(refused, PopulationError::Train(TrainError::FullBatch { .. })), "{refused}");
    let refused = population.fit(&adam().freeze(["w99"]), &examples).unwrap_err();
    assert!(matches!(refused, PopulationError::Train(TrainError::UnknownParameter { .. })), "{refused}");
    let refused = population.fit_weighted(&adam(), &examples, &[1.0]).unwrap_err();
    assert!(matches!(refused, PopulationError::Train(TrainError::Weights(_))), "{refused}");
    assert_eq!(population.to_networks(), Population::<Net>::from_seeds(0..3).unwrap().to_networks());
}

#[test]
fn one_network_diverges_and_the_others_do_not_notice() {
    let rates: Vec<_> = (0..20).map(|i| GradientDescent::new(if i == 7 { 1e300 } else { 0.1 })).collect();
    let mut population = Population::new(&vec![Line { w11: 0.5, b1: 0.0 }; 20]).unwrap();
    let outcome = population.fit_each(&rates, &Trainer::new(()).epochs(50), &[([1.0], [0.0])]).unwrap();
    let failures: Vec<MemberError> = outcome.failures().collect();
    assert_eq!(failures.len(), 1);
    assert_eq!((failures[0].member, failures[0].error), (7, TrainError::Loss { epoch: 1, example: 0 }));
    assert_eq!(outcome.members()[8].unwrap().epochs, 50);
    assert_eq!(outcome.losses().count(), 19);
    assert_eq!(population.network(7), Some(Line { w11: -5e299, b1: -5e299 }));
    assert!(outcome.all().is_err());
}

/// What concerns one network is its own failure; the network is as it was.
#[test]
fn a_network_that_cannot_start() {
    let start = [Line { w11: 0.5, b1: 0.0 }, Line { w11: f64::NAN, b1: 1.0 }, Line { w11: 0.25, b1: 0.0 }];
    let mut population = Population::new(&start).unwrap();
    let outcome = population.fit(&Trainer::new(GradientDescent::new(0.1)).epochs(5), &[([1.0], [0.0])]).unwrap();
    assert_eq!(outcome.members()[1], Err(TrainError::Start { parameter: "w11".into() }));
    assert_eq!(population.network(1).unwrap().b1, 1.0);
    assert!(outcome.best().is_some());
    let rates = [0.1, -1.0, 0.2].map(GradientDescent::new);
    let mut population = Population::new(&[start[0], start[0], start[2]]).unwrap();
    let outcome = population.fit_each(&rates, &Trainer::new(()).epochs(5), &[([1.0], [0.0])]).unwrap();
    assert!(matches!(outcome.members()[1], Err(TrainError::LearningRate { .. })));
    assert_eq!(population.network(1), Some(start[0]));
    let momenta = [0.5, 0.9, 1.5].map(|share| GradientDescent::new(0.1).momentum(share));
    let outcome = population.fit_each(&momenta, &Trainer::new(()).epochs(5), &[([1.0], [0.0])]).unwrap();
    assert!(matches!(outcome.members()[2], Err(TrainError::Setting { setting: "momentum", .. })));
    assert!(outcome.members()[1].is_ok());
}

/// What concerns all networks is an error, and no network has changed.
#[test]
fn a_population_that_cannot_start() {
    let mut population = Population::<Xor>::from_seeds(0..3).unwrap();
    let before = population.to_networks();
    let descent = || Trainer::new(GradientDescent::new(0.5));
    let error = |result: Result<_, PopulationError>| {
        result.map(|_: mlp_core::population::PopulationOutcome<f64>| ()).unwrap_err()
    };
    assert_eq!(error(population.fit(&descent(), &[])), TrainError::NoExamples.into());
    assert_eq!(error(population.fit(&descent().epochs(0), &XOR)), TrainError::NoEpochs.into());
    assert_eq!(error(population.fit(&descent().batch(Batch::Mini(0)), &XOR)), TrainError::EmptyBatch.into());
    let limit = std::time::Duration::from_secs(1);
    assert_eq!(error(population.fit(&descent().time_limit(limit), &XOR)), PopulationError::TimeLimit);
    assert!(matches!(
        error(population.fit(&Trainer::new(GradientDescent::new(f64::NAN)), &XOR)),
        PopulationError::Train(TrainError::LearningRate { .. })
    ));
    assert!(matches!(
        error(population.fit(&descent().clip_norm(-1.0), &XOR)),
        PopulationError::Train(TrainError::Setting { .. })
    ));
    assert!(matches!(
        error(population.fit_each(&[GradientDescent::new(0.5)], &Trainer::new(()), &XOR)),
        PopulationError::Length { given: 1, networks: 3, .. }
    ));
    assert!(matches!(
        population.predict_each(&[[0.0; 2]; 3], &mut [[0.0]; 2]),
        Err(PopulationError::Length { given: 2, networks: 3, .. })
    ));
    assert_eq!(population.to_networks(), before);
    assert_eq!(Population::<Xor>::from_seeds([]).unwrap_err(), PopulationError::Empty);
    assert_eq!(population.network(3), None);
    assert_eq!(population.replace(3, &before[0]), Err(PopulationError::NoMember { member: 3, count: 3 }));
}

#[test]
fn observers_see_their_network() {
    let trainer = || Trainer::new(Adam::new(0.05)).epochs(40).shuffle(3);
    let mut population = Population::<Xor>::from_seeds(0..20).unwrap();
    let mut history = History::new();
    let outcome = population.fit_observed(17, &mut trainer().observe(&mut history), &XOR).unwrap().all().unwrap();
    let (mut own, mut own_history) = (Xor::random(&mut rng(17)), History::new());
    let result = trainer().observe(&mut own_history).fit(&mut own, &XOR).unwrap();
    assert_eq!(population.network(17), Some(own));
    assert_eq!(outcome.members()[17], Ok(result));
    assert_eq!(history.loss(), own_history.loss());
}

#[test]
fn networks_stop_on_their_own() {
    let mut population = Population::<Xor>::from_seeds(0..40).unwrap();
    let trainer = Trainer::new(GradientDescent::new(1.0)).epochs(3000).target_loss(0.01);
    let outcome = population.fit(&trainer, &XOR).unwrap().all().unwrap();
    let epochs = |reason| {
        let outcomes = outcome.members().iter().flatten().filter(move |outcome| outcome.stop_reason == reason);
        outcomes.map(|outcome| outcome.epochs).collect::<Vec<_>>()
    };
    let stopped = epochs(StopReason::TargetLoss);
    assert!(stopped.iter().any(|&other| other != stopped[0]), "all have stopped at once");
    assert!(epochs(StopReason::Epochs).iter().all(|&epochs| epochs == 3000));
    let best = outcome.best().unwrap();
    let lowest = outcome.losses().map(|(_, loss)| loss).fold(f64::INFINITY, f64::min);
    assert_eq!(outcome.members()[best].unwrap().loss, lowest);
}

#[test]
fn a_population_goes_on_where_it_was() {
    let (mut whole, mut pieces) =
        (Population::<Xor>::from_seeds(0..5).unwrap(), Population::<Xor>::from_seeds(0..5).unwrap());
    let trainer = |epochs| Trainer::new(GradientDescent::new(0.5)).epochs(epochs);
    let _ = whole.fit(&trainer(30), &XOR).unwrap().all().unwrap();
    for _ in 0..3 {
        let _ = pieces.fit(&trainer(10), &XOR).unwrap().all().unwrap();
    }
    assert_eq!(whole.to_networks(), pieces.to_networks());
}

/// Parameters and outcomes do not depend on the number of threads.
#[test]
fn any_number_of_threads() {
    let train = || {
        let mut population = Population::<Xor>::from_seeds(0..100).unwrap();
        let descent = Trainer::new(GradientDescent::new(1.0)).epochs(50).target_loss(0.1);
        let first = population.fit(&descent, &XOR).unwrap();
        let adam = Trainer::new(Adam::new(0.01)).epochs(50).batch(Batch::Mini(3)).shuffle(1).patience(5);
        let second = population.fit(&adam, &XOR).unwrap();
        (population.to_networks(), first, second)
    };
    let alone = in_threads(1, train);
    for threads in [2, 3, 8] {
        assert!(in_threads(threads, train) == alone, "{threads} threads");
    }
}

#[test]
fn evolution_changes_what_it_should() {
    let mut draws = rng(1);
    let (mother, father) =
        (Xor::random_with(&StandardNormal, &mut draws), Xor::random_with(&StandardNormal, &mut draws));
    let child = crossover(&mother, &father, &mut draws);
    let from_mother = child.parameters().iter().zip(mother.parameters()).filter(|(own, other)| *own == other).count();
    let from_father = child.parameters().iter().zip(father.parameters()).filter(|(own, other)| *own == other).count();
    assert_eq!(from_mother + from_father, 13);
    assert!(from_mother > 0 && from_father > 0);

    let mut same = child;
    mutate(&mut same, 0.0, 1.0, &mut draws).unwrap();
    assert_eq!(same, child);
    blend(&mut same, &father, 0.0).unwrap();
    assert_eq!(same, child);
    blend(&mut same, &father, 1.0).unwrap();
    assert_eq!(same, father);

    // Of 13,000 parameters a tenth moves, by a standard deviation of 0.2.
    let mut population = Population::new(&vec![child; 1000]).unwrap();
    population.mutate(0.1, 0.2, &mut draws).unwrap();
    let networks = population.to_networks();
    let moves =
        networks.iter().flat_map(|net| net.parameters().into_iter().zip(child.parameters())).map(|(a, b)| a - b);
    let moved: Vec<_> = moves.filter(|&by| by != 0.0).collect();
    assert!((1200..1400).contains(&moved.len()), "{}", moved.len());
    let variance = moved.iter().map(|by| by * by).sum::<f64>() / moved.len() as f64;
    assert!((0.19..0.21).contains(&variance.sqrt()), "{variance}");

    assert!(mutate(&mut same, 1.5, 0.1, &mut draws).is_err());
    assert!(mutate(&mut same, 0.5, f64::NAN, &mut draws).is_err());
    assert!(blend(&mut same, &child, -0.1).is_err());
    assert!(population.blend(&Population::new(&[child]).unwrap(), 0.5).is_err());
    assert!(population.crossover(0, 1000, &mut draws).is_err());
    assert_eq!(same, father);
}

/// A table, say, that has no place for every number.
fn table(z: f64) -> f64 {
    assert!(z.is_finite() && z > -100.0, "no place for {z}");
    z * 0.5
}

fn table_derivative(_: f64, _: f64) -> f64 {
    0.5
}

mlp!(struct Own: 1 => self::table(1));

/// A user's function is called for networks that are trained or asked, and for no other lane: it may fail there.
#[test]
fn own_functions_are_called_for_living_networks_alone() {
    let same = |networks: &[Own], rates: &[f64]| {
        let examples = [([1.0], [0.5]), ([-1.0], [-0.5])];
        let optimizers: Vec<_> = rates.iter().copied().map(GradientDescent::new).collect();
        let mut population = Population::new(networks).unwrap();
        let outcome =
            population.fit_each(&optimizers, &Trainer::new(()).epochs(200).target_loss(1e-6), &examples).unwrap();
        for (member, (&start, &optimizer)) in networks.iter().zip(&optimizers).enumerate() {
            let mut own = start;
            let result = Trainer::new(optimizer).epochs(200).target_loss(1e-6).fit(&mut own, &examples);
            // As text, because one of the errors has a NaN.
            assert_eq!(format!("{:?}", outcome.members()[member]), format!("{result:?}"));
            assert_eq!(bits(&population.network(member).unwrap()), bits(&own));
        }
    };
    let good = Own { w11: 0.2, b1: 0.3 };
    // One cannot start, one has a wrong rate, one reaches its target before it would diverge, one diverges.
    same(&[good, Own { w11: f64::NAN, b1: 0.0 }], &[0.01, 0.01]);
    same(&[good, good], &[0.01, f64::NAN]);
    same(&[good, Own { w11: 1.001, b1: 0.0 }], &[0.01, 1e3]);
    // 17 networks leave spare lanes.
    let networks = [Own { w11: 1.0, b1: 101.0 }; 17];
    let population = Population::new(&networks).unwrap();
    let mut outputs = [[0.0]; 17];
    population.predict_each(&[[-150.0]; 17], &mut outputs).unwrap();
    assert_eq!(outputs, [networks[0].predict([-150.0]); 17]);
    assert_eq!(population.predict_all(&[-150.0]).predictions, outputs);
}
