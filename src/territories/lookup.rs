//! Finds territories: by code, by id, by name, above and below.
//!
//! All of it is public: no scope, since a place is nobody's data.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use entity::ids::TerritoryId;
use entity::territory;
use entity::territory_ancestor;
use entity::types::Milieu;
use entity::types::TerritoryLevel;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::LikeExpr;

use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::platform::text::needle;

/// Ids of one statement, far below what either database takes.
const IDS: usize = 10_000;

/// Which territories to find; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this level.
    pub level: Option<TerritoryLevel>,
    /// Directly below the place of this code.
    pub parent_code: Option<String>,
    /// With this in one of the names, whatever accents, hamza forms or case.
    pub search: Option<String>,
    /// Urban or rural.
    pub milieu: Option<Milieu>,
}

/// The territory of a code in force on a day.
///
/// # Errors
/// [`DbErr`].
pub async fn by_code(
    conn: &impl ConnectionTrait,
    code: &str,
    day: NaiveDate,
) -> Result<Option<territory::Model>, DbErr> {
    let mut found = by_codes(conn, &[code.to_owned()], day).await?;
    Ok(found.remove(code))
}

/// Every version of the territory of a code, the newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn versions(
    conn: &impl ConnectionTrait,
    code: &str,
) -> Result<Vec<territory::Model>, DbErr> {
    territory::Entity::find()
        .filter(territory::Column::Code.eq(code))
        .order_by_desc(territory::Column::ValidFrom)
        .all(conn)
        .await
}

/// Territories in force on a day, by the codes as given: dotted, or digits alone with or without
/// their leading zeros, since spreadsheets lose those.
///
/// # Errors
/// [`DbErr`].
pub async fn by_codes(
    conn: &impl ConnectionTrait,
    codes: &[String],
    day: NaiveDate,
) -> Result<HashMap<String, territory::Model>, DbErr> {
    let wanted: HashSet<String> = codes.iter().flat_map(|it| spellings(it)).collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    let mut held: HashMap<String, territory::Model> = HashMap::new();
    for wanted in wanted.chunks(IDS) {
        let rows = territory::Entity::find()
            .filter(territory::Column::Code.is_in(wanted))
            .filter(in_force(day))
            .all(conn)
            .await?;
        held.extend(rows.into_iter().map(|it| (it.code.clone(), it)));
    }
    let mut found = HashMap::new();
    for code in codes {
        let mut meant = spellings(code).into_iter().filter_map(|it| held.get(&it));
        // Digits that fit two places name neither.
        if let (Some(row), None) = (meant.next(), meant.next()) {
            found.insert(code.clone(), row.clone());
        }
    }
    Ok(found)
}

/// Territories by id, in no order.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    ids: &[TerritoryId],
) -> Result<Vec<territory::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(IDS) {
        let rows = territory::Entity::find()
            .filter(territory::Column::Id.is_in(ids.iter().copied()))
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Of several versions of places the one of each place that was in force last before a day or on it, by
/// code; where all begin later, the first.
#[must_use]
pub fn on(mut versions: Vec<territory::Model>, day: NaiveDate) -> Vec<territory::Model> {
    versions
        .sort_by(|one, other| (&one.code, one.valid_from).cmp(&(&other.code, other.valid_from)));
    let mut places: Vec<territory::Model> = Vec::new();
    for version in versions {
        match places.last_mut().filter(|it| it.code == version.code) {
            None => places.push(version),
            Some(held) if version.valid_from <= day => *held = version,
            Some(_) => {}
        }
    }
    places
}

/// What lies directly below a version of a place, by code: a partition of it.
///
/// Of a prefecture or province its communes, of a city its arrondissements, of a prefecture of
/// arrondissements those too. Versions that are over are among them, since figures of past days
/// need them: versions of one place follow each other.
///
/// # Errors
/// [`DbErr`].
pub async fn children(
    conn: &impl ConnectionTrait,
    id: TerritoryId,
) -> Result<Vec<territory::Model>, DbErr> {
    let mut found = children_of(conn, &[id]).await?;
    Ok(found.remove(&id).unwrap_or_default())
}

/// The same for many places; those without any below them are absent.
///
/// # Errors
/// [`DbErr`].
pub async fn children_of(
    conn: &impl ConnectionTrait,
    ids: &[TerritoryId],
) -> Result<HashMap<TerritoryId, Vec<territory::Model>>, DbErr> {
    let mut found: HashMap<TerritoryId, Vec<territory::Model>> = HashMap::new();
    for ids in ids.chunks(IDS) {
        let asked: HashSet<TerritoryId> = ids.iter().copied().collect();
        let rows = territory::Entity::find()
            .filter(below(ids))
            .order_by_asc(territory::Column::Code)
            .order_by_asc(territory::Column::ValidFrom)
            .all(conn)
            .await?;
        for row in rows {
            let tree = row
                .parent_id
                .filter(|_| row.level != TerritoryLevel::PrefectureArrondissements);
            for parent in [tree, row.alternate_parent_id].into_iter().flatten() {
                if asked.contains(&parent) {
                    found.entry(parent).or_default().push(row.clone());
                }
            }
        }
    }
    Ok(found)
}

/// The chain from the country down to each of the territories, itself included.
///
/// # Errors
/// [`DbErr`].
pub async fn path(
    conn: &impl ConnectionTrait,
    ids: &[TerritoryId],
) -> Result<HashMap<TerritoryId, Vec<territory::Model>>, DbErr> {
    let mut links = Vec::new();
    for ids in ids.chunks(IDS) {
        let rows = territory_ancestor::Entity::find()
            .filter(territory_ancestor::Column::TerritoryId.is_in(ids.iter().copied()))
            .order_by_desc(territory_ancestor::Column::Depth)
            .all(conn)
            .await?;
        links.extend(rows);
    }
    let above: HashSet<TerritoryId> = links.iter().map(|it| it.ancestor_id).collect();
    let above: Vec<TerritoryId> = above.into_iter().collect();
    let places: HashMap<TerritoryId, territory::Model> = by_ids(conn, &above)
        .await?
        .into_iter()
        .map(|it| (it.id, it))
        .collect();
    let mut paths: HashMap<TerritoryId, Vec<territory::Model>> = HashMap::new();
    for link in links {
        if let Some(place) = places.get(&link.ancestor_id)
            // It stands beside the chain.
            && (place.level != TerritoryLevel::PrefectureArrondissements || link.depth == 0)
        {
            paths
                .entry(link.territory_id)
                .or_default()
                .push(place.clone());
        }
    }
    Ok(paths)
}

/// Territories in force on a day, by code; a page begins at a code.
///
/// # Errors
/// [`DbErr`].
pub async fn search(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    day: NaiveDate,
    page: &Page<String>,
) -> Result<Slice<territory::Model>, DbErr> {
    let Some(condition) = condition(conn, filter, day).await? else {
        return Ok(page.slice(Vec::new()));
    };
    let rows = page
        .narrow(
            territory::Entity::find().filter(condition),
            &[territory::Column::Code.into_simple_expr()],
            Direction::Ascending,
            |code| vec![Expr::value(code.clone())],
        )
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many territories a filter finds on a day.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    day: NaiveDate,
) -> Result<u64, DbErr> {
    match condition(conn, filter, day).await? {
        Some(condition) => {
            territory::Entity::find()
                .filter(condition)
                .count(conn)
                .await
        }
        None => Ok(0),
    }
}

/// Versions in force on a day.
#[must_use]
pub fn in_force(day: NaiveDate) -> Condition {
    Condition::all()
        .add(territory::Column::ValidFrom.lte(day))
        .add(
            Condition::any()
                .add(territory::Column::ValidTo.is_null())
                .add(territory::Column::ValidTo.gt(day)),
        )
}

/// Directly below, without the prefectures of arrondissements that stand beside.
fn below(ids: &[TerritoryId]) -> Condition {
    Condition::any()
        .add(
            Condition::all()
                .add(territory::Column::ParentId.is_in(ids.iter().copied()))
                .add(territory::Column::Level.ne(TerritoryLevel::PrefectureArrondissements)),
        )
        .add(territory::Column::AlternateParentId.is_in(ids.iter().copied()))
}

/// `None` when nothing can fit.
async fn condition(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    day: NaiveDate,
) -> Result<Option<Condition>, DbErr> {
    let mut condition = in_force(day)
        .add_option(filter.level.map(|it| territory::Column::Level.eq(it)))
        .add_option(filter.milieu.map(|it| territory::Column::Milieu.eq(it)));
    if let Some(code) = &filter.parent_code {
        let Some(parent) = by_code(conn, code, day).await? else {
            return Ok(None);
        };
        let mut directly = below(&[parent.id]);
        if filter.level == Some(TerritoryLevel::PrefectureArrondissements) {
            // Asked for by name they are found although no partition holds them.
            directly = directly.add(territory::Column::ParentId.eq(parent.id));
        }
        condition = condition.add(directly);
    }
    if let Some(search) = &filter.search {
        let wanted = needle(search);
        // Folded text holds letters, digits and spaces only: nothing to escape.
        condition =
            condition.add(territory::Column::SearchKey.like(LikeExpr::new(format!("%{wanted}%"))));
    }
    Ok(Some(condition))
}

/// The dotted codes that a code as given may mean.
fn spellings(code: &str) -> Vec<String> {
    let code = code.trim();
    let digits = code.len();
    if code.is_empty() || digits > 9 || !code.bytes().all(|it| it.is_ascii_digit()) {
        return vec![code.to_owned()];
    }
    let padded = |width: usize| format!("{code:0>width$}");
    match digits {
        1 | 2 => vec![padded(2)],
        4 | 5 => dotted(&padded(5), &[2, 5]).into_iter().collect(),
        7..=9 => {
            let nine = padded(9);
            // A city cut into arrondissements ends in one digit, and was padded in front.
            let city = nine.strip_prefix('0').and_then(|it| dotted(it, &[2, 5, 7]));
            dotted(&nine, &[2, 5, 7]).into_iter().chain(city).collect()
        }
        _ => Vec::new(),
    }
}

fn dotted(digits: &str, cuts: &[usize]) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = digits;
    let mut done = 0;
    for cut in cuts {
        let (part, behind) = rest.split_at_checked(cut - done)?;
        parts.push(part);
        rest = behind;
        done = *cut;
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    Some(parts.join("."))
}
