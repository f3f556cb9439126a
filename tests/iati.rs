//! Results as an IATI file: valid by the schema of the standard, figure by figure what GraphQL answers, nobody's name.
//!
//! The schema is in the folder of this name, with whose it is; how figures become one is tested in `impact` and `progress`.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use quick_xml::Reader;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;
use serde_json::Value;
use serde_json::json;

use crate::exports::fetched;
use crate::exports::seen;
use crate::exports::worked_off;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;

const JOB: &str =
    "exportJob { id format locale iati { organization { slug } organizationIdentifier from to } }";

/// An element that was read.
#[derive(Debug, Default)]
pub struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    inner: Vec<Element>,
    text: String,
}

impl Element {
    /// Reads a document, or the test fails.
    pub fn read(bytes: &[u8]) -> Self {
        let mut reader = Reader::from_reader(bytes);
        let mut open = vec![Self::default()];
        let begun = |start: &BytesStart<'_>| Self {
            name: start.name().as_ref().to_owned(),
            attributes: start
                .attributes()
                .map(|it| {
                    let it = it.unwrap();
                    let key = it.key.as_ref().to_owned();
                    let value = it.value.to_string();
                    (
                        key,
                        quick_xml::escape::unescape(&value).unwrap().into_owned(),
                    )
                })
                .collect(),
            ..Self::default()
        };
        loop {
            match reader.read_event().expect("well-formed XML") {
                Event::Start(it) => open.push(begun(&it)),
                Event::Empty(it) => open.last_mut().unwrap().inner.push(begun(&it)),
                Event::End(_) => {
                    let done = open.pop().unwrap();
                    open.last_mut().unwrap().inner.push(done);
                }
                Event::Text(it) => {
                    let text = it.to_string();
                    open.last_mut().unwrap().text.push_str(&text);
                }
                Event::GeneralRef(it) => {
                    let name = it.to_string();
                    let text = quick_xml::escape::unescape(&format!("&{name};"))
                        .unwrap()
                        .into_owned();
                    open.last_mut().unwrap().text.push_str(&text);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        open.pop().unwrap().inner.pop().expect("an element")
    }

    fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Element> + use<'a> {
        let name = name.to_owned();
        self.inner.iter().filter(move |it| it.name == name)
    }

    fn one(&self, name: &str) -> &Element {
        let mut all = self.all(name);
        let found = all
            .next()
            .unwrap_or_else(|| panic!("no {name} in {}", self.name));
        assert!(all.next().is_none(), "one {name}");
        found
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|it| it.0 == name);
        found.map(|it| it.1.as_str())
    }

    fn narrative(&self, language: Option<&str>) -> &str {
        let found = self
            .all("narrative")
            .find(|it| it.attribute("xml:lang") == language);
        found.map_or("", |it| it.text.as_str())
    }

    /// The whole figure: of no place and of no category.
    fn whole(&self, name: &str) -> Option<&str> {
        let mut whole = self.all(name).filter(|it| {
            it.all("location").next().is_none() && it.all("dimension").next().is_none()
        });
        let found = whole.next()?.attribute("value");
        assert!(whole.next().is_none(), "one whole");
        found
    }
}

/// Holds a file against the schema of the standard, with a program that others wrote.
pub fn is_valid(bytes: &[u8]) {
    let schema =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/iati/iati-activities-schema.xsd");
    let started = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut program = match started {
        Ok(program) => program,
        Err(cause) => {
            let required =
                |name: &str| std::env::var(name).is_ok_and(|it| !it.is_empty() && it != "0");
            assert!(
                !required("CI") && !required("REQUIRE_XMLLINT"),
                "xmllint is not there ({cause}), and this run requires it: install Debian's package `libxml2-utils`"
            );
            // Not `eprintln`: the runner would hide it behind a passing test.
            let _ = writeln!(
                std::io::stderr(),
                "\nSKIPPED: the schema of IATI, since `xmllint` was not found. REQUIRE_XMLLINT=1 makes that a failure.\n"
            );
            return;
        }
    };
    let mut input = program.stdin.take().expect("an input");
    input.write_all(bytes).expect("written");
    drop(input);
    let done = program.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(bytes)
    );
}

async fn asked(app: &App, who: &Person, cast: &Cast, more: Value) -> Value {
    let mut input =
        json!({ "organizationId": cast.organization.id, "from": "2026-01-01", "to": "2026-12-31" });
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    let job = who.done("requestIatiExport", input, JOB).await["exportJob"].take();
    worked_off(app).await;
    let mut done = seen(who, job["id"].as_str().unwrap()).await;
    done["asked"] = job;
    done
}

async fn file(app: &App, who: &Person, cast: &Cast, more: Value) -> Vec<u8> {
    let done = asked(app, who, cast, more).await;
    let url = done["artifact"]["url"]
        .as_str()
        .unwrap_or_else(|| panic!("{done:#}"));
    assert_eq!(done["artifact"]["mediaType"], "application/xml");
    let (status, name, bytes) = fetched(app, url).await;
    assert_eq!(status, 200);
    assert!(
        name.contains("iati-al-amal-2026-01-01-2026-12-31.xml"),
        "{name}"
    );
    bytes
}

async fn made(cast: &Cast, code: &str, kind: &str, more: Value) -> String {
    let mut input = json!({
        "organizationId": cast.organization.id, "code": code, "nameFr": format!("Mesure {code}"), "nameAr": "قياس",
        "unit": "personnes & <familles>", "valueType": kind, "level": "OUTPUT", "overTime": "SUM", "overPlace": "SUM",
    });
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    let made = cast
        .owner
        .done("createIndicator", input, "indicator { id }")
        .await;
    made["indicator"]["id"].as_str().unwrap().to_owned()
}

fn figure(
    indicator: &str,
    project: &str,
    (from, to): (&str, &str),
    value: Value,
    more: Value,
) -> Value {
    let mut figure = json!({
        "indicatorId": indicator, "projectId": project, "value": value, "from": from, "to": to,
        "note": format!("{MARK} told me"),
    });
    let fields = figure.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    figure
}

async fn measured(cast: &Cast, figures: &[Value]) {
    let selection = "results { measurement { id } userErrors { code path } }";
    let written = cast
        .coordinator
        .does(
            "recordMeasurements",
            json!({ "measurements": figures }),
            selection,
        )
        .await;
    let results = written["results"].as_array().unwrap();
    let ids: Vec<&Value> = results.iter().map(|it| &it["measurement"]["id"]).collect();
    assert!(ids.iter().all(|it| it.is_string()), "{written:#}");
    let selection = "results { measurement { status } userErrors { code } }";
    let decided = cast
        .owner
        .does("approveMeasurements", json!({ "ids": ids }), selection)
        .await;
    for it in decided["results"].as_array().unwrap() {
        assert_eq!(it["measurement"]["status"], "APPROVED", "{decided:#}");
    }
}

async fn aims(cast: &Cast, indicator: &str, project: &str, days: (&str, &str), value: Value) {
    let input = json!({
        "indicatorId": indicator, "projectId": project,
        "targets": [{ "from": days.0, "to": days.1, "value": value }],
    });
    cast.owner
        .done("setTargets", input, "targets { from }")
        .await;
}

/// A figure as IATI writes it: a percentage where it is one.
fn told(value: &Value) -> Option<&str> {
    value["percent"].as_str().or(value["value"].as_str())
}

const MARCH: (&str, &str) = ("2026-03-01", "2026-03-31");
const APRIL: (&str, &str) = ("2026-04-01", "2026-04-30");

/// An indicator of each kind of value, and what it measured.
async fn worked(cast: &Cast) -> Vec<(String, String)> {
    let here = &cast.project;
    let people = made(
        cast,
        "PEOPLE",
        "COUNT",
        json!({ "dimensions": ["SEX", "AGE_BAND"] }),
    )
    .await;
    let share = made(
        cast,
        "SHARE",
        "PERCENTAGE",
        json!({ "overTime": "AVERAGE", "overPlace": "AVERAGE", "level": "OUTCOME" }),
    )
    .await;
    let litres = made(
        cast,
        "LITRES",
        "DECIMAL",
        json!({ "direction": "DECREASE", "level": "IMPACT", "overTime": "LAST" }),
    )
    .await;
    let done = made(
        cast,
        "DONE",
        "YES_NO",
        json!({ "overTime": "LAST", "overPlace": "NONE", "level": "ACTIVITY" }),
    )
    .await;
    let since = made(
        cast,
        "SINCE",
        "MONEY",
        json!({ "reading": "CUMULATIVE", "overTime": "LAST", "level": "INPUT" }),
    )
    .await;
    let sexes = json!({ "parts": [
        { "dimension": "SEX", "category": "FEMALE", "value": "7" },
        { "dimension": "SEX", "category": "MALE", "value": "4" },
        { "dimension": "SEX", "category": "UNKNOWN", "value": "1" },
    ] });
    measured(
        cast,
        &[
            figure(&people, here, MARCH, json!({ "value": "12" }), sexes),
            figure(&people, here, APRIL, json!({ "value": "30" }), json!({})),
            figure(
                &share,
                here,
                MARCH,
                json!({ "value": "2", "denominator": "3" }),
                json!({}),
            ),
            figure(
                &litres,
                here,
                MARCH,
                json!({ "value": "0.123456" }),
                json!({}),
            ),
            figure(&done, here, MARCH, json!({ "value": "1" }), json!({})),
            figure(
                &since,
                here,
                MARCH,
                json!({ "value": "1234.50" }),
                json!({}),
            ),
        ],
    )
    .await;
    aims(cast, &people, here, MARCH, json!({ "value": "15" })).await;
    aims(
        cast,
        &share,
        here,
        APRIL,
        json!({ "value": "90", "denominator": "100" }),
    )
    .await;
    let baseline = json!({ "indicatorId": litres, "projectId": here, "measuredOn": "2026-01-01", "value": { "value": "8.5" } });
    cast.owner
        .done("setBaseline", baseline, "baseline { measuredOn }")
        .await;
    let all = [
        ("PEOPLE", people),
        ("SHARE", share),
        ("LITRES", litres),
        ("DONE", done),
        ("SINCE", since),
    ];
    all.into_iter()
        .map(|(code, id)| (code.to_owned(), id))
        .collect()
}

/// The indicators of an activity with their codes.
fn indicators(activity: &Element) -> Vec<(&str, &Element)> {
    let indicators = activity.all("result").flat_map(|it| it.all("indicator"));
    indicators
        .map(|it| (it.one("reference").attribute("code").unwrap(), it))
        .collect()
}

on_both_databases! {
    async fn results_are_valid_and_say_what_graphql_answers(app: App) {
        let cast = Cast::on(&app).await;
        let made = worked(&cast).await;

        let bytes = file(&app, &cast.owner, &cast, json!({})).await;

        is_valid(&bytes);
        let document = Element::read(&bytes);
        assert_eq!(document.attribute("version"), Some("2.03"));
        let activity = document.one("iati-activity");
        let found = indicators(activity);
        assert_eq!(found.len(), made.len());
        let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { baseline { value percent }
            periods { from to actual { value percent } target { value percent } }
            breakdowns { dimension categories { category value { value } } } } }";
        for (code, id) in &made {
            let indicator = found.iter().find(|it| it.0 == code).unwrap().1;
            let input = json!({ "indicatorId": id, "projectId": cast.project, "from": "2026-01-01", "to": "2026-12-31" });
            let progress = cast.owner.asks(query, json!({ "input": input })).await["indicatorProgress"].take();
            let periods = progress["periods"].as_array().unwrap();
            let written: Vec<&Element> = indicator.all("period").collect();
            assert_eq!(written.len(), periods.len(), "{code}");
            for (period, written) in periods.iter().zip(written) {
                let day = |name: &str| written.one(name).attribute("iso-date").unwrap();
                assert_eq!((day("period-start"), day("period-end")), (period["from"].as_str().unwrap(), period["to"].as_str().unwrap()));
                assert_eq!(written.whole("actual"), told(&period["actual"]), "{code}");
                assert_eq!(written.whole("target"), told(&period["target"]), "{code}");
            }
            let baseline = indicator.all("baseline").next();
            assert_eq!(baseline.and_then(|it| it.attribute("value")), told(&progress["baseline"]), "{code}");
        }
        // By sex as it was counted, what is not known with it; of ages nothing is known, and nothing said.
        let people = found.iter().find(|it| it.0 == "PEOPLE").unwrap().1;
        let march = people.all("period").next().unwrap();
        let parts: Vec<(&str, &str, &str)> = march.all("actual")
            .filter_map(|it| {
                let dimension = it.all("dimension").next()?;
                Some((dimension.attribute("name")?, dimension.attribute("value")?, it.attribute("value")?))
            })
            .collect();
        assert_eq!(parts, [("sex", "FEMALE", "7"), ("sex", "MALE", "4"), ("sex", "UNKNOWN", "1")]);
    }

    async fn measures_directions_and_chains_are_those_of_the_standard(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;

        let bytes = file(&app, &cast.owner, &cast, json!({ "organizationIdentifier": "XI-IATI-1234" })).await;

        is_valid(&bytes);
        let document = Element::read(&bytes);
        let activity = document.one("iati-activity");
        let result = |kind: &'static str| activity.all("result").filter(move |it| it.attribute("type") == Some(kind));
        assert_eq!(activity.all("result").count(), 5);
        assert_eq!((result("1").count(), result("2").count(), result("3").count(), result("9").count()), (1, 1, 1, 2));
        let found = indicators(activity);
        let of = |code: &str| found.iter().find(|it| it.0 == code).unwrap().1;
        let says = |code: &str| {
            let it = of(code);
            (it.attribute("measure").unwrap(), it.attribute("ascending").unwrap(), it.attribute("aggregation-status").unwrap())
        };
        assert_eq!(says("PEOPLE"), ("1", "true", "true"));
        assert_eq!(says("SHARE"), ("2", "true", "false"));
        assert_eq!(says("LITRES"), ("1", "false", "false"));
        assert_eq!(says("DONE"), ("3", "true", "false"));
        assert_eq!(says("SINCE"), ("1", "true", "false"));
        let share = of("SHARE").all("period").next().unwrap().one("actual");
        assert_eq!(share.attribute("value"), Some("66.67"));
        assert_eq!(share.one("comment").narrative(Some("en")), "2 of 3");
        let done = of("DONE").one("period").one("actual");
        assert_eq!((done.attribute("value"), done.one("comment").narrative(Some("fr"))), (Some("1"), "Oui"));
        assert_eq!(of("LITRES").one("baseline").attribute("year"), Some("2026"));
        let title = of("PEOPLE").one("title");
        assert_eq!((title.narrative(Some("fr")), title.narrative(Some("ar"))), ("Mesure PEOPLE", "قياس"));
        assert!(of("PEOPLE").one("description").narrative(Some("en")).contains("personnes & <familles>"));
        assert!(of("SINCE").one("description").narrative(Some("en")).contains("since the beginning"));

        let reporting = activity.one("reporting-org");
        assert_eq!((reporting.attribute("ref"), reporting.attribute("type")), (Some("XI-IATI-1234"), Some("24")));
        assert_eq!(reporting.narrative(None), format!("{MARK} Al Amal"));
        let identifier = &activity.one("iati-identifier").text;
        assert!(identifier.starts_with("XI-IATI-1234-") && identifier.len() > 40, "{identifier}");
        assert_eq!(activity.one("activity-status").attribute("code"), Some("2"));
        let dates: Vec<_> = activity.all("activity-date").map(|it| (it.attribute("type").unwrap(), it.attribute("iso-date").unwrap())).collect();
        assert_eq!(dates, [("2", "2026-01-01"), ("3", "2026-12-31")]);
        assert_eq!(activity.one("recipient-country").attribute("code"), Some("MA"));
        assert_eq!(activity.one("location").attribute("ref"), Some(cast.organization.territory.as_str()));
        let budget = activity.one("budget").one("value");
        assert_eq!((budget.text.as_str(), budget.attribute("currency")), ("1250.50", Some("MAD")));
        assert!(activity.attribute("last-updated-datetime").unwrap().starts_with("2026-11-02T"));
    }

    async fn places_are_told_apart_and_added(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "organizationId": cast.organization.id, "title": "Region", "startsOn": "2020-01-01", "territoryCode": REGION, "budget": "9" });
        let project = cast.owner.done("createProject", input, "project { id }").await["project"]["id"].as_str().unwrap().to_owned();
        let query = "query($code: String!) { territories(first: 2, filter: { level: COMMUNE, parentCode: $code }) { nodes { code } } }";
        let places = cast.owner.asks(query, json!({ "code": "07.041" })).await;
        let code = |at: usize| places["territories"]["nodes"][at]["code"].as_str().unwrap().to_owned();
        let people = made(&cast, "PEOPLE", "COUNT", json!({})).await;
        measured(&cast, &[
            figure(&people, &project, MARCH, json!({ "value": "5" }), json!({ "territoryCode": code(0) })),
            figure(&people, &project, MARCH, json!({ "value": "6" }), json!({ "territoryCode": code(1) })),
        ]).await;
        // What waits for a decision is not published, and neither is what lies outside the interval.
        let waiting = figure(&people, &project, APRIL, json!({ "value": "77" }), json!({ "territoryCode": code(0) }));
        cast.coordinator.does("recordMeasurements", json!({ "measurements": [waiting] }), "results { measurement { id } }").await;

        let bytes = file(&app, &cast.coordinator, &cast, json!({})).await;

        is_valid(&bytes);
        let document = Element::read(&bytes);
        let activity = document.one("iati-activity");
        let period = indicators(activity)[0].1.one("period");
        assert_eq!(period.whole("actual"), Some("11"));
        let mut there: Vec<(&str, &str)> = period.all("actual")
            .filter_map(|it| Some((it.all("location").next()?.attribute("ref")?, it.attribute("value")?)))
            .collect();
        there.sort_unstable();
        assert_eq!(there, [(code(0).as_str(), "5"), (code(1).as_str(), "6")]);
        let locations: Vec<_> = activity.all("location").map(|it| it.attribute("ref").unwrap()).collect();
        assert_eq!(locations, [REGION, code(0).as_str(), code(1).as_str()]);
        assert!(activity.all("budget").next().is_none(), "of no known days");
        assert!(!String::from_utf8(bytes).unwrap().contains("\"77\""));
    }

    async fn nobody_is_named_and_only_readers_of_figures_ask(app: App) {
        let cast = Cast::on(&app).await;
        let nothing = asked(&app, &cast.owner, &cast, json!({})).await;
        assert_eq!((&nothing["status"], &nothing["failures"][0]["code"]), (&json!("FAILED"), &json!("NOTHING_MEASURED")));
        worked(&cast).await;
        let bytes = file(&app, &cast.viewer, &cast, json!({})).await;
        let text = String::from_utf8(bytes).unwrap();
        for hidden in ["Fatima", "@example", "told me", "-owner", "-coordinator", &cast.record] {
            assert!(!text.contains(hidden), "{hidden}");
        }
        for (who, more, expected) in [
            (&cast.outsider, json!({}), "NOT_FOUND"),
            (&cast.observer, json!({}), "NOT_FOUND"),
            (&cast.volunteer, json!({}), "FORBIDDEN"),
            (&cast.owner, json!({ "organizationIdentifier": "MA/1" }), "INVALID_FORMAT"),
            (&cast.owner, json!({ "to": "2025-12-31" }), "OUT_OF_RANGE"),
        ] {
            let mut input = json!({ "organizationId": cast.organization.id, "from": "2026-01-01", "to": "2026-12-31" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(who.refused("requestIatiExport", input).await, [expected], "{more}");
        }
        let input = json!({ "organizationId": cast.organization.id, "from": "2026-01-01", "to": "2026-12-31", "idempotencyKey": "year" });
        let first = cast.owner.done("requestIatiExport", input.clone(), JOB).await;
        assert_eq!(cast.owner.done("requestIatiExport", input, JOB).await, first);
        let job = &first["exportJob"];
        assert_eq!((&job["format"], &job["locale"], &job["iati"]["organization"]["slug"]), (&json!(null), &json!(null), &json!("al-amal")));
    }
}
