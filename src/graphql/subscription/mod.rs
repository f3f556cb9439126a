//! What can be followed: changes of an organization, and work in the background, as they are committed.
//!
//! Each event is thin: what changed, to be looked at again. Who follows is looked at again before
//! events are told: somebody who was removed is told nothing more. How events travel is in `http`.

mod approval;
mod attendance;
mod going;
mod hours;
mod jobs;
mod periods;

use async_graphql::MergedSubscription;

use crate::graphql::subscription::approval::ApprovalSubscriptions;
use crate::graphql::subscription::attendance::AttendanceSubscriptions;
use crate::graphql::subscription::hours::HourSubscriptions;
use crate::graphql::subscription::jobs::JobSubscriptions;
use crate::graphql::subscription::periods::PeriodSubscriptions;

/// Everything that can be followed.
#[derive(Default, MergedSubscription)]
pub struct Subscription(
    HourSubscriptions,
    ApprovalSubscriptions,
    AttendanceSubscriptions,
    PeriodSubscriptions,
    JobSubscriptions,
);
