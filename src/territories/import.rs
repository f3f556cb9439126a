//! Writes the versions of a list of territories into the database, once for each edition.
//!
//! What follows from a list is decided in `edition`.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::TerritoryId;
use entity::territory;
use entity::territory_ancestor;
use entity::types::TerritoryLevel;
use sea_orm::ActiveModelTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;

use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::editions::Edition;
use crate::territories::edition;
use crate::territories::edition::Version;
use crate::territories::error::TerritoryError;

/// The list that the binary carries; see `data/SOURCES.md`.
const LIST: &str = include_str!("../../data/territories.csv");
/// Grows when the same list makes other rows.
const READING: u8 = 1;
/// Rows of one statement, far below what either database takes.
const ROWS: usize = 1_000;

/// Loads the territories that the binary carries, where the database holds another edition or none.
///
/// One statement when there is nothing to do; safe when several processes start at once.
///
/// # Errors
/// [`TerritoryError`] when the database refuses; nothing was written then.
pub async fn load(ctx: &Ctx) -> Result<(), TerritoryError> {
    load_list(ctx, LIST).await
}

/// Loads a list in the form of the one that the binary carries.
///
/// # Errors
/// [`TerritoryError`] when the list is at fault or the database refuses; nothing was written then.
pub async fn load_list(ctx: &Ctx, list: &str) -> Result<(), TerritoryError> {
    let edition = Edition::of("territories", READING, &[list]);
    if edition.is_held(ctx.read()).await? {
        return Ok(());
    }
    let listed = edition::read(list)?;
    ctx.transaction(async |tx| {
        if edition.lock(tx).await? {
            return Ok(());
        }
        write(ctx, tx, listed).await?;
        edition.hold(tx, ctx.now()).await?;
        Ok(())
    })
    .await
}

/// Rows by code and first day, which name one version.
type Rows = HashMap<(String, NaiveDate), territory::Model>;

async fn write(ctx: &Ctx, tx: &Tx, listed: Vec<Version>) -> Result<(), TerritoryError> {
    let rows = territory::Entity::find().all(&**tx).await?;
    let held: Vec<Version> = versions_of(&rows);
    let held_rows: Rows = rows
        .into_iter()
        .map(|it| ((it.code.clone(), it.valid_from), it))
        .collect();
    let planned = plan(ctx, edition::versions(listed, &held)?, &held_rows);
    let mut new = Vec::new();
    for row in &planned {
        match held_rows.get(&(row.code.clone(), row.valid_from)) {
            None => new.push(row.clone().into_active_model()),
            Some(held) if held == row => {}
            Some(_) => {
                row.clone()
                    .into_active_model()
                    .reset_all()
                    .update(&**tx)
                    .await?;
            }
        }
    }
    for rows in new.chunks(ROWS) {
        territory::Entity::insert_many(rows.to_vec())
            .exec_without_returning(&**tx)
            .await?;
    }
    write_ancestors(tx, &planned).await
}

fn versions_of(rows: &[territory::Model]) -> Vec<Version> {
    let codes: HashMap<TerritoryId, &str> =
        rows.iter().map(|it| (it.id, it.code.as_str())).collect();
    let code =
        |id: Option<TerritoryId>| id.and_then(|it| codes.get(&it)).map(|it| (*it).to_owned());
    rows.iter()
        .map(|row| Version {
            code: row.code.clone(),
            level: row.level,
            parent: code(row.parent_id),
            alternate_parent: code(row.alternate_parent_id),
            name_fr: row.name_fr.clone(),
            name_ar: row.name_ar.clone(),
            name_en: row.name_en.clone(),
            milieu: row.milieu,
            iso_code: row.iso_code.clone(),
            population_2014: row.population_2014,
            population_2024: row.population_2024,
            households_2024: row.households_2024,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
        })
        .collect()
}

/// The rows of the versions, places above first: held ones keep their id.
fn plan(ctx: &Ctx, versions: Vec<Version>, held: &Rows) -> Vec<territory::Model> {
    let mut spans: HashMap<String, Vec<(Version, TerritoryId)>> = HashMap::new();
    let mut rows = Vec::with_capacity(versions.len());
    for version in versions {
        let id = held
            .get(&(version.code.clone(), version.valid_from))
            .map_or_else(|| TerritoryId(ctx.new_id()), |it| it.id);
        let on_its_first_day = |code: &Option<String>| {
            let of_code = code.as_ref().and_then(|it| spans.get(it))?;
            of_code
                .iter()
                .find(|(it, _)| it.covers(version.valid_from))
                .map(|(_, id)| *id)
        };
        rows.push(territory::Model {
            id,
            code: version.code.clone(),
            level: version.level,
            parent_id: on_its_first_day(&version.parent),
            alternate_parent_id: on_its_first_day(&version.alternate_parent),
            name_fr: version.name_fr.clone(),
            name_ar: version.name_ar.clone(),
            name_en: version.name_en.clone(),
            search_key: version.search_key(),
            milieu: version.milieu,
            iso_code: version.iso_code.clone(),
            population_2014: version.population_2014,
            population_2024: version.population_2024,
            households_2024: version.households_2024,
            valid_from: version.valid_from,
            valid_to: version.valid_to,
        });
        spans
            .entry(version.code.clone())
            .or_default()
            .push((version, id));
    }
    rows
}

/// Writes the flattened tree anew: a few thousand rows, once for each edition.
async fn write_ancestors(tx: &Tx, rows: &[territory::Model]) -> Result<(), TerritoryError> {
    territory_ancestor::Entity::delete_many()
        .exec(&**tx)
        .await?;
    let mut links = Vec::with_capacity(rows.len() * 5);
    // Places above come first, so that what is above them is known.
    let mut above: HashMap<TerritoryId, Vec<TerritoryId>> = HashMap::new();
    for row in rows {
        let mut chain = vec![row.id];
        chain.extend(
            row.parent_id
                .and_then(|it| above.get(&it))
                .into_iter()
                .flatten(),
        );
        for (depth, ancestor) in (0_i32..).zip(&chain) {
            links.push(link(row.id, *ancestor, depth));
        }
        // Beside the chain, which goes through the commune.
        if let (TerritoryLevel::Arrondissement, Some(prefecture)) =
            (row.level, row.alternate_parent_id)
        {
            links.push(link(row.id, prefecture, 1));
        }
        above.insert(row.id, chain);
    }
    for links in links.chunks(ROWS) {
        territory_ancestor::Entity::insert_many(links.to_vec())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

fn link(
    territory: TerritoryId,
    ancestor: TerritoryId,
    depth: i32,
) -> territory_ancestor::ActiveModel {
    territory_ancestor::Model {
        territory_id: territory,
        ancestor_id: ancestor,
        depth,
    }
    .into_active_model()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::NaiveDate;
    use entity::types::TerritoryLevel;

    use super::LIST;
    use super::load;
    use super::load_list;
    use crate::config::Config;
    use crate::identity::Core;
    use crate::identity::Ctx;
    use crate::platform::clock::Clock;
    use crate::platform::crypto::Keys;
    use crate::platform::crypto::MayCreate;
    use crate::platform::db::Db;
    use crate::platform::i18n::Locale;
    use crate::platform::page::Page;
    use crate::platform::random::Random;
    use crate::territories::lookup;
    use crate::territories::lookup::Filter;

    struct Fresh {
        ctx: Ctx,
        _folder: tempfile::TempDir,
    }

    async fn fresh() -> Fresh {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("t.sqlite").display());
        let db = Db::connect(&url, 4).await.unwrap();
        db.migrate().await.unwrap();
        let keys = Keys::load(
            &folder.path().join("keys"),
            MayCreate::Yes,
            &Random::seeded(1),
        )
        .unwrap();
        let clock = Clock::fixed("2026-11-23T10:00:00Z".parse().unwrap());
        let core = Core::new(db, clock, Random::seeded(2), keys, Config::default());
        Fresh {
            ctx: Ctx::operator(core, Locale::En),
            _folder: folder,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    async fn found(ctx: &Ctx, search: &str) -> Vec<String> {
        let filter = Filter {
            search: Some(search.to_owned()),
            ..Filter::default()
        };
        lookup::search(ctx.read(), &filter, day("2026-11-23"), &Page::first(100))
            .await
            .unwrap()
            .rows
            .into_iter()
            .map(|it| it.code)
            .collect()
    }

    #[tokio::test]
    async fn the_second_start_costs_one_statement() {
        let fresh = fresh().await;
        load(&fresh.ctx).await.unwrap();

        let before = fresh.ctx.core().db.statements();
        load(&fresh.ctx).await.unwrap();

        assert_eq!(fresh.ctx.core().db.statements() - before, 1);
    }

    #[tokio::test]
    async fn several_starts_at_once_load_one_tree() {
        let fresh = fresh().await;

        let (one, two, three) = tokio::join!(load(&fresh.ctx), load(&fresh.ctx), load(&fresh.ctx));
        one.and(two).and(three).unwrap();

        let all = Filter::default();
        let count = lookup::count(fresh.ctx.read(), &all, day("2026-11-23"))
            .await
            .unwrap();
        assert_eq!(count, 1_640);
    }

    #[tokio::test]
    async fn names_are_found_whatever_the_spelling() {
        let fresh = fresh().await;
        load(&fresh.ctx).await.unwrap();

        let agadir = found(&fresh.ctx, "agadir").await;
        assert!(!agadir.is_empty());
        for spelling in ["Agadir", "AGADIR", "أكادير", "اكادير"] {
            assert_eq!(found(&fresh.ctx, spelling).await, agadir, "{spelling}");
        }
        let ourir = found(&fresh.ctx, "AÏT OURIR").await;
        assert_eq!(ourir.len(), 1);
        assert_eq!(found(&fresh.ctx, "ait ourir").await, ourir);
        assert_eq!(found(&fresh.ctx, "Ait-Ourir").await, ourir);
        // What holds no letter is in no name.
        assert!(found(&fresh.ctx, "%").await.is_empty());
        assert!(found(&fresh.ctx, "no such place").await.is_empty());
    }

    #[tokio::test]
    async fn codes_are_read_with_and_without_dots() {
        let fresh = fresh().await;
        load(&fresh.ctx).await.unwrap();
        let mut asked: Vec<(String, String)> = Vec::new();
        for line in csv::Reader::from_reader(LIST.as_bytes()).records() {
            let line = line.unwrap();
            let (code, digits) = (line[0].to_owned(), line[1].to_owned());
            asked.push((digits.trim_start_matches('0').to_owned(), code.clone()));
            asked.push((digits, code.clone()));
            asked.push((code.clone(), code));
        }
        let codes: Vec<String> = asked.iter().map(|(it, _)| it.clone()).collect();

        let found = lookup::by_codes(fresh.ctx.read(), &codes, day("2026-01-01"))
            .await
            .unwrap();

        for (spelling, code) in asked {
            assert_eq!(found[&spelling].code, code, "{spelling}");
        }
        let unknown = lookup::by_code(fresh.ctx.read(), "999999999", day("2026-01-01"));
        assert!(unknown.await.unwrap().is_none());
    }

    #[tokio::test]
    async fn children_are_a_partition_and_paths_run_from_the_country() {
        let fresh = fresh().await;
        load(&fresh.ctx).await.unwrap();
        let conn = fresh.ctx.read();
        let today = day("2026-11-23");
        let casablanca = lookup::by_code(conn, "06.141", today)
            .await
            .unwrap()
            .unwrap();
        let anfa = lookup::by_code(conn, "06.141.01.00", today)
            .await
            .unwrap()
            .unwrap();

        let communes = lookup::children(conn, casablanca.id).await.unwrap();
        let levels: HashSet<_> = communes.iter().map(|it| it.level).collect();
        assert_eq!(levels, HashSet::from([TerritoryLevel::Commune]));
        let population: i32 = communes.iter().filter_map(|it| it.population_2024).sum();
        assert_eq!(Some(population), casablanca.population_2024);

        let quarters = lookup::children(conn, anfa.id).await.unwrap();
        let population: i32 = quarters.iter().filter_map(|it| it.population_2024).sum();
        assert_eq!(Some(population), anfa.population_2024);
        let quarter = quarters[0].id;
        let paths = lookup::path(conn, &[quarter]).await.unwrap();
        let levels: Vec<_> = paths[&quarter].iter().map(|it| it.level).collect();
        assert_eq!(
            levels,
            [
                TerritoryLevel::Country,
                TerritoryLevel::Region,
                TerritoryLevel::Prefecture,
                TerritoryLevel::Commune,
                TerritoryLevel::Arrondissement,
            ]
        );
    }

    #[tokio::test]
    async fn a_later_edition_moves_from_its_day_on_and_corrects_in_place() {
        let fresh = fresh().await;
        let header = "code,level,parent_code,alt_parent_code,name_fr,name_ar,name_en,milieu,\
                      iso_3166_2,population_2014,population_2024,households_2024,valid_from,\
                      valid_to";
        let regions = "01,REGION,,,Nord,الشمال,,,,1,1,1,,\n02,REGION,,,Sud,الجنوب,,,,1,1,1,,";
        let first = format!("{header}\n{regions}\n01.100,PROVINCE,01,,Rive,الضفة,,,,1,1,1,,\n");
        load_list(&fresh.ctx, &first).await.unwrap();
        let conn = fresh.ctx.read();
        let before = lookup::by_code(conn, "01.100", day("2026-01-01"))
            .await
            .unwrap()
            .unwrap();

        let second = format!(
            "{header}\n{}\n01.100,PROVINCE,02,,Rive,الضفة,,,,1,1,1,2027-01-01,\n",
            regions.replace("Nord", "Grand Nord")
        );
        load_list(&fresh.ctx, &second).await.unwrap();

        let old = lookup::by_code(conn, "01.100", day("2026-12-31"))
            .await
            .unwrap()
            .unwrap();
        let new = lookup::by_code(conn, "01.100", day("2027-01-01"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(old.id, before.id);
        assert_eq!(old.valid_to, Some(day("2027-01-01")));
        assert_ne!(new.id, old.id);
        let paths = lookup::path(conn, &[old.id, new.id]).await.unwrap();
        assert_eq!(paths[&old.id][1].name_fr, "Grand Nord");
        assert_eq!(paths[&new.id][1].name_fr, "Sud");
    }
}
