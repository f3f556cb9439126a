//! Keys that seal are changed: all that is stored sealed goes over to the newest, and the old one may go.
//!
//! How a text is sealed is tested beside the rule; that other keys are refused is with the program.

use std::collections::BTreeSet;
use std::fs;

use entity::national_id;
use entity::second_factor;
use sea_orm::EntityTrait;
use serde_json::Value;
use serde_json::json;
use tiwizi::app::sealing::COLUMNS;
use tiwizi::app::sealing::Renewed;
use tiwizi::app::sealing::seal_anew;
use tiwizi::platform::crypto::Keys;
use tiwizi::platform::i18n::Locale;
use tiwizi::platform::random::Random;

use crate::identity::codes;
use crate::identity::second_factor::Holder;
use crate::privacy::traces;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;

/// More than are sealed in one transaction.
const NUMBERS: u16 = 501;

async fn keeping(app: &App) -> App {
    let number = "D-W-123/2026".to_owned();
    app.beside_with(|it| it.privacy.national_id_authorization = number)
        .await
}

/// How many are sealed with each key.
async fn sealed(app: &App, key: &str) -> (usize, usize) {
    let db = app.parts.core.db.system().read();
    let begins = |it: &str| it.starts_with(&format!("s1.{key}."));
    let factors = second_factor::Entity::find().all(db).await.unwrap();
    let numbers = national_id::Entity::find().all(db).await.unwrap();
    (
        factors.iter().filter(|it| begins(&it.secret.0)).count(),
        numbers.iter().filter(|it| begins(&it.sealed.0)).count(),
    )
}

fn renewed_of(secrets: u64, numbers: u64, left: u64) -> Renewed {
    let done = vec![
        ("secrets of second factors", secrets),
        ("national identity numbers", numbers),
    ];
    Renewed { done, left }
}

/// Whoever adds a sealed column says how it goes over to another key: without, it is lost with the key of today.
#[test]
fn every_sealed_column_is_sealed_anew_with_the_others() {
    let mut of_schema = BTreeSet::new();
    for file in fs::read_dir("entity/src").unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let Some((_, named)) = text.split_once("table_name = \"") else {
            continue;
        };
        let table = named.split('"').next().unwrap().to_owned();
        for line in text.lines() {
            let field = line
                .trim()
                .strip_prefix("pub ")
                .and_then(|it| it.split_once(": "));
            if let Some((column, "Sealed," | "Option<Sealed>,")) = field {
                of_schema.insert((table.clone(), column.to_owned()));
            }
        }
    }

    let known = COLUMNS.map(|it| (it.table.to_owned(), it.column.to_owned()));

    assert!(!of_schema.is_empty());
    assert_eq!(of_schema, BTreeSet::from(known));
}

/// The names of the keys in the file; the last one seals.
fn names(file: &Value) -> Vec<String> {
    let all = file["sealing"].as_array().unwrap();
    let names = all.iter().map(|it| it["key_id"].as_str().unwrap());
    names.map(ToOwned::to_owned).collect()
}

fn read(app: &App) -> Value {
    let file = app.parts.core.config.keys_path();
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

fn write(app: &App, file: &Value) {
    fs::write(
        app.parts.core.config.keys_path(),
        serde_json::to_vec(file).unwrap(),
    )
    .unwrap();
}

async fn number_of(who: &Person, record: &str) -> Value {
    let input = json!({ "volunteerId": record });
    who.done("revealNationalId", input, "nationalId").await["nationalId"].clone()
}

on_both_databases! {
    async fn what_an_old_key_sealed_goes_over_to_the_newest_and_the_old_one_may_go(app: App) {
        let first = keeping(&app).await;
        let cast = Cast::on(&first).await;
        let input = json!({ "organizationId": cast.organization.id, "name": "Hassan", "nationalId": "ee 123456" });
        let made = cast.owner.done("createVolunteer", input, "volunteer { id }").await;
        let record = made["volunteer"]["id"].as_str().unwrap().to_owned();
        for at in 1..NUMBERS {
            let input = json!({ "organizationId": cast.organization.id, "name": "Hassan", "nationalId": format!("EE 9{at:05}") });
            cast.owner.done("createVolunteer", input, "volunteer { id }").await;
        }
        let holder = Holder::of(&first, Person::sign_up(&first, "holder").await).await;
        let config = &first.parts.core.config;
        Keys::rotate(&config.keys_path(), &Random::System, first.parts.core.clock.now()).unwrap();
        let both = read(&first);
        let [old, new] = <[String; 2]>::try_from(names(&both)).unwrap();
        assert_eq!(sealed(&first, &old).await, (1, usize::from(NUMBERS)));

        // Whoever has let the old key go too early: nothing is lost, and nothing is touched.
        let mut newest = both.clone();
        newest["sealing"].as_array_mut().unwrap().remove(0);
        write(&first, &newest);
        let early = keeping(&first).await;
        let left = seal_anew(&early.parts.operator(Locale::En)).await.unwrap();
        assert_eq!(left, renewed_of(0, 0, u64::from(NUMBERS) + 1));
        early.close().await;
        write(&first, &both);

        let second = keeping(&first).await;
        let operator = second.parts.operator(Locale::En);
        let renewed = seal_anew(&operator).await.unwrap();
        assert_eq!(renewed, renewed_of(1, u64::from(NUMBERS), 0));
        assert_eq!(sealed(&first, &new).await, (1, usize::from(NUMBERS)));
        assert_eq!(seal_anew(&operator).await.unwrap(), renewed_of(0, 0, 0), "the second time there is nothing to do");
        assert_eq!(traces::found(&first, &[&format!("s1.{old}.")]).await, Vec::<String>::new(), "nothing of it is left anywhere");
        second.close().await;
        write(&first, &newest);

        let last = keeping(&first).await;
        let owner = cast.owner.through(&last).again().await;
        assert_eq!(number_of(&owner, &record).await, "EE123456");
        let holder = holder.through(&last);
        let code = holder.next_code();
        let answer = holder.signs_in(Some(&code)).await;
        assert_eq!(codes(&answer), [""; 0]);
        last.close().await;
        first.close().await;
    }
}
