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

/// The numbers of the ids of one answer: an id keeps its number, lent or not, as long as it lives.
#[derive(Debug, Default)]
pub struct Numbers {
    of: HashMap<Uuid, u32>,
    /// Numbers lent to ids that have none yet, from the top downwards: they are never stored.
    lent: u32,
}

impl Numbers {
    /// Finds the numbers of ids that were not met before.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn meet(
        &mut self,
        db: &impl ConnectionTrait,
        mut ids: Vec<Uuid>,
    ) -> Result<(), DbErr> {
        ids.retain(|it| !self.of.contains_key(it));
        ids.sort_unstable();
        ids.dedup();
        for chunk in ids.chunks(CHUNK) {
            let found = rollup_number::Entity::find()
                .filter(rollup_number::Column::Id.is_in(chunk.iter().copied()))
                .all(db)
                .await?;
            let found = found.into_iter();
            self.of
                .extend(found.map(|it| (it.id, it.number.unsigned_abs())));
        }
        Ok(())
    }

    /// The numbers of these ids, those that had none given one.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn give(tx: &Tx, ids: Vec<Uuid>) -> Result<Self, DbErr> {
        let mut numbers = Self::default();
        numbers.meet(&**tx, ids.clone()).await?;
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
        numbers.meet(&**tx, new).await?;
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
