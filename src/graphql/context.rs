//! What a resolver takes from its request: the only downcasts.
//!
//! Who puts it there is the transport.

use async_graphql::Context;
use async_graphql::Result;
use async_graphql::dataloader::DataLoader;

use crate::graphql::error;
use crate::graphql::loaders::Reader;
use crate::identity::Authenticator;
use crate::identity::Ctx;

/// What each request carries to its resolvers.
pub struct RequestData {
    ctx: Ctx,
    reader: DataLoader<Reader>,
    authenticator: Authenticator,
}

impl RequestData {
    /// The data of one request. Loaders live as long as it, since what may be loaded differs from
    /// caller to caller.
    #[must_use]
    pub fn new(ctx: Ctx, authenticator: Authenticator) -> Self {
        Self {
            reader: Reader::for_request(ctx.clone()),
            ctx,
            authenticator,
        }
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
}

impl Gql for Context<'_> {
    fn op(&self) -> Result<&Ctx> {
        Ok(&self.data::<RequestData>()?.ctx)
    }

    fn signed_in(&self) -> Result<&Ctx> {
        let ctx = self.op()?;
        match ctx.demand_signed_in() {
            Ok(()) => Ok(ctx),
            Err(_) => Err(error::unauthenticated(ctx.locale())),
        }
    }

    fn reader(&self) -> Result<&DataLoader<Reader>> {
        Ok(&self.data::<RequestData>()?.reader)
    }

    fn authenticator(&self) -> Result<&Authenticator> {
        Ok(&self.data::<RequestData>()?.authenticator)
    }
}
