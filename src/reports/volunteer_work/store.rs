//! Statements of the report of volunteer work: one for the whole and one for each table, each of few rows.
//!
//! Which hours are counted is said in `counted`.

use entity::organization;
use entity::project;
use entity::territory;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::FromQueryResult;
use sea_orm::Iden;
use sea_orm::sea_query::Alias;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::JoinType;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SelectStatement;

use crate::reports::counted::Counted;
use crate::reports::counted::year;
use crate::reports::volunteer_work::table::Amounts;
use crate::reports::volunteer_work::table::BANDS;
use crate::reports::volunteer_work::table::Dimension;

#[derive(FromQueryResult)]
struct Found {
    category: Option<String>,
    people: i64,
    minutes: i64,
    group_minutes: i64,
}

/// The whole.
pub async fn totals(db: &impl ConnectionTrait, counted: &Counted<'_>) -> Result<Amounts, DbErr> {
    let select = amounts(counted, db.get_database_backend())
        .expr_as(Expr::cust("cast(null as varchar)"), "category")
        .to_owned();
    let statement = db.get_database_backend().build(&select);
    let found = Found::find_by_statement(statement).one(db).await?;
    Ok(found.map(|it| it.amounts()).unwrap_or_default())
}

/// By the categories of a dimension that were met; `None` for what is not known.
pub async fn by(
    db: &impl ConnectionTrait,
    counted: &Counted<'_>,
    dimension: Dimension,
) -> Result<Vec<(Option<String>, Amounts)>, DbErr> {
    let mut select = amounts(counted, db.get_database_backend());
    let category = category(&mut select, counted, dimension, db.get_database_backend());
    let select = select
        .expr_as(Expr::cust(category.clone()), "category")
        .add_group_by([Expr::cust(category)])
        .to_owned();
    let statement = db.get_database_backend().build(&select);
    let found = Found::find_by_statement(statement).all(db).await?;
    Ok(found
        .into_iter()
        .map(|it| (it.category.clone(), it.amounts()))
        .collect())
}

impl Found {
    fn amounts(&self) -> Amounts {
        Amounts {
            people: self.people,
            minutes: self.minutes,
            group_minutes: self.group_minutes,
        }
    }
}

/// Sums over the counted days, `worked`.
fn amounts(counted: &Counted<'_>, backend: DbBackend) -> SelectStatement {
    let minutes = "cast(coalesce(sum(worked.minutes), 0) as bigint)";
    let of_groups = "cast(coalesce(sum(case when worked.person_id is null \
         then worked.minutes else 0 end), 0) as bigint)";
    Query::select()
        .expr_as(Expr::cust("count(distinct worked.person_id)"), "people")
        .expr_as(Expr::cust(minutes), "minutes")
        .expr_as(Expr::cust(of_groups), "group_minutes")
        .from_subquery(counted.worked(backend), "worked")
        .to_owned()
}

/// Joins what tells the categories of a dimension, and says how they are told.
fn category(
    select: &mut SelectStatement,
    counted: &Counted<'_>,
    dimension: Dimension,
    backend: DbBackend,
) -> String {
    match dimension {
        Dimension::Sex => {
            counted.describe(select, backend);
            "cast(described.sex as varchar)".to_owned()
        }
        Dimension::Age => {
            counted.describe(select, backend);
            let age = format!("({} - described.born)", year("worked.day", backend));
            let mut bands = String::from("case");
            for (at, least) in BANDS.iter().enumerate() {
                let name = match BANDS.get(at + 1) {
                    Some(next) => {
                        bands.push_str(&format!(" when {age} < {next}"));
                        format!("{least}-{}", next - 1)
                    }
                    None => {
                        bands.push_str(&format!(" when {age} >= {least}"));
                        format!("{least}+")
                    }
                };
                bands.push_str(&format!(" then '{name}'"));
            }
            bands.push_str(" end");
            format!("cast({bands} as varchar)")
        }
        Dimension::Occupation => {
            beside(select, project::Entity, project::Column::Id, "project_id");
            "cast(substr(project.occupation_code, 1, 1) as varchar)".to_owned()
        }
        Dimension::Sector => {
            let id = organization::Column::Id;
            beside(select, organization::Entity, id, "organization_id");
            beside(select, project::Entity, project::Column::Id, "project_id");
            // Groups and subgroups count under the section whose letter they begin with.
            "cast(substr(coalesce(project.sector_code, organization.sector_code), 1, 1) as varchar)"
                .to_owned()
        }
        Dimension::Milieu => {
            let id = territory::Column::Id;
            beside(select, territory::Entity, id, "territory_id");
            "cast(territory.milieu as varchar)".to_owned()
        }
    }
}

fn beside<E: sea_orm::EntityTrait>(
    select: &mut SelectStatement,
    table: E,
    id: impl Iden + 'static,
    by: &'static str,
) {
    let own = Expr::col((Alias::new("worked"), Alias::new(by)));
    select.join(JoinType::InnerJoin, table, own.equals((table, id)));
}
