//! The INDH report: figures worked out by hand, who may ask, and rows that add up whatever was
//! recorded.
//!
//! What it counts is written by `support::records`: how hours come to be is tested with the hours.

use crate::support::app::opening;
use crate::support::records::Records;
use crate::support::records::Work;
use crate::support::records::day;
use crate::support::records::on_both;
use chrono::Days;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::Role;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::Iterable;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use tiwizi::exports;
use tiwizi::exports::Format;
use tiwizi::graphql::context::RequestData;
use tiwizi::graphql::gate::Call;
use tiwizi::graphql::gate::Caller;
use tiwizi::graphql::gate::Carries;
use tiwizi::graphql::gate::Gate;
use tiwizi::graphql::gate::Introspection;
use tiwizi::graphql::schema;
use tiwizi::graphql::sdl;
use tiwizi::identity::Actor;
use tiwizi::identity::Authenticator;
use tiwizi::identity::Coverage;
use tiwizi::identity::Ctx;
use tiwizi::identity::Denied;
use tiwizi::identity::Scope;
use tiwizi::platform::i18n::Locale;
use tiwizi::reports;
use tiwizi::reports::OrganizationRef;
use tiwizi::reports::Question;
use tiwizi::reports::ReportError;
use tiwizi::reports::ReportName;
use tiwizi::reports::answer_indh;
use tiwizi::reports::crossings::CrossingRow;
use tiwizi::reports::evidence::Levels;
use tiwizi::reports::indh::IndhReport;

pub fn question(territory: &str, from: &str, to: &str) -> Question {
    Question {
        name: ReportName::Indh,
        territory_code: territory.to_owned(),
        from: day(from),
        to: day(to),
        organization: None,
        status_basis: vec![EntryStatus::Approved],
        as_of: None,
        valued: reports::Valued::Yes,
    }
}

fn programmes(report: &IndhReport) -> Vec<(String, i64, i64)> {
    report
        .by_programme
        .iter()
        .map(|it| {
            let code = it.term.as_ref().map_or("-", |term| &term.code);
            (
                code.to_owned(),
                it.measures.minutes,
                it.measures.distinct_volunteers,
            )
        })
        .collect()
}

fn places(report: &IndhReport) -> Vec<(String, i64)> {
    report
        .by_territory
        .iter()
        .map(|it| (it.territory.code.clone(), it.measures.minutes))
        .collect()
}

fn months(report: &IndhReport) -> Vec<i64> {
    report
        .by_month
        .iter()
        .map(|it| it.measures.minutes)
        .collect()
}

/// Two organizations of Al Haouz: the same person in both, a night over the end of a month, thirds
/// of a minute, a group, drafts, and work at the level of the province.
pub async fn al_haouz(records: &Records) -> (OrganizationId, OrganizationId) {
    let amal = records
        .organization("al-amal", "07.041.01.01", "2025-01-10")
        .await;
    let tifawin = records
        .organization("tifawin", "07.041.03.15", "2026-02-10")
        .await;
    let water = records.project(amal, "07.041.01.01").await;
    let school = records.project(tifawin, "07.041.03.15").await;
    let untagged = records.project(tifawin, "07.041.03.15").await;
    // Two axes of one programme and another programme: 333,333 + 333,333 go to PH3-P1.
    records
        .tags(
            water,
            "2025-01-01",
            None,
            &[
                ("PH3-P1-A1", 333_333),
                ("PH3-P1-A2", 333_333),
                ("PH3-P4", 333_334),
            ],
        )
        .await;
    records
        .tags(
            school,
            "2025-01-01",
            Some("2026-02-01"),
            &[("PH3-P3", 1_000_000)],
        )
        .await;
    records
        .tags(school, "2026-02-01", None, &[("PH3-P4", 1_000_000)])
        .await;
    let fatima = records.person().await;
    let at_amal = records.volunteer(amal, fatima).await;
    let at_tifawin = records.volunteer(tifawin, fatima).await;
    let other = records.person().await;
    let other = records.volunteer(tifawin, other).await;
    let approved = |organization, project, who, commune, days| Work {
        organization,
        project,
        who: Some(who),
        commune,
        status: EntryStatus::Approved,
        days,
        headcount: 1,
        evidence: EvidenceLevel::CoordinatorAttested,
    };
    records
        .work(approved(
            amal,
            water,
            at_amal,
            "07.041.01.01",
            &[("2026-01-15", 100)],
        ))
        .await;
    // From 22:00 on the last day of January to 02:00.
    records
        .work(approved(
            tifawin,
            school,
            at_tifawin,
            "07.041.03.15",
            &[("2026-01-31", 120), ("2026-02-01", 120)],
        ))
        .await;
    records
        .work(approved(
            tifawin,
            untagged,
            other,
            "07.041",
            &[("2026-03-31", 7)],
        ))
        .await;
    records
        .work(Work {
            organization: amal,
            project: water,
            who: None,
            commune: "07.041.01.01",
            status: EntryStatus::Approved,
            days: &[("2026-03-01", 10)],
            headcount: 25,
            evidence: EvidenceLevel::CoordinatorAttested,
        })
        .await;
    for status in [
        EntryStatus::Draft,
        EntryStatus::Submitted,
        EntryStatus::Voided,
    ] {
        records
            .work(Work {
                status,
                ..approved(
                    tifawin,
                    school,
                    other,
                    "07.041.03.15",
                    &[("2026-03-10", 60)],
                )
            })
            .await;
    }
    // Outside the province, and outside the quarter.
    records
        .work(approved(
            amal,
            water,
            at_amal,
            "01.051.01.01",
            &[("2026-01-16", 1_000)],
        ))
        .await;
    records
        .work(approved(
            amal,
            water,
            at_amal,
            "07.041.01.01",
            &[("2026-04-01", 1_000)],
        ))
        .await;
    (amal, tifawin)
}

#[tokio::test]
async fn figures_are_those_worked_out_by_hand() {
    on_both(async |records| {
        al_haouz(&records).await;

        let asked = question("07.041", "2026-01-01", "2026-03-31");
        let report = answer_indh(&records.ctx, &asked).await.unwrap();

        let totals = report.totals;
        assert_eq!(totals.minutes, 100 + 240 + 7 + 250);
        assert_eq!(totals.group_minutes, 250);
        let of_groups = report
            .by_programme
            .iter()
            .map(|it| it.measures.group_minutes);
        assert_eq!(of_groups.sum::<i64>(), 250);
        assert_eq!(totals.entries, 4);
        assert_eq!(totals.participations, 3 + 25);
        assert_eq!(totals.distinct_volunteers, 2);
        assert_eq!((totals.projects, totals.organizations), (3, 2));
        assert_eq!(months(&report), [220, 120, 257]);
        assert_eq!(
            places(&report),
            [
                ("07.041.01.01".to_owned(), 350),
                ("07.041.03.15".to_owned(), 240),
                ("07.041".to_owned(), 7),
            ]
        );
        // 350 minutes in thirds: 233.33 and 116.67; 120 of the night before the new shares.
        assert_eq!(
            programmes(&report),
            [
                ("PH3-P1".to_owned(), 233, 1),
                ("PH3-P3".to_owned(), 120, 1),
                ("PH3-P4".to_owned(), 117 + 120, 1),
                ("-".to_owned(), 7, 1),
            ]
        );
        assert_eq!(report.head.coverage, Coverage::Territory);
        assert_eq!(report.head.as_of, opening());
        assert_eq!(report.head.time_basis.zone, "Africa/Casablanca");
    })
    .await;
}

#[tokio::test]
async fn a_night_is_cut_at_the_end_of_the_interval() {
    on_both(async |records| {
        al_haouz(&records).await;

        let asked = question("07.041", "2026-02-01", "2026-02-28");
        let report = answer_indh(&records.ctx, &asked).await.unwrap();

        assert_eq!(report.totals.minutes, 120);
        assert_eq!(
            (report.totals.entries, report.totals.participations),
            (1, 1)
        );
    })
    .await;
}

#[tokio::test]
async fn completeness_counts_organization_months() {
    on_both(async |records| {
        let (_, tifawin) = al_haouz(&records).await;
        let silent = records
            .organization("silent", "07.041.01.03", "2026-10-20")
            .await;
        records.declares_zero(tifawin, "2026-04-01").await;
        records.declares_zero(silent, "2026-11-01").await;
        let completeness = async |from, to| {
            let asked = question("07.041", from, to);
            let report = answer_indh(&records.ctx, &asked).await.unwrap();
            let it = report.completeness;
            [it.expected, it.reporting, it.declared_zero, it.late]
        };

        // al-amal: January and March with hours. tifawin, here since February, told of the
        // night in January, which reaches into February, and of March.
        assert_eq!(completeness("2026-01-01", "2026-03-31").await, [6, 5, 0, 1]);
        assert_eq!(completeness("2026-04-05", "2026-04-06").await, [2, 1, 1, 0]);
        // It is 2 November: that month still runs, December has not begun.
        assert_eq!(completeness("2026-10-01", "2026-12-31").await, [6, 0, 1, 3]);
        assert_eq!(completeness("2027-01-01", "2027-03-31").await, [0, 0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn submitted_hours_count_where_they_are_asked_for() {
    on_both(async |records| {
        al_haouz(&records).await;
        let mut asked = question("07", "2026-01-01", "2026-03-31");
        asked.status_basis = vec![EntryStatus::Submitted, EntryStatus::Approved];

        let report = answer_indh(&records.ctx, &asked).await.unwrap();

        assert_eq!(report.totals.minutes, 597 + 60);
        assert_eq!(places(&report), [("07.041".to_owned(), 657)]);
    })
    .await;
}

#[tokio::test]
async fn observers_read_their_territory_and_members_their_part() {
    on_both(async |records| {
        let (amal, tifawin) = al_haouz(&records).await;
        let quarter = |territory| question(territory, "2026-01-01", "2026-03-31");
        let region = records.place("07").await;

        let observer = records.somebody(Scope::of(Vec::new(), Vec::new(), vec![region]));
        let seen = answer_indh(&observer, &quarter("07.041")).await.unwrap();
        assert_eq!(seen.totals.minutes, 597);
        assert_eq!(seen.completeness.expected, 6);
        for outside in ["MA", "01"] {
            let refused = answer_indh(&observer, &quarter(outside)).await.unwrap_err();
            assert!(matches!(refused, ReportError::Denied(Denied::NotAllowed)));
        }

        let viewer = vec![(amal, Role::Viewer), (tifawin, Role::Volunteer)];
        let viewer = records.somebody(Scope::of(viewer, Vec::new(), Vec::new()));
        let part = answer_indh(&viewer, &quarter("MA")).await.unwrap();
        assert_eq!(part.totals.minutes, 350 + 1_000);
        assert_eq!(part.head.coverage, Coverage::Organizations);
        assert_eq!(part.completeness.expected, 3);

        let volunteer = vec![(tifawin, Role::Volunteer)];
        let volunteer = records.somebody(Scope::of(volunteer, Vec::new(), Vec::new()));
        let refused = answer_indh(&volunteer, &quarter("MA")).await.unwrap_err();
        assert!(matches!(refused, ReportError::Denied(Denied::NotAllowed)));

        let nobody = Ctx::new(
            std::sync::Arc::clone(records.ctx.core()),
            Actor::Nobody,
            Scope::default(),
            Locale::En,
            "test",
        );
        let refused = answer_indh(&nobody, &quarter("MA")).await.unwrap_err();
        assert!(matches!(refused, ReportError::Denied(Denied::SignedOut)));

        let mut of_the_other = quarter("MA");
        of_the_other.organization = Some(OrganizationRef::Slug("tifawin".to_owned()));
        let refused = answer_indh(&viewer, &of_the_other).await.unwrap_err();
        assert!(matches!(refused, ReportError::Invalid(_)));
        let whole = answer_indh(&records.ctx, &of_the_other).await.unwrap();
        assert_eq!(whole.totals.minutes, 247);
        assert_eq!(whole.completeness.expected, 3);
    })
    .await;
}

#[tokio::test]
async fn the_report_is_asked_over_graphql_as_clients_write_it() {
    on_both(async |records| {
        al_haouz(&records).await;
        let region = records.place("07").await;
        let ask = async |scope, territory: &str| {
            let ctx = records.somebody(scope);
            let authenticator = Authenticator::new(std::sync::Arc::clone(ctx.core()));
            let query = format!(
                r#"query {{ indhReport(input: {{territoryCode: "{territory}", from: "2026-01-01", to: "2026-03-31"}}) {{
                  territory {{ code name }} timeBasis {{ zone weekStart dayRule }} statusBasis asOf coverage
                  totals {{ minutes entries participations distinctVolunteers projects organizations groupMinutes }}
                  byProgramme {{ term {{ code name }} minutes distinctVolunteers projects entries }}
                  byTerritory {{ territory {{ code name }} minutes distinctVolunteers projects }}
                  byMonth {{ month minutes }}
                  completeness {{ expected reporting declaredZero late }}
                  additivity {{ dimension measure additivity }} }} }}"#
            );
            let limits = ctx.core().config.limits.clone();
            let gate = Gate::new(schema(), &sdl(), limits, Introspection::Open, &ctx.core().clock).unwrap();
            let call = Call::from_json(serde_json::json!({ "query": query }).to_string().as_bytes()).unwrap();
            let data = RequestData::new(ctx.clone(), authenticator);
            gate.answer(call, Carries::Queries, Caller::of(&ctx), data).await.to_value()
        };

        let observer = Scope::of(Vec::new(), Vec::new(), vec![region]);
        let answer = ask(observer.clone(), "07.041").await;
        let report = &answer["data"]["indhReport"];
        assert_eq!(report["totals"]["minutes"], 597, "{answer}");
        assert_eq!(report["byMonth"][1], serde_json::json!({"month": "2026-02", "minutes": 120}));
        assert_eq!(report["byProgramme"][0]["term"]["code"], "PH3-P1");
        assert_eq!(report["byProgramme"][3]["term"], serde_json::Value::Null);
        assert_eq!(report["statusBasis"], serde_json::json!(["APPROVED"]));
        assert_eq!(report["timeBasis"]["weekStart"], "MONDAY");
        assert_eq!(report["asOf"], "2026-11-02T09:00:00Z");

        let refused = ask(observer, "MA").await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
        let unknown = ask(Scope::everything(), "99").await;
        assert_eq!(unknown["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn the_report_as_a_file_says_the_same() {
    on_both(async |records| {
        al_haouz(&records).await;
        let span = (day("2026-01-01"), day("2026-03-31"));
        let asked = reports::Asking::of(ReportName::Indh, "07.041", span);
        let answer = reports::answer(&records.ctx, &asked).await.unwrap();

        let mut csv = Vec::new();
        exports::write(&answer, Format::Csv, Locale::Fr, &mut csv).unwrap();
        let mut json = Vec::new();
        exports::write(&answer, Format::Json, Locale::Ar, &mut json).unwrap();

        assert_eq!(csv[..3], [0xEF, 0xBB, 0xBF]);
        let mut rows = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(&csv[3..]);
        let rows: Vec<Vec<String>> = rows
            .records()
            .map(|it| it.unwrap().iter().map(str::to_owned).collect())
            .collect();
        let starts = |first: &str| rows.iter().find(|it| it[0] == first).unwrap().clone();
        assert_eq!(starts("Territoire")[1], "Al Haouz");
        let month = starts("2026-01");
        assert_eq!(month[..6], ["2026-01", "220", "3.67", "2", "1", "2"]);
        assert_eq!(
            month[6..],
            ["0", "220", "0", "0", "0"],
            "by what shows them"
        );
        // 597 minutes print as 9.95 hours, and so do the rows together.
        assert_eq!(starts("597")[1], "9.95");
        assert_eq!(starts("2026-02")[2], "2.00");
        assert_eq!(starts("2026-03")[2], "4.28");
        let document: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(document["parameters"]["asOf"], "2026-11-02T09:00:00Z");
        assert_eq!(document["totals"][0]["minutes"], 597);
        assert_eq!(document["byMonth"][0]["hours"], "3.67");
        assert_eq!(
            document["byProgramme"][3]["termCode"],
            serde_json::Value::Null
        );
    })
    .await;
}

/// Holds what crosses against every breakdown that it is of.
fn crossings_foot(report: &IndhReport) {
    let rows = report.crossings.rows().unwrap();
    let sum = |of: &dyn Fn(&CrossingRow) -> bool| {
        let rows = rows.iter().filter(|it| of(it));
        rows.map(|it| it.measures.minutes).sum::<i64>()
    };
    for month in &report.by_month {
        let of_month = sum(&|it| it.month == month.month);
        assert_eq!(of_month, month.measures.minutes);
    }
    for place in &report.by_territory {
        let of_place = sum(&|it| it.territory_code == place.territory.code);
        assert_eq!(of_place, place.measures.minutes);
    }
    for programme in &report.by_programme {
        let code = programme.term.as_ref().map(|it| it.code.as_str());
        let of_programme = sum(&|it| it.programme_code.as_deref() == code);
        assert_eq!(of_programme, programme.measures.minutes);
    }
}

#[tokio::test]
async fn breakdowns_foot_whatever_was_recorded() {
    on_both(async |records| {
        let mut random = StdRng::seed_from_u64(41);
        let communes = [
            "07.041.01.01",
            "07.041.03.15",
            "07.041.03.09",
            "07.041",
            "07",
            "06.141.01.01",
            "06.141.01.31",
            "06.141.01.00",
            "06.141",
        ];
        let terms = [
            "PH3-P1",
            "PH3-P2-A1",
            "PH3-P2-C06",
            "PH3-P3",
            "PH3-P4-SMI",
            "PH3",
        ];
        let mut workers = Vec::new();
        for number in 0..3 {
            let slug = format!("organization-{number}");
            let organization = records.organization(&slug, "07.041", "2025-01-01").await;
            for _ in 0..3 {
                let project = records.project(organization, "07.041").await;
                let mut shares = Vec::new();
                let mut left = 1_000_000;
                for term in terms.iter().take(random.random_range(0..=6)) {
                    let share = random.random_range(1..=left.max(2) / 2);
                    shares.push((*term, share));
                    left -= share;
                }
                if let Some(first) = shares.first_mut() {
                    first.1 += left;
                    records.tags(project, "2026-01-20", None, &shares).await;
                }
                let person = records.person().await;
                let who = records.volunteer(organization, person).await;
                workers.push((organization, project, who));
            }
        }
        let levels: Vec<EvidenceLevel> = EvidenceLevel::iter().collect();
        let mut total = 0;
        let mut people: BTreeMap<&str, BTreeSet<PersonId>> = BTreeMap::new();
        for _ in 0..120 {
            let (organization, project, who) = workers[random.random_range(0..workers.len())];
            let commune = communes[random.random_range(0..communes.len())];
            let group = random.random_bool(0.2);
            let on = day("2026-01-01") + Days::new(random.random_range(0..59));
            let minutes = random.random_range(1..400);
            let headcount = if group { random.random_range(1..40) } else { 1 };
            let on = on.to_string();
            records
                .work(Work {
                    organization,
                    project,
                    who: (!group).then_some(who),
                    commune,
                    status: EntryStatus::Approved,
                    days: &[(&on, minutes)],
                    headcount,
                    evidence: levels[random.random_range(0..levels.len())],
                })
                .await;
            total += i64::from(minutes * headcount);
            if !group {
                people.entry(commune).or_default().insert(who.1);
            }
        }

        let everyone: BTreeSet<PersonId> = people.values().flatten().copied().collect();
        for territory in ["MA", "07", "07.041", "06", "06.141", "06.141.01.00"] {
            let asked = question(territory, "2026-01-01", "2026-02-28");
            // An answer whose rows do not add up is refused by the report itself.
            let report = answer_indh(&records.ctx, &asked).await.unwrap();

            let sum: i64 = report
                .by_territory
                .iter()
                .map(|it| it.measures.minutes)
                .sum();
            assert_eq!(sum, report.totals.minutes, "{territory}");
            // What shows the work adds up within each row, and over rows to the whole.
            let months = report.by_month.iter().map(|it| (it.measures, &it.levels));
            let places = report
                .by_territory
                .iter()
                .map(|it| (it.measures, &it.levels));
            let terms = report
                .by_programme
                .iter()
                .map(|it| (it.measures, &it.levels));
            for (measures, levels) in months.clone().chain(places.clone()).chain(terms.clone()) {
                assert_eq!(
                    levels.values().sum::<i64>(),
                    measures.minutes,
                    "{territory}"
                );
            }
            for whole in &report.by_evidence {
                let of = |levels: &Levels| levels.get(&whole.level).copied().unwrap_or_default();
                let by_month: i64 = months.clone().map(|it| of(it.1)).sum();
                let by_place: i64 = places.clone().map(|it| of(it.1)).sum();
                let by_programme: i64 = terms.clone().map(|it| of(it.1)).sum();
                assert_eq!(
                    [by_month, by_place, by_programme],
                    [whole.minutes; 3],
                    "{territory}"
                );
            }
            crossings_foot(&report);
            if territory == "MA" {
                assert_eq!(report.totals.minutes, total);
                let counted = report.totals.distinct_volunteers;
                assert_eq!(usize::try_from(counted).unwrap(), everyone.len());
            }
        }
    })
    .await;
}
