//! The demonstration data, published edition by edition and attacked through the files that anybody reads.
//!
//! The attack is in `attack`.

use entity::statistics_contribution;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use serde_json::Value;
use tiwizi::demo;
use tiwizi::demo::Sizes;
use tiwizi::platform::i18n::Locale;
use tiwizi::statistics::period::Period;
use tiwizi::statistics::publish_from;
use tokio_util::sync::CancellationToken;

use crate::statistics::attack::Attack;
use crate::statistics::attack::FIGURES;
use crate::statistics::attack::Row;
use crate::support::app::App;
use crate::support::databases::Engine;

/// Linear programs work with fractions.
const TOLERANCE: f64 = 1e-3;

async fn fetched(app: &App, name: &str) -> Value {
    let url = format!("{}/open-data/{name}", app.url);
    let answer = app.http().get(url).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{name}");
    answer.json().await.expect("JSON")
}

/// The published rows of an edition, as they are read.
fn rows(edition: &str, file: &Value) -> Vec<Row> {
    let word = |it: &Value| it.as_str().expect("a word").to_owned();
    file["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|it| {
            let code = word(&it["territoryCode"]);
            let above = it["territoryAbove"].as_str().map(str::to_owned);
            let own = if it["part"] == "OWN" { " alone" } else { "" };
            Row {
                edition: edition.to_owned(),
                place: format!("{code}{own}"),
                above,
                programme: word(&it["programmeCode"]),
                suppressed: it["suppressed"] == true,
                figures: FIGURES.map(|figure| it[figure].as_i64()),
            }
        })
        .collect()
}

#[tokio::test]
async fn no_suppressed_figure_of_the_demonstration_data_can_be_derived() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let ctx = app.parts.operator(Locale::En);
        demo::fill(&ctx, Sizes::default(), |_| ())
            .await
            .expect("filled");
        let first = Period::first_of(2024);
        let published = publish_from(&ctx, first, &CancellationToken::new())
            .await
            .expect("published");
        assert!(published.len() >= 12, "{published:?}");

        let list = fetched(&app, "editions.json").await;
        let names: Vec<&str> = list["editions"]
            .as_array()
            .expect("editions")
            .iter()
            .filter_map(|it| it["edition"].as_str())
            .collect();
        let years = names.iter().filter(|it| it.len() == 4);
        let (mut shown, mut kept) = (0, 0);
        for year in years {
            let mut whole = Vec::new();
            for name in names.iter().filter(|it| it.starts_with(year)) {
                whole.extend(rows(name, &fetched(&app, &format!("{name}.json")).await));
            }
            shown += whole
                .iter()
                .filter(|it| !it.suppressed && it.figures[0] != Some(0))
                .count();
            for figure in 0..FIGURES.len() {
                let attack = Attack::on(&whole, figure);
                for at in attack.unknown() {
                    let found = attack.bounds(at);
                    kept += 1;
                    assert!(
                        found.most - found.least > 1.0 - TOLERANCE,
                        "{} lies between {} and {}",
                        attack.name(at),
                        found.least,
                        found.most
                    );
                }
            }
        }
        // There is something to read, and something to find.
        assert!(
            shown > 20 && kept > 100,
            "{shown} published, {kept} kept back"
        );
        let unfinished = names.iter().find(|it| it.contains('Q')).expect("a quarter");
        let left = statistics_contribution::Entity::find()
            .count(ctx.read())
            .await
            .expect("a count");
        assert!(left > 0 && *unfinished == "2026-Q2", "{left} {unfinished}");
    })
    .await;
}
