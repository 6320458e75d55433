//! How errors are shown.

use core::error::Error;
use core::fmt::{self, Formatter};

/// Writes the message of an error, then the messages of its causes.
pub(crate) fn with_sources(error: &dyn Error, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

/// An error with the messages of its causes.
#[cfg(feature = "alloc")]
pub(crate) struct WithSources<'a>(pub(crate) &'a dyn Error);

#[cfg(feature = "alloc")]
impl fmt::Display for WithSources<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        with_sources(self.0, f)
    }
}

/// `1 input`, `2 inputs`, `2 classes`.
#[cfg(feature = "std")]
pub(crate) fn count(number: usize, noun: &str) -> std::string::String {
    let ending = match number {
        1 => "",
        _ if noun.ends_with('s') => "es",
        _ => "s",
    };
    std::format!("{number} {noun}{ending}")
}

/// A number with all its digits, and with an exponent where there would be many zeros.
pub(crate) struct Number(pub(crate) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(number) = self;
        if *number == 0.0 || !number.is_finite() || (1e-5..1e16).contains(&number.max(-number)) {
            write!(f, "{number}")
        } else {
            write!(f, "{number:e}")
        }
    }
}

/// Lets `Debug` show the message, because `unwrap` prints `Debug`, and so does a `main` that returns an error.
macro_rules! debug_is_message {
    ($error:ty) => {
        impl core::fmt::Debug for $error {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                $crate::message::with_sources(self, f)
            }
        }
    };
}

pub(crate) use debug_is_message;
