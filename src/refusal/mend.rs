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
    /// A code of an indicator has letters, digits and few signs.
    IndicatorCode = "mend-indicator-code";
    /// What is counted is a whole number.
    WholeNumber = "mend-whole-number";
    /// An amount of money has two decimals at most.
    Amount = "mend-amount";
    /// Yes is 1, and no is 0.
    YesOrNo = "mend-yes-or-no";
    /// A number has six decimals at most, and a bound.
    Number = "mend-number";
    /// A percentage is a part of a whole.
    Denominator = "mend-denominator";
    /// Only a percentage has a whole.
    NoDenominator = "mend-no-denominator";
    /// Percentages and yes or no are never added.
    NotAdded = "mend-not-added";
    /// What holds all that came before is told by its last value.
    CumulativeLast = "mend-cumulative-last";
    /// An indicator without dimensions takes no parts.
    NotBrokenDown = "mend-not-broken-down";
    /// Each category of a breakdown is named once.
    CategoryOnce = "mend-category-once";
    /// A dimension of one's own needs a vocabulary.
    OwnDimension = "mend-own-dimension";
    /// Shares that were laid down are followed, and not rewritten.
    SharesFollow = "mend-shares-follow";
    /// Hours of a closed month keep the shares that they were closed with.
    SharesClosed = "mend-shares-closed";
    /// A title may be absent, and not blank.
    TitleOrNone = "mend-title-or-none";
    /// The hours report is told by rows.
    RowsOfHours = "mend-rows-of-hours";
    /// A report is of a territory.
    Place = "mend-place";
    /// What is frozen is of a whole territory or of one organization.
    OneOrganization = "mend-one-organization";
    /// A webhook has a whole URL, without a password.
    WebhookUrl = "mend-webhook-url";
    /// A webhook is told in secret.
    WebhookHttps = "mend-webhook-https";
    /// A webhook has a port of the web, or a high one.
    WebhookPort = "mend-webhook-port";
    /// A webhook is where everybody reaches it.
    WebhookPublic = "mend-webhook-public";
    /// A cron expression has five fields.
    CronFields = "mend-cron-fields";
    /// A schedule is due once an hour at most.
    CronMinute = "mend-cron-minute";
    /// Some day must fulfil it.
    CronNever = "mend-cron-never";
}
