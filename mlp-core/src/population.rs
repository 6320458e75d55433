//! Many networks at once: the networks of a population lie side by side in the lanes of the processor's vectors.
//!
//! A single small network waits for itself: each step needs the step before. Sixteen networks (`f32`: 32) fill the
//! vectors with the same operations, so together they take much less time than one by one; the README has a table. This is
//! for everything that trains or asks many networks of one kind: random starts, sweeps of learning rates, ensembles, agents
//! of a game, evolution.
//!
//! ```
//! use mlp_core::{GradientDescent, Population, Trainer, mlp};
//!
//! mlp!(pub struct Xor: 2 => tanh(2) => 1);
//! let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
//!
//! let mut population = Population::<Xor>::from_seeds(0..100)?;
//! let outcome = population.fit(&Trainer::new(GradientDescent::new(0.5)).epochs(2000), &examples)?;
//! let learnt = outcome.losses().filter(|(_, loss)| *loss < 0.01).count();
//! assert!(learnt > 30 && learnt < 80, "{learnt}");
//!
//! // Every network is what its own `fit` makes of it, to the bit.
//! let mut alone = Xor::random(&mut mlp_core::rng(7));
//! Trainer::new(GradientDescent::new(0.5)).epochs(2000).fit(&mut alone, &examples)?;
//! assert_eq!(population.network(7), Some(alone));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Same results as one by one
//!
//! [`Population::fit`] trains every network as [`Trainer::fit`](crate::Trainer::fit) would: with any optimizer and all
//! settings but observers and a time limit. Parameters and losses have the same bits, on every processor.
//!
//! One thing is excepted. Batches of 8 to 127 examples are summed here in the order of the examples, while `fit` gives
//! them to the [kernels](crate::batch). The last bits then differ, as they do between `fit` and `fit` with
//! [`reproducible`](crate::Trainer::reproducible). With gradient descent they stay the last ones; with Adam 1,000 steps
//! can carry them to the second digit.
//!
//! [`Population::predict_each`] gives the bits of `predict`.
//!
//! # One by one
//!
//! Lanes make the steps of [`Trainer`](crate::Trainer)'s plain settings. Everything else a population trains one by one: each
//! network by its own `fit`, on several threads with the feature `rayon`. Nothing is gained then but the threads, and
//! nothing is lost. These are
//!
//! * batches of 128 examples or more, since many examples fill the vectors as well as many networks,
//! * optimizers that learn from all examples at once, such as [`LevenbergMarquardt`](crate::LevenbergMarquardt),
//! * weights of examples, penalties on weights, frozen parameters, dropout and max-norm.
//!
//! # How
//!
//! * The loops are compiled with this crate and read the widths from the
//!   [`Architecture`](crate::network::Architecture). They fuse no product with a sum.
//! * 16 networks (`f32`: 32) lie side by side, one in each lane of four vectors. A block of some such strips, as many as the
//!   processor's first cache holds, trains until its last network has ended. Then the next block does. With the feature `rayon`
//!   each thread takes a block at a time. The results do not depend on the number of threads.
//! * elu, softplus, gelu and softmax call `libm` network by network, and so are a user's own functions and optimizers.
//!   They are right, but not faster than one by one.

mod backward;
mod epochs;
mod error;
mod evolution;
mod fit;
mod forward;
mod gradients;
mod layout;
mod member;
mod outcome;
mod plan;
mod predict;
mod rules;
pub(crate) mod training;

use alloc::vec::Vec;

use crate::network::Array as _;
use crate::precompiled::Precompiled as _;
use crate::random::Rng;
use crate::{Network, rng};
use layout::{gather, scatter};

pub use error::PopulationError;
pub(crate) use layout::Row;
pub use outcome::{MemberError, PopulationOutcome};
pub(crate) use plan::Plan;
pub use predict::Ensemble;
pub(crate) use predict::{PredictTask, predict};
pub(crate) use training::FitTask;

/// Networks of one kind, side by side in the lanes of vectors. There is at least one.
///
/// The [module](self) has an example.
#[derive(Clone, Debug)]
pub struct Population<N: Network> {
    plan: Plan<N::Scalar>,
    count: usize,
    /// The parameters: for each strip of networks a row for each parameter, in canonical order.
    rows: Vec<<N::Scalar as crate::precompiled::Precompiled>::Row>,
}

impl<N: Network> Population<N> {
    /// How many networks lie side by side.
    const LANES: usize = N::Scalar::POPULATION_LANES;

    /// A population of these networks.
    ///
    /// # Errors
    ///
    /// If there are none.
    pub fn new(networks: &[N]) -> Result<Self, PopulationError> {
        Self::from_fn(networks.len(), |member| networks[member].clone())
    }

    /// For each seed the network that [`Network::random`] draws from `rng(seed)`.
    ///
    /// # Errors
    ///
    /// If there are no seeds.
    pub fn from_seeds(seeds: impl IntoIterator<Item = u64>) -> Result<Self, PopulationError> {
        let seeds: Vec<_> = seeds.into_iter().collect();
        Self::from_fn(seeds.len(), |member| N::random(&mut rng(seeds[member])))
    }

    /// This number of networks, which [`Network::random`] draws one after the other.
    ///
    /// # Errors
    ///
    /// If the number is 0.
    pub fn random<R: Rng + ?Sized>(count: usize, rng: &mut R) -> Result<Self, PopulationError> {
        Self::from_fn(count, |_| N::random(rng))
    }

    /// This number of networks. `network` makes each from its number, counted from 0.
    ///
    /// ```
    /// use mlp_core::{Population, StandardNormal, mlp};
    ///
    /// mlp!(pub struct Net: 2 => 2 => 2);
    /// let mut rng = mlp_core::rng(1);
    /// let population = Population::from_fn(10, |_| Net::random_with(&StandardNormal, &mut rng))?;
    /// assert_eq!(population.len(), 10);
    /// # Ok::<(), mlp_core::population::PopulationError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the number is 0.
    pub fn from_fn(count: usize, mut network: impl FnMut(usize) -> N) -> Result<Self, PopulationError> {
        if count == 0 {
            return Err(PopulationError::Empty);
        }
        let plan = N::Scalar::population_plan(N::ARCHITECTURE.erased());
        let strips = count.div_ceil(Self::LANES);
        let rows = alloc::vec![N::Scalar::ZERO_ROW; strips * plan.parameters];
        let mut population = Self { plan, count, rows };
        for member in 0..count {
            population.write(member, &network(member));
        }
        Ok(population)
    }

    /// How many networks there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Always `false`.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The network with this number, counted from 0; `None` beyond the last.
    #[must_use]
    pub fn network(&self, member: usize) -> Option<N> {
        (member < self.count).then(|| self.network_at(member))
    }

    /// All networks.
    #[must_use]
    pub fn to_networks(&self) -> Vec<N> {
        (0..self.count).map(|member| self.network_at(member)).collect()
    }

    /// Puts a network into the place of the one with this number.
    ///
    /// # Errors
    ///
    /// If there is no such number.
    pub fn replace(&mut self, member: usize, network: &N) -> Result<(), PopulationError> {
        self.check(member)?;
        self.write(member, network);
        Ok(())
    }

    fn check(&self, member: usize) -> Result<(), PopulationError> {
        let count = self.count;
        if member < count { Ok(()) } else { Err(PopulationError::NoMember { member, count }) }
    }

    /// One of the networks.
    fn network_at(&self, member: usize) -> N {
        self.network_in(&self.rows, member)
    }

    /// The network in some rows.
    fn network_in(&self, rows: &[<N::Scalar as crate::precompiled::Precompiled>::Row], member: usize) -> N {
        let mut parameters = N::Parameters::zeros();
        let (first, lane) = self.place(member);
        gather(&rows[first..], lane, parameters.as_mut());
        N::from_parameters(&parameters)
    }

    /// Writes a network into its lane.
    fn write(&mut self, member: usize, network: &N) {
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let (first, lane) = self.place(member);
        scatter(parameters.as_ref(), lane, &mut self.rows[first..]);
    }

    /// The first row of a network's strip, and its lane.
    fn place(&self, member: usize) -> (usize, usize) {
        (member / Self::LANES * self.plan.parameters, member % Self::LANES)
    }
}
