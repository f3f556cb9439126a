//! Acts on records of one person: merge, take back, say that they are two people.
//!
//! What decides is in `duplicates`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::MergeId;
use entity::ids::VolunteerId;

use crate::duplicates::Field;
use crate::duplicates::apart;
use crate::duplicates::merge;
use crate::duplicates::merge::NewMerge;
use crate::duplicates::undo;
use crate::graphql::context::Gql;
use crate::graphql::duplicates::merge::VolunteerMerge;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::volunteers::Volunteer;

/// A value of a merged record that may replace that of the kept one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum MergeField {
    /// The name in Latin script.
    Name,
    /// The name in Arabic script.
    NameAr,
    /// Sex as stated.
    Sex,
    /// Day of birth.
    BirthDate,
    /// Place of residence.
    Territory,
    /// Address for letters.
    Email,
    /// Telephone.
    Phone,
    /// First day with the organization.
    JoinedOn,
}

impl From<MergeField> for Field {
    fn from(field: MergeField) -> Self {
        match field {
            MergeField::Name => Self::Name,
            MergeField::NameAr => Self::NameAr,
            MergeField::Sex => Self::Sex,
            MergeField::BirthDate => Self::BirthDate,
            MergeField::Territory => Self::Territory,
            MergeField::Email => Self::Email,
            MergeField::Phone => Self::Phone,
            MergeField::JoinedOn => Self::JoinedOn,
        }
    }
}

/// Two records of one person.
#[derive(InputObject)]
struct MergeVolunteersInput {
    /// The record that stays. Where a national identity number is known of one of the two, it is
    /// that one.
    keep_id: ID,
    /// The record that is taken over.
    merge_id: ID,
    /// Values of the merged record that replace those of the kept one. What the kept record lacks it
    /// takes anyway.
    take: Option<Vec<MergeField>>,
    /// Why; at most 500 characters. It is kept with each entry that goes over.
    reason: Option<String>,
    /// The version of the kept record that the caller saw; refused with `VERSION_CONFLICT` where it
    /// is not the present one.
    expected_version: Option<i32>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// A merge to take back.
#[derive(InputObject)]
struct UnmergeVolunteersInput {
    /// The merge.
    id: ID,
    /// Why; at most 500 characters.
    reason: String,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// Two records of two people.
#[derive(InputObject)]
struct DismissDuplicateInput {
    /// One record.
    volunteer_id: ID,
    /// The other.
    other_volunteer_id: ID,
}

/// Outcome of `mergeVolunteers`.
#[derive(SimpleObject)]
struct MergeVolunteersPayload {
    /// The merge; null where it was refused.
    merge: Option<VolunteerMerge>,
    /// The record that stays, as it is now; null where it was refused, unless for its version.
    volunteer: Option<Volunteer>,
    /// Why it was refused; empty where it was not.
    user_errors: Vec<UserError>,
}

/// Outcome of `unmergeVolunteers`.
#[derive(SimpleObject)]
struct UnmergeVolunteersPayload {
    /// The merge as it is now; null where it was refused, unless for its version.
    merge: Option<VolunteerMerge>,
    /// Why it was refused; empty where it was not.
    user_errors: Vec<UserError>,
}

/// Outcome of `dismissDuplicate`.
#[derive(SimpleObject)]
struct DismissDuplicatePayload {
    /// The two records, in the order given; null where it was refused.
    volunteers: Option<Vec<Volunteer>>,
    /// Why it was refused; empty where it was not.
    user_errors: Vec<UserError>,
}

/// Acts on records of one person.
#[derive(Debug, Default)]
pub struct DuplicateMutations;

/// Acts on records of one person.
#[Object]
impl DuplicateMutations {
    /// Merges a record into another of the same person: its hours, sign-ups, presence and timers go
    /// over, and whoever names it later is understood to mean the kept one. Entries of months that
    /// are closed to the caller stay as they were reported. `unmergeVolunteers` takes it back. Asking
    /// again for a merge that holds hands over what stayed before. Needs a coordinator of the
    /// organization.
    async fn merge_volunteers(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The two records.")] input: MergeVolunteersInput,
    ) -> Result<MergeVolunteersPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let new = NewMerge {
                keep: VolunteerId::input(&input.keep_id, "keepId")?,
                merge: VolunteerId::input(&input.merge_id, "mergeId")?,
                take: input
                    .take
                    .unwrap_or_default()
                    .into_iter()
                    .map(Into::into)
                    .collect(),
                reason: input.reason,
            };
            let key = input.idempotency_key.as_deref();
            merge::merge(ctx, &new, input.expected_version, key).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let volunteer = match VolunteerId::read(&input.keep_id) {
            Some(id) if done.is_some() || changed_meanwhile(&user_errors) => {
                loaders::one(gql, id).await?.map(Volunteer)
            }
            _ => None,
        };
        Ok(MergeVolunteersPayload {
            merge: done.map(VolunteerMerge),
            volunteer,
            user_errors,
        })
    }

    /// Takes a merge back: what went over and is still there goes back, but for months that are closed
    /// to the caller; what was written for the kept record since stays with it. The two are
    /// remembered as two people. Needs a coordinator of the organization.
    async fn unmerge_volunteers(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The merge.")] input: UnmergeVolunteersInput,
    ) -> Result<UnmergeVolunteersPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = MergeId::input(&input.id, "id")?;
            undo::undo(ctx, id, input.expected_version, &input.reason).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let merge = match MergeId::read(&input.id) {
            Some(id) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
            _ => done,
        };
        Ok(UnmergeVolunteersPayload {
            merge: merge.map(VolunteerMerge),
            user_errors,
        })
    }

    /// Says that two records are of two people: they are not suggested again. Saying it twice changes
    /// nothing. Needs a coordinator of the organization.
    async fn dismiss_duplicate(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The two records.")] input: DismissDuplicateInput,
    ) -> Result<DismissDuplicatePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let one = VolunteerId::input(&input.volunteer_id, "volunteerId")?;
            let other = VolunteerId::input(&input.other_volunteer_id, "otherVolunteerId")?;
            apart::dismiss(ctx, one, other).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(DismissDuplicatePayload {
            volunteers: done.map(|(one, other)| vec![Volunteer(one), Volunteer(other)]),
            user_errors,
        })
    }
}
