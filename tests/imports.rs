//! The sample files of an association in Al Haouz: what is taken, what is refused and why, and that
//! a second time changes nothing.
//!
//! How single values are read is tested beside the importer.

use std::io::Cursor;

use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::Timelike;
use entity::hour_entry;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::OrganizationKind;
use rust_xlsxwriter::Format;
use rust_xlsxwriter::Workbook;
use sea_orm::EntityTrait;
use tiwizi::app::App;
use tiwizi::hours::record::Mode;
use tiwizi::hours::record::Run;
use tiwizi::hours::record::Target;
use tiwizi::identity::Ctx;
use tiwizi::imports::columns::Layout;
use tiwizi::imports::commit;
use tiwizi::imports::commit::Order;
use tiwizi::imports::commit::Witness;
use tiwizi::imports::error::ImportError;
use tiwizi::imports::error::Unreadable;
use tiwizi::imports::outcome::Outcome;
use tiwizi::imports::outcome::RowOutcome;
use tiwizi::imports::outcome::Summary;
use tiwizi::imports::register;
use tiwizi::imports::rejected::Rejected;
use tiwizi::imports::values::DateFormat;
use tiwizi::organizations::profile;
use tiwizi::organizations::profile::NewOrganization;
use tiwizi::platform::clock::Clock;
use tiwizi::platform::i18n::Locale;
use tiwizi::refusal::Code;
use tiwizi::reports::Question;
use tiwizi::reports::ReportName;
use tiwizi::reports::answer_indh;

use crate::support::app::opening;
use crate::support::app::settings;
use crate::support::databases::Database;
use crate::support::databases::Engine;

const VOLUNTEERS: &str = include_str!("samples/volunteers.csv");
const PROJECTS: &str = include_str!("samples/projects.csv");
const QUARTER: &str = include_str!("samples/heures-t1-2026.csv");
const APRIL: &str = include_str!("samples/saat-2026-04.csv");
const TIWIZI_DAYS: &str = include_str!("samples/tiwizi-days-2026.csv");
const WITH_ERRORS: &str = include_str!("samples/with-errors.csv");

/// Runs a test on each database, for the operator of a server with the association on it.
async fn on_both(test: impl AsyncFn(Ctx)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = Database::migrated(engine).await else {
            continue;
        };
        let app = App::start(settings(&database), Clock::fixed(opening()))
            .await
            .unwrap();
        let ctx = app.operator(Locale::En);
        let association = NewOrganization {
            slug: "al-amal".to_owned(),
            name: "Al Amal".to_owned(),
            name_ar: None,
            kind: OrganizationKind::Association,
            registration_number: None,
            territory_code: "07.041.01.01".to_owned(),
            parent: None,
            time_zone: None,
        };
        profile::create(&ctx, association, None).await.unwrap();
        test(ctx).await;
        app.core.db.clone().close().await.unwrap();
        database.drop_now().await;
    }
}

#[derive(Clone, Copy)]
enum Sheet {
    Hours,
    Volunteers,
    Projects,
}

/// Remembers each row, and keeps the refused ones as a file.
#[derive(Default)]
struct Told {
    rows: Vec<RowOutcome>,
    layout: Option<(Layout, u8)>,
}

impl Witness for Told {
    fn header(&mut self, layout: &Layout, delimiter: u8) -> std::io::Result<()> {
        self.layout = Some((layout.clone(), delimiter));
        Ok(())
    }

    fn row(&mut self, _: &Layout, row: &RowOutcome) -> std::io::Result<()> {
        self.rows.push(row.clone());
        Ok(())
    }

    fn progress(&mut self, _: u64) {}
}

impl Told {
    /// Lines that became entries.
    fn created(&self) -> Vec<u64> {
        let created = |it: &&RowOutcome| matches!(it.outcome, Outcome::Created { .. });
        self.rows.iter().filter(created).map(|it| it.line).collect()
    }

    /// Refused lines with column and code of each problem.
    fn refused(&self) -> Vec<(u64, &str, Code)> {
        let mut refused = Vec::new();
        for row in &self.rows {
            if let Outcome::Refused(problems) = &row.outcome {
                for it in problems {
                    let column = it.column.as_deref().unwrap_or("-");
                    refused.push((row.line, column, it.refusal.code));
                }
            }
        }
        refused
    }

    fn duplicates(&self) -> Vec<(u64, String)> {
        self.rows
            .iter()
            .filter_map(|row| match &row.outcome {
                Outcome::Duplicate(problem) => {
                    Some((row.line, problem.refusal.message(Locale::En)))
                }
                _ => None,
            })
            .collect()
    }

    fn rejected(&self) -> String {
        let mut bytes = Vec::new();
        let (layout, delimiter) = self.layout.as_ref().unwrap();
        let mut file = Rejected::begin(&mut bytes, layout, *delimiter, Locale::En).unwrap();
        for row in &self.rows {
            if let Outcome::Refused(problems) = &row.outcome {
                file.add(layout, &row.fields, problems).unwrap();
            }
        }
        file.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }
}

fn order() -> Order {
    Order {
        organization: "al-amal".to_owned(),
        sheet: None,
        date_format: DateFormat::DayMonthYear,
        run: Run::Real,
        mode: Mode::EachAlone,
        target: Target::Approved,
    }
}

async fn import(
    ctx: &Ctx,
    sheet: Sheet,
    text: impl AsRef<[u8]>,
    order: &Order,
) -> Result<(Summary, Told), ImportError> {
    let mut told = Told::default();
    let file = Cursor::new(text.as_ref().to_vec());
    let summary = match sheet {
        Sheet::Hours => commit::hours(ctx, file, order, &mut told).await,
        Sheet::Volunteers => register::volunteers(ctx, file, order, &mut told).await,
        Sheet::Projects => register::projects(ctx, file, order, &mut told).await,
    }?;
    Ok((summary, told))
}

async fn take(ctx: &Ctx, sheet: Sheet, text: impl AsRef<[u8]>) -> (Summary, Told) {
    import(ctx, sheet, text, &order()).await.unwrap()
}

async fn people_and_projects(ctx: &Ctx) {
    take(ctx, Sheet::Volunteers, VOLUNTEERS).await;
    take(ctx, Sheet::Projects, PROJECTS).await;
}

fn created(rows: u64, minutes: i64) -> Summary {
    Summary {
        rows,
        created: rows,
        minutes,
        ..Summary::default()
    }
}

fn unchanged(rows: u64) -> Summary {
    Summary {
        rows,
        unchanged: rows,
        ..Summary::default()
    }
}

async fn minutes_by_month(ctx: &Ctx, from: &str, to: &str) -> Vec<i64> {
    let question = Question {
        name: ReportName::Indh,
        territory_code: "07.041".to_owned(),
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        organization: None,
        status_basis: vec![EntryStatus::Approved],
        as_of: None,
        valued: tiwizi::reports::Valued::Yes,
    };
    let report = answer_indh(ctx, &question).await.unwrap();
    report
        .by_month
        .iter()
        .map(|it| it.measures.minutes)
        .collect()
}

async fn entries(ctx: &Ctx) -> Vec<hour_entry::Model> {
    hour_entry::Entity::find().all(ctx.read()).await.unwrap()
}

#[tokio::test]
async fn every_sample_is_taken_once_however_often_it_is_imported() {
    on_both(async |ctx| {
        for (sheet, text, first) in [
            (Sheet::Volunteers, VOLUNTEERS, created(24, 0)),
            (Sheet::Projects, PROJECTS, created(4, 0)),
            (Sheet::Hours, QUARTER, created(160, 27_390)),
            (Sheet::Hours, APRIL, created(60, 5_125)),
            (Sheet::Hours, TIWIZI_DAYS, created(10, 37_140)),
        ] {
            let (summary, told) = take(&ctx, sheet, text).await;
            assert_eq!(summary, first, "{:?}", told.refused());

            let (summary, _) = take(&ctx, sheet, text).await;
            assert_eq!(summary, unchanged(first.rows));
        }

        assert_eq!(
            minutes_by_month(&ctx, "2026-01-01", "2026-04-30").await,
            [7_705, 11_355, 8_330, 5_125]
        );
        let groups: i64 = minutes_by_month(&ctx, "2026-05-01", "2026-07-31")
            .await
            .iter()
            .sum();
        assert_eq!(groups, 37_140);
        let entries = entries(&ctx).await;
        assert_eq!(entries.len(), 230);
        assert!(
            entries
                .iter()
                .all(|it| it.evidence_level == EvidenceLevel::Imported)
        );
    })
    .await;
}

/// A CSV as the workbook that it was saved from: days and times are numbers, as spreadsheets keep
/// them.
fn workbook(text: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Lisez-moi").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("T1 2026").unwrap();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let clock = Format::new().set_num_format("hh:mm");
    let text = text.trim_start_matches('\u{feff}').as_bytes();
    let lines = csv::ReaderBuilder::new()
        .delimiter(b';')
        .flexible(true)
        .has_headers(false)
        .from_reader(text);
    for (row, line) in (0..).zip(lines.into_records()) {
        for (column, field) in (0..).zip(&line.unwrap()) {
            let date = NaiveDate::parse_from_str(field, "%d/%m/%Y");
            let time = NaiveTime::parse_from_str(field, "%H:%M");
            if let Ok(date) = date {
                let first = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
                let days = i32::try_from((date - first).num_days()).unwrap();
                sheet.write_with_format(row, column, days, &day).unwrap();
            } else if let Ok(time) = time {
                let part = f64::from(time.num_seconds_from_midnight()) / 86_400.0;
                sheet.write_with_format(row, column, part, &clock).unwrap();
            } else if let Ok(number) = field.parse::<i32>() {
                sheet.write(row, column, number).unwrap();
            } else if !field.is_empty() {
                sheet.write(row, column, field).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn a_workbook_says_what_its_csv_says() {
    on_both(async |ctx| {
        people_and_projects(&ctx).await;
        let chosen = Order {
            sheet: Some("T1 2026".to_owned()),
            ..order()
        };
        let book = workbook(QUARTER);
        take(&ctx, Sheet::Hours, QUARTER).await;

        let (summary, told) = import(&ctx, Sheet::Hours, &book, &chosen).await.unwrap();

        assert_eq!(summary, unchanged(160), "{:?}", told.refused());
        // What is wrong is wrong on the same lines, in the same columns.
        let (summary, of_csv) = take(&ctx, Sheet::Hours, WITH_ERRORS).await;
        let (again, of_book) = import(&ctx, Sheet::Hours, workbook(WITH_ERRORS), &chosen)
            .await
            .unwrap();
        // A CSV may have too few fields in a line, and is refused there; a sheet has them blank, and
        // break, commune and description may be blank.
        assert_eq!((again.created, again.rows), (1, summary.rows));
        assert_eq!(of_book.created(), [15]);
        let of_csv: Vec<_> = of_csv
            .refused()
            .into_iter()
            .filter(|it| it.0 != 15)
            .collect();
        let of_book: Vec<_> = of_book
            .refused()
            .into_iter()
            .filter(|it| it.0 != 15)
            .collect();
        assert_eq!(of_book, of_csv);
        // The first sheet holds nothing.
        let first = import(&ctx, Sheet::Hours, &book, &order()).await;
        assert!(matches!(
            first,
            Err(ImportError::Unreadable(Unreadable::Empty))
        ));
    })
    .await;
}

#[tokio::test]
async fn wrong_rows_are_refused_with_line_column_and_code() {
    on_both(async |ctx| {
        people_and_projects(&ctx).await;

        let (summary, told) = take(&ctx, Sheet::Hours, WITH_ERRORS).await;

        assert_eq!(told.created(), [2, 7, 11, 12, 14]);
        assert_eq!(
            told.refused(),
            [
                (3, "Date", Code::InvalidFormat),
                (4, "Projet", Code::UnknownProject),
                (5, "Fin", Code::NoDuration),
                (6, "Pause (min)", Code::BreakTooLong),
                (8, "Début", Code::EntryOverlap),
                (9, "Commune", Code::UnknownTerritory),
                (10, "Date", Code::InFuture),
                (13, "Réf. bénévole", Code::Required),
                (15, "-", Code::WrongColumns),
            ]
        );
        assert_eq!(told.duplicates().len(), 1);
        assert_eq!(told.duplicates()[0].0, 16);
        assert!(told.duplicates()[0].1.contains('2'));
        assert_eq!(
            summary,
            Summary {
                rows: 15,
                created: 5,
                duplicates: 1,
                refused: 9,
                minutes: 570,
                ..Summary::default()
            }
        );
        // The night is cut at midnight.
        for day in ["2026-05-08", "2026-05-09"] {
            assert_eq!(minutes_by_month(&ctx, day, day).await, [120], "{day}");
        }

        let (again, _) = take(&ctx, Sheet::Hours, WITH_ERRORS).await;
        assert_eq!((again.created, again.unchanged, again.refused), (0, 5, 9));
        assert_eq!(entries(&ctx).await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn refused_rows_come_back_as_a_file_to_correct_and_import() {
    on_both(async |ctx| {
        people_and_projects(&ctx).await;
        let (_, told) = take(&ctx, Sheet::Hours, WITH_ERRORS).await;
        let rejected = told.rejected();

        assert!(rejected.starts_with("\u{FEFF}Date;Réf. bénévole;"));
        assert!(rejected.lines().next().unwrap().ends_with(";errors"));
        let (uncorrected, _) = take(&ctx, Sheet::Hours, &rejected).await;
        assert_eq!((uncorrected.refused, uncorrected.created), (9, 0));

        let corrected = rejected
            .replace("31/04/2026", "30/04/2026")
            .replace("P-NONE", "P-ALPHA");
        let (summary, _) = take(&ctx, Sheet::Hours, &corrected).await;
        assert_eq!((summary.refused, summary.created), (7, 2));
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_happen_and_keeps_nothing() {
    on_both(async |ctx| {
        let dry = Order {
            run: Run::Dry,
            ..order()
        };
        let (summary, _) = import(&ctx, Sheet::Volunteers, VOLUNTEERS, &dry)
            .await
            .unwrap();
        assert_eq!(summary, created(24, 0));
        let (summary, _) = take(&ctx, Sheet::Volunteers, VOLUNTEERS).await;
        assert_eq!(summary, created(24, 0));
        take(&ctx, Sheet::Projects, PROJECTS).await;

        let (summary, told) = import(&ctx, Sheet::Hours, WITH_ERRORS, &dry).await.unwrap();

        assert_eq!(
            (summary.created, summary.refused, summary.minutes),
            (5, 9, 570)
        );
        assert_eq!(told.created(), [2, 7, 11, 12, 14]);
        assert!(entries(&ctx).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_atomic_import_takes_all_or_nothing() {
    on_both(async |ctx| {
        people_and_projects(&ctx).await;
        let atomic = Order {
            mode: Mode::AllOrNothing,
            ..order()
        };

        let (summary, _) = import(&ctx, Sheet::Hours, WITH_ERRORS, &atomic)
            .await
            .unwrap();
        assert_eq!(summary.refused, 9);
        assert!(entries(&ctx).await.is_empty());

        let (summary, _) = import(&ctx, Sheet::Hours, QUARTER, &atomic).await.unwrap();
        assert_eq!(summary, created(160, 27_390));
        assert_eq!(entries(&ctx).await.len(), 160);
    })
    .await;
}

#[tokio::test]
async fn days_and_months_that_were_not_declared_are_refused_with_the_option() {
    on_both(async |ctx| {
        people_and_projects(&ctx).await;
        let undeclared = Order {
            date_format: DateFormat::Iso,
            ..order()
        };

        let (summary, told) = import(&ctx, Sheet::Hours, QUARTER, &undeclared)
            .await
            .unwrap();

        assert_eq!((summary.refused, summary.created), (160, 0));
        let Outcome::Refused(problems) = &told.rows[0].outcome else {
            panic!("taken");
        };
        assert_eq!(problems[0].refusal.code, Code::DateFormat);
        let sentence = problems[0].refusal.message(Locale::Fr);
        assert!(sentence.contains("--date-format dd/mm/yyyy"), "{sentence}");
    })
    .await;
}

#[tokio::test]
async fn a_name_stands_for_a_volunteer_only_where_nobody_shares_it() {
    on_both(async |ctx| {
        people_and_projects(&ctx).await;
        let twins = "reference,name\nT-1,Ali Twin\nT-2,ALI TWIN\n";
        take(&ctx, Sheet::Volunteers, twins).await;
        let hours = "date,name,project,minutes\n\
             2026-03-02,AICHA BENNANI,P-EAU,60\n\
             2026-03-02,عائشة بناني,P-ALPHA,30\n\
             2026-03-02,Ali Twin,P-EAU,60\n\
             2026-03-02,Nobody Known,P-NONE,soon\n";

        let (summary, told) = take(&ctx, Sheet::Hours, hours).await;

        assert_eq!((summary.created, summary.minutes), (2, 90));
        assert_eq!(
            told.refused(),
            [
                (4, "name", Code::AmbiguousVolunteer),
                (5, "name", Code::UnknownVolunteer),
                (5, "project", Code::UnknownProject),
                (5, "minutes", Code::InvalidFormat),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn an_hour_that_clocks_skipped_or_repeated_is_refused() {
    on_both(async |ctx| {
        people_and_projects(&ctx).await;
        let hours = "date,volunteer reference,project,start,end\n\
             2026-03-22,AM-001,P-EAU,02:30,05:00\n\
             2026-09-20,AM-001,P-EAU,00:00,01:30\n\
             2026-09-20,AM-001,P-EAU,03:00,24:00\n";

        let (summary, told) = take(&ctx, Sheet::Hours, hours).await;

        assert_eq!(
            told.refused(),
            [
                (2, "start", Code::AmbiguousTime),
                (3, "end", Code::AmbiguousTime)
            ]
        );
        assert_eq!((summary.created, summary.minutes), (1, 21 * 60));
    })
    .await;
}

#[tokio::test]
async fn changed_rows_change_the_record_and_contradictions_are_refused() {
    on_both(async |ctx| {
        people_and_projects(&ctx).await;
        let changed = "reference,name,sex\nAM-001,Fatima Aït Lahcen-Idrissi,F\nN-1,New,X\n\
             N-2,One,F\nN-2,Two,F\nN-3,Same,M\nN-3,Same,M\n";

        let (summary, told) = take(&ctx, Sheet::Volunteers, changed).await;

        assert_eq!(summary.changed, 1);
        assert_eq!((summary.created, summary.duplicates), (2, 1));
        assert_eq!(
            told.refused(),
            [
                (3, "sex", Code::InvalidFormat),
                (5, "reference", Code::Taken)
            ]
        );
        let shares = "code,title,commune,starts_on,indh_programme_shares\n\
             P-NEW,New,07.041.01.01,2026-01-01,PH3-P1:50|PH3-P4:40\n\
             P-OTHER,Other,07.041.01.01,2026-01-01,PH3-P1:100\n";
        let (summary, told) = take(&ctx, Sheet::Projects, shares).await;
        assert_eq!(
            told.refused(),
            [(2, "indh_programme_shares", Code::SharesNotWhole)]
        );
        let budgets = "code,intitulé,commune,début,Coût total,مساهمة المبادرة\n\
             P-WELL,Well,07.041.01.01,2026-01-01,\"1 250,50 DH\",1000\n\
             P-ROAD,Road,07.041.01.01,2026-01-01,100,100.01\n\
             P-ROOF,Roof,07.041.01.01,2026-01-01,much,\n\
             P-WALL,Wall,07.041.01.01,2026-01-01,,5\n";
        let (of_budgets, told_of_budgets) = take(&ctx, Sheet::Projects, budgets).await;
        assert_eq!(
            told_of_budgets.refused(),
            [
                (3, "مساهمة المبادرة", Code::OutOfRange),
                (4, "Coût total", Code::InvalidFormat),
                (5, "Coût total", Code::Required)
            ]
        );
        assert_eq!(of_budgets.created, 1);
        // Nothing of the refused project stays behind.
        assert_eq!(summary.created, 1);
        let (again, _) = take(&ctx, Sheet::Projects, shares).await;
        assert_eq!((again.unchanged, again.refused), (1, 1));
    })
    .await;
}
