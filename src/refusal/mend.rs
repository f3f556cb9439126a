//! What would be taken instead: sentences that stand behind that of a code, where the code alone cannot say it.
//!
//! The codes are in `code`; sentences are in `locales/`.

macro_rules! mends {
    ($($(#[doc = $doc:literal])* $mend:ident = $key:literal;)*) => {
        /// What would be taken instead, and why the other is not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mend {
            $($(#[doc = $doc])* $mend,)*
        }

        impl Mend {
            /// Every mend.
            pub const ALL: &'static [Self] = &[$(Self::$mend,)*];

            /// Key of the sentence in `locales/`.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$mend => $key,)* }
            }

            /// The mend of a key that was kept; `None` for one that a later release brought.
            #[must_use]
            pub fn of_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.key() == key)
            }
        }
    };
}

mends! {
    /// A code of IRIS+ has two capital letters and four digits.
    IrisCode = "mend-iris-code";
}
