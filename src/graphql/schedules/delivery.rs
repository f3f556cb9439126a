//! A file on its way, as clients see it: what became of it, and trying it again.
//!
//! How files get where they go is in `deliveries`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::OneofObject;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::delivery;
use entity::ids::DeliveryId;
use entity::ids::JobId;
use entity::ids::RunId;
use entity::job;
use futures_util::future::try_join_all;
use sea_orm::DbErr;

use crate::deliveries;
use crate::deliveries::DeliveryError;
use crate::deliveries::Target;
use crate::deliveries::asked;
use crate::deliveries::asked::Shipment;
use crate::deliveries::store;
use crate::deliveries::store::Filter;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::error::fault;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::exports::export::JobStatus;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::jobs;
use crate::jobs::Whose;
use crate::refusal::Code;
use crate::refusal::Refusal;

const NEWEST: &str = "deliveries.id.desc";

/// How a letter brings a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "deliveries::EmailForm")]
pub enum EmailForm {
    /// With a link, which opens the file to whoever holds it, for a week.
    Link,
    /// In the letter; with a link where it is larger than the server lets letters be.
    Attachment,
}

/// An address to which a file goes.
#[derive(Debug, InputObject)]
pub struct EmailTargetInput {
    /// The address, such as `name@example.org`.
    address: String,
    /// How the letter brings the file.
    #[graphql(default_with = "EmailForm::Link")]
    form: EmailForm,
}

/// A folder into which a file goes.
#[derive(Debug, InputObject)]
pub struct FolderTargetInput {
    /// Its path below the folder that the server keeps for deliveries: names of letters, digits, `-`, `_` and dots within,
    /// separated by `/`; at most 200 characters. Files lie there in a folder of the schedule.
    path: String,
}

/// Where a file goes.
#[derive(Debug, OneofObject)]
pub enum DeliveryTargetInput {
    /// By letter.
    Email(EmailTargetInput),
    /// Into a folder of the server.
    Folder(FolderTargetInput),
}

impl From<DeliveryTargetInput> for Target {
    fn from(input: DeliveryTargetInput) -> Self {
        match input {
            DeliveryTargetInput::Email(it) => Self::Email {
                address: it.address,
                form: it.form.into(),
            },
            DeliveryTargetInput::Folder(it) => Self::Folder { path: it.path },
        }
    }
}

/// How a file gets to where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DeliveryKind {
    /// By letter.
    Email,
    /// Into a folder of the server.
    Folder,
}

/// Where a file goes.
#[derive(Clone, Debug, SimpleObject)]
pub struct DeliveryTarget {
    /// How it gets there.
    kind: DeliveryKind,
    /// The address of a letter; null otherwise.
    address: Option<String>,
    /// How a letter brings it; null otherwise.
    form: Option<EmailForm>,
    /// The path of a folder; null otherwise.
    path: Option<String>,
}

impl DeliveryTarget {
    /// The same for clients.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        match target {
            Target::Email { address, form } => Self {
                kind: DeliveryKind::Email,
                address: Some(address.clone()),
                form: Some((*form).into()),
                path: None,
            },
            Target::Folder { path } => Self {
                kind: DeliveryKind::Folder,
                address: None,
                form: None,
                path: Some(path.clone()),
            },
        }
    }
}

/// A file on its way.
#[derive(Clone, Debug)]
pub struct Delivery(pub delivery::Model);

impl Delivery {
    async fn job(&self, gql: &Context<'_>) -> Result<job::Model> {
        let found = loaders::one(gql, DeliveredBy(self.0.job_id)).await?;
        // Whoever sees a delivery sees its work.
        found.ok_or_else(|| Refusal::new(Code::NotFound).into())
    }
}

/// A file on its way to whom it is for. Only the owner of its schedule sees it, and administrators of the platform.
#[Object]
impl Delivery {
    /// Global id. A letter has it in its `Message-ID`.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Where it goes; null for what this release does not know.
    async fn target(&self) -> Option<DeliveryTarget> {
        Shipment::of(&self.0).map(|it| DeliveryTarget::of(&it.target))
    }

    /// How far it has come: `SUCCEEDED` once the mail server or the folder has taken it.
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

    /// The export with the file.
    async fn export_job(&self, gql: &Context<'_>) -> Result<Option<ExportJob>> {
        Ok(loaders::one(gql, self.0.export_id).await?.map(ExportJob))
    }

    /// When it was taken; null before.
    async fn sent_at(&self) -> Option<DateTime> {
        self.0.sent_at.map(DateTime)
    }

    /// When it was asked for: when the file was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self, gql: &Context<'_>) -> Result<i32> {
        Ok(self.job(gql).await?.version)
    }
}

/// Asks for the work of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeliveredBy(pub JobId);

/// The work of deliveries, at most one statement a level.
impl Loader<DeliveredBy> for Reader {
    type Value = job::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[DeliveredBy],
    ) -> std::result::Result<HashMap<DeliveredBy, job::Model>, Arc<DbErr>> {
        let ids: Vec<JobId> = asked.iter().map(|it| it.0).collect();
        let found = jobs::store::by_ids(self.ctx.read(), Whose::of(&self.ctx), &ids).await?;
        Ok(found
            .into_iter()
            .map(|it| (DeliveredBy(it.id), it))
            .collect())
    }
}

/// Deliveries by id, at most one statement a level.
impl Loader<DeliveryId> for Reader {
    type Value = delivery::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[DeliveryId],
    ) -> std::result::Result<HashMap<DeliveryId, delivery::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), Whose::of(&self.ctx), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for the deliveries of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeliveriesOf(pub RunId);

/// The deliveries of runs, at most one statement a level.
impl Loader<DeliveriesOf> for Reader {
    type Value = Arc<[delivery::Model]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[DeliveriesOf],
    ) -> std::result::Result<HashMap<DeliveriesOf, Arc<[delivery::Model]>>, Arc<DbErr>> {
        let runs: Vec<RunId> = asked.iter().map(|it| it.0).collect();
        let found = store::of_runs(self.ctx.read(), Whose::of(&self.ctx), &runs).await?;
        let mut by_run: HashMap<DeliveriesOf, Vec<delivery::Model>> = HashMap::new();
        for it in found {
            by_run.entry(DeliveriesOf(it.run_id)).or_default().push(it);
        }
        Ok(by_run
            .into_iter()
            .map(|(of, rows)| (of, rows.into()))
            .collect())
    }
}

/// Since when the file of a run is known not to have arrived somewhere; `None` where it has, or may.
///
/// # Errors
/// A fault of ours.
pub(super) async fn undelivered(
    gql: &Context<'_>,
    of: RunId,
) -> Result<Option<chrono::DateTime<chrono::Utc>>> {
    let rows = loaders::one(gql, DeliveriesOf(of)).await?;
    let rows = rows.iter().flat_map(|it| it.iter());
    // Together, so that they are one statement.
    let jobs = rows.map(|row| loaders::one(gql, DeliveredBy(row.job_id)));
    let jobs = try_join_all(jobs).await?;
    let failed = jobs
        .into_iter()
        .flatten()
        .filter(|it| it.status == entity::types::JobStatus::Failed);
    Ok(failed.filter_map(|it| it.finished_at).min())
}

/// Which deliveries to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct DeliveryFilter {
    /// How far they have come.
    status: Option<Vec<JobStatus>>,
    /// Whose; one's own by default.
    owner: Option<DeliveryOwner>,
}

/// Whose deliveries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum DeliveryOwner {
    /// Those of the caller's schedules.
    #[default]
    Myself,
    /// Anybody's: for administrators of the platform.
    Everybody,
}

/// Queries of deliveries.
#[derive(Debug, Default)]
pub struct DeliveryQueries;

/// Queries of deliveries.
#[Object]
impl DeliveryQueries {
    /// Files of the caller's schedules on their way, newest first.
    async fn deliveries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; one's own by default.")] filter: Option<DeliveryFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Delivery>> {
        let ctx = gql.signed_in()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<DeliveryId>(NEWEST)?;
        let filter = filter.unwrap_or_default();
        let whose = filter.owner.unwrap_or_default();
        if whose == DeliveryOwner::Everybody && ctx.demand_platform().is_err() {
            return Err(Refusal::of(Code::Forbidden, "owner").into());
        }
        let owner = match whose {
            DeliveryOwner::Myself => ctx.actor().user(),
            DeliveryOwner::Everybody => None,
        };
        let status = filter.status;
        let filter = Filter {
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
            owner,
        };
        let slice = store::list(ctx.read(), Whose::of(ctx), &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            NEWEST,
            |it| it.id,
            Delivery,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), Whose::of(&ctx), &filter).await }
            }),
        ))
    }
}

/// A delivery to try again.
#[derive(InputObject)]
struct RetryDeliveryInput {
    /// The delivery.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// The delivery that is tried again.
#[derive(SimpleObject)]
struct RetryDeliveryPayload {
    /// The delivery; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    delivery: Option<Delivery>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on deliveries.
#[derive(Debug, Default)]
pub struct DeliveryMutations;

/// Acts on deliveries.
#[Object]
impl DeliveryMutations {
    /// Tries a delivery again that failed; refused with `FILE_GONE` where the file is kept no longer. A link in its letter
    /// lasts for a week from then on, as long as the file does.
    async fn retry_delivery(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The delivery.")] input: RetryDeliveryInput,
    ) -> Result<RetryDeliveryPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match DeliveryId::input(&input.id, "id") {
            Ok(id) => asked::again(ctx, id, input.expected_version).await,
            Err(refusal) => Err(DeliveryError::Invalid(vec![refusal])),
        };
        let (row, user_errors) = answered(ctx, outcome)?;
        let row = match DeliveryId::read(&input.id) {
            Some(id) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
            _ => row,
        };
        Ok(RetryDeliveryPayload {
            delivery: row.map(Delivery),
            user_errors,
        })
    }
}
