//! What the program is made of: every package has a licence that `deny.toml` allows.
//!
//! Known vulnerabilities are not looked for here: their data are elsewhere, and `cargo deny check` asks for them.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;
use spdx::Expression;
use spdx::ParseMode;

const DENY: &str = include_str!("../deny.toml");
/// What the pages that the program carries are built of.
const PAGES: &str = include_str!("../graphiql/package-lock.json");

#[test]
fn every_crate_has_a_licence_that_is_allowed() {
    let allowed = allowed();
    let stated = stated();
    let refused: Vec<_> = crates()
        .iter()
        .filter(|it| !it["source"].is_null())
        .filter_map(|it| {
            let name = it["name"].as_str().unwrap();
            let licence = it["license"]
                .as_str()
                .or_else(|| stated.get(name)?["expression"].as_str());
            let holds = licence.is_some_and(|it| holds(it, &allowed));
            (!holds).then(|| format!("{name}: {licence:?}"))
        })
        .collect();

    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn every_package_of_the_pages_has_a_licence_that_is_allowed() {
    let allowed = allowed();
    let lock: Value = serde_json::from_str(PAGES).unwrap();
    let packages = lock["packages"].as_object().unwrap();
    let shipped = packages
        .iter()
        .filter(|(path, it)| !path.is_empty() && it["dev"] != true);
    let refused: Vec<_> = shipped
        .filter(|(_, it)| !it["license"].as_str().is_some_and(|it| holds(it, &allowed)))
        .map(|(path, it)| format!("{path}: {}", it["license"]))
        .collect();

    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn every_crate_comes_from_where_crates_are_published() {
    let elsewhere: Vec<_> = crates()
        .iter()
        .filter_map(|it| it["source"].as_str())
        .filter(|it| !it.starts_with("registry+"))
        .map(str::to_owned)
        .collect();

    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
}

/// Licences that may be used, as `deny.toml` writes them.
fn allowed() -> BTreeSet<String> {
    let deny: toml::Table = DENY.parse().unwrap();
    let allowed = deny["licenses"]["allow"].as_array().unwrap();
    allowed
        .iter()
        .map(|it| it.as_str().unwrap().to_owned())
        .collect()
}

/// Licences of crates that state theirs as a file, by name.
fn stated() -> std::collections::BTreeMap<String, toml::Value> {
    let deny: toml::Table = DENY.parse().unwrap();
    let stated = deny["licenses"]["clarify"].as_array().unwrap();
    stated
        .iter()
        .map(|it| (it["crate"].as_str().unwrap().to_owned(), it.clone()))
        .collect()
}

/// Whether an expression can be met with allowed licences alone.
fn holds(expression: &str, allowed: &BTreeSet<String>) -> bool {
    Expression::parse_mode(expression, ParseMode::LAX)
        .is_ok_and(|it| it.evaluate(|wanted| allowed.contains(&wanted.to_string())))
}

fn crates() -> Vec<Value> {
    let asked = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        asked.status.success(),
        "{}",
        String::from_utf8_lossy(&asked.stderr)
    );
    let told: Value = serde_json::from_slice(&asked.stdout).unwrap();
    told["packages"].as_array().unwrap().clone()
}
