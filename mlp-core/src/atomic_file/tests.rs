use std::cell::{Cell, RefCell};
use std::{env, process};

use super::*;

/// An empty folder of this test's own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("mlp-core-atomic-{}-{name}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The disk, with a record of what is done. The step `failing` fails as often as `failures` says.
#[derive(Default)]
struct Recorder {
    steps: RefCell<Vec<&'static str>>,
    failing: Option<(&'static str, ErrorKind)>,
    failures: Cell<usize>,
}

impl Recorder {
    fn failing(step: &'static str, kind: ErrorKind, failures: usize) -> Self {
        Self { failing: Some((step, kind)), failures: failures.into(), ..Self::default() }
    }

    fn step<T>(&self, name: &'static str, step: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        self.steps.borrow_mut().push(name);
        match self.failing {
            Some((failing, kind)) if failing == name && self.failures.get() > 0 => {
                self.failures.set(self.failures.get() - 1);
                Err(kind.into())
            }
            _ => step(),
        }
    }
}

impl Storage for Recorder {
    fn create_new(&self, path: &Path, old: Option<&Metadata>) -> io::Result<File> {
        self.step("create", || Disk.create_new(path, old))
    }

    fn write(&self, file: &mut File, contents: &[u8]) -> io::Result<()> {
        self.step("write", || Disk.write(file, contents))
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.step("sync", || Disk.sync(file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step("rename", || Disk.rename(from, to))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.step("sync folder", || Disk.sync_folder(folder))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step("remove", || Disk.remove(path))
    }

    fn overwrite(&self, path: &Path, contents: &[u8]) -> io::Result<()> {
        self.step("overwrite", || Disk.overwrite(path, contents))
    }
}

/// The contents are on the disk before they get the name, and the name is there before the call returns.
#[test]
fn the_steps_have_an_order() {
    let folder = Folder::new("order");
    for contents in ["new", "newer"] {
        let recorder = Recorder::default();
        replace_in(&recorder, &folder.0.join("file"), contents.as_bytes()).unwrap();
        assert_eq!(recorder.steps.take(), ["create", "write", "sync", "rename", "sync folder"]);
        assert_eq!(fs::read_to_string(folder.0.join("file")).unwrap(), contents);
    }
    assert_eq!(folder.names(), ["file"]);
}

/// Only a call of `fsync` can tell that these cannot be synced.
#[cfg(target_os = "linux")]
#[test]
fn the_disk_really_syncs() {
    assert_eq!(Disk.sync(&File::open("/dev/null").unwrap()).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(Disk.sync_folder(Path::new("/proc")).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_failure_leaves_the_old_file_alone() {
    let folder = Folder::new("failure");
    let path = folder.0.join("file");
    fs::write(&path, "old").unwrap();
    for step in ["create", "write", "sync", "rename"] {
        let recorder = Recorder::failing(step, ErrorKind::StorageFull, 1);
        assert_eq!(replace_in(&recorder, &path, b"new").unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old", "{step}");
        assert_eq!(folder.names(), ["file"], "{step}");
    }
}

#[test]
fn a_folder_that_cannot_be_synced_is_no_failure_but_a_broken_disk_is() {
    let folder = Folder::new("folder");
    let path = folder.0.join("file");
    replace_in(&Recorder::failing("sync folder", ErrorKind::InvalidInput, 1), &path, b"new").unwrap();
    let broken = Recorder::failing("sync folder", ErrorKind::Other, 1);
    assert_eq!(replace_in(&broken, &path, b"new").unwrap_err().kind(), ErrorKind::Other);
}

/// A file that is mounted by itself, as in a container, can be written but not replaced.
#[test]
fn what_cannot_be_renamed_to_is_overwritten() {
    let folder = Folder::new("overwritten");
    let path = folder.0.join("file");
    for kind in [ErrorKind::ResourceBusy, ErrorKind::CrossesDevices] {
        fs::write(&path, "old and longer").unwrap();
        let recorder = Recorder::failing("rename", kind, 1);
        replace_in(&recorder, &path, b"new").unwrap();
        let steps = recorder.steps.take();
        assert_eq!(steps, ["create", "write", "sync", "rename", "overwrite", "remove", "sync folder"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(folder.names(), ["file"]);
    }
}

/// A name that is taken, by a file or by a planted link, is left alone.
#[test]
fn a_taken_name_is_not_used() {
    let folder = Folder::new("taken");
    let path = folder.0.join("file");
    let recorder = Recorder::failing("create", ErrorKind::AlreadyExists, 3);
    replace_in(&recorder, &path, b"new").unwrap();
    assert_eq!(recorder.steps.take()[..5], ["create", "create", "create", "create", "write"]);
    let recorder = Recorder::failing("create", ErrorKind::AlreadyExists, usize::MAX);
    assert_eq!(replace_in(&recorder, &path, b"newer").unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");

    assert_eq!(Disk.create_new(&path, None).unwrap_err().kind(), ErrorKind::AlreadyExists);
    #[cfg(unix)]
    {
        let planted = folder.0.join("planted");
        std::os::unix::fs::symlink("elsewhere", &planted).unwrap();
        assert_eq!(Disk.create_new(&planted, None).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert!(!folder.0.join("elsewhere").exists());
    }
}

#[test]
fn temporary_names_are_random_and_as_documented() {
    let folder = Folder::new("names");
    let path = folder.0.join("file");
    let names = [(); 2].map(|()| {
        let (temporary, _) = create(&Disk, &path, None).unwrap();
        let name = temporary.file_name().unwrap().to_str().unwrap();
        let digits = name.strip_prefix(".mlp-core-").unwrap().strip_suffix(".tmp").unwrap();
        assert!(digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{name}");
        name.to_owned()
    });
    assert_ne!(names[0], names[1]);
}

#[cfg(unix)]
mod unix {
    use std::io::Read as _;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn the_mode_stays() {
        let folder = Folder::new("mode");
        let path = folder.0.join("file");
        fs::write(&path, "old").unwrap();
        for wanted in [0o600, 0o640, 0o664, 0o777] {
            fs::set_permissions(&path, fs::Permissions::from_mode(wanted)).unwrap();
            replace(&path, "new").unwrap();
            assert_eq!(mode(&path), wanted);
        }
    }

    /// Only the superuser can make this a stranger's file; for others it stays their own.
    #[test]
    fn the_owner_stays() {
        let folder = Folder::new("owner");
        let path = folder.0.join("file");
        fs::write(&path, "old").unwrap();
        let _ = std::os::unix::fs::chown(&path, Some(1234), Some(4321));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o6755)).unwrap();
        let old = fs::metadata(&path).unwrap();
        replace(&path, "new").unwrap();
        let new = fs::metadata(&path).unwrap();
        assert_eq!((new.uid(), new.gid(), new.mode()), (old.uid(), old.gid(), old.mode()));
    }

    /// Nobody else may read the new contents before the file has the mode of the old one.
    #[test]
    fn a_private_file_is_private_from_the_beginning() {
        let folder = Folder::new("private");
        let path = folder.0.join("file");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let (temporary, _) = create(&Disk, &path, Some(&fs::metadata(&path).unwrap())).unwrap();
        assert_eq!(mode(&temporary), 0o600);
    }

    #[test]
    fn a_new_file_has_the_usual_mode() {
        let folder = Folder::new("usual");
        replace(&folder.0.join("file"), "new").unwrap();
        fs::write(folder.0.join("other"), "new").unwrap();
        assert_eq!(mode(&folder.0.join("file")), mode(&folder.0.join("other")));
    }

    #[test]
    fn a_read_only_file_is_refused() {
        let folder = Folder::new("read-only");
        let path = folder.0.join("file");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let error = replace(&path, "new").unwrap_err();
        assert!(error.get_ref().unwrap().is::<ReadOnly>(), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }

    #[test]
    fn links_stay() {
        let folder = Folder::new("links");
        symlink("second", folder.0.join("first")).unwrap();
        symlink("file", folder.0.join("second")).unwrap();
        for contents in ["new", "newer"] {
            replace(&folder.0.join("first"), contents).unwrap();
            assert!(folder.0.join("first").is_symlink() && folder.0.join("second").is_symlink());
            assert!(!folder.0.join("file").is_symlink());
            assert_eq!(fs::read_to_string(folder.0.join("file")).unwrap(), contents);
        }
        symlink("round", folder.0.join("round")).unwrap();
        replace(&folder.0.join("round"), "new").unwrap_err();
    }

    #[test]
    fn a_device_and_a_pipe_are_written_to() {
        replace(Path::new("/dev/null"), "new").unwrap();
        let folder = Folder::new("pipe");
        let pipe = folder.0.join("pipe");
        assert!(process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                File::open(pipe).unwrap().read_to_string(&mut text).map(|_| text).unwrap()
            }
        });
        replace(&pipe, "new").unwrap();
        assert_eq!(reader.join().unwrap(), "new");
        assert_eq!(folder.names(), ["pipe"]);
    }
}
