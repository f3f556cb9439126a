//! What a number is made of: its entries sum to it, and what it leaves out is left out for one reason.
//!
//! What is counted at random is written by `hours_report`; who may see single entries is tried as clients ask.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::EntryId;
use entity::types::EntryStatus;
use entity::types::Role;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ActiveEnum;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::Iterable;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::sea_query::Expr;
use serde_json::Value;
use serde_json::json;
use tiwizi::hours::days::DayShare;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::EventKind;
use tiwizi::identity::Scope;
use tiwizi::platform::page::From;
use tiwizi::platform::page::Page;
use tiwizi::reports::Question;
use tiwizi::reports::answer_indh;
use tiwizi::reports::explain;
use tiwizi::reports::explain::Explanation;
use tiwizi::reports::explain::key::Coordinate;
use tiwizi::reports::explain::key::Key;
use tiwizi::reports::hours;
use tiwizi::reports::indh::Measures;
use tiwizi::rollups::Behind;
use tiwizi::rollups::Dimension;
use tiwizi::rollups::Lot;
use tiwizi::rollups::Member;
use tiwizi::rollups::Out;

use crate::hours_report::Book;
use crate::hours_report::DIMENSIONS;
use crate::hours_report::Written;
use crate::hours_report::name;
use crate::hours_report::question;
use crate::hours_report::written;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::records::Records;
use crate::support::records::Work;
use crate::support::records::on_both;
use crate::support::statements::counted;

/// Names of terms by id.
type Terms = BTreeMap<entity::ids::TermId, String>;

fn key(member: &Member) -> Key {
    match member {
        Member::Whole => unreachable!("an edge has no key"),
        Member::Term(id) => id.map_or(Key::Nothing, Key::Term),
        Member::Place(code) => code.clone().map_or(Key::Nothing, Key::Text),
        Member::Project(id) => Key::Project(*id),
        Member::Organization(id) => Key::Organization(*id),
        Member::Span(first) => Key::Text(first.to_string()),
        Member::Status(status) => Key::Text(status.to_value()),
        Member::Evidence(level) => Key::Text(level.to_value()),
    }
}

/// What becomes of everything that a cell might count, by a count of our own: minutes by lot and entry.
fn weighed(
    book: &Book,
    asked: &Question,
    cell: &[(Dimension, Member)],
    terms: &Terms,
) -> BTreeMap<(Lot, EntryId), i64> {
    let mut minutes: BTreeMap<(Lot, EntryId), i64> = BTreeMap::new();
    // Of another region than the one asked about.
    for entry in book.entries.iter().filter(|it| it.province != "01") {
        for (on, worked) in &entry.days {
            let (mut fits, mut shared) = (asked.from <= *on && *on <= asked.to, true);
            let mut counts = asked.status_basis.contains(&entry.status);
            for (dimension, member) in cell {
                let wanted = name(member, terms);
                let of = book.members(entry, *on, *dimension);
                let is_member = of.iter().any(|(it, _)| *it == wanted);
                match dimension {
                    it if it.vocabulary().is_some() => shared &= is_member,
                    Dimension::Status => counts &= is_member,
                    _ => fits &= is_member,
                }
            }
            let lot = match (counts, shared) {
                (false, _) => Lot::Status(entry.status),
                (true, true) => Lot::Counted,
                (true, false) => Lot::NoShare,
            };
            if fits {
                *minutes.entry((lot, entry.id)).or_default() += worked;
            }
        }
    }
    minutes
}

/// What was written, and what was known of it at the instant that is asked about.
struct Known<'a> {
    then: &'a Book,
    now: &'a Book,
    terms: &'a Terms,
}

impl Known<'_> {
    /// Minutes by lot and entry, with what came later.
    fn lots(
        &self,
        asked: &Question,
        cell: &[(Dimension, Member)],
    ) -> BTreeMap<(Lot, EntryId), i64> {
        let mut lots = weighed(self.then, asked, cell, self.terms);
        let looked_at: BTreeSet<EntryId> = lots.keys().map(|it| it.1).collect();
        let written: BTreeSet<EntryId> = self.then.entries.iter().map(|it| it.id).collect();
        for ((lot, id), minutes) in weighed(self.now, asked, cell, self.terms) {
            if lot == Lot::Counted && !looked_at.contains(&id) {
                let later = match written.contains(&id) {
                    true => Lot::CorrectedLater,
                    false => Lot::RecordedLater,
                };
                lots.insert((later, id), minutes);
            }
        }
        lots
    }
}

/// Every entry of a lot, page by page, in order.
async fn paged(records: &Records, explained: &Explanation, lot: Lot, limit: u64) -> Vec<Behind> {
    let mut page = Page::first(limit);
    let mut found = Vec::new();
    loop {
        let slice = explained.entries(&records.ctx, lot, &page).await.unwrap();
        assert!(slice.rows.is_sorted_by_key(|it| it.0));
        let last = slice.rows.last().map(|it| it.0);
        found.extend(slice.rows.into_iter().map(|it| it.1));
        if !slice.has_next {
            return found;
        }
        page.from = From::Start(last);
    }
}

/// Holds an explanation against the number that is printed and against the book, entry by entry.
async fn holds(
    records: &Records,
    known: &Known<'_>,
    asked: &Question,
    (cell, printed): (&[(Dimension, Member)], Measures),
) -> BTreeSet<Lot> {
    let explained = explain::answer(&records.ctx, asked, &coordinates(cell))
        .await
        .unwrap();
    assert_eq!(explained.measures, printed, "{cell:?}");
    let mut found = BTreeMap::new();
    for (lot, portion) in &explained.sorted.lots {
        let listed = paged(records, &explained, *lot, 7).await;
        let count = i64::try_from(listed.len()).unwrap();
        assert_eq!(
            (count, count),
            (portion.entries, portion.listed),
            "{cell:?} {lot:?}"
        );
        let minutes: i64 = listed.iter().map(Behind::minutes).sum();
        assert_eq!(minutes, portion.minutes, "{cell:?} {lot:?}");
        let parts: i128 = listed.iter().map(Behind::parts).sum();
        let exact = if *lot == Lot::Counted {
            explained.sorted.counted.parts
        } else {
            0
        };
        assert_eq!(parts, exact, "{cell:?} {lot:?}");
        if let Some(it) = listed.first() {
            let verdict = explained
                .entry(&records.ctx, (it.entry, it.organization))
                .await
                .unwrap();
            match lot {
                Lot::Counted => assert_eq!(verdict.counted.as_ref(), Some(it), "{cell:?}"),
                _ => assert!(
                    verdict.reasons.contains(&Out::Lot(*lot)),
                    "{cell:?} {lot:?} {verdict:?}"
                ),
            }
        }
        found.extend(listed.iter().map(|it| ((*lot, it.entry), it.minutes())));
    }
    assert_eq!(found, known.lots(asked, cell), "{cell:?}");
    explained.sorted.lots.into_keys().collect()
}

fn coordinates(cell: &[(Dimension, Member)]) -> Vec<Coordinate> {
    let members = cell.iter();
    members
        .map(|(dimension, member)| Coordinate {
            dimension: *dimension,
            key: key(member),
        })
        .collect()
}

/// Holds the whole, every row by every dimension, and of every two dimensions a field: one with work, or any.
/// Gives the lots that were met.
async fn holds_everywhere(
    records: &Records,
    known: &Known<'_>,
    asked: &Question,
    random: &mut StdRng,
) -> BTreeSet<Lot> {
    let mut met = BTreeSet::new();
    for (number, rows) in DIMENSIONS.into_iter().enumerate() {
        let report = hours::answer(&records.ctx, asked, (rows, None))
            .await
            .unwrap();
        if number == 0 {
            met.extend(holds(records, known, asked, (&[], report.totals)).await);
        }
        for line in &report.by_row {
            let cell = [(rows, line.label.member.clone())];
            met.extend(holds(records, known, asked, (&cell, line.measures)).await);
        }
        let others = DIMENSIONS.into_iter().skip(number + 1);
        for columns in others.filter(|it| !it.clashes(rows)) {
            let (rows, columns) = match random.random_bool(0.5) {
                true => (rows, columns),
                false => (columns, rows),
            };
            let report = hours::answer(&records.ctx, asked, (rows, Some(columns)))
                .await
                .unwrap();
            let (row, column) = match random.random_bool(0.7) {
                true => {
                    let it = report.crossings[random.random_range(0..report.crossings.len())];
                    (it.row, it.column)
                }
                false => (
                    random.random_range(0..report.by_row.len()),
                    random.random_range(0..report.by_column.len()),
                ),
            };
            let mut found = report.crossings.iter();
            let found = found.find(|it| (it.row, it.column) == (row, column));
            let measures = found.map(|it| it.measures).unwrap_or_default();
            let row = report.by_row[row].label.member.clone();
            let column = report.by_column[column].label.member.clone();
            let cell = [(rows, row), (columns, column)];
            met.extend(holds(records, known, asked, (&cell, measures)).await);
        }
    }
    crosses(records, known, asked, random).await;
    met
}

/// Holds some of what crosses in the INDH report, its coordinates in any order.
async fn crosses(records: &Records, known: &Known<'_>, asked: &Question, random: &mut StdRng) {
    let report = answer_indh(&records.ctx, asked).await.unwrap();
    let rows = report.crossings.rows().unwrap();
    let terms = report.by_programme.iter().map(|it| {
        let code = it.term.as_ref().map(|term| term.code.clone());
        (code, it.counted_as)
    });
    let terms: BTreeMap<Option<String>, Option<entity::ids::TermId>> = terms.collect();
    for _ in 0..4 {
        let row = &rows[random.random_range(0..rows.len())];
        let own_level = row.territory_code == asked.territory_code;
        let place = (!own_level).then(|| row.territory_code.clone());
        let mut cell = vec![
            (
                Dimension::Programme,
                Member::Term(terms[&row.programme_code]),
            ),
            (Dimension::Territory, Member::Place(place)),
            (Dimension::Month, Member::Span(row.month)),
        ];
        cell.rotate_left(random.random_range(0..3));
        // Minutes of groups are not told of what crosses.
        let explained = explain::answer(&records.ctx, asked, &coordinates(&cell)).await;
        let printed = Measures {
            group_minutes: explained.unwrap().measures.group_minutes,
            ..row.measures
        };
        holds(records, known, asked, (&cell, printed)).await;
    }
}

/// Changes states, places and evidence of entries at random, and writes a few more.
async fn changed(records: &Records, book: &Book, random: &mut StdRng) -> Book {
    let mut book = book.clone();
    for _ in 0..40 {
        let at = random.random_range(0..book.entries.len());
        let entry = &mut book.entries[at];
        let states: Vec<EntryStatus> = EntryStatus::iter().collect();
        entry.status = match random.random_bool(0.5) {
            true => EntryStatus::Approved,
            false => states[random.random_range(0..states.len())],
        };
        let (commune, province) = [
            ("07.041.01.01", "07.041"),
            ("07.211", "07.211"),
            ("01", "01"),
        ][random.random_range(0..3)];
        if random.random_bool(0.5) {
            entry.province = province;
        }
        let place = records.place(commune).await;
        let moved = entry.province == province;
        let id = entry.id;
        let status = entry.status;
        let row = hour_entry::Entity::find_by_id(id)
            .one(records.ctx.read())
            .await
            .unwrap()
            .unwrap();
        let row = hour_entry::Model {
            status,
            territory_id: if moved { place } else { row.territory_id },
            ..row
        };
        let days = hour_entry_day::Entity::find()
            .filter(hour_entry_day::Column::EntryId.eq(id))
            .order_by_asc(hour_entry_day::Column::Day)
            .all(records.ctx.read())
            .await
            .unwrap();
        let days: Vec<DayShare> = days
            .iter()
            .map(|it| DayShare {
                day: it.day,
                minutes: it.minutes,
            })
            .collect();
        let event = ledger::Event::of(
            &records.ctx.core().keys,
            EventKind::Changed,
            &row,
            &days,
            None,
            None,
        );
        records
            .ctx
            .transaction(async |tx| {
                hour_entry::Entity::update_many()
                    .col_expr(hour_entry::Column::Status, Expr::value(row.status))
                    .col_expr(
                        hour_entry::Column::TerritoryId,
                        Expr::value(row.territory_id),
                    )
                    .filter(hour_entry::Column::Id.eq(id))
                    .exec(&**tx)
                    .await?;
                let mut chain = ledger::lock(tx, row.organization_id).await?;
                ledger::append(tx, &mut chain, records.now(), &[event]).await
            })
            .await
            .unwrap();
    }
    for at in 0..10 {
        let like = book.entries[at].clone();
        let on = like.days[0].0;
        let work = Work {
            organization: like.organization,
            project: like.project,
            who: None,
            commune: "07.211",
            status: EntryStatus::Approved,
            days: &[(&on.to_string(), 10)],
            headcount: 2,
            evidence: like.evidence,
        };
        let id = records.work(work).await;
        book.entries.push(Written {
            id,
            who: None,
            province: "07.211",
            status: EntryStatus::Approved,
            headcount: 2,
            days: vec![(on, 20)],
            ..like
        });
    }
    book
}

async fn terms(records: &Records) -> Terms {
    let terms = entity::vocabulary_term::Entity::find()
        .filter(entity::vocabulary_term::Column::Vocabulary.is_in(["INDH", "SDG"]))
        .all(records.ctx.read())
        .await
        .unwrap();
    terms.into_iter().map(|it| (it.id, it.code)).collect()
}

#[tokio::test]
async fn every_number_is_the_sum_of_its_entries_and_leaves_out_the_rest() {
    on_both(async |records| {
        let book = written(&records, 11).await;
        let terms = terms(&records).await;
        let known = Known {
            then: &book,
            now: &book,
            terms: &terms,
        };
        let mut random = StdRng::seed_from_u64(5);
        for (from, to) in [("2025-01-01", "2026-12-31"), ("2025-12-10", "2026-01-25")] {
            let mut asked = question(from, to);
            asked.status_basis = vec![EntryStatus::Submitted, EntryStatus::Approved];
            let met = holds_everywhere(&records, &known, &asked, &mut random).await;
            // A field of one state leaves the others out.
            let states = [
                EntryStatus::Draft,
                EntryStatus::Submitted,
                EntryStatus::Approved,
            ];
            let lots = states.into_iter().map(Lot::Status);
            let lots = lots.chain([Lot::Counted, Lot::NoShare]);
            assert_eq!(met, lots.collect::<BTreeSet<_>>());
        }
    })
    .await;
}

#[tokio::test]
async fn a_number_of_the_past_is_explained_by_what_was_known() {
    on_both(async |records| {
        let then = written(&records, 12).await;
        let terms = terms(&records).await;
        let mut random = StdRng::seed_from_u64(6);
        let mut asked = question("2025-12-10", "2026-01-25");
        asked.status_basis = vec![EntryStatus::Approved];
        asked.as_of = Some(records.now());
        records.ctx.core().clock.advance(TimeDelta::minutes(1));
        let now = changed(&records, &then, &mut random).await;

        let known = Known {
            then: &then,
            now: &now,
            terms: &terms,
        };
        let met = holds_everywhere(&records, &known, &asked, &mut random).await;

        let states = [EntryStatus::Draft, EntryStatus::Submitted].map(Lot::Status);
        let later = [
            Lot::NoShare,
            Lot::RecordedLater,
            Lot::CorrectedLater,
            Lot::Counted,
        ];
        assert_eq!(
            met,
            states.into_iter().chain(later).collect::<BTreeSet<_>>()
        );
        asked.as_of = None;
        let known = Known {
            then: &now,
            now: &now,
            terms: &terms,
        };
        let report = hours::answer(&records.ctx, &asked, (Dimension::Month, None)).await;
        let totals = report.unwrap().totals;
        holds(&records, &known, &asked, (&[], totals)).await;
    })
    .await;
}

/// Who observes one province and reads the hours of one organization counts both, and reads the latter.
#[tokio::test]
async fn entries_are_listed_of_organizations_whose_hours_one_reads() {
    on_both(async |records| {
        let book = written(&records, 13).await;
        let own = book.entries[0].organization;
        let observed = vec![records.place("07.211").await];
        let scope = Scope::of(vec![(own, Role::Viewer)], Vec::new(), observed);
        let reader = Records {
            ctx: records.somebody(scope),
        };
        let mut asked = question("2025-12-10", "2026-01-25");
        for as_of in [None, Some(records.now())] {
            asked.as_of = as_of;
            for rows in [Dimension::Territory, Dimension::Programme] {
                let report = hours::answer(&reader.ctx, &asked, (rows, None))
                    .await
                    .unwrap();
                let (mut counted, mut read) = (0, 0);
                for line in &report.by_row {
                    let cell = coordinates(&[(rows, line.label.member.clone())]);
                    let explained = explain::answer(&reader.ctx, &asked, &cell).await.unwrap();
                    assert_eq!(explained.measures, line.measures);
                    let listed = paged(&reader, &explained, Lot::Counted, 100).await;
                    assert!(listed.iter().all(|it| it.organization == own));
                    let portion = explained.portion(Lot::Counted);
                    assert_eq!(i64::try_from(listed.len()).unwrap(), portion.listed);
                    counted += portion.entries;
                    read += portion.listed;
                }
                assert!(0 < read && read < counted, "{read} of {counted}");
            }
        }
    })
    .await;
}

const QUERY: &str = "query($input: ExplainCellInput!, $first: Int) { explainCell(input: $input) {
    coverage statusBasis cell { dimension key } exactMinutes consideredMinutes
    measures { minutes touchedMinutes entries distinctVolunteers }
    entries(first: $first) { totalCount pageInfo { hasNextPage endCursor }
        nodes { hourEntry { id volunteer { name } } status minutes minutesByShare days { day minutes share } } }
    leftOut { reason status entryCount minutes
        entries(first: $first) { totalCount nodes { hourEntry { id } minutes minutesByShare } } } } }";
const VERDICT: &str = "query($input: ExplainCellInput!, $id: ID!) { explainCell(input: $input) {
    entry(id: $id) { isCounted status reasons counted { minutes minutesByShare } hourEntry { id } } } }";

fn of_quarter(cell: Value) -> Value {
    json!({ "territoryCode": "MA", "from": "2026-01-01", "to": "2026-03-31", "cell": cell })
}

async fn explained(who: &Person, input: &Value) -> Value {
    let asked = json!({ "input": input, "first": 50 });
    who.asks(QUERY, asked).await["explainCell"].take()
}

async fn verdict(who: &Person, input: &Value, id: &str) -> Value {
    who.asks(VERDICT, json!({ "input": input, "id": id })).await["explainCell"]["entry"].take()
}

/// Reasons with state, minutes and the entries that are listed.
fn left_out(explained: &Value) -> Vec<(String, String, i64, Vec<String>)> {
    let groups = explained["leftOut"].as_array().unwrap();
    groups
        .iter()
        .map(|it| {
            let nodes = it["entries"]["nodes"].as_array().unwrap();
            let text = |it: &Value| it.as_str().unwrap_or("-").to_owned();
            let ids = nodes
                .iter()
                .map(|it| text(&it["hourEntry"]["id"]))
                .collect();
            (
                text(&it["reason"]),
                text(&it["status"]),
                it["minutes"].as_i64().unwrap(),
                ids,
            )
        })
        .collect()
}

fn group(reason: &str, status: &str, minutes: i64, id: &str) -> (String, String, i64, Vec<String>) {
    (
        reason.to_owned(),
        status.to_owned(),
        minutes,
        vec![id.to_owned()],
    )
}

async fn approved(cast: &Cast, project: &str, on: &str, minutes: u32) -> String {
    let entry = cast
        .coordinator
        .logs(&cast.record, project, on, minutes)
        .await;
    cast.owner.approves(&[&entry]).await;
    entry
}

async fn decided(cast: &Cast, act: &str, entry: &str) {
    let input = json!({ "ids": [entry], "reason": "Of another day" });
    let done = cast
        .owner
        .done(act, input, "results { userErrors { code } }")
        .await;
    assert_eq!(done["results"][0]["userErrors"], json!([]));
}

async fn voided(cast: &Cast, entry: &str) {
    let void = json!({ "id": entry, "reason": "Written twice" });
    cast.owner
        .done("voidHourEntry", void, "hourEntry { status }")
        .await;
}

on_both_databases! {
    /// Each state that does not count is told apart, and so is what has no share; one entry is told why.
    async fn every_reason_is_told(app: App) {
        let cast = Cast::on(&app).await;
        let (coordinator, record) = (&cast.coordinator, &cast.record);
        let shares = json!({ "projectId": cast.project, "vocabulary": "INDH", "shares": [
            { "termCode": "PH3-P1", "percent": "40" }, { "termCode": "PH3-P3", "percent": "60" } ] });
        cast.owner.done("setTagAllocations", shares, "project { id }").await;
        let other = cast.owner.opens_project(&cast.organization, "Other").await;
        let draft = coordinator.drafts(record, &cast.project, "2026-01-05", 1).await;
        let submitted = coordinator.logs(record, &cast.project, "2026-01-06", 2).await;
        let returned = coordinator.logs(record, &cast.project, "2026-01-07", 4).await;
        decided(&cast, "returnHourEntries", &returned).await;
        let rejected = coordinator.logs(record, &cast.project, "2026-01-08", 8).await;
        decided(&cast, "rejectHourEntries", &rejected).await;
        let void = approved(&cast, &cast.project, "2026-01-09", 16).await;
        voided(&cast, &void).await;
        let counts = approved(&cast, &cast.project, "2026-01-10", 32).await;
        let unshared = approved(&cast, &other, "2026-01-11", 64).await;
        let outside = approved(&cast, &cast.project, "2026-04-01", 128).await;
        let later = approved(&cast, &cast.project, "2026-02-01", 256).await;

        let input = of_quarter(json!([{ "dimension": "MONTH", "key": "2026-01" },
            { "dimension": "PROGRAMME", "key": "PH3-P1" }]));
        let read = explained(&cast.owner, &input).await;

        assert_eq!(read["measures"], json!({ "minutes": 13, "touchedMinutes": 32, "entries": 1, "distinctVolunteers": 1 }));
        assert_eq!(read["exactMinutes"], "12.8");
        assert_eq!(read["cell"][0], json!({ "dimension": "MONTH", "key": "2026-01-01" }));
        let entry = &read["entries"]["nodes"][0];
        assert_eq!((&entry["hourEntry"]["id"], &entry["minutes"], &entry["minutesByShare"]),
            (&json!(counts), &json!(32), &json!("12.8")));
        assert_eq!(entry["days"], json!([{ "day": "2026-01-10", "minutes": 32, "share": "0.4" }]));
        assert_eq!(left_out(&read), [
            group("STATUS", "DRAFT", 1, &draft), group("STATUS", "SUBMITTED", 2, &submitted),
            group("STATUS", "RETURNED", 4, &returned), group("STATUS", "REJECTED", 8, &rejected),
            group("STATUS", "VOIDED", 16, &void), group("NO_SHARE", "-", 64, &unshared),
        ]);
        assert_eq!(read["consideredMinutes"], 127);

        for (id, reasons) in [
            (&counts, json!([])), (&draft, json!(["STATUS"])), (&void, json!(["STATUS"])),
            (&unshared, json!(["NO_SHARE"])), (&outside, json!(["OUTSIDE_INTERVAL"])), (&later, json!(["OTHER_CELL"])),
        ] {
            let told = verdict(&cast.owner, &input, id).await;
            assert_eq!((&told["reasons"], &told["isCounted"]), (&reasons, &json!(id == &counts)), "{told:#}");
        }
        let told = verdict(&cast.owner, &input, &counts).await;
        assert_eq!(told["counted"], json!({ "minutes": 32, "minutesByShare": "12.8" }));
        let mut elsewhere = input.clone();
        elsewhere["territoryCode"] = json!("01");
        let told = verdict(&cast.owner, &elsewhere, &counts).await;
        assert_eq!(told["reasons"], json!(["OTHER_TERRITORY"]));
        assert_eq!(verdict(&cast.owner, &input, "x").await, json!(null));
    }

    /// What was known at an instant is explained from the ledger, and what came later is told apart.
    async fn as_of_an_instant_the_ledger_answers(app: App) {
        let cast = Cast::on(&app).await;
        let minute = || app.advance(TimeDelta::minutes(1));
        let to_void = approved(&cast, &cast.project, "2026-01-10", 60).await;
        let to_approve = cast.coordinator.logs(&cast.record, &cast.project, "2026-01-11", 30).await;
        let to_move = approved(&cast, &cast.project, "2026-02-10", 45).await;
        let untouched = approved(&cast, &cast.project, "2026-01-12", 15).await;
        let mut past = of_quarter(json!([{ "dimension": "MONTH", "key": "2026-01-01" }]));
        past["asOf"] = json!("2026-11-02T09:00:30Z");
        minute();
        voided(&cast, &to_void).await;
        cast.owner.approves(&[&to_approve]).await;
        let amended = json!({ "id": to_move, "workedOn": "2026-01-13", "reason": "Of another month" });
        cast.coordinator.done("amendHourEntry", amended, "hourEntry { status }").await;
        cast.owner.approves(&[&to_move]).await;
        let new = approved(&cast, &cast.project, "2026-01-14", 7).await;

        let then = explained(&cast.owner, &past).await;
        let now = explained(&cast.owner, &of_quarter(past["cell"].clone())).await;

        let ids = |it: &Value| -> Vec<String> {
            let nodes = it["entries"]["nodes"].as_array().unwrap();
            nodes.iter().map(|it| it["hourEntry"]["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!((&then["measures"]["minutes"], ids(&then)), (&json!(75), vec![to_void.clone(), untouched.clone()]));
        assert_eq!(then["entries"]["nodes"][0]["status"], "APPROVED");
        assert_eq!(left_out(&then), [
            group("STATUS", "SUBMITTED", 30, &to_approve),
            group("RECORDED_LATER", "-", 7, &new), group("CORRECTED_LATER", "-", 45, &to_move),
        ]);
        assert_eq!((&now["measures"]["minutes"], ids(&now)),
            (&json!(97), vec![to_approve.clone(), untouched.clone(), to_move.clone(), new.clone()]));
        assert_eq!(left_out(&now), [group("STATUS", "VOIDED", 60, &to_void)]);
        for (id, before) in [
            (&to_void, json!([])), (&untouched, json!([])), (&to_approve, json!(["STATUS"])),
            (&new, json!(["RECORDED_LATER"])), (&to_move, json!(["CORRECTED_LATER", "OTHER_CELL"])),
        ] {
            let told = verdict(&cast.owner, &past, id).await;
            assert_eq!(told["reasons"], before, "{told:#}");
        }
        let told = verdict(&cast.owner, &of_quarter(past["cell"].clone()), &to_void).await;
        assert_eq!((&told["reasons"], &told["status"]), (&json!(["STATUS"]), &json!("VOIDED")));

        // The same number as of then, whatever happened since.
        let table = "query($input: HoursReportInput!) { hoursReport(input: $input) {
            rows { measures { minutes touchedMinutes entries distinctVolunteers } } } }";
        let mut asked = past.clone();
        asked["cell"].take();
        asked.as_object_mut().unwrap().remove("cell");
        asked["rows"] = json!("MONTH");
        let table = cast.owner.asks(table, json!({ "input": asked })).await["hoursReport"].take();
        assert_eq!(table["rows"][0]["measures"], then["measures"]);
    }

    /// Observers are told how many entries there are, and none of them; strangers are told nothing.
    async fn single_entries_are_shown_to_those_who_may_see_them(app: App) {
        let cast = Cast::on(&app).await;
        let entry = approved(&cast, &cast.project, "2026-01-10", 60).await;
        let draft = cast.coordinator.drafts(&cast.record, &cast.project, "2026-01-11", 30).await;
        let mut input = of_quarter(json!([]));
        input["territoryCode"] = json!("07");

        let seen = explained(&cast.observer, &input).await;

        assert_eq!((&seen["measures"]["minutes"], &seen["measures"]["entries"]), (&json!(60), &json!(1)));
        assert_eq!(seen["entries"], json!({ "totalCount": 0, "nodes": [],
            "pageInfo": { "hasNextPage": false, "endCursor": null } }));
        assert_eq!(seen["leftOut"], json!([{ "reason": "STATUS", "status": "DRAFT", "entryCount": 1, "minutes": 30,
            "entries": { "totalCount": 0, "nodes": [] } }]));
        for id in [&entry, &draft] {
            assert_eq!(verdict(&cast.observer, &input, id).await, json!(null));
        }
        let own = explained(&cast.viewer, &input).await;
        assert_eq!(own["entries"]["nodes"][0]["hourEntry"]["id"], json!(entry));

        // The owner of another organization counts their own alone, and finds nothing of this one.
        let theirs = explained(&cast.outsider, &input).await;
        assert_eq!((&theirs["measures"]["entries"], &theirs["leftOut"]), (&json!(0), &json!([])));
        assert_eq!(verdict(&cast.outsider, &input, &entry).await, json!(null));
        let project = of_quarter(json!([{ "dimension": "PROJECT", "key": cast.project }]));
        let hidden = cast.outsider.tries(QUERY, json!({ "input": project })).await.body;
        assert_eq!(hidden["errors"][0]["extensions"]["rule"], "identity.scope", "{hidden:#}");
        for stranger in [Person::sign_up(&app, "stranger").await, cast.volunteer.again().await] {
            let refused = stranger.tries(QUERY, json!({ "input": input })).await;
            assert_eq!(refused.error_code(), "FORBIDDEN");
        }
        assert_eq!(cast.nobody.tries(QUERY, json!({ "input": input })).await.error_code(), "UNAUTHENTICATED");
    }

    /// Coordinates at which no number stands are refused with their place.
    async fn what_is_no_number_is_refused(app: App) {
        let cast = Cast::on(&app).await;
        let one = |dimension: &str, key: &str| json!({ "dimension": dimension, "key": key });
        for (cell, rule) in [
            (json!([one("MONTH", "2026-01"), one("MONTH", "2026-02")]), "report.cell"),
            (json!([one("MONTH", "2026-01"), one("YEAR", "2026"), one("QUARTER", "2026-Q1")]), "report.cell"),
            (json!([one("MONTH", "2025-12")]), "report.member"),
            (json!([one("MONTH", "2026-01-02")]), "report.member"),
            (json!([one("PROGRAMME", "PH9")]), "report.member"),
            // Counts under its programme.
            (json!([one("PROGRAMME", "PH3-P1-A1")]), "report.member"),
            // Nothing is shared to the phase itself.
            (json!([one("PROGRAMME", "PH3")]), "report.member"),
            (json!([one("AXIS", "PH3"), one("MONTH", "2026-01")]), "report.member"),
            (json!([one("MONTH", "2026-01"), one("AXIS", "PH3")]), "report.member"),
            (json!([one("GOAL", "4.1")]), "report.member"),
            (json!([one("TARGET", "4.99")]), "report.member"),
            (json!([one("TERRITORY", "07.041")]), "report.member"),
            (json!([one("STATUS", "DRAFT")]), "report.member"),
            (json!([one("EVIDENCE", "NONE")]), "report.member"),
            (json!([one("PROJECT", &cast.organization.id)]), "identity.scope"),
        ] {
            let asked = json!({ "input": of_quarter(cell.clone()) });
            let refused = cast.owner.tries(QUERY, asked).await.body;
            let extensions = &refused["errors"][0]["extensions"];
            assert_eq!((&extensions["rule"], &extensions["code"]), (&json!(rule), &json!("BAD_USER_INPUT")), "{cell}");
        }
        for cell in [
            json!([one("QUARTER", "2026-Q1"), one("PROGRAMME", "NONE")]), json!([one("TERRITORY", "07")]),
            json!([one("TERRITORY", "MA")]), json!([one("EVIDENCE", "CHECKED_IN")]),
            json!([one("PROJECT", &cast.project)]), json!([one("ORGANIZATION", &cast.organization.id)]),
        ] {
            let read = explained(&cast.owner, &of_quarter(cell)).await;
            assert_eq!((&read["measures"]["entries"], &read["exactMinutes"]), (&json!(0), &json!("0")));
        }
    }

    /// The refusal names codes that the dimension tells apart, those nearest first, and no more of a long text than
    /// a sentence needs.
    async fn a_wrong_code_is_told_with_those_that_are_near(app: App) {
        let cast = Cast::on(&app).await;
        let told = async |dimension: &str, key: &str| {
            let cell = json!([{ "dimension": dimension, "key": key }]);
            let refused = cast.owner.tries(QUERY, json!({ "input": of_quarter(cell) })).await;
            refused.body["errors"][0]["message"].as_str().unwrap().to_owned()
        };

        let of_phase = told("PROGRAMME", "PH3").await;
        assert!(of_phase.contains("PH3-P1, PH3-P2, PH3-P3, PH3-P4"), "{of_phase}");
        let of_axis = told("PROGRAMME", "PH3-P1-A1").await;
        assert!(of_axis.contains("tells PH3-P1, "), "{of_axis}");
        assert!(told("GOAL", "4.1").await.contains("tells 4, "));
        assert!(told("TARGET", "4.99").await.contains("tells 4, "));
        for dimension in ["PROGRAMME", "AXIS", "GOAL", "TARGET", "TERRITORY", "MONTH", "STATUS", "EVIDENCE", "PROJECT"] {
            let long = told(dimension, &"x".repeat(100_000)).await;
            assert!(long.len() < 1_000, "{dimension}: {} bytes", long.len());
        }
    }

    /// Work that is shared to a phase itself has a row in the report, and is explained as any other.
    async fn a_phase_is_explained_where_work_is_shared_to_it(app: App) {
        let cast = Cast::on(&app).await;
        let shares = json!({ "projectId": cast.project, "vocabulary": "INDH", "shares": [
            { "termCode": "PH3", "percent": "40" }, { "termCode": "PH3-P3", "percent": "60" } ] });
        cast.owner.done("setTagAllocations", shares, "project { id }").await;
        approved(&cast, &cast.project, "2026-01-10", 100).await;

        for (dimension, minutes) in [("PROGRAMME", 40), ("AXIS", 40)] {
            let cell = json!([{ "dimension": dimension, "key": "PH3" }]);
            let read = explained(&cast.owner, &of_quarter(cell)).await;
            assert_eq!(read["measures"]["minutes"], minutes, "{dimension}");
        }
        // The row is there, and February has nothing of it.
        let cell = json!([{ "dimension": "PROGRAMME", "key": "PH3" }, { "dimension": "STATUS", "key": "APPROVED" }]);
        assert_eq!(explained(&cast.owner, &of_quarter(cell)).await["measures"]["minutes"], 40);
    }

    /// More entries cost no more statements, and come page by page.
    async fn more_entries_cost_the_same(app: App) {
        let cast = Cast::on(&app).await;
        let input = of_quarter(json!([{ "dimension": "PROGRAMME", "key": "NONE" }]));
        let mut costs = Vec::new();
        for days in [1..=2, 3..=9] {
            for day in days {
                approved(&cast, &cast.project, &format!("2026-02-{day:02}"), 60).await;
            }
            explained(&cast.owner, &input).await;
            let (read, cost) = counted(&app, explained(&cast.owner, &input)).await;
            costs.push((read["entries"]["nodes"].as_array().unwrap().len(), cost));
        }
        assert_eq!((costs[0].0, costs[1].0), (2, 9));
        assert_eq!(costs[0].1, costs[1].1, "more rows, more statements");

        let page = cast.owner.asks(QUERY, json!({ "input": input, "first": 4 })).await["explainCell"]["entries"].take();
        assert_eq!((&page["totalCount"], &page["pageInfo"]["hasNextPage"]), (&json!(9), &json!(true)));
        let last = "query($input: ExplainCellInput!, $before: String) { explainCell(input: $input) {
            entries(last: 3, before: $before) { nodes { days { day } } pageInfo { startCursor hasPreviousPage } } } }";
        let mut before = json!(null);
        let mut days = Vec::new();
        for _ in 0..3 {
            let asked = json!({ "input": input, "before": before });
            let page = cast.owner.asks(last, asked).await["explainCell"]["entries"].take();
            let nodes = page["nodes"].as_array().unwrap().iter().rev();
            days.extend(nodes.map(|it| it["days"][0]["day"].as_str().unwrap().to_owned()));
            before = page["pageInfo"]["startCursor"].clone();
        }
        let expected: Vec<String> = (1..=9).rev().map(|day| format!("2026-02-{day:02}")).collect();
        assert_eq!(days, expected);
    }
}
