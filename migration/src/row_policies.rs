//! Row-level security in PostgreSQL: the second line behind the row filter of the application.
//!
//! Which table has which policy is said in the step that makes them. What an actor's rights are is derived in the
//! application, which sets them on the connection before each statement. Nothing set means nothing seen.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;
use sea_orm_migration::sea_orm::DbBackend;

use crate::portable::run;

/// Whose the rows of a table are.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Of an organization, in `organization_id`, and about nobody: seen by its members, and by observers of the place.
    Organization(Place),
    /// The same, and of the person whom it concerns.
    Members(Person, Place),
    /// The same, where a row without an organization is everybody's.
    Catalogue(Place),
    /// Of an organization and about people: seen by those of its members who read about people, by the person, and
    /// where figures are counted by observers of the place.
    People(Person, Place),
    /// Of a user.
    User(&'static str),
    /// The same; everybody may add one for another.
    UserOfAny(&'static str),
    /// What was done by a user, in an organization or not: everybody adds to it; read by those of the organization who
    /// read about people, and by the user.
    Trail,
    /// What a person said of their own data, to an organization or to the platform: seen and written by those of the
    /// organization who read about people, by the holder of the record, by the account, and by the account in this
    /// column, which asked for it.
    Said(Option<&'static str>),
    /// Of the row of another table: table, its key, and the column that names it.
    Part(&'static str, &'static str, &'static str),
    /// The same; and seen wherever it is where figures are counted, since it says how they are shared out.
    Share(&'static str, &'static str, &'static str),
    /// Of a place alone: seen by its observers, written by the system.
    OfPlace(&'static str),
    /// Organizations themselves.
    Itself,
    /// Of the system alone.
    System,
    /// Without a policy, and why.
    Open(&'static str),
}

/// Whom a row is about.
#[derive(Clone, Copy, Debug)]
pub enum Person {
    /// Those who read about people alone see it.
    Nobody,
    /// The column with the record of a volunteer, as long as its holder belongs to the organization.
    Record(&'static str),
    /// The same, also of whoever left: what was certified stays theirs.
    Certified(&'static str),
    /// The record itself, by its own key, or by the account that it belongs to.
    Itself,
    /// The column with an account.
    Account(&'static str),
    /// The column with an account or with the record of a volunteer.
    Either(&'static str),
    /// That of an entry of hours, in this column.
    Entry(&'static str),
}

/// By which place observers see a row.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// Observers do not see it.
    Nowhere,
    /// By the territory in this column.
    Here(&'static str),
    /// By the territory of the project in this column.
    Project(&'static str),
    /// By the territory of the project of the activity in this column.
    Activity(&'static str),
    /// By the organization: its seat, or a project of it.
    Organization,
    /// The same, and observers write it too: they certify months.
    Certified,
    /// By the territory in this column, and observers write it too: answers that they freeze.
    Frozen(&'static str),
    /// By the territory in this column; where figures are counted, wherever it is.
    HereOrCounted(&'static str),
    /// Wherever it is, by whoever observes anything, where figures are counted: what is counted is narrowed by the rows
    /// beside it.
    Counted,
}

const ALL: &str = "(select tiwizi_all())";
const COUNTS: &str = "(select tiwizi_counts())";
const USER: &str = "(select tiwizi_account())";

fn held(column: &str, name: &str) -> String {
    format!("{column} = any ((select tiwizi_ids('{name}'))::uuid[])")
}

fn within(column: &str) -> String {
    format!(
        "{column} in (select below.territory_id from territory_ancestor below where {})",
        held("below.ancestor_id", "observed")
    )
}

impl Place {
    /// When observers see a row of `table`.
    fn seen(self) -> Option<String> {
        Some(match self {
            Self::Nowhere => return None,
            Self::Here(column) | Self::Frozen(column) => within(column),
            Self::Project(column) => format!(
                "{column} in (select seen.id from project seen where {})",
                within("seen.territory_id")
            ),
            Self::Activity(column) => format!(
                "{column} in (select act.id from activity act join project seen on seen.id = act.project_id where {})",
                within("seen.territory_id")
            ),
            Self::Organization | Self::Certified => {
                "organization_id in (select seen.id from organization seen)".to_owned()
            }
            Self::Counted => COUNTS.to_owned(),
            Self::HereOrCounted(column) => format!("{} or {COUNTS}", within(column)),
        })
    }
}

impl Person {
    fn is(self) -> Option<String> {
        Some(match self {
            Self::Nobody => return None,
            Self::Record(column) => held(column, "records"),
            Self::Certified(column) => held(column, "certified"),
            Self::Itself => format!("{} or user_id = {USER}", held("id", "certified")),
            Self::Account(column) => format!("{column} = {USER}"),
            Self::Either(column) => {
                format!("{} or {column} = {USER}", held(column, "records"))
            }
            Self::Entry(column) => {
                format!("exists (select 1 from hour_entry theirs where theirs.id = {column})")
            }
        })
    }
}

impl Kind {
    /// Conditions of seeing and of writing; `None` for a table without policies.
    fn conditions(self) -> Option<(String, String)> {
        let any = |parts: Vec<Option<String>>| {
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            parts.join(" or ")
        };
        let all = || Some(ALL.to_owned());
        let members = || Some(held("organization_id", "organizations"));
        let people = || Some(held("organization_id", "people"));
        Some(match self {
            Self::Organization(place) => {
                let certified = match place {
                    Place::Certified | Place::Frozen(_) => place.seen(),
                    _ => None,
                };
                (
                    any(vec![all(), members(), place.seen()]),
                    any(vec![all(), members(), certified]),
                )
            }
            Self::Members(person, place) => {
                let certified = match place {
                    Place::Certified => place.seen(),
                    _ => None,
                };
                (
                    any(vec![all(), members(), person.is(), place.seen()]),
                    any(vec![all(), members(), person.is(), certified]),
                )
            }
            Self::Catalogue(place) => {
                let everybody = || Some("organization_id is null".to_owned());
                (
                    any(vec![all(), everybody(), members(), place.seen()]),
                    any(vec![all(), members()]),
                )
            }
            Self::People(person, place) => {
                let counted = match place {
                    Place::Counted | Place::Certified => place.seen(),
                    _ => place.seen().map(|it| format!("({COUNTS} and {it})")),
                };
                let certified = match place {
                    Place::Certified => place.seen(),
                    _ => None,
                };
                (
                    any(vec![all(), people(), person.is(), counted]),
                    any(vec![all(), members(), person.is(), certified]),
                )
            }
            Self::User(column) => {
                let own = Some(format!("{column} = {USER}"));
                (any(vec![all(), own.clone()]), any(vec![all(), own]))
            }
            Self::UserOfAny(column) => {
                let own = Some(format!("{column} = {USER}"));
                (any(vec![all(), own]), "true".to_owned())
            }
            Self::Trail => {
                let own = Some(format!("user_id = {USER} or account_id = {USER}"));
                (any(vec![all(), people(), own]), "true".to_owned())
            }
            Self::Said(by) => {
                let own = format!("{} or user_id = {USER}", held("volunteer_id", "certified"));
                let by = by.map(|it| format!("{it} = {USER}"));
                let said = any(vec![all(), people(), Some(own), by]);
                (said.clone(), said)
            }
            Self::Part(table, key, column) => {
                let whole =
                    format!("exists (select 1 from {table} whole where whole.{key} = {column})");
                let parts = any(vec![all(), Some(whole)]);
                (parts.clone(), parts)
            }
            Self::Share(table, key, column) => {
                let (seen, written) = Self::Part(table, key, column).conditions()?;
                (any(vec![Some(seen), Some(COUNTS.to_owned())]), written)
            }
            Self::OfPlace(column) => (any(vec![all(), Some(within(column))]), ALL.to_owned()),
            Self::Itself => {
                let works = format!(
                    "id in (select work.organization_id from project work where {})",
                    within("work.territory_id")
                );
                (
                    any(vec![
                        all(),
                        Some(held("id", "organizations")),
                        Some(within("territory_id")),
                        Some(works),
                    ]),
                    any(vec![all(), Some(held("id", "organizations"))]),
                )
            }
            Self::System => (ALL.to_owned(), ALL.to_owned()),
            Self::Open(_) => return None,
        })
    }
}

/// Makes what the policies ask for rights by.
pub async fn functions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for (name, returns, body) in [
        (
            "tiwizi_all()",
            "boolean",
            "coalesce(current_setting('tiwizi.sees', true) = 'all' \
             or current_setting('tiwizi.beyond', true) = 'on', false)",
        ),
        (
            "tiwizi_counts()",
            "boolean",
            "coalesce(current_setting('tiwizi.sees', true) = 'counts' \
             and current_setting('tiwizi.observed', true) <> '', false)",
        ),
        (
            "tiwizi_account()",
            "uuid",
            "cast(nullif(current_setting('tiwizi.account', true), '') as uuid)",
        ),
        (
            "tiwizi_ids(name text)",
            "uuid[]",
            "cast(coalesce(nullif(current_setting('tiwizi.' || name, true), ''), '{}') as uuid[])",
        ),
    ] {
        run(
            manager,
            &format!(
                "create function {name} returns {returns} language sql stable parallel safe \
                 as $$ select {body} $$"
            ),
        )
        .await?;
    }
    Ok(())
}

/// Lets rows refer to rows that are never rewritten: PostgreSQL holds the row that is referred to, which asks for the
/// right to change some column of it. The triggers refuse every change all the same. What the owner was given is looked
/// at, not what whoever migrates may: administrators of the database may everything, and hand the tables over later.
pub async fn let_references_hold(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    run(
        manager,
        "do $$ declare it record; begin \
         for it in select distinct c.relname as kept, a.attname as key, pg_get_userbyid(c.relowner) as owner \
           from pg_constraint f \
           join pg_class c on c.oid = f.confrelid \
           join pg_attribute a on a.attrelid = c.oid and a.attnum = f.confkey[1] \
           where f.contype = 'f' and c.relnamespace = cast(current_schema() as regnamespace) \
             and c.relacl is not null and not exists (select 1 from aclexplode(c.relacl) given \
               where given.grantee = c.relowner and given.privilege_type = 'UPDATE') \
         loop execute format('grant update (%I) on %I to %I', it.key, it.kept, it.owner); \
         end loop; end $$",
    )
    .await
}

/// Lets a row go that rows of a table that is never rewritten might refer to by a column: PostgreSQL holds those, too, and
/// asks for the same right. The triggers refuse every change all the same.
pub async fn let_go(manager: &SchemaManager<'_>, table: &str, column: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    run(
        manager,
        &format!(
            "do $$ declare owner text; begin \
             select tableowner into owner from pg_tables \
               where schemaname = current_schema() and tablename = '{table}'; \
             execute format('grant update ({column}) on {table} to %I', owner); end $$"
        ),
    )
    .await
}

/// Guards tables by their policies, for their owner too. Administrators of the database pass all of them.
pub async fn guard(
    manager: &SchemaManager<'_>,
    tables: &[(&'static str, Kind)],
) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let conn = manager.get_connection();
    for (table, kind) in tables {
        let Some((seen, written)) = kind.conditions() else {
            continue;
        };
        // Who adds for others changes and deletes their own alone.
        let changed = match kind {
            Kind::UserOfAny(_) | Kind::Trail => &seen,
            _ => &written,
        };
        // A row that is seen can be held until the transaction ends, by whoever may not change it too: so they are told
        // that they may not, and not that it is not there.
        conn.execute_unprepared(&format!(
            "alter table {table} enable row level security; \
             alter table {table} force row level security; \
             create policy {table}_seen on {table} for select using ({seen}); \
             create policy {table}_added on {table} for insert with check ({written}); \
             create policy {table}_changed on {table} for update using ({seen}) with check ({changed}); \
             create policy {table}_deleted on {table} for delete using ({changed})"
        ))
        .await?;
    }
    Ok(())
}
