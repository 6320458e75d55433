//! The methods of mlp-core.
//!
//! A training counts its epochs, not its evaluations of the loss. So every problem has a second network, whose output
//! activation is the identity and counts the places at which all outputs were computed. Its training says how many
//! epochs stay within the limit; the network itself then trains as many, and its time is taken. Both end at the same bits.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::ControlFlow;

use cpu_time::ProcessTime;
use mlp_core::observer::from_fn;
use mlp_core::{
    Adam, Array as _, Batch, Epoch, Lbfgs, LevenbergMarquardt, Network, Optimizer, Rprop, Schedule, StopReason, Trainer,
};

use super::problems::{Problem, network};
use super::{EPOCHS, EVALUATIONS, Result, Run, line, median};

pub(super) const LEVENBERG_MARQUARDT: &str = "Levenberg-Marquardt";
const ADAM: [&str; 2] = ["Adam, 0.01", "Adam, 0.01 with cosine"];

thread_local! {
    static PLACES: RefCell<Places> = const { RefCell::new(Places { outputs: 0, so_far: 0, sum: 0, seen: None }) };
}

/// The places in the space of parameters at which the outputs were computed.
struct Places {
    /// The outputs of all examples.
    outputs: usize,
    /// Those of the present pass so far, and the sum of their bits, which does not depend on their order.
    so_far: usize,
    sum: u64,
    /// The sums of the passes so far.
    seen: Option<HashSet<u64>>,
}

/// The identity.
pub(super) fn counted(z: f64) -> f64 {
    PLACES.with_borrow_mut(|places| {
        places.so_far += 1;
        places.sum = places.sum.wrapping_add(z.to_bits());
        if places.so_far == places.outputs {
            places.seen.get_or_insert_default().insert(places.sum);
            (places.so_far, places.sum) = (0, 0);
        }
    });
    z
}

pub(super) fn counted_derivative(_z: f64, _a: f64) -> f64 {
    1.0
}

fn places() -> usize {
    PLACES.with_borrow(|places| places.seen.as_ref().map_or(0, HashSet::len))
}

type Methods = Vec<(&'static str, Vec<Run>)>;

pub(super) fn all<N, C>(problem: &Problem<N>) -> Result<Methods>
where
    N: Network<Scalar = f64>,
    C: Network<Scalar = f64, Input = N::Input, Output = N::Output, Parameters = N::Parameters>,
{
    let levenberg_marquardt = Trainer::new(LevenbergMarquardt::new());
    let lbfgs = Trainer::new(Lbfgs::new());
    let rprop = Trainer::new(Rprop::new(0.01)).batch(Batch::Full).epochs(EPOCHS);
    let adam = || Trainer::new(Adam::new(0.01)).batch(Batch::Full).epochs(EPOCHS);
    Ok(vec![
        (LEVENBERG_MARQUARDT, within_evaluations::<N, C, _>(&levenberg_marquardt, problem)?),
        ("L-BFGS", within_evaluations::<N, C, _>(&lbfgs, problem)?),
        ("Rprop", from_each_start(&rprop, problem)?),
        (ADAM[0], from_each_start(&adam(), problem)?),
        (ADAM[1], from_each_start(&adam().schedule(Schedule::cosine(EPOCHS)), problem)?),
    ])
}

fn within_evaluations<N, C, O>(trainer: &Trainer<O>, problem: &Problem<N>) -> Result<Vec<Run>>
where
    N: Network<Scalar = f64>,
    C: Network<Scalar = f64, Input = N::Input, Output = N::Output, Parameters = N::Parameters>,
    O: Optimizer<f64> + Clone,
{
    let run = |start: &Vec<f64>| {
        let outputs = problem.train.len() * problem.train[0].1.as_ref().len();
        PLACES.set(Places { outputs, so_far: 0, sum: 0, seen: None });
        let (mut epochs, mut evaluations) = (0, 0);
        let within = |epoch: &Epoch<'_, C>| {
            let is_within = places() <= EVALUATIONS;
            if is_within {
                (epochs, evaluations) = (epoch.number + 1, places());
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(StopReason::Observer)
            }
        };
        let mut counting = network::<C>(start);
        trainer.clone().epochs(EVALUATIONS).observe(from_fn(within)).fit(&mut counting, &problem.train)?;
        let run = from_start(&trainer.clone().epochs(epochs), problem, start)?;
        // The last epoch of the other one may have gone beyond.
        let mut again = network::<C>(start);
        trainer.clone().epochs(epochs).fit(&mut again, &problem.train)?;
        let mut end = C::Parameters::zeros();
        again.copy_parameters_into(&mut end);
        if end.as_ref() == run.parameters {
            Ok(Run { evaluations, ..run })
        } else {
            Err("the counter changes bits".into())
        }
    };
    problem.starts.iter().map(run).collect()
}

fn from_each_start<N, O>(trainer: &Trainer<O>, problem: &Problem<N>) -> Result<Vec<Run>>
where
    N: Network<Scalar = f64>,
    O: Optimizer<f64> + Clone,
{
    problem.starts.iter().map(|start| from_start(trainer, problem, start)).collect()
}

fn from_start<N, O>(trainer: &Trainer<O>, problem: &Problem<N>, start: &[f64]) -> Result<Run>
where
    N: Network<Scalar = f64>,
    O: Optimizer<f64> + Clone,
{
    let mut network = network::<N>(start);
    let began = ProcessTime::now();
    let outcome = trainer.clone().fit(&mut network, &problem.train)?;
    let seconds = began.elapsed().as_secs_f64();
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    let parameters = parameters.as_ref().to_vec();
    Ok(Run { evaluations: outcome.epochs, iterations: outcome.epochs, seconds, parameters })
}

/// How soon Levenberg-Marquardt reaches a loss.
pub(super) struct Goals {
    /// From how many starts it comes below an RMSE of 1e-4, and after how many iterations at most.
    pub(super) precise: usize,
    pub(super) most_iterations: usize,
    /// The better of the two settings of Adam.
    pub(super) adam: &'static str,
    /// From how many starts it reaches Adam's loss from the same start, and in which part of its time.
    pub(super) reached: usize,
    pub(super) part_of_time: f64,
    pub(super) worst_part_of_time: f64,
}

pub(super) fn goals<N: Network<Scalar = f64>>(problem: &Problem<N>, methods: &Methods) -> Result<Goals> {
    let trainer = |loss: f64| Trainer::new(LevenbergMarquardt::new()).epochs(EVALUATIONS).target_loss(loss);
    let outputs = problem.train[0].1.as_ref().len() as f64;
    // The loss is half the sum of the squares over the outputs, and the RMSE a mean over the outputs.
    let loss_of = |rmse: f64| 0.5 * outputs * rmse * rmse;
    let precise = from_each_start(&trainer(loss_of(1e-4)), problem)?;
    let precise: Vec<_> = precise.iter().filter(|run| run.iterations < EVALUATIONS).collect();

    let mut adams = Vec::new();
    for (method, runs) in methods.iter().filter(|(method, _)| ADAM.contains(method)) {
        adams.push((line(method, runs, problem).train, *method, runs));
    }
    adams.sort_by(|a, b| a.0.total_cmp(&b.0));
    let &(_, adam, runs) = adams.first().ok_or("Adam was not measured")?;
    let mut parts = Vec::new();
    for (start, adam) in problem.starts.iter().zip(runs) {
        let loss = loss_of(super::rmse::<N>(&adam.parameters, &problem.train));
        let run = from_start(&trainer(loss), problem, start)?;
        if loss_of(super::rmse::<N>(&run.parameters, &problem.train)) <= loss {
            parts.push(run.seconds / adam.seconds);
        }
    }
    Ok(Goals {
        precise: precise.len(),
        most_iterations: precise.iter().map(|run| run.iterations).max().unwrap_or(0),
        adam,
        reached: parts.len(),
        part_of_time: median(parts.iter().copied().chain(parts.is_empty().then_some(f64::NAN))),
        worst_part_of_time: parts.into_iter().fold(0.0, f64::max),
    })
}
