//! The beginning of a piece of a training by several processes: what all make sure of before they train.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::iter;

use super::super::{TrainingData, TrainingLoop};
use super::{ReducedLoop, code, in_all};
use crate::Scalar;
use crate::crc64::Crc64;
use crate::reducer::{Processes, ReduceError, Reducer, Shards, TreeSum};
use crate::trainer::reduced::Digest;
use crate::trainer::{Learner, Outcome, Progress, TrainError, checks};

/// What a piece of a training by several processes begins with.
pub struct ReducedPiece<'a> {
    /// The number of further epochs; `None` if there are enough already.
    pub(crate) epochs: Option<usize>,
    /// The checksum of the optimizer's settings.
    pub(crate) settings: Crc64,
    /// The digest of the optimizer's state.
    pub(crate) state: Digest,
    pub(crate) reducer: &'a mut dyn Reducer,
}

/// Trains a number of further epochs together with other processes. Afterwards the learner holds the trained network or,
/// after an error, the last good one.
#[inline]
pub(crate) fn train_reduced<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
    piece: ReducedPiece<'_>,
) -> Result<Outcome<T>, ReduceError> {
    #[cfg(feature = "std")]
    progress.start_clock(data.settings);
    let result = train_piece(learner, data, progress, piece);
    progress.all_examples = None;
    #[cfg(feature = "std")]
    progress.read_clock();
    result
}

fn train_piece<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
    piece: ReducedPiece<'_>,
) -> Result<Outcome<T>, ReduceError> {
    let ReducedPiece { epochs, settings, state, reducer } = piece;
    let digests = digests(learner, data, progress, epochs, settings, state);
    let mut processes = Processes::new(reducer)?;
    let shards = compare(&mut processes, digests, data)?;
    if let Some(outcome) = progress.end() {
        return Ok(outcome);
    }
    if let (None, Some(outcome)) = (epochs, progress.outcome()) {
        return Ok(outcome);
    }
    let further = epochs.and_then(|epochs| epochs.checked_sub(1)).ok_or(TrainError::NoEpochs)?;
    learner.method().check_gradients("fit_reduced")?;
    if data.settings.dropout.get().is_some() {
        return Err(ReduceError::Dropout);
    }
    let examples = shards.all_examples();
    let batch_size = data.settings.batch_size(learner.method(), examples)?;
    match (examples, batch_size) {
        (0, _) => return Err(TrainError::NoExamples.into()),
        (2.., 1) => return Err(ReduceError::SingleExamples),
        _ => {}
    }
    let own = shards.of_rank(processes.rank(), processes.size());
    check(learner, data, progress, &mut processes, shards)?;
    let last = progress.epochs.saturating_add(further);
    progress.all_examples = Some(examples);
    // The loop chooses between kernels and single examples by the share of a shard.
    let inner = TrainingLoop::new(learner, data, progress, (batch_size / shards.count()).max(1));
    let (monitors, orders, sums) = (Vec::new(), Vec::new(), TreeSum::new());
    ReducedLoop { inner, processes, shards, own, batch_size, monitors, orders, sums }.train(last)
}

/// What must be the same in all processes, each part with its name.
fn digests<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &Progress<T>,
    epochs: Option<usize>,
    mut settings: Crc64,
    mut training: Digest,
) -> [(&'static str, u64); 4] {
    for (name, value) in data.settings.describe(learner.method(), progress.epochs) {
        settings.text(&name);
        settings.text(&value);
    }
    settings.count(epochs.map_or(0, |epochs| epochs.saturating_add(1)));

    let (architecture, mut names, mut network) = (learner.architecture(), Crc64::new(), Digest::new());
    names.text(architecture.loss.name);
    for layer in architecture.layers {
        names.text(layer.activation.name());
        names.count(layer.fan_in());
        names.count(layer.fan_out());
    }
    network.add(names.value());
    network.add_scalars(learner.parameters());

    training.add(progress.epochs as u64);
    for losses in [progress.last.map(|(losses, _)| losses), progress.best].into_iter().flatten() {
        training.add(losses.number as u64);
        training.add_scalars(&[losses.loss, losses.validation_loss.unwrap_or(T::ZERO)]);
    }
    training.add(code(progress.last.and_then(|(_, reason)| reason)));

    let mut validation = Digest::new();
    if let Some(examples) = data.validation {
        for (x, y_true) in (0..examples.count()).filter_map(|index| examples.example(index)) {
            validation.add_scalars(x);
            validation.add_scalars(y_true);
        }
    }
    [
        ("settings", settings.value()),
        ("network", network.value()),
        ("training so far", training.value()),
        ("validation examples", validation.value()),
    ]
}

/// Compares these parts in all processes, and finds out how all examples are divided.
fn compare<T: Scalar>(
    processes: &mut Processes<'_>,
    digests: [(&'static str, u64); 4],
    data: &TrainingData<'_, T>,
) -> Result<Shards, ReduceError> {
    let size = processes.size();
    let own = digests.iter().map(|(_, digest)| *digest).chain(iter::once(data.examples.count() as u64));
    let (mut counts, mut first) = (Vec::new(), None);
    for (rank, numbers) in processes.numbers(own)?.enumerate() {
        let [digests_of_rank @ .., count] = numbers else { continue };
        let first = first.get_or_insert(digests_of_rank);
        let differs = digests.iter().zip(first.iter().zip(digests_of_rank)).find(|(_, (first, own))| first != own);
        if let Some(((what, _), _)) = differs {
            return Err(ReduceError::Unequal { rank, what });
        }
        counts.push(usize::try_from(u64::from_le_bytes(*count)).unwrap_or(usize::MAX));
    }
    let shards = Shards::new(counts.iter().fold(0, |all, count| count.saturating_add(all)), data.settings.shards);
    if size > shards.count() {
        return Err(ReduceError::TooManyProcesses { processes: size, shards: shards.count() });
    }
    for (rank, &examples) in counts.iter().enumerate() {
        let (expected, all) = (shards.examples_of_rank(rank, size).len(), shards.all_examples());
        if examples != expected {
            return Err(ReduceError::Examples { rank, examples, expected, all });
        }
    }
    Ok(shards)
}

/// Checks the examples of this process, and tells all others.
fn check<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &Progress<T>,
    processes: &mut Processes<'_>,
    shards: Shards,
) -> Result<(), ReduceError> {
    // A process may have no examples, if there are fewer than shards.
    let checked = match data.examples.count() {
        0 => checks::others(learner, data, progress),
        _ => checks::examples(learner, data, progress),
    };
    let rank = processes.rank();
    let own = checked.map_err(|error| {
        let mut error = in_all(error, shards.examples_of_rank(rank, processes.size()).start);
        match error.training_example() {
            Some(&mut example) => ReduceError::Shard { rank, shard: shards.shard_of(example), error },
            None => ReduceError::Train(error),
        }
    });
    let text = own.as_ref().err().map(|error| match error {
        // The rank stands before the message of another process.
        ReduceError::Shard { shard, error, .. } => format!("shard {shard}: {error}"),
        error => error.to_string(),
    });
    let failed = processes.first_failed(text)?;
    own?;
    failed.map_or(Ok(()), |(rank, message)| Err(ReduceError::Other { rank, message }))
}
