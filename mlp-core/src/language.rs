//! The words in which traces, figures, worksheets and lessons speak: English, Russian, or your own.
//!
//! ```
//! use mlp_core::Language;
//!
//! let german = Language { code: "de", weights: "Gewichte", biases: "Schwellen", ..Language::ENGLISH };
//! assert_eq!((german.weights, german.loss), ("Gewichte", "Loss"));
//! assert_eq!(Language::RUSSIAN.epochs, "эпохи");
//! ```

/// The words of a language. A new one fills the fields that it has words for, and takes the others from
/// [`ENGLISH`](Self::ENGLISH).
///
/// Later versions add fields, so `..Language::ENGLISH` keeps a language of your own compiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// The code of the language, for HTML and SVG: `en`.
    pub code: &'static str,
    /// The title of a panel: `Weights`.
    pub weights: &'static str,
    /// The title of a panel: `Biases`.
    pub biases: &'static str,
    /// The title of a panel: `Loss`.
    pub loss: &'static str,
    /// The label of an axis: `epochs`.
    pub epochs: &'static str,
    /// The label of an axis: `value`.
    pub value: &'static str,
}

impl Language {
    /// English.
    pub const ENGLISH: Self =
        Self { code: "en", weights: "Weights", biases: "Biases", loss: "Loss", epochs: "epochs", value: "value" };

    /// Russian, the language of the lecture that the names follow.
    pub const RUSSIAN: Self = Self {
        code: "ru",
        weights: "Веса",
        biases: "Смещения",
        loss: "Функция потерь",
        epochs: "эпохи",
        value: "значение",
    };
}

impl Default for Language {
    fn default() -> Self {
        Self::ENGLISH
    }
}
