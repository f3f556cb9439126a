//! The path of imports: dry runs, all or nothing, rows that come again.
//!
//! How a file becomes entries is tested with the imports.

use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::Fields;
use tiwizi::hours::HoursError;
use tiwizi::hours::Item;
use tiwizi::hours::Mode;
use tiwizi::hours::NewEntry;
use tiwizi::hours::Recorded;
use tiwizi::hours::Run;
use tiwizi::hours::Target;
use tiwizi::hours::record;
use tiwizi::platform::i18n::Locale;

use crate::hours::World;
use crate::support::app::App;
use crate::support::on_both_databases;
use crate::support::statements::counted;

fn rows(world: &World, from: &str, count: u64, minutes: i64) -> Vec<Item> {
    let first: NaiveDate = from.parse().expect("a date");
    let days = first.iter_days().take(usize::try_from(count).expect("few"));
    days.map(|day| {
        let project = ProjectId::read(&world.project.clone().into()).expect("an id");
        let entry = NewEntry::parse(&Fields {
            volunteer: VolunteerId::read(&world.record.clone().into()),
            worked_on: Some(day),
            minutes: Some(minutes),
            ..Fields::on(project)
        })
        .expect("an entry");
        let key = format!("{day} {minutes}").into_bytes();
        Item::imported(entry, Target::Approved, key)
    })
    .collect()
}

async fn write(world: &World, items: &[Item], mode: Mode, run: Run) -> Vec<record::Outcome> {
    let organization = OrganizationId::read(&world.organization.clone().into()).expect("an id");
    let ctx = world.app.parts.operator(Locale::En);
    record::create_many(&ctx, organization, items, mode, run)
        .await
        .expect("no fault")
}

fn created(outcomes: &[record::Outcome]) -> usize {
    let created = |it: &&record::Outcome| matches!(it, Ok(Recorded::Created(_)));
    outcomes.iter().filter(created).count()
}

on_both_databases! {
    async fn a_row_that_comes_again_is_the_same_entry(app: App) {
        let world = World::on(&app).await;
        let items = rows(&world, "2026-10-01", 20, 60);

        let first = write(&world, &items, Mode::EachAlone, Run::Real).await;
        let again = write(&world, &items, Mode::EachAlone, Run::Real).await;

        assert_eq!(created(&first), 20);
        assert!(again.iter().all(|it| matches!(it, Ok(Recorded::Unchanged(_)))));
        assert_eq!(world.ledger().await, 20);
    }

    async fn a_dry_run_answers_as_a_real_one_and_leaves_nothing(app: App) {
        let world = World::on(&app).await;
        // The last three lie in the future.
        let items = rows(&world, "2026-10-16", 21, 60);

        let dry = write(&world, &items, Mode::EachAlone, Run::Dry).await;
        assert_eq!(world.ledger().await, 0);
        let real = write(&world, &items, Mode::EachAlone, Run::Real).await;

        assert_eq!(dry.iter().filter(|it| matches!(it, Ok(Recorded::Acceptable(_)))).count(), 18);
        assert_eq!(created(&real), 18);
        assert_eq!(dry.iter().filter(|it| it.is_err()).count(), 3);
    }

    async fn all_or_nothing_is_nothing_when_one_is_refused(app: App) {
        let world = World::on(&app).await;
        let items = rows(&world, "2026-10-30", 5, 60);

        let outcomes = write(&world, &items, Mode::AllOrNothing, Run::Real).await;

        assert_eq!(created(&outcomes), 0);
        assert!(matches!(outcomes[4], Err(HoursError::InFuture { .. })));
        assert_eq!(world.ledger().await, 0);
    }

    async fn more_rows_cost_no_more_statements(app: App) {
        let world = World::on(&app).await;
        let few = rows(&world, "2025-02-01", 2, 60);
        let many = rows(&world, "2025-03-01", 300, 60);

        let (_, cost_of_few) = counted(&app, write(&world, &few, Mode::EachAlone, Run::Real)).await;
        let (done, cost_of_many) = counted(&app, write(&world, &many, Mode::EachAlone, Run::Real)).await;

        assert_eq!(created(&done), 300);
        // The first batch makes the head of the chain.
        assert!(cost_of_many <= cost_of_few, "{cost_of_few} and {cost_of_many}");
        assert!(cost_of_many <= 20, "{cost_of_many}");
    }
}
