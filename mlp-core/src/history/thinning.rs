//! Keeps a long history small.

use core::cmp::Ordering;

use super::History;
use crate::Scalar;

/// The limit of a history, and how much it is thinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Thinning {
    /// The largest number of epochs that it may hold.
    pub(super) limit: usize,
    /// The length of a stretch: two epochs of each remain.
    pub(super) stretch: usize,
}

impl<T: Scalar> History<T> {
    /// Makes room for another epoch.
    pub(super) fn make_room(&mut self, Thinning { limit, mut stretch }: Thinning) {
        // The last stretch may have three epochs: those with the smallest and the largest loss, and the latest.
        let same = |epoch: &&usize| self.epochs.last().is_some_and(|last| *epoch / stretch == last / stretch);
        let latest = self.epochs.iter().rev().take_while(same).count();
        if latest > 2 {
            self.thin(self.epochs.len() - latest, stretch);
        }
        while self.epochs.len() >= limit {
            stretch *= 2;
            self.thin(0, stretch);
        }
        self.thinning = Some(Thinning { limit, stretch });
    }

    /// Keeps of each stretch, from the `first` record on, the epochs with the smallest and the largest loss.
    fn thin(&mut self, first: usize, stretch: usize) {
        let mut kept = Vec::new();
        let mut records = first..first;
        while let Some(epoch) = self.epochs.get(records.end) {
            let same = self.epochs[records.end..].iter().take_while(|other| *other / stretch == epoch / stretch);
            records = records.end..records.end + same.count();
            let by_loss = |a: &usize, b: &usize| self.loss[*a].partial_cmp(&self.loss[*b]).unwrap_or(Ordering::Equal);
            let (smallest, largest) = (records.clone().min_by(by_loss), records.clone().max_by(by_loss));
            kept.extend(records.clone().filter(|record| [smallest, largest].contains(&Some(*record))));
        }
        keep(&mut self.epochs, first, &kept);
        let values = self.predictions.iter_mut().map(|(_, values)| values);
        let values = values.chain(self.parameters.iter_mut().map(|(_, values)| values)).chain(&mut self.before);
        let values = values.chain(self.values.iter_mut().map(|(_, values)| values));
        values.chain([&mut self.loss, &mut self.validation_loss]).for_each(|values| keep(values, first, &kept));
    }
}

/// Keeps these records, in ascending order, of all from `first` on.
fn keep<V: Copy>(column: &mut Vec<V>, first: usize, kept: &[usize]) {
    // A column without values, such as the validation losses without validation, stays empty.
    if !column.is_empty() {
        (first..).zip(kept).for_each(|(place, record)| column[place] = column[*record]);
        column.truncate(first + kept.len());
    }
}
