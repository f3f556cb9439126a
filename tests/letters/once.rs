//! Each letter once: several instances, workers that die at any point.
//!
//! What is sent twice since nobody heard that it was taken is one letter by its `Message-ID`; here everybody hears it.

use std::collections::BTreeMap;

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

use crate::exports::worked_off;
use crate::letters::moved;
use crate::letters::posted;
use crate::letters::read;
use crate::letters::volunteer;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::mail::Post;
use crate::support::on_both_databases;

on_both_databases! {
    async fn three_instances_and_workers_that_die_send_each_letter_once(app: App) {
        let post = Post::open().await;
        let first = posted(&app, &post).await;
        let cast = Cast::on(&first).await;
        let mut entries = Vec::new();
        for at in 0..12 {
            let (person, record) = volunteer(&first, &cast, &format!("many-{at}"), "en").await;
            entries.push(person.logs(&record, &cast.project, "2026-10-14", 30).await);
            person.logs(&record, &cast.project, "2026-10-15", 30).await;
        }
        let input = json!({ "ids": entries, "reason": "Why?" });
        cast.coordinator.does("returnHourEntries", input, "results { userErrors { code } }").await;
        let instances = [first.clone(), posted(&app, &post).await, posted(&app, &post).await];
        for it in &instances {
            moved(it, "2026-11-09T08:00:00Z");
        }
        let mut dice = StdRng::seed_from_u64(11);
        let mut deaths = 0;
        // Four times, so that no work takes as many workers with it as it is tried.
        for _ in 0..4 {
            let mut working = Vec::new();
            for it in &instances {
                let it = it.clone();
                let patience = std::time::Duration::from_millis(dice.random_range(20..400));
                working.push(tokio::spawn(async move {
                    // Ended at any point, as by the end of its process.
                    tokio::time::timeout(patience, async {
                        it.parts.ask_for_letters().await.unwrap();
                        worked_off(&it).await;
                    }).await.is_err()
                }));
            }
            for it in working {
                deaths += usize::from(it.await.unwrap());
            }
            for it in &instances {
                // Leases of the dead end.
                it.advance(chrono::TimeDelta::seconds(61));
            }
        }
        first.parts.ask_for_letters().await.unwrap();
        worked_off(&first).await;

        let mut by_id: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for letter in post.letters() {
            let id = read(&letter).message_id().unwrap().to_owned();
            by_id.entry(id).or_default().push(letter.raw);
        }
        let twice = by_id.values().filter(|it| it.len() > 1).count();
        assert!(twice <= deaths, "{twice} letters came twice for {deaths} deaths");
        assert!(by_id.values().all(|it| it.iter().all(|raw| raw == &it[0])), "the same letter is the same bytes");
        // Twelve volunteers, and two who decide, once.
        assert_eq!(by_id.len(), 14, "{deaths} deaths");
        for it in instances {
            it.close().await;
        }
    }
}
