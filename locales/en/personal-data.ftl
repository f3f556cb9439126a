personal-data-readme = This archive was made at { $made }. It holds all that this server knows of you.
    Each file ends in .json and holds one section as an array of objects; hours.csv holds your hours for a spreadsheet. Instants are in UTC, minutes are whole minutes, days are as they were where the work was done.
    account, memberships, sessions, devices, notifications, letters, api-tokens, email-verifications, linked-identities, account-consents: your account. volunteer-records, consents, sign-ups, attendance, timers, hours, corrections, certificates, contracts, incidents: your records. erasure-requests: requests that they be erased. own-acts: what you did. done-to-records: what was done to your records, by SELF, SOMEBODY or the SERVER.
    Nobody else is named. The description of an incident is with the organization, since it may be about others.
    You may have what is wrong corrected, and ask for erasure (requestErasure).
