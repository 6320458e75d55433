//! What processes tell each other.

use alloc::string::String;
use alloc::vec::Vec;

use super::tree_sum::blocks;
use super::{ReduceError, Reducer, Shards, TreeSum};
use crate::Scalar;

/// The letters of an error that processes tell each other, at most.
const MOST_LETTERS: usize = 1 << 14;

/// All processes, as seen from one of them.
pub(crate) struct Processes<'a> {
    reducer: &'a mut dyn Reducer,
    rank: usize,
    size: usize,
    /// The message of this process, and those of all.
    own: Vec<u8>,
    all: Vec<u8>,
}

impl<'a> Processes<'a> {
    pub(crate) fn new(reducer: &'a mut dyn Reducer) -> Result<Self, ReduceError> {
        let (rank, size) = (reducer.rank(), reducer.size());
        if rank < size {
            Ok(Self { reducer, rank, size, own: Vec::new(), all: Vec::new() })
        } else {
            Err(ReduceError::NoRank { rank, size })
        }
    }

    pub(crate) const fn rank(&self) -> usize {
        self.rank
    }

    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    /// Sends the own message, and gets the equally long ones of all.
    fn exchange(&mut self) -> Result<(), ReduceError> {
        let Self { reducer, rank, size, own, all } = self;
        let engine_failed = |source| ReduceError::Engine { rank: *rank, source };
        // The engine may say anything.
        let length = own.len().checked_mul(*size);
        all.clear();
        if length.is_none_or(|length| all.try_reserve(length).is_err()) {
            return Err(engine_failed("there is no memory for the messages of all processes".into()));
        }
        all.resize(length.unwrap_or(0), 0);
        reducer.all_gather(own, all).map_err(engine_failed)
    }

    /// The messages of all, in the order of their ranks.
    fn messages(&self) -> impl Iterator<Item = &[u8]> {
        self.all.chunks_exact(self.own.len().max(1))
    }

    /// Gives some numbers to all. Everybody gives equally many.
    pub(crate) fn numbers(
        &mut self,
        own: impl IntoIterator<Item = u64>,
    ) -> Result<impl Iterator<Item = &[[u8; 8]]>, ReduceError> {
        self.own.clear();
        self.own.extend(own.into_iter().flat_map(u64::to_le_bytes));
        self.exchange()?;
        Ok(self.messages().map(|message| message.as_chunks().0))
    }

    /// Gives a number to all.
    pub(crate) fn number(&mut self, own: u64) -> Result<impl Iterator<Item = u64>, ReduceError> {
        Ok(self.numbers([own])?.flatten().copied().map(u64::from_le_bytes))
    }

    /// The first rank with an error, and the error's text. `own` is the text of this process, if it has an error.
    pub(crate) fn first_failed(&mut self, own: Option<String>) -> Result<Option<(usize, String)>, ReduceError> {
        let own = own.map(|text| text.chars().take(MOST_LETTERS).collect::<String>());
        let length = own.as_ref().map_or(0, |text| text.len().max(1));
        let longest = usize::try_from(self.number(length as u64)?.max().unwrap_or(0)).unwrap_or(usize::MAX);
        if longest == 0 {
            return Ok(None);
        }
        if longest > MOST_LETTERS * char::MAX.len_utf8() {
            let source = "it returned bytes that no process gave".into();
            return Err(ReduceError::Engine { rank: self.rank, source });
        }
        self.own.clear();
        self.own.push(own.is_some().into());
        self.own.extend(own.unwrap_or_default().bytes());
        self.own.resize(1 + longest, 0);
        self.exchange()?;
        let failed = self.messages().enumerate().find_map(|(rank, message)| match message {
            [1, text @ ..] => Some((rank, text)),
            _ => None,
        });
        Ok(failed.map(|(rank, text)| (rank, String::from(String::from_utf8_lossy(text).trim_end_matches('\0')))))
    }

    /// Adds the sums of the shards of all processes in their tree. Everybody has pushed those of his shards.
    pub(crate) fn add<T: Scalar>(&mut self, shards: Shards, sums: &mut TreeSum<T>) -> Result<(), ReduceError> {
        let size = self.size;
        if size == 1 {
            return Ok(());
        }
        let most = (0..size).map(|rank| blocks(shards.of_rank(rank, size)).count()).max().unwrap_or(0);
        let length = sums.sums().next().map_or(0, <[T]>::len);
        self.own.resize(most * length * size_of::<T>(), 0);
        for (sum, bytes) in sums.sums().zip(self.own.chunks_exact_mut(length * size_of::<T>())) {
            T::write_le(sum, bytes);
        }
        self.exchange()?;
        sums.clear();
        for (rank, message) in self.messages().enumerate() {
            let pieces = message.chunks_exact(length * size_of::<T>());
            for ((level, index), bytes) in blocks(shards.of_rank(rank, size)).zip(pieces) {
                sums.push_bytes(level, index, bytes);
            }
        }
        Ok(())
    }
}
