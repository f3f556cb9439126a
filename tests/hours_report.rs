//! The hours report: every measure of every pair of dimensions against a count of our own, and what clients
//! read of it.
//!
//! What it counts is written by `support::records`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::Datelike;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::Iterable;
use sea_orm::QueryFilter;
use serde_json::json;
use tiwizi::reports;
use tiwizi::reports::Question;
use tiwizi::reports::ReportName;
use tiwizi::reports::Valued;
use tiwizi::reports::answer_indh;
use tiwizi::reports::hours;
use tiwizi::reports::hours::HoursReport;
use tiwizi::rollups::Dimension;
use tiwizi::rollups::Member;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;
use crate::support::records::Records;
use crate::support::records::Work;
use crate::support::records::day;
use crate::support::records::on_both;
use crate::support::statements::counted;

pub const DIMENSIONS: [Dimension; 12] = [
    Dimension::Programme,
    Dimension::Axis,
    Dimension::Goal,
    Dimension::Target,
    Dimension::Territory,
    Dimension::Project,
    Dimension::Organization,
    Dimension::Month,
    Dimension::Quarter,
    Dimension::Year,
    Dimension::Status,
    Dimension::Evidence,
];
const STATUSES: [EntryStatus; 3] = [
    EntryStatus::Draft,
    EntryStatus::Submitted,
    EntryStatus::Approved,
];
/// A whole, in millionths.
const WHOLE: i128 = 1_000_000;

pub fn question(from: &str, to: &str) -> Question {
    Question {
        name: ReportName::Indh,
        territory_code: "07".to_owned(),
        from: day(from),
        to: day(to),
        organization: None,
        status_basis: STATUSES.to_vec(),
        as_of: None,
        valued: Valued::No,
    }
}

/// An entry as it was written.
#[derive(Clone)]
pub struct Written {
    pub id: EntryId,
    pub organization: OrganizationId,
    pub project: ProjectId,
    pub who: Option<PersonId>,
    pub province: &'static str,
    pub status: EntryStatus,
    pub evidence: EvidenceLevel,
    pub headcount: i32,
    pub days: Vec<(NaiveDate, i64)>,
}

/// Shares of a project by code of the term, from a day on.
type Shares = Vec<(NaiveDate, Vec<(&'static str, i32)>)>;

/// Everything that was written, for a count that reads no table.
#[derive(Clone, Default)]
pub struct Book {
    pub entries: Vec<Written>,
    programmes: BTreeMap<ProjectId, Shares>,
    goals: BTreeMap<ProjectId, Shares>,
}

/// What a field should hold.
#[derive(Default)]
struct Expected {
    /// In millionths of millionths of a minute.
    minutes: i128,
    touched: i64,
    entries: BTreeSet<usize>,
    participations: i64,
    people: BTreeSet<PersonId>,
    projects: BTreeSet<ProjectId>,
    organizations: BTreeSet<OrganizationId>,
}

impl Book {
    /// The members that a day of an entry belongs to, by name, each with its share.
    pub fn members(
        &self,
        entry: &Written,
        on: NaiveDate,
        dimension: Dimension,
    ) -> Vec<(String, i32)> {
        let shared = |shares: &BTreeMap<ProjectId, Shares>, name: fn(&str) -> String| {
            let of = shares.get(&entry.project).into_iter().flatten();
            let last = of.filter(|it| it.0 <= on).max_by_key(|it| it.0);
            let Some((_, parts)) = last else {
                return vec![("-".to_owned(), 1_000_000)];
            };
            let mut by_name: BTreeMap<String, i32> = BTreeMap::new();
            for (code, ppm) in parts {
                *by_name.entry(name(code)).or_default() += ppm;
            }
            by_name.into_iter().collect()
        };
        let name = match dimension {
            Dimension::Programme => {
                let programme = |code: &str| code.split("-A").next().unwrap().to_owned();
                return shared(&self.programmes, programme);
            }
            Dimension::Axis => return shared(&self.programmes, str::to_owned),
            Dimension::Goal => {
                let goal = |code: &str| code.split('.').next().unwrap().to_owned();
                return shared(&self.goals, goal);
            }
            Dimension::Target => return shared(&self.goals, str::to_owned),
            Dimension::Territory => entry.province.to_owned(),
            Dimension::Project => entry.project.0.to_string(),
            Dimension::Organization => entry.organization.0.to_string(),
            Dimension::Month => on.with_day(1).unwrap().to_string(),
            Dimension::Quarter => {
                let month = on.month0() / 3 * 3 + 1;
                NaiveDate::from_ymd_opt(on.year(), month, 1)
                    .unwrap()
                    .to_string()
            }
            Dimension::Year => NaiveDate::from_ymd_opt(on.year(), 1, 1)
                .unwrap()
                .to_string(),
            Dimension::Status => format!("{:?}", entry.status),
            Dimension::Evidence => format!("{:?}", entry.evidence),
        };
        vec![(name, 1_000_000)]
    }

    /// What every field should hold; `ALL` is an edge.
    fn counted(
        &self,
        asked: &Question,
        rows: Dimension,
        columns: Dimension,
    ) -> BTreeMap<(String, String), Expected> {
        let mut found: BTreeMap<(String, String), Expected> = BTreeMap::new();
        for (number, entry) in self.entries.iter().enumerate() {
            for (on, minutes) in &entry.days {
                if *on < asked.from || *on > asked.to {
                    continue;
                }
                let whole = ("ALL".to_owned(), 1_000_000);
                let with = |mut it: Vec<(String, i32)>| {
                    it.push(whole.clone());
                    it
                };
                for (row, of_row) in with(self.members(entry, *on, rows)) {
                    for (column, of_column) in with(self.members(entry, *on, columns)) {
                        let field = found.entry((row.clone(), column)).or_default();
                        field.minutes +=
                            i128::from(*minutes) * i128::from(of_row) * i128::from(of_column);
                        field.touched += minutes;
                        if field.entries.insert(number) {
                            field.participations += i64::from(entry.headcount);
                        }
                        field.people.extend(entry.who);
                        field.projects.insert(entry.project);
                        field.organizations.insert(entry.organization);
                    }
                }
            }
        }
        found
    }
}

/// The name of a member as the book has it.
pub fn name(member: &Member, terms: &BTreeMap<entity::ids::TermId, String>) -> String {
    match member {
        Member::Whole => "ALL".to_owned(),
        Member::Term(id) => id.map_or("-".to_owned(), |id| terms[&id].clone()),
        Member::Place(code) => code.clone().unwrap_or("-".to_owned()),
        Member::Project(id) => id.0.to_string(),
        Member::Organization(id) => id.0.to_string(),
        Member::Span(first) => first.to_string(),
        Member::Status(status) => format!("{status:?}"),
        Member::Evidence(level) => format!("{level:?}"),
    }
}

/// Ninety entries of two organizations: nights, groups, shares that change.
pub async fn written(records: &Records, seed: u64) -> Book {
    let mut random = StdRng::seed_from_u64(seed);
    let mut book = Book::default();
    let levels: Vec<EvidenceLevel> = EvidenceLevel::iter().collect();
    let places = [
        ("07.041.01.01", "07.041"),
        ("07.041.03.15", "07.041"),
        ("07.211", "07.211"),
        ("07", "-"),
    ];
    let mut workers: Vec<(OrganizationId, ProjectId, (VolunteerId, PersonId))> = Vec::new();
    let mut nights = BTreeSet::new();
    let shared = records.person().await;
    for number in 0..2 {
        let slug = format!("organization-{number}");
        let organization = records.organization(&slug, "07.041", "2025-01-01").await;
        for which in 0..2 {
            let project = records.project(organization, "07.041").await;
            let thirds = vec![
                ("PH3-P1", 333_333),
                // A programme and two of its axes: together a third.
                ("PH3-P2", 111_111),
                ("PH3-P2-A1", 111_111),
                ("PH3-P2-A3", 111_111),
                ("PH3-P4", 333_334),
            ];
            let halves = vec![("PH3-P1", 500_000), ("PH3-P3", 500_000)];
            let goals = vec![
                ("1", 142_857),
                ("4", 42_857),
                ("4.1", 100_000),
                ("5.a", 714_286),
            ];
            if which == 0 {
                records
                    .tags(project, "2025-01-01", Some("2026-01-20"), &thirds)
                    .await;
                records.tags(project, "2026-01-20", None, &halves).await;
                let sets = vec![(day("2025-01-01"), thirds), (day("2026-01-20"), halves)];
                book.programmes.insert(project, sets);
            }
            if number == 0 {
                records
                    .shares((project, "SDG"), ("2026-01-05", None), &goals)
                    .await;
                book.goals.insert(project, vec![(day("2026-01-05"), goals)]);
            }
            let person = if which == 0 {
                shared
            } else {
                records.person().await
            };
            workers.push((
                organization,
                project,
                records.volunteer(organization, person).await,
            ));
        }
    }
    for _ in 0..90 {
        let (organization, project, who) = workers[random.random_range(0..workers.len())];
        let (commune, province) = places[random.random_range(0..places.len())];
        let group = random.random_bool(0.2);
        let on = day("2025-11-20") + Days::new(random.random_range(0..90));
        let headcount = if group { random.random_range(1..20) } else { 1 };
        let minutes = random.random_range(1..300);
        let mut days = vec![(on, minutes)];
        // Nobody works twice in one night.
        if !group && random.random_bool(0.4) && nights.insert((who.1, on)) {
            days.push((on + Days::new(1), random.random_range(1..200)));
        }
        let texts: Vec<(String, i32)> = days.iter().map(|it| (it.0.to_string(), it.1)).collect();
        let texts: Vec<(&str, i32)> = texts.iter().map(|it| (it.0.as_str(), it.1)).collect();
        let (status, evidence) = (
            STATUSES[random.random_range(0..STATUSES.len())],
            levels[random.random_range(0..levels.len())],
        );
        let id = records
            .work(Work {
                organization,
                project,
                who: (!group).then_some(who),
                commune,
                status,
                days: &texts,
                headcount,
                evidence,
            })
            .await;
        book.entries.push(Written {
            id,
            organization,
            project,
            who: (!group).then_some(who.1),
            province,
            status,
            evidence,
            headcount,
            days: days
                .into_iter()
                .map(|(on, minutes)| (on, i64::from(minutes * headcount)))
                .collect(),
        });
    }
    book
}

/// Holds an answer against the book, field by field.
fn holds(
    report: &HoursReport,
    expected: &BTreeMap<(String, String), Expected>,
    name: impl Fn(&Member) -> String,
) {
    let what = format!("{:?} by {:?}", report.rows, report.columns);
    let row = |at: usize| name(&report.by_row[at].label.member);
    let column = |at: usize| name(&report.by_column[at].label.member);
    let mut shown: Vec<((String, String), hours::Crossing)> = Vec::new();
    for it in &report.crossings {
        shown.push(((row(it.row), column(it.column)), *it));
    }
    let inner = expected
        .iter()
        .filter(|(key, _)| key.0 != "ALL" && key.1 != "ALL");
    assert_eq!(shown.len(), inner.count(), "{what}");
    let lines = report
        .by_row
        .iter()
        .map(|it| ((name(&it.label.member), "ALL".to_owned()), it.measures));
    let feet = report
        .by_column
        .iter()
        .map(|it| (("ALL".to_owned(), name(&it.label.member)), it.measures));
    let whole = [(("ALL".to_owned(), "ALL".to_owned()), report.totals)];
    let none = Expected::default();
    let crossings = shown.iter().map(|(key, it)| (key.clone(), it.measures));
    for (key, measures) in crossings.chain(lines).chain(feet).chain(whole) {
        let it = expected.get(&key).unwrap_or(&none);
        let apart = i128::from(measures.minutes) * WHOLE * WHOLE - it.minutes;
        assert!(
            apart.abs() < WHOLE * WHOLE,
            "{what} {key:?}: {} of {}",
            measures.minutes,
            it.minutes
        );
        let count = |it: usize| i64::try_from(it).unwrap();
        assert_eq!(
            (
                measures.touched_minutes,
                measures.entries,
                measures.participations,
                measures.distinct_volunteers,
                measures.projects,
                measures.organizations,
            ),
            (
                it.touched,
                count(it.entries.len()),
                it.participations,
                count(it.people.len()),
                count(it.projects.len()),
                count(it.organizations.len()),
            ),
            "{what} {key:?}"
        );
    }
    // To the minute: fields to rows and columns, both to the whole.
    for (at, line) in report.by_row.iter().enumerate() {
        let fields = report.crossings.iter().filter(|it| it.row == at);
        let sum: i64 = fields.map(|it| it.measures.minutes).sum();
        assert_eq!(sum, line.measures.minutes, "{what}");
    }
    for (at, line) in report.by_column.iter().enumerate() {
        let fields = report.crossings.iter().filter(|it| it.column == at);
        let sum: i64 = fields.map(|it| it.measures.minutes).sum();
        assert_eq!(sum, line.measures.minutes, "{what}");
    }
    let sum: i64 = report.by_row.iter().map(|it| it.measures.minutes).sum();
    assert_eq!(sum, report.totals.minutes, "{what}");
}

#[tokio::test]
async fn any_two_dimensions_say_what_was_written_and_foot() {
    on_both(async |records| {
        let book = written(&records, 7).await;
        let terms = vocabulary_term::Entity::find()
            .filter(vocabulary_term::Column::Vocabulary.is_in(["INDH", "SDG"]))
            .all(records.ctx.read())
            .await
            .unwrap();
        let terms = terms.into_iter().map(|it| (it.id, it.code)).collect();
        for (from, to) in [("2025-01-01", "2026-12-31"), ("2025-12-10", "2026-01-25")] {
            let asked = question(from, to);
            for rows in DIMENSIONS {
                for columns in DIMENSIONS.into_iter().filter(|it| !it.clashes(rows)) {
                    let answered = hours::answer(&records.ctx, &asked, (rows, Some(columns))).await;
                    let report = answered.unwrap();
                    let expected = book.counted(&asked, rows, columns);
                    holds(&report, &expected, |it| name(it, &terms));
                }
            }
        }
    })
    .await;
}

/// Work of one project of two programmes and their axes, an odd number of minutes each day.
async fn odd(records: &Records) {
    let organization = records
        .organization("al-amal", "07.041.01.01", "2025-01-10")
        .await;
    let project = records.project(organization, "07.041.01.01").await;
    let shares = [
        ("PH3-P1-A1", 250_000),
        ("PH3-P1-A2", 250_000),
        ("PH3-P4", 500_000),
    ];
    records.tags(project, "2025-01-01", None, &shares).await;
    let person = records.person().await;
    let who = records.volunteer(organization, person).await;
    for (on, minutes, evidence) in [
        ("2026-01-10", 61, EvidenceLevel::SelfDeclared),
        ("2026-02-11", 33, EvidenceLevel::CheckedInAndOut),
        ("2026-03-12", 7, EvidenceLevel::SelfDeclared),
    ] {
        records
            .work(Work {
                organization,
                project,
                who: Some(who),
                commune: "07.041.01.01",
                status: EntryStatus::Approved,
                days: &[(on, minutes)],
                headcount: 1,
                evidence,
            })
            .await;
    }
}

#[tokio::test]
async fn a_programme_is_the_same_whatever_it_is_crossed_with() {
    on_both(async |records| {
        odd(&records).await;
        let asked = question("2026-01-01", "2026-03-31");
        let report = answer_indh(&records.ctx, &asked).await.unwrap();
        let minutes = |it: &reports::indh::Measures| it.minutes;
        let programmes = report.by_programme.iter().map(|it| minutes(&it.measures));
        let programmes: Vec<i64> = programmes.collect();
        let axes = report.by_programme.iter().flat_map(|it| &it.by_axis);
        let axes: Vec<i64> = axes.map(|it| minutes(&it.measures)).collect();
        // 101 minutes in halves: the one left over goes to the first; of its 51 one to its first axis.
        assert_eq!(programmes, [51, 50]);
        assert_eq!(axes, [26, 25, 50]);

        let rows = async |of| {
            let report = hours::answer(&records.ctx, &asked, of).await.unwrap();
            let rows = report.by_row.iter().map(|it| minutes(&it.measures));
            rows.collect::<Vec<i64>>()
        };
        for columns in [
            None,
            Some(Dimension::Month),
            Some(Dimension::Territory),
            Some(Dimension::Evidence),
            Some(Dimension::Project),
        ] {
            assert_eq!(rows((Dimension::Programme, columns)).await, programmes);
            assert_eq!(rows((Dimension::Axis, columns)).await, axes);
        }
    })
    .await;
}

/// Holds what crosses in the INDH report of an interval against the book, month by month.
async fn crosses(records: &Records, book: &Book, (from, to): (&str, &str)) {
    let asked = question(from, to);
    let report = answer_indh(&records.ctx, &asked).await.unwrap();
    let rows = report.crossings.rows().unwrap();
    assert!(!rows.is_empty());
    let mut shown = 0;
    for of_month in &report.by_month {
        let last = of_month.month + Months::new(1) - Days::new(1);
        let mut asked = asked.clone();
        (asked.from, asked.to) = (asked.from.max(of_month.month), asked.to.min(last));
        let mut expected = book.counted(&asked, Dimension::Programme, Dimension::Territory);
        expected.retain(|key, _| key.0 != "ALL" && key.1 != "ALL");
        let rows: Vec<_> = rows
            .iter()
            .filter(|it| it.month == of_month.month)
            .collect();
        assert_eq!(rows.len(), expected.len(), "{}", of_month.month);
        for row in &rows {
            let own_level = row.territory_code == "07";
            let place = if own_level { "-" } else { &row.territory_code };
            let programme = row.programme_code.as_deref().unwrap_or("-");
            let it = &expected[&(programme.to_owned(), place.to_owned())];
            let apart = i128::from(row.measures.minutes) * WHOLE * WHOLE - it.minutes;
            assert!(apart.abs() < WHOLE * WHOLE, "{row:?}");
            let count = |it: usize| i64::try_from(it).unwrap();
            assert_eq!(
                (
                    row.measures.touched_minutes,
                    row.measures.entries,
                    row.measures.participations,
                    row.measures.distinct_volunteers,
                    row.measures.projects,
                    row.measures.organizations,
                ),
                (
                    it.touched,
                    count(it.entries.len()),
                    it.participations,
                    count(it.people.len()),
                    count(it.projects.len()),
                    count(it.organizations.len()),
                ),
                "{row:?}"
            );
        }
        let sum: i64 = rows.iter().map(|it| it.measures.minutes).sum();
        assert_eq!(sum, of_month.measures.minutes);
        // A place is whole minutes: programmes add up to it exactly.
        for territory in &report.by_territory {
            let code = &territory.territory.code;
            let of_place = rows.iter().filter(|it| it.territory_code == *code);
            let place = if code == "07" { "-" } else { code };
            let entries = book.entries.iter().filter(|it| it.province == place);
            let days = entries.flat_map(|it| &it.days);
            let within = days.filter(|(on, _)| asked.from <= *on && *on <= asked.to);
            assert_eq!(
                of_place.map(|it| it.measures.minutes).sum::<i64>(),
                within.map(|(_, minutes)| minutes).sum::<i64>()
            );
        }
        shown += rows.len();
    }
    assert_eq!(shown, rows.len());
    let sum: i64 = rows.iter().map(|it| it.measures.minutes).sum();
    assert_eq!(sum, report.totals.minutes);
}

#[tokio::test]
async fn programmes_places_and_months_cross_as_they_were_written() {
    on_both(async |records| {
        let mut book = written(&records, 11).await;
        let whole = ("2025-01-01", "2026-12-31");
        crosses(&records, &book, whole).await;
        crosses(&records, &book, ("2025-12-10", "2026-01-25")).await;
        // Sheets were opened by now, and are found so again.
        crosses(&records, &book, whole).await;

        let (organization, project) = (book.entries[0].organization, book.entries[0].project);
        let id = records
            .work(Work {
                organization,
                project,
                who: None,
                commune: "07.041.01.01",
                status: EntryStatus::Approved,
                days: &[("2026-01-25", 7)],
                headcount: 3,
                evidence: EvidenceLevel::SelfDeclared,
            })
            .await;
        book.entries.push(Written {
            id,
            organization,
            project,
            who: None,
            province: "07.041",
            status: EntryStatus::Approved,
            evidence: EvidenceLevel::SelfDeclared,
            headcount: 3,
            days: vec![(day("2026-01-25"), 21)],
        });
        crosses(&records, &book, whole).await;
    })
    .await;
}

const QUERY: &str = "query($input: HoursReportInput!) { hoursReport(input: $input) {
    rowDimension columnDimension coverage statusBasis totals { minutes touchedMinutes distinctVolunteers }
    rows { member { key term { code } territory { code } project { title } organization { slug } from to
             status evidenceLevel }
           measures { minutes touchedMinutes } cells { columnKey measures { minutes entries } } }
    columns { member { key from to } measures { minutes participations projects organizations } }
    additivity { dimension measure additivity } } }";

on_both_databases! {
    /// What a coordinator reads of their own organization, in the shape that clients draw a table from.
    async fn a_table_is_drawn_from_keys(app: App) {
        let cast = Cast::on(&app).await;
        for (on, minutes) in [("2026-01-10", 60), ("2026-02-10", 90), ("2026-02-11", 30)] {
            let entry = cast.coordinator.logs(&cast.record, &cast.project, on, minutes).await;
            cast.owner.approves(&[&entry]).await;
        }
        let mut input = json!({ "territoryCode": "MA", "from": "2026-01-01", "to": "2026-02-15",
            "rows": "PROJECT", "columns": "MONTH" });

        let read = cast.owner.asks(QUERY, json!({ "input": input })).await["hoursReport"].take();

        assert_eq!(read["totals"], json!({ "minutes": 180, "touchedMinutes": 180, "distinctVolunteers": 1 }));
        let row = &read["rows"][0];
        assert_eq!(row["member"]["key"], json!(cast.project));
        assert!(row["member"]["project"]["title"].is_string() && row["member"]["term"].is_null());
        assert_eq!(row["cells"], json!([
            { "columnKey": "2026-01-01", "measures": { "minutes": 60, "entries": 1 } },
            { "columnKey": "2026-02-01", "measures": { "minutes": 120, "entries": 2 } },
        ]));
        assert_eq!(read["columns"][1]["member"],
            json!({ "key": "2026-02-01", "from": "2026-02-01", "to": "2026-02-15" }));
        assert_eq!(read["coverage"], "ORGANIZATIONS");
        let additive = read["additivity"].as_array().unwrap().iter()
            .find(|it| it["dimension"] == "MONTH" && it["measure"] == "DISTINCT_VOLUNTEERS");
        assert_eq!(additive.unwrap()["additivity"], "DISTINCT");

        input["columns"] = json!("PROJECT");
        let refused = cast.owner.tries(QUERY, json!({ "input": input })).await.body;
        let extensions = &refused["errors"][0]["extensions"];
        assert_eq!(extensions["rule"], "report.dimensions", "{refused:#}");
        assert_eq!(extensions["code"], "BAD_USER_INPUT", "{refused:#}");
    }

    /// More rows cost no more statements.
    async fn a_table_costs_the_same_whatever_it_holds(app: App) {
        let cast = Cast::on(&app).await;
        let mut costs = Vec::new();
        for (from, to) in [(0, 1), (1, 6)] {
            for number in from..to {
                let project = cast.owner.opens_project(&cast.organization, &format!("P{number}")).await;
                let on = format!("2026-02-{:02}", number + 1);
                let entry = cast.coordinator.logs(&cast.record, &project, &on, 60).await;
                cast.owner.approves(&[&entry]).await;
            }
            let input = json!({ "territoryCode": "MA", "from": "2026-02-01", "to": "2026-02-28",
                "rows": "PROJECT", "columns": "ORGANIZATION" });
            // What was written since is folded the first time.
            cast.owner.asks(QUERY, json!({ "input": input })).await;
            let (read, cost) = counted(&app, cast.owner.asks(QUERY, json!({ "input": input }))).await;
            assert_eq!(read["hoursReport"]["rows"].as_array().unwrap().len(), to);
            costs.push(cost);
        }
        assert_eq!(costs[0], costs[1], "more rows, more statements");
    }
}
