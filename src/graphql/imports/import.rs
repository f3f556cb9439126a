//! An import, what is wrong with its rows, and the list of an organization's imports.
//!
//! What brings, commits and takes back is in `acts`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::ids::ImportId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::import;
use entity::import_refusal;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::identity::User;
use crate::graphql::imports::fields::ImportColumn;
use crate::graphql::imports::fields::shown;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::imports::columns::Mapping;
use crate::imports::stored::rejected;
use crate::imports::stored::store;
use crate::platform::i18n::Locale;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Name of the list of imports, to which its cursors belong.
const LIST: &str = "imports.created.desc";
/// Name of the list of refusals.
const REFUSALS: &str = "imports.refusals";

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ImportKind")]
pub enum ImportKind {
    /// Hour entries.
    Hours,
    /// Volunteers.
    Volunteers,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ImportStatus")]
pub enum ImportStatus {
    /// It was tried out; of its rows nothing is written.
    DryRun,
    /// Its rows are written.
    Committed,
    /// It was given up, or what it wrote was taken back.
    RolledBack,
}

/// How the dates of a file are written, beside `2026-03-14`, which is always read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ImportDateFormat {
    /// Only `2026-03-14`.
    Iso,
    /// Also `14/03/2026`.
    DayMonthYear,
}

/// A file that was brought for import.
#[derive(Clone, Debug)]
pub struct Import(pub import::Model);

/// A file that was brought for import.
#[Object]
impl Import {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Whose rows.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// What its rows are.
    async fn kind(&self) -> ImportKind {
        self.0.kind.into()
    }

    /// How far it has come.
    async fn status(&self) -> ImportStatus {
        self.0.status.into()
    }

    /// Name of the file.
    async fn file_name(&self) -> &str {
        &self.0.file_name
    }

    /// Bytes of the file.
    async fn file_size(&self) -> i32 {
        self.0.file_size
    }

    /// SHA-256 of the file, in hexadecimal digits.
    async fn sha256(&self) -> String {
        self.0
            .file_hash
            .iter()
            .map(|it| format!("{it:02x}"))
            .collect()
    }

    /// Name of the sheet of a workbook that is read; null for a CSV.
    async fn sheet(&self) -> Option<&str> {
        self.0.sheet.as_deref()
    }

    /// How its dates are written.
    async fn date_format(&self) -> ImportDateFormat {
        if self.0.day_first {
            ImportDateFormat::DayMonthYear
        } else {
            ImportDateFormat::Iso
        }
    }

    /// Whether its entries are drafts, to be handed in by hand.
    async fn drafts(&self) -> bool {
        self.0.drafts
    }

    /// The columns of the file in order, with what each means.
    async fn columns(&self, gql: &Context<'_>) -> Result<Vec<ImportColumn>> {
        let ctx = gql.op()?;
        let mapping: Mapping =
            serde_json::from_str(&self.0.mapping).map_err(|it| fault(ctx, &it))?;
        Ok(shown(mapping))
    }

    /// Number of rows with any value.
    async fn row_count(&self) -> i32 {
        self.0.rows
    }

    /// Number of rows that are new: that would be written, or were.
    async fn created_count(&self) -> i32 {
        self.0.created
    }

    /// Number of rows that were there already, the same.
    async fn unchanged_count(&self) -> i32 {
        self.0.unchanged
    }

    /// Number of rows that change a record that was there.
    async fn changed_count(&self) -> i32 {
        self.0.changed
    }

    /// Number of rows that repeat one further up: counted once.
    async fn duplicate_count(&self) -> i32 {
        self.0.duplicates
    }

    /// Number of rows that are not taken.
    async fn refused_count(&self) -> i32 {
        self.0.refused
    }

    /// Minutes of the new entries, of all people together; 0 for volunteers.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }

    /// What is wrong with rows, in the order of the file; repeated rows are named, too. Empty once
    /// the import is taken back.
    async fn refusals(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<ImportRefusal>> {
        let ctx = gql.op()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<i32>(REFUSALS)?;
        let id = self.0.id;
        let slice = store::refusals(ctx.read(), id, &page).await;
        let slice = slice.map_err(|it| fault(ctx, &it))?;
        let locale = ctx.locale();
        Ok(Connection::new(
            slice,
            REFUSALS,
            |it| it.ordinal,
            |it| ImportRefusal::of(it, locale),
            total(ctx, move |ctx| async move {
                store::count_refusals(ctx.read(), id).await
            }),
        ))
    }

    /// The refused rows as a file, to be corrected and brought again: titles and separator of the
    /// original, and a column `errors` that an import passes over. Null where no row is refused, once
    /// the import is taken back, and from 30 days after it was committed. A request gives the files of at most 4 imports.
    async fn rejected_file(&self, gql: &Context<'_>) -> Result<Option<ImportFile>> {
        let ctx = gql.op()?;
        if !gql.reader()?.loader().files.may_give() {
            let refusal = Refusal::of(Code::TooLong, "rejectedFile");
            return Err(refusal.with("most", MOST_FILES).into());
        }
        let found = rejected::file(ctx, &self.0).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        Ok(found.map(|it| ImportFile {
            name: it.name,
            media_type: "text/csv; charset=utf-8",
            row_count: i32::try_from(it.rows).unwrap_or(i32::MAX),
            complete: it.complete,
            content: it.content,
        }))
    }

    /// Who brought it; null where the caller does not see them.
    async fn started_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        user(gql, self.0.started_by).await
    }

    /// When it was brought.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Who committed it; null while nobody has.
    async fn committed_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        user(gql, self.0.committed_by).await
    }

    /// When it was committed; null while it is not.
    async fn committed_at(&self) -> Option<DateTime> {
        self.0.committed_at.map(DateTime)
    }

    /// Who gave it up or took it back; null while nobody has, and for one that was given up by the
    /// server, after it had waited for 30 days.
    async fn rolled_back_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        user(gql, self.0.rolled_back_by).await
    }

    /// When it was given up or taken back; null while it is not.
    async fn rolled_back_at(&self) -> Option<DateTime> {
        self.0.rolled_back_at.map(DateTime)
    }

    /// Why it was given up or taken back.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// How many files a request gives at most: each is read as a whole.
const MOST_FILES: usize = 4;

/// Counts the files that a request gives.
#[derive(Debug, Default)]
pub struct Files(AtomicUsize);

impl Files {
    /// Whether one more may be given.
    fn may_give(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) < MOST_FILES
    }
}

/// A file that is made of an import.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportFile {
    /// Its name.
    name: String,
    /// What it is, as HTTP names it.
    media_type: &'static str,
    /// The file, to be written as UTF-8: it begins with the byte-order mark that spreadsheets need.
    content: String,
    /// Rows in it, the header apart.
    row_count: i32,
    /// Whether all refused rows are in it; beyond 2 MiB the rest is left out.
    complete: bool,
}

/// One thing that is wrong with a row of a file.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportRefusal {
    /// Line of the file on which the row begins; the header stands on line 1.
    line: i64,
    /// Title of the column, as the file writes it; null for the whole row.
    column: Option<String>,
    /// The value that stands there.
    value: Option<String>,
    /// What clients branch on.
    code: Code,
    /// Stable name of the rule that refused.
    rule: String,
    /// The sentence to show, in the language of `Accept-Language`: what, and the mend.
    message: String,
}

impl ImportRefusal {
    fn of(row: import_refusal::Model, locale: Locale) -> Self {
        let (code, message) = rejected::sentence(&row, locale);
        Self {
            line: row.line,
            column: row.title,
            value: row.value,
            code,
            rule: code.rule().to_owned(),
            message,
        }
    }
}

async fn user(gql: &Context<'_>, id: Option<UserId>) -> Result<Option<User>> {
    match id {
        Some(id) => Ok(loaders::one(gql, id).await?.map(User)),
        None => Ok(None),
    }
}

/// Imports by id, at most one statement a level.
impl Loader<ImportId> for Reader {
    type Value = import::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, ids: &[ImportId]) -> Result<HashMap<ImportId, import::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// A page of an organization's imports.
///
/// # Errors
/// A cursor or size that cannot be; a fault of ours.
pub async fn import_page(
    gql: &Context<'_>,
    organization: OrganizationId,
    asked: &PageArguments,
) -> Result<Connection<Import>> {
    let ctx = gql.op()?;
    let page = asked.page::<ImportId>(LIST)?;
    let slice = store::list(ctx.read(), ctx.scope(), organization, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        LIST,
        |it| it.id,
        Import,
        total(ctx, move |ctx| async move {
            store::count(ctx.read(), ctx.scope(), organization).await
        }),
    ))
}
