//! Which edition of an embedded list the database holds, so that a start loads only what is new.
//!
//! What is in the lists, and how a change becomes rows, is known to their areas.

use chrono::DateTime;
use chrono::Utc;
use entity::reference_load;
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryOrder;
use sea_orm::sea_query::OnConflict;

use crate::platform::crypto::sha256;
use crate::platform::db::Tx;

/// One number for every process that loads lists: they queue behind it.
const LOCK: i64 = 0x7469_7769_7a6a;

/// One edition of one embedded list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    dataset: &'static str,
    digest: Vec<u8>,
}

impl Edition {
    /// The edition made of these texts, read in this way.
    ///
    /// `reading` changes when the same text becomes other rows, so that they are written again.
    #[must_use]
    pub fn of(dataset: &'static str, reading: u8, texts: &[&str]) -> Self {
        let mut all = vec![reading];
        for text in texts {
            all.extend_from_slice(&sha256(text.as_bytes()));
        }
        Self {
            dataset,
            digest: sha256(&all),
        }
    }

    /// Whether the database holds exactly this edition; one statement.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn is_held(&self, conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
        let held = reference_load::Entity::find_by_id(self.dataset.to_owned())
            .one(conn)
            .await?;
        Ok(held.is_some_and(|it| it.digest == self.digest))
    }

    /// Waits for other processes that load, then says whether one of them was faster.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn lock(&self, tx: &Tx) -> Result<bool, DbErr> {
        // On SQLite the transaction itself is the lock: there is one writer.
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared(&format!("select pg_advisory_xact_lock({LOCK})"))
                .await?;
        }
        self.is_held(&**tx).await
    }

    /// Notes that the database now holds this edition.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn hold(&self, tx: &Tx, now: DateTime<Utc>) -> Result<(), DbErr> {
        reference_load::Entity::insert(reference_load::ActiveModel {
            dataset: Set(self.dataset.to_owned()),
            digest: Set(self.digest.clone()),
            loaded_at: Set(now),
        })
        .on_conflict(
            OnConflict::column(reference_load::Column::Dataset)
                .update_columns([
                    reference_load::Column::Digest,
                    reference_load::Column::LoadedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
        Ok(())
    }
}

/// Names everything that the embedded lists put into the database: it changes with any of it.
///
/// # Errors
/// [`DbErr`].
pub async fn of_all(conn: &impl ConnectionTrait) -> Result<Vec<u8>, DbErr> {
    let held = reference_load::Entity::find()
        .order_by_asc(reference_load::Column::Dataset)
        .all(conn)
        .await?;
    let mut all = Vec::new();
    for it in held {
        all.extend_from_slice(&sha256(it.dataset.as_bytes()));
        all.extend_from_slice(&sha256(&it.digest));
        all.extend_from_slice(&it.loaded_at.timestamp_micros().to_be_bytes());
    }
    Ok(sha256(&all))
}

#[cfg(test)]
mod tests {
    use super::Edition;

    #[test]
    fn text_and_reading_make_the_edition() {
        let edition = Edition::of("places", 1, &["a"]);
        assert_eq!(edition, Edition::of("places", 1, &["a"]));
        assert_ne!(edition, Edition::of("places", 1, &["b"]));
        assert_ne!(edition, Edition::of("places", 2, &["a"]));
        assert_ne!(
            Edition::of("places", 1, &["ab", "c"]),
            Edition::of("places", 1, &["a", "bc"])
        );
    }
}
