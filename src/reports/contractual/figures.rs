//! How the figures of contractual volunteering are put together: pure.
//!
//! Each minute counts for one contract, however many a volunteer has. What is read is in `store`, what is
//! answered in `answer`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::TerritoryId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::territory;
use entity::types::Sex;
use entity::volunteer;

use crate::contracts::rules::AGE_LEAST;
use crate::contracts::rules::age;
use crate::contracts::said::Accreditation;
use crate::contracts::said::Contract;
use crate::contracts::said::Incident;
use crate::reports::additivity::Additivity;
use crate::reports::contractual::answer::Amounts;
use crate::reports::contractual::answer::Dimension;
use crate::reports::contractual::answer::Figures;
use crate::reports::contractual::answer::Finding;
use crate::reports::contractual::answer::Row;
use crate::reports::contractual::answer::Table;
use crate::reports::contractual::answer::Totals;
use crate::reports::contractual::incidents;
use crate::reports::contractual::is_public;
use crate::reports::error::ReportError;
use crate::reports::foot;
use crate::reports::statement::store::Work;
use crate::reports::volunteer_work::Label;

/// First ages of the bands, with the keys of what they are called; the last one is open.
const BANDS: [(u32, &str, &str); 7] = [
    (0, "0-17", "contractual-age-0"),
    (18, "18-24", "contractual-age-18"),
    (25, "25-34", "volunteer-work-age-25"),
    (35, "35-44", "volunteer-work-age-35"),
    (45, "45-54", "volunteer-work-age-45"),
    (55, "55-64", "volunteer-work-age-55"),
    (65, "65+", "volunteer-work-age-65"),
];
/// Missions that are told; what is left stands in one row.
const MISSIONS_MOST: usize = 100;

/// What figures are made of.
pub(super) struct Material<'a> {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The day of the answer.
    pub today: NaiveDate,
    pub organizations: &'a [organization::Model],
    pub accreditations: &'a [Accreditation],
    /// Those in force on some day of the year.
    pub contracts: &'a [Contract],
    pub volunteers: &'a [volunteer::Model],
    /// Records that were merged by then, each with the record under contract that stands for it.
    pub merged: &'a HashMap<VolunteerId, VolunteerId>,
    /// What happened in the year.
    pub incidents: &'a [Incident],
    pub works: &'a [Work],
    pub places: &'a HashMap<TerritoryId, territory::Model>,
    pub missions: bool,
}

/// One contract with what is counted of it.
struct Counted<'a> {
    contract: &'a Contract,
    person: PersonId,
    born: Option<NaiveDate>,
    minutes: i64,
}

/// What is known of one person.
struct Person {
    sex: Option<&'static str>,
    band: Option<usize>,
    nationality: Option<String>,
}

/// Puts them together.
pub(super) fn put(of: &Material<'_>) -> Result<Figures, ReportError> {
    let counted = counted(of)?;
    let people = people(of, &counted);
    let totals = totals(of, &counted);
    let mut tables = Vec::new();
    let by_person = |it: &Counted<'_>| people.get(&it.person);
    let sexes = [
        ("FEMALE", "volunteer-work-female"),
        ("MALE", "volunteer-work-male"),
    ];
    let sexes = sexes.map(|(code, key)| (code.to_owned(), Label::Sentence(key)));
    tables.push(table(Dimension::Sex, &counted, sexes.into(), |it| {
        by_person(it)?.sex.map(str::to_owned)
    }));
    let bands = BANDS.map(|(_, code, key)| (code.to_owned(), Label::Sentence(key)));
    tables.push(table(Dimension::Age, &counted, bands.into(), |it| {
        let (_, code, _) = BANDS.get(by_person(it)?.band?)?;
        Some((*code).to_owned())
    }));
    let countries: BTreeSet<String> = people
        .values()
        .filter_map(|it| it.nationality.clone())
        .collect();
    let countries = countries.into_iter().map(|it| (it.clone(), same(&it)));
    tables.push(table(
        Dimension::Nationality,
        &counted,
        countries.collect(),
        |it| by_person(it)?.nationality.clone(),
    ));
    let place = |it: &Counted<'_>| of.places.get(&it.contract.territory);
    let places: BTreeMap<String, Label> = counted
        .iter()
        .filter_map(place)
        .map(|it| {
            let english = it.name_en.clone().unwrap_or_else(|| it.name_fr.clone());
            let titles = [it.name_fr.clone(), it.name_ar.clone(), english];
            (it.code.clone(), Label::Titles(titles))
        })
        .collect();
    tables.push(table(
        Dimension::Place,
        &counted,
        places.into_iter().collect(),
        |it| Some(place(it)?.code.clone()),
    ));
    let states = states(of);
    let known = [
        ("VALID", "contractual-valid"),
        ("NOT_NEEDED", "contractual-not-needed"),
        ("EXPIRED", "contractual-expired"),
        ("NONE", "contractual-none"),
    ];
    let known = known.map(|(code, key)| (code.to_owned(), Label::Sentence(key)));
    tables.push(table(
        Dimension::Accreditation,
        &counted,
        known.into(),
        |it| {
            states
                .get(&it.contract.organization)
                .map(|it| (*it).to_owned())
        },
    ));
    if of.missions {
        tables.push(missions(&counted));
    }
    for table in &tables {
        held(table, &totals)?;
    }
    Ok(Figures {
        findings: findings(of, &counted),
        incidents: incidents::put(of.incidents)?,
        totals,
        tables,
    })
}

fn same(text: &str) -> Label {
    Label::Titles([text, text, text].map(str::to_owned))
}

/// Each contract with its person and the minutes that count for it.
fn counted<'a>(of: &Material<'a>) -> Result<Vec<Counted<'a>>, ReportError> {
    let records: HashMap<VolunteerId, &volunteer::Model> =
        of.volunteers.iter().map(|it| (it.id, it)).collect();
    let mut all = Vec::with_capacity(of.contracts.len());
    let mut of_people: HashMap<(OrganizationId, PersonId), Vec<usize>> = HashMap::new();
    let mut merged: HashMap<VolunteerId, Vec<PersonId>> = HashMap::new();
    for record in of.volunteers {
        if let Some(kept) = of.merged.get(&record.id) {
            merged.entry(*kept).or_default().push(record.person_id);
        }
    }
    let mut contracts: Vec<&Contract> = of.contracts.iter().collect();
    // Those that name a project first: of several, the one that says more takes the minute.
    contracts.sort_by_key(|it| (it.project.is_none(), it.organization, it.number));
    for contract in contracts {
        let record = records.get(&contract.volunteer);
        let record = record.ok_or(ReportError::Unknown { kind: "volunteer" })?;
        let others = merged.get(&contract.volunteer);
        let people = others
            .into_iter()
            .flatten()
            .copied()
            .chain([record.person_id]);
        for person in people.collect::<BTreeSet<_>>() {
            of_people
                .entry((contract.organization, person))
                .or_default()
                .push(all.len());
        }
        all.push(Counted {
            contract,
            person: record.person_id,
            born: record.birth_date,
            minutes: 0,
        });
    }
    for work in of.works {
        let Some(person) = work.person else { continue };
        let Some(own) = of_people.get(&(work.organization, person)) else {
            continue;
        };
        for (day, minutes) in &work.days {
            let takes = |at: &&usize| {
                all.get(**at).is_some_and(|it| {
                    let contract = it.contract;
                    (contract.from..=contract.last_day()).contains(day)
                        && contract.project.is_none_or(|it| it == work.project)
                })
            };
            let taken = own.iter().find(takes).copied();
            if let Some(it) = taken.and_then(|at| all.get_mut(at)) {
                it.minutes += minutes;
            }
        }
    }
    Ok(all)
}

/// What is known of the people under contract. Where their records contradict each other nothing is.
fn people(of: &Material<'_>, counted: &[Counted<'_>]) -> HashMap<PersonId, Person> {
    let records: HashMap<VolunteerId, &volunteer::Model> =
        of.volunteers.iter().map(|it| (it.id, it)).collect();
    let mut own: HashMap<PersonId, Vec<&Counted<'_>>> = HashMap::new();
    for it in counted {
        own.entry(it.person).or_default().push(it);
    }
    own.into_iter()
        .map(|(person, own)| {
            let sexes = own
                .iter()
                .filter_map(|it| records.get(&it.contract.volunteer)?.sex);
            let sex = agreed(sexes).map(|it| match it {
                Sex::Female => "FEMALE",
                Sex::Male => "MALE",
            });
            let first = own.iter().map(|it| it.contract.from).min();
            let on = first.unwrap_or(of.from).max(of.from);
            // Ages and not days: of a record whose person was erased only what makes the same ages is left.
            let years = agreed(own.iter().filter_map(|it| it.born).map(|it| age(it, on))).flatten();
            let band = years.and_then(|it| BANDS.iter().rposition(|(least, _, _)| *least <= it));
            let stated = own.iter().filter(|it| it.contract.nationality.is_some());
            let latest = stated.max_by_key(|it| (it.contract.from, it.contract.number));
            let known = Person {
                sex,
                band,
                nationality: latest.and_then(|it| it.contract.nationality.clone()),
            };
            (person, known)
        })
        .collect()
}

fn agreed<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|it| it == first).then_some(first)
}

fn amounts<'a>(counted: impl Iterator<Item = &'a Counted<'a>>) -> Amounts {
    let mut people = BTreeSet::new();
    let mut sum = Amounts::default();
    for it in counted {
        people.insert(it.person);
        sum.contracts += 1;
        sum.minutes += it.minutes;
    }
    sum.volunteers = i64::try_from(people.len()).unwrap_or(i64::MAX);
    sum
}

fn totals(of: &Material<'_>, counted: &[Counted<'_>]) -> Totals {
    let count = |holds: &dyn Fn(&Contract) -> bool| {
        let found = counted.iter().filter(|it| holds(it.contract)).count();
        i64::try_from(found).unwrap_or(i64::MAX)
    };
    let year = of.from..=of.to;
    let over = |it: &Contract| year.contains(&it.last_day()) && it.last_day() < of.today;
    let organizations: BTreeSet<OrganizationId> =
        counted.iter().map(|it| it.contract.organization).collect();
    Totals {
        organizations: i64::try_from(organizations.len()).unwrap_or(i64::MAX),
        amounts: amounts(counted.iter()),
        begun: count(&|it| year.contains(&it.from)),
        ended: count(&|it| it.ended_on.is_none() && over(it)),
        terminated: count(&|it| it.ended_on.is_some() && over(it)),
    }
}

/// Lays contracts into known categories, last what is not known.
fn table<'a>(
    dimension: Dimension,
    counted: &'a [Counted<'a>],
    known: Vec<(String, Label)>,
    category: impl Fn(&Counted<'_>) -> Option<String>,
) -> Table {
    let mut found: HashMap<Option<String>, Vec<&Counted<'_>>> = HashMap::new();
    for it in counted {
        found.entry(category(it)).or_default().push(it);
    }
    let unknown = (None, Label::Sentence("volunteer-work-unknown"));
    let known = known.into_iter().map(|(code, label)| (Some(code), label));
    let rows = known.chain([unknown]).map(|(code, label)| Row {
        amounts: amounts(found.remove(&code).unwrap_or_default().into_iter()),
        code,
        label,
    });
    Table {
        dimension,
        rows: rows.collect(),
    }
}

/// By mission, those with most contracts first; what is left together.
fn missions(counted: &[Counted<'_>]) -> Table {
    let mut found: BTreeMap<&str, Vec<&Counted<'_>>> = BTreeMap::new();
    for it in counted {
        found.entry(&it.contract.mission_key).or_default().push(it);
    }
    let mut found: Vec<Vec<&Counted<'_>>> = found.into_values().collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.len()));
    let others = found.split_off(found.len().min(MISSIONS_MOST));
    let mut rows: Vec<Row> = found
        .into_iter()
        .map(|own| Row {
            code: None,
            label: own
                .first()
                .map_or_else(|| same(""), |it| same(&it.contract.mission)),
            amounts: amounts(own.into_iter()),
        })
        .collect();
    if !others.is_empty() {
        rows.push(Row {
            code: None,
            label: Label::Sentence("contractual-others"),
            amounts: amounts(others.into_iter().flatten()),
        });
    }
    Table {
        dimension: Dimension::Mission,
        rows,
    }
}

/// The accreditations of each organization.
fn accredited<'a>(of: &Material<'a>) -> HashMap<OrganizationId, Vec<&'a Accreditation>> {
    let mut accredited: HashMap<_, Vec<_>> = HashMap::new();
    for it in of.accreditations {
        accredited.entry(it.organization).or_default().push(it);
    }
    accredited
}

/// How the accreditation of each organization stands on the day.
fn states(of: &Material<'_>) -> HashMap<OrganizationId, &'static str> {
    let day = of.to.min(of.today);
    let accredited = accredited(of);
    let state = |it: &organization::Model| {
        let mut own = accredited.get(&it.id).into_iter().flatten();
        let mut begun = own.clone().filter(|a| a.from <= day);
        if own.any(|a| a.holds(day)) {
            "VALID"
        } else if is_public(it) {
            "NOT_NEEDED"
        } else if begun.next().is_some() {
            "EXPIRED"
        } else {
            "NONE"
        }
    };
    of.organizations
        .iter()
        .map(|it| (it.id, state(it)))
        .collect()
}

fn held(table: &Table, totals: &Totals) -> Result<(), ReportError> {
    let (name, whole) = (table.dimension.name(), totals.amounts);
    let rows = || table.rows.iter().map(|it| it.amounts);
    foot::check(name, whole.minutes, rows().map(|it| it.minutes))?;
    foot::check(name, whole.contracts, rows().map(|it| it.contracts))?;
    if table.dimension.volunteers() == Additivity::Additive {
        foot::check(name, whole.volunteers, rows().map(|it| it.volunteers))?;
    }
    Ok(())
}

fn findings(of: &Material<'_>, counted: &[Counted<'_>]) -> Vec<(Finding, i64)> {
    let public: BTreeSet<OrganizationId> = of
        .organizations
        .iter()
        .filter(|it| is_public(it))
        .map(|it| it.id)
        .collect();
    let accredited = accredited(of);
    let mut alike: HashMap<(VolunteerId, &str), Vec<&Contract>> = HashMap::new();
    for it in counted.iter().map(|it| it.contract) {
        alike
            .entry((it.volunteer, &it.mission_key))
            .or_default()
            .push(it);
    }
    let lacks = |it: &Contract| {
        let mut own = accredited.get(&it.organization).into_iter().flatten();
        !public.contains(&it.organization) && !own.any(|a| a.holds(it.from))
    };
    let overlaps = |it: &Contract| {
        let others = alike.get(&(it.volunteer, it.mission_key.as_str()));
        others.into_iter().flatten().any(|other| {
            other.id != it.id && other.from <= it.last_day() && it.from <= other.last_day()
        })
    };
    let holds = |finding: Finding, it: &Counted<'_>| match finding {
        Finding::WithoutInsurance => !it.contract.insured,
        Finding::WithoutDocument => !it.contract.documented,
        Finding::WithoutNationality => it.contract.nationality.is_none(),
        Finding::AgeUnknown => it.born.is_none(),
        Finding::UnderAge => it
            .born
            .is_some_and(|born| age(born, it.contract.from) < Some(AGE_LEAST)),
        Finding::WithoutAccreditation => lacks(it.contract),
        Finding::Overlapping => overlaps(it.contract),
        Finding::WithoutHours => it.minutes == 0,
    };
    let every = [
        Finding::WithoutInsurance,
        Finding::WithoutDocument,
        Finding::WithoutNationality,
        Finding::AgeUnknown,
        Finding::UnderAge,
        Finding::WithoutAccreditation,
        Finding::Overlapping,
        Finding::WithoutHours,
    ];
    let count = |finding| {
        let found = counted.iter().filter(|it| holds(finding, it)).count();
        (finding, i64::try_from(found).unwrap_or(i64::MAX))
    };
    every.into_iter().map(count).collect()
}
