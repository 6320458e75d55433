//! The crate in `no_std/` is linked without the standard library and an allocator, and run.

use std::path::Path;
use std::process::Command;

#[test]
#[cfg(target_os = "linux")]
fn learns_without_the_standard_library() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("no_std/Cargo.toml");
    let status = Command::new(env!("CARGO")).args(["run", "--locked", "--manifest-path"]).arg(manifest).status();
    assert_eq!(status.unwrap().code(), Some(0), "1: has not learnt, 2: training failed, 101: does not build");
}
