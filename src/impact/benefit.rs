//! Who benefits: the approved figures of the catalogue's two indicators of beneficiaries, by sex and milieu.
//!
//! Each is put together by the rules of its indicator, as in `overview`; what no breakdown tells is the rest.

use entity::indicator;
use entity::types::Dimension;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;

use crate::impact::assess::point;
use crate::impact::overview;
use crate::impact::overview::Counted;
use crate::impact::overview::Within;
use crate::impact::progress;
use crate::impact::progress::Figure;
use crate::impact::progress::Point;
use crate::impact::rules;
use crate::impact::rules::Part;
use crate::impact::rules::UNKNOWN;
use crate::impact::value::Measured;

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
    /// By sex, what is not known last; none without a whole.
    pub by_sex: Vec<Category>,
    /// By milieu, in the same way.
    pub by_milieu: Vec<Category>,
    /// How many approved figures it rests on.
    pub measurements: usize,
    /// How many figures do not count yet.
    pub pending: usize,
}

/// A part of those who benefit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category {
    /// A word of the dimension.
    pub category: &'static str,
    /// How many.
    pub figure: Figure,
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
    let whole = progress::figure(of, &points);
    let by = |dimension| whole.map_or_else(Vec::new, |it| parts(of, counted, dimension, it));
    Benefited {
        by_sex: by(Dimension::Sex),
        by_milieu: by(Dimension::Milieu),
        whole,
        measurements: counted.approved.len(),
        pending: counted.pending,
    }
}

/// Every category of a dimension; what figures do not tell of the whole is unknown.
fn parts(
    of: &indicator::Model,
    counted: &Counted,
    dimension: Dimension,
    whole: Figure,
) -> Vec<Category> {
    let mut rest = whole.value;
    let mut parts = Vec::new();
    for category in rules::categories(dimension).iter().copied() {
        if category == UNKNOWN {
            continue;
        }
        let points = counted.approved.iter().filter_map(|it| {
            let told: Vec<Part> = serde_json::from_str(&it.parts).unwrap_or_default();
            let mut told = told.into_iter();
            let part = told.find(|it| it.dimension == dimension && it.category == category)?;
            Some(Point {
                measured: Measured {
                    value: part.value,
                    whole: None,
                },
                ..point(it)
            })
        });
        let points: Vec<Point> = points.collect();
        let figure = progress::figure(of, &points).unwrap_or(Figure {
            value: 0,
            whole: None,
        });
        rest -= figure.value;
        parts.push(Category { category, figure });
    }
    parts.push(Category {
        category: UNKNOWN,
        figure: Figure {
            value: rest,
            whole: None,
        },
    });
    parts
}
