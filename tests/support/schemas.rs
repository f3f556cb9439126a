//! The published schema of JSON files, as a reader of them holds files against it.
//!
//! Which files those are is in the tests.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

static REPORT: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("../../schemas/report.json");
    let schema = serde_json::from_str(schema).expect("JSON");
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&schema).expect("a schema")
});

/// Holds a file against the schema; everything in it has a place there, and nothing is missing.
#[track_caller]
pub fn is_a_report(file: &Value) {
    let broken = REPORT.iter_errors(file);
    let broken: Vec<String> = broken
        .map(|it| format!("{}: {it}", it.instance_path()))
        .collect();
    assert!(
        broken.is_empty(),
        "{:#?}",
        broken.get(..5).unwrap_or(&broken)
    );
}
