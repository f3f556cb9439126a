//! The statement of a volunteer: whose hours stand in it for whom, and rows that add up.
//!
//! How rows are put together is tested beside the code.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::Datelike;
use chrono::Days;
use chrono::NaiveDate;
use chrono::TimeDelta;
use entity::ids::ProjectId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::Role;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::Iterable;
use serde_json::Value;
use serde_json::json;
use tiwizi::identity::Scope;
use tiwizi::reports::ReportError;
use tiwizi::reports::Valued;
use tiwizi::reports::statement;
use tiwizi::reports::statement::Asked;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::records::Work;
use crate::support::records::day;
use crate::support::records::on_both;
use crate::support::statements::counted;

const STATEMENT: &str = "query($input: VolunteerStatementInput!) { volunteerStatement(input: $input) {
    volunteer { id } from to timeBasis { zone weekStart dayRule } statusBasis pendingBasis asOf firstDay lastDay
    totals { minutes pendingMinutes entries pendingEntries }
    rows { organization { slug } project { title } occupation { code } month
        amounts { minutes pendingMinutes entries pendingEntries } byEvidence { evidenceLevel minutes } }
    byMonth { month amounts { minutes pendingMinutes } }
    byOrganization { organization { slug } amounts { minutes } }
    byEvidence { evidenceLevel amounts { minutes entries } }
    additivity { dimension measure additivity } } }";

fn input(record: &str, (from, to): (&str, &str), as_of: Option<&Value>) -> Value {
    json!({ "input": { "volunteerId": record, "from": from, "to": to, "asOf": as_of } })
}

async fn stated(who: &Person, record: &str, as_of: Option<&Value>) -> Value {
    let asked = input(record, ("2026-09-01", "2026-11-30"), as_of);
    who.asks(STATEMENT, asked).await["volunteerStatement"].take()
}

/// The code of what a statement is refused with.
async fn refused(who: &Person, record: &str) -> String {
    let asked = input(record, ("2026-09-01", "2026-11-30"), None);
    let answer = who.tries(STATEMENT, asked).await;
    let extensions = &answer.body["errors"][0]["extensions"];
    assert!(answer.body["data"]["volunteerStatement"].is_null());
    format!(
        "{} {}",
        answer.error_code(),
        extensions["rule"].as_str().unwrap_or_default()
    )
}

fn figures(statement: &Value) -> (i64, i64, i64) {
    let of = |name: &str| statement["totals"][name].as_i64().unwrap();
    (of("minutes"), of("entries"), of("pendingMinutes"))
}

on_both_databases! {
    async fn the_person_and_the_organization_see_what_was_given(app: App) {
        let cast = Cast::on(&app).await;
        let one = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        cast.coordinator.approves(&[&one]).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-15", 45).await;
        cast.volunteer.drafts(&cast.record, &cast.project, "2026-10-16", 30).await;

        let own = stated(&cast.volunteer, &cast.record, None).await;

        assert_eq!(figures(&own), (90, 1, 45));
        assert_eq!(own["totals"]["pendingEntries"], 1);
        assert_eq!((&own["firstDay"], &own["lastDay"]), (&json!("2026-10-14"), &json!("2026-10-14")));
        assert_eq!(own["statusBasis"], json!(["APPROVED"]));
        assert_eq!(own["pendingBasis"], json!(["SUBMITTED"]));
        assert_eq!(own["timeBasis"], json!({ "zone": "Africa/Casablanca", "weekStart": "MONDAY",
            "dayRule": "SPLIT_AT_LOCAL_MIDNIGHT" }));
        assert_eq!(own["rows"].as_array().unwrap().len(), 1);
        assert_eq!(own["rows"][0]["month"], "2026-10");
        assert_eq!(own["byMonth"].as_array().unwrap().len(), 3, "months without work stand there too");
        assert_eq!(own["byEvidence"].as_array().unwrap().len(), EvidenceLevel::iter().count());
        for whoever in [&cast.owner, &cast.coordinator, &cast.viewer] {
            assert_eq!(stated(whoever, &cast.record, None).await, own);
        }
        for other in [&cast.outsider, &cast.observer] {
            assert_eq!(refused(other, &cast.record).await, "BAD_USER_INPUT identity.scope");
        }
        assert!(refused(&cast.nobody, &cast.record).await.starts_with("UNAUTHENTICATED"));
        // Somebody else's record is not found by another volunteer.
        let other = cast.owner.enrols(&cast.organization, "Somebody else").await;
        assert_eq!(refused(&cast.volunteer, &other).await, "BAD_USER_INPUT identity.scope");
        assert_eq!(figures(&stated(&cast.owner, &other, None).await), (0, 0, 0));
    }

    async fn two_organizations_of_one_volunteer_see_their_own_part(app: App) {
        let cast = Cast::on(&app).await;
        let query = "query { organization(slug: \"tifawin\") { id territory { code } } }";
        let found = cast.outsider.asks(query, json!({})).await;
        let tifawin = crate::support::cast::Organization {
            id: found["organization"]["id"].as_str().unwrap().to_owned(),
            slug: "tifawin".to_owned(),
            territory: found["organization"]["territory"]["code"].as_str().unwrap().to_owned(),
        };
        let there = cast.outsider.enrols(&tifawin, "Fatima").await;
        cast.outsider.takes_in(&tifawin, &cast.volunteer, "VOLUNTEER", Some(&there)).await;
        let school = cast.outsider.opens_project(&tifawin, "School").await;
        let one = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        cast.coordinator.approves(&[&one]).await;
        let other = cast.volunteer.logs(&there, &school, "2026-10-20", 60).await;
        cast.outsider.approves(&[&other]).await;

        for record in [&cast.record, &there] {
            let own = stated(&cast.volunteer, record, None).await;
            assert_eq!(figures(&own), (150, 2, 0));
            assert_eq!(own["byOrganization"].as_array().unwrap().len(), 2);
        }
        assert_eq!(figures(&stated(&cast.owner, &cast.record, None).await), (90, 1, 0));
        assert_eq!(figures(&stated(&cast.outsider, &there, None).await), (60, 1, 0));
        // Who reads the hours of both is not told that it is one person.
        cast.outsider.takes_in(&tifawin, &cast.coordinator, "COORDINATOR", None).await;
        let both = stated(&cast.coordinator, &cast.record, None).await;
        assert_eq!(figures(&both), (90, 1, 0));
        assert_eq!(both["byOrganization"].as_array().unwrap().len(), 1);
    }

    async fn whoever_was_written_twice_counts_once(app: App) {
        let cast = Cast::on(&app).await;
        let twin = cast.owner.enrols(&cast.organization, "Fatima again").await;
        let entries = [
            cast.coordinator.logs(&cast.record, &cast.project, "2026-10-14", 90).await,
            cast.coordinator.logs(&twin, &cast.project, "2026-10-15", 30).await,
        ];
        cast.owner.approves(&[&entries[0], &entries[1]]).await;
        let before = stated(&cast.owner, &twin, None).await;
        assert_eq!(figures(&before), (30, 1, 0));

        app.advance(TimeDelta::minutes(1));
        let input = json!({ "keepId": cast.record, "mergeId": twin, "reason": "One person" });
        cast.owner.done("mergeVolunteers", input, "merge { movedEntries }").await;

        let merged = stated(&cast.owner, &twin, None).await;
        assert_eq!(merged["volunteer"]["id"], json!(cast.record));
        assert_eq!(figures(&merged), (120, 2, 0));
        assert_eq!(stated(&cast.owner, &cast.record, None).await, merged);
        assert_eq!(stated(&cast.volunteer, &cast.record, None).await["totals"], merged["totals"]);
    }

    async fn what_was_known_at_an_instant_stays(app: App) {
        let cast = Cast::on(&app).await;
        let one = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        let two = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-20", 30).await;
        cast.coordinator.approves(&[&one]).await;
        let before = stated(&cast.volunteer, &cast.record, None).await;
        assert_eq!(figures(&before), (90, 1, 30));

        app.advance(TimeDelta::minutes(1));
        cast.coordinator.approves(&[&two]).await;
        let void = json!({ "id": one, "reason": "Counted twice" });
        cast.coordinator.done("voidHourEntry", void, "hourEntry { status }").await;

        assert_eq!(figures(&stated(&cast.volunteer, &cast.record, None).await), (30, 1, 0));
        let past = stated(&cast.volunteer, &cast.record, Some(&before["asOf"])).await;
        assert_eq!(past, before);
        assert_eq!(stated(&cast.owner, &cast.record, Some(&before["asOf"])).await, before);
        let long_ago = json!("2020-01-01T00:00:00Z");
        assert_eq!(figures(&stated(&cast.owner, &cast.record, Some(&long_ago)).await), (0, 0, 0));
    }

    async fn parameters_that_cannot_be_answered_are_refused(app: App) {
        let cast = Cast::on(&app).await;
        for (span, field) in [(("2026-10-02", "2026-10-01"), "to"), (("1990-01-01", "2026-10-01"), "to")] {
            let answer = cast.volunteer.tries(STATEMENT, input(&cast.record, span, None)).await;
            assert_eq!(answer.error_code(), "BAD_USER_INPUT");
            assert_eq!(answer.body["errors"][0]["extensions"]["path"], json!([field]), "{:#}", answer.body);
        }
    }

    /// A statement costs the same, whatever somebody gave.
    async fn a_statement_costs_few_statements(app: App) {
        let cast = Cast::on(&app).await;
        let mut projects = vec![cast.project.clone()];
        for number in 1..4 {
            projects.push(cast.owner.opens_project(&cast.organization, &format!("P{number}")).await);
        }
        let mut costs = Vec::new();
        for month in [9, 10] {
            for number in 0..20_u32 {
                let at = usize::try_from(number % 4).unwrap();
                let on = format!("2026-{month:02}-{:02}", number + 1);
                cast.volunteer.logs(&cast.record, &projects[at], &on, 60).await;
            }
            let (found, cost) = counted(&app, stated(&cast.volunteer, &cast.record, None)).await;
            assert_eq!(found["totals"]["pendingEntries"], (month - 8) * 20);
            costs.push(cost);
        }
        assert_eq!(costs[0], costs[1], "more rows, more statements");
        assert!(costs[1] <= 14, "{costs:?}");
    }
}

#[tokio::test]
async fn a_night_counts_on_its_days_and_the_interval_cuts_it() {
    on_both(async |records| {
        let amal = records
            .organization("al-amal", "07.041.01.01", "2025-01-10")
            .await;
        let project = records.project(amal, "07.041.01.01").await;
        let who = records.person().await;
        let who = records.volunteer(amal, who).await;
        let night = [("2025-12-31", 90), ("2026-01-01", 50)];
        let work = Work {
            organization: amal,
            project,
            who: Some(who),
            commune: "07.041.01.01",
            status: EntryStatus::Approved,
            days: &night,
            headcount: 1,
            evidence: EvidenceLevel::CheckedInAndOut,
        };
        records.work(work).await;
        let reader = records.somebody(Scope::of(
            vec![(amal, Role::Viewer)],
            Vec::new(),
            Vec::new(),
        ));
        let ask = async |from: &str, to: &str| {
            let asked = Asked {
                volunteer: who.0,
                from: day(from),
                to: day(to),
                as_of: None,
                valued: Valued::Yes,
            };
            statement::answer(&reader, &asked).await.unwrap()
        };

        let whole = ask("2025-12-01", "2026-01-31").await;
        assert_eq!(
            (whole.rows.totals.minutes, whole.rows.totals.entries),
            (140, 1)
        );
        let months: Vec<i64> = whole
            .rows
            .by_month
            .iter()
            .map(|it| it.amounts.minutes)
            .collect();
        assert_eq!(months, [90, 50]);
        // The example of `docs/valuation.md`: each part at the rate of its own day.
        let value = whole.value_of_work.unwrap().valuation.value.unwrap();
        assert_eq!(value.central, 40_58);
        // An interval that begins in the middle of the night's days holds its own part.
        assert_eq!(
            ask("2026-01-01", "2026-01-01").await.rows.totals.minutes,
            50
        );
        assert_eq!(
            ask("2025-12-15", "2025-12-31").await.rows.totals.minutes,
            90
        );

        // A role that reads no hours gets nothing, and learns nothing.
        let member = Scope::of(vec![(amal, Role::Volunteer)], Vec::new(), Vec::new());
        let asked = Asked {
            volunteer: who.0,
            from: day("2025-12-01"),
            to: day("2026-01-31"),
            as_of: None,
            valued: Valued::No,
        };
        let refused = statement::answer(&records.somebody(member), &asked).await;
        assert!(matches!(refused, Err(ReportError::Invalid(_))));
    })
    .await;
}

#[tokio::test]
async fn statements_foot_whatever_was_recorded() {
    on_both(async |records| {
        let mut random = StdRng::seed_from_u64(62);
        let person = records.person().await;
        let levels: Vec<EvidenceLevel> = EvidenceLevel::iter().collect();
        let states: Vec<EntryStatus> = EntryStatus::iter().collect();
        let mut places = Vec::new();
        for number in 0..2 {
            let slug = format!("organization-{number}");
            let organization = records.organization(&slug, "07.041", "2025-01-01").await;
            let who = records.volunteer(organization, person).await;
            for _ in 0..3 {
                places.push((
                    organization,
                    records.project(organization, "07.041").await,
                    who,
                ));
            }
        }
        // By project and month, worked out apart: approved and pending minutes.
        let (from, to) = (day("2026-01-10"), day("2026-03-20"));
        let mut expected: BTreeMap<(ProjectId, u32), [i64; 2]> = BTreeMap::new();
        // A person has one night at a time.
        let mut nights = BTreeSet::new();
        for _ in 0..150 {
            let (organization, project, who) = places[random.random_range(0..places.len())];
            let status = states[random.random_range(0..states.len())];
            let begun = day("2026-01-01") + Days::new(random.random_range(0..89));
            let mut days = vec![(begun.to_string(), random.random_range(1..300))];
            if random.random_bool(0.3) && nights.insert(begun) {
                days.push((
                    (begun + Days::new(1)).to_string(),
                    random.random_range(1..300),
                ));
            }
            let borrowed: Vec<(&str, i32)> =
                days.iter().map(|(on, it)| (on.as_str(), *it)).collect();
            records
                .work(Work {
                    organization,
                    project,
                    who: Some(who),
                    commune: "07.041",
                    status,
                    days: &borrowed,
                    headcount: 1,
                    evidence: levels[random.random_range(0..levels.len())],
                })
                .await;
            let at = match status {
                EntryStatus::Approved => 0,
                EntryStatus::Submitted => 1,
                _ => continue,
            };
            for (on, minutes) in borrowed {
                let on: NaiveDate = day(on);
                if (from..=to).contains(&on) {
                    expected.entry((project, on.month())).or_default()[at] += i64::from(minutes);
                }
            }
        }
        let own: Vec<_> = places.iter().map(|it| it.2.0).collect();
        let roles = places.iter().map(|it| (it.0, Role::Volunteer)).collect();
        let whoever = records.somebody(Scope::of(roles, own.clone(), Vec::new()));
        let asked = Asked {
            volunteer: own[0],
            from,
            to,
            as_of: None,
            valued: Valued::Yes,
        };

        // One whose rows do not add up is refused by the report itself.
        let statement = statement::answer(&whoever, &asked).await.unwrap();

        let mut found: BTreeMap<(ProjectId, u32), [i64; 2]> = BTreeMap::new();
        for row in &statement.rows.rows {
            let amounts = [row.amounts.minutes, row.amounts.pending_minutes];
            found.insert((row.project, row.month.month()), amounts);
        }
        assert_eq!(found, expected);
        let sum = |at: usize| expected.values().map(|it| it[at]).sum::<i64>();
        assert_eq!(statement.rows.totals.minutes, sum(0));
        assert_eq!(statement.rows.totals.pending_minutes, sum(1));
        assert_eq!(statement.value_of_work.unwrap().valuation.minutes, sum(0));
        // Before anything was recorded nothing was known.
        let past = Asked {
            as_of: Some(records.now() - TimeDelta::seconds(1)),
            ..asked
        };
        let past = statement::answer(&whoever, &past).await.unwrap();
        assert_eq!(past.rows.totals, statement::Amounts::default());
    })
    .await;
}
