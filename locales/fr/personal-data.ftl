personal-data-readme = Cette archive a été faite le { $made }. Elle contient tout ce que ce serveur sait de vous.
    Chaque fichier finit par .json et contient une rubrique, un tableau d’objets ; hours.csv contient vos heures pour un tableur. Les instants sont en UTC, les minutes entières, les jours ceux du lieu du travail.
    account, memberships, sessions, devices, notifications, letters, api-tokens, email-verifications : votre compte. volunteer-records, consents, sign-ups, attendance, timers, hours, corrections, certificates, contracts, incidents : vos fiches. erasure-requests : les demandes d’effacement. own-acts : ce que vous avez fait. done-to-records : ce qui a été fait de vos fiches, par SELF (vous), SOMEBODY (quelqu’un) ou SERVER (le serveur).
    Personne d’autre n’est nommé. La description d’un incident est auprès de l’organisation, car elle peut concerner d’autres personnes.
    Vous pouvez faire corriger ce qui est faux et demander l’effacement (requestErasure).
