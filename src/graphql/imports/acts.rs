//! Acts on imports: bring and try out, commit, take back.
//!
//! An import itself is in `import`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::ImportId;
use entity::ids::OrganizationId;
use entity::import;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::imports::fields::ImportColumn;
use crate::graphql::imports::fields::ImportColumnInput;
use crate::graphql::imports::fields::given;
use crate::graphql::imports::fields::shown;
use crate::graphql::imports::import::Import;
use crate::graphql::imports::import::ImportDateFormat;
use crate::graphql::imports::import::ImportKind;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::imports::stored::commit;
use crate::imports::stored::start;
use crate::imports::stored::start::NewImport;
use crate::imports::stored::start::Seen;
use crate::imports::stored::undo;

/// A file to import.
#[derive(InputObject)]
struct StartImportInput {
    /// Whose rows.
    organization_id: ID,
    /// What the rows are.
    kind: ImportKind,
    /// Name of the file; at most 255 characters.
    file_name: String,
    /// The file in Base64: an Excel workbook (`.xlsx`), or CSV in UTF-8, separated by commas,
    /// semicolons or tabs; with a header; at most 10 MiB and 20000 rows. Which of them it is, is
    /// seen in its bytes.
    content: String,
    /// Name of the sheet of a workbook; the first that is not hidden where absent.
    sheet: Option<String>,
    /// What columns mean, where that is not what their titles seem to say.
    mapping: Option<Vec<ImportColumnInput>>,
    /// How dates are written; `ISO` by default.
    date_format: Option<ImportDateFormat>,
    /// Whether entries are to stay drafts; otherwise they are handed in when the import is
    /// committed.
    drafts: Option<bool>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// An import to commit.
#[derive(InputObject)]
struct CommitImportInput {
    /// The import.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// What columns mean, in place of what was tried out. Titles that are not named are recognized
    /// again.
    mapping: Option<Vec<ImportColumnInput>>,
}

/// An import to give up or take back.
#[derive(InputObject)]
struct RollbackImportInput {
    /// The import.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Why, for the people concerned; at most 500 characters.
    reason: String,
}

/// The import that was tried out.
#[derive(SimpleObject)]
struct StartImportPayload {
    /// The import; null when the file was refused as a whole.
    import: Option<Import>,
    /// The columns of the file with what each seems to mean, also where the file was refused since
    /// some are missing; null for what is no table.
    columns: Option<Vec<ImportColumn>>,
    /// The sheets of a workbook, in order, also where the one asked for is not among them; null for
    /// a CSV.
    sheets: Option<Vec<String>>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The import after it was committed.
#[derive(SimpleObject)]
struct CommitImportPayload {
    /// The import; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    import: Option<Import>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The import after it was taken back.
#[derive(SimpleObject)]
struct RollbackImportPayload {
    /// The import; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    import: Option<Import>,
    /// What stands against it, at most a hundred; then nothing was taken back. Empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on imports.
#[derive(Debug, Default)]
pub struct ImportMutations;

/// Acts on imports.
#[Object]
impl ImportMutations {
    /// Brings a file and tries it out: the answer says what would happen, and of its rows nothing is
    /// written. Needs a coordinator of the organization.
    async fn start_import(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The file.")] input: StartImportInput,
    ) -> Result<StartImportPayload> {
        let ctx = gql.signed_in()?;
        let kind = input.kind.into();
        let mapping = given(input.mapping.unwrap_or_default());
        let mut seen = Seen::default();
        let outcome = async {
            let new = NewImport {
                organization: OrganizationId::input(&input.organization_id, "organizationId")?,
                kind,
                file_name: input.file_name,
                content: input.content,
                sheet: input.sheet,
                mapping,
                day_first: input.date_format == Some(ImportDateFormat::DayMonthYear),
                drafts: input.drafts.unwrap_or(false),
            };
            start::start(ctx, new, input.idempotency_key.as_deref(), &mut seen).await
        };
        let (import, user_errors) = answered(ctx, outcome.await)?;
        Ok(StartImportPayload {
            import: import.map(Import),
            columns: seen.columns.map(shown),
            sheets: seen.sheets,
            user_errors,
        })
    }

    /// Writes the rows of an import that was tried out; refused rows stay out. A second commit
    /// answers as the first did. Needs a coordinator of the organization.
    async fn commit_import(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The import.")] input: CommitImportInput,
    ) -> Result<CommitImportPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ImportId::input(&input.id, "id")?;
            commit::commit(ctx, id, input.expected_version, input.mapping.map(given)).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(CommitImportPayload {
            import: present(gql, &input.id, done, &user_errors).await?,
            user_errors,
        })
    }

    /// Takes back all that an import wrote, or gives up one that was only tried out. Where something
    /// stands against it nothing is taken back: entries that were decided on, what was changed
    /// since, volunteers with hours. Needs a coordinator of the organization.
    async fn rollback_import(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The import.")] input: RollbackImportInput,
    ) -> Result<RollbackImportPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ImportId::input(&input.id, "id")?;
            undo::roll_back(ctx, id, input.expected_version, &input.reason).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(RollbackImportPayload {
            import: present(gql, &input.id, done, &user_errors).await?,
            user_errors,
        })
    }
}

/// The import after an act, or as it is where it changed meanwhile.
async fn present(
    gql: &Context<'_>,
    id: &ID,
    done: Option<import::Model>,
    errors: &[UserError],
) -> Result<Option<Import>> {
    match ImportId::read(id) {
        Some(id) if changed_meanwhile(errors) => Ok(loaders::one(gql, id).await?.map(Import)),
        _ => Ok(done.map(Import)),
    }
}
