//! The history as a CSV table.

use std::io::{self, Write};

use super::History;
use crate::{Name, Scalar};

impl<T: Scalar> History<T> {
    /// Writes a CSV table. Each row is a state of the network: the number of epochs done so far, 0 for the start, and
    /// the parameters of this state. Every number has enough digits to read back the same bits.
    ///
    /// | column | what it is |
    /// |---|---|
    /// | `epoch` | the number of epochs before this state |
    /// | `loss` | the loss of this state: who computes it from the parameters of the row gets it |
    /// | `mean_loss_during_epoch` | instead of `loss`, if an epoch makes several updates: the loss of each example or batch is taken before its own update, so it belongs to no single state |
    /// | `validation_loss_after_epoch` | the validation loss after the next epoch, if there is one |
    /// | `y_pred` | the prediction of this state, if there is a single example |
    /// | `w11` | the parameters of this state, unless they are left out |
    /// | `z1`, `dL_dw11` | the values of this state, if the history keeps them |
    ///
    /// The last row is the state after the last recorded epoch. Its parameters are known, but no pass has computed its
    /// loss, so these cells are empty.
    ///
    /// # Errors
    ///
    /// Any error of `writer`.
    pub fn write_csv(&self, mut writer: impl Write) -> io::Result<()> {
        let loss = if self.has_one_update_per_epoch() { "loss" } else { "mean_loss_during_epoch" };
        let losses = [(loss, &self.loss), ("validation_loss_after_epoch", &self.validation_loss)];
        let losses = losses.into_iter().filter(|(name, values)| *name == loss || !values.is_empty());
        let losses = losses.map(|(name, values)| (Name::from(name).to_string(), values));
        let predictions = self.predictions.iter().map(|(name, values)| (name.to_string(), values));
        let names = self.parameters.iter().map(|(parameter, _)| parameter.name.to_string());
        let parameters = names.zip(&self.before);
        let values = self.values.iter().map(|(name, values)| (name.clone(), values));
        let pass: Vec<_> = losses.chain(predictions).collect();
        let columns: Vec<_> = pass.iter().cloned().chain(parameters).chain(values).collect();

        write!(writer, "epoch")?;
        columns.iter().try_for_each(|(name, _)| write!(writer, ",{name}"))?;
        writeln!(writer)?;
        for (line, epoch) in self.epochs.iter().enumerate() {
            write!(writer, "{epoch}")?;
            columns.iter().try_for_each(|(_, values)| write!(writer, ",{:?}", values[line]))?;
            writeln!(writer)?;
        }
        if let Some(epoch) = self.epochs.last().filter(|_| !self.parameters.is_empty()) {
            write!(writer, "{}{}", epoch + 1, ",".repeat(pass.len()))?;
            let last = self.parameters.iter().filter_map(|(_, values)| values.last());
            last.into_iter().try_for_each(|value| write!(writer, ",{value:?}"))?;
            writeln!(writer, "{}", ",".repeat(self.values.len()))?;
        }
        writer.flush()
    }
}
