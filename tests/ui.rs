//! The messages of the macro, as its users read them.
//! `TRYBUILD=overwrite cargo test -p mlp-tests --test project ui::` pins them anew.

/// The pinned files hold our own messages only.
#[test]
fn every_message_is_pinned() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
