//! When editions are made, and of what: by the server on their day, or because somebody asks.
//!
//! What is suppressed of them is tested in `small`.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::MergeId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::statistics_contribution;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::volunteer_merge;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use tiwizi::app::App;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::EventKind;
use tiwizi::platform::clock::Clock;
use tiwizi::platform::i18n::Locale;
use tiwizi::statistics::PublishError;
use tiwizi::statistics::period::Period;
use tiwizi::statistics::publish_due;
use tiwizi::statistics::publish_from;
use tiwizi::statistics::read;
use tiwizi::vocabularies::VocabularyError;
use tiwizi::vocabularies::import::Lists;
use tiwizi::vocabularies::import::load_lists;
use tokio_util::sync::CancellationToken;

use crate::support::app::opening;
use crate::support::app::settings;
use crate::support::databases::Database;
use crate::support::databases::Engine;
use crate::support::records::Records;
use crate::support::records::Work;
use crate::support::records::on_both;

/// A commune of the province 07.041.
const COMMUNE: &str = "07.041.01.01";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// Sets the clock.
fn now_is(records: &Records, text: &str) {
    records.ctx.core().clock.advance(at(text) - records.now());
}

fn named(name: &str) -> Period {
    Period::parse(name).expect("a period")
}

async fn from(records: &Records, name: &str) -> Vec<String> {
    let closing = CancellationToken::new();
    let made = publish_from(&records.ctx, named(name), &closing).await;
    made.expect("published")
        .iter()
        .map(Period::to_string)
        .collect()
}

async fn due(records: &Records) -> Option<String> {
    let made = publish_due(&records.ctx).await.expect("published");
    made.map(|it| it.to_string())
}

/// Minutes and volunteers of the country; `None` where they are suppressed.
async fn country(records: &Records, name: &str) -> Option<(i64, i64)> {
    let db = records.ctx.read();
    let editions = read::editions(db).await.expect("editions");
    let edition = editions
        .iter()
        .find(|it| it.period == named(name))
        .expect("the edition");
    let rows = read::rows(db, edition, None).await.expect("rows");
    let row = rows
        .iter()
        .find(|it| it.cell.above_code.is_empty() && it.is_total())
        .expect("a row");
    row.cell
        .minutes
        .map(|it| (it, row.cell.volunteers.expect("a count")))
}

struct Place {
    organization: OrganizationId,
    project: ProjectId,
}

async fn place(records: &Records) -> Place {
    let organization = records.organization("hope", COMMUNE, "2025-01-01").await;
    let project = records.project(organization, COMMUNE).await;
    Place {
        organization,
        project,
    }
}

async fn people(records: &Records, place: &Place, count: usize) -> Vec<(VolunteerId, PersonId)> {
    let mut people = Vec::new();
    for _ in 0..count {
        let person = records.person().await;
        people.push(records.volunteer(place.organization, person).await);
    }
    people
}

/// An hour of each, approved.
async fn work(records: &Records, place: &Place, people: &[(VolunteerId, PersonId)], day: &str) {
    for who in people {
        records
            .work(Work {
                organization: place.organization,
                project: place.project,
                who: Some(*who),
                commune: COMMUNE,
                status: EntryStatus::Approved,
                days: &[(day, 60)],
                headcount: 1,
                evidence: EvidenceLevel::SelfDeclared,
            })
            .await;
    }
}

async fn merged(records: &Records, place: &Place, kept: VolunteerId, merged: VolunteerId) {
    let row = volunteer_merge::Model {
        id: MergeId(records.ctx.new_id()),
        organization_id: place.organization,
        kept_id: kept,
        merged_id: merged,
        taken: "{}".to_owned(),
        reason: None,
        was_archived: false,
        moved_entries: 0,
        stayed_entries: 1,
        merged_by: None,
        merged_at: records.now(),
        undone_by: None,
        undone_at: None,
        undo_reason: None,
        version: 1,
        created_at: records.now(),
        updated_at: records.now(),
    };
    records.insert(row.into_active_model()).await;
}

/// Voids what a person did, as the service does: the row, and an event.
async fn voided(records: &Records, place: &Place, who: VolunteerId) {
    let ctx = &records.ctx;
    let found = hour_entry::Entity::find().filter(hour_entry::Column::VolunteerId.eq(who));
    let entry = found.one(ctx.read()).await.unwrap().unwrap();
    let entry = hour_entry::Model {
        status: EntryStatus::Voided,
        ..entry
    };
    ctx.transaction(async |tx| {
        let row = entry.clone().into_active_model().reset_all();
        hour_entry::Entity::update(row).exec(&**tx).await?;
        let mut chain = ledger::lock(tx, place.organization).await?;
        let event = ledger::Event::of(&ctx.core().keys, EventKind::Voided, &entry, &[], None, None);
        ledger::append(tx, &mut chain, ctx.now(), &[event]).await
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn an_edition_counts_what_was_recorded_by_its_day_whenever_it_is_made() {
    on_both(async |records| {
        now_is(&records, "2026-05-10T09:00:00Z");
        let place = place(&records).await;
        records
            .tags(place.project, "2026-01-01", None, &[("PH3-P4", 1_000_000)])
            .await;
        let early = people(&records, &place, 7).await;
        work(&records, &place, &early, "2026-05-04").await;
        // The settling of the quarter ends with 14 August in Casablanca.
        now_is(&records, "2026-08-15T09:00:00Z");
        let late = people(&records, &place, 9).await;
        work(&records, &place, &late, "2026-05-05").await;
        voided(&records, &place, early[0].0).await;
        records
            .tags(place.project, "2026-02-01", None, &[("PH3-P1", 1_000_000)])
            .await;
        now_is(&records, "2026-11-02T09:00:00Z");

        assert_eq!(due(&records).await.as_deref(), Some("2026-Q2"));

        assert_eq!(country(&records, "2026-Q2").await, Some((420, 7)));
        let edition = read::editions(records.ctx.read()).await.unwrap().remove(0);
        assert_eq!(edition.row.as_of, at("2026-08-14T22:59:59.999999Z"));
        let kept = statistics_contribution::Entity::find()
            .all(records.ctx.read())
            .await
            .unwrap();
        assert!(kept.iter().all(|it| it.programme == "PH3-P4"), "{kept:?}");
        // The third quarter has not settled.
        assert_eq!(due(&records).await, None);
        now_is(&records, "2026-11-15T09:00:00Z");
        assert_eq!(due(&records).await.as_deref(), Some("2026-Q3"));
    })
    .await;
}

#[tokio::test]
async fn a_backlog_is_published_only_when_somebody_asks() {
    on_both(async |records| {
        let place = place(&records).await;
        let people = people(&records, &place, 6).await;
        work(&records, &place, &people, "2025-02-04").await;

        assert_eq!(due(&records).await, None);
        let made = from(&records, "2024-Q1").await;

        assert_eq!(
            made,
            [
                "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025", "2026-Q1", "2026-Q2"
            ]
        );
        assert_eq!(country(&records, "2025").await, Some((360, 6)));
        assert!(from(&records, "2025").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_server_that_stood_still_publishes_nothing_old_by_itself() {
    on_both(async |records| {
        now_is(&records, "2025-02-10T09:00:00Z");
        let place = place(&records).await;
        let people = people(&records, &place, 6).await;
        work(&records, &place, &people, "2025-02-04").await;
        now_is(&records, "2025-05-16T09:00:00Z");
        assert!(matches!(
            publish_due(&records.ctx).await,
            Err(PublishError::Clock { .. })
        ));
        work(&records, &place, &people, "2025-05-15").await;
        assert_eq!(due(&records).await.as_deref(), Some("2025-Q1"));

        now_is(&records, "2026-11-02T09:00:00Z");
        work(&records, &place, &people, "2026-11-01").await;

        assert_eq!(due(&records).await, None);
        assert_eq!(from(&records, "2025-Q2").await.len(), 6);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_published_by_a_clock_that_cannot_be_right() {
    on_both(async |records| {
        now_is(&records, "2026-05-10T09:00:00Z");
        let place = place(&records).await;
        let people = people(&records, &place, 6).await;
        work(&records, &place, &people, "2026-05-04").await;
        now_is(&records, "2026-08-20T09:00:00Z");
        work(&records, &place, &people, "2026-08-19").await;

        for wrong in ["2026-08-18T09:00:00Z", "2031-01-01T09:00:00Z"] {
            now_is(&records, wrong);
            let closing = CancellationToken::new();
            let asked = publish_from(&records.ctx, named("2026-Q1"), &closing).await;
            assert!(matches!(asked, Err(PublishError::Clock { .. })), "{wrong}");
        }
        now_is(&records, "2026-08-18T09:00:00Z");
        assert!(matches!(
            publish_due(&records.ctx).await,
            Err(PublishError::Clock { .. })
        ));
        assert!(read::editions(records.ctx.read()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn two_records_of_one_person_are_one_person() {
    on_both(async |records| {
        now_is(&records, "2025-02-10T09:00:00Z");
        let place = place(&records).await;
        let team = people(&records, &place, 6).await;
        work(&records, &place, &team, "2025-02-04").await;
        now_is(&records, "2025-05-16T09:00:00Z");
        work(&records, &place, &team, "2025-05-15").await;
        assert_eq!(due(&records).await.as_deref(), Some("2025-Q1"));
        assert_eq!(country(&records, "2025-Q1").await, Some((360, 6)));

        // Four are left of six; entries of closed months keep the old ids.
        merged(&records, &place, team[0].0, team[1].0).await;
        merged(&records, &place, team[1].0, team[2].0).await;
        now_is(&records, "2025-08-16T09:00:00Z");
        work(&records, &place, &team, "2025-08-15").await;
        assert_eq!(due(&records).await.as_deref(), Some("2025-Q2"));
        assert_eq!(country(&records, "2025-Q2").await, None);
        let more = people(&records, &place, 9).await;
        work(&records, &place, &more, "2025-11-14").await;
        now_is(&records, "2026-02-20T09:00:00Z");
        work(&records, &place, &more, "2026-02-19").await;

        assert_eq!(
            from(&records, "2025-Q3").await,
            ["2025-Q3", "2025-Q4", "2025"]
        );

        let year = country(&records, "2025").await;
        assert!(
            year.is_none_or(|(_, volunteers)| volunteers == 13),
            "{year:?}"
        );
    })
    .await;
}

async fn kept(records: &Records) -> u64 {
    statistics_contribution::Entity::find()
        .count(records.ctx.read())
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_kept_for_a_year_goes_when_the_year_will_not_come() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = Database::migrated(engine).await else {
            continue;
        };
        let app = App::start(settings(&database), Clock::fixed(opening()))
            .await
            .unwrap();
        let records = Records {
            ctx: app.operator(Locale::En),
        };
        let place = place(&records).await;
        let team = people(&records, &place, 6).await;
        work(&records, &place, &team, "2026-02-04").await;
        assert_eq!(from(&records, "2026-Q1").await.len(), 2);
        assert_eq!(kept(&records).await, 6);

        // The year was due on 14 February 2027.
        records.ctx.core().clock.advance(TimeDelta::days(460));
        work(&records, &place, &team, "2028-02-04").await;
        assert_eq!((due(&records).await, kept(&records).await), (None, 6));
        records.ctx.core().clock.advance(TimeDelta::days(12));
        assert_eq!((due(&records).await, kept(&records).await), (None, 0));
        // The quarters that are left can be published, their year cannot.
        let made = from(&records, "2026-Q3").await;
        assert!(made.contains(&"2026-Q4".to_owned()) && !made.contains(&"2026".to_owned()));
        records.ctx.core().clock.advance(TimeDelta::days(92));
        assert_eq!(due(&records).await.as_deref(), Some("2028-Q1"));
        assert_eq!(kept(&records).await, 6);

        let mut off = settings(&database);
        off.statistics.publish = false;
        let off = App::start(off, Clock::fixed(records.now())).await.unwrap();
        let without = Records {
            ctx: off.operator(Locale::En),
        };
        assert_eq!((due(&without).await, kept(&without).await), (None, 0));
        assert!(from(&without, "2028-Q1").await.is_empty());

        off.core.db.clone().close().await.unwrap();
        app.core.db.clone().close().await.unwrap();
        database.drop_now().await;
    }
}

#[tokio::test]
async fn no_programme_can_have_the_code_of_all_or_of_none() {
    on_both(async |records| {
        let list = |name: &str| std::fs::read_to_string(format!("data/{name}.csv")).unwrap();
        let programmes = list("indh_programmes");
        for code in ["TOTAL", "NONE"] {
            let line = programmes.lines().find(|it| it.starts_with("PH3-P4,"));
            let line = line.unwrap().replacen("PH3-P4,", &format!("{code},"), 1);
            let changed = format!("{}\n{line}\n", programmes.trim_end());

            let lists = Lists {
                programmes: &changed,
                ..Lists::carried()
            };
            let loaded = load_lists(&records.ctx, &lists).await;

            let refused = loaded.unwrap_err();
            assert!(
                matches!(&refused, VocabularyError::Reserved { .. }),
                "{refused}"
            );
        }
    })
    .await;
}
