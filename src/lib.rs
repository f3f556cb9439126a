//! Tiwizi: volunteer hours and impact metrics over GraphQL, reported by territory.
//!
//! The map, lowest first; arrows point down only:
//! `config` settings · `platform` what every server needs · `refusal` stable codes ·
//! `apportionment` what adds up when it is shared · `identity` who asks and what they see · `territories`, `vocabularies`, `audit`,
//! `notifications`, `drawings`, `jobs` · `letters` · `credentials` · `organizations`, `recovery`, `tokens` · `volunteers`, `projects` · `activities`, `contracts`, `consents` · `hours` the core ·
//! `timers` · `rollups` · `valuation` · `impact` · `reports` · `statistics` · `imports`, `exports` · `certificates`, `deliveries` ·
//! `schedules`, `correspondence` · `webhooks` · `privacy` ·
//! `graphql` · `http` · `app`, `cli`.

pub mod activities;
pub mod app;
pub mod apportionment;
pub mod attendance;
pub mod audit;
pub mod certificates;
pub mod cli;
pub mod config;
pub mod consents;
pub mod contracts;
pub mod correspondence;
pub mod credentials;
pub mod deliveries;
pub mod demo;
pub mod drawings;
pub mod duplicates;
pub mod exports;
pub mod graphql;
pub mod hours;
pub mod http;
pub mod identity;
pub mod impact;
pub mod imports;
pub mod jobs;
pub mod letters;
pub mod notifications;
pub mod organizations;
pub mod platform;
pub mod privacy;
pub mod projects;
pub mod recovery;
pub mod refusal;
pub mod reports;
pub mod rollups;
pub mod schedules;
pub mod statistics;
pub mod sync;
pub mod territories;
pub mod timers;
pub mod tokens;
pub mod valuation;
pub mod vocabularies;
pub mod volunteers;
pub mod webhooks;
