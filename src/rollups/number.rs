//! Small numbers for ids that are counted: bitmaps hold numbers, tables hold ids.
//!
//! A number is given once, when its id is first folded, and never again to another.

use std::collections::HashMap;

use entity::rollup_number;
use sea_orm::ActiveValue;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use uuid::Uuid;

use crate::platform::db::Tx;

/// Ids of one statement.
const CHUNK: usize = 10_000;

/// The numbers of some ids.
#[derive(Debug, Default)]
pub struct Numbers {
    of: HashMap<Uuid, u32>,
    /// Numbers lent to ids that have none yet, from the top downwards: they are never stored.
    lent: u32,
}

impl Numbers {
    /// The numbers that these ids have.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn of(db: &impl ConnectionTrait, mut ids: Vec<Uuid>) -> Result<Self, DbErr> {
        ids.sort_unstable();
        ids.dedup();
        let mut of = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let found = rollup_number::Entity::find()
                .filter(rollup_number::Column::Id.is_in(chunk.iter().copied()))
                .all(db)
                .await?;
            of.extend(
                found
                    .into_iter()
                    .map(|it| (it.id, it.number.unsigned_abs())),
            );
        }
        Ok(Self { of, lent: 0 })
    }

    /// The numbers of these ids, those that had none given one.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn give(tx: &Tx, ids: Vec<Uuid>) -> Result<Self, DbErr> {
        let mut numbers = Self::of(&**tx, ids.clone()).await?;
        let mut new: Vec<Uuid> = ids;
        new.retain(|it| !numbers.of.contains_key(it));
        new.sort_unstable();
        new.dedup();
        for chunk in new.chunks(CHUNK) {
            let rows = chunk.iter().map(|id| rollup_number::ActiveModel {
                number: ActiveValue::NotSet,
                id: ActiveValue::Set(*id),
            });
            rollup_number::Entity::insert_many(rows)
                .exec_without_returning(&**tx)
                .await?;
        }
        numbers.of.extend(Self::of(&**tx, new).await?.of);
        Ok(numbers)
    }

    /// The number of an id; one lent for the time being where it has none.
    pub fn number(&mut self, id: Uuid) -> u32 {
        let lent = &mut self.lent;
        *self.of.entry(id).or_insert_with(|| {
            *lent += 1;
            u32::MAX - *lent
        })
    }
}
