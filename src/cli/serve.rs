//! `tiwizi serve`: the server.
//!
//! Routes and sockets are in `http`.

use std::net::SocketAddr;
use std::process::ExitCode;

use crate::config::Config;

/// Serve HTTP (the default)
#[derive(Debug, Default, clap::Args)]
pub struct ServeArgs {
    /// Address to listen on
    #[arg(long)]
    bind: Option<SocketAddr>,
    /// Fill an empty database with demonstration data first, and print its accounts
    #[arg(long)]
    demo: bool,
    /// Leave background jobs to others
    #[arg(long)]
    no_worker: bool,
}
