//! A network of a block that is trained.

use alloc::vec::Vec;
use core::mem;

use super::layout::{Row, gather, strip};
use super::training::End;
use crate::Scalar;
use crate::trainer::Progress;

/// A network, and its place in a block.
pub(super) struct Member<'a, T: Scalar> {
    pub(super) strip: usize,
    pub(super) lane: usize,
    pub(super) end: &'a mut End<T>,
    pub(super) learning_rate: f64,
    pub(super) progress: Progress<T>,
    pub(super) is_training: bool,
    /// The parameters with which it ended.
    pub(super) parameters: Vec<T>,
}

impl<T: Scalar> Member<'_, T> {
    /// Keeps the parameters that are in its place.
    pub(super) fn keep<const W: usize>(&mut self, strips: usize, rows: &[Row<T, W>]) {
        self.parameters = alloc::vec![T::ZERO; rows.len() / strips];
        gather(strip(rows, strips, self.strip), self.lane, &mut self.parameters);
    }

    /// Ends the training with these parameters.
    pub(super) fn finish<const W: usize>(&mut self, strips: usize, rows: &[Row<T, W>]) {
        self.is_training = false;
        self.keep(strips, rows);
        let progress = mem::replace(&mut self.progress, Progress::new());
        if let Some(outcome) = progress.final_outcome() {
            *self.end = End::Ended(outcome);
        }
    }
}
