# Letters to people.

letter-hello = Hello,
letter-off = No more letters of this kind
letter-minutes = { $time } ({ $minutes } min)
letter-more = And { $count } more.
letter-more-projects = And { $count } more projects.
letter-day = Day
letter-project = Project
letter-time = Time
letter-reason = Reason
letter-entries = Entries
letter-since = Waits since

letter-why-invitation = You receive this letter because somebody on { $site } invited this address.
letter-why-password = You receive this letter because this address has an account on { $site }. Letters that keep an account safe cannot be switched off.
letter-why-verification = You receive this letter because somebody gave this address for an account on { $site }.
letter-why-returned = You receive this letter because these hours on { $site } are yours, or because you recorded them.
letter-why-digest = You receive this letter on Mondays because you decide on hours on { $site }, when any wait.
letter-why-missing = You receive this letter because you attest months on { $site }.
letter-why-erasure = You receive this letter because you asked on { $site } that personal data be erased, or because the data are yours. It cannot be switched off.

letter-kind-invitation = Invitations to organizations
letter-kind-reset = New passwords
letter-kind-changed = Notice of a new password
letter-kind-safety = Notices on the safety of the account
letter-kind-verification = Verification of your address
letter-kind-returned = Hours that were returned
letter-kind-digest = What waits for a decision, every week
letter-kind-missing = Reminders of months without an answer
letter-kind-erasure = Decisions on the erasure of personal data

letter-role-owner = owner
letter-role-admin = administrator
letter-role-coordinator = coordinator
letter-role-viewer = viewer
letter-role-volunteer = volunteer

letter-invitation-subject = Invitation to { $organization }
letter-invitation-what = { $inviter } invites you to join { $organization } on { $site }, as { $role }.
letter-invitation-until = The invitation is for { $address } and can be accepted until { $until }, with an account of this address.
letter-invitation-open = Accept the invitation
letter-invitation-code = This code accepts it once you are signed in. It is for you alone:
letter-invitation-ignore = If you do not know what this is about, you need not do anything.

letter-reset-subject = A new password
letter-reset-what = Somebody asked for a new password for your account on { $site }.
letter-reset-until = It can be set until { $until }, once.
letter-reset-open = Set a new password
letter-reset-code = This code lets you set it. Give it to nobody:
letter-reset-ignore = If it was not you, you need not do anything: your password stays as it is.

letter-changed-subject = Your password was changed
letter-changed-what = A new password was set for your account at { $at }. All devices were signed out.
letter-changed-act = If it was not you, ask for a new password at once, and tell your organization.
letter-stolen-subject = A stolen session was ended
letter-stolen-what = At { $at } somebody used a token of your account that had been used before: two held it, and one of them is not you. The session has ended on both devices.
letter-stolen-act = Sign in again, and set a new password if you do not know how this could happen. Other sessions are shown among those of your account, where you can end them.
letter-totp-on-subject = The second factor is on
letter-totp-on-what = At { $at } a second factor was switched on for your account: signing in takes a code from then on.
letter-totp-off-subject = The second factor is off
letter-totp-off-what = At { $at } the second factor of your account was switched off: signing in takes the password alone.
letter-recovery-codes-subject = New recovery codes
letter-recovery-codes-what = At { $at } new recovery codes were made for your account; those of before are worth nothing.
letter-recovery-code-subject = A recovery code was used
letter-recovery-code-what = At { $at } a recovery code of your account was used in the place of a code of the second factor. It cannot be used again.
letter-identity-linked-subject = Another way to sign in to your account
letter-identity-linked-what = At { $at } an identity at another provider was linked with your account: it signs in without the password of the account.
letter-identity-linked-act = If it was not you, unlink it in your account, set a new password at once, and end the other sessions.
letter-identity-unlinked-subject = One way less to sign in to your account
letter-identity-unlinked-what = At { $at } an identity at another provider was unlinked from your account: it signs in to it no more.
letter-totp-act = If it was not you, set a new password at once, and end the other sessions of your account.
letter-verification-subject = Is this your address?
letter-verification-what = Somebody gave { $address } as the address of their account on { $site }. If it was you, verify it.
letter-verification-until = The code is good until { $until }, once.
letter-verification-open = Verify the address
letter-verification-code = This code verifies it. Give it where you are asked for it:
letter-verification-ignore = If it was not you, do nothing: without the code the address is not taken for yours.
letter-email-changed-subject = Your account has another address
letter-email-changed-what = At { $at } another address took the place of this one on { $site }. Letters go there from now on.
letter-email-changed-act = If it was not you, tell your organization and the administrators of { $site } at once.
letter-sign-up-subject = This address has an account
letter-sign-up-what = At { $at } somebody tried to make an account on { $site } with this address, which has one.
letter-sign-up-act = If it was you, sign in, or ask for a new password. If it was not you, nothing needs to be done.

letter-returned-subject = Hours that were returned: { $organization }
letter-returned-what = Hours at { $organization } were returned. Entries: { $count }; together { $time }.
letter-returned-answer = Whoever they are of, or whoever recorded them, can correct them and hand them in again.
letter-returned-who = Questions are answered by { $names }.

letter-digest-subject = Hours that wait for a decision: { $organization }
letter-digest-what = At { $organization } hours wait for a decision. Entries: { $entries }; together { $time }. The oldest was handed in on { $since }.
letter-digest-how = They stand in the approval queue on { $site }.

letter-missing-subject = No hours yet for { $month }: { $organization }
letter-missing-what = For { $month } nothing was handed in at { $organization } yet, and nobody said that there were no hours.
letter-missing-closes = The month closes on { $closes }.
letter-missing-how = Hand in the hours on { $site }, or say that nobody volunteered that month.

letters-off-title = Letters from Tiwizi
letters-off-ask = Should letters of this kind no longer come to this address? { $kind }.
letters-off-button = Send no more of them
letters-off-done = Done. No more letters of this kind will come: { $kind }.
letters-off-again = With an account they can be switched on again in its preferences.
letters-off-unknown = This link switches nothing off. Take it whole from the letter.

letter-erasure-approved-subject = Personal data will be erased: { $organization }
letter-erasure-approved-what = The request of { $asked } that personal data at { $organization } be erased was approved. It is carried out from { $due } on, and nothing brings back what was erased.
letter-erasure-approved-act = Until then the request can be taken back on { $site }. If you did not ask for it, take it back, and tell your organization.
letter-erasure-refused-subject = Personal data will not be erased: { $organization }
letter-erasure-refused-what = The request of { $asked } that personal data at { $organization } be erased was refused.
letter-erasure-refused-why = The reason: { $reason }
letter-erasure-refused-act = You can ask again and say more. In Morocco the commission for the protection of personal data (CNDP) takes complaints.
