//! Where things lie.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's root: this crate is its direct child.
pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where Cargo builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), |path| repository().join(path))
}

/// Where each step's output is kept.
pub(crate) fn logs() -> PathBuf {
    target().join("test-logs")
}

/// The first of these programs, by name or path, that exists; names are looked up on `PATH`.
pub(crate) fn program(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    names.iter().find_map(|name| {
        if name.contains('/') {
            return Some(PathBuf::from(name)).filter(|path| path.exists());
        }
        folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file())
    })
}
