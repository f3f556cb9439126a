//! What a budget must be: an amount to two decimals in a currency that exists.
//!
//! The budget itself stands on its project.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Where nothing else is said.
pub const CURRENCY: &str = "MAD";

/// Largest amount, in hundredths: a hundred thousand million, so that no sum of budgets is beyond counting.
pub const MOST_MINOR: i64 = 10_000_000_000_000;

/// ISO 4217, without funds, metals and test codes.
const CURRENCIES: &str = "\
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ \
GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP \
LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR \
PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC \
SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF \
YER ZAR ZMW ZWG";

/// An amount in hundredths, of a field.
pub fn minor(checks: &mut Checks, field: &str, amount: Option<Decimal>) -> Option<i64> {
    let amount = amount?;
    let minor = amount
        .checked_mul(Decimal::ONE_HUNDRED)
        .filter(|it| it.fract().is_zero())
        .and_then(|it| it.to_i64())
        .filter(|it| *it >= 0);
    checks.demand(minor.is_some(), || {
        Refusal::of(Code::InvalidFormat, field).with("value", amount)
    });
    checks.demand(minor.is_none_or(|it| it <= MOST_MINOR), || {
        Refusal::of(Code::OutOfRange, field)
            .with("least", 0)
            .with("most", Decimal::new(MOST_MINOR, 2))
    });
    minor
}

/// What the INDH pays of a budget is no more than the budget, and nothing of none.
pub fn share(checks: &mut Checks, budget: Option<i64>, indh: Option<i64>) {
    let Some(indh) = indh else { return };
    match budget {
        None => checks.refuse(Refusal::of(Code::Required, "budget")),
        Some(budget) => checks.demand(indh <= budget, || {
            Refusal::of(Code::OutOfRange, "budgetIndh")
                .with("least", 0)
                .with("most", Decimal::new(budget, 2))
        }),
    }
}

/// A currency as it is stored.
pub fn currency(checks: &mut Checks, code: &str) -> String {
    let fits = CURRENCIES.split_ascii_whitespace().any(|it| it == code);
    checks.demand(fits, || {
        Refusal::of(Code::InvalidFormat, "currency").with("value", code)
    });
    code.to_owned()
}
