//! What many activities, shifts and sign-ups of a page need, gathered.
//!
//! The statements are in `activities`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::activity;
use entity::ids::ActivityId;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::shift;
use entity::signup;
use sea_orm::DbErr;

use crate::activities::lists;
use crate::activities::store;
use crate::graphql::loaders::Reader;

/// Activities by id.
impl Loader<ActivityId> for Reader {
    type Value = activity::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[ActivityId],
    ) -> Result<HashMap<ActivityId, activity::Model>, Arc<DbErr>> {
        let found = store::activities(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Shifts by id.
impl Loader<ShiftId> for Reader {
    type Value = shift::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, ids: &[ShiftId]) -> Result<HashMap<ShiftId, shift::Model>, Arc<DbErr>> {
        let found = store::shifts(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Sign-ups by id.
impl Loader<SignupId> for Reader {
    type Value = signup::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, ids: &[SignupId]) -> Result<HashMap<SignupId, signup::Model>, Arc<DbErr>> {
        let found = store::signups(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for the caller's own sign-up for a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MySignup(pub ShiftId);

/// The caller's own sign-ups for shifts, taken back ones excepted.
impl Loader<MySignup> for Reader {
    type Value = signup::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[MySignup],
    ) -> Result<HashMap<MySignup, signup::Model>, Arc<DbErr>> {
        let own = self.ctx.scope().own_records();
        if own.is_empty() {
            return Ok(HashMap::new());
        }
        let shifts: Vec<ShiftId> = asked.iter().map(|it| it.0).collect();
        let found = lists::signups_of(self.ctx.read(), &shifts, own).await?;
        Ok(found
            .into_iter()
            .map(|it| (MySignup(it.shift_id), it))
            .collect())
    }
}

/// Asks for the place of a sign-up in the waiting list of its shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PositionOf {
    /// The shift.
    pub shift: ShiftId,
    /// The sign-up.
    pub signup: SignupId,
}

/// Places in waiting lists, counted from 1; nothing for those who do not wait.
impl Loader<PositionOf> for Reader {
    type Value = i32;
    type Error = Arc<DbErr>;

    async fn load(&self, asked: &[PositionOf]) -> Result<HashMap<PositionOf, i32>, Arc<DbErr>> {
        let shifts: Vec<ShiftId> = asked.iter().map(|it| it.shift).collect();
        let found = lists::positions(self.ctx.read(), &shifts).await?;
        Ok(asked
            .iter()
            .filter_map(|it| Some((*it, *found.get(&it.signup)?)))
            .collect())
    }
}
