//! What a resolver takes from its request: the only downcasts.
//!
//! Who puts it there is the transport.

use std::sync::Arc;
use std::sync::OnceLock;

use async_graphql::Context;
use async_graphql::Result;
use async_graphql::dataloader::DataLoader;
use chrono::DateTime;
use chrono::Utc;

use crate::graphql::error;
use crate::graphql::loaders::Reader;
use crate::graphql::scalars::Locale;
use crate::identity::Actor;
use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::IdentityError;
use crate::identity::tokens::Tokens;
use crate::platform::i18n;

/// What each request carries to its resolvers.
pub struct RequestData {
    standing: Arc<Standing>,
    authenticator: Authenticator,
    ends_at: Option<DateTime<Utc>>,
}

/// Who asks and what they may load; then the same after an act that changed it. Those before stay
/// where they are, since resolvers hold on to them.
struct Standing {
    ctx: Ctx,
    reader: DataLoader<Reader>,
    next: OnceLock<Box<Standing>>,
}

impl Standing {
    fn of(ctx: Ctx) -> Self {
        Self {
            reader: Reader::for_request(ctx.clone()),
            ctx,
            next: OnceLock::new(),
        }
    }

    fn present(&self) -> &Self {
        let mut present = self;
        while let Some(next) = present.next.get() {
            present = next;
        }
        present
    }
}

impl RequestData {
    /// The data of one request. Loaders live as long as it, since what may be loaded differs from
    /// caller to caller.
    #[must_use]
    pub fn new(ctx: Ctx, authenticator: Authenticator) -> Self {
        Self {
            standing: Arc::new(Standing::of(ctx)),
            authenticator,
            ends_at: None,
        }
    }

    /// The data of a request that goes on until the token of whoever asked ends.
    #[must_use]
    pub fn until(self, ends_at: DateTime<Utc>) -> Self {
        Self {
            ends_at: Some(ends_at),
            ..self
        }
    }
}

/// Looks again at who asks, for what goes on for long.
pub struct Watch {
    standing: Arc<Standing>,
    authenticator: Authenticator,
    ends_at: Option<DateTime<Utc>>,
}

impl Watch {
    /// The caller as last looked at.
    #[must_use]
    pub fn ctx(&self) -> &Ctx {
        &self.standing.present().ctx
    }

    /// The caller with what they may see now; resolvers go on with it.
    ///
    /// # Errors
    /// [`IdentityError::Session`] where the session or the token has ended.
    pub async fn look_again(&self) -> Result<&Ctx, IdentityError> {
        let present = self.standing.present();
        if self.ends_at.is_some_and(|it| it <= present.ctx.now()) {
            return Err(IdentityError::Session);
        }
        let after = self.authenticator.look_again(&present.ctx).await?;
        if after.scope() != present.ctx.scope() {
            let _ = present.next.set(Box::new(Standing::of(after)));
        }
        Ok(&self.standing.present().ctx)
    }
}

/// Shorthands on the context of a resolver.
pub trait Gql {
    /// Actor, scope, time, language.
    fn op(&self) -> Result<&Ctx>;

    /// The same, where somebody is signed in.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    fn signed_in(&self) -> Result<&Ctx>;

    /// The loaders of the request.
    fn reader(&self) -> Result<&DataLoader<Reader>>;

    /// Makes and checks tokens.
    fn authenticator(&self) -> Result<&Authenticator>;

    /// Goes on as whoever just signed in, so that the answer shows what they may see.
    ///
    /// # Errors
    /// A fault of ours.
    fn go_on_as(&self, tokens: &Tokens) -> impl Future<Output = Result<()>> + Send;

    /// Goes on with what the caller may see after an act that changed it.
    ///
    /// # Errors
    /// A fault of ours.
    fn look_again(&self) -> impl Future<Output = Result<()>> + Send;

    /// Looks again at who asks, for a stream.
    fn watch(&self) -> Result<Watch>;

    /// The language asked for, else that of the request.
    fn spoken(&self, locale: Option<Locale>) -> Result<i18n::Locale>;
}

impl Gql for Context<'_> {
    fn op(&self) -> Result<&Ctx> {
        Ok(&self.data::<RequestData>()?.standing.present().ctx)
    }

    fn signed_in(&self) -> Result<&Ctx> {
        let ctx = self.op()?;
        match ctx.demand_signed_in() {
            Ok(()) => Ok(ctx),
            Err(_) => Err(error::unauthenticated()),
        }
    }

    fn reader(&self) -> Result<&DataLoader<Reader>> {
        Ok(&self.data::<RequestData>()?.standing.present().reader)
    }

    fn authenticator(&self) -> Result<&Authenticator> {
        Ok(&self.data::<RequestData>()?.authenticator)
    }

    async fn go_on_as(&self, tokens: &Tokens) -> Result<()> {
        let before = self.op()?;
        let (locale, origin) = (before.locale(), before.origin().clone());
        let after = self
            .authenticator()?
            .ctx(Some(&tokens.access), locale, before.request_id(), origin)
            .await
            .map(|it| it.noting_with(before));
        if let Ok(ctx) = &after
            && let Actor::User { id, session } = ctx.actor()
        {
            ctx.notes().began(id, session);
        }
        go_on(self, after)
    }

    async fn look_again(&self) -> Result<()> {
        let after = self.authenticator()?.look_again(self.op()?).await;
        go_on(self, after)
    }

    fn watch(&self) -> Result<Watch> {
        let data = self.data::<RequestData>()?;
        Ok(Watch {
            standing: Arc::clone(&data.standing),
            authenticator: data.authenticator.clone(),
            ends_at: data.ends_at,
        })
    }

    fn spoken(&self, locale: Option<Locale>) -> Result<i18n::Locale> {
        match locale {
            Some(locale) => Ok(locale.0),
            None => Ok(self.op()?.locale()),
        }
    }
}

fn go_on(gql: &Context<'_>, after: Result<Ctx, IdentityError>) -> Result<()> {
    let after = after.map_err(|it| match (gql.op(), it) {
        (Ok(_), IdentityError::Session) => error::unauthenticated(),
        (Ok(ctx), it) => error::fault(ctx, &it),
        (Err(error), _) => error,
    })?;
    // Mutations run one after the other: nobody else sets it meanwhile.
    let present = gql.data::<RequestData>()?.standing.present();
    let _ = present.next.set(Box::new(Standing::of(after)));
    Ok(())
}
