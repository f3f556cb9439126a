//! When a program that runs on is told to end: by SIGTERM or by Ctrl-C.
//!
//! What it does then is up to the commands.

use std::future::pending;

use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio_util::sync::CancellationToken;

/// A token that is cancelled at the first signal; signals are heard from now on.
pub fn closing() -> CancellationToken {
    let closing = CancellationToken::new();
    // Before anything is announced: whoever reads that the server listens may end it at once.
    let terminated = signal(SignalKind::terminate());
    let token = closing.clone();
    tokio::spawn(async move {
        let terminated = async {
            match terminated {
                Ok(mut heard) => {
                    heard.recv().await;
                }
                // The other one is heard all the same.
                Err(cause) => unheard("SIGTERM", &cause).await,
            }
        };
        let interrupted = async {
            if let Err(cause) = tokio::signal::ctrl_c().await {
                unheard("Ctrl-C", &cause).await;
            }
        };
        tokio::select! {
            () = terminated => {}
            () = interrupted => {}
        }
        tracing::info!("closing");
        token.cancel();
    });
    closing
}

async fn unheard(signal: &str, cause: &std::io::Error) {
    tracing::warn!(signal, %cause, "a signal cannot be heard");
    pending().await
}
