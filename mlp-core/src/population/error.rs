//! The errors of populations.

use crate::TrainError;
use crate::evolution::EvolutionError;

/// Why a population cannot be made, trained or asked.
///
/// ```
/// use mlp_core::{Population, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let error = Population::<Net>::new(&[]).unwrap_err();
/// assert_eq!(error.to_string(), "a population has at least one network");
/// ```
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationError {
    /// There are no networks.
    #[error("a population has at least one network")]
    Empty,
    /// There is no network with this number.
    #[error("there is no network {member}: there are {count}, counted from 0")]
    NoMember {
        /// The number that was asked for.
        member: usize,
        /// The number of networks.
        count: usize,
    },
    /// Something is not given once for each network.
    #[error("the population has {networks} networks, and there are {given} {what}: give one for each network")]
    Length {
        /// The things that should be given once for each: `inputs`.
        what: &'static str,
        /// How many are given.
        given: usize,
        /// The number of networks.
        networks: usize,
    },
    /// The trainer has a time limit.
    #[error(
        "the networks of a population have no time limit, because the faster network would be trained further: leave `time_limit` out"
    )]
    TimeLimit,
    /// A share, a probability or a deviation is out of its range.
    #[error(transparent)]
    Evolution(#[from] EvolutionError),
    /// The training cannot start, for a reason that concerns all networks.
    #[error(transparent)]
    Train(#[from] TrainError),
}

crate::message::debug_is_message!(PopulationError);
