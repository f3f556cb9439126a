//! The report of volunteer work: tables worked out by hand, whose records describe people, and tables that
//! foot whatever was recorded.
//!
//! Who may ask of a territory is tested with the INDH report.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::Datelike;
use chrono::Days;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::project;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::Role;
use entity::types::Sex;
use entity::volunteer;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ActiveModelTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
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
use tiwizi::reports::volunteer_work;
use tiwizi::reports::volunteer_work::Asked;
use tiwizi::reports::volunteer_work::Dimension;
use tiwizi::reports::volunteer_work::Gap;
use tiwizi::reports::volunteer_work::VolunteerWork;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::REGION;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::records::Records;
use crate::support::records::Work;
use crate::support::records::day;
use crate::support::records::on_both;

fn asked(territory: &str, from: &str, to: &str) -> Asked {
    Asked {
        territory_code: territory.to_owned(),
        from: day(from),
        to: day(to),
        organization: None,
        status_basis: vec![EntryStatus::Approved],
        as_of: None,
    }
}

/// Codes of a table with work: people, minutes.
fn table(report: &VolunteerWork, dimension: Dimension) -> Vec<(String, i64, i64)> {
    let table = report.tables.iter().find(|it| it.dimension == dimension);
    let rows = table.unwrap().rows.iter();
    rows.filter(|it| it.amounts != volunteer_work::Amounts::default())
        .map(|it| {
            let code = it.code.clone().unwrap_or_else(|| "-".to_owned());
            (code, it.amounts.people, it.amounts.minutes)
        })
        .collect()
}

fn rows(expected: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    expected
        .iter()
        .map(|(code, people, minutes)| ((*code).to_owned(), *people, *minutes))
        .collect()
}

async fn describe(records: &Records, who: VolunteerId, sex: Option<Sex>, born: Option<&str>) {
    let row = volunteer::Entity::find_by_id(who);
    let row = row.one(records.ctx.read()).await.unwrap().unwrap();
    let row = volunteer::Model {
        sex,
        birth_date: born.map(day),
        ..row
    };
    save(records, row.into_active_model()).await;
}

async fn sector(records: &Records, id: OrganizationId, code: &str) {
    let row = organization::Entity::find_by_id(id);
    let row = row.one(records.ctx.read()).await.unwrap().unwrap();
    let sector_code = Some(code.to_owned());
    let row = organization::Model { sector_code, ..row };
    save(records, row.into_active_model()).await;
}

/// The field of a project, which goes before that of its organization.
async fn field(records: &Records, id: ProjectId, code: &str) {
    let row = project::Entity::find_by_id(id);
    let row = row.one(records.ctx.read()).await.unwrap().unwrap();
    let sector_code = Some(code.to_owned());
    let row = project::Model { sector_code, ..row };
    save(records, row.into_active_model()).await;
}

async fn occupation(records: &Records, id: ProjectId, code: &str) {
    let row = project::Entity::find_by_id(id);
    let row = row.one(records.ctx.read()).await.unwrap().unwrap();
    let occupation_code = Some(code.to_owned());
    let row = project::Model {
        occupation_code,
        ..row
    };
    save(records, row.into_active_model()).await;
}

async fn save<A>(records: &Records, row: A)
where
    A: ActiveModelTrait + sea_orm::ActiveModelBehavior + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A> + Send + Sync,
{
    let done = records
        .ctx
        .transaction(async |tx| row.reset_all().update(&**tx).await);
    done.await.unwrap();
}

/// A woman with a record in each of two organizations, a man, somebody of whom nothing is known, a group.
async fn two_organizations(records: &Records) -> [(OrganizationId, ProjectId); 2] {
    let amal = records
        .organization("al-amal", "07.041.01.01", "2025-01-10")
        .await;
    let tifawin = records
        .organization("tifawin", "07.041.03.15", "2025-01-10")
        .await;
    sector(records, amal, "B").await;
    let school = records.project(amal, "07.041.01.01").await;
    occupation(records, school, "23").await;
    let well = records.project(tifawin, "07.041.03.15").await;
    let fatima = records.person().await;
    let at_amal = records.volunteer(amal, fatima).await;
    let at_tifawin = records.volunteer(tifawin, fatima).await;
    // What one record lacks, the other says.
    describe(records, at_amal.0, Some(Sex::Female), Some("2001-12-31")).await;
    describe(records, at_tifawin.0, None, None).await;
    let ali = records.person().await;
    let ali = records.volunteer(tifawin, ali).await;
    describe(records, ali.0, Some(Sex::Male), Some("1960-06-01")).await;
    let unknown = records.person().await;
    let unknown = records.volunteer(amal, unknown).await;
    let works: [(_, _, _, _, &[(&str, i32)], i32); 5] = [
        // The year in which she reaches 24, and that of 25; a night between them.
        (
            amal,
            school,
            Some(at_amal),
            "07.041.01.01",
            &[("2025-12-31", 90), ("2026-01-01", 50)],
            1,
        ),
        (
            tifawin,
            well,
            Some(at_tifawin),
            "07.041.03.15",
            &[("2026-01-10", 30)],
            1,
        ),
        (tifawin, well, Some(ali), "07.041", &[("2026-01-11", 20)], 1),
        (
            amal,
            school,
            Some(unknown),
            "07.041.01.01",
            &[("2026-01-12", 7)],
            1,
        ),
        (
            tifawin,
            well,
            None,
            "07.041.03.15",
            &[("2026-01-13", 10)],
            25,
        ),
    ];
    for (organization, project, who, commune, days, headcount) in works {
        records
            .work(Work {
                organization,
                project,
                who,
                commune,
                status: EntryStatus::Approved,
                days,
                headcount,
                evidence: EvidenceLevel::CheckedIn,
            })
            .await;
    }
    [(amal, school), (tifawin, well)]
}

#[tokio::test]
async fn tables_are_those_worked_out_by_hand() {
    on_both(async |records| {
        two_organizations(&records).await;

        let asked = asked("07.041", "2025-12-01", "2026-01-31");
        let report = volunteer_work::answer(&records.ctx, asked).await.unwrap();

        let totals = report.totals;
        assert_eq!(
            (totals.people, totals.minutes, totals.group_minutes),
            (3, 447, 250)
        );
        let sex = rows(&[("FEMALE", 1, 170), ("MALE", 1, 20), ("-", 1, 257)]);
        assert_eq!(table(&report, Dimension::Sex), sex);
        let age = rows(&[
            ("15-24", 1, 90),
            ("25-34", 1, 80),
            ("65+", 1, 20),
            ("-", 1, 257),
        ]);
        assert_eq!(table(&report, Dimension::Age), age);
        let occupations = rows(&[("2", 2, 147), ("-", 2, 300)]);
        assert_eq!(table(&report, Dimension::Occupation), occupations);
        let sectors = rows(&[("B", 2, 147), ("-", 2, 300)]);
        assert_eq!(table(&report, Dimension::Sector), sectors);
        // Work at the level of the province is in neither milieu.
        let milieu = table(&report, Dimension::Milieu);
        assert_eq!(milieu.iter().map(|it| it.2).sum::<i64>(), 447);
        assert_eq!(milieu.last().unwrap(), &("-".to_owned(), 1, 20));

        // Al Haouz has its people of the census; three for some hundred thousand are a few thousandths for a thousand.
        let people = report.rate.inhabitants.unwrap();
        assert!(people > 500_000, "{people}");
        let expected = (3_i64 * 1_000_000_000 * 2 / i64::from(people) + 1) / 2;
        assert!((1_000..10_000).contains(&expected), "{expected}");
        assert_eq!(report.rate.per_thousand, Ok(expected));
        assert_eq!(report.rate.of_working_age, Err(Gap::NoPopulationByAge));
    })
    .await;
}

#[tokio::test]
async fn what_another_organization_wrote_describes_nobody_to_members() {
    on_both(async |records| {
        let [(amal, _), (tifawin, _)] = two_organizations(&records).await;
        let january = || asked("MA", "2026-01-01", "2026-01-31");
        let viewer = Scope::of(vec![(tifawin, Role::Viewer)], Vec::new(), Vec::new());
        let viewer = records.somebody(viewer);

        // Only the other organization knows that she is a woman.
        let part = volunteer_work::answer(&viewer, january()).await.unwrap();
        assert_eq!(
            table(&part, Dimension::Sex),
            rows(&[("MALE", 1, 20), ("-", 1, 280)])
        );
        assert_eq!(part.rate.per_thousand, Err(Gap::PartOfTerritory));

        let region = records.place("07").await;
        let observer = records.somebody(Scope::of(Vec::new(), Vec::new(), vec![region]));
        let seen = Asked {
            territory_code: "07".to_owned(),
            ..january()
        };
        let whole = volunteer_work::answer(&observer, seen.clone())
            .await
            .unwrap();
        let sex = rows(&[("FEMALE", 1, 80), ("MALE", 1, 20), ("-", 1, 257)]);
        assert_eq!(table(&whole, Dimension::Sex), sex);
        let refused = volunteer_work::answer(&observer, january()).await;
        assert!(matches!(
            refused,
            Err(ReportError::Denied(Denied::NotAllowed))
        ));

        let of_the_other = Asked {
            organization: Some(OrganizationRef::Id(amal)),
            ..january()
        };
        let refused = volunteer_work::answer(&viewer, of_the_other).await;
        assert!(matches!(refused, Err(ReportError::Invalid(_))));
        let member = Scope::of(vec![(tifawin, Role::Volunteer)], Vec::new(), Vec::new());
        let refused = volunteer_work::answer(&records.somebody(member), january()).await;
        assert!(matches!(
            refused,
            Err(ReportError::Denied(Denied::NotAllowed))
        ));
    })
    .await;
}

#[tokio::test]
async fn records_that_contradict_each_other_say_nothing() {
    on_both(async |records| {
        let amal = records
            .organization("al-amal", "07.041.01.01", "2025-01-10")
            .await;
        let tifawin = records
            .organization("tifawin", "07.041.01.01", "2025-01-10")
            .await;
        let project = records.project(amal, "07.041.01.01").await;
        let person = records.person().await;
        let one = records.volunteer(amal, person).await;
        let other = records.volunteer(tifawin, person).await;
        describe(&records, one.0, Some(Sex::Female), Some("1990-01-01")).await;
        describe(&records, other.0, Some(Sex::Male), Some("1990-12-31")).await;
        records
            .work(Work {
                organization: amal,
                project,
                who: Some(one),
                commune: "07.041.01.01",
                status: EntryStatus::Approved,
                days: &[("2026-01-10", 30)],
                headcount: 1,
                evidence: EvidenceLevel::CheckedIn,
            })
            .await;

        let asked = asked("07.041", "2026-01-01", "2026-01-31");
        let report = volunteer_work::answer(&records.ctx, asked).await.unwrap();

        assert_eq!(table(&report, Dimension::Sex), rows(&[("-", 1, 30)]));
        // Years agree, days need not.
        assert_eq!(table(&report, Dimension::Age), rows(&[("35-44", 1, 30)]));
    })
    .await;
}

fn band(age: i32) -> &'static str {
    match age {
        ..15 => "0-14",
        15..25 => "15-24",
        25..35 => "25-34",
        35..45 => "35-44",
        45..55 => "45-54",
        55..65 => "55-64",
        _ => "65+",
    }
}

/// What is known of somebody who works: sex, year of birth.
type Known = (Option<Sex>, Option<i32>);

#[tokio::test]
async fn tables_foot_and_equal_a_direct_count_whatever_was_recorded() {
    on_both(async |records| {
        let mut random = StdRng::seed_from_u64(88);
        let communes = ["07.041.01.01", "07.041.03.15", "07.041", "06.141.01.01"];
        let mut workers = Vec::new();
        for number in 0..3 {
            let slug = format!("organization-{number}");
            let organization = records.organization(&slug, "07.041", "2025-01-01").await;
            if number > 0 {
                sector(&records, organization, ["B11", "D"][number - 1]).await;
            }
            for at in 0..4_i32 {
                let project = records.project(organization, "07.041").await;
                if at > 0 {
                    occupation(
                        &records,
                        project,
                        ["23", "9", "22"][usize::try_from(at).unwrap() - 1],
                    )
                    .await;
                }
                if at > 1 {
                    field(
                        &records,
                        project,
                        ["D10", "D11"][usize::try_from(at).unwrap() - 2],
                    )
                    .await;
                }
                let person = records.person().await;
                let who = records.volunteer(organization, person).await;
                let sex = [None, Some(Sex::Female), Some(Sex::Male)][random.random_range(0..3)];
                let born = random
                    .random_bool(0.8)
                    .then(|| random.random_range(1950..2015));
                let on = born.map(|it| format!("{it}-07-01"));
                describe(&records, who.0, sex, on.as_deref()).await;
                workers.push((organization, project, who, (sex, born), number, at));
            }
        }
        let mut expected: BTreeMap<(&str, String), (BTreeSet<PersonId>, i64)> = BTreeMap::new();
        let (from, to) = (day("2025-12-15"), day("2026-02-15"));
        let mut nights = BTreeSet::new();
        for _ in 0..150 {
            let (organization, project, who, known, number, at) =
                workers[random.random_range(0..workers.len())];
            let (sex, born): Known = known;
            let group = random.random_bool(0.2);
            let headcount = if group { random.random_range(1..20) } else { 1 };
            let begun = day("2025-12-01") + Days::new(random.random_range(0..90));
            let mut days = vec![(begun.to_string(), random.random_range(1..300))];
            if !group && random.random_bool(0.3) && nights.insert((who.1, begun)) {
                days.push((
                    (begun + Days::new(1)).to_string(),
                    random.random_range(1..300),
                ));
            }
            let days: Vec<(&str, i32)> = days.iter().map(|(on, it)| (on.as_str(), *it)).collect();
            let commune = communes[random.random_range(0..communes.len())];
            let status = [EntryStatus::Approved, EntryStatus::Submitted]
                [usize::from(random.random_bool(0.2))];
            records
                .work(Work {
                    organization,
                    project,
                    who: (!group).then_some(who),
                    commune,
                    status,
                    days: &days,
                    headcount,
                    evidence: EvidenceLevel::Imported,
                })
                .await;
            if status != EntryStatus::Approved || !commune.starts_with("07") {
                continue;
            }
            for (on, minutes) in days {
                let on = day(on);
                if !(from..=to).contains(&on) {
                    continue;
                }
                let unknown = || "-".to_owned();
                let of_sex = sex.filter(|_| !group).map_or_else(unknown, |it| match it {
                    Sex::Female => "FEMALE".to_owned(),
                    Sex::Male => "MALE".to_owned(),
                });
                let age = born.filter(|_| !group).map(|it| on.year() - it);
                let of_age = age.map_or_else(unknown, |it| band(it).to_owned());
                let of_occupation = ["-", "2", "9", "2"][usize::try_from(at).unwrap()].to_owned();
                // That of the project, else of the organization; groups and subgroups under their section.
                let of_sector = match at {
                    0 | 1 => ["-", "B", "D"][number].to_owned(),
                    _ => "D".to_owned(),
                };
                for (table, code) in [
                    ("sex", of_sex),
                    ("age", of_age),
                    ("occupation", of_occupation),
                    ("sector", of_sector),
                ] {
                    let cell = expected.entry((table, code)).or_default();
                    cell.1 += i64::from(minutes * headcount);
                    if !group {
                        cell.0.insert(who.1);
                    }
                }
            }
        }

        let asked = Asked {
            from,
            to,
            ..asked("07", "2026-01-01", "2026-01-01")
        };
        // One whose tables do not add up is refused by the report itself.
        let report = volunteer_work::answer(&records.ctx, asked).await.unwrap();

        for (name, dimension) in [
            ("sex", Dimension::Sex),
            ("age", Dimension::Age),
            ("occupation", Dimension::Occupation),
            ("sector", Dimension::Sector),
        ] {
            let mut found = table(&report, dimension);
            found.sort();
            let wanted: Vec<_> = expected
                .iter()
                .filter(|((of, _), _)| *of == name)
                .map(|((_, code), (people, minutes))| {
                    (code.clone(), i64::try_from(people.len()).unwrap(), *minutes)
                })
                .collect();
            assert_eq!(found, wanted, "{name}");
        }
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
        let indh = answer_indh(&records.ctx, &question).await.unwrap().totals;
        assert_eq!(report.totals.minutes, indh.minutes);
        assert_eq!(report.totals.people, indh.distinct_volunteers);
        assert_eq!(report.totals.group_minutes, indh.group_minutes);
    })
    .await;
}

const REPORT: &str = "query($input: VolunteerWorkReportInput!, $locale: Locale) { volunteerWorkReport(input: $input) {
    territory { code } coverage statusBasis timeBasis { zone } asOf totals { people minutes groupMinutes }
    tables { dimension additivityOfMinutes additivityOfPeople rows { code name(locale: $locale) amounts { people minutes } } }
    rate { censusYear inhabitants volunteersPerThousand volunteersPerThousandGap volunteerRatePercent volunteerRateGap } } }";

async fn report(who: &crate::support::cast::Person, locale: &str) -> Value {
    let input = json!({ "territoryCode": REGION, "from": "2026-10-01", "to": "2026-10-31" });
    let asked = json!({ "input": input, "locale": locale });
    who.asks(REPORT, asked).await["volunteerWorkReport"].take()
}

on_both_databases! {
    async fn tables_are_read_in_every_language(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "id": cast.organization.id, "sectorCode": "Z" });
        let refused = cast.owner.does("updateOrganization", input, "userErrors { code path }").await;
        assert_eq!(codes(&refused), ["UNKNOWN_TERM"]);
        // A subgroup counts under its section, that of the project before that of the organization.
        let input = json!({ "id": cast.organization.id, "sectorCode": "B11" });
        cast.owner.done("updateOrganization", input, "organization { sectorCode }").await;
        let input = json!({ "id": cast.project, "sectorCode": "E99" });
        let refused = cast.owner.does("updateProject", input, "userErrors { code path }").await;
        assert_eq!((codes(&refused), &refused["userErrors"][0]["path"]), (vec!["UNKNOWN_TERM".to_owned()], &json!(["sectorCode"])));
        let input = json!({ "id": cast.project, "sectorCode": "E11" });
        let done = cast.owner.done("updateProject", input, "project { sectorCode }").await;
        assert_eq!(done["project"]["sectorCode"], "E11");
        let shares = json!({ "projectId": cast.project, "vocabulary": "ICNP_TSO", "shares": [{ "termCode": "E11", "percent": "100" }] });
        assert_eq!(cast.owner.refused("setTagAllocations", shares).await, ["UNKNOWN_TERM"]);
        let query = "{ vocabularies { code levels terms { code level name(locale: \"fr\") parent { code } translations { locale status } } } }";
        let data = cast.nobody.asks(query, json!({})).await;
        let list = &data["vocabularies"][3];
        assert_eq!((&list["code"], &list["levels"]), (&json!("ICNP_TSO"), &json!(["SECTION", "GROUP", "SUBGROUP"])));
        let terms = list["terms"].as_array().unwrap();
        assert_eq!(terms.len(), 12 + 50 + 65);
        let missing = json!([{ "locale": "ar", "status": "MISSING" }, { "locale": "fr", "status": "MISSING" }]);
        assert_eq!(*terms.iter().find(|it| it["code"] == "E11").unwrap(), json!({ "code": "E11", "level": "SUBGROUP",
            "name": "Land or water management activities", "parent": { "code": "E10" }, "translations": missing }));
        let input = json!({ "id": cast.organization.id, "sectorCode": "B" });
        let done = cast.owner.done("updateOrganization", input, "organization { sectorCode }").await;
        assert_eq!(done["organization"]["sectorCode"], "B");
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        cast.coordinator.approves(&[&entry]).await;

        let told = report(&cast.observer, "en").await;

        assert_eq!(told["totals"], json!({ "people": 1, "minutes": 90, "groupMinutes": 0 }));
        assert_eq!(told["coverage"], "TERRITORY");
        let tables = told["tables"].as_array().unwrap();
        let counts: Vec<_> = tables.iter().map(|it| it["rows"].as_array().unwrap().len()).collect();
        assert_eq!(counts, [3, 8, 11, 13, 3], "every category, and what is not known");
        assert_eq!(tables[0]["additivityOfPeople"], "ADDITIVE");
        assert_eq!(tables[1]["additivityOfPeople"], "DISTINCT");
        assert_eq!(tables[3]["rows"][4]["amounts"]["minutes"], 90);
        assert_eq!(told["rate"]["volunteerRatePercent"], Value::Null);
        assert_eq!(told["rate"]["volunteerRateGap"], "NO_POPULATION_BY_AGE");
        let people = told["rate"]["inhabitants"].as_i64().unwrap();
        assert!(people > 1_000_000, "{people}");
        let millionths = (1_000_000_000 * 2 / people + 1) / 2;
        assert_eq!(told["rate"]["volunteersPerThousand"], format!("0.{millionths:06}"));
        let names = async |locale: &str| {
            let told = report(&cast.observer, locale).await;
            let rows = |at: usize| told["tables"][at]["rows"].clone();
            (0..5).map(|at| rows(at)[1]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("en").await, ["Men", "15 to 24", "Managers", "Education services", "Rural"]);
        assert_eq!(names("fr").await[3], "Services d'éducation");
        let arabic = names("ar").await;
        assert!(arabic.iter().all(|it| it.chars().any(|it| ('\u{600}'..='\u{6ff}').contains(&it))), "{arabic:?}");
        // The part of a member; nothing for whoever may read no figures.
        assert_eq!(report(&cast.owner, "en").await["rate"]["volunteersPerThousandGap"], "PART_OF_TERRITORY");
        let input = json!({ "territoryCode": REGION, "from": "2026-10-01", "to": "2026-10-31" });
        let refused = cast.volunteer.tries(REPORT, json!({ "input": input })).await;
        assert_eq!(refused.error_code(), "FORBIDDEN");
    }

    /// A report costs the same, whatever was recorded.
    async fn the_report_costs_few_statements(app: App) {
        let cast = Cast::on(&app).await;
        let mut costs = Vec::new();
        for number in 0..2 {
            for at in 1..=10_u32 {
                let record = cast.owner.enrols(&cast.organization, &format!("V{number}-{at}")).await;
                let on = format!("2026-10-{at:02}");
                let entry = cast.coordinator.logs(&record, &cast.project, &on, 60).await;
                cast.owner.approves(&[&entry]).await;
            }
            let asked = report(&cast.observer, "fr");
            let (told, cost) = crate::support::statements::counted(&app, asked).await;
            assert_eq!(told["totals"]["people"], (number + 1) * 10);
            costs.push(cost);
        }
        assert_eq!(costs[0], costs[1], "more rows, more statements");
        assert!(costs[1] <= 16, "{costs:?}");
    }
}
