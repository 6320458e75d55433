//! The names of derivatives, put together and taken apart.

use core::fmt::Display;

/// `dz1_dw11`
pub(super) fn derivative(of: impl Display, by: impl Display) -> String {
    format!("d{of}_d{by}")
}

/// `dz3_da1` is the derivative of `z3` by `a1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Derivative {
    pub(crate) of: String,
    pub(crate) by: String,
}

impl Derivative {
    /// `None` if it is not the name of a derivative. The elements of arrays are those that the subscripts mean:
    /// `dz2_da1[i][j]` is the derivative of `z2[j]` by `a1[i]`.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let (base, places) = name.find('[').map_or((name, ""), |at| name.split_at(at));
        let (of, by) = base.strip_prefix('d')?.split_once("_d")?;
        if of == "L" {
            return Some(Self { of: of.to_owned(), by: format!("{by}{places}") });
        }
        let number = ["y_pred", "z", "a"].iter().find_map(|letters| of.strip_prefix(letters))?;
        if !number.chars().all(|letter| letter.is_ascii_digit()) {
            return None;
        }
        let (first, last) = match places.find("][") {
            Some(at) => places.split_at(at + 1),
            None => (places, places),
        };
        Some(Self { of: format!("{of}{last}"), by: format!("{by}{first}") })
    }
}
