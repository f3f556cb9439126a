//! The report by goals of sustainable development: every measure of every goal and target against a count of our
//! own, who may ask, and what it costs.
//!
//! Figures that were worked out by hand are in `golden`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::Days;
use chrono::NaiveDate;
use entity::ids::PersonId;
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
use tiwizi::reports;
use tiwizi::reports::Question;
use tiwizi::reports::ReportError;
use tiwizi::reports::ReportName;
use tiwizi::reports::Valued;
use tiwizi::reports::evidence::Levels;
use tiwizi::reports::sdg;
use tiwizi::reports::sdg::Measured;
use tiwizi::reports::sdg::SdgReport;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::records::Records;
use crate::support::records::Work;
use crate::support::records::day;
use crate::support::records::on_both;
use crate::support::statements::counted;

/// A whole, in millionths.
const WHOLE: i64 = 1_000_000;

fn question(from: &str, to: &str) -> Question {
    Question {
        name: ReportName::Indh,
        territory_code: "07".to_owned(),
        from: day(from),
        to: day(to),
        organization: None,
        status_basis: vec![EntryStatus::Approved],
        as_of: None,
        valued: Valued::No,
    }
}

/// What a row should hold; minutes in millionths.
#[derive(Default)]
struct Expected {
    minutes: i64,
    touched: i64,
    entries: BTreeSet<usize>,
    people: BTreeSet<PersonId>,
    projects: BTreeSet<ProjectId>,
}

/// An entry as it was written.
struct Written {
    project: ProjectId,
    who: Option<PersonId>,
    days: Vec<(NaiveDate, i64)>,
}

/// Shares of a project by code, from a day on.
type Shares = Vec<(NaiveDate, Vec<(&'static str, i32)>)>;

#[derive(Default)]
struct Book {
    entries: Vec<Written>,
    shares: BTreeMap<ProjectId, Shares>,
}

impl Book {
    /// What rows should hold by goal and target; `-` for work without a goal, and for what names no target.
    fn counted(&self, asked: &Question) -> BTreeMap<(String, Option<String>), Expected> {
        let mut found: BTreeMap<(String, Option<String>), Expected> = BTreeMap::new();
        for (number, entry) in self.entries.iter().enumerate() {
            for (on, minutes) in &entry.days {
                if *on < asked.from || *on > asked.to {
                    continue;
                }
                let sets = self.shares.get(&entry.project).into_iter().flatten();
                let held = sets.filter(|it| it.0 <= *on).max_by_key(|it| it.0);
                let none = vec![("-", 1_000_000)];
                let shares = held.map_or(&none, |it| &it.1);
                let mut rows: BTreeMap<(String, Option<String>), i64> = BTreeMap::new();
                for (code, ppm) in shares {
                    let (goal, target) = match code.split_once('.') {
                        Some((goal, _)) => (goal, *code),
                        None => (*code, "-"),
                    };
                    let ppm = i64::from(*ppm);
                    *rows.entry((goal.to_owned(), None)).or_default() += ppm;
                    let key = (goal.to_owned(), Some(target.to_owned()));
                    *rows.entry(key).or_default() += ppm;
                }
                for (key, ppm) in rows {
                    let row = found.entry(key).or_default();
                    row.minutes += minutes * ppm;
                    row.touched += minutes;
                    row.entries.insert(number);
                    row.people.extend(entry.who);
                    row.projects.insert(entry.project);
                }
            }
        }
        found
    }
}

async fn written(records: &Records, seed: u64) -> Book {
    let mut random = StdRng::seed_from_u64(seed);
    let mut book = Book::default();
    let levels: Vec<EvidenceLevel> = EvidenceLevel::iter().collect();
    let mut workers = Vec::new();
    let shared = records.person().await;
    for number in 0..2 {
        let slug = format!("organization-{number}");
        let organization = records.organization(&slug, "07.041", "2025-01-01").await;
        for which in 0..2 {
            let project = records.project(organization, "07.041").await;
            let thirds = vec![("4.1", 333_333), ("4.2", 333_333), ("6", 333_334)];
            let sevenths = vec![("4", 142_857), ("4.1", 142_857), ("13.a", 714_286)];
            if which == 0 {
                records
                    .shares(
                        (project, "SDG"),
                        ("2025-01-01", Some("2026-01-20")),
                        &thirds,
                    )
                    .await;
                records
                    .shares((project, "SDG"), ("2026-01-20", None), &sevenths)
                    .await;
                let sets = vec![(day("2025-01-01"), thirds), (day("2026-01-20"), sevenths)];
                book.shares.insert(project, sets);
            } else if number == 0 {
                records
                    .shares((project, "SDG"), ("2026-01-05", None), &sevenths)
                    .await;
                book.shares
                    .insert(project, vec![(day("2026-01-05"), sevenths)]);
            }
            let person = match which {
                0 => shared,
                _ => records.person().await,
            };
            let who = records.volunteer(organization, person).await;
            workers.push((organization, project, who));
        }
    }
    let mut nights = BTreeSet::new();
    for _ in 0..80 {
        let (organization, project, who) = workers[random.random_range(0..workers.len())];
        let group = random.random_bool(0.2);
        let on = day("2025-12-01") + Days::new(random.random_range(0..75));
        let headcount = if group { random.random_range(1..20) } else { 1 };
        let mut days = vec![(on, random.random_range(1..300))];
        // Nobody works twice in one night.
        if !group && random.random_bool(0.4) && nights.insert((who.1, on)) {
            days.push((on + Days::new(1), random.random_range(1..200)));
        }
        let texts: Vec<(String, i32)> = days.iter().map(|it| (it.0.to_string(), it.1)).collect();
        let texts: Vec<(&str, i32)> = texts.iter().map(|it| (it.0.as_str(), it.1)).collect();
        records
            .work(Work {
                organization,
                project,
                who: (!group).then_some(who),
                commune: "07.041.01.01",
                status: EntryStatus::Approved,
                days: &texts,
                headcount,
                evidence: levels[random.random_range(0..levels.len())],
            })
            .await;
        let days = days.into_iter();
        book.entries.push(Written {
            project,
            who: (!group).then_some(who.1),
            days: days
                .map(|(on, minutes)| (on, i64::from(minutes * headcount)))
                .collect(),
        });
    }
    book
}

/// Rows by goal and target, as the book has them.
fn rows(report: &SdgReport) -> Vec<((String, Option<String>), reports::indh::Measures)> {
    let code = |it: &Option<entity::vocabulary_term::Model>| {
        it.as_ref().map_or("-".to_owned(), |it| it.code.clone())
    };
    let mut rows = Vec::new();
    for goal in &report.by_goal {
        rows.push(((code(&goal.term), None), goal.measures));
        for target in &goal.by_target {
            rows.push((
                (code(&goal.term), Some(code(&target.term))),
                target.measures,
            ));
        }
    }
    rows
}

/// Holds an answer against the book, row by row, and every breakdown against what it is of.
fn holds(report: &SdgReport, expected: &BTreeMap<(String, Option<String>), Expected>) {
    let rows = rows(report);
    assert_eq!(rows.len(), expected.len());
    for (key, measures) in &rows {
        let it = &expected[key];
        let apart = measures.minutes * WHOLE - it.minutes;
        assert!(
            apart.abs() < 2 * WHOLE,
            "{key:?}: {} of {}",
            measures.minutes,
            it.minutes
        );
        let count = |it: usize| i64::try_from(it).unwrap();
        assert_eq!(
            (
                measures.touched_minutes,
                measures.entries,
                measures.distinct_volunteers,
                measures.projects
            ),
            (
                it.touched,
                count(it.entries.len()),
                count(it.people.len()),
                count(it.projects.len())
            ),
            "{key:?}"
        );
    }
    let goals = report.by_goal.iter().map(|it| it.measures);
    assert_eq!(
        goals.clone().map(|it| it.minutes).sum::<i64>(),
        report.totals.minutes
    );
    assert_eq!(
        goals.map(|it| it.group_minutes).sum::<i64>(),
        report.totals.group_minutes
    );
    for whole in &report.by_evidence {
        let of = |levels: &Levels| levels.get(&whole.level).copied().unwrap_or_default();
        let goals = report.by_goal.iter().map(|it| of(&it.levels));
        assert_eq!(goals.sum::<i64>(), whole.minutes, "{:?}", whole.level);
        for goal in &report.by_goal {
            let targets = goal.by_target.iter().map(|it| of(&it.levels));
            assert_eq!(targets.sum::<i64>(), of(&goal.levels), "{:?}", whole.level);
        }
    }
    for goal in &report.by_goal {
        let targets = goal.by_target.iter().map(|it| it.measures);
        assert_eq!(
            targets.clone().map(|it| it.minutes).sum::<i64>(),
            goal.measures.minutes
        );
        let of_groups: i64 = targets.map(|it| it.group_minutes).sum();
        assert_eq!(of_groups, goal.measures.group_minutes);
        assert_eq!(goal.levels.values().sum::<i64>(), goal.measures.minutes);
        for target in &goal.by_target {
            assert_eq!(target.levels.values().sum::<i64>(), target.measures.minutes);
        }
    }
}

#[tokio::test]
async fn goals_and_targets_say_what_was_written_and_foot() {
    on_both(async |records| {
        let book = written(&records, 3).await;
        for (from, to) in [
            ("2025-01-01", "2026-12-31"),
            ("2025-12-10", "2026-01-25"),
            ("2026-01-20", "2026-01-20"),
            ("2025-02-01", "2025-02-28"),
        ] {
            let asked = question(from, to);
            let report = sdg::answer(&records.ctx, &asked, Measured::No)
                .await
                .unwrap();
            holds(&report, &book.counted(&asked));
            let whole = reports::answer_indh(&records.ctx, &asked).await.unwrap();
            assert_eq!(report.totals, whole.totals, "as the INDH report");
            assert_eq!(report.by_evidence, whole.by_evidence);
            assert_eq!(report.completeness, whole.completeness);
            // What was known at this instant is counted from the ledger itself.
            let as_of = Question {
                as_of: Some(records.now()),
                ..asked
            };
            let then = sdg::answer(&records.ctx, &as_of, Measured::No)
                .await
                .unwrap();
            assert_eq!(rows(&then), rows(&report));
        }
    })
    .await;
}

#[tokio::test]
async fn each_asks_for_what_they_may_count() {
    on_both(async |records| {
        let place = "07.041.01.01";
        let mut organizations = Vec::new();
        for (slug, minutes, target) in [("amal", 100, "4.1"), ("tifawin", 40, "6.1")] {
            let organization = records.organization(slug, "07.041", "2025-01-01").await;
            let project = records.project(organization, "07.041").await;
            let all = [(target, 1_000_000)];
            records
                .shares((project, "SDG"), ("2025-01-01", None), &all)
                .await;
            let person = records.person().await;
            let who = records.volunteer(organization, person).await;
            records
                .work(Work {
                    organization,
                    project,
                    who: Some(who),
                    commune: place,
                    status: EntryStatus::Approved,
                    days: &[("2026-01-10", minutes)],
                    headcount: 1,
                    evidence: EvidenceLevel::SelfDeclared,
                })
                .await;
            organizations.push(organization);
        }
        let tifawin = organizations[1];
        let asked = question("2026-01-01", "2026-01-31");
        let region = records.place("07").await;
        let province = records.place("07.041").await;
        let goals = async |scope: Scope, asked: &Question| {
            let ctx = records.somebody(scope);
            let report = sdg::answer(&ctx, asked, Measured::Yes).await?;
            let goals = report.by_goal.iter().map(|it| {
                let code = it.term.as_ref().map(|it| it.code.clone());
                (code.unwrap_or_default(), it.measures.minutes)
            });
            Ok::<_, ReportError>(goals.collect::<Vec<_>>())
        };
        let both = vec![("4".to_owned(), 100), ("6".to_owned(), 40)];
        let observer = Scope::of(Vec::new(), Vec::new(), vec![region]);
        assert_eq!(goals(observer, &asked).await.unwrap(), both);
        let member = Scope::of(vec![(tifawin, Role::Viewer)], Vec::new(), Vec::new());
        assert_eq!(goals(member, &asked).await.unwrap(), [("6".to_owned(), 40)]);
        // A part is not shown as the whole, and who may count nothing is told nothing.
        let of_province = Scope::of(Vec::new(), Vec::new(), vec![province]);
        let refused = goals(of_province, &asked).await;
        assert!(
            matches!(refused, Err(ReportError::Denied(_))),
            "{refused:?}"
        );
        let nobody = Scope::of(Vec::new(), Vec::new(), Vec::new());
        assert!(matches!(
            goals(nobody, &asked).await,
            Err(ReportError::Denied(_))
        ));
    })
    .await;
}

const QUERY: &str = "query($input: SdgReportInput!) { sdgReport(input: $input) {
    territory { code } from to coverage statusBasis asOf timeBasis { zone }
    totals { minutes participations byEvidence { evidenceLevel minutes } }
    byGoal { term { code level nameEn translations { locale status } } colour minutes groupMinutes touchedMinutes
        entries distinctVolunteers projects organizations byEvidence { minutes }
        byTarget { term { code level parent { code } translations { locale status } } minutes touchedMinutes
            byEvidence { minutes } } }
    indicators { term { code } progress { indicator { code } reachedPercent } } indicatorCount
    valueOfWork { central gap } completeness { expected reporting }
    additivity { dimension measure additivity } } }";

async fn asked(who: &Person, input: &Value) -> Value {
    who.asks(QUERY, json!({ "input": input })).await["sdgReport"].take()
}

async fn serves(cast: &Cast, project: &str, shares: &[(&str, &str)]) {
    let shares: Vec<Value> = shares
        .iter()
        .map(|(code, percent)| json!({ "termCode": code, "percent": percent }))
        .collect();
    let input = json!({ "projectId": project, "vocabulary": "SDG", "shares": shares });
    let refused = cast.owner.refused("setTagAllocations", input).await;
    assert_eq!(refused, Vec::<String>::new());
}

on_both_databases! {
    /// What a client draws: goals with their colours, targets below, and what may be added up.
    async fn goals_come_with_their_colours_and_targets(app: App) {
        let cast = Cast::on(&app).await;
        serves(&cast, &cast.project, &[("8.10", "25"), ("8", "25"), ("16.1", "50")]).await;
        let entry = cast.coordinator.logs(&cast.record, &cast.project, "2026-10-10", 101).await;
        cast.owner.approves(&[&entry]).await;
        let input = json!({ "territoryCode": "07", "from": "2026-10-01", "to": "2026-10-31" });

        let read = asked(&cast.owner, &input).await;

        // 50.5 and 50.5: of equal remainders the first has the minute. Within goal 8, 25.25 twice of 51.
        assert_eq!(read["totals"]["minutes"], 101);
        let goals = read["byGoal"].as_array().unwrap();
        let told: Vec<_> = goals.iter().map(|it| json!([it["term"]["code"], it["colour"], it["minutes"], it["touchedMinutes"]])).collect();
        assert_eq!(json!(told), json!([["8", "#A21942", 51, 101], ["16", "#00689D", 50, 101]]));
        let targets = goals[0]["byTarget"].as_array().unwrap();
        let told: Vec<_> = targets.iter().map(|it| json!([it["term"]["code"], it["minutes"]])).collect();
        assert_eq!(json!(told), json!([["8.10", 26], [null, 25]]));
        assert_eq!(targets[0]["term"]["parent"]["code"], "8");
        // No Arabic name was to be had: it is told, not made up.
        assert_eq!(targets[0]["term"]["translations"], json!([{ "locale": "ar", "status": "MISSING" }]));
        assert_eq!(goals[0]["term"]["translations"], json!([]));
        assert_eq!((&read["coverage"], &read["statusBasis"]), (&json!("ORGANIZATIONS"), &json!(["APPROVED"])));
        assert_eq!((&read["indicators"], &read["indicatorCount"]), (&json!([]), &json!(0)));
        assert_eq!(read["completeness"]["expected"], 1);
        let rule = |dimension: &str, measure: &str| {
            let rules = read["additivity"].as_array().unwrap().iter();
            let mut rules = rules.filter(|it| it["dimension"] == dimension && it["measure"] == measure);
            rules.next().unwrap()["additivity"].clone()
        };
        assert_eq!(rule("GOAL", "MINUTES"), "ADDITIVE");
        assert_eq!(rule("TARGET", "MINUTES"), "ADDITIVE");
        assert_eq!(rule("TARGET", "TOUCHED_MINUTES"), "DISTINCT");
        assert_eq!(rule("GOAL", "DISTINCT_VOLUNTEERS"), "DISTINCT");
        assert!(asked(&cast.observer, &input).await["byGoal"] == read["byGoal"]);

        let wrong = json!({ "territoryCode": "07", "from": "2026-10-31", "to": "2026-10-01" });
        let refused = cast.owner.tries(QUERY, json!({ "input": wrong })).await;
        assert_eq!(refused.error_code(), "BAD_USER_INPUT");
        let country = json!({ "territoryCode": "MA", "from": "2026-10-01", "to": "2026-10-31" });
        for who in [&cast.observer, &cast.volunteer] {
            let refused = who.tries(QUERY, json!({ "input": country })).await;
            assert_eq!(refused.error_code(), "FORBIDDEN");
        }
        let refused = cast.nobody.tries(QUERY, json!({ "input": country })).await;
        assert_eq!(refused.error_code(), "UNAUTHENTICATED");
    }

    /// More goals, targets and indicators cost no more statements.
    async fn a_report_costs_the_same_whatever_it_holds(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "territoryCode": "07", "from": "2026-02-01", "to": "2026-02-28" });
        let mut costs = Vec::new();
        for (from, to) in [(1, 2), (2, 6)] {
            for number in from..to {
                let project = cast.owner.opens_project(&cast.organization, &format!("P{number}")).await;
                let target = format!("{number}.1");
                serves(&cast, &project, &[(&target, "60"), ("6.2", "40")]).await;
                let on = format!("2026-02-{:02}", number + 1);
                let entry = cast.coordinator.logs(&cast.record, &project, &on, 60).await;
                cast.owner.approves(&[&entry]).await;
                let made = cast.owner.done("createIndicator", json!({ "organizationId": cast.organization.id,
                    "code": format!("I{number}"), "nameFr": "Ménages", "unit": "ménages", "valueType": "COUNT", "level": "OUTPUT",
                    "overTime": "SUM", "overPlace": "SUM", "sdgCode": target }), "indicator { id }").await;
                let aims = json!({ "indicatorId": made["indicator"]["id"], "projectId": project,
                    "targets": [{ "from": "2026-02-01", "to": "2026-02-28", "value": { "value": "10" } }] });
                cast.owner.done("setTargets", aims, "targets { from }").await;
            }
            // What was written since is folded the first time.
            asked(&cast.owner, &input).await;
            let (read, cost) = counted(&app, asked(&cast.owner, &input)).await;
            assert_eq!(read["indicatorCount"], to - 1);
            assert_eq!(read["indicators"].as_array().unwrap().len(), to - 1);
            costs.push(cost);
        }
        assert_eq!(costs[0], costs[1], "more rows, more statements");
        assert!(costs[1] <= 32, "{costs:?}");
    }
}
