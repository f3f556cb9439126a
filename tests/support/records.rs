//! Rows that figures count, written straight into the tables and the ledger.
//!
//! How hours come to be is tested with the hours.

use crate::support::app::opening;
use crate::support::app::settings;
use crate::support::databases::Database;
use crate::support::databases::Engine;
use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PeriodId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::SessionId;
use entity::ids::TagSetId;
use entity::ids::TerritoryId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::person;
use entity::project;
use entity::reporting_period;
use entity::tag_set;
use entity::tag_share;
use entity::territory;
use entity::types::EntryKind;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::Minutes;
use entity::types::OrganizationKind;
use entity::types::PeriodStatus;
use entity::vocabulary_term;
use entity::volunteer;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use tiwizi::app::App;
use tiwizi::hours::days::DayShare;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::EventKind;
use tiwizi::identity::Actor;
use tiwizi::identity::Ctx;
use tiwizi::identity::Scope;
use tiwizi::platform::clock::Clock;
use tiwizi::platform::i18n::Locale;

/// Runs a test on each database that is there.
pub async fn on_both(test: impl AsyncFn(Records)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = Database::migrated(engine).await else {
            continue;
        };
        let app = App::start(settings(&database), Clock::fixed(opening()))
            .await
            .unwrap();
        let ctx = app.operator(Locale::En);
        test(Records { ctx }).await;
        app.core.db.clone().close().await.unwrap();
        database.drop_now().await;
    }
}

/// Writes what a report counts.
pub struct Records {
    pub ctx: Ctx,
}

/// An entry of one or more days.
pub struct Work<'a> {
    pub organization: OrganizationId,
    pub project: ProjectId,
    pub who: Option<(VolunteerId, PersonId)>,
    pub commune: &'a str,
    pub status: EntryStatus,
    pub days: &'a [(&'a str, i32)],
    pub headcount: i32,
    pub evidence: EvidenceLevel,
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl Records {
    pub fn now(&self) -> DateTime<Utc> {
        self.ctx.now()
    }

    pub async fn insert<A>(&self, row: A)
    where
        A: ActiveModelTrait + sea_orm::ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A> + Send + Sync,
    {
        self.ctx
            .transaction(async |tx| A::Entity::insert(row).exec_without_returning(&**tx).await)
            .await
            .unwrap();
    }

    pub async fn place(&self, code: &str) -> TerritoryId {
        territory::Entity::find()
            .filter(territory::Column::Code.eq(code))
            .one(self.ctx.read())
            .await
            .unwrap()
            .unwrap()
            .id
    }

    pub async fn organization(&self, slug: &str, seat: &str, since: &str) -> OrganizationId {
        let id = OrganizationId(self.ctx.new_id());
        let row = organization::Model {
            id,
            slug: slug.to_owned(),
            name: slug.to_owned(),
            name_ar: None,
            search_key: slug.to_owned(),
            kind: OrganizationKind::Association,
            registration_number: None,
            sector_code: None,
            territory_id: self.place(seat).await,
            parent_id: None,
            time_zone: "Africa/Casablanca".to_owned(),
            daily_cap_minutes: Minutes(960),
            timer_longest_minutes: Minutes(720),
            grace_days: None,
            version: 1,
            created_at: day(since).and_time(chrono::NaiveTime::MIN).and_utc(),
            updated_at: self.now(),
            archived_at: None,
        };
        self.insert(row.into_active_model()).await;
        id
    }

    pub async fn project(&self, organization: OrganizationId, seat: &str) -> ProjectId {
        let id = ProjectId(self.ctx.new_id());
        let row = project::Model {
            id,
            organization_id: organization,
            code: None,
            title: "Project".to_owned(),
            title_ar: None,
            search_key: "project".to_owned(),
            territory_id: self.place(seat).await,
            time_zone: None,
            starts_on: day("2025-01-01"),
            ends_on: None,
            budget_minor: None,
            budget_indh_minor: None,
            currency: "MAD".to_owned(),
            occupation_code: None,
            sector_code: None,
            version: 1,
            created_at: self.now(),
            updated_at: self.now(),
            archived_at: None,
        };
        self.insert(row.into_active_model()).await;
        id
    }

    pub async fn tags(
        &self,
        project: ProjectId,
        from: &str,
        to: Option<&str>,
        shares: &[(&str, i32)],
    ) {
        self.shares((project, "INDH"), (from, to), shares).await;
    }

    /// Shares of a project in a vocabulary from a day on, up to another.
    pub async fn shares(
        &self,
        (project, vocabulary): (ProjectId, &str),
        (from, to): (&str, Option<&str>),
        shares: &[(&str, i32)],
    ) {
        let id = TagSetId(self.ctx.new_id());
        let row = tag_set::Model {
            id,
            project_id: project,
            vocabulary: vocabulary.to_owned(),
            valid_from: day(from),
            valid_to: to.map(day),
            created_at: self.now(),
        };
        self.insert(row.into_active_model()).await;
        for (code, share_ppm) in shares {
            let term = vocabulary_term::Entity::find()
                .filter(vocabulary_term::Column::Vocabulary.eq(vocabulary))
                .filter(vocabulary_term::Column::Code.eq(*code))
                .one(self.ctx.read())
                .await
                .unwrap()
                .unwrap();
            let row = tag_share::Model {
                tag_set_id: id,
                term_id: term.id,
                share_ppm: *share_ppm,
            };
            self.insert(row.into_active_model()).await;
        }
    }

    pub async fn person(&self) -> PersonId {
        let id = PersonId(self.ctx.new_id());
        let row = person::Model {
            id,
            national_id_hash: None,
            created_at: self.now(),
        };
        self.insert(row.into_active_model()).await;
        id
    }

    pub async fn volunteer(
        &self,
        organization: OrganizationId,
        person: PersonId,
    ) -> (VolunteerId, PersonId) {
        let id = VolunteerId(self.ctx.new_id());
        let row = volunteer::Model {
            id,
            organization_id: organization,
            person_id: person,
            user_id: None,
            reference: None,
            name: "Volunteer".to_owned(),
            name_ar: None,
            search_key: "volunteer".to_owned(),
            sex: None,
            birth_date: None,
            territory_id: None,
            email: None,
            phone: None,
            joined_on: None,
            version: 1,
            created_at: self.now(),
            updated_at: self.now(),
            archived_at: None,
            merged_into_id: None,
            erased_at: None,
        };
        self.insert(row.into_active_model()).await;
        (id, person)
    }

    pub async fn work(&self, work: Work<'_>) -> EntryId {
        let id = EntryId(self.ctx.new_id());
        let total: i32 = work.days.iter().map(|(_, minutes)| minutes).sum();
        let overnight = work.days.len() > 1;
        let worked_on = day(work.days.first().unwrap().0);
        let begun = (worked_on.and_time(chrono::NaiveTime::MIN)).and_utc();
        let row = hour_entry::Model {
            id,
            organization_id: work.organization,
            project_id: work.project,
            volunteer_id: work.who.map(|it| it.0),
            person_id: work.who.map(|it| it.1),
            territory_id: self.place(work.commune).await,
            kind: match (work.who, overnight) {
                (None, _) => EntryKind::Group,
                (_, true) => EntryKind::Interval,
                _ => EntryKind::Duration,
            },
            status: work.status,
            evidence_level: work.evidence,
            started_at: overnight.then_some(begun + chrono::TimeDelta::hours(22)),
            ended_at: overnight.then_some(begun + chrono::TimeDelta::hours(26)),
            break_minutes: Minutes(0),
            time_zone: "Africa/Casablanca".to_owned(),
            worked_on,
            ended_on: day(work.days.last().unwrap().0),
            minutes: Minutes(total),
            headcount: work.headcount,
            total_minutes: Minutes(total * work.headcount),
            description: None,
            decision_reason: None,
            import_key: None,
            created_by: None,
            submitted_by: None,
            submitted_at: None,
            decided_by: None,
            decided_at: None,
            version: 1,
            created_at: self.now(),
            updated_at: self.now(),
        };
        self.insert(row.clone().into_active_model()).await;
        let mut days = Vec::new();
        for (on, minutes) in work.days {
            let minutes = Minutes(minutes * work.headcount);
            days.push(DayShare {
                day: day(on),
                minutes,
            });
            let row = hour_entry_day::Model {
                entry_id: id,
                day: day(on),
                organization_id: work.organization,
                person_id: work.who.map(|it| it.1),
                minutes,
            };
            self.insert(row.into_active_model()).await;
        }
        // Roll-ups fold the ledger: what is in no chain is in no figure.
        let keys = &self.ctx.core().keys;
        let event = ledger::Event::of(keys, EventKind::Created, &row, &days, None, None);
        self.ctx
            .transaction(async |tx| {
                let mut chain = ledger::lock(tx, work.organization).await?;
                ledger::append(tx, &mut chain, self.now(), &[event]).await
            })
            .await
            .unwrap();
        id
    }

    pub async fn declares_zero(&self, organization: OrganizationId, month: &str) {
        let row = reporting_period::Model {
            id: PeriodId(self.ctx.new_id()),
            organization_id: organization,
            month: day(month),
            status: PeriodStatus::Closed,
            declared_zero: true,
            submitted_by: None,
            submitted_at: Some(self.now()),
            closed_at: None,
            closed_by: None,
            certified_at: None,
            certified_by: None,
            version: 1,
            created_at: self.now(),
            updated_at: self.now(),
        };
        self.insert(row.into_active_model()).await;
    }

    /// The context of somebody with a scope.
    pub fn somebody(&self, scope: Scope) -> Ctx {
        let actor = Actor::User {
            id: UserId(self.ctx.new_id()),
            session: SessionId(self.ctx.new_id()),
        };
        Ctx::new(
            std::sync::Arc::clone(self.ctx.core()),
            actor,
            scope,
            Locale::En,
            "test",
        )
    }
}
