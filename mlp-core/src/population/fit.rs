//! Training a population: what depends on the types of network and optimizer.

use alloc::vec::Vec;

use super::epochs::OwnOptimizer;
use super::training::{End, FitTask};
use super::{Population, PopulationError, PopulationOutcome};
use crate::batch::{ErasedExamples, NetworkExamples};
use crate::network::Array as _;
use crate::precompiled::Precompiled as _;
use crate::trainer::{Method, Settings, Validation};
use crate::{Network, Observer, Optimizer, Trainer};

impl<N: Network> Population<N> {
    /// Trains every network as [`Trainer::fit`] would train it: with its optimizer, batches, shuffled order, schedule,
    /// clipping, validation, and its own early stop. [Up to batches of 7](super#same-results-as-one-by-one) the
    /// results have the same bits.
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
        O: Optimizer<N::Scalar>,
        V: Validation<N> + Copy,
    {
        trainer.optimizer.init_state::<N::Parameters>()?;
        crate::trainer::checks::learning_rate::<N::Scalar>(trainer.optimizer.learning_rate())?;
        self.train(|_| &trainer.optimizer, trainer, examples)
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
        O: Optimizer<N::Scalar>,
        V: Validation<N> + Copy,
    {
        let (given, networks) = (optimizers.len(), self.count);
        if given != networks {
            return Err(PopulationError::Length { what: "optimizers", given, networks });
        }
        self.train(|member| &optimizers[member], trainer, examples)
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
        O: Optimizer<N::Scalar>,
        W: Observer<N>,
        V: Validation<N> + Copy,
    {
        self.check(member)?;
        let mut network = self.network_at(member);
        let unobserved = alone(&trainer.optimizer, trainer);
        let mut outcome = self.fit(&unobserved, examples)?.into_members();
        outcome[member] = trainer.fit(&mut network, examples);
        self.write(member, &network);
        Ok(PopulationOutcome::new(outcome))
    }

    /// Trains with the optimizer that `optimizer` gives for a network.
    fn train<'o, O, P, V>(
        &mut self,
        optimizer: impl Fn(usize) -> &'o O,
        trainer: &Trainer<P, (), V>,
        examples: &[(N::Input, N::Output)],
    ) -> Result<PopulationOutcome<N::Scalar>, PopulationError>
    where
        O: Optimizer<N::Scalar> + 'o,
        V: Validation<N> + Copy,
    {
        check_support(&trainer.settings, O::METHOD)?;
        let mut optimizers = Vec::with_capacity(self.count);
        let (mut states, mut refused) = (Vec::new(), Vec::new());
        for member in 0..self.count {
            let own = optimizer(member);
            let rule = own.built_in_rule();
            optimizers.push((own.learning_rate(), rule));
            match own.init_state::<N::Parameters>() {
                Ok(state) if rule.is_none() => states.push(Some(state)),
                Ok(_) => {}
                Err(error) => {
                    states.push(None);
                    refused.push((member, error));
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
            settings: &trainer.settings,
            examples: &NetworkExamples::<N>(examples),
            validation: validation.as_ref().map(|examples| examples as &dyn ErasedExamples<N::Scalar>),
            rows: &mut self.rows,
            optimizers: &optimizers,
            own: if is_own { Some(&mut own) } else { None },
        })?;
        let mut refused = refused.into_iter().peekable();
        let mut outcomes = Vec::with_capacity(self.count);
        for (member, end) in ends.into_iter().enumerate() {
            let refusal = refused.next_if(|(other, _)| *other == member);
            let outcome = match (refusal, end) {
                (None, End::Ended(outcome)) => {
                    self.fill_spare_lanes(member);
                    outcomes.push(Ok(outcome));
                    continue;
                }
                (Some((_, error)), _) | (None, End::Refused(error)) => {
                    self.write(member, &self.network_in(&start, member));
                    Err(error)
                }
                (None, End::Faulty) => {
                    let mut network = self.network_in(&start, member);
                    let result = alone(optimizer(member), trainer).fit(&mut network, examples);
                    self.write(member, &network);
                    result
                }
            };
            outcomes.push(outcome);
        }
        Ok(PopulationOutcome::new(outcomes))
    }

    /// Writes the last network into the spare lanes, which have been trained with it.
    fn fill_spare_lanes(&mut self, member: usize) {
        if member + 1 == self.count && !self.count.is_multiple_of(Self::LANES) {
            let last = self.network_at(member);
            self.write(member, &last);
        }
    }
}

/// Refuses settings and optimizers that populations do not support.
fn check_support(settings: &Settings, method: Method) -> Result<(), PopulationError> {
    #[cfg(feature = "std")]
    if settings.time_limit.is_some() {
        return Err(PopulationError::TimeLimit);
    }
    if settings.penalty.get().is_some() {
        return Err(PopulationError::Penalty);
    }
    if let Some(setting) = settings.changes_the_step() {
        return Err(PopulationError::Setting { setting });
    }
    if method != Method::Gradient {
        return Err(PopulationError::FullBatch);
    }
    Ok(())
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
