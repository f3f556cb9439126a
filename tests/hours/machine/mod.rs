//! Entries under everything that can be done to them, in any order, beside a model that says what
//! must come of it.
//!
//! `SEED` plays other people, `STEPS` more of them. What single rules mean is tried in `rules`,
//! what many do at once in `crowd`.

mod calendar;
mod deal;
mod model;
mod world;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::io::Write;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::hour_entry_day;
use entity::ids::EntryId;
use entity::types::AmendmentStatus;
use entity::types::EntryStatus;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use serde_json::json;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Verdict;
use tiwizi::reports::Question;
use tiwizi::reports::ReportName;
use tiwizi::reports::answer_indh;
use tiwizi::reports::quality;
use tiwizi::reports::volunteer_work;
use tiwizi::rollups;

use crate::hours::machine::calendar::month;
use crate::hours::machine::deal::Deal;
use crate::hours::machine::world::Played;
use crate::support::app::App;
use crate::support::databases::Engine;

/// Steps on each database.
const STEPS: usize = 100_000;
/// Looks at everything that is stored, on the way.
const LOOKS: usize = 4;

async fn play(app: App, steps: usize, seed: u64) {
    let mut played = Played::on(&app).await;
    let mut rng = StdRng::seed_from_u64(seed);
    let steps = number("STEPS").map_or(steps, |it| usize::try_from(it).unwrap());
    // Shown where it fails.
    eprintln!("SEED={seed} STEPS={steps}");
    let (mut done, mut looked) = (0, 0);
    let mut told = Vec::new();
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    while done < steps {
        let deal = Deal::draw(&mut rng, &played.model);
        for answer in played.does(deal).await {
            *tally.entry(answer).or_default() += 1;
            done += 1;
        }
        if done >= (looked + 1) * steps / LOOKS {
            looked += 1;
            compare(&played).await;
            told.extend(figures(&played, None).await);
        }
        app.advance(chrono::TimeDelta::minutes(1));
        played.model.now = app.parts.core.clock.now();
    }
    compare(&played).await;
    reports(&played).await;
    for (at, answer) in told {
        assert_eq!(figures(&played, Some(at)).await, [(at, answer)]);
    }
    for organization in played.organizations {
        let verdict = ledger::verify(&played.operator, organization)
            .await
            .unwrap();
        assert!(matches!(verdict, Verdict::Whole { .. }), "{verdict:?}");
    }
    eprintln!("{tally:#?}");
    // Not `eprintln`: the runner would hide it behind a passing test.
    let backend = app.parts.core.db.backend();
    let _ = writeln!(
        std::io::stderr(),
        "SEED={seed} on {backend:?}: {done} steps"
    );
}

/// What is stored is what the model holds: each entry with its days and its correction.
async fn compare(played: &Played) {
    let read = played.operator.read();
    let rows = hour_entry::Entity::find().all(read).await.unwrap();
    let mut days: HashMap<EntryId, BTreeMap<NaiveDate, i64>> = HashMap::new();
    for it in hour_entry_day::Entity::find().all(read).await.unwrap() {
        let days = days.entry(it.entry_id).or_default();
        days.insert(it.day, i64::from(it.minutes.0));
    }
    let corrections: HashMap<EntryId, i64> = hour_entry_amendment::Entity::find()
        .filter(hour_entry_amendment::Column::Status.eq(AmendmentStatus::Pending))
        .all(read)
        .await
        .unwrap()
        .into_iter()
        .map(|it| (it.entry_id, i64::from(it.total_minutes.0)))
        .collect();
    let stored: HashMap<EntryId, hour_entry::Model> =
        rows.into_iter().map(|it| (it.id, it)).collect();
    let expected: Vec<_> = played.model.entries.iter().filter(|it| !it.gone).collect();
    assert_eq!(stored.len(), expected.len());
    for it in expected {
        let row = &stored[&it.id];
        assert_eq!(world::seen(row), it.seen(), "{it:?}");
        assert_eq!(days[&it.id], it.content.by_day(), "{it:?}");
        let correction = it.correction.map(|it| it.total());
        assert_eq!(corrections.get(&it.id).copied(), correction, "{it:?}");
    }
}

/// Reports tell the minutes of approved entries, those of each month on its days.
async fn reports(played: &Played) {
    let query = "query($input: IndhReportInput!) { indhReport(input: $input) { totals { minutes }
        byMonth { month minutes } } }";
    for (organization, (id, owner)) in played.owners.iter().enumerate() {
        let mut expected: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        for it in &played.model.entries {
            if it.organization == organization && !it.gone && it.status == EntryStatus::Approved {
                for (day, minutes) in it.content.by_day() {
                    *expected.entry(month(day)).or_default() += minutes;
                }
            }
        }
        let input = json!({ "territoryCode": "MA", "from": "2025-01-01", "to": "2026-12-31",
            "organizationId": id });
        let owner = owner.renewed().await;
        let mut data = owner.asks(query, json!({ "input": input })).await;
        let report = data["indhReport"].take();
        let by_month: BTreeMap<NaiveDate, i64> = report["byMonth"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                let month = it["month"].as_str().unwrap().get(..7).unwrap();
                let first = format!("{month}-01").parse().unwrap();
                (first, it["minutes"].as_i64().unwrap())
            })
            .filter(|(_, minutes)| *minutes > 0)
            .collect();
        assert_eq!(by_month, expected);
        assert_eq!(report["totals"]["minutes"], expected.values().sum::<i64>());
    }
}

/// The national report of an interval that begins and ends within months, as of now or an instant: what
/// roll-ups say, after they were held against the entries.
async fn figures(played: &Played, as_of: Option<DateTime<Utc>>) -> Vec<(DateTime<Utc>, String)> {
    let db = &played.operator.core().db;
    let verified = rollups::verify(db).await.unwrap();
    assert_eq!(verified.different, 0, "{verified:?}");
    let mut told = Vec::new();
    for (from, to) in [("2025-01-01", "2026-12-31"), ("2025-09-10", "2026-08-09")] {
        let question = Question {
            name: ReportName::Indh,
            territory_code: "MA".to_owned(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            organization: None,
            status_basis: vec![EntryStatus::Approved, EntryStatus::Submitted],
            as_of,
            valued: tiwizi::reports::Valued::Yes,
        };
        let answer = answer_indh(&played.operator, &question).await.unwrap();
        let by_entries = by_entries(played, &question).await;
        told.push((answer.head.as_of, format!("{answer:#?}\n{by_entries}")));
    }
    let at = told.iter().map(|(at, _)| *at).max().unwrap();
    let both = told.into_iter().map(|(_, answer)| answer);
    vec![(at, both.collect())]
}

/// The reports of the same question that read entries and not roll-ups.
async fn by_entries(played: &Played, question: &Question) -> String {
    let work = volunteer_work::Asked {
        territory_code: question.territory_code.clone(),
        from: question.from,
        to: question.to,
        organization: None,
        status_basis: question.status_basis.clone(),
        as_of: question.as_of,
    };
    let work = volunteer_work::answer(&played.operator, work).await;
    let quality = quality::Asked {
        territory_code: Some(question.territory_code.clone()),
        organization: None,
        from: question.from,
        to: question.to,
        as_of: question.as_of,
    };
    let quality = quality::answer(&played.operator, quality).await;
    format!("{:#?}\n{:#?}", work.unwrap(), quality.unwrap())
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// No order of acts ends where the model does not: a model-checked state machine has no dead ends,
/// and no path leads around the gate.
mod any_order_of_acts_ends_as_the_model_says {
    use super::App;
    use super::Engine;
    use super::STEPS;
    use super::number;
    use super::play;

    async fn on(engine: Engine, steps: usize, seed: u64) {
        let seed = number("SEED").unwrap_or(seed);
        App::run_on(engine, async |app| play(app, steps, seed).await).await;
    }

    #[tokio::test]
    async fn sqlite() {
        on(Engine::Sqlite, STEPS, 20_261_102).await;
    }

    #[tokio::test]
    async fn postgres() {
        on(Engine::Postgres, STEPS, 20_261_103).await;
    }
}
