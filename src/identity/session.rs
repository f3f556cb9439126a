//! Access and refresh tokens: made, checked, rotated, ended.
//!
//! Passwords are with the accounts.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::ApiTokenId;
use entity::ids::SessionId;
use entity::ids::UserId;
use entity::refresh_token;
use entity::session;
use entity::user_account;
use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::EncodingKey;
use jsonwebtoken::Header;
use jsonwebtoken::Validation;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Expr;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::identity::actor::Actor;
use crate::identity::api_token;
use crate::identity::api_token::Bearer;
use crate::identity::ctx::Core;
use crate::identity::ctx::Ctx;
use crate::identity::device;
use crate::identity::error::IdentityError;
use crate::identity::held;
use crate::identity::held::Through;
use crate::identity::origin::Origin;
use crate::identity::scope::Scope;
use crate::identity::store;
use crate::identity::store::Spared;
use crate::identity::tokens::Refreshed;
use crate::identity::tokens::Tokens;
use crate::platform::crypto;
use crate::platform::crypto::KeyError;
use crate::platform::db::Tx;
use crate::platform::i18n::Locale;

/// What tokens are for: ours, for this interface, and nothing else.
const AUDIENCE: &str = "tiwizi";
const TOKEN_TYPE: &str = "at+jwt";

/// Ends all sessions of a user but those that are spared, also where they are being used: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn end_all(
    tx: &Tx,
    user: UserId,
    but: Spared,
    now: DateTime<Utc>,
) -> Result<usize, DbErr> {
    let ended = store::end_sessions(tx, user, but, now).await?;
    for session in &ended {
        tx.ring(session.0);
    }
    Ok(ended.len())
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
    /// Never made by us; held to where it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

/// A key that tokens may be signed with.
#[derive(Clone)]
struct Verifying {
    key_id: String,
    key: DecodingKey,
    /// When its last token has ended; `None` for the key that signs now.
    until: Option<DateTime<Utc>>,
}

/// Turns tokens into contexts, and makes them.
#[derive(Clone)]
pub struct Authenticator {
    core: Arc<Core>,
    signing: EncodingKey,
    verifying: Vec<Verifying>,
    validation: Validation,
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authenticator")
    }
}

impl Authenticator {
    /// An authenticator with the keys of the installation.
    #[must_use]
    pub fn new(core: Arc<Core>) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[core.config.public_url.as_str()]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        // Expiry is judged by our own clock below.
        validation.validate_exp = false;
        let life = TimeDelta::minutes(core.config.identity.access_token_minutes);
        let mut verifying = vec![Verifying {
            key_id: core.keys.key_id().to_owned(),
            key: DecodingKey::from_ed_der(core.keys.public_key()),
            until: None,
        }];
        verifying.extend(core.keys.retired().iter().map(|it| Verifying {
            key_id: it.key_id.clone(),
            key: DecodingKey::from_ed_der(&it.public),
            until: Some(it.retired_at + life),
        }));
        Self {
            signing: EncodingKey::from_ed_der(core.keys.signing_pkcs8()),
            verifying,
            validation,
            core,
        }
    }

    /// The context of whoever holds an access token, in a request from `origin`; of nobody without one.
    ///
    /// # Errors
    /// [`IdentityError::Session`] for a token that is malformed, foreign, expired, or whose session
    /// has ended.
    pub async fn ctx(
        &self,
        bearer: Option<&str>,
        locale: Locale,
        request_id: &str,
        origin: Origin,
    ) -> Result<Ctx, IdentityError> {
        let Some(token) = bearer else {
            return Ok(self.nobody(locale, request_id).coming_from(origin));
        };
        if api_token::is_meant(token) {
            let bearer = api_token::presented(&self.core, token).await?;
            let ctx = self.token(&bearer, locale, request_id).await?;
            api_token::note_use(&self.core, &bearer, &origin).await?;
            return Ok(ctx.coming_from(origin));
        }
        let claims = self.verify(token)?;
        let ends_at = DateTime::from_timestamp(claims.exp, 0).ok_or(IdentityError::Session)?;
        let (user, session) = (UserId(claims.sub), SessionId(claims.sid));
        let ctx = self.user(user, session, locale, request_id).await?;
        Ok(ctx.coming_from(origin).until(ends_at))
    }

    /// The same caller with what they may see now, after an act that changed it.
    ///
    /// # Errors
    /// [`IdentityError::Session`] where the session has ended.
    pub async fn look_again(&self, ctx: &Ctx) -> Result<Ctx, IdentityError> {
        match ctx.actor() {
            Actor::User { id, session } => {
                let now = self.user(id, session, ctx.locale(), ctx.request_id());
                Ok(now.await?.like(ctx))
            }
            Actor::Token { token, .. } => {
                let bearer = api_token::again(&self.core, token).await?;
                let now = self.token(&bearer, ctx.locale(), ctx.request_id());
                Ok(now.await?.like(ctx))
            }
            Actor::Operator | Actor::Nobody => Ok(ctx.clone()),
        }
    }

    /// A user with what they may see now, for what they asked for in a session that may have ended
    /// since; or a token of theirs, for what was asked for through it, which must be in force.
    ///
    /// # Errors
    /// [`IdentityError::Session`] where the account is closed, or the token has ended.
    pub async fn on_behalf_of(
        &self,
        user: UserId,
        session: SessionId,
        through: Option<ApiTokenId>,
        request_id: &str,
    ) -> Result<Ctx, IdentityError> {
        if let Some(token) = through {
            let bearer = api_token::again(&self.core, token).await?;
            return self.token(&bearer, Locale::default(), request_id).await;
        }
        let scope = held::by(&self.core, Through::Account, user, session).await?;
        let actor = Actor::User { id: user, session };
        let core = Arc::clone(&self.core);
        Ok(Ctx::new(core, actor, scope, Locale::default(), request_id))
    }

    async fn user(
        &self,
        user: UserId,
        session: SessionId,
        locale: Locale,
        request_id: &str,
    ) -> Result<Ctx, IdentityError> {
        let scope = held::by(&self.core, Through::Session, user, session).await?;
        let actor = Actor::User { id: user, session };
        let core = Arc::clone(&self.core);
        Ok(Ctx::new(core, actor, scope, locale, request_id).patient_for(self.patience()))
    }

    async fn token(
        &self,
        bearer: &Bearer,
        locale: Locale,
        request_id: &str,
    ) -> Result<Ctx, IdentityError> {
        let scope = held::by_token(&self.core, bearer.user, bearer.rights.clone()).await?;
        let actor = Actor::Token {
            id: bearer.user,
            token: bearer.token,
        };
        let core = Arc::clone(&self.core);
        let ctx = Ctx::new(core, actor, scope, locale, request_id);
        Ok(ctx.until(bearer.expires_at).patient_for(self.patience()))
    }

    /// The context of nobody.
    #[must_use]
    pub fn nobody(&self, locale: Locale, request_id: &str) -> Ctx {
        Ctx::new(
            Arc::clone(&self.core),
            Actor::Nobody,
            self.core.filtering(Scope::default()),
            locale,
            request_id,
        )
        .patient_for(self.patience())
    }

    /// How long a statement of a request may take: as long as its operation.
    fn patience(&self) -> Duration {
        Duration::from_secs(self.core.config.limits.timeout_seconds)
    }

    /// Begins a session of a user.
    ///
    /// # Errors
    /// [`IdentityError`] of the database or of the keys only.
    pub async fn open(&self, ctx: &Ctx, tx: &Tx, user: UserId) -> Result<Tokens, IdentityError> {
        let now = self.core.clock.now();
        let id = SessionId(self.core.new_id());
        session::Entity::insert(session::ActiveModel {
            id: Set(id),
            user_id: Set(user),
            created_at: Set(now),
            expires_at: Set(now + TimeDelta::days(self.core.config.identity.session_days)),
            ended_at: Set(None),
            device: Set(device_of(ctx.origin())),
            address: Set(address_of(ctx.origin())),
            last_used_at: Set(Some(now)),
        })
        .exec_without_returning(&**tx)
        .await?;
        self.issue(tx, user, id, now).await
    }

    /// Exchanges a refresh token for the next pair. A token that was used before ends its session:
    /// two hold it, and one of them stole it.
    ///
    /// # Errors
    /// [`IdentityError`] of the database or of the keys only.
    pub async fn refresh(
        &self,
        ctx: &Ctx,
        tx: &Tx,
        token: &str,
    ) -> Result<Refreshed, IdentityError> {
        let now = self.core.clock.now();
        let digest = crypto::sha256(token.as_bytes());
        // The mark is set by one statement, so that of two simultaneous uses one finds it set.
        let marked = refresh_token::Entity::update_many()
            .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
            .filter(refresh_token::Column::Digest.eq(digest.clone()))
            .filter(refresh_token::Column::UsedAt.is_null())
            .exec(&**tx)
            .await?;
        let Some(stored) = refresh_token::Entity::find_by_id(digest).one(&**tx).await? else {
            return Ok(Refreshed::Over);
        };
        let session = session::Entity::find_by_id(stored.session_id)
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(now))
            .one(&**tx)
            .await?;
        let Some(session) = session else {
            return Ok(Refreshed::Over);
        };
        if marked.rows_affected == 0 {
            self.end(tx, session.id).await?;
            return Ok(Refreshed::Stolen {
                user: session.user_id,
                session: session.id,
            });
        }
        let welcome = user_account::Entity::find_by_id(session.user_id)
            .filter(user_account::Column::DisabledAt.is_null())
            .one(&**tx)
            .await?;
        if welcome.is_none() {
            self.end(tx, session.id).await?;
            return Ok(Refreshed::Over);
        }
        // A session ends when it is not used.
        let expires_at = now + TimeDelta::days(self.core.config.identity.session_days);
        session::Entity::update_many()
            .col_expr(session::Column::ExpiresAt, Expr::value(expires_at))
            .col_expr(session::Column::LastUsedAt, Expr::value(now))
            .col_expr(
                session::Column::Address,
                Expr::value(address_of(ctx.origin())),
            )
            .filter(session::Column::Id.eq(session.id))
            .exec(&**tx)
            .await?;
        let tokens = self.issue(tx, session.user_id, session.id, now).await?;
        Ok(Refreshed::Next(tokens))
    }

    /// The session that a refresh token belongs to.
    ///
    /// # Errors
    /// [`IdentityError`] of the database only.
    pub async fn session_of(&self, token: &str) -> Result<Option<SessionId>, IdentityError> {
        let stored = refresh_token::Entity::find_by_id(crypto::sha256(token.as_bytes()))
            .one(self.core.db.system().read())
            .await?;
        Ok(stored.map(|it| it.session_id))
    }

    /// Ends a session, also for what stays open; ending it again changes nothing.
    ///
    /// # Errors
    /// [`IdentityError`] of the database only.
    pub async fn end(&self, tx: &Tx, session: SessionId) -> Result<(), IdentityError> {
        session::Entity::update_many()
            .col_expr(session::Column::EndedAt, Expr::value(self.core.clock.now()))
            .filter(session::Column::Id.eq(session))
            .filter(session::Column::EndedAt.is_null())
            .exec(&**tx)
            .await?;
        tx.ring(session.0);
        Ok(())
    }

    /// Ends all sessions of a user but those that are spared: how many.
    ///
    /// # Errors
    /// [`IdentityError`] of the database only.
    pub async fn end_all(
        &self,
        tx: &Tx,
        user: UserId,
        but: Spared,
    ) -> Result<usize, IdentityError> {
        Ok(end_all(tx, user, but, self.core.clock.now()).await?)
    }

    async fn issue(
        &self,
        tx: &Tx,
        user: UserId,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Result<Tokens, IdentityError> {
        let refresh = self.core.random.text::<32>().map_err(KeyError::from)?;
        refresh_token::Entity::insert(refresh_token::ActiveModel {
            digest: Set(crypto::sha256(refresh.as_bytes())),
            session_id: Set(session),
            issued_at: Set(now),
            used_at: Set(None),
        })
        .exec_without_returning(&**tx)
        .await?;
        let expires_at = now + TimeDelta::minutes(self.core.config.identity.access_token_minutes);
        let claims = Claims {
            iss: self.core.config.public_url.clone(),
            aud: AUDIENCE.to_owned(),
            sub: user.0,
            sid: session.0,
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
            nbf: None,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.core.keys.key_id().to_owned());
        header.typ = Some(TOKEN_TYPE.to_owned());
        let access = jsonwebtoken::encode(&header, &claims, &self.signing)
            .map_err(|it| IdentityError::Crypto(it.to_string()))?;
        Ok(Tokens {
            access,
            refresh,
            expires_at,
        })
    }

    fn verify(&self, token: &str) -> Result<Claims, IdentityError> {
        let header =
            jsonwebtoken::decode_header(token).map_err(|_malformed| IdentityError::Session)?;
        let now = self.core.clock.now();
        let key = self
            .verifying
            .iter()
            .find(|it| header.kid.as_deref() == Some(it.key_id.as_str()))
            // Whoever holds a key of before cannot make tokens with it for ever.
            .filter(|it| it.until.is_none_or(|until| now < until))
            .filter(|_| header.typ.as_deref() == Some(TOKEN_TYPE))
            .ok_or(IdentityError::Session)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.key, &self.validation)
            .map_err(|_refused| IdentityError::Session)?
            .claims;
        let begun = claims.nbf.is_none_or(|it| it <= now.timestamp());
        if claims.exp <= now.timestamp() || !begun {
            return Err(IdentityError::Session);
        }
        Ok(claims)
    }
}

fn device_of(origin: &Origin) -> Option<String> {
    origin.agent.as_deref().and_then(device::words)
}

fn address_of(origin: &Origin) -> Option<String> {
    origin.address.map(|it| it.to_string())
}
