//! Development tasks. `cargo xtask test` installs what the tests need, runs all of them and ends in one summary;
//! its very last line is `N passed, M failed`.

mod bench;
mod corpus;
mod counts;
mod debian;
mod fuzz;
mod licence;
mod paths;
mod policy;
mod postgres;
mod report;
mod step;
mod suite;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <task>

  test          install what the tests need, run everything, end in one summary
  test NAME…    only these parts: web, rust, fuzz, e2e (the rest as left by an earlier run)
  fuzz [--seconds N] [TARGET…]
                run the fuzz targets, each for so long (60)
  bench ingest [--database sqlite|postgres] [--form plain|html] [--mails N] [OPTION…]
                measure how fast mails become messages, beside the bare database
  corpus        write the mails of crates/mail/corpus anew
  corpus --check
                say which of their files differ
  policy        licences, banned crates and the arrows between our crates
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", parts @ ..] => suite::run(parts),
        ["fuzz", words @ ..] => fuzz::run(words),
        ["bench", words @ ..] => bench::run(words),
        ["corpus", words @ ..] => corpus::run(words),
        ["policy"] => policy_alone(),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn policy_alone() -> anyhow::Result<bool> {
    let faults = policy::faults(&policy::metadata()?);
    for fault in &faults {
        println!("{fault}");
    }
    Ok(faults.is_empty())
}
