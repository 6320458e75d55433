//! The messages of the macro, as its users read them. `TRYBUILD=overwrite cargo test --test ui` pins them anew.

/// Only our own messages stand in the pinned files.
#[test]
fn every_message_is_pinned() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
