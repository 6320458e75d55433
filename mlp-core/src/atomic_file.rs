//! Files that are written completely or not at all.
//!
//! The new contents go to a temporary file in the same folder, `.mlp-core-*.tmp` with 16 random hexadecimal digits,
//! which then gets the name of the old file. Nothing but the file of this very call is ever removed.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Error, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Why an existing file must not be replaced: nobody may write to it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the file is read-only")]
pub(crate) struct ReadOnly;

/// Writes a file so that a failure, a kill or a power cut leaves either the old contents or the new.
///
/// A symbolic link stays, and the file that it leads to is replaced. The new file has the mode of the old one and,
/// where permitted, its owner.
///
/// What cannot be replaced is overwritten, which is not atomic: a device or a pipe, and a file that is mounted.
///
/// # Errors
///
/// Those of the operating system; [`ReadOnly`] as the inner error.
pub(crate) fn replace(path: &Path, contents: impl AsRef<[u8]>) -> io::Result<()> {
    replace_in(&Disk, path, contents.as_ref())
}

/// The operations on files. A test replaces them, to see their order and to let each of them fail.
trait Storage {
    fn create_new(&self, path: &Path, old: Option<&Metadata>) -> io::Result<File>;
    fn write(&self, file: &mut File, contents: &[u8]) -> io::Result<()>;
    fn sync(&self, file: &File) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    fn overwrite(&self, path: &Path, contents: &[u8]) -> io::Result<()>;
}

fn replace_in(storage: &impl Storage, path: &Path, contents: &[u8]) -> io::Result<()> {
    let path = resolve(path)?;
    let old = match fs::metadata(&path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if let Some(old) = &old {
        // The superuser may write to it all the same, but should not by accident.
        if old.permissions().readonly() {
            return Err(Error::new(ErrorKind::PermissionDenied, ReadOnly));
        }
        if !old.is_file() {
            return storage.overwrite(&path, contents);
        }
    }
    let (temporary, mut file) = create(storage, &path, old.as_ref())?;
    let written = storage.write(&mut file, contents).and_then(|()| storage.sync(&file));
    drop(file); // Windows renames no open file.
    let renamed = written.and_then(|()| match storage.rename(&temporary, &path) {
        Err(error) if matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::CrossesDevices) => {
            storage.overwrite(&path, contents)?;
            storage.remove(&temporary)
        }
        renamed => renamed,
    });
    if renamed.is_err() {
        // If this fails too, there is nothing better to report than the first failure.
        let _ = storage.remove(&temporary);
    }
    renamed?;
    match storage.sync_folder(folder(&path)) {
        // Some file systems cannot, and a folder that cannot be read cannot be opened for it.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::Unsupported | ErrorKind::PermissionDenied
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

/// The file that a symbolic link leads to, which need not exist.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::read_link(path) {
            Ok(target) => resolve(&folder(path).join(target)),
            Err(_) => Ok(path.to_path_buf()),
        },
        resolved => resolved,
    }
}

/// Creates a file of this call's own beside `path`. Processes with the same id, in two containers, may share a folder.
fn create(storage: &impl Storage, path: &Path, old: Option<&Metadata>) -> io::Result<(PathBuf, File)> {
    let mut attempts = 0;
    loop {
        let random = RandomState::new().hash_one(attempts);
        let temporary = path.with_file_name(format!(".mlp-core-{random:016x}.tmp"));
        match storage.create_new(&temporary, old) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && attempts < 100 => attempts += 1,
            Err(error) => return Err(error),
        }
    }
}

/// The folder of a file.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str() != OsStr::new("") => folder,
        _ => Path::new("."),
    }
}

struct Disk;

impl Storage for Disk {
    fn create_new(&self, path: &Path, old: Option<&Metadata>) -> io::Result<File> {
        let mut options = File::options();
        options.write(true).create_new(true);
        match old {
            None => options.open(path),
            Some(old) => {
                // Until it has the owner and the mode of the old file, nobody else may read it.
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let file = options.open(path)?;
                keep_owner_and_mode(&file, old).inspect_err(|_| drop(fs::remove_file(path)))?;
                Ok(file)
            }
        }
    }

    fn write(&self, file: &mut File, contents: &[u8]) -> io::Result<()> {
        file.write_all(contents)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    #[cfg(unix)]
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    /// Only unix can open a folder.
    #[cfg(not(unix))]
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn overwrite(&self, path: &Path, contents: &[u8]) -> io::Result<()> {
        let mut file = File::options().write(true).truncate(true).open(path)?;
        file.write_all(contents)?;
        // A device or a pipe has nothing to wait for.
        if file.metadata()?.is_file() { file.sync_all() } else { Ok(()) }
    }
}

#[cfg(unix)]
fn keep_owner_and_mode(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};

    let new = file.metadata()?;
    let mut mode = old.mode() & 0o7777;
    if new.uid() != old.uid() || new.gid() != old.gid() {
        // Only the superuser may give a file away. A member of both groups may change the group.
        let kept = fchown(file, Some(old.uid()), Some(old.gid())).or_else(|_| fchown(file, None, Some(old.gid())));
        if kept.is_err() {
            // The old group's permissions must not go to another group.
            mode &= !0o2070;
        }
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_owner_and_mode(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
