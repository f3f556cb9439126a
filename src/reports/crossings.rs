//! Where programmes, places and months of the INDH report cross.
//!
//! Programmes and places alone are in `indh`, which rounds all of them at once.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use entity::ids::TermId;

use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::error::ReportError;
use crate::reports::foot;
use crate::reports::indh::Measures;
use crate::rollups::Tally;

/// Most rows of one answer.
const ROWS_MOST: usize = 5_000;

/// Whole minutes by month, place and programme, as figures count them.
pub type Minutes = BTreeMap<(NaiveDate, Option<String>, Option<TermId>), i64>;

/// The programmes and places of a report, in the order of its rows, and the figures of its months.
#[derive(Clone, Default)]
pub struct Crossings {
    /// Programmes as they are counted, and as they are called; `None` for work without one.
    pub programmes: Vec<(Option<TermId>, Option<String>)>,
    /// Codes of places; `None` for work at the level asked for.
    pub places: Vec<Option<String>>,
    /// Code of the territory asked for.
    pub territory_code: String,
    /// The figures of each month with hours.
    pub months: BTreeMap<NaiveDate, Arc<Tally>>,
    /// Their minutes, which add up to those of programmes, of months, and of places in months.
    pub minutes: Minutes,
}

/// Figures of a programme at a place in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossingRow {
    /// First day of the month.
    pub month: NaiveDate,
    /// Code of the territory: the one asked for, where more is not known of the work.
    pub territory_code: String,
    /// The programme, by the first version of its term; `None` for work of projects without one.
    pub programme: Option<TermId>,
    /// Code of the programme; `None` for work of projects without one.
    pub programme_code: Option<String>,
    /// Code of the territory directly below; `None` where more is not known than the one asked for.
    pub place: Option<String>,
    /// Its measures: minutes by share, the rest of everything it touches; minutes of groups are not told apart.
    pub measures: Measures,
}

/// As it is shown: people are numbered otherwise in figures of an earlier instant, and count alike.
impl fmt::Debug for Crossings {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rows() {
            Ok(rows) => to.debug_list().entries(rows).finish(),
            Err(refused) => write!(to, "{refused}"),
        }
    }
}

impl Crossings {
    /// The rows with work, by month, place and programme, each in the order of the report.
    ///
    /// # Errors
    /// [`ReportError::Invalid`] for more than five thousand; [`ReportError::DoesNotFoot`],
    /// [`ReportError::Unknown`].
    pub fn rows(&self) -> Result<Vec<CrossingRow>, ReportError> {
        let crossing = self.months.values().map(|it| it.by_crossing.len());
        if crossing.sum::<usize>() > ROWS_MOST {
            let refusal = Refusal::of(Code::TooManyFields, "to").with("most", ROWS_MOST);
            return Err(ReportError::Invalid(vec![refusal]));
        }
        self.every()
    }

    /// The same, however many there are: for files.
    ///
    /// # Errors
    /// [`ReportError::DoesNotFoot`], [`ReportError::Unknown`].
    pub fn every(&self) -> Result<Vec<CrossingRow>, ReportError> {
        let programmes: HashMap<Option<TermId>, usize> =
            self.programmes.iter().map(|(id, _)| *id).zip(0..).collect();
        let places: HashMap<&Option<String>, usize> = self.places.iter().zip(0..).collect();
        let mut rows = Vec::new();
        for (month, tally) in &self.months {
            let mut fields = Vec::with_capacity(tally.by_crossing.len());
            for ((place, term), counted) in &tally.by_crossing {
                let at = places.get(place).zip(programmes.get(term));
                let minutes = self.minutes.get(&(*month, place.clone(), *term));
                let (Some((place, programme)), Some(minutes)) = (at, minutes) else {
                    return Err(ReportError::Unknown { kind: "crossing" });
                };
                fields.push((*place, *programme, *minutes, counted));
            }
            fields.sort_by_key(|(place, programme, ..)| (*place, *programme));
            let minutes = fields.iter().map(|it| it.2);
            foot::check("crossings", tally.total.sums.minutes, minutes)?;
            for (place, programme, minutes, counted) in fields {
                let code = self.places.get(place).cloned().flatten();
                let called = self.programmes.get(programme);
                rows.push(CrossingRow {
                    month: *month,
                    territory_code: code.clone().unwrap_or_else(|| self.territory_code.clone()),
                    programme: called.and_then(|(id, _)| *id),
                    programme_code: called.and_then(|(_, code)| code.clone()),
                    place: code,
                    measures: Measures {
                        minutes,
                        group_minutes: 0,
                        ..Measures::touched(counted)
                    },
                });
            }
        }
        Ok(rows)
    }
}
