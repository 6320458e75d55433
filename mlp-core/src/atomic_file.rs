//! Files that are written completely or not at all.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Writes a temporary file beside `path` and renames it to `path`, so that a failure leaves the old file unchanged.
pub(crate) fn replace(path: &Path, contents: &str) -> io::Result<()> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);

    // A symbolic link stays, and its target is replaced. A device is written to, never replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if path.exists() && !path.is_file() {
        return fs::write(path, contents);
    }
    let name = format!(".mlp-core-{}-{}.tmp", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let beside = path.with_file_name(name);
    let written = write(&beside, contents).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // If this fails too, there is nothing better to report than the first failure.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Writes, and waits until the contents are on the disk: the file must not get its name before them.
fn write(path: &Path, contents: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(contents.as_bytes())?;
    file.sync_all()
}
