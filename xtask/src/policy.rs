//! What may be in the tree: licences and banned crates (read from `deny.toml`), and the arrows between our own
//! crates as `docs/architecture.md` draws them.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::licence::satisfied;
use crate::paths;

/// Which of our crates each of our crates may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("segue-mail", &[]),
    ("segue-smtp", &[]),
    ("segue-model", &[]),
    ("segue-store", &["segue-model"]),
    ("segue-desk", &["segue-store", "segue-mail", "segue-model"]),
    ("segue-webhooks", &[]),
    ("segue", &["segue-desk", "segue-store", "segue-mail", "segue-smtp", "segue-webhooks", "segue-model"]),
    ("segue-bench", &[]),
    ("xtask", &[]),
];

/// What `cargo metadata` says of the locked tree.
pub(crate) fn metadata() -> Result<Value> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(paths::repository())
        .output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("cargo metadata printed no JSON")
}

/// One line for each fault; none when all is as it should be.
pub(crate) fn faults(metadata: &Value) -> Vec<String> {
    let rules = match Rules::read() {
        Ok(rules) => rules,
        Err(error) => return vec![format!("deny.toml: {error:#}")],
    };
    packages(metadata).flat_map(|package| rules.faults_of(package).into_iter().chain(wrong_arrows(package))).collect()
}

struct Rules {
    licences: Vec<String>,
    banned: BTreeMap<String, String>,
}

impl Rules {
    fn read() -> Result<Self> {
        let text = fs::read_to_string(paths::repository().join("deny.toml"))?;
        let file: toml::Table = text.parse()?;
        let list = |section: &str, key: &str| file.get(section)?.get(key)?.as_array();
        let licences = list("licenses", "allow").context("no licenses.allow")?;
        let bans = list("bans", "deny").context("no bans.deny")?;
        let word = |table: &toml::Value, key: &str| {
            table.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
        };
        Ok(Self {
            licences: licences.iter().filter_map(toml::Value::as_str).map(String::from).collect(),
            banned: bans.iter().map(|ban| (word(ban, "name"), word(ban, "reason"))).collect(),
        })
    }

    fn faults_of(&self, package: &Value) -> Vec<String> {
        let name = text(package, "name");
        let licence = text(package, "license");
        let mut faults = Vec::new();
        if let Some(reason) = self.banned.get(name) {
            faults.push(format!("{name} is banned: {reason}"));
        }
        if !satisfied(licence, &self.licences) {
            faults.push(format!("{name} has the licence {licence:?}, which deny.toml does not allow"));
        }
        faults
    }
}

/// Arrows from one of ours to one of ours that nobody drew; none for other people's crates.
fn wrong_arrows(package: &Value) -> Vec<String> {
    let ours = package["source"].is_null();
    if !ours {
        return Vec::new();
    }
    let name = text(package, "name");
    let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
        return vec![format!("{name} is not in the table of arrows (xtask/src/policy.rs)")];
    };
    let dependencies =
        package["dependencies"].as_array().into_iter().flatten().map(|dependency| text(dependency, "name"));
    let wrong =
        dependencies.filter(|to| ARROWS.iter().any(|(ours, _)| ours == to) && *to != name && !allowed.contains(to));
    wrong.map(|to| format!("{name} must not depend on {to}")).collect()
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn faults_are_found() {
        let tree = json!({"packages": [
            {"name": "segue-mail", "license": "MIT", "source": null, "dependencies": [{"name": "segue-store"}, {"name": "url"}]},
            {"name": "newcomer", "license": "MIT", "source": null, "dependencies": []},
            {"name": "openssl-sys", "license": "MIT", "source": "registry", "dependencies": [{"name": "segue"}]},
            {"name": "viral", "license": "AGPL-3.0-only", "source": "registry", "dependencies": []},
            {"name": "nameless", "license": null, "source": "registry", "dependencies": []},
            {"name": "fine", "license": "MIT OR Apache-2.0", "source": "registry", "dependencies": []},
        ]});
        let found = faults(&tree);
        let named: Vec<&str> = found.iter().filter_map(|fault| fault.split(' ').next()).collect();
        assert_eq!(named, ["segue-mail", "newcomer", "openssl-sys", "viral", "nameless"], "{found:#?}");
    }
}
