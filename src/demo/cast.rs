//! Organizations and the accounts of those who run them.
//!
//! Volunteers and projects are beside it; hours are in `diary`.

use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::ids::RoleGrantId;
use entity::ids::UserId;
use entity::membership;
use entity::organization;
use entity::role_grant;
use entity::types::Minutes;
use entity::types::OrganizationKind;
use entity::types::PlatformRole;
use entity::types::Role;
use entity::user_account;

use crate::demo::dice::Dice;
use crate::demo::error::DemoError;
use crate::demo::places::Places;
use crate::demo::places::Province;
use crate::demo::span::Span;
use crate::demo::words;
use crate::organizations::profile::TIMER_LONGEST;
use crate::organizations::profile::search_key;
use crate::platform::zones;

/// Password of every account.
pub const PASSWORD: &str = "tiwizi-demo";

/// Zone of every organization.
pub const ZONE: &str = zones::COUNTRY;

/// The accounts that are promised: address, what it is for.
pub const ACCOUNTS: [(&str, &str); 6] = [
    ("admin@example.org", "administrator of the platform"),
    ("observer@example.org", "observer of Marrakech-Safi"),
    ("owner@example.org", "owner of al-amal"),
    ("coordinator@example.org", "coordinator of al-amal"),
    ("volunteer@example.org", "volunteer of al-amal"),
    ("outsider@example.org", "owner of tifawin"),
];

const DAILY_CAP: Minutes = Minutes(12 * 60);

/// An organization with those who run it.
#[derive(Clone, Debug)]
pub struct House {
    /// Its place among the organizations, from 0.
    pub index: usize,
    /// Its row.
    pub organization: organization::Model,
    /// Where it works.
    pub province: Province,
    /// Accounts, rows of memberships.
    pub accounts: Vec<user_account::Model>,
    /// Rows of memberships.
    pub memberships: Vec<membership::Model>,
    /// Decides, and attests months.
    pub owner: UserId,
    /// Decides too.
    pub coordinator: UserId,
    /// Writes the hours of those without an account.
    pub field: UserId,
    /// The account of the first volunteer.
    pub volunteer: Option<user_account::Model>,
}

/// Accounts beside the organizations, with their roles.
pub fn platform(
    seed: u64,
    span: &Span,
    places: &Places,
    hash: &str,
) -> (Vec<user_account::Model>, Vec<role_grant::Model>) {
    let mut dice = Dice::of(seed, 0);
    let admin = account(&mut dice, span, "admin@example.org", "Administration", hash);
    let observer = account(
        &mut dice,
        span,
        "observer@example.org",
        "Observatoire",
        hash,
    );
    let mut grant = |user, role, territory_id| role_grant::Model {
        id: RoleGrantId(dice.key(span.founded())),
        user_id: user,
        role,
        territory_id,
        created_at: span.founded(),
        ended_at: None,
    };
    let grants = vec![
        grant(admin.id, PlatformRole::PlatformAdmin, None),
        grant(observer.id, PlatformRole::Observer, Some(places.observed)),
    ];
    (vec![admin, observer], grants)
}

/// The organization of an index.
///
/// # Errors
/// [`DemoError::NoReference`] when its province is not in the lists.
pub fn house(
    seed: u64,
    span: &Span,
    places: &Places,
    hash: &str,
    index: usize,
) -> Result<House, DemoError> {
    let part = u64::try_from(index).unwrap_or_default();
    let mut dice = Dice::of(seed, 1_000 + part);
    let (slug, name, name_ar, kind, province) = named(index, places);
    let province = places
        .provinces
        .iter()
        .find(|it| it.code == province)
        .ok_or_else(|| DemoError::NoReference(format!("territory {province}")))?
        .clone();
    let founded = span.founded();
    let organization = organization::Model {
        id: OrganizationId(dice.key(founded)),
        search_key: search_key(&slug, &name, Some(&name_ar)),
        name,
        name_ar: Some(name_ar),
        kind,
        registration_number: Some(format!("{}/{}", 1_000 + part, 2_010 + part % 12)),
        sector_code: None,
        territory_id: province.id,
        parent_id: None,
        time_zone: ZONE.to_owned(),
        daily_cap_minutes: DAILY_CAP,
        timer_longest_minutes: TIMER_LONGEST,
        grace_days: None,
        version: 1,
        created_at: founded,
        updated_at: founded,
        archived_at: None,
        slug: slug.clone(),
    };
    let (owner, coordinator) = match slug.as_str() {
        "al-amal" => (
            "owner@example.org".to_owned(),
            "coordinator@example.org".to_owned(),
        ),
        "tifawin" => (
            "outsider@example.org".to_owned(),
            address("coordinator", &slug),
        ),
        _ => (address("owner", &slug), address("coordinator", &slug)),
    };
    let mut wanted = vec![
        (owner, Role::Owner),
        (coordinator, Role::Coordinator),
        (address("field", &slug), Role::Coordinator),
    ];
    if slug == "al-amal" {
        wanted.push(("volunteer@example.org".to_owned(), Role::Volunteer));
    }
    let mut accounts = Vec::new();
    let mut memberships = Vec::new();
    for (email, role) in wanted {
        let name = person_name(&mut dice);
        let account = account(&mut dice, span, &email, &name, hash);
        memberships.push(membership::Model {
            id: MembershipId(dice.key(founded)),
            organization_id: organization.id,
            user_id: account.id,
            role,
            version: 1,
            created_at: founded,
            updated_at: founded,
            ended_at: None,
        });
        accounts.push(account);
    }
    let mut ids = accounts.iter().map(|it| it.id);
    let missing = || DemoError::NoReference("accounts".to_owned());
    Ok(House {
        index,
        owner: ids.next().ok_or_else(missing)?,
        coordinator: ids.next().ok_or_else(missing)?,
        field: ids.next().ok_or_else(missing)?,
        volunteer: accounts.get(3).cloned(),
        organization,
        province,
        accounts,
        memberships,
    })
}

/// Address, names, kind and province of an index.
fn named(index: usize, places: &Places) -> (String, String, String, OrganizationKind, String) {
    if let Some((slug, name, name_ar, kind, province)) = words::HOUSES.get(index) {
        return (
            (*slug).to_owned(),
            (*name).to_owned(),
            (*name_ar).to_owned(),
            *kind,
            (*province).to_owned(),
        );
    }
    let number = index + 1;
    let other = |it: usize| words::OTHERS.get(it).copied().unwrap_or_default();
    let (name, name_ar) = other(index % words::OTHERS.len());
    // A stride that visits every province before it comes back.
    let province = places
        .provinces
        .get(index * 31 % places.provinces.len().max(1))
        .map(|it| it.code.clone())
        .unwrap_or_default();
    (
        format!("organization-{number:04}"),
        format!("{name} {number}"),
        format!("{name_ar} {number}"),
        OrganizationKind::Association,
        province,
    )
}

fn address(role: &str, slug: &str) -> String {
    format!("{role}@{slug}.example.org")
}

fn account(
    dice: &mut Dice,
    span: &Span,
    email: &str,
    name: &str,
    hash: &str,
) -> user_account::Model {
    user_account::Model {
        id: UserId(dice.key(span.founded())),
        email: email.to_owned(),
        display_name: name.to_owned(),
        password_hash: hash.to_owned(),
        locale: "fr".to_owned(),
        version: 1,
        created_at: span.founded(),
        updated_at: span.founded(),
        disabled_at: None,
        email_verified_at: None,
    }
}

fn person_name(dice: &mut Dice) -> String {
    let given = if dice.in_thousand(500) {
        dice.pick(&words::WOMEN)
    } else {
        dice.pick(&words::MEN)
    };
    format!("{} {}", given.0, dice.pick(&words::FAMILIES).0)
}
