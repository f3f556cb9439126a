//! Server-sent events, for clients and proxies that take no WebSocket: one operation, one stream.
//!
//! In the "distinct connections" mode of `graphql-sse`: events `next`, then `complete`.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use chrono::DateTime;
use chrono::Utc;
use futures_util::StreamExt;
use futures_util::stream;
use futures_util::stream::BoxStream;
use tokio::time::Instant;
use tokio::time::Interval;
use tokio::time::MissedTickBehavior;
use tokio::time::interval;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use crate::graphql::gate::Answer;
use crate::http::Parts;
use crate::http::live::Seat;
use crate::http::live::moment;
use crate::http::live::operation;
use crate::http::live::operation::Said;
use crate::identity::Ctx;
use crate::identity::IdentityError;

/// Whom a stream is for.
pub struct Listener {
    /// Who asks.
    pub ctx: Ctx,
    /// When their token ends; `None` for nobody.
    pub ends_at: Option<DateTime<Utc>>,
    /// Their place; `None` for nobody.
    pub seat: Option<Seat>,
}

/// A stream of answers. Comments in between keep proxies from closing it.
pub fn events(
    parts: &Parts,
    closing: CancellationToken,
    listener: Listener,
    answers: BoxStream<'static, Said>,
) -> HttpResponse {
    let seconds = parts.core.config.live.heartbeat_seconds.max(1);
    let mut beats = interval(Duration::from_secs(seconds));
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let feed = Feed {
        ends: listener.ends_at.map(|it| moment(&parts.core, it)),
        parts: parts.clone(),
        closing,
        listener,
        answers,
        beats,
        last: None,
    };
    let body = stream::unfold(feed, |mut feed| async move {
        let bytes = feed.next().await?;
        Some((Ok::<_, Infallible>(bytes), feed))
    });
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        // Compression would hold events back; so would proxies that gather.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(body)
}

struct Feed {
    parts: Parts,
    closing: CancellationToken,
    listener: Listener,
    answers: BoxStream<'static, Said>,
    beats: Interval,
    ends: Option<Instant>,
    /// What remains to be written after the answers.
    last: Option<VecDeque<Bytes>>,
}

impl Feed {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(last) = &mut self.last {
            return last.pop_front();
        }
        let ends = self.ends;
        tokio::select! {
            // Without `complete`: the client comes again, to another instance.
            () = self.closing.cancelled() => None,
            () = sleep_until(ends.unwrap_or_else(Instant::now)), if ends.is_some() => {
                self.end(Some(&operation::over()))
            }
            _ = self.beats.tick() => match self.parts.authenticator.look_again(&self.listener.ctx).await {
                Err(IdentityError::Session) => self.end(Some(&operation::over())),
                // The next look may find the database again.
                _ => Some(Bytes::from_static(b":\n\n")),
            },
            said = self.answers.next() => match said {
                Some(Said::Next(answer)) => Some(next(&answer)),
                Some(Said::Failed(answer)) => self.end(Some(&answer)),
                None => self.end(None),
            },
        }
    }

    fn end(&mut self, answer: Option<&Answer>) -> Option<Bytes> {
        self.answers = stream::empty().boxed();
        // The place is free from now on.
        self.listener.seat = None;
        let complete = Bytes::from_static(b"event: complete\ndata: \n\n");
        let mut last: VecDeque<Bytes> = answer.map(next).into_iter().collect();
        last.push_back(complete);
        let first = last.pop_front();
        self.last = Some(last);
        first
    }
}

/// An answer as an event: JSON holds no line break outside of its escapes.
fn next(answer: &Answer) -> Bytes {
    let mut event = b"event: next\ndata: ".to_vec();
    event.extend(answer.to_json());
    event.extend_from_slice(b"\n\n");
    event.into()
}
