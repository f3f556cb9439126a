//! One WebSocket: bytes and time in, bytes out.
//!
//! What a message means is in `protocol`. Nothing piles up here: while a client takes nothing, its
//! operations are not asked for more, and subscriptions wait in the feed, which keeps one row for
//! each record however often it changes. A client that takes nothing for too long is cut off.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;
use actix_ws::AggregatedMessage;
use actix_ws::AggregatedMessageStream;
use actix_ws::CloseCode;
use actix_ws::CloseReason;
use actix_ws::ProtocolError;
use chrono::DateTime;
use chrono::Utc;
use futures_util::StreamExt;
use futures_util::stream::AbortHandle;
use futures_util::stream::Abortable;
use futures_util::stream::BoxStream;
use futures_util::stream::SelectAll;
use futures_util::stream::abortable;
use serde_json::Value;
use tokio::time::Instant;
use tokio::time::MissedTickBehavior;
use tokio::time::interval_at;
use tokio::time::sleep_until;
use tokio::time::timeout;

use crate::http::Parts;
use crate::http::headers::RequestId;
use crate::http::live::Live;
use crate::http::live::Seat;
use crate::http::live::may_come_from;
use crate::http::live::moment;
use crate::http::live::operation;
use crate::http::live::operation::Said;
use crate::http::live::protocol;
use crate::http::live::protocol::Close;
use crate::http::live::protocol::Protocol;
use crate::http::live::protocol::Step;
use crate::http::origin::origin;
use crate::identity::Actor;
use crate::identity::Ctx;
use crate::identity::IdentityError;
use crate::identity::Origin;
use crate::platform::bell::Listener;
use crate::platform::i18n::Locale;

/// Turns a request into a socket.
///
/// # Errors
/// The handshake is not valid.
pub async fn open(
    parts: web::Data<Parts>,
    live: web::Data<Live>,
    http: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let config = &parts.core.config;
    if !may_come_from(&http, config) {
        return Ok(HttpResponse::Forbidden().body("Pages of other sites open no sockets here."));
    }
    let (response, session, messages) =
        actix_ws::handle_with_protocols(&http, body, &[protocol::NAME])?;
    let speaks = response
        .headers()
        .contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    let language = http.headers().get(header::ACCEPT_LANGUAGE);
    let socket = Socket {
        locale: language
            .and_then(|it| it.to_str().ok())
            .map_or_else(Locale::default, Locale::negotiate),
        request_id: RequestId::of(&http).0,
        origin: origin(&http),
        protocol: Protocol::new(config.live.operations),
        heartbeat: Duration::from_secs(config.live.heartbeat_seconds.max(1)),
        heard_at: Instant::now(),
        member: None,
        handles: HashMap::new(),
        operations: SelectAll::new(),
        session,
        live: Live::clone(&live),
        parts: Parts::clone(&parts),
    };
    let most = config.live.message_bytes;
    let messages = messages
        .max_frame_size(most)
        .aggregate_continuations()
        .max_continuation_size(most);
    actix_web::rt::spawn(socket.run(messages, speaks));
    Ok(response)
}

/// Who was let in.
struct Member {
    ctx: Ctx,
    ends_at: DateTime<Utc>,
    ends: Instant,
    /// Rings when the session ends.
    bell: Listener,
    _seat: Seat,
}

/// Why a socket ends.
enum End {
    /// The server closes it.
    Close(Close),
    /// The client closes it, and waits for an answer.
    Left(Option<CloseReason>),
    /// The client is not there any more.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

type Answers = Abortable<BoxStream<'static, (String, Option<Said>)>>;

struct Socket {
    parts: Parts,
    live: Live,
    session: actix_ws::Session,
    protocol: Protocol,
    locale: Locale,
    request_id: String,
    origin: Origin,
    heartbeat: Duration,
    heard_at: Instant,
    member: Option<Member>,
    handles: HashMap<String, AbortHandle>,
    operations: SelectAll<Answers>,
}

impl Socket {
    async fn run(mut self, mut messages: AggregatedMessageStream, speaks: bool) {
        let end = if speaks {
            let Err(end) = self.talk(&mut messages).await;
            end
        } else {
            End::Close(Close::Subprotocol)
        };
        let Self {
            session,
            operations,
            heartbeat,
            request_id,
            ..
        } = self;
        // What they read is of no use to anybody now.
        drop(operations);
        let reason = match end {
            End::Close(close) => {
                tracing::info!(
                    request.id = request_id,
                    code = close.code(),
                    "socket closed"
                );
                Some(CloseReason {
                    code: CloseCode::from(close.code()),
                    description: Some(close.reason()),
                })
            }
            End::Left(reason) => reason,
            End::Gone => return,
        };
        let _ = timeout(heartbeat, session.close(reason)).await;
    }

    async fn talk(&mut self, messages: &mut AggregatedMessageStream) -> Result<Infallible, End> {
        let live = &self.parts.core.config.live;
        let begin_by = Instant::now() + Duration::from_secs(live.init_seconds);
        let mut beats = interval_at(Instant::now() + self.heartbeat, self.heartbeat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let ends = self.member.as_ref().map(|it| it.ends);
            tokio::select! {
                () = self.live.closing.cancelled() => return Err(Close::GoingAway.into()),
                () = sleep_until(begin_by), if !self.protocol.has_begun() => {
                    return Err(Close::InitTimeout.into());
                }
                () = sleep_until(ends.unwrap_or(begin_by)), if ends.is_some() => {
                    return Err(expired().into());
                }
                _ = beats.tick() => self.beat().await?,
                () = rung(&mut self.member), if ends.is_some() => self.look().await?,
                message = messages.recv() => self.hear(message).await?,
                Some((id, said)) = self.operations.next(), if !self.operations.is_empty() => {
                    self.tell(&id, said).await?;
                }
            }
        }
    }

    /// Looks whether the client and its session are still there.
    async fn beat(&mut self) -> Result<(), End> {
        if self.heard_at.elapsed() >= self.heartbeat * 2 {
            return Err(End::Gone);
        }
        self.on_time()?;
        self.look().await?;
        let sent = timeout(self.heartbeat * 2, self.session.ping(b"")).await;
        gone(sent)
    }

    /// Looks whether the session goes on.
    async fn look(&self) -> Result<(), End> {
        if let Some(member) = &self.member {
            match self.parts.authenticator.look_again(&member.ctx).await {
                Ok(_) => {}
                Err(IdentityError::Session) => return Err(Close::Forbidden("Signed out").into()),
                // The next look may find the database again.
                Err(cause) => tracing::error!(request.id = self.request_id, %cause, "fault"),
            }
        }
        Ok(())
    }

    async fn hear(
        &mut self,
        message: Option<Result<AggregatedMessage, ProtocolError>>,
    ) -> Result<(), End> {
        self.heard_at = Instant::now();
        self.on_time()?;
        match message {
            Some(Ok(AggregatedMessage::Text(text))) => {
                let step = self.protocol.receive(&text);
                self.take(step).await
            }
            Some(Ok(AggregatedMessage::Binary(_))) => {
                Err(Close::Invalid("A message must be text".to_owned()).into())
            }
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                gone(timeout(self.heartbeat * 2, self.session.pong(&bytes)).await)
            }
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Err(ProtocolError::Overflow)) => Err(Close::TooLarge.into()),
            Some(Err(_)) => Err(Close::Invalid("The frames are not valid".to_owned()).into()),
            Some(Ok(AggregatedMessage::Close(reason))) => Err(End::Left(reason)),
            None => Err(End::Gone),
        }
    }

    async fn take(&mut self, step: Step) -> Result<(), End> {
        match step {
            Step::Nothing => Ok(()),
            Step::Reply(said) => self.send(&said).await,
            Step::Begin(authorization) => self.let_in(authorization.as_deref()).await,
            Step::Start { id, call } => {
                // An operation starts only after the acknowledgement, which makes a member.
                let member = self.member.as_ref().ok_or(Close::Unauthorized)?;
                let name = id.clone();
                let said =
                    operation::run(self.parts.clone(), member.ctx.clone(), member.ends_at, call);
                let named = said.map(move |it| (name.clone(), it)).boxed();
                let (answers, handle) = abortable(named);
                self.operations.push(answers);
                self.handles.insert(id, handle);
                Ok(())
            }
            Step::Stop(id) => {
                self.stop(&id);
                Ok(())
            }
            Step::Close(close) => Err(close.into()),
        }
    }

    async fn let_in(&mut self, authorization: Option<&str>) -> Result<(), End> {
        let missing = "Forbidden: `authorization` is missing";
        let authorization = authorization.ok_or(Close::Forbidden(missing))?;
        let bare = "Forbidden: `authorization` is `Bearer ` and the token; `Bearer ` is missing";
        let token = authorization
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or(Close::Forbidden(bare))?;
        let authenticator = &self.parts.authenticator;
        let bells = self.parts.core.db.wake().bells();
        let found = authenticator
            .ctx(
                Some(token),
                self.locale,
                &self.request_id,
                self.origin.clone(),
            )
            .await
            .and_then(|ctx| {
                let ends_at = ctx.ends_at().ok_or(IdentityError::Session)?;
                Ok((ctx, ends_at))
            });
        let (ctx, ends_at) = match found {
            Ok(found) => found,
            Err(IdentityError::Session) => {
                return Err(Close::Forbidden("Forbidden: the token is not valid").into());
            }
            Err(cause) => {
                tracing::error!(request.id = self.request_id, %cause, "fault");
                return Err(Close::Internal.into());
            }
        };
        // Whatever ends it rings.
        let (user, bell) = match ctx.actor() {
            Actor::User { id, session } => (id, session.0),
            Actor::Token { id, token } => (id, token.0),
            Actor::Operator | Actor::Nobody => return Err(Close::Forbidden("Forbidden").into()),
        };
        let most = self.parts.core.config.live.sockets;
        let seat = self.live.seat(user, most).ok_or(Close::TooMany)?;
        self.member = Some(Member {
            ends: moment(&self.parts.core, ends_at),
            ctx,
            ends_at,
            bell: bells.listen(bell),
            _seat: seat,
        });
        // It may have ended before anybody listened.
        self.look().await?;
        let said = self.protocol.acknowledge();
        self.send(&said).await
    }

    async fn tell(&mut self, id: &str, said: Option<Said>) -> Result<(), End> {
        self.on_time()?;
        let mut over = false;
        let message = match said {
            Some(Said::Next(answer)) => self.protocol.next(id, &answer.to_value()),
            Some(Said::Failed(answer)) => {
                over = answer.codes().iter().any(|it| it == "UNAUTHENTICATED");
                self.stop(id);
                self.protocol.error(id, &answer.errors())
            }
            None => {
                self.stop(id);
                self.protocol.complete(id)
            }
        };
        if let Some(message) = message {
            self.send(&message).await?;
        }
        if over {
            return Err(Close::Forbidden("Signed out").into());
        }
        Ok(())
    }

    fn stop(&mut self, id: &str) {
        if let Some(handle) = self.handles.remove(id) {
            handle.abort();
        }
    }

    fn on_time(&self) -> Result<(), End> {
        match &self.member {
            Some(member) if member.ends_at <= self.parts.core.clock.now() => Err(expired().into()),
            _ => Ok(()),
        }
    }

    async fn send(&mut self, message: &Value) -> Result<(), End> {
        let sent = timeout(self.heartbeat * 2, self.session.text(message.to_string())).await;
        gone(sent)
    }
}

/// Waits until the session of whoever was let in ends.
async fn rung(member: &mut Option<Member>) {
    match member {
        Some(member) => member.bell.rung().await,
        None => std::future::pending().await,
    }
}

fn expired() -> Close {
    Close::Forbidden("Forbidden: the token has ended")
}

fn gone<E, T>(sent: Result<Result<(), E>, T>) -> Result<(), End> {
    match sent {
        Ok(Ok(())) => Ok(()),
        _ => Err(End::Gone),
    }
}
