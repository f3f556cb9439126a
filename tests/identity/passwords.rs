//! Which passwords are taken, wherever one is set.
//!
//! The rule itself is tested beside it.

use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Person;
use crate::support::on_both_databases;

on_both_databases! {
    async fn what_is_tried_first_is_no_password(app: App) {
        let nobody = Person::nobody(&app);
        for (password, code) in [
            ("Password2026!", "PASSWORD_COMMON"),
            ("azertyuiop1956", "PASSWORD_COMMON"),
            ("111122223333", "PASSWORD_COMMON"),
            ("amina.benali77", "PASSWORD_PERSONAL"),
            ("Tiwizi-2026-Tiwizi", "PASSWORD_PERSONAL"),
            ("كلمةالمرور2026", "PASSWORD_COMMON"),
            ("محمد١٢٣٤٥٦٧٨٩", "PASSWORD_COMMON"),
            ("correct horse battery staple", "PASSWORD_COMMON"),
            ("wydadcasablanca", "PASSWORD_COMMON"),
            ("tiwizi-demo2026", "PASSWORD_COMMON"),
            ("eleven-sign", "TOO_SHORT"),
        ] {
            let input = json!({ "email": "amina@example.org", "displayName": "Amina Benali", "password": password });
            assert_eq!(nobody.refused("signUp", input).await, [code], "{password}");
        }
    }
}
