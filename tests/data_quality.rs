//! The report of data quality: measures worked out by hand, who may ask, and equal to a direct count whatever
//! was recorded.
//!
//! Shares and thresholds are tested beside the code.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::Days;
use chrono::TimeDelta;
use entity::ids::OrganizationId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::Role;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::Iterable;
use serde_json::Value;
use serde_json::json;
use tiwizi::identity::Denied;
use tiwizi::identity::Scope;
use tiwizi::reports::OrganizationRef;
use tiwizi::reports::Question;
use tiwizi::reports::ReportError;
use tiwizi::reports::ReportName;
use tiwizi::reports::Valued;
use tiwizi::reports::answer_indh;
use tiwizi::reports::quality;
use tiwizi::reports::quality::Asked;
use tiwizi::reports::quality::Code;
use tiwizi::reports::quality::DataQuality;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;
use crate::support::records::Work;
use crate::support::records::day;
use crate::support::records::on_both;
use crate::support::statements::counted;

fn asked(territory: Option<&str>, from: &str, to: &str) -> Asked {
    Asked {
        territory_code: territory.map(str::to_owned),
        organization: None,
        from: day(from),
        to: day(to),
        as_of: None,
    }
}

fn share(report: &DataQuality, code: Code) -> (i64, i64) {
    let measure = report.measures.iter().find(|it| it.code == code).unwrap();
    (measure.numerator, measure.denominator)
}

const REPORT: &str = "query($input: DataQualityReportInput!, $locale: Locale) { dataQualityReport(input: $input) {
    territory { code } coverage statusBasis timeBasis { zone } asOf minutes
    byEvidence { evidenceLevel minutes percent } completeness { expected reporting declaredZero late }
    measures { code rule(locale: $locale) unit numerator denominator percent thresholdPercent status } } }";

fn input(territory: Option<&str>, organization: Option<&str>) -> Value {
    json!({ "territoryCode": territory, "organizationId": organization,
        "from": "2026-09-01", "to": "2026-10-31" })
}

async fn report(who: &Person, input: Value, locale: &str) -> Value {
    let asked = json!({ "input": input, "locale": locale });
    who.asks(REPORT, asked).await["dataQualityReport"].take()
}

/// Numerator, denominator and status of a measure.
fn measure(report: &Value, code: &str) -> (i64, i64, String) {
    let rows = report["measures"].as_array().unwrap();
    let found = rows.iter().find(|it| it["code"] == code).unwrap();
    let of = |name: &str| found[name].as_i64().unwrap();
    let status = found["status"].as_str().unwrap().to_owned();
    (of("numerator"), of("denominator"), status)
}

fn met(numerator: i64, denominator: i64) -> (i64, i64, String) {
    (numerator, denominator, "MET".to_owned())
}

fn not_met(numerator: i64, denominator: i64) -> (i64, i64, String) {
    (numerator, denominator, "NOT_MET".to_owned())
}

on_both_databases! {
    /// What happens later changes no earlier answer: hours that are voided, corrected, approved, taken back and
    /// away, shares that are given, a night over the edge of the interval.
    async fn as_of_an_instant_it_is_what_was_answered_then(app: App) {
        let cast = Cast::on(&app).await;
        let kept = cast.volunteer.logs(&cast.record, &cast.project, "2026-09-13", 61).await;
        let voided = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 120).await;
        let corrected = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-21", 30).await;
        let waiting = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-22", 45).await;
        let night = json!({ "volunteerId": cast.record, "projectId": cast.project, "description": "work",
            "startedAt": "2026-10-31T22:30:00Z", "endedAt": "2026-11-01T01:00:00Z", "submit": true });
        let night = cast.volunteer.done("createHourEntry", night, "hourEntry { id }").await;
        let night = night["hourEntry"]["id"].as_str().unwrap().to_owned();
        let taken = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-25", 20).await;
        cast.coordinator.approves(&[&kept, &voided, &corrected, &night]).await;
        let asks = async |as_of: Option<&str>| {
            let mut input = input(Some(REGION), None);
            input["asOf"] = json!(as_of);
            let mut told = report(&cast.observer, input, "en").await;
            let as_of = told["asOf"].take();
            (told, as_of.as_str().unwrap().to_owned())
        };
        let mut answers = vec![asks(None).await];

        app.advance(TimeDelta::minutes(1));
        for entry in [&voided, &night] {
            let void = json!({ "id": entry, "reason": "Counted twice" });
            cast.coordinator.done("voidHourEntry", void, "hourEntry { status }").await;
        }
        answers.push(asks(None).await);
        app.advance(TimeDelta::minutes(1));
        let mend = json!({ "id": corrected, "minutes": 35, "reason": "Five more" });
        cast.volunteer.done("amendHourEntry", mend, "hourEntry { status }").await;
        answers.push(asks(None).await);
        app.advance(TimeDelta::minutes(1));
        cast.coordinator.approves(&[&corrected, &waiting]).await;
        let back = json!({ "ids": [taken] });
        cast.volunteer.does("withdrawHourEntries", back, "results { hourEntry { id } }").await;
        cast.volunteer.done("deleteHourEntry", json!({ "id": taken }), "deletedHourEntryId").await;
        answers.push(asks(None).await);
        app.advance(TimeDelta::minutes(1));
        let shares = json!({ "projectId": cast.project, "vocabulary": "INDH", "validFrom": "2026-10-01",
            "shares": [{ "termCode": "PH3-P1", "percent": "100" }] });
        cast.owner.done("setTagAllocations", shares, "project { id }").await;
        answers.push(asks(None).await);

        let minutes: Vec<_> = answers.iter().map(|(told, _)| told["minutes"].as_i64().unwrap()).collect();
        // 61 + 120 + 30 and the 90 minutes of the night before midnight; the two voided; 5 more, and 45.
        assert_eq!(minutes, [301, 91, 91, 141, 141]);
        let last = &answers[4].0;
        assert_eq!(measure(last, "WITHOUT_PROGRAMME"), not_met(61, 141));
        assert_eq!(measure(last, "CORRECTED"), not_met(3, 5));
        for (then, as_of) in &answers {
            app.advance(TimeDelta::minutes(1));
            assert_eq!(asks(Some(as_of)).await, (then.clone(), as_of.clone()));
        }
    }

    async fn measures_are_those_worked_out_by_hand(app: App) {
        let cast = Cast::on(&app).await;
        // Recorded on 2 November: 50 days late, 19 and 12 days after the work.
        let late = cast.volunteer.logs(&cast.record, &cast.project, "2026-09-13", 61).await;
        let whole = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 120).await;
        let spilled = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-21", 30).await;
        cast.coordinator.approves(&[&late, &whole, &spilled]).await;
        let void = json!({ "id": spilled, "reason": "Counted twice" });
        cast.coordinator.done("voidHourEntry", void, "hourEntry { status }").await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-22", 45).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-09-20", 45).await;
        cast.volunteer.drafts(&cast.record, &cast.project, "2026-10-23", 45).await;
        // Another record of the same name, and one of nobody else's.
        let input_of = |name: &str| json!({ "organizationId": cast.organization.id, "name": name });
        for name in ["Zzyzx Fatima", "Somebody Else"] {
            cast.owner.done("createVolunteer", input_of(name), "volunteer { id }").await;
        }

        let told = report(&cast.observer, input(Some(REGION), None), "en").await;

        assert_eq!(told["minutes"], 181);
        assert_eq!(told["coverage"], "TERRITORY");
        assert_eq!(told["byEvidence"][0]["percent"], "100.00");
        assert_eq!(measure(&told, "SELF_DECLARED"), not_met(181, 181));
        assert_eq!(measure(&told, "LATE"), not_met(1, 2));
        assert_eq!(measure(&told, "WHOLE_HOURS"), met(1, 2));
        assert_eq!(measure(&told, "WITHOUT_PLACE"), met(0, 181));
        assert_eq!(measure(&told, "WITHOUT_OCCUPATION"), not_met(181, 181));
        assert_eq!(measure(&told, "WITHOUT_PROGRAMME"), not_met(181, 181));
        assert_eq!(measure(&told, "PROJECTS_WITHOUT_PROGRAMME"), not_met(1, 1));
        assert_eq!(measure(&told, "WITHOUT_SEX"), not_met(1, 1));
        assert_eq!(measure(&told, "WITHOUT_BIRTH_YEAR"), not_met(1, 1));
        assert_eq!(measure(&told, "POSSIBLE_DUPLICATES"), not_met(2, 3));
        assert_eq!(measure(&told, "WAITING"), not_met(2, 4));
        assert_eq!(measure(&told, "ANOMALOUS"), not_met(1, 2));
        assert_eq!(measure(&told, "CORRECTED"), not_met(1, 3));
        let completeness = &told["completeness"];
        let months = (completeness["late"].as_i64().unwrap(), completeness["expected"].as_i64().unwrap());
        let found = measure(&told, "MONTHS_LATE");
        assert_eq!((found.0, found.1), months);
        assert_eq!(told["measures"].as_array().unwrap().len(), Code::ALL.len());

        // One organization, named without a territory, is asked by its members.
        let own = report(&cast.viewer, input(None, Some(&cast.organization.id)), "en").await;
        assert_eq!(own["measures"].as_array().unwrap().len(), Code::ALL.len());
        assert_eq!(measure(&own, "LATE"), not_met(1, 2));
        assert_eq!(own["coverage"], "ORGANIZATIONS");
        let dismissed = "query($of: ID!) { duplicateCandidates(organizationId: $of, first: 5) { nodes { volunteers { id } } } }";
        let found = cast.owner.asks(dismissed, json!({ "of": cast.organization.id })).await;
        let pair = &found["duplicateCandidates"]["nodes"][0]["volunteers"];
        let two = json!({ "volunteerId": pair[0]["id"], "otherVolunteerId": pair[1]["id"] });
        cast.owner.done("dismissDuplicate", two, "__typename").await;
        let after = report(&cast.observer, input(Some(REGION), None), "en").await;
        assert_eq!(measure(&after, "POSSIBLE_DUPLICATES"), met(0, 3));
    }

    async fn rules_are_told_in_every_language_and_to_whom_figures_are(app: App) {
        let cast = Cast::on(&app).await;
        let region = || input(Some(REGION), None);
        for (locale, first) in [("en", "Of the"), ("fr", "Parmi"), ("ar", "من")] {
            let told = report(&cast.observer, region(), locale).await;
            for it in told["measures"].as_array().unwrap() {
                assert!(it["rule"].as_str().unwrap().starts_with(first), "{it}");
            }
        }
        // Nothing was recorded: nothing can be measured, and nothing is made up.
        let told = report(&cast.observer, region(), "en").await;
        let late = told["measures"].as_array().unwrap().iter().find(|it| it["code"] == "LATE").unwrap();
        assert_eq!((&late["percent"], &late["status"]), (&Value::Null, &json!("NOT_MEASURED")));

        for (who, input, code) in [
            (&cast.volunteer, region(), "FORBIDDEN"),
            (&cast.nobody, region(), "UNAUTHENTICATED"),
            (&cast.observer, input(Some("01"), None), "FORBIDDEN"),
            (&cast.outsider, input(Some(REGION), Some(&cast.organization.id)), "BAD_USER_INPUT"),
            (&cast.owner, input(None, None), "BAD_USER_INPUT"),
        ] {
            let answer = who.tries(REPORT, json!({ "input": input })).await;
            assert_eq!(answer.error_code(), code, "{:#}", answer.body);
        }
    }

    /// A report costs the same, whatever was recorded.
    async fn the_report_costs_few_statements_whatever_was_recorded(app: App) {
        let cast = Cast::on(&app).await;
        let mut costs = Vec::new();
        for number in 0..2 {
            for at in 1..=10_u32 {
                let record = cast.owner.enrols(&cast.organization, &format!("V{number}-{at}")).await;
                let on = format!("2026-10-{at:02}");
                let entry = cast.coordinator.logs(&record, &cast.project, &on, 60).await;
                cast.owner.approves(&[&entry]).await;
            }
            // What is folded once is not counted here.
            report(&cast.observer, input(Some(REGION), None), "fr").await;
            let asked = report(&cast.observer, input(Some(REGION), None), "fr");
            let (told, cost) = counted(&app, asked).await;
            assert_eq!(told["minutes"], (number + 1) * 600);
            costs.push(cost);
        }
        assert_eq!(costs[0], costs[1], "more rows, more statements");
        assert!(costs[1] <= 24, "{costs:?}");
    }
}

#[tokio::test]
async fn measures_equal_a_direct_count_whatever_was_recorded() {
    on_both(async |records| {
        let mut random = StdRng::seed_from_u64(117);
        let levels: Vec<EvidenceLevel> = EvidenceLevel::iter().collect();
        let states: Vec<EntryStatus> = EntryStatus::iter().collect();
        let communes = [
            "07.041.01.01",
            "07.041.03.15",
            "07.041",
            "07",
            "06.141.01.01",
        ];
        let mut workers = Vec::new();
        for number in 0..3 {
            let slug = format!("organization-{number}");
            let organization = records.organization(&slug, "07.041", "2025-01-01").await;
            for at in 0..3 {
                let project = records.project(organization, "07.041").await;
                // Shared from the middle of the interval on, from its beginning, or never.
                if at < 2 {
                    let from = ["2026-08-15", "2026-01-01"][at];
                    records
                        .tags(project, from, None, &[("PH3-P4", 1_000_000)])
                        .await;
                }
                let person = records.person().await;
                let who = records.volunteer(organization, person).await;
                workers.push((organization, project, who, at));
            }
        }
        let (from, to) = (day("2026-08-01"), day("2026-10-10"));
        let mut expected: BTreeMap<Code, (i64, i64)> = BTreeMap::new();
        let mut add = |code: Code, holds: bool, by: i64| {
            let cell = expected.entry(code).or_default();
            cell.0 += if holds { by } else { 0 };
            cell.1 += by;
        };
        let mut people = BTreeSet::new();
        let mut nights = BTreeSet::new();
        for _ in 0..160 {
            let (organization, project, who, at) = workers[random.random_range(0..workers.len())];
            let commune = communes[random.random_range(0..communes.len())];
            let group = random.random_bool(0.2);
            let headcount = if group {
                random.random_range(1..150)
            } else {
                1
            };
            let status = states[random.random_range(0..states.len())];
            let evidence = levels[random.random_range(0..levels.len())];
            let begun = day("2026-07-20") + Days::new(random.random_range(0..90));
            let first = random.random_range(1..10) * 30;
            let mut days = vec![(begun.to_string(), first)];
            if !group && random.random_bool(0.3) && nights.insert((who.1, begun)) {
                days.push((
                    (begun + Days::new(1)).to_string(),
                    random.random_range(1..300),
                ));
            }
            let days: Vec<(&str, i32)> = days.iter().map(|(on, it)| (on.as_str(), *it)).collect();
            records
                .work(Work {
                    organization,
                    project,
                    who: (!group).then_some(who),
                    commune,
                    status,
                    days: &days,
                    headcount,
                    evidence,
                })
                .await;
            let within: Vec<_> = days
                .iter()
                .filter(|(on, _)| (from..=to).contains(&day(on)))
                .collect();
            if !commune.starts_with("07") || within.is_empty() {
                continue;
            }
            let each: i32 = days.iter().map(|(_, minutes)| minutes).sum();
            let ended = day(days.last().unwrap().0);
            let late = (records.now().date_naive() - ended).num_days() > 30;
            let unbroken = days.len() > 1 && each >= 480;
            match status {
                EntryStatus::Approved => {
                    add(Code::Late, late, 1);
                    add(Code::WholeHours, each % 60 == 0, 1);
                    add(Code::Waiting, false, 1);
                    add(Code::Corrected, false, 1);
                }
                EntryStatus::Submitted => {
                    add(Code::Waiting, true, 1);
                    add(Code::Anomalous, late || unbroken || headcount >= 100, 1);
                }
                EntryStatus::Voided => add(Code::Corrected, true, 1),
                _ => {}
            }
            if status != EntryStatus::Approved {
                continue;
            }
            for (on, minutes) in within {
                let minutes = i64::from(minutes * headcount);
                let bare = at == 2 || (at == 0 && day(on) < day("2026-08-15"));
                add(
                    Code::SelfDeclared,
                    evidence == EvidenceLevel::SelfDeclared,
                    minutes,
                );
                add(Code::WithoutPlace, commune.len() < 12, minutes);
                add(Code::WithoutOccupation, true, minutes);
                add(Code::WithoutProgramme, bare, minutes);
                if !group {
                    people.insert(who.1);
                }
            }
        }
        for code in [Code::WithoutSex, Code::WithoutBirthYear] {
            for _ in &people {
                add(code, true, 1);
            }
        }

        let asked = Asked {
            from,
            to,
            ..asked(Some("07"), "2026-01-01", "2026-01-01")
        };
        // One whose minutes do not add up is refused by the report itself.
        let report = quality::answer(&records.ctx, asked.clone()).await.unwrap();

        for (code, wanted) in &expected {
            assert_eq!(share(&report, *code), *wanted, "{code:?}");
        }
        // The minutes without a programme are those of the INDH report's row without one.
        let question = Question {
            name: ReportName::Indh,
            territory_code: "07".to_owned(),
            from,
            to,
            organization: None,
            status_basis: vec![EntryStatus::Approved],
            as_of: None,
            valued: Valued::No,
        };
        let indh = answer_indh(&records.ctx, &question).await.unwrap();
        let bare = indh.by_programme.iter().find(|it| it.term.is_none());
        let bare = bare.map_or(0, |it| it.measures.minutes);
        assert_eq!(
            share(&report, Code::WithoutProgramme),
            (bare, indh.totals.minutes)
        );
        assert_eq!(report.minutes, indh.totals.minutes);
        assert_eq!(report.completeness, indh.completeness);

        // Each organization sees its own part, and the parts are the whole.
        let organizations: BTreeSet<OrganizationId> = workers.iter().map(|it| it.0).collect();
        let mut sum = 0;
        for id in organizations {
            let viewer = Scope::of(vec![(id, Role::Viewer)], Vec::new(), Vec::new());
            let viewer = records.somebody(viewer);
            let part = quality::answer(&viewer, asked.clone()).await.unwrap();
            sum += part.minutes;
            let other = workers.iter().map(|it| it.0).find(|it| *it != id).unwrap();
            let other = Asked {
                organization: Some(OrganizationRef::Id(other)),
                ..asked.clone()
            };
            let refused = quality::answer(&viewer, other).await;
            assert!(matches!(refused, Err(ReportError::Invalid(_))));
        }
        assert_eq!(sum, report.minutes);
        let observed = records.place("06").await;
        let observer = records.somebody(Scope::of(Vec::new(), Vec::new(), vec![observed]));
        let refused = quality::answer(&observer, asked).await;
        assert!(matches!(
            refused,
            Err(ReportError::Denied(Denied::NotAllowed))
        ));
    })
    .await;
}
