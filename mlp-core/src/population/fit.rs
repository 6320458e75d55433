//! Training a population: what depends on the types of network and optimizer.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::epochs::OwnOptimizer;
use super::training::{End, FitTask};
use super::{Population, PopulationError, PopulationOutcome};
use crate::batch::{ErasedExamples, NetworkExamples};
use crate::network::Array as _;
use crate::precompiled::Precompiled as _;
use crate::sample_weights::SampleWeights;
use crate::trainer::Validation;
use crate::{Network, Observer, Optimizer, Outcome, TrainError, Trainer, parallel};

impl<N: Network> Population<N> {
    /// Trains every network as [`Trainer::fit`] would train it: with its optimizer, batches, shuffled order, schedule,
    /// clipping, validation, and its own early stop. With a few exceptions the results have the
    /// [same bits](super#same-results-as-one-by-one). Every call starts anew: the states of the optimizers are not kept for
    /// the next one.
    ///
    /// If a number in a network becomes infinite or NaN, [`PopulationOutcome::failures`] names the network. The others are
    /// trained as usual.
    ///
    /// ```
    /// use mlp_core::{Adam, Batch, Population, Trainer, mlp};
    ///
    /// mlp!(pub struct Sine: 1 => tanh(6) => identity(1));
    /// let example = |i: u32| { let x = f64::from(i) / 10.0 - 3.0; ([x], [x.sin()]) };
    /// let (validation, training): (Vec<_>, Vec<_>) = (0..60).map(example).partition(|(x, _)| (x[0] * 10.0) as i32 % 4 == 0);
    ///
    /// let mut population = Population::<Sine>::from_seeds(0..20)?;
    /// let trainer = Trainer::new(Adam::new(0.02)).epochs(300).batch(Batch::Mini(4)).shuffle(7);
    /// let outcome = population.fit(&trainer.validate(&validation).patience(50), &training)?.all()?;
    /// let best = outcome.best().expect("none has failed");
    /// assert!((population.network(best).unwrap().predict([1.0])[0] - 1.0_f64.sin()).abs() < 0.05);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the training cannot start, for a reason that concerns all networks: examples, settings. No network has changed
    /// then. A reason that concerns one network, such as an infinite parameter, is a failure of this network.
    pub fn fit<O, V>(
        &mut self,
        trainer: &Trainer<O, (), V>,
        examples: &[(N::Input, N::Output)],
    ) -> Result<PopulationOutcome<N::Scalar>, PopulationError>
    where
        O: Optimizer<N::Scalar> + Sync,
        V: Validation<N> + Copy + Sync,
    {
        check_optimizer::<N, O>(&trainer.optimizer)?;
        self.train(
            |_| &trainer.optimizer,
            trainer,
            examples,
            false,
            |mut trainer, network| trainer.fit(network, examples),
        )
    }

    /// Trains as [`fit`](Self::fit) does, with a [weight](crate::sample_weights) for each example.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, Population, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let examples = [([0.0], [1.0]), ([1.0], [2.0]), ([2.0], [30.0])];
    /// let mut population = Population::<Line>::from_seeds(0..20)?;
    /// // The last measurement went wrong.
    /// let trainer = Trainer::new(GradientDescent::new(0.2)).epochs(200);
    /// population.fit_weighted(&trainer, &examples, &[1.0, 1.0, 0.0])?.all()?;
    /// assert!((population.network(7).unwrap().w11 - 1.0).abs() < 1e-4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit), and [`TrainError::Weights`] as [`Trainer::fit_weighted`].
    pub fn fit_weighted<O, V>(
        &mut self,
        trainer: &Trainer<O, (), V>,
        examples: &[(N::Input, N::Output)],
        weights: &[f64],
    ) -> Result<PopulationOutcome<N::Scalar>, PopulationError>
    where
        O: Optimizer<N::Scalar> + Sync,
        V: Validation<N> + Copy + Sync,
    {
        check_optimizer::<N, O>(&trainer.optimizer)?;
        SampleWeights::new(weights, examples.len()).map_err(TrainError::from)?;
        self.train(
            |_| &trainer.optimizer,
            trainer,
            examples,
            true,
            |mut trainer, network| trainer.fit_weighted(network, examples, weights),
        )
    }

    /// Trains as [`fit`](Self::fit) does, each network with its own optimizer: other learning rates, or any other setting.
    /// The trainer has no optimizer, `Trainer::new(())`.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, Population, Trainer, mlp};
    ///
    /// mlp!(pub struct Xor: 2 => tanh(3) => 1);
    /// let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
    /// let rates: Vec<_> = (1..=32).map(|i| GradientDescent::new(0.05 * f64::from(i))).collect();
    /// let mut population = Population::<Xor>::from_seeds(std::iter::repeat_n(1, 32))?;
    /// let outcome = population.fit_each(&rates, &Trainer::new(()).epochs(500), &examples)?.all()?;
    /// assert!(outcome.best() > Some(3), "the smallest rates are too small");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit); if there is not one optimizer for each network. A learning rate or setting of an optimizer that
    /// is out of its range is a failure of its network.
    pub fn fit_each<O, V>(
        &mut self,
        optimizers: &[O],
        trainer: &Trainer<(), (), V>,
        examples: &[(N::Input, N::Output)],
    ) -> Result<PopulationOutcome<N::Scalar>, PopulationError>
    where
        O: Optimizer<N::Scalar> + Sync,
        V: Validation<N> + Copy + Sync,
    {
        let (given, networks) = (optimizers.len(), self.count);
        if given != networks {
            return Err(PopulationError::Length { what: "optimizers", given, networks });
        }
        self.train(
            |member| &optimizers[member],
            trainer,
            examples,
            false,
            |mut trainer, network| trainer.fit(network, examples),
        )
    }

    /// Trains as [`fit`](Self::fit) does, and one network apart from the others, so that the trainer's observers see it: a
    /// [`History`](crate::History) of this network, a report, your own. An observer can end the training of this network.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, History, Population, Trainer, mlp};
    ///
    /// mlp!(pub struct Net: 2 => 2 => 2);
    /// let mut population = Population::<Net>::from_seeds(0..20)?;
    /// let mut history = History::new();
    /// let mut trainer = Trainer::new(GradientDescent::new(0.5)).epochs(100).observe(&mut history);
    /// let outcome = population.fit_observed(3, &mut trainer, &[([0.5, 0.8], [0.9, 0.2])])?.all()?;
    /// drop(trainer);
    /// assert_eq!(history.parameter("w31").unwrap().last(), Some(&population.network(3).unwrap().w31));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit); if there is no such network.
    pub fn fit_observed<O, W, V>(
        &mut self,
        member: usize,
        trainer: &mut Trainer<O, W, V>,
        examples: &[(N::Input, N::Output)],
    ) -> Result<PopulationOutcome<N::Scalar>, PopulationError>
    where
        O: Optimizer<N::Scalar> + Sync,
        W: Observer<N>,
        V: Validation<N> + Copy + Sync,
    {
        self.check(member)?;
        let mut network = self.network_at(member);
        let unobserved = alone(&trainer.optimizer, trainer);
        let mut outcome = self.fit(&unobserved, examples)?.into_members();
        outcome[member] = trainer.fit(&mut network, examples);
        self.write(member, &network);
        Ok(PopulationOutcome::new(outcome))
    }

    /// Trains with the optimizer that `optimizer` gives for a network. `fit_apart` trains a network by its own `fit`.
    fn train<'o, O, P, V>(
        &mut self,
        optimizer: impl Fn(usize) -> &'o O + Sync,
        trainer: &Trainer<P, (), V>,
        examples: &[(N::Input, N::Output)],
        is_weighted: bool,
        fit_apart: impl Fn(Trainer<&'o O, (), V>, &mut N) -> Result<Outcome<N::Scalar>, TrainError> + Sync,
    ) -> Result<PopulationOutcome<N::Scalar>, PopulationError>
    where
        O: Optimizer<N::Scalar> + Sync + 'o,
        P: Sync,
        V: Validation<N> + Copy + Sync,
    {
        #[cfg(feature = "std")]
        if trainer.settings.time_limit.is_some() {
            return Err(PopulationError::TimeLimit);
        }
        let mut optimizers = Vec::with_capacity(self.count);
        let (mut states, mut refused) = (Vec::new(), alloc::vec![None; self.count]);
        for (member, refused) in refused.iter_mut().enumerate() {
            let own = optimizer(member);
            let rule = own.built_in_rule();
            optimizers.push((own.learning_rate(), rule));
            match own.init_state::<N::Parameters>() {
                Ok(state) if rule.is_none() => states.push(Some(state)),
                Ok(_) => {}
                Err(error) => {
                    states.push(None);
                    *refused = Some(error);
                }
            }
        }
        let is_own = optimizers.iter().any(|(_, rule)| rule.is_none());
        let mut own = OwnOptimizers::<N, O, _> { optimizer: &optimizer, states };
        let start = self.rows.clone();
        let validation = trainer.validation.examples().map(NetworkExamples::<N>);
        let ends = N::Scalar::fit_population(FitTask {
            architecture: N::ARCHITECTURE.erased(),
            plan: &self.plan,
            method: O::METHOD,
            settings: &trainer.settings,
            examples: &NetworkExamples::<N>(examples),
            validation: validation.as_ref().map(|examples| examples as &dyn ErasedExamples<N::Scalar>),
            rows: &mut self.rows,
            optimizers: &optimizers,
            own: if is_own { Some(&mut own) } else { None },
            is_weighted,
        })?;
        let population = &*self;
        // Parameters that are not in the lanes, and the outcome.
        let trained = parallel::map(self.count, |member| {
            let network = || population.network_in(&start, member);
            match (refused[member], &ends[member]) {
                (None, End::Ended(outcome)) => (None, Ok(*outcome)),
                (Some(error), _) | (None, &End::Refused(error)) => (Some(boxed_parameters(&network())), Err(error)),
                (None, End::Apart) => {
                    let mut network = network();
                    let outcome = fit_apart(alone(optimizer(member), trainer), &mut network);
                    (Some(boxed_parameters(&network)), outcome)
                }
            }
        });
        let mut outcomes = Vec::with_capacity(self.count);
        for (member, (parameters, outcome)) in trained.into_iter().enumerate() {
            if let Some(parameters) = parameters {
                self.write(member, &N::from_parameters(&parameters));
            }
            outcomes.push(outcome);
        }
        Ok(PopulationOutcome::new(outcomes))
    }
}

/// Checks an optimizer of all networks.
fn check_optimizer<N: Network, O: Optimizer<N::Scalar>>(optimizer: &O) -> Result<(), PopulationError> {
    optimizer.init_state::<N::Parameters>()?;
    Ok(crate::trainer::checks::learning_rate::<N::Scalar>(optimizer.learning_rate())?)
}

/// The parameters of a network, which may go to another thread. The network itself need not be able to.
fn boxed_parameters<N: Network>(network: &N) -> Box<N::Parameters> {
    let mut parameters = Box::new(N::Parameters::zeros());
    network.copy_parameters_into(&mut parameters);
    parameters
}

/// A trainer of a single network with the settings of another, and without observers.
fn alone<'o, O, P, W, V: Copy>(optimizer: &'o O, trainer: &Trainer<P, W, V>) -> Trainer<&'o O, (), V> {
    Trainer { optimizer, settings: trainer.settings.clone(), observers: (), validation: trainer.validation }
}

/// The user's own optimizers, with a state for each network.
struct OwnOptimizers<'a, N: Network, O: Optimizer<N::Scalar>, F> {
    optimizer: &'a F,
    states: Vec<Option<O::State<N::Parameters>>>,
}

impl<'o, N, O, F> OwnOptimizer<N::Scalar> for OwnOptimizers<'_, N, O, F>
where
    N: Network,
    O: Optimizer<N::Scalar> + 'o,
    F: Fn(usize) -> &'o O,
{
    fn update(
        &mut self,
        member: usize,
        parameters: &mut [N::Scalar],
        gradients: &[N::Scalar],
        learning_rate: N::Scalar,
        is_flat: bool,
    ) {
        let optimizer = (self.optimizer)(member);
        let Some(Some(state)) = self.states.get_mut(member) else { return };
        optimizer.begin_step::<N::Parameters>(state, learning_rate);
        let mut step = |offset: usize, piece: &mut [N::Scalar]| {
            let gradients = gradients.get(offset..offset + piece.len()).unwrap_or_default();
            optimizer.step::<N::Parameters>(state, offset, piece, gradients, learning_rate);
        };
        if is_flat {
            step(0, parameters);
            return;
        }
        // In the pieces that the network itself would show.
        let mut array = N::Parameters::zeros();
        array.as_mut().copy_from_slice(parameters);
        let mut network = N::from_parameters(&array);
        network.modify_parameters(step);
        network.copy_parameters_into(&mut array);
        parameters.copy_from_slice(array.as_ref());
    }
}
