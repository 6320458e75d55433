//! Predicts from the rows of a CSV file, by name.

use super::{Model, Prediction};
use crate::dataset::{Selection, TableError, Target};
use crate::{Network, Scalar, Table};

/// From files. It needs the feature `csv`.
impl<N, T, const I: usize, const O: usize> Model<N>
where
    N: Network<Scalar = T, Input = [T; I], Output = [T; O]>,
    T: Scalar,
{
    /// Predicts from every row of a table, in the order of the rows. Columns are found by name, and
    /// [further ones](super#what-must-be-there) are ignored.
    ///
    /// ```
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::{Model, Scaling, Table, mlp};
    ///
    /// mlp!(pub struct Bmi: 2 => identity(1));
    /// let schema = Schema::new().numbers(["kg", "cm"]).targets(["bmi"]);
    /// let inputs = Scaling { offset: [70.0, 170.0], scale: [10.0, 10.0] };
    /// let model = Model::new(Bmi { w11: 3.5, w21: -2.8, b1: 24.2 }, &schema, inputs, None)?;
    ///
    /// let table = Table::from_reader("cm,name,kg\n180,Ada,70\n170,Bob,80\n".as_bytes())?;
    /// let predictions = model.predict_table(&table)?;
    /// assert_eq!(predictions[1].to_string(), "bmi 27.7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a column of the model is not in the table, or several have its name; if a cell is missing (empty or `NA`), is not
    /// a finite number, or is a value that its category does not have, unless [`unseen`](Self::unseen) permits it; if a
    /// number is too large for the network's scalar after scaling. The error names the line and the column.
    /// [`select`](Self::select) can treat missing cells in another way.
    pub fn predict_table(&self, table: &Table) -> Result<Vec<Prediction<'_, O>>, TableError> {
        let rows = self.select(table).load::<f64, I, 0>().map_err(|error| match error {
            // The advice of a selection would lead nowhere here.
            TableError::MissingCell { place, .. } => TableError::MissingInput { place },
            error => error,
        })?;
        let too_large = |row, input: usize, value| {
            // Only a number can be too large, and its input has the name of its column.
            let column = self.schema.input_names()[input].clone();
            TableError::TooLarge { place: table.place(row, &column), value, scalar: T::NAME }
        };
        let rows = rows.inputs().enumerate();
        rows.map(|(row, x)| self.prediction(x).map_err(|input| too_large(row, input, x[input]))).collect()
    }

    /// Predicts from every row of a record batch of Arrow, in the order of the rows. Columns are found by name, and
    /// [further ones](super#what-must-be-there) are ignored. It needs the feature `arrow`.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{Float32Array, Int64Array, RecordBatch};
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::{Model, Scaling, mlp};
    ///
    /// mlp!(pub struct Bmi: 2 => identity(1));
    /// let schema = Schema::new().numbers(["kg", "cm"]).targets(["bmi"]);
    /// let inputs = Scaling { offset: [70.0, 170.0], scale: [10.0, 10.0] };
    /// let model = Model::new(Bmi { w11: 3.5, w21: -2.8, b1: 24.2 }, &schema, inputs, None)?;
    ///
    /// let (cm, kg) = (Int64Array::from(vec![180, 170]), Float32Array::from(vec![70.0, 80.0]));
    /// let batch = RecordBatch::try_from_iter([("cm", Arc::new(cm) as _), ("kg", Arc::new(kg) as _)])?;
    /// assert_eq!(model.predict_record_batch(&batch)?[1].get("bmi"), Some(27.7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`predict_table`](Self::predict_table), which name the row; if a column has a type that gives no numbers, or
    /// no texts.
    #[cfg(feature = "arrow")]
    pub fn predict_record_batch(&self, batch: &arrow_array::RecordBatch) -> Result<Vec<Prediction<'_, O>>, TableError> {
        match batch.num_rows() {
            0 => Ok(Vec::new()),
            _ => self.predict_table(&Table::from_record_batches([batch.clone()])?),
        }
    }

    /// Selects the columns of the inputs, in the model's order and with its categories.
    ///
    /// Say here what shall be done with missing cells, and predict from the examples. Fill in what the training knew, such
    /// as its means: `Missing::Fill` would take the means of this table.
    ///
    /// ```
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::{Dataset, Missing, Model, Scaling, Table, mlp};
    ///
    /// mlp!(pub struct Bmi: 2 => identity(1));
    /// let schema = Schema::new().numbers(["kg", "cm"]).targets(["bmi"]);
    /// let inputs = Scaling { offset: [70.0, 170.0], scale: [10.0, 10.0] };
    /// let model = Model::new(Bmi { w11: 3.5, w21: -2.8, b1: 24.2 }, &schema, inputs, None)?;
    ///
    /// let table = Table::from_reader("cm,kg\n180,70\nNA,80\n?,70\n".as_bytes())?;
    /// let selection = model.select(&table).missing_values(["NA", "?"]).fill_with([("cm", 170.0)]);
    /// let data: Dataset<f64, 2, 0> = selection.load()?;
    /// let predictions: Vec<_> = data.inputs().map(|x| model.predict(x)).collect();
    /// assert_eq!(predictions, [[21.4], [27.7], [24.2]]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn select<'t>(&self, table: &'t Table) -> Selection<'t> {
        let selection = table.select().unseen(self.schema.unseen_values());
        self.columns().iter().fold(selection, |selection, column| match column.categories() {
            Some(values) => selection.category_of(column.name(), values),
            None => selection.numbers([column.name()]),
        })
    }

    /// Selects the columns of the inputs and of the target, to [judge](Self::targets_and_predictions) the model by a second
    /// file.
    ///
    /// ```
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::metrics::mean_absolute_error;
    /// use mlp_core::{Model, Scaling, Table, mlp};
    ///
    /// mlp!(pub struct Bmi: 2 => identity(1));
    /// let schema = Schema::new().numbers(["kg", "cm"]).targets(["bmi"]);
    /// let inputs = Scaling { offset: [70.0, 170.0], scale: [10.0, 10.0] };
    /// let model = Model::new(Bmi { w11: 3.5, w21: -2.8, b1: 24.2 }, &schema, inputs, None)?;
    ///
    /// let table = Table::from_reader("bmi,cm,kg\n21.6,180,70\n27.7,170,80\n".as_bytes())?;
    /// let data = model.select_with_target(&table).load()?;
    /// let (y_true, y_pred) = model.targets_and_predictions(&data)?;
    /// assert!(mean_absolute_error(&y_true, &y_pred)? < 0.11);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn select_with_target<'t>(&self, table: &'t Table) -> Selection<'t> {
        match self.target() {
            Target::Numbers(columns) => self.select(table).targets(columns),
            Target::Class { column, classes } => self.select(table).class_of(column, classes),
        }
    }
}
