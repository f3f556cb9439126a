//! A value of an indicator as clients see it.
//!
//! How values are kept is in `impact::value`.

use async_graphql::InputObject;
use async_graphql::SimpleObject;

use crate::graphql::scalars::Decimal;
use crate::impact::goals::NewValue;
use crate::impact::progress::Figure;
use crate::impact::value::Measured;
use crate::impact::value::decimal;
use crate::impact::value::percent;

/// A value of an indicator, in its unit.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct IndicatorValue {
    /// The value; of a percentage, the part.
    value: Decimal,
    /// The whole of a percentage; null for others.
    denominator: Option<Decimal>,
    /// The part of the whole in percent, to two decimals; null for others.
    percent: Option<Decimal>,
}

impl From<Figure> for IndicatorValue {
    fn from(it: Figure) -> Self {
        Self {
            value: Decimal(decimal(it.value)),
            denominator: it.whole.map(|it| Decimal(decimal(it))),
            percent: it
                .whole
                .and_then(|whole| percent(it.value, whole))
                .map(Decimal),
        }
    }
}

impl From<Measured> for IndicatorValue {
    fn from(it: Measured) -> Self {
        Figure::from(it).into()
    }
}

impl IndicatorValue {
    /// A stored value.
    #[must_use]
    pub fn of(value: i64, whole: Option<i64>) -> Self {
        Measured { value, whole }.into()
    }
}

/// A value of an indicator, in its unit.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct IndicatorValueInput {
    /// The value: a whole number for `COUNT`, two decimals for `MONEY`, 0 or 1 for `YES_NO`, at most six
    /// decimals otherwise; of a percentage, the part.
    value: Decimal,
    /// The whole of a percentage, which must be given; for others it must be left out.
    denominator: Option<Decimal>,
}

impl From<IndicatorValueInput> for NewValue {
    fn from(it: IndicatorValueInput) -> Self {
        Self {
            value: it.value.0,
            denominator: it.denominator.map(|it| it.0),
        }
    }
}
