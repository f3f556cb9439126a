//! The person behind a record: the same one in every organization, where that is known.
//!
//! A hash of the national identity number that only the holder of the keys can compute ties records
//! together. Whether the number itself is kept beside a record is decided in `number`.

use entity::ids::PersonId;
use entity::person;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::OnConflict;

use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::text::western_digits;

/// Ids of one statement, below what either database takes.
const IDS: usize = 10_000;

/// A number as it is compared: upper case, western digits, nothing else.
#[must_use]
pub fn normalized(number: &str) -> String {
    western_digits(number)
        .chars()
        .filter(|it| it.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The keyed hash of a national identity number.
#[must_use]
pub fn hash(ctx: &Ctx, number: &str) -> Vec<u8> {
    ctx.core()
        .keys
        .keyed_hash("national-id", normalized(number).as_bytes())
}

/// The person of a number, or a new one where the number is absent or unknown. A known person is
/// held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn tie(ctx: &Ctx, tx: &Tx, number: Option<&str>) -> Result<PersonId, DbErr> {
    let hash = number.map(|it| hash(ctx, it));
    let new = person::Model {
        id: PersonId(ctx.new_id()),
        national_id_hash: hash.clone(),
        created_at: ctx.now(),
    };
    let Some(hash) = hash else {
        person::Entity::insert(new.clone().into_active_model())
            .exec_without_returning(&**tx)
            .await?;
        return Ok(new.id);
    };
    // Insert first: of two simultaneous requests the second waits here for the first one's end.
    person::Entity::insert(new.clone().into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    let tied = person::Entity::find()
        .filter(person::Column::NationalIdHash.eq(hash))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    Ok(tied.map_or(new.id, |it| it.id))
}

/// Holds people until the transaction ends, so that nobody else adds to their days meanwhile.
///
/// Always in the order of ids, so that two batches never wait for each other.
///
/// # Errors
/// [`DbErr`].
pub async fn hold(tx: &Tx, people: &[PersonId]) -> Result<(), DbErr> {
    let mut people = people.to_vec();
    people.sort_unstable();
    people.dedup();
    for people in people.chunks(IDS) {
        person::Entity::find()
            .select_only()
            .column(person::Column::Id)
            .filter(person::Column::Id.is_in(people.iter().copied()))
            .order_by_asc(person::Column::Id)
            .lock_exclusive()
            .into_tuple::<PersonId>()
            .all(&**tx)
            .await?;
    }
    Ok(())
}
