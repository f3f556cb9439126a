//! Projects, with their shares among programmes and goals.
//!
//! Titles and shares are in `words`.

use chrono::Days;
use chrono::NaiveDate;
use entity::ids::ProjectId;
use entity::ids::TagSetId;
use entity::project;
use entity::tag_set;
use entity::tag_share;

use crate::demo::cast::House;
use crate::demo::dice::Dice;
use crate::demo::error::DemoError;
use crate::demo::places::Places;
use crate::demo::span::Span;
use crate::demo::words;
use crate::demo::words::Shares;
use crate::platform::text::fold;
use crate::vocabularies::INDH;
use crate::vocabularies::SDG;

/// The projects of an organization with their shares.
#[derive(Clone, Debug, Default)]
pub struct Works {
    /// The projects; the first two have no end.
    pub projects: Vec<project::Model>,
    /// Sets of shares.
    pub tag_sets: Vec<tag_set::Model>,
    /// The shares.
    pub tag_shares: Vec<tag_share::Model>,
}

/// Makes the projects of an organization of so many volunteers.
///
/// # Errors
/// [`DemoError::NoReference`] when a term is not in the lists.
pub fn works(
    seed: u64,
    span: &Span,
    places: &Places,
    house: &House,
    volunteers: usize,
) -> Result<Works, DemoError> {
    let part = u64::try_from(house.index).unwrap_or_default();
    let mut dice = Dice::of(seed, 1_000_000 + part);
    let count = 4 + (volunteers / 100).min(16);
    let mut works = Works::default();
    for number in 0..count {
        let kind = (house.index * 3 + number) % words::WORKS.len();
        let Some((title, title_ar, indh, goals, occupation)) = words::WORKS.get(kind).copied()
        else {
            continue;
        };
        let project = project::Model {
            occupation_code: Some(occupation.to_owned()),
            ..project(&mut dice, span, house, number, (title, title_ar))
        };
        let from = project.starts_on;
        let mut write = |vocabulary, from, to, shares| {
            tag(
                &mut works,
                &mut dice,
                places,
                &project,
                (vocabulary, from, to, shares),
            )
        };
        if number == 1 {
            // Halfway its shares changed: what was done before keeps the old ones.
            let other = words::WORKS.get((kind + 3) % words::WORKS.len());
            let change = span.first.checked_add_days(Days::new(365));
            write(INDH, from, change, indh)?;
            if let (Some((_, _, shares, ..)), Some(change)) = (other, change) {
                write(INDH, change, None, *shares)?;
            }
        } else {
            write(INDH, from, None, indh)?;
        }
        write(SDG, from, None, goals)?;
        works.projects.push(project);
    }
    Ok(works)
}

fn project(
    dice: &mut Dice,
    span: &Span,
    house: &House,
    number: usize,
    (title, title_ar): words::Pair,
) -> project::Model {
    let founded = span.founded();
    let days = |count: i32| Days::new(u64::try_from(count).unwrap_or_default());
    // The first organization is the one that examples are tried on: its projects run on.
    let lasting = house.index == 0;
    let starts_on = if number < 2 || lasting {
        founded.date_naive()
    } else {
        let later = days(dice.between(0, 400));
        span.first.checked_add_days(later).unwrap_or(span.first)
    };
    let ends_on = (number % 3 == 2 && !lasting)
        .then(|| starts_on.checked_add_days(days(dice.between(150, 300))))
        .flatten();
    let place = dice.below(house.province.communes.len());
    let territory = house.province.communes.get(place).copied();
    let budget = i64::from(dice.between(20, 900)) * 100_000;
    project::Model {
        id: ProjectId(dice.key(founded)),
        organization_id: house.organization.id,
        code: Some(format!("P-{:02}", number + 1)),
        title: title.to_owned(),
        title_ar: Some(title_ar.to_owned()),
        search_key: format!("{}|{}", fold(title), fold(title_ar)),
        territory_id: territory.unwrap_or(house.province.id),
        time_zone: None,
        starts_on,
        ends_on,
        budget_minor: Some(budget),
        // Of every fourth project nobody said who pays.
        budget_indh_minor: (number % 4 != 3).then_some(budget / 10 * 7),
        currency: "MAD".to_owned(),
        occupation_code: None,
        sector_code: None,
        version: 1,
        created_at: founded,
        updated_at: founded,
        archived_at: None,
    }
}

fn tag(
    works: &mut Works,
    dice: &mut Dice,
    places: &Places,
    project: &project::Model,
    (vocabulary, from, to, shares): (&'static str, NaiveDate, Option<NaiveDate>, Shares),
) -> Result<(), DemoError> {
    let set = tag_set::Model {
        id: TagSetId(dice.key(project.created_at)),
        project_id: project.id,
        vocabulary: vocabulary.to_owned(),
        valid_from: from,
        valid_to: to,
        created_at: project.created_at,
    };
    for (code, share) in shares {
        let term = places
            .terms
            .get(&(vocabulary, (*code).to_owned()))
            .ok_or_else(|| DemoError::NoReference(format!("term {code} of {vocabulary}")))?;
        works.tag_shares.push(tag_share::Model {
            tag_set_id: set.id,
            term_id: *term,
            share_ppm: *share,
        });
    }
    works.tag_sets.push(set);
    Ok(())
}
