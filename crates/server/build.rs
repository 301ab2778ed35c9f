//! Puts the built web parts where `http::assets` embeds them.
//!
//! A `web/dist` that is newer than its sources is used as it is. Otherwise it is built once, with npm. Where that cannot
//! be done, a page that says so is embedded instead, with a warning. `REQUIRE_WEB=1` makes that an error; `SKIP_WEB=1`
//! builds nothing and takes what is there.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// What the build makes; all of it must be there.
const MADE: [&str; 4] = ["packs/js/sdk.js", "widget/widget.js", "widget/widget.css", "dashboard/index.html"];
/// Folders within `web/` that are made, not written.
const NOT_SOURCES: [&str; 3] = ["node_modules", "dist", "test"];

fn main() {
    let web = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../web");
    for variable in ["REQUIRE_WEB", "SKIP_WEB"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    let mut newest = None;
    watch(&web, &mut newest);
    for made in MADE {
        println!("cargo:rerun-if-changed={}", web.join("dist").join(made).display());
    }
    let folder = match provide(&web, newest) {
        Ok(()) => web.join("dist"),
        Err(why) if wanted("REQUIRE_WEB") => panic!("the web parts are missing: {why}"),
        Err(why) => {
            println!("cargo:warning=the web parts are left out: {why}");
            placeholder(&web.join("dist")).expect("writing the placeholder")
        }
    };
    let folder = folder.canonicalize().expect("a folder that was just made");
    println!("cargo:rustc-env=SEGUE_WEB_DIST={}", folder.display());
}

/// Sees to it that `web/dist` is there and fresh.
fn provide(web: &Path, newest: Option<SystemTime>) -> Result<(), String> {
    let dist = web.join("dist");
    let made = || MADE.iter().map(|made| fs::metadata(dist.join(made)).and_then(|found| found.modified()).ok());
    if made().all(|at| at.is_some() && at >= newest) {
        return Ok(());
    }
    if wanted("SKIP_WEB") {
        return if made().all(|at| at.is_some()) { Ok(()) } else { Err("SKIP_WEB is set".into()) };
    }
    if !fs::exists(web.join("node_modules/.package-lock.json")).unwrap_or(false) {
        npm(web, &["ci", "--no-audit", "--no-fund"])?;
    }
    npm(web, &["run", "build"])?;
    let missing = MADE.iter().find(|made| !dist.join(made).exists());
    missing.map_or(Ok(()), |missing| Err(format!("the build did not make {missing}")))
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let done = Command::new("npm").args(arguments).current_dir(web).output();
    let command = format!("npm {}", arguments.join(" "));
    let done = done.map_err(|error| format!("{command}: {error} (Node 20.19 or newer is needed)"))?;
    if done.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&done.stderr).lines().rev().take(3).collect::<Vec<_>>().join(" / ");
    Err(format!("{command} failed: {words}"))
}

/// Names every source to cargo and finds the newest change.
fn watch(folder: &Path, newest: &mut Option<SystemTime>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if NOT_SOURCES.iter().any(|made| name == *made) {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            watch(&path, newest);
        } else {
            println!("cargo:rerun-if-changed={}", path.display());
            let changed = entry.metadata().and_then(|found| found.modified()).ok();
            *newest = (*newest).max(changed);
        }
    }
}

fn placeholder(dist: &Path) -> io::Result<PathBuf> {
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("web");
    // Parts that are there are better than none: the widget may be built while the dashboard is not.
    for made in MADE {
        let (from, to) = (dist.join(made), folder.join(made));
        fs::create_dir_all(to.parent().unwrap_or(&folder))?;
        if from.exists() {
            fs::copy(from, to)?;
        }
    }
    let page = "<!doctype html><html lang=en><meta charset=utf-8><title>Segue</title><h1>Segue runs, but without its web parts</h1>\
                <p>Run <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code> (Node 20.19 or newer) and build the server again.</p></html>";
    fs::write(folder.join("dashboard/index.html"), page)?;
    Ok(folder)
}

fn wanted(variable: &str) -> bool {
    env::var(variable).is_ok_and(|value| !value.is_empty() && value != "0")
}
