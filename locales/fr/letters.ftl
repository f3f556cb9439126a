# Les courriels aux personnes.

letter-hello = Bonjour,
letter-off = Ne plus recevoir ce genre de courriels
letter-minutes = { $time } ({ $minutes } min)
letter-more = Et { $count } autres.
letter-more-projects = Et { $count } autres projets.
letter-day = Jour
letter-project = Projet
letter-time = Durée
letter-reason = Motif
letter-entries = Saisies
letter-since = En attente depuis

letter-why-invitation = Vous recevez ce courriel parce qu’une personne a invité cette adresse sur { $site }.
letter-why-password = Vous recevez ce courriel parce que cette adresse a un compte sur { $site }. Les courriels qui protègent un compte ne peuvent pas être désactivés.
letter-why-verification = Vous recevez ce courriel parce que quelqu’un a donné cette adresse pour un compte sur { $site }.
letter-why-returned = Vous recevez ce courriel parce que ces heures sur { $site } sont les vôtres, ou que vous les avez saisies.
letter-why-digest = Vous recevez ce courriel le lundi parce que vous décidez des heures sur { $site }, lorsqu’il y en a en attente.
letter-why-missing = Vous recevez ce courriel parce que vous attestez les mois sur { $site }.
letter-why-erasure = Vous recevez ce courriel parce que vous avez demandé sur { $site } l’effacement de données personnelles, ou que ces données sont les vôtres. Il ne peut pas être désactivé.

letter-kind-invitation = Invitations à des organisations
letter-kind-reset = Nouveaux mots de passe
letter-kind-changed = Avis de nouveau mot de passe
letter-kind-safety = Avis sur la sécurité du compte
letter-kind-verification = Confirmation de votre adresse
letter-kind-returned = Heures renvoyées
letter-kind-digest = Ce qui attend une décision, chaque semaine
letter-kind-missing = Rappels des mois sans réponse
letter-kind-erasure = Décisions sur l’effacement de données personnelles

letter-role-owner = propriétaire
letter-role-admin = administrateur ou administratrice
letter-role-coordinator = coordinateur ou coordinatrice
letter-role-viewer = en lecture seule
letter-role-volunteer = bénévole

letter-invitation-subject = Invitation à rejoindre { $organization }
letter-invitation-what = { $inviter } vous invite à rejoindre { $organization } sur { $site }, en tant que : { $role }.
letter-invitation-until = L’invitation est destinée à { $address } et peut être acceptée jusqu’au { $until }, avec un compte de cette adresse.
letter-invitation-open = Accepter l’invitation
letter-invitation-code = Ce code l’accepte une fois que vous êtes connecté ou connectée. Il n’est que pour vous :
letter-invitation-ignore = Si vous ne savez pas de quoi il s’agit, vous n’avez rien à faire.

letter-reset-subject = Un nouveau mot de passe
letter-reset-what = Une personne a demandé un nouveau mot de passe pour votre compte sur { $site }.
letter-reset-until = Il peut être défini jusqu’au { $until }, une seule fois.
letter-reset-open = Définir un nouveau mot de passe
letter-reset-code = Ce code permet de le définir. Ne le donnez à personne :
letter-reset-ignore = Si ce n’était pas vous, vous n’avez rien à faire : votre mot de passe reste inchangé.

letter-changed-subject = Votre mot de passe a été changé
letter-changed-what = Un nouveau mot de passe a été défini pour votre compte le { $at }. Tous les appareils ont été déconnectés.
letter-changed-act = Si ce n’était pas vous, demandez aussitôt un nouveau mot de passe et prévenez votre organisation.
letter-stolen-subject = Une session volée a été terminée
letter-stolen-what = Le { $at }, quelqu’un a utilisé un jeton de votre compte qui avait déjà servi : deux personnes le détenaient, et l’une d’elles n’est pas vous. La session est terminée sur les deux appareils.
letter-stolen-act = Connectez-vous à nouveau, et changez de mot de passe si vous ne savez pas comment cela a pu arriver. Les autres sessions de votre compte sont affichées, et vous pouvez les terminer.
letter-totp-on-subject = Le second facteur est activé
letter-totp-on-what = Le { $at }, un second facteur a été activé pour votre compte : la connexion demande désormais un code.
letter-totp-off-subject = Le second facteur est désactivé
letter-totp-off-what = Le { $at }, le second facteur de votre compte a été désactivé : le mot de passe suffit pour se connecter.
letter-recovery-codes-subject = Nouveaux codes de secours
letter-recovery-codes-what = Le { $at }, de nouveaux codes de secours ont été créés pour votre compte ; les anciens ne valent plus rien.
letter-recovery-code-subject = Un code de secours a été utilisé
letter-recovery-code-what = Le { $at }, un code de secours de votre compte a été utilisé à la place d’un code du second facteur. Il ne peut plus servir.
letter-identity-linked-subject = Une autre façon de se connecter à votre compte
letter-identity-linked-what = Le { $at }, une identité chez un autre fournisseur a été liée à votre compte : elle s’y connecte sans le mot de passe du compte.
letter-identity-linked-act = Si ce n’était pas vous, déliez-la dans votre compte, changez aussitôt de mot de passe et terminez les autres sessions.
letter-identity-unlinked-subject = Une façon de moins de se connecter à votre compte
letter-identity-unlinked-what = Le { $at }, une identité chez un autre fournisseur a été déliée de votre compte : elle ne s’y connecte plus.
letter-totp-act = Si ce n’était pas vous, changez aussitôt de mot de passe et terminez les autres sessions de votre compte.
letter-verification-subject = Cette adresse est-elle la vôtre ?
letter-verification-what = Quelqu’un a donné { $address } comme adresse de son compte sur { $site }. Si c’était vous, confirmez-la.
letter-verification-until = Le code est valable jusqu’au { $until }, une seule fois.
letter-verification-open = Confirmer l’adresse
letter-verification-code = Ce code la confirme. Donnez-le là où il vous est demandé :
letter-verification-ignore = Si ce n’était pas vous, ne faites rien : sans le code, l’adresse n’est pas prise pour la sienne.
letter-email-changed-subject = Votre compte a une autre adresse
letter-email-changed-what = Le { $at }, une autre adresse a remplacé celle-ci sur { $site }. Les courriels y sont désormais envoyés.
letter-email-changed-act = Si ce n’était pas vous, prévenez aussitôt votre organisation et les administrateurs de { $site }.
letter-sign-up-subject = Cette adresse a déjà un compte
letter-sign-up-what = Le { $at }, quelqu’un a essayé de créer un compte sur { $site } avec cette adresse, qui en a déjà un.
letter-sign-up-act = Si c’était vous, connectez-vous ou demandez un nouveau mot de passe. Sinon, vous n’avez rien à faire.

letter-returned-subject = Heures renvoyées : { $organization }
letter-returned-what = Des heures à { $organization } ont été renvoyées. Saisies : { $count } ; en tout { $time }.
letter-returned-answer = La personne concernée, ou celle qui les a saisies, peut les corriger et les remettre à nouveau.
letter-returned-who = Pour toute question : { $names }.

letter-digest-subject = Heures en attente de décision : { $organization }
letter-digest-what = À { $organization }, des heures attendent une décision. Saisies : { $entries } ; en tout { $time }. La plus ancienne a été remise le { $since }.
letter-digest-how = Elles se trouvent dans la file d’approbation sur { $site }.

letter-missing-subject = Pas encore d’heures pour { $month } : { $organization }
letter-missing-what = Pour { $month }, rien n’a encore été remis à { $organization }, et personne n’a dit qu’il n’y avait pas d’heures.
letter-missing-closes = Le mois est clos le { $closes }.
letter-missing-how = Remettez les heures sur { $site }, ou dites que personne n’a fait de bénévolat ce mois-là.

letters-off-title = Courriels de Tiwizi
letters-off-ask = Ne plus recevoir à cette adresse les courriels de ce genre ? { $kind }.
letters-off-button = Ne plus les envoyer
letters-off-done = C’est fait. Plus aucun courriel de ce genre ne sera envoyé : { $kind }.
letters-off-again = Avec un compte, ils peuvent être réactivés dans ses préférences.
letters-off-unknown = Ce lien ne désactive rien. Reprenez-le en entier dans le courriel.

letter-erasure-approved-subject = Des données personnelles seront effacées : { $organization }
letter-erasure-approved-what = La demande du { $asked } d’effacer des données personnelles auprès de { $organization } a été acceptée. Elle sera exécutée à partir du { $due }, et rien ne ramène ce qui a été effacé.
letter-erasure-approved-act = Jusque-là, la demande peut être retirée sur { $site }. Si vous n’en êtes pas à l’origine, retirez-la et prévenez votre organisation.
letter-erasure-refused-subject = Des données personnelles ne seront pas effacées : { $organization }
letter-erasure-refused-what = La demande du { $asked } d’effacer des données personnelles auprès de { $organization } a été refusée.
letter-erasure-refused-why = Le motif : { $reason }
letter-erasure-refused-act = Vous pouvez faire une nouvelle demande et en dire davantage. Au Maroc, la commission de protection des données à caractère personnel (CNDP) reçoit les plaintes.
