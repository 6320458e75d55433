//! The crate in `no_std/` is linked without the standard library and without an allocator, and run.

use std::path::Path;
use std::process::Command;

#[test]
#[cfg(target_os = "linux")]
fn learns_without_the_standard_library() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("no_std/Cargo.toml");
    for program in ["xor", "everything"] {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--locked", "--bin", program, "--manifest-path"]).arg(&manifest);
        let status = cargo.status().unwrap();
        assert_eq!(status.code(), Some(0), "{program}: 1: has not learnt, 2: training failed, 101: does not build");
    }
}
