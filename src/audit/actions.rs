//! The words of the trail: every action that a line may tell of.
//!
//! Whoever reads the trail filters by them, and `docs/audit.md` says when each is told. A new act has its word here first.

/// Every action, as `noun.verb`, sorted.
pub const ALL: &[&str] = &[
    "account.create",
    "account.email",
    "account.erase",
    "account.grant",
    "account.link",
    "account.password",
    "account.password_request",
    "account.recovery_code",
    "account.recovery_codes",
    "account.totp_begin",
    "account.totp_off",
    "account.totp_on",
    "account.unlink",
    "account.verification",
    "account.verified",
    "accreditation.record",
    "activity.cancel",
    "activity.create",
    "activity.update",
    "api_token.create",
    "api_token.revoke",
    "approval_rule.archive",
    "approval_rule.create",
    "approval_rule.update",
    "attendance.check_in",
    "attendance.check_out",
    "attendance.close",
    "attendance.mark",
    "certificate.issue",
    "certificate.revoke",
    "certificate.show",
    "consent.record",
    "contract.change",
    "contract.enter",
    "demo.fill",
    "erasure.carry_out",
    "erasure.decide",
    "erasure.request",
    "erasure.withdraw",
    "evidence.attach",
    "evidence.remove",
    "file.fetch",
    "hours.amend",
    "hours.approve",
    "hours.approve_by_rule",
    "hours.create",
    "hours.delete",
    "hours.reject",
    "hours.return",
    "hours.select",
    "hours.submit",
    "hours.update",
    "hours.void",
    "hours.withdraw",
    "import.commit",
    "import.expire",
    "import.roll_back",
    "import.start",
    "incident.correct",
    "incident.record",
    "indicator.baseline",
    "indicator.create",
    "indicator.targets",
    "indicator.update",
    "job.cancel",
    "job.request",
    "job.retry",
    "letters.choose",
    "measurement.approve",
    "measurement.record",
    "measurement.return",
    "membership.accept",
    "membership.invite",
    "membership.remove",
    "membership.role",
    "national_id.forget",
    "national_id.read",
    "organization.create",
    "organization.settings",
    "organization.update",
    "period.certify",
    "period.close",
    "period.except",
    "period.submit",
    "project.create",
    "project.register",
    "project.shares",
    "project.update",
    "request.refuse",
    "schedule.create",
    "schedule.end",
    "schedule.pause",
    "schedule.resume",
    "schedule.run",
    "schedule.update",
    "session.begin",
    "session.end",
    "session.end_others",
    "session.stolen",
    "shift.cancel",
    "shift.create",
    "shift.series",
    "shift.update",
    "signup.cancel",
    "signup.create",
    "signup.promote",
    "snapshot.create",
    "statistics.publish",
    "timer.discard",
    "timer.resolve",
    "timer.start",
    "timer.stop",
    "vocabulary.create",
    "vocabulary_term.upsert",
    "volunteer.apart",
    "volunteer.archive",
    "volunteer.create",
    "volunteer.erase",
    "volunteer.give_out",
    "volunteer.kept",
    "volunteer.merge",
    "volunteer.merged",
    "volunteer.parted",
    "volunteer.read",
    "volunteer.register",
    "volunteer.remove",
    "volunteer.restore",
    "volunteer.unmerge",
    "volunteer.update",
    "wage_rate.upsert",
    "webhook.create",
    "webhook.delete",
    "webhook.replay",
    "webhook.rotate",
    "webhook.test",
    "webhook.update",
];

/// How many are named where a word is none of them.
const NEAREST: usize = 5;

/// Whether a word is one of the trail.
#[must_use]
pub fn is_known(action: &str) -> bool {
    ALL.binary_search(&action).is_ok()
}

/// The words most like one that is none of them, the likest first.
#[must_use]
pub fn nearest(action: &str) -> Vec<&'static str> {
    let mut all = ALL.to_vec();
    all.sort_by_cached_key(|it| strsim::damerau_levenshtein(it, action));
    all.truncate(NEAREST);
    all
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use super::is_known;
    use super::nearest;

    #[test]
    fn words_are_sorted_and_of_one_shape() {
        assert!(ALL.is_sorted_by(|one, other| one < other));
        for word in ALL {
            let (noun, verb) = word.split_once('.').unwrap();
            let plain = |it: &str| it.chars().all(|it| it.is_ascii_lowercase() || it == '_');
            assert!(plain(noun) && plain(verb), "{word}");
        }
    }

    #[test]
    fn a_word_that_is_none_has_a_near_one() {
        assert!(is_known("membership.role") && !is_known("membership.roles"));
        assert_eq!(
            nearest("membership.roles").first(),
            Some(&"membership.role")
        );
    }
}
