//! The demonstration data keeps the rules that its rows never passed through.
//!
//! Statements are tried on SQLite here; both databases are tried from outside.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::Datelike;
use chrono::NaiveDate;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::EntryId;
use entity::ids::ProjectId;
use entity::ledger_event;
use entity::notification;
use entity::organization;
use entity::project;
use entity::reporting_period;
use entity::shift;
use entity::tag_set;
use entity::tag_share;
use entity::types::EntryKind;
use entity::types::EntryStatus;
use entity::types::PlanStatus;
use entity::volunteer;
use sea_orm::EntityTrait;
use sea_orm::QueryOrder;

use super::DemoError;
use super::Outcome;
use super::Sizes;
use super::fill;
use crate::config::Config;
use crate::hours::ledger;
use crate::hours::ledger::Verdict;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::identity::account;
use crate::identity::account::NewAccount;
use crate::impact;
use crate::platform::clock::Clock;
use crate::platform::crypto::Keys;
use crate::platform::crypto::MayCreate;
use crate::platform::db::Db;
use crate::platform::i18n::Locale;
use crate::platform::random::Random;
use crate::territories;
use crate::valuation;
use crate::vocabularies;

const SIZES: Sizes = Sizes {
    organizations: 12,
    volunteers: 700,
    entries: 5_000,
    seed: 7,
};

struct Fresh {
    ctx: Ctx,
    _folder: tempfile::TempDir,
}

async fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("t.sqlite").display());
    let db = Db::connect(&url, 4).await.unwrap();
    db.migrate().await.unwrap();
    let keys = Keys::load(
        &folder.path().join("keys"),
        MayCreate::Yes,
        &Random::seeded(1),
    )
    .unwrap();
    let clock = Clock::fixed("2026-11-23T10:00:00Z".parse().unwrap());
    let ctx = Ctx::operator(
        Core::new(db, clock, Random::seeded(2), keys, Config::default()),
        Locale::En,
    );
    territories::import::load(&ctx).await.unwrap();
    vocabularies::import::load(&ctx).await.unwrap();
    impact::catalogue::load(&ctx).await.unwrap();
    valuation::catalogue::load(&ctx).await.unwrap();
    Fresh {
        ctx,
        _folder: folder,
    }
}

async fn entries(ctx: &Ctx) -> Vec<hour_entry::Model> {
    hour_entry::Entity::find()
        .order_by_asc(hour_entry::Column::Id)
        .all(ctx.read())
        .await
        .unwrap()
}

#[tokio::test]
async fn the_rows_keep_every_rule() {
    let fresh = fresh().await;
    let ctx = &fresh.ctx;
    let mut told = Vec::new();

    let outcome = fill(ctx, SIZES, |it| told.push(it)).await.unwrap();

    assert_eq!(outcome, Outcome::Filled);
    assert_eq!(told.last(), Some(&SIZES.entries));
    let entries = entries(ctx).await;
    assert_eq!(u64::try_from(entries.len()).unwrap(), SIZES.entries);
    let people = volunteer::Entity::find().all(ctx.read()).await.unwrap();
    assert_eq!(people.len(), SIZES.volunteers);
    let distinct: HashSet<_> = people.iter().map(|it| it.person_id).collect();
    assert!(
        distinct.len() < people.len(),
        "somebody helps two organizations"
    );

    let projects: HashMap<ProjectId, project::Model> = project::Entity::find()
        .all(ctx.read())
        .await
        .unwrap()
        .into_iter()
        .map(|it| (it.id, it))
        .collect();
    for entry in &entries {
        let project = &projects[&entry.project_id];
        assert!(project.starts_on <= entry.worked_on);
        assert!(project.ends_on.is_none_or(|last| entry.ended_on <= last));
        assert_eq!(project.organization_id, entry.organization_id);
        assert!(entry.updated_at <= ctx.now() && entry.created_at <= ctx.now());
        assert!(entry.ended_at.is_none_or(|end| end <= entry.created_at));
        assert_eq!(
            entry.submitted_at.is_none(),
            entry.status == EntryStatus::Draft
        );
        assert!(entry.decided_by.is_none() || entry.decided_by != entry.created_by);
        assert!(entry.decided_at >= entry.submitted_at || entry.decided_at.is_none());
    }
    let statuses: HashSet<_> = entries.iter().map(|it| it.status).collect();
    assert_eq!(statuses.len(), 6, "{statuses:?}");
    let kinds: HashSet<_> = entries.iter().map(|it| it.kind).collect();
    assert_eq!(kinds.len(), 3);
    assert!(entries.iter().any(|it| it.worked_on != it.ended_on));
    assert!(
        entries
            .iter()
            .any(|it| it.worked_on == ctx.now().date_naive())
    );
}

#[tokio::test]
async fn days_sum_to_their_entry_and_no_day_is_too_full() {
    let fresh = fresh().await;
    let ctx = &fresh.ctx;
    fill(ctx, SIZES, |_| ()).await.unwrap();
    let days = hour_entry_day::Entity::find()
        .all(ctx.read())
        .await
        .unwrap();

    let mut by_entry: HashMap<EntryId, i32> = HashMap::new();
    let mut by_person: HashMap<_, i32> = HashMap::new();
    for day in &days {
        *by_entry.entry(day.entry_id).or_default() += day.minutes.0;
        if let Some(person) = day.person_id {
            *by_person.entry((person, day.day)).or_default() += day.minutes.0;
        }
    }

    for entry in entries(ctx).await {
        assert_eq!(by_entry[&entry.id], entry.total_minutes.0);
        assert_eq!(entry.kind == EntryKind::Group, entry.person_id.is_none());
    }
    assert!(by_person.values().all(|it| *it <= 12 * 60));
}

#[tokio::test]
async fn attested_months_are_decided_and_zero_months_are_empty() {
    let fresh = fresh().await;
    let ctx = &fresh.ctx;
    fill(ctx, SIZES, |_| ()).await.unwrap();
    let months = reporting_period::Entity::find()
        .all(ctx.read())
        .await
        .unwrap();
    let attested: HashMap<_, bool> = months
        .iter()
        .map(|it| ((it.organization_id, it.month), it.declared_zero))
        .collect();
    let first = |day: NaiveDate| day.with_day(1).unwrap();

    assert!(months.iter().any(|it| it.declared_zero));
    assert!(months.iter().all(|it| it.submitted_at <= Some(ctx.now())));
    let mut waiting = HashMap::new();
    for entry in entries(ctx).await {
        let key = (entry.organization_id, first(entry.worked_on));
        match attested.get(&key) {
            Some(declared_zero) => {
                assert!(!declared_zero);
                assert!(matches!(
                    entry.status,
                    EntryStatus::Approved | EntryStatus::Rejected | EntryStatus::Voided
                ));
            }
            None if entry.status == EntryStatus::Submitted => {
                *waiting.entry(entry.organization_id).or_insert(0) += 1;
            }
            None => {}
        }
    }
    let amal = organization::Entity::find().all(ctx.read()).await.unwrap();
    let amal = amal.iter().find(|it| it.slug == "al-amal").unwrap();
    assert!(waiting[&amal.id] > 5, "{waiting:?}");
}

#[tokio::test]
async fn shares_are_whole() {
    let fresh = fresh().await;
    let ctx = &fresh.ctx;
    fill(ctx, SIZES, |_| ()).await.unwrap();
    let mut sums = HashMap::new();
    for share in tag_share::Entity::find().all(ctx.read()).await.unwrap() {
        *sums.entry(share.tag_set_id).or_insert(0) += share.share_ppm;
    }

    for set in tag_set::Entity::find().all(ctx.read()).await.unwrap() {
        assert_eq!(sums[&set.id], 1_000_000);
    }
}

#[tokio::test]
async fn the_same_seed_makes_the_same_rows() {
    let sizes = Sizes {
        volunteers: 40,
        entries: 400,
        ..SIZES
    };
    let (one, other, third) = (fresh().await, fresh().await, fresh().await);
    fill(&one.ctx, sizes, |_| ()).await.unwrap();
    fill(&other.ctx, sizes, |_| ()).await.unwrap();
    fill(&third.ctx, Sizes { seed: 8, ..sizes }, |_| ())
        .await
        .unwrap();

    let shape = async |ctx: &Ctx| -> Vec<_> {
        let plain = |it: hour_entry::Model| (it.id, it.status, it.volunteer_id, it.started_at);
        entries(ctx).await.into_iter().map(plain).collect()
    };
    assert_eq!(shape(&one.ctx).await, shape(&other.ctx).await);
    assert_ne!(shape(&one.ctx).await, shape(&third.ctx).await);
}

#[tokio::test]
async fn it_is_written_once_and_only_into_an_empty_database() {
    let sizes = Sizes {
        volunteers: 12,
        entries: 50,
        ..SIZES
    };
    let fresh = fresh().await;

    assert_eq!(
        fill(&fresh.ctx, sizes, |_| ()).await.unwrap(),
        Outcome::Filled
    );
    assert_eq!(
        fill(&fresh.ctx, sizes, |_| ()).await.unwrap(),
        Outcome::Held
    );
}

#[tokio::test]
async fn a_database_in_use_is_left_alone() {
    let fresh = fresh().await;
    let ctx = &fresh.ctx;
    ctx.transaction(async |tx| {
        let new = NewAccount {
            email: "someone@example.org".to_owned(),
            display_name: "Someone".to_owned(),
            password_hash: "$argon2id$".to_owned(),
            locale: Locale::Fr,
        };
        account::create(ctx, tx, new).await
    })
    .await
    .unwrap();

    let refused = fill(ctx, SIZES, |_| ()).await;

    assert!(matches!(refused, Err(DemoError::NotEmpty)));
    assert!(entries(ctx).await.is_empty());
}

#[tokio::test]
async fn every_chain_is_whole_and_tells_the_entries() {
    let fresh = fresh().await;
    let ctx = &fresh.ctx;
    fill(ctx, SIZES, |_| ()).await.unwrap();
    let events = ledger_event::Entity::find()
        .order_by_asc(ledger_event::Column::OrganizationId)
        .order_by_asc(ledger_event::Column::Sequence)
        .all(ctx.read())
        .await
        .unwrap();

    for house in organization::Entity::find().all(ctx.read()).await.unwrap() {
        let verdict = ledger::verify(ctx, house.id).await.unwrap();
        assert!(matches!(verdict, Verdict::Whole { sequence, .. } if sequence > 0));
    }
    let mut last: HashMap<EntryId, &ledger_event::Model> = HashMap::new();
    for event in &events {
        last.insert(event.entry_id.unwrap(), event);
    }
    for pair in events.windows(2) {
        if pair[0].organization_id == pair[1].organization_id {
            assert!(pair[0].recorded_at <= pair[1].recorded_at);
        }
    }
    for entry in entries(ctx).await {
        let told: serde_json::Value = serde_json::from_str(&last[&entry.id].payload).unwrap();
        assert_eq!(told["version"], entry.version);
        assert_eq!(told["status"], serde_json::to_value(entry.status).unwrap());
        assert_eq!(told["totalMinutes"], entry.total_minutes.0);
    }
}

#[test]
fn sizes_are_shared_out_whole() {
    for sizes in [
        SIZES,
        Sizes {
            organizations: 1,
            volunteers: 1,
            entries: 600,
            seed: 0,
        },
        Sizes {
            organizations: 100,
            volunteers: 100,
            entries: 999,
            seed: 0,
        },
        Sizes {
            organizations: 1_000,
            volunteers: 100_000,
            entries: 2_000_000,
            seed: 0,
        },
    ] {
        let (mut volunteers, mut entries) = (0, 0);
        for index in 0..sizes.organizations {
            let here = sizes.volunteers_of(index);
            assert!(here > 0);
            entries += sizes.entries_of(volunteers, here);
            volunteers += here;
        }
        assert_eq!((volunteers, entries), (sizes.volunteers, sizes.entries));
    }
    let refused = Sizes {
        volunteers: 1,
        ..SIZES
    }
    .check();
    assert!(matches!(refused, Err(DemoError::Sizes(_))));
}

/// What is to come: places within capacity, nobody in two places, nothing that has begun.
#[tokio::test]
async fn the_agenda_is_ahead_and_within_its_places() {
    let fresh = fresh().await;
    fill(&fresh.ctx, SIZES, |_| ()).await.unwrap();

    let shifts = shift::Entity::find().all(fresh.ctx.read()).await.unwrap();
    assert_eq!(shifts.len(), 8);
    assert!(shifts.iter().all(|it| it.starts_at > fresh.ctx.now()));
    let full = shifts
        .iter()
        .filter(|it| it.capacity == Some(it.confirmed_count));
    assert_eq!(full.count(), 2);
    assert!(shifts.iter().any(|it| it.waitlisted_count == 2));
    let off = shifts
        .iter()
        .filter(|it| it.status == PlanStatus::Cancelled)
        .collect::<Vec<_>>();
    assert_eq!(off.len(), 1);
    assert_eq!(off[0].confirmed_count, 0);
    let told = notification::Entity::find().all(fresh.ctx.read()).await;
    assert_eq!(told.unwrap().len(), 1);
}
