//! The figures of a run, as words or as JSON.

use crate::{Options, database::Database, ingest::Run, mails::Form};
use serde_json::json;
use std::time::Duration;

/// Prints them.
pub(crate) fn print(options: &Options, database: &Database, run: &Run, limit: Duration) {
    let rate = |took: Duration| options.mails as f64 / took.as_secs_f64();
    let (accepted, processed, bare) = (rate(run.accepted_in), rate(run.processed_in), rate(limit));
    let (p50, p99) = (milliseconds(&run.latencies, 50), milliseconds(&run.latencies, 99));
    let mib = run.peak_memory as f64 / 1024.0;
    if options.json {
        let figures = json!({
            "database": database.name(), "mails": options.mails, "bytes": run.size, "connections": options.connections,
            "accepted_per_second": accepted, "processed_per_second": processed, "accept_p50_ms": p50, "accept_p99_ms": p99,
            "peak_rss_mib": mib, "limit_per_second": bare, "processed_to_limit": processed / bare,
        });
        println!("{figures}");
        return;
    }
    let form = match options.form {
        Form::Plain => "plain",
        Form::Html => "multipart with HTML",
    };
    println!(
        "{}: {} mails of {:.1} KB ({form}) over {} connections",
        database.name(),
        options.mails,
        run.size as f64 / 1000.0,
        options.connections
    );
    println!("  accepted   {accepted:>8.0}/s   p50 {p50:.1} ms, p99 {p99:.1} ms");
    println!("  processed  {processed:>8.0}/s   every mail is a message");
    println!(
        "  limit      {bare:>8.0}/s   the same bytes inserted bare, 64 a transaction: {:.0} times ours",
        bare / processed
    );
    println!("  memory     {mib:>8.0} MiB at its peak");
}

/// The given percentile of ascending durations.
fn milliseconds(sorted: &[Duration], percent: usize) -> f64 {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or(0.0, |taken| taken.as_secs_f64() * 1000.0)
}
