//! One project as an IATI activity, its elements in the order of the schema.
//!
//! What it measured is in `results`. What a project does not say here, an activity does not say either: nothing is
//! guessed.

use std::collections::BTreeMap;
use std::io::Result;
use std::io::Write;

use chrono::Days;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use entity::organization;
use entity::project;
use entity::territory;
use entity::types::OrganizationKind;

use crate::exports::iati::Known;
use crate::exports::iati::Whole;
use crate::exports::iati::results;
use crate::exports::iati::xml::Xml;
use crate::impact::published::Published;
use crate::platform::i18n::Locale;

/// Titles in Latin letters are taken for French, as most are.
const LANGUAGE: &str = "fr";
/// The longest budget that IATI takes as one, in days.
const BUDGET_MOST: u64 = 366;
/// What the codes of sectors are: the classification of the third sector, in the handbook of the United Nations.
const SECTORS: &str = "https://unstats.un.org/unsd/nationalaccount/docs/UN_TSE_HB_FNL_web.pdf";

/// Begins the file.
pub fn begin<W: Write>(xml: &mut Xml<W>, whole: &Whole) -> Result<()> {
    xml.declare()?;
    let at = whole.as_of.to_rfc3339_opts(SecondsFormat::Secs, true);
    xml.open(
        "iati-activities",
        &[("version", "2.03"), ("generated-datetime", &at)],
    )
}

/// Ends the file.
pub fn end<W: Write>(xml: &mut Xml<W>) -> Result<()> {
    xml.close("iati-activities")
}

/// Writes one project.
pub fn write<W: Write>(
    xml: &mut Xml<W>,
    whole: &Whole,
    known: &Known,
    of: &Published,
) -> Result<()> {
    let project = &of.project;
    let at = whole.as_of.to_rfc3339_opts(SecondsFormat::Secs, true);
    let attributes = [
        ("last-updated-datetime", at.as_str()),
        ("xml:lang", LANGUAGE),
        ("default-currency", &project.currency),
    ];
    xml.open("iati-activity", &attributes)?;
    let identifier = format!("{}-{}", whole.reference, project.id);
    xml.text("iati-identifier", &[], &identifier)?;
    let organization = &whole.organization;
    let names = narratives(&organization.name, organization.name_ar.as_deref());
    let kind = kind(organization.kind);
    let reporting = [("ref", whole.reference.as_str()), ("type", kind)];
    xml.told("reporting-org", &reporting, &names)?;
    let titles = narratives(&project.title, project.title_ar.as_deref());
    xml.told("title", &[], &titles)?;
    let place = known.places.get(&project.territory_id);
    xml.said("description", &[("type", "1")], |locale| {
        description(organization, place, locale)
    })?;
    let implementing = [
        ("ref", whole.reference.as_str()),
        ("type", kind),
        // Implementing.
        ("role", "4"),
    ];
    xml.told("participating-org", &implementing, &names)?;
    if let Some(code) = &project.code {
        // Known by this among the organization's own.
        xml.empty("other-identifier", &[("ref", code), ("type", "A1")])?;
    }
    let today = whole.as_of.date_naive();
    xml.empty("activity-status", &[("code", status(project, today))])?;
    dates(xml, project, today)?;
    xml.empty("recipient-country", &[("code", "MA")])?;
    locations(xml, known, of)?;
    let sector = project.sector_code.as_ref();
    if let Some(code) = sector.or(organization.sector_code.as_ref()) {
        let attributes = [
            ("vocabulary", "99"),
            ("vocabulary-uri", SECTORS),
            ("code", code),
        ];
        xml.empty("sector", &attributes)?;
    }
    for code in known.goals.get(&project.id).into_iter().flatten() {
        // Targets have a dot.
        let vocabulary = if code.contains('.') { "3" } else { "2" };
        xml.empty("tag", &[("vocabulary", vocabulary), ("code", code)])?;
    }
    budget(xml, project)?;
    results::write(xml, whole, known, of)?;
    xml.close("iati-activity")
}

/// A name in Latin letters, and in Arabic ones.
fn narratives<'a>(latin: &'a str, arabic: Option<&'a str>) -> Vec<(Option<&'static str>, &'a str)> {
    let arabic = arabic.map(|it| (Some("ar"), it));
    [(None, latin)].into_iter().chain(arabic).collect()
}

/// What a place is called.
pub fn called(place: &territory::Model, locale: Locale) -> &str {
    match locale {
        Locale::Ar => &place.name_ar,
        Locale::Fr => &place.name_fr,
        Locale::En => place.name_en.as_deref().unwrap_or(&place.name_fr),
    }
}

fn description(
    organization: &organization::Model,
    place: Option<&territory::Model>,
    locale: Locale,
) -> String {
    let name = locale.choose(&organization.name, organization.name_ar.as_deref(), None);
    let place = place.map_or("", |it| called(it, locale));
    locale.sentence(
        "iati-description",
        &[
            ("organization", name.to_owned()),
            ("place", place.to_owned()),
        ],
    )
}

/// Codes of `OrganisationType`.
fn kind(of: OrganizationKind) -> &'static str {
    match of {
        // NGO based in a partner country.
        OrganizationKind::Association => "24",
        // Other: neither one of the public sector nor one of shareholders.
        OrganizationKind::Cooperative => "90",
        // Other public sector.
        OrganizationKind::PublicBody => "15",
        // Academic, training and research.
        OrganizationKind::School => "80",
        // Private sector in the country where the work is.
        OrganizationKind::Company => "72",
    }
}

/// Codes of `ActivityStatus`.
fn status(project: &project::Model, today: NaiveDate) -> &'static str {
    let has_ended = project.ends_on.is_some_and(|it| it < today);
    if project.archived_at.is_some() {
        // Closed.
        "4"
    } else if has_ended {
        // Finalisation: the work is done, figures may still come.
        "3"
    } else if project.starts_on > today {
        // Pipeline.
        "1"
    } else {
        // Implementation.
        "2"
    }
}

/// Days that have come are actual, others planned.
fn dates<W: Write>(xml: &mut Xml<W>, project: &project::Model, today: NaiveDate) -> Result<()> {
    let start = if project.starts_on > today { "1" } else { "2" };
    let day = project.starts_on.to_string();
    xml.empty("activity-date", &[("type", start), ("iso-date", &day)])?;
    if let Some(ends_on) = project.ends_on {
        let end = if ends_on >= today { "3" } else { "4" };
        let day = ends_on.to_string();
        xml.empty("activity-date", &[("type", end), ("iso-date", &day)])?;
    }
    Ok(())
}

/// The place of the project first, then those where something was measured, by code.
fn locations<W: Write>(xml: &mut Xml<W>, known: &Known, of: &Published) -> Result<()> {
    let periods = of.indicators.iter().flat_map(|it| &it.periods);
    let measured = periods.flat_map(|it| it.places.iter().map(|it| it.0));
    let own = known.places.get(&of.project.territory_id);
    let measured: BTreeMap<&str, &territory::Model> = measured
        .filter_map(|it| known.places.get(&it))
        .map(|it| (it.code.as_str(), it))
        .collect();
    let others = measured.into_values();
    let others = others.filter(|it| own.is_none_or(|own| own.code != it.code));
    for place in own.into_iter().chain(others) {
        xml.open("location", &[("ref", &place.code)])?;
        xml.said("name", &[], |locale| called(place, locale).to_owned())?;
        xml.close("location")?;
    }
    Ok(())
}

/// The budget, where its days are known and it is of a year at most: IATI takes no longer ones, and nobody said how it is
/// spread.
fn budget<W: Write>(xml: &mut Xml<W>, project: &project::Model) -> Result<()> {
    let Some((minor, ends_on)) = project.budget_minor.zip(project.ends_on) else {
        return Ok(());
    };
    let longest = project.starts_on.checked_add_days(Days::new(BUDGET_MOST));
    if longest.is_none_or(|it| ends_on >= it) {
        return Ok(());
    }
    let (start, end) = (project.starts_on.to_string(), ends_on.to_string());
    xml.open("budget", &[("type", "1"), ("status", "1")])?;
    xml.empty("period-start", &[("iso-date", &start)])?;
    xml.empty("period-end", &[("iso-date", &end)])?;
    let value = [
        ("currency", project.currency.as_str()),
        ("value-date", start.as_str()),
    ];
    xml.text("value", &value, &amount(minor))?;
    xml.close("budget")
}

/// An amount in hundredths.
fn amount(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{sign}{}.{:02}", minor / 100, minor % 100)
}
