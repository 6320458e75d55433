//! Values that a category does not have.

/// How to treat a value of a category that is none of the given ones, such as one that the training data did not have.
///
/// It is a choice for inputs only: a target that is no known class is always an error.
///
#[cfg_attr(feature = "csv", doc = "```")]
#[cfg_attr(not(feature = "csv"), doc = "```ignore")]
/// use mlp_core::Table;
/// use mlp_core::dataset::Unseen;
///
/// let table = Table::from_reader("island,mass\nDream,3.5\nAnvers,4.5\n".as_bytes())?;
/// let selection = table.select().category_of("island", ["Biscoe", "Dream"]).numbers(["mass"]);
/// assert_eq!(
///     selection.load::<f64, 3, 0>().unwrap_err().to_string(),
///     "CSV, line 3, column `island`: `Anvers` is not one of the given values `Biscoe`, `Dream`; \
///      `.unseen(Unseen::Zeros)` takes it as none of them",
/// );
/// let data = selection.clone().unseen(Unseen::Zeros).load::<f64, 3, 0>()?;
/// assert_eq!(data.examples()[1], ([0.0, 0.0, 4.5], []));
/// let data = selection.unseen(Unseen::OwnInput).load::<f64, 4, 0>()?;
/// assert_eq!(data.input_names(), ["island=Biscoe", "island=Dream", "island=(unseen)", "mass"]);
/// assert_eq!(data.examples()[1], ([0.0, 0.0, 1.0, 4.5], []));
/// # Ok::<(), mlp_core::dataset::TableError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unseen {
    /// Such a value is an error.
    #[default]
    Refuse,
    /// All inputs of the category become 0. The network was never trained on such inputs: how good its prediction is,
    /// nobody knows.
    Zeros,
    /// Each category has one more input, `island=(unseen)`: 1 for such a value, 0 for those it lists. The network learns
    /// what it means if the training data have such values. So list the frequent ones by `category_of`, and leave the
    /// rare ones to this input; after `category`, which lists all, its weights would keep their random start.
    OwnInput,
}
