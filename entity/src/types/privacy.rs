//! What columns about personal data can hold.
//!
//! What may follow what is a rule and not here.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $case:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum,
            Serialize, Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name {
            $($(#[$of])* #[sea_orm(string_value = $word)] $case,)*
        }
    };
}

words! {
    /// What somebody may agree to.
    ConsentPurpose {
        /// That a record of them is kept.
        DataProcessing = "DATA_PROCESSING",
        /// That photographs of them are shown.
        Photographs = "PHOTOGRAPHS",
        /// That their name is shown to whoever has the code of a certificate.
        CertificateName = "CERTIFICATE_NAME",
        /// That they are written to beside what their hours need.
        Letters = "LETTERS",
        /// That others are given their address.
        ContactByOthers = "CONTACT_BY_OTHERS",
        /// That research uses what is known of them.
        Research = "RESEARCH",
    }
}

words! {
    /// What somebody said.
    ConsentDecision {
        /// Yes.
        Given = "GIVEN",
        /// No, or no longer.
        Withdrawn = "WITHDRAWN",
    }
}

words! {
    /// How somebody said it.
    ConsentMeans {
        /// On a paper that they signed.
        Paper = "PAPER",
        /// On a form of a site.
        Online = "ONLINE",
        /// In words, before somebody.
        Spoken = "SPOKEN",
        /// By a letter or message of theirs.
        Written = "WRITTEN",
        /// Here, under their own account.
        Account = "ACCOUNT",
    }
}

words! {
    /// How far a request of erasure has come.
    ErasureStatus {
        /// It was asked for, and nobody has decided.
        Requested = "REQUESTED",
        /// It was approved, and waits until it is due.
        Approved = "APPROVED",
        /// It was refused.
        Refused = "REFUSED",
        /// It was taken back.
        Withdrawn = "WITHDRAWN",
        /// It was done.
        Done = "DONE",
    }
}
