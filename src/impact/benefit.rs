//! Who benefits: the approved figures of the catalogue's two indicators of beneficiaries, by sex and milieu.
//!
//! Each is put together by the rules of its indicator, as in `overview`, and its parts as in `breakdown`.

use entity::indicator;
use entity::types::Dimension;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;

use crate::impact::assess::point;
use crate::impact::breakdown;
use crate::impact::breakdown::Category;
use crate::impact::overview;
use crate::impact::overview::Counted;
use crate::impact::overview::Within;
use crate::impact::progress;
use crate::impact::progress::Figure;
use crate::impact::progress::Point;

/// Code of the indicator of people who benefit themselves.
pub const DIRECT: &str = "INDH-BENEFICIARIES-DIRECT";
/// Code of the indicator of people who benefit through others.
pub const INDIRECT: &str = "INDH-BENEFICIARIES-INDIRECT";

/// Who benefits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beneficiaries {
    /// Of the work itself.
    pub direct: Benefited,
    /// Through others.
    pub indirect: Benefited,
}

/// People who benefit, by what was measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Benefited {
    /// How many; `None` where nothing was approved, or where values do not become one.
    pub whole: Option<Figure>,
    /// By sex, what is not known last; none without a whole, and where parts do not make it.
    pub by_sex: Vec<Category>,
    /// By milieu, in the same way.
    pub by_milieu: Vec<Category>,
    /// How many approved figures it rests on.
    pub measurements: usize,
    /// How many figures do not count yet.
    pub pending: usize,
}

/// Counts who benefits in a territory and an interval.
///
/// # Errors
/// [`DbErr`].
pub async fn beneficiaries(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
) -> Result<Beneficiaries, DbErr> {
    let found = indicator::Entity::find()
        .filter(indicator::Column::OrganizationId.is_null())
        .filter(indicator::Column::Code.is_in([DIRECT, INDIRECT]))
        .all(db)
        .await?;
    let mut counted = overview::measurements(db, within, &found).await?;
    let mut of = |code: &str| match found.iter().find(|it| it.code == code) {
        Some(it) => benefited(it, &counted.remove(&it.id).unwrap_or_default()),
        None => Benefited::default(),
    };
    Ok(Beneficiaries {
        direct: of(DIRECT),
        indirect: of(INDIRECT),
    })
}

fn benefited(of: &indicator::Model, counted: &Counted) -> Benefited {
    let points: Vec<Point> = counted.approved.iter().map(point).collect();
    let dimensions = [Dimension::Sex, Dimension::Milieu];
    let mut by = breakdown::breakdowns(of, &counted.approved, &dimensions).into_iter();
    let mut next = || by.next().map(|it| it.categories).unwrap_or_default();
    Benefited {
        by_sex: next(),
        by_milieu: next(),
        whole: progress::figure(of, &points),
        measurements: counted.approved.len(),
        pending: counted.pending,
    }
}
