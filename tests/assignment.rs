//! What the server decides, nobody sends along: no input has a field for it, and one more is refused.
//!
//! What each field that is there does is tried in the journeys.

use std::collections::BTreeSet;

use apollo_compiler::schema::ExtendedType;
use serde_json::json;

use crate::permissions::calls;
use crate::support::app::App;
use crate::support::on_both_databases;
use crate::support::planted::Planted;
use crate::support::sdl;

/// Names under which the server keeps who did what, when, and what came of it.
const DECIDED: [&str; 12] = [
    "approvedAt",
    "approvedBy",
    "createdAt",
    "createdBy",
    "decidedAt",
    "decidedBy",
    "isPlatformAdmin",
    "ledgerSequence",
    "recordedBy",
    "status",
    "userId",
    "version",
];

/// The inputs that take one of these names all the same: a day of a paper, and what was seen of somebody at a shift.
const MEANT: [&str; 2] = ["AttendanceMarkInput.status", "RecordConsentInput.decidedAt"];

#[test]
fn no_input_has_a_field_for_what_the_server_decides() {
    let taken: BTreeSet<String> = sdl::own_types(sdl::schema())
        .filter_map(|(name, it)| match it {
            ExtendedType::InputObject(it) if !name.ends_with("Filter") => Some((name, it)),
            _ => None,
        })
        .flat_map(|(name, it)| it.fields.keys().map(move |field| (name, field.as_str())))
        .filter(|(_, field)| DECIDED.contains(field))
        .map(|(name, field)| format!("{name}.{field}"))
        .collect();

    assert_eq!(taken, MEANT.map(str::to_owned).into());
}

on_both_databases! {
    /// Mass assignment: each mutation, called as its owner may, with one member more in its input. It is refused whole.
    async fn whatever_is_sent_beside_the_fields_of_an_input_is_refused(app: App) {
        let planted = Planted::on(&app).await;
        let before = planted.whole().await;
        let mut beside = DECIDED.iter().cycle();
        let mut tried = 0;
        for field in sdl::fields(sdl::schema(), "Mutation") {
            let of_one_thing = calls(&planted, "mutation", field);
            let (_, operation) = of_one_thing.first().expect("a thing to name");
            let mut variables = operation.variables.clone();
            let Some(input) = variables["input"].as_object_mut() else {
                continue;
            };
            let name = beside.find(|it| !input.contains_key(**it)).expect("a name that is free");
            input.insert((*name).to_owned(), json!("APPROVED"));
            let answer = planted.cast.owner.tries(&operation.query, variables).await;

            assert!(answer.body.get("data").is_none(), "{}: {:#}", field.name, answer.body);
            let said = answer.body["errors"][0]["message"].to_string();
            assert!(said.contains(name), "{} does not name {name}: {said}", field.name);
            tried += 1;
        }
        assert!(tried > 90, "{tried} mutations take an input");
        assert_eq!(planted.whole().await, before);
    }
}
