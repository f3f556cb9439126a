//! What a kept record takes from a merged one: values it lacks, and those that somebody chose.
//!
//! Pure. It is remembered by field, so that taking the merge back restores what did not change since.

use std::collections::BTreeMap;

use entity::ids::UserId;
use entity::volunteer;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

/// A value of a record. Words of stored rows: never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Field {
    /// The organization's own number; taken where the kept record has none, never chosen.
    Reference,
    /// Name.
    Name,
    /// Name in Arabic script.
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

impl Field {
    /// Every field.
    pub const ALL: [Self; 9] = [
        Self::Reference,
        Self::Name,
        Self::NameAr,
        Self::Sex,
        Self::BirthDate,
        Self::Territory,
        Self::Email,
        Self::Phone,
        Self::JoinedOn,
    ];

    fn of(self, record: &volunteer::Model) -> Value {
        match self {
            Self::Reference => json!(record.reference),
            Self::Name => json!(record.name),
            Self::NameAr => json!(record.name_ar),
            Self::Sex => json!(record.sex),
            Self::BirthDate => json!(record.birth_date),
            Self::Territory => json!(record.territory_id),
            Self::Email => json!(record.email),
            Self::Phone => json!(record.phone),
            Self::JoinedOn => json!(record.joined_on),
        }
    }

    fn put(self, record: &mut volunteer::Model, value: Value) -> serde_json::Result<()> {
        match self {
            Self::Reference => record.reference = serde_json::from_value(value)?,
            Self::Name => record.name = serde_json::from_value(value)?,
            Self::NameAr => record.name_ar = serde_json::from_value(value)?,
            Self::Sex => record.sex = serde_json::from_value(value)?,
            Self::BirthDate => record.birth_date = serde_json::from_value(value)?,
            Self::Territory => record.territory_id = serde_json::from_value(value)?,
            Self::Email => record.email = serde_json::from_value(value)?,
            Self::Phone => record.phone = serde_json::from_value(value)?,
            Self::JoinedOn => record.joined_on = serde_json::from_value(value)?,
        }
        Ok(())
    }
}

/// A value before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Swap {
    before: Value,
    after: Value,
}

/// What a kept record took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Values.
    fields: BTreeMap<Field, Swap>,
    /// The account, where only the merged record had one.
    account: Option<UserId>,
}

impl Taken {
    /// Gives the kept record what it lacks and what was chosen. The merged record keeps its values,
    /// but those that only one record may have: number and account.
    ///
    /// # Errors
    /// None in fact: a value goes back into the column that it came from.
    pub fn take(
        kept: &mut volunteer::Model,
        merged: &mut volunteer::Model,
        chosen: &[Field],
    ) -> serde_json::Result<Self> {
        let mut taken = Self::default();
        for field in Field::ALL {
            let (before, after) = (field.of(kept), field.of(merged));
            let wanted = before.is_null() || (chosen.contains(&field) && field != Field::Reference);
            if after.is_null() || before == after || !wanted {
                continue;
            }
            field.put(kept, after.clone())?;
            if field == Field::Reference {
                field.put(merged, Value::Null)?;
            }
            taken.fields.insert(field, Swap { before, after });
        }
        if kept.user_id.is_none() {
            taken.account = merged.user_id.take();
            kept.user_id = taken.account;
        }
        Ok(taken)
    }

    /// Gives back what did not change since.
    ///
    /// # Errors
    /// Where what was remembered cannot be read.
    pub fn give_back(
        &self,
        kept: &mut volunteer::Model,
        merged: &mut volunteer::Model,
    ) -> serde_json::Result<()> {
        for (field, swap) in &self.fields {
            if field.of(kept) != swap.after {
                continue;
            }
            field.put(kept, swap.before.clone())?;
            if *field == Field::Reference {
                field.put(merged, swap.after.clone())?;
            }
        }
        if self.account.is_some() && kept.user_id == self.account {
            merged.user_id = kept.user_id.take();
        }
        Ok(())
    }
}
