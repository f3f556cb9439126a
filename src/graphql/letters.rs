//! Letters to people as clients see them: what became of them, who wants which, and trying one again.
//!
//! Who receives one is decided in `letters`, what it says in `correspondence`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::LetterId;
use entity::job;
use entity::letter;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::error::fault;
use crate::graphql::error::read;
use crate::graphql::exports::export::JobStatus;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::schedules::delivery::DeliveredBy;
use crate::graphql::schedules::delivery::DeliveryOwner;
use crate::jobs::Whose;
use crate::letters::LetterError;
use crate::letters::acts;
use crate::letters::choice;
use crate::letters::choice::Choice;
use crate::letters::store;
use crate::letters::store::Filter;
use crate::refusal::Code;
use crate::refusal::Refusal;

const NEWEST: &str = "letters.id.desc";
/// Most kinds of one request.
const CHOICES_MOST: usize = 50;

/// What a letter is about. More kinds may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::LetterKind")]
pub enum LetterKind {
    /// An invitation to an organization.
    Invitation,
    /// Leave to set a new password. Cannot be switched off: whoever lost a password could not come back.
    PasswordReset,
    /// A password was set anew. Cannot be switched off: whoever took an account over would begin with it.
    PasswordChanged,
    /// Something happened to the account that its owner should know of, such as a stolen session. Cannot be switched off:
    /// whoever took an account over would begin with it.
    AccountSafety,
    /// A token by which the address is known to be that of the account. Cannot be switched off: it is asked for.
    EmailVerification,
    /// Hours of the reader, or that they wrote, were returned.
    HoursReturned,
    /// What waits for a decision, for those who decide: on Mondays at 8:00 in the zone of the organization, where anything
    /// waits.
    WeeklyDigest,
    /// A month has neither hours nor the word that there were none, for those who attest months: three days before it
    /// closes by itself, or on the fifth day after its end where months close only by hand.
    MissingMonth,
    /// An erasure that the reader asked for, or of their data, was approved or refused. Cannot be switched off: whoever did
    /// not ask for it has only that time to take it back.
    ErasureDecided,
}

/// A letter to a person. Whoever it is for sees it, of an invitation whoever invites, and administrators of the platform; what
/// it says is kept nowhere.
#[derive(Clone, Debug)]
pub struct Letter(pub letter::Model);

impl Letter {
    async fn job(&self, gql: &Context<'_>) -> Result<job::Model> {
        let found = loaders::one(gql, DeliveredBy(self.0.job_id)).await?;
        // Whoever sees a letter sees its work.
        found.ok_or_else(|| Refusal::new(Code::NotFound).into())
    }
}

/// A letter to a person. Whoever it is for sees it, of an invitation whoever invites, and administrators of the platform; what
/// it says is kept nowhere.
#[Object]
impl Letter {
    /// Global id; the letter has it in its `Message-ID`.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What it is about.
    async fn kind(&self) -> LetterKind {
        self.0.kind.into()
    }

    /// How far it has come: `SUCCEEDED` once the mail server has taken it, or once it need not be sent.
    async fn status(&self, gql: &Context<'_>) -> Result<JobStatus> {
        Ok(self.job(gql).await?.status.into())
    }

    /// How often it was tried: where it may yet be taken it is tried again, up to five times.
    async fn attempts(&self, gql: &Context<'_>) -> Result<i32> {
        Ok(self.job(gql).await?.attempts)
    }

    /// Why it did not arrive; empty while it may.
    async fn failures(&self, gql: &Context<'_>) -> Result<Vec<UserError>> {
        let locale = gql.op()?.locale();
        let kept = self.job(gql).await?.refusals;
        let refusals: Vec<Refusal> = kept
            .and_then(|it| serde_json::from_str(&it).ok())
            .unwrap_or_default();
        Ok(refusals
            .iter()
            .map(|it| UserError::new(it, locale))
            .collect())
    }

    /// When the mail server took it; null before.
    async fn sent_at(&self) -> Option<DateTime> {
        self.0.sent_at.map(DateTime)
    }

    /// When it turned out that it is not to be sent, since what it would say is true no longer or is not wanted; null
    /// otherwise.
    async fn dropped_at(&self) -> Option<DateTime> {
        self.0.dropped_at.map(DateTime)
    }

    /// When it was asked for: when what it is about happened.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self, gql: &Context<'_>) -> Result<i32> {
        Ok(self.job(gql).await?.version)
    }
}

/// Which letters to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct LetterFilter {
    /// How far they have come.
    status: Option<Vec<JobStatus>>,
    /// What they are about.
    kind: Option<Vec<LetterKind>>,
    /// Whose; one's own by default. Everybody's are shown to administrators of the platform.
    owner: Option<DeliveryOwner>,
}

/// A page of letters.
///
/// # Errors
/// `FORBIDDEN` for everybody's, where the caller is no administrator of the platform.
pub(super) async fn letter_page(
    gql: &Context<'_>,
    filter: Option<LetterFilter>,
    asked: &PageArguments,
) -> Result<Connection<Letter>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<LetterId>(NEWEST)?;
    let filter = filter.unwrap_or_default();
    let whose = filter.owner.unwrap_or_default();
    if whose == DeliveryOwner::Everybody && ctx.demand_platform().is_err() {
        return Err(Refusal::of(Code::Forbidden, "owner").into());
    }
    let owner = match whose {
        DeliveryOwner::Myself => ctx.actor().user(),
        DeliveryOwner::Everybody => None,
    };
    let (status, kind) = (filter.status, filter.kind);
    let filter = Filter {
        status: status.map(|it| it.into_iter().map(Into::into).collect()),
        kind: kind.map(|it| it.into_iter().map(Into::into).collect()),
        owner,
    };
    let slice = store::list(ctx.read(), Whose::of(ctx), &filter, &page).await;
    Ok(Connection::new(
        slice.map_err(|it| fault(ctx, &it))?,
        NEWEST,
        |it| it.id,
        Letter,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { store::count(ctx.read(), Whose::of(&ctx), &filter).await }
        }),
    ))
}

/// Whether letters of a kind are sent to the user.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct NotificationPreference {
    /// What they are about.
    kind: LetterKind,
    /// Whether they are sent.
    enabled: bool,
    /// Whether that can be switched off.
    can_be_switched_off: bool,
}

/// What the caller wants, kind by kind.
///
/// # Errors
/// A fault of ours.
pub(super) async fn preferences(gql: &Context<'_>) -> Result<Vec<NotificationPreference>> {
    let ctx = gql.op()?;
    let choices = read(ctx, choice::of_actor(ctx).await)?;
    Ok(choices
        .into_iter()
        .map(|it| NotificationPreference {
            kind: it.kind.into(),
            enabled: it.enabled,
            can_be_switched_off: choice::can_be_off(it.kind),
        })
        .collect())
}

/// Whether letters of a kind are to be sent.
#[derive(Clone, Copy, Debug, InputObject)]
struct LetterChoiceInput {
    /// What they are about.
    kind: LetterKind,
    /// Whether they are sent.
    enabled: bool,
}

/// What the caller wants.
#[derive(InputObject)]
struct UpdateNotificationPreferencesInput {
    /// The kinds that change, at most 50; the others stay as they are.
    letters: Vec<LetterChoiceInput>,
}

/// What the caller wants now.
#[derive(SimpleObject)]
struct UpdateNotificationPreferencesPayload {
    /// Every kind; null when refused.
    preferences: Option<Vec<NotificationPreference>>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A letter to try again.
#[derive(InputObject)]
struct RetryLetterInput {
    /// The letter.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// The letter on its way again.
#[derive(SimpleObject)]
struct RetryLetterPayload {
    /// The letter; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    letter: Option<Letter>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on letters.
#[derive(Debug, Default)]
pub struct LetterMutations;

/// Acts on letters.
#[Object]
impl LetterMutations {
    /// Says which letters the caller wants. What can be done in the product stays there: notifications come in any case.
    async fn update_notification_preferences(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which kinds.")] input: UpdateNotificationPreferencesInput,
    ) -> Result<UpdateNotificationPreferencesPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            if input.letters.len() > CHOICES_MOST {
                let refusal = Refusal::of(Code::WrongCount, "letters");
                let refusal = refusal.with("least", 0).with("most", CHOICES_MOST);
                return Err(LetterError::Invalid(vec![refusal]));
            }
            let choices: Vec<Choice> = input
                .letters
                .iter()
                .map(|it| Choice {
                    kind: it.kind.into(),
                    enabled: it.enabled,
                })
                .collect();
            choice::choose(ctx, &choices).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(UpdateNotificationPreferencesPayload {
            preferences: match done {
                Some(()) => Some(preferences(gql).await?),
                None => None,
            },
            user_errors,
        })
    }

    /// Tries a letter again that did not arrive. What it would say is looked at anew.
    async fn retry_letter(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The letter.")] input: RetryLetterInput,
    ) -> Result<RetryLetterPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match LetterId::input(&input.id, "id") {
            Ok(id) => acts::again(ctx, id, input.expected_version).await,
            Err(refusal) => Err(LetterError::Invalid(vec![refusal])),
        };
        let (done, user_errors) = answered(ctx, outcome)?;
        let row = match LetterId::read(&input.id) {
            Some(id) if done.is_none() && changed_meanwhile(&user_errors) => {
                let found = store::by_ids(ctx.read(), Whose::of(ctx), &[id]).await;
                found.map_err(|it| fault(ctx, &it))?.pop()
            }
            _ => done,
        };
        Ok(RetryLetterPayload {
            letter: row.map(Letter),
            user_errors,
        })
    }
}
