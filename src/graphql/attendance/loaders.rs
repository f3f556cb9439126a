//! What many attendances of a page need, gathered.
//!
//! The statements are in `attendance`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::attendance;
use entity::ids::AttendanceId;
use entity::ids::ShiftId;
use sea_orm::DbErr;

use crate::attendance::store;
use crate::graphql::loaders::Reader;

/// Attendances by id.
impl Loader<AttendanceId> for Reader {
    type Value = attendance::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[AttendanceId],
    ) -> Result<HashMap<AttendanceId, attendance::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for the caller's own attendance of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MyAttendance(pub ShiftId);

/// The caller's own attendances of shifts.
impl Loader<MyAttendance> for Reader {
    type Value = attendance::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[MyAttendance],
    ) -> Result<HashMap<MyAttendance, attendance::Model>, Arc<DbErr>> {
        let own = self.ctx.scope().own_records();
        if own.is_empty() {
            return Ok(HashMap::new());
        }
        let shifts: Vec<ShiftId> = asked.iter().map(|it| it.0).collect();
        let found = store::of_records(self.ctx.read(), &shifts, own).await?;
        Ok(found
            .into_iter()
            .map(|it| (MyAttendance(it.shift_id), it))
            .collect())
    }
}
