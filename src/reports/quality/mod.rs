//! The report of data quality: how far the figures of a territory or an organization can be trusted.
//!
//! Statements are in `store`, rules and thresholds in `measures`. Who may ask is decided as for every
//! report of a territory.

mod measures;
mod store;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::ConnectionTrait;
use sea_orm::Iterable;

pub use measures::Code;
pub use measures::Measure;
pub use measures::Status;
pub use measures::Unit;
pub use measures::percent;

use crate::duplicates::pairs;
use crate::identity::Coverage;
use crate::identity::Ctx;
use crate::platform::zones;
use crate::refusal;
use crate::refusal::Refusal;
use crate::reports::completeness;
use crate::reports::completeness::Completeness;
use crate::reports::completeness::Reporters;
use crate::reports::counted::Counted;
use crate::reports::error::ReportError;
use crate::reports::foot;
use crate::reports::ground::Ground;
use crate::reports::head::Head;
use crate::reports::question::OrganizationRef;
use crate::reports::question::Question;
use crate::reports::question::TimeBasis;
use crate::reports::span;
use crate::reports::store as seats;
use crate::rollups;
use crate::rollups::Folded;

/// States whose figures are looked at.
pub const LOOKED_AT: [EntryStatus; 1] = [EntryStatus::Approved];

/// What is asked: of a territory, of an organization, or of an organization in a territory.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Code of the territory, all below it included; the country where only an organization is named.
    pub territory_code: Option<String>,
    /// Only what is of this organization.
    pub organization: Option<OrganizationRef>,
    /// First civil day of work.
    pub from: NaiveDate,
    /// Last civil day of work, inclusive.
    pub to: NaiveDate,
    /// As of which instant; `None` is now. Records, what they say of people, and pairs of them are told as
    /// they are today.
    pub as_of: Option<DateTime<Utc>>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct DataQuality {
    /// What it is of.
    pub head: Head,
    /// Approved person-minutes of the interval.
    pub minutes: i64,
    /// The same by what shows them, every level, the weakest first.
    pub by_evidence: Vec<(EvidenceLevel, i64)>,
    /// Who has reported.
    pub completeness: Completeness,
    /// Every measure, in the order of [`Code::ALL`].
    pub measures: Vec<Measure>,
}

/// Answers how far figures can be trusted, under the scope of the INDH report.
///
/// # Errors
/// As `reports::answer`; [`ReportError::Invalid`] where neither a territory nor an organization is named.
pub async fn answer(ctx: &Ctx, asked: Asked) -> Result<DataQuality, ReportError> {
    ctx.demand_signed_in()?;
    let code = match (&asked.territory_code, &asked.organization) {
        (Some(code), _) => code.as_str(),
        (None, Some(_)) => span::COUNTRY,
        (None, None) => {
            let refusal = Refusal::of(refusal::Code::Required, "territoryCode");
            return Err(ReportError::Invalid(vec![refusal]));
        }
    };
    let question = span::question(code, (asked.from, asked.to));
    let question = span::narrowed(
        question,
        asked.organization,
        LOOKED_AT.to_vec(),
        asked.as_of,
    );
    let question = question.checked(ctx.now()).map_err(ReportError::Invalid)?;
    // Which months were told of is read from cells.
    rollups::fold(&ctx.core().db).await?;

    // All of it as of one moment, while others write.
    let db = &ctx.counting().await?;
    of_state(ctx, db, &question).await
}

/// The report of the state that `db` sees, of a question that is in order. Roll-ups were brought up before.
///
/// # Errors
/// As `reports::answer`.
pub(super) async fn of_state(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &Question,
) -> Result<DataQuality, ReportError> {
    let ground = Ground::of(ctx, db, question).await?;
    let looked_at = Counted {
        scope: ctx.scope(),
        territories: &ground.territories,
        whole: ground.visible == Coverage::Territory,
        organization: ground.organization.as_ref().map(|it| it.id),
        from: question.from,
        to: question.to,
        statuses: &LOOKED_AT,
        at: ground.at,
    };
    let time_basis = ground.time_basis();
    let known = (&time_basis, ground.as_of, ground.folded);
    let found = Found::of(db, &looked_at, question, known).await?;
    let mut levels: BTreeMap<EvidenceLevel, i64> = found.levels.iter().copied().collect();
    let by_evidence: Vec<(EvidenceLevel, i64)> = EvidenceLevel::iter()
        .map(|it| (it, levels.remove(&it).unwrap_or_default()))
        .collect();
    let minutes = found.work.minutes;
    foot::check("byEvidence", minutes, by_evidence.iter().map(|it| it.1))?;
    let measures = Code::ALL.map(|it| found.measure(it)).to_vec();
    Ok(DataQuality {
        head: ground.head(question),
        minutes,
        by_evidence,
        completeness: found.completeness,
        measures,
    })
}

/// All that is counted.
struct Found {
    entries: store::Entries,
    work: store::Work,
    levels: Vec<(EvidenceLevel, i64)>,
    people: store::People,
    records: i64,
    alike: i64,
    completeness: Completeness,
}

impl Found {
    async fn of(
        db: &impl ConnectionTrait,
        looked_at: &Counted<'_>,
        question: &Question,
        (time_basis, now, folded): (&TimeBasis, DateTime<Utc>, Folded),
    ) -> Result<Self, ReportError> {
        let months = question.months();
        let zone = zones::parse(&time_basis.zone);
        let reporters = Reporters {
            scope: looked_at.scope,
            territories: looked_at.territories,
            organization: looked_at.organization,
            statuses: &LOOKED_AT,
            months: &months,
            zone: zone.ok_or(ReportError::Unknown { kind: "zone" })?,
            now,
            at: looked_at.at,
            folded,
        };
        let states = completeness::states(db, &reporters).await?;
        let seated = seats::seats(db, &reporters).await?;
        // In some version of the seat, of which an organization may have several.
        let seated = seated.iter().filter(|it| it.inside).map(|it| it.id);
        let seated: BTreeSet<OrganizationId> = seated.collect();
        let seated: Vec<OrganizationId> = seated.into_iter().collect();
        let told = Counted {
            statuses: &store::TOLD,
            ..*looked_at
        };
        Ok(Self {
            entries: store::entries(db, &told).await?,
            work: store::work(db, looked_at).await?,
            levels: store::by_evidence(db, looked_at).await?,
            people: store::people(db, looked_at).await?,
            records: store::records(db, &seated).await?,
            alike: pairs::records(db, &seated).await?,
            completeness: completeness::count(&states),
        })
    }

    fn measure(&self, code: Code) -> Measure {
        let (entries, work, people) = (&self.entries, &self.work, &self.people);
        let (numerator, denominator) = match code {
            Code::SelfDeclared => (self.self_declared(), work.minutes),
            Code::Late => (entries.late, entries.approved),
            Code::WholeHours => (entries.whole_hours, entries.approved),
            Code::WithoutPlace => (work.without_place, work.minutes),
            Code::WithoutOccupation => (work.without_occupation, work.minutes),
            Code::WithoutProgramme => (work.without_programme, work.minutes),
            Code::ProjectsWithoutProgramme => (work.projects_without_programme, work.projects),
            Code::WithoutSex => (people.without_sex, people.people),
            Code::WithoutBirthYear => (people.without_birth_year, people.people),
            Code::PossibleDuplicates => (self.alike, self.records),
            Code::MonthsLate => (self.completeness.late, self.completeness.expected),
            Code::Waiting => (entries.waiting, entries.waiting + entries.approved),
            Code::Anomalous => (entries.anomalous, entries.waiting),
            Code::Corrected => (
                entries.amended + entries.voided,
                entries.approved + entries.voided,
            ),
        };
        Measure {
            code,
            numerator,
            denominator,
        }
    }

    fn self_declared(&self) -> i64 {
        let weakest = |it: &&(EvidenceLevel, i64)| it.0 == EvidenceLevel::SelfDeclared;
        self.levels.iter().find(weakest).map_or(0, |it| it.1)
    }
}
