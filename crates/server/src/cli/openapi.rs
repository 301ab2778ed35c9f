//! `segue openapi`: prints the OpenAPI document.

use crate::http::router;

pub(super) fn run() -> anyhow::Result<()> {
    println!("{}", router::openapi().to_pretty_json()?);
    Ok(())
}
