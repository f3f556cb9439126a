//! What people agreed to, and writing it down.
//!
//! Who may is decided in `consents`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::consent;
use entity::ids::VolunteerId;
use sea_orm::DbErr;

use crate::consents::record;
use crate::consents::record::Said;
use crate::consents::store;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::platform::hex::hex;
use crate::platform::i18n;

/// What somebody may agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ConsentPurpose")]
pub enum ConsentPurpose {
    /// That a record of them is kept.
    DataProcessing,
    /// That photographs of them are shown.
    Photographs,
    /// That their name is shown to whoever has the code of a certificate. Once it is withdrawn no certificate of the
    /// record shows the name, whatever is chosen for it, until it is given again.
    CertificateName,
    /// That the organization writes to them beside what their hours need.
    Letters,
    /// That others are given their address.
    ContactByOthers,
    /// That research uses what is known of them.
    Research,
}

/// What somebody said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ConsentDecision")]
pub enum ConsentDecision {
    /// Yes.
    Given,
    /// No, or no longer.
    Withdrawn,
}

/// How somebody said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ConsentMeans")]
pub enum ConsentMeans {
    /// On a paper that they signed.
    Paper,
    /// On a form of a site.
    Online,
    /// In words, before somebody.
    Spoken,
    /// By a letter or message of theirs.
    Written,
    /// Here, under their own account.
    Account,
}

/// What somebody agreed to, or took back. Never changed: the last word of each purpose holds.
#[derive(Clone, Debug)]
pub struct Consent(pub consent::Model);

/// What somebody agreed to, or took back. Never changed: the last word of each purpose holds.
#[Object]
impl Consent {
    /// To what.
    async fn purpose(&self) -> ConsentPurpose {
        self.0.purpose.into()
    }

    /// Given, or withdrawn.
    async fn decision(&self) -> ConsentDecision {
        self.0.decision.into()
    }

    /// Version of the text that was put before the person.
    async fn text_version(&self) -> &str {
        &self.0.text_version
    }

    /// Language of that text.
    async fn language(&self) -> Locale {
        Locale(i18n::Locale::parse(&self.0.language).unwrap_or_default())
    }

    /// How it was said.
    async fn means(&self) -> ConsentMeans {
        self.0.means.into()
    }

    /// SHA-256 of what shows it, 64 hexadecimal digits; null where nothing does. The document itself is kept elsewhere.
    async fn document_sha256(&self) -> Option<String> {
        self.0.document_sha256.as_deref().map(hex)
    }

    /// When the person said it.
    async fn decided_at(&self) -> DateTime {
        DateTime(self.0.decided_at)
    }

    /// When it was written down.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// Whether the person wrote it down under their own account; false where somebody of the organization did.
    async fn is_own_record(&self, gql: &Context<'_>) -> Result<bool> {
        // Who else it was is in the trail.
        let by = self.0.recorded_by;
        let own = by.is_some() && (by == self.0.user_id || by == gql.op()?.actor().user());
        Ok(own)
    }
}

/// What somebody agreed to, or took back.
#[derive(InputObject)]
struct RecordConsentInput {
    /// The record that it is about: one's own, or one of an organization whose volunteers one keeps. Absent, it is about
    /// the account of whoever asks.
    volunteer_id: Option<ID>,
    /// To what.
    purpose: ConsentPurpose,
    /// Given, or withdrawn.
    decision: ConsentDecision,
    /// Version of the text that was put before the person; at most 60 characters, such as `2026-09`.
    text_version: String,
    /// Language of that text.
    language: Locale,
    /// How it was said.
    means: ConsentMeans,
    /// SHA-256 of what shows it, 64 hexadecimal digits. The document itself stays with the organization.
    document_sha256: Option<String>,
    /// When it was said, not in the future; now by default.
    decided_at: Option<DateTime>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// What was written down.
#[derive(SimpleObject)]
struct RecordConsentPayload {
    /// What was written down; null when refused.
    consent: Option<Consent>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on what people agreed to.
#[derive(Debug, Default)]
pub struct ConsentMutations;

/// Acts on what people agreed to.
#[Object]
impl ConsentMutations {
    /// Writes down what somebody agreed to or took back: the person themself, or a coordinator who keeps the volunteers
    /// of the organization. What was written down before stays, and the last word of each purpose holds.
    async fn record_consent(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What was said.")] input: RecordConsentInput,
    ) -> Result<RecordConsentPayload> {
        let ctx = gql.signed_in()?;
        let key = input.idempotency_key.as_deref();
        let outcome = async {
            let said = Said {
                volunteer: VolunteerId::optional(input.volunteer_id.as_ref(), "volunteerId")?,
                purpose: input.purpose.into(),
                decision: input.decision.into(),
                text_version: input.text_version.clone(),
                language: input.language.0,
                means: input.means.into(),
                document_sha256: input.document_sha256.clone(),
                decided_at: input.decided_at.map(|it| it.0),
            };
            record::record(ctx, &said, key).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(RecordConsentPayload {
            consent: done.map(Consent),
            user_errors,
        })
    }
}

/// Words about one record or account that a list shows.
pub const WORDS_SHOWN: u64 = 100;

/// Asks for what was said about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConsentsOf(pub VolunteerId);

/// What was said about records that were seen before, newest first.
impl Loader<ConsentsOf> for Reader {
    type Value = Vec<consent::Model>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[ConsentsOf],
    ) -> std::result::Result<HashMap<ConsentsOf, Self::Value>, Arc<DbErr>> {
        let ids: Vec<VolunteerId> = asked.iter().map(|it| it.0).collect();
        let found = store::of_volunteers(self.ctx.read(), &ids, WORDS_SHOWN).await?;
        Ok(found
            .into_iter()
            .map(|(id, rows)| (ConsentsOf(id), rows))
            .collect())
    }
}
