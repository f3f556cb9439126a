//! Logs and figures of the running server.
//!
//! Never logged: passwords, tokens, cookies, documents and their variables, e-mail addresses, names
//! of people, addresses of clients, file contents. A line names things by id, a path by its pattern,
//! an error by its code. What happens within a request stands in a span with the request's id.

use std::io::IsTerminal;
use std::sync::OnceLock;

use metrics_exporter_prometheus::PrometheusBuilder;
use metrics_exporter_prometheus::PrometheusHandle;
use tracing_subscriber::EnvFilter;

use crate::config::LogConfig;
use crate::config::LogFormat;

/// Buckets of a duration in seconds, from what a cached answer takes to the time limit.
const DURATIONS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// Begins to write logs; a second call changes nothing.
///
/// # Errors
/// What is wrong with the filter.
pub fn start_logs(config: &LogConfig) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.filter).map_err(|it| format!("log.filter: {it}"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        // Complaining of it would panic where nobody reads standard error any more.
        .log_internal_errors(false);
    // Somebody who embeds the server may write logs already.
    let _begun = match config.format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    Ok(())
}

/// The figures of this process; the first call begins to gather them.
pub fn figures() -> Option<&'static PrometheusHandle> {
    static FIGURES: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    FIGURES
        .get_or_init(|| {
            PrometheusBuilder::new()
                .set_buckets(&DURATIONS)
                .ok()?
                .install_recorder()
                .ok()
        })
        .as_ref()
}
