//! Who is signed in: the viewer, and users as others see them.
//!
//! Signing in and out is in `credentials`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use entity::user_account;

use crate::consents;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::context::Gql;
use crate::graphql::credentials::openid::LinkedIdentity;
use crate::graphql::credentials::openid::own_identities;
use crate::graphql::credentials::sessions::UserSession;
use crate::graphql::credentials::sessions::session_page;
use crate::graphql::credentials::totp::SecondFactor;
use crate::graphql::credentials::totp::own_factor;
use crate::graphql::error::fault;
use crate::graphql::letters;
use crate::graphql::letters::Letter;
use crate::graphql::letters::LetterFilter;
use crate::graphql::letters::NotificationPreference;
use crate::graphql::members::Membership;
use crate::graphql::node::NodeId;
use crate::graphql::notifications::Notification;
use crate::graphql::notifications::notification_page;
use crate::graphql::privacy::consent::Consent;
use crate::graphql::privacy::consent::WORDS_SHOWN;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::EmailAddress;
use crate::graphql::scalars::Locale;
use crate::graphql::sync::device;
use crate::graphql::sync::device::Device;
use crate::graphql::territories::Territory;
use crate::graphql::timers::timer::Timer;
use crate::graphql::timers::timer::TimerStatus;
use crate::graphql::timers::timer::own_running;
use crate::graphql::timers::timer::timer_page;
use crate::graphql::volunteers::Volunteer;
use crate::identity::account;
use crate::organizations;
use crate::platform::i18n;
use crate::territories;
use crate::timers;
use crate::volunteers;

/// Somebody who can sign in. Shown to themselves, and to members of the organizations they belong
/// to.
pub struct User(pub user_account::Model);

/// Somebody who can sign in.
#[Object]
impl User {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Address for sign-in and letters, in lower case.
    async fn email(&self) -> EmailAddress {
        EmailAddress(self.0.email.clone())
    }

    /// Since when the address is known to be the user's, who brought a token that went there by letter; null while nobody knows.
    async fn email_verified_at(&self) -> Option<DateTime> {
        self.0.email_verified_at.map(DateTime)
    }

    /// Counts the changes of the account; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// How others see the user.
    async fn display_name(&self) -> &str {
        &self.0.display_name
    }

    /// Language of letters to the user.
    async fn locale(&self) -> Locale {
        Locale(i18n::Locale::parse(&self.0.locale).unwrap_or_default())
    }

    /// When the account was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// Whoever asks.
pub struct Viewer(pub user_account::Model);

/// Whoever asks.
#[Object]
impl Viewer {
    /// The signed-in user.
    async fn user(&self) -> User {
        User(self.0.clone())
    }

    /// Organizations the user belongs to, and as what.
    async fn memberships(&self, gql: &Context<'_>) -> Result<Vec<Membership>> {
        let ctx = gql.op()?;
        let found = organizations::store::memberships_of(ctx.read(), self.0.id).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        Ok(found.into_iter().map(Membership).collect())
    }

    /// The user's own records as a volunteer.
    async fn volunteer_records(&self, gql: &Context<'_>) -> Result<Vec<Volunteer>> {
        let ctx = gql.op()?;
        let own = ctx.scope().own_records();
        let found = volunteers::store::by_ids(ctx.read(), ctx.scope(), own).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        // What was merged is another name of a record that is there, too.
        let standing = found.into_iter().filter(|it| it.merged_into_id.is_none());
        Ok(standing.map(Volunteer).collect())
    }

    /// What the account is asked for besides its password; null where nothing is, and for programs.
    async fn second_factor(&self, gql: &Context<'_>) -> Result<Option<SecondFactor>> {
        own_factor(gql, self.0.id).await
    }

    /// Identities at other providers that sign in to the account, the first linked first; none for programs.
    async fn linked_identities(&self, gql: &Context<'_>) -> Result<Vec<LinkedIdentity>> {
        own_identities(gql, self.0.id).await
    }

    /// Whether a role of the user is not there as long as no second factor is on, since this server demands one: switch it on
    /// with `enableTotp` and `confirmTotp`.
    async fn must_enable_totp(&self, gql: &Context<'_>) -> Result<bool> {
        Ok(gql.op()?.scope().is_withheld())
    }

    /// Where the user is signed in, those that began last first; nowhere, as far as programs are told.
    async fn sessions(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<UserSession>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        session_page(gql, &asked).await
    }

    /// What the user agreed to and took back as the holder of the account: the last 100 words, newest first.
    async fn consents(&self, gql: &Context<'_>) -> Result<Vec<Consent>> {
        let ctx = gql.op()?;
        let found = consents::store::of_user(ctx.read(), self.0.id, WORDS_SHOWN).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        Ok(found.into_iter().map(Consent).collect())
    }

    /// Territories whose figures the user observes.
    async fn observed_territories(&self, gql: &Context<'_>) -> Result<Vec<Territory>> {
        let ctx = gql.op()?;
        let found = territories::lookup::by_ids(ctx.read(), ctx.scope().observed()).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        // Each place once: of its versions the one of today.
        let found = territories::lookup::on(found, ctx.today());
        Ok(found.into_iter().map(Territory).collect())
    }

    /// Devices that sent batches of what the user did while away, those heard of last first; at most
    /// 20.
    async fn devices(&self, gql: &Context<'_>) -> Result<Vec<Device>> {
        device::own(gql).await
    }

    /// What the user was told, newest first.
    async fn notifications(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Only unread ones (true), or only read ones (false); all by default.")]
        unread: Option<bool>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Notification>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        notification_page(gql, unread, &asked).await
    }

    /// Which letters the user wants: every kind, and whether it is sent.
    async fn notification_preferences(
        &self,
        gql: &Context<'_>,
    ) -> Result<Vec<NotificationPreference>> {
        letters::preferences(gql).await
    }

    /// Letters to the user, and invitations that they sent, newest first. Administrators of the platform find there what did not
    /// arrive.
    async fn letters(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; one's own by default.")] filter: Option<LetterFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Letter>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        letters::letter_page(gql, filter, &asked).await
    }

    /// The user's own timer that runs; null where none does.
    async fn running_timer(&self, gql: &Context<'_>) -> Result<Option<Timer>> {
        own_running(gql).await
    }

    /// The user's own timers, newest first.
    async fn timers(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Only those in one of these states; all by default.")] status: Option<
            Vec<TimerStatus>,
        >,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Timer>> {
        let own = gql.op()?.scope().own_records().to_vec();
        let filter = timers::store::Filter {
            of: Some(own),
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
            ..timers::store::Filter::default()
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        timer_page(gql, filter, &asked).await
    }

    /// Whether the user keeps the platform.
    async fn is_platform_admin(&self, gql: &Context<'_>) -> Result<bool> {
        Ok(gql.op()?.scope().is_everything())
    }
}

/// Queries about whoever asks.
#[derive(Default)]
pub struct IdentityQueries;

#[Object]
impl IdentityQueries {
    /// Whoever asks; null when nobody is signed in.
    async fn viewer(&self, gql: &Context<'_>) -> Result<Option<Viewer>> {
        let ctx = gql.op()?;
        let found = account::of_actor(ctx).await.map_err(|it| fault(ctx, &it))?;
        Ok(found.map(Viewer))
    }
}
