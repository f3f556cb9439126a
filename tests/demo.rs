//! Demonstration data: made once, on both databases, ready to sign in to.
//!
//! That its rows keep the rules is tested beside `demo`.

use entity::organization;
use sea_orm::EntityTrait;
use serde_json::json;
use tiwizi::demo;
use tiwizi::demo::Outcome;
use tiwizi::demo::Sizes;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Verdict;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::on_both_databases;

const SIZES: Sizes = Sizes {
    organizations: 12,
    volunteers: 120,
    entries: 2_500,
    seed: 3,
};

on_both_databases! {
    async fn every_promised_account_signs_in(app: App) {
        let ctx = app.parts.operator(Locale::En);
        assert_eq!(demo::fill(&ctx, SIZES, |_| ()).await.expect("filled"), Outcome::Filled);

        for (email, _) in demo::ACCOUNTS {
            let query = "mutation($input: SignInInput!) { signIn(input: $input) {
                viewer { user { email } } userErrors { code } } }";
            let input = json!({ "input": { "email": email, "password": demo::PASSWORD } });
            let data = app.graphql(None, query, input).await.data();
            assert_eq!(data["signIn"]["viewer"]["user"]["email"], email, "{data}");
        }
    }
}

on_both_databases! {
    async fn chains_are_whole_and_it_is_filled_once(app: App) {
        let ctx = app.parts.operator(Locale::En);
        demo::fill(&ctx, SIZES, |_| ()).await.expect("filled");

        let houses = organization::Entity::find().all(ctx.read()).await.expect("organizations");
        assert_eq!(houses.len(), SIZES.organizations);
        for house in houses {
            let verdict = ledger::verify(&ctx, house.id).await.expect("a verdict");
            assert!(matches!(verdict, Verdict::Whole { sequence, .. } if sequence > 0));
        }
        let again = demo::fill(&ctx, SIZES, |_| ()).await.expect("an answer");
        assert_eq!(again, Outcome::Held);
    }
}
