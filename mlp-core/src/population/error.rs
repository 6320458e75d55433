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
    /// The trainer has a time limit. What a network becomes would depend on how fast the others are.
    #[error("a population has no time limit: leave `time_limit` out, or train fewer epochs at a time")]
    TimeLimit,
    /// The trainer has a penalty on weights. Populations do not support it.
    #[error("a population has no penalty on weights: leave `l1` and `l2` out, or train each network by its own `fit`")]
    Penalty,
    /// The trainer has a setting that a population does not know.
    #[error("a population has no `{setting}`: leave it out, or train each network by its own `fit`")]
    Setting {
        /// The setting.
        setting: &'static str,
    },
    /// The optimizer learns from all examples at once, in steps of its own length.
    #[error(
        "a population learns from gradients, and this optimizer does not: train each network by its own `fit`, or take \
         another optimizer"
    )]
    FullBatch,
    /// A share, a probability or a deviation is out of its range.
    #[error(transparent)]
    Evolution(#[from] EvolutionError),
    /// The training cannot start, for a reason that concerns all networks.
    #[error(transparent)]
    Train(#[from] TrainError),
}

crate::message::debug_is_message!(PopulationError);
