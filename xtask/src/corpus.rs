//! The mails of `crates/mail/corpus`, made from what a person wrote and how a program wraps it: what is to be read from each is
//! known by construction. Nothing here knows how mail is read; the wrappings are written out from the programs' own formats.
//!
//! Each mail stands in `GROUP/NAME.eml`, what is true of it beside it in `NAME.json`. The files are committed; a test holds
//! them to what this yields.

mod authors;
mod automatic;
mod bare;
mod case;
mod clients;
mod encode;
mod languages;
mod mail;
mod mime;
mod older;
mod ours;
mod postings;
mod programs;
mod text;
mod traps;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::paths;
use case::Case;

/// Writes the mails, or with `--check` says which files differ from them; true when none does.
pub(crate) fn run(words: &[&str]) -> Result<bool> {
    let folder = paths::repository().join("crates/mail/corpus");
    let files = files()?;
    match words {
        [] => write(&folder, &files).map(|()| true),
        ["--check"] => {
            let faults = faults(&folder, &files)?;
            faults.iter().for_each(|fault| println!("{fault}"));
            Ok(faults.is_empty())
        }
        _ => bail!("cargo xtask corpus [--check]"),
    }
}

fn cases() -> Vec<Case> {
    [
        languages::cases(),
        traps::cases(),
        mime::cases(),
        automatic::cases(),
        programs::cases(),
        postings::cases(),
        older::cases(),
        ours::cases(),
        authors::cases(),
        bare::cases(),
    ]
    .concat()
}

/// Path within the corpus and content of every file.
fn files() -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for case in cases() {
        let path = PathBuf::from(case.group).join(&case.name);
        let mail = case.mail.bytes().with_context(|| path.display().to_string())?;
        files.insert(path.with_extension("json"), case.json().into_bytes());
        ensure!(files.insert(path.with_extension("eml"), mail).is_none(), "two mails are called {}", path.display());
    }
    Ok(files)
}

/// The files that stand in the groups' folders; the mails at the top are written by hand.
fn standing(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for group in fs::read_dir(folder)? {
        let group = group?;
        if !group.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(group.path())? {
            let file = file?;
            files.insert(PathBuf::from(group.file_name()).join(file.file_name()), fs::read(file.path())?);
        }
    }
    Ok(files)
}

fn write(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    for path in standing(folder)?.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(folder.join(path))?;
    }
    for (path, content) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, content)?;
    }
    println!("{} mails", files.len() / 2);
    Ok(())
}

fn faults(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<Vec<String>> {
    let standing = standing(folder)?;
    let missing = files.keys().filter(|path| !standing.contains_key(*path)).map(|path| ("is missing", path));
    let strange = standing.keys().filter(|path| !files.contains_key(*path)).map(|path| ("is not ours", path));
    let other = files.iter().filter(|(path, content)| standing.get(*path).is_some_and(|seen| seen != *content));
    let all = missing.chain(strange).chain(other.map(|(path, _)| ("differs", path)));
    Ok(all.map(|(fault, path)| format!("{} {fault}; `cargo xtask corpus` writes it", path.display())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_corpus_is_what_is_generated() {
        let folder = paths::repository().join("crates/mail/corpus");
        let faults = faults(&folder, &files().unwrap()).unwrap();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn every_language_is_written_in_at_least_three_programs() {
        let cases = languages::cases();
        let languages = words::all();
        assert_eq!(languages.len(), 39);
        for words in languages {
            let of_it = cases.iter().filter(|case| case.name.starts_with(&format!("{}-", words.code)));
            assert!(of_it.count() >= 3, "{}", words.code);
        }
    }
}
