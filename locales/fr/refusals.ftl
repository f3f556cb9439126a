not-found = Cet élément n’existe pas, ou vous ne pouvez pas le voir.
forbidden = Votre rôle ne le permet pas.
version-conflict = L’élément a changé entre-temps (version { $current }) : relisez-le et recommencez.
idempotency-conflict = Cette clé d’idempotence a servi à un autre contenu : prenez une nouvelle clé.
required = Indiquez une valeur.
too-long = Le maximum est { $most }.
too-short = Il faut au moins { $least } caractères.
invalid-format = Cette valeur n’est pas valable : { $value }.
out-of-range = La valeur doit être comprise entre { $least } et { $most }.
taken = Cette valeur est déjà prise.
wrong-kind = { $kind ->
    [DateTime] Indiquez un instant avec son décalage, comme 2026-03-14T09:30:00Z.
    [UUID] Indiquez un UUID, comme 0199a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b.
    [Date] Indiquez une date, comme 2026-03-14.
    [LocalDateTime] Indiquez une date et une heure locales sans décalage, comme 2026-03-22T02:30:00.
    [Month] Indiquez un mois, comme 2026-03.
    [Minutes] Indiquez un nombre entier de minutes.
    [Decimal] Indiquez un nombre décimal sous forme de texte, comme "1250.50".
    [Locale] Indiquez une langue : ar, fr ou en.
    [TimeZone] Indiquez sous forme de texte le nom d’un fuseau horaire, comme Africa/Casablanca.
    [EmailAddress] Indiquez sous forme de texte une adresse électronique.
    [PhoneNumber] Indiquez sous forme de texte un numéro de téléphone, comme +212600000000.
    [CurrencyCode] Indiquez sous forme de texte une monnaie, comme MAD.
    [CountryCode] Indiquez sous forme de texte un pays, comme MA.
    [URL] Indiquez sous forme de texte une adresse, comme https://example.org/path.
    [Int] Indiquez un nombre entier de -2147483648 à 2147483647.
    [Float] Indiquez un nombre.
    [String] Indiquez un texte.
    [Boolean] Indiquez true (oui) ou false (non).
    [ID] Indiquez un identifiant sous forme de texte.
    [input] Indiquez un objet avec les champs de la saisie.
   *[other] Indiquez une valeur du type { $kind }.
}
unknown-field = La saisie n’a pas de champ de ce nom : voyez le schéma.
unknown-value = Indiquez l’une de ces valeurs : { $known }.
exactly-one = Indiquez exactement un de ces champs, et non null : { $names }.
at-least-one = Indiquez au moins l’un de ces champs : { $names }.
wrong-count = Il en faut de { $least } à { $most }.
count-differs = Il en faut autant que de { $other } : { $count }.
foreign-cursor = Ce curseur n’a pas été donné pour cette liste et cet ordre : commencez sans curseur.
contradiction = Ces valeurs s’excluent : { $detail }.
unknown-time-zone = Le fuseau horaire { $value } n’existe pas ; prenez un nom comme Africa/Casablanca.
unknown-territory = Aucun territoire n’a le code { $value } à cette date.
unknown-term = Le vocabulaire { $vocabulary } n’a pas de terme { $value }.
term-begun = Ce qui était en vigueur ou terminé avant le { $least } n’est pas réécrit : indiquez un jour à partir de cette date.
term-placed = Le terme { $code } garde son niveau ({ $level }) et le terme dont il relève : mettez-y fin et créez-en un autre avec son propre code.
level-order = Un terme du niveau { $level } ne relève pas d’un terme du niveau { $parent } ; l’ordre est { $levels }.
term-outlives = Le terme { $code } serait en vigueur des jours où { $parent } ne l’est pas : mettez fin aux deux, ou faites-les commencer, aux mêmes jours.
invalid-credentials = L’adresse et le mot de passe ne vont pas ensemble.
password-common = Ce mot de passe est parmi les premiers essayés : plusieurs mots inhabituels à la suite se retiennent bien et se devinent mal.
password-personal = Ce mot de passe n’est guère plus qu’un nom : laissez de côté le vôtre, ceux de votre organisation et votre adresse, et prenez plusieurs mots inhabituels.
password-same = C’est le mot de passe que vous avez déjà : prenez-en un autre, ou gardez-le.
password-wrong = Le mot de passe n’est pas le bon.
totp-required = Le compte demande un code en plus du mot de passe : donnez celui de votre application d’authentification, ou un code de secours.
totp-invalid = Le code est faux, trop ancien ou déjà utilisé : attendez le suivant. Si le second facteur est déjà activé, un code de secours convient aussi.
totp-on = Le second facteur est activé : désactivez-le d’abord pour créer un autre secret.
totp-off = Le second facteur est désactivé : créez un secret avec enableTotp et confirmez-le dans l’heure.
verification-invalid = Ce lien est inconnu, utilisé ou trop ancien : demandez un autre courriel.
email-unverified = Confirmez d’abord l’adresse : un courriel avec un code y a été envoyé.
redirect-refused = Ce serveur ne renvoie personne à cette adresse : prenez une de celles que son exploitant permet (identity.providers), ou n’en indiquez aucune.
provider-unreachable = Le fournisseur d’identité ne répond pas comme il le devrait : réessayez dans un moment, ou connectez-vous avec votre mot de passe.
sign-in-invalid = Ce qui revient du fournisseur d’identité est inconnu, déjà utilisé, trop ancien ou commencé ailleurs : recommencez sur cet appareil.
identity-unlinked = Aucun compte n’est lié à cette identité : connectez-vous avec votre mot de passe, puis liez-la dans votre compte. Sans compte, demandez une invitation, ou inscrivez-vous.
identity-taken = Cette identité est liée à un autre compte, ou votre compte à une autre identité de ce fournisseur : déliez d’abord celle-là.
too-many-attempts =
    Trop d’essais manqués : attendez { $minutes ->
        [0] { $seconds ->
            [one] une seconde
           *[other] { $seconds } secondes
        }
        [one] une minute
       *[other] { $minutes } minutes
    }.
session-ended = Connectez-vous : personne n’est connecté, ou la session est terminée.
invitation-invalid = L’invitation est inconnue, utilisée ou trop ancienne : demandez-en une nouvelle.
reset-invalid = Ce code est inconnu, utilisé ou trop ancien : demandez à nouveau un mot de passe.
last-owner = Une organisation garde au moins un propriétaire : nommez-en d’abord un autre.
archived = L’élément est archivé et ne reçoit plus de travail.
shares-not-whole = Les parts de { $vocabulary } font { $sum } % et non exactement 100 %.
merged = La fiche a été fusionnée avec une autre de la même personne : agissez sur celle-ci (mergedInto).
merge-pair = On fusionne deux fiches différentes d’une même organisation : nommez-en deux.
merge-two-people = Deux numéros d’identité nationale différents sont deux personnes ; dites-le avec dismissDuplicate.
merge-keep-identified = Gardez la fiche dont le numéro d’identité nationale est connu : échangez les deux.
merge-two-accounts = Les deux fiches appartiennent à des comptes, et un compte a une seule fiche : gardez celle du compte qui reste, et retirez d’abord l’autre de l’organisation (removeMember).
merge-two-timers = Les deux fiches ont un minuteur en marche : arrêtez-en un d’abord.
merge-two-places = Les deux fiches sont inscrites le { $from } – { $to } : annulez d’abord une inscription.
merge-over = La fiche gardée a été fusionnée depuis avec une autre : annulez d’abord cette fusion.
entry-overlap = { $from ->
    [busy] La personne est occupée ailleurs à ce moment.
   *[other] La saisie chevauche une autre de la même personne ({ $from } – { $to }).
}
daily-cap-exceeded = Le { $day } compterait { $planned } minutes ; le maximum par personne est { $cap }.
in-future = Seul ce qui a eu lieu se saisit : le { $day } est dans l’avenir.
outside-project = Le projet va du { $from } au { $to } ; le { $day } est en dehors.
no-duration = Il ne reste aucune minute de travail : une saisie en compte au moins une, et sa fin suit son début.
break-too-long = La pause de { $break } minutes ne laisse rien de { $gross } minutes.
entry-too-long = Une saisie compte au plus { $most } minutes.
ambiguous-time = L’heure a changé à { $value } : indiquez l’heure avec son décalage.
self-approval = Vous avez saisi ou fait ce travail : une autre personne décide.
entry-approved = La saisie est validée : rectifiez-la ou annulez-la.
wrong-state = { $status ->
    [DRAFT] C’est impossible pour une saisie brouillon.
    [SUBMITTED] C’est impossible pour une saisie soumise.
    [APPROVED] C’est impossible pour une saisie validée.
    [RETURNED] C’est impossible pour une saisie renvoyée.
    [REJECTED] C’est impossible pour une saisie rejetée.
    [VOIDED] C’est impossible pour une saisie annulée.
   *[other] C’est impossible pour une saisie { $status }.
}
amendment-pending = Une correction de cette saisie attend une décision : faites-la décider ou retirez-la d’abord.
nothing-changed = La correction dit déjà ce que dit la saisie. Changez quelque chose, ou laissez-la telle quelle.
reason-required = Indiquez un motif.
rule-self-declared = Une règle ne peut pas valider ce que les personnes déclarent d’elles-mêmes : nommez des niveaux de preuve, sans SELF_DECLARED.
selection-expired = Cette sélection est trop ancienne : demandez-en un nouvel aperçu.
selection-count = La sélection contient { $count } saisies et non { $expected } : demandez-en un nouvel aperçu.
selection-too-large = Plus de { $most } saisies correspondent : affinez le filtre.
period-closed = { $month } est clos pour l’organisation.
period-certified = { $month } est certifié pour l’organisation.
period-not-closed = { $month } n’est pas clos : clôturez-le d’abord.
period-running = { $month } n’est pas terminé : il pourra être clos ensuite.
not-zero = Le mois compte { $entries } saisies : il ne peut pas être déclaré sans travail.
cancelled = C’est annulé.
shift-started = Le créneau a commencé à { $at } : la présence dit ce qui s’est passé.
already-signed-up = Le bénévole est déjà inscrit à ce créneau.
shift-overlap = { $from ->
    [busy] La personne est occupée ailleurs à ce moment-là.
   *[other] La personne a une place dans un autre créneau à ce moment-là ({ $from } – { $to }).
}
capacity-taken = { $taken } places sont prises : annulez d’abord des inscriptions, ou gardez au moins autant de places.
rule-unreadable = { $why ->
    [too-long] La règle de récurrence dépasse { $detail } caractères.
    [missing] Il manque { $detail } à la règle de récurrence. Indiquez-en une comme FREQ=WEEKLY;BYDAY=SA;COUNT=10.
    [two-ends] La règle de récurrence finit deux fois : indiquez COUNT ou UNTIL.
   *[part] La règle de récurrence est illisible ici : { $detail }. Indiquez-en une comme FREQ=WEEKLY;BYDAY=SA;COUNT=10.
}
series-too-long = Une série a une fin (COUNT ou UNTIL) et au plus { $most } créneaux.
first-outside-rule = Le premier créneau commence le { $first }, ce qui n’est pas un des moments de la règle.
token-invalid = Ce n’est pas le code d’un créneau : scannez celui qui est affiché sur place.
token-expired = Ce code a été remplacé par un plus récent : scannez celui qui est affiché maintenant.
check-in-closed = On peut pointer de { $from } à { $to }. Demandez à un coordinateur d’indiquer la présence.
not-checked-in = Le bénévole n’a pas pointé son arrivée pour ce créneau.
attendance-marked = Un coordinateur indique les présences de cette activité : il n’y a pas de code à scanner.
shift-not-begun = Le créneau commence le { $at } : les présences peuvent être indiquées à partir de ce moment.
attendance-recorded = La présence a donné des heures : rectifiez ou annulez la saisie d’heures.
not-signed-up = Le bénévole n’avait pas de place dans ce créneau.
timer-running = { $since ->
    [busy] La personne a un minuteur en marche ailleurs : il faut d’abord l’arrêter.
   *[other] Un minuteur est en marche depuis { $since } : arrêtez-le d’abord.
}
no-timer = Vous n’avez aucun minuteur à arrêter : démarrez-en un d’abord.
timer-over-long = Le minuteur a tourné { $minutes } minutes ; au-delà de { $most }, il faut vérifier : indiquez quand le travail a pris fin.
timer-state = Cela n’est pas possible pour un minuteur dont l’état est { $status }.
parts-not-whole = Les parts par { $dimension } font { $sum } ({ $what }) et le total est { $total } : nommez UNKNOWN ce qui n’est pas connu.
unknown-category = Le vocabulaire { $vocabulary } n’a pas de terme { $value } au { $day } : indiquez le code d’un terme en vigueur ce jour-là, ou UNKNOWN.
code-reserved = Le code { $value } est réservé au catalogue, comme tous ceux qui commencent par { $kept } : choisissez un autre code, ou mesurez par l’indicateur du catalogue.
evidence-kind = Les octets du fichier ne sont d’aucune de ces sortes : { $known }. Enregistrez-le ou numérisez-le ainsi.
evidence-too-large = Le fichier dépasse { $most } octets : envoyez un scan plus petit, ou plusieurs fichiers.
evidence-active = Le fichier agirait de lui-même ({ $found }) : imprimez-le en PDF, ou enregistrez-le sans cela.
evidence-opaque = Le fichier est endommagé, protégé ou impossible à examiner ({ $found }) : imprimez-le en PDF ou enregistrez-le à nouveau.
measurement-overlap = La période partage des jours avec { $from } – { $to } : les périodes ne se chevauchent pas.
measurement-approved = Ce chiffre est validé : renvoyez-le avant de l’écrire de nouveau.
measurement-returned = Ce chiffre a été renvoyé : il s’écrit de nouveau avant d’être validé.
indicator-derived = Cet indicateur est calculé à partir des heures : personne ne le mesure.
outside-place = Le lieu est en dehors du lieu du projet.
batch-undone = Cet élément était correct ; un autre du lot ne l’était pas, donc rien n’a été écrit.
duplicate-row = La même ligne existe déjà : comptée une fois (ligne { $line }).
wrong-columns = Colonnes de la ligne : { $found }, de l’en-tête : { $expected }.
unknown-volunteer = Aucun bénévole ne correspond à { $value }.
unknown-project = Aucun projet n’a le code { $value }.
unreadable-file = { $why ->
    [empty] Le fichier n’a pas d’en-tête : sa première ligne nomme les colonnes.
    [utf16] Le fichier est en UTF-16 (« texte Unicode ») : enregistrez-le en CSV UTF-8.
    [not-utf8] À partir de la ligne { $line }, le fichier n’est pas en UTF-8, peut-être en Latin-1 : enregistrez-le en CSV UTF-8.
    [endless-row] La ligne qui commence au rang { $line } ne finit pas : un guillemet n’est peut-être jamais fermé.
    [damaged] Le classeur est abîmé : ouvrez-le dans un tableur et enregistrez-le de nouveau, ou en CSV UTF-8. ({ $detail })
   *[system] Le système ne peut pas ouvrir le fichier. ({ $detail })
}
workbook-protected = Le classeur est protégé par un mot de passe : enregistrez-le sans, puis renvoyez-le.
workbook-format = Les fichiers { $found } ne sont pas lus : enregistrez-le comme classeur Excel (.xlsx) ou CSV UTF-8.
workbook-too-large = { $bound ->
    [rows] La feuille a plus de { $most } lignes : divisez-la, ou enregistrez-la en CSV UTF-8.
    [columns] La feuille a des valeurs au-delà de la colonne { $most } : retirez ce qui se trouve à côté du tableau.
    [cells] La feuille a plus de { $most } cellules : retirez les cellules vides mises en forme, ou enregistrez-la en CSV UTF-8.
    [parts] Le classeur a plus de { $most } parties : enregistrez la feuille en CSV UTF-8.
    [sheets] Le classeur a plus de { $most } feuilles : enregistrez celle qu’il vous faut en CSV UTF-8.
    [tag] Une ligne de la liste des parties du classeur a plus de { $most } octets : enregistrez la feuille en CSV UTF-8.
    [packed] Le classeur a plus de { $most } octets : divisez-le, ou enregistrez la feuille en CSV UTF-8.
    [ratio] Une partie du classeur se décompresse à plus de { $most } fois sa taille : enregistrez la feuille en CSV UTF-8.
    [strings] Le classeur contient plus de { $most } octets de textes : divisez-le, ou enregistrez-le en CSV UTF-8.
   *[bytes] Le classeur se décompresse à plus de { $most } octets : divisez-le, ou enregistrez la feuille en CSV UTF-8.
}
unknown-sheet = Il n’y a pas de feuille « { $value } » : le classeur a { $known }.
cell-error = La cellule contient l’erreur { $value } du tableur : corrigez sa formule, ou écrivez la valeur.
date-format = { $value } n’est pas une date AAAA-MM-JJ ; si le fichier écrit jj/mm/aaaa, déclarez-le (dateFormat: DAY_MONTH_YEAR, ou --date-format dd/mm/yyyy).
ambiguous-volunteer = Plusieurs bénévoles s’appellent { $value } : indiquez la référence.
missing-column = { $column ->
    [date] Il manque une colonne pour la date (date, jour).
    [project] Il manque une colonne pour le projet (projet, code projet).
    [code] Il manque une colonne pour le code du projet (code projet).
    [worker] Aucune colonne ne dit qui a travaillé : donnez la référence du bénévole (réf. bénévole), le nom (bénévole) ou un effectif (effectif).
    [reference] Il manque une colonne pour le numéro du bénévole (référence) : par lui, la même ligne reste le même bénévole.
    [name] Il manque une colonne pour le nom (nom, nom arabe).
    [duration] Il manque une colonne pour le temps : donnez la durée (durée, minutes), ou début et fin.
    [title] Il manque une colonne pour l’intitulé (titre).
    [commune] Il manque une colonne pour la commune (commune).
    [starts-on] Il manque une colonne pour le premier jour (date de début).
   *[other] Il manque la colonne { $column }.
}
file-too-large = Le fichier dépasse { $most } octets : divisez-le, ou importez-le sur le serveur.
import-over = Cet import a été abandonné ou annulé : envoyez le fichier à nouveau.
import-decided = Ligne { $line } : la saisie a fait l’objet d’une décision depuis. Annulez-la d’abord ; rien n’a été retiré.
import-changed = Ligne { $line } : ce que l’import a écrit a été modifié depuis ; rien n’a été retiré.
import-used = Ligne { $line } : { $value } a des heures ou des places dans des créneaux, ou a repris une autre fiche ; rien n’a été retiré.
job-state = Cela n’est pas possible maintenant : le travail est terminé, a été annulé ou n’a pas échoué.
too-many-jobs = { $most } fichiers sont déjà en préparation pour vous : attendez-en un, ou annulez-en un.
cron-unfit = Une programmation ne peut pas suivre { $value }.
schedule-ended = La programmation a pris fin : créez-en une autre.
too-many-schedules = Vous avez déjà { $most } programmations : mettez d’abord fin à l’une d’elles.
mail-unset = Aucun serveur de courrier n’est configuré ici : demandez à qui gère le serveur de renseigner mail.host et mail.from. Les fichiers de rapports peuvent aller dans un dossier.
mail-refused = Le serveur de courrier a refusé le message : { $reason }. Vérifiez l’adresse.
too-many-letters = En un jour, { $most } courriels au plus partent au nom d’une personne : réessayez demain, ou réduisez le nombre d’adresses.
letter-needed = Les courriels de cette sorte protègent un compte : ils ne peuvent pas être désactivés.
folder-unset = Aucun dossier de livraison n’est configuré ici : demandez à qui gère le serveur de renseigner deliveries.folder.
path-unfit = { $value } n’est pas un chemin sous un dossier : donnez des noms faits de lettres, de chiffres, de -, de _ et de points à l’intérieur, séparés par /, comme province/indh.
delivery-file-gone = Le fichier n’est plus conservé : faites produire le rapport à nouveau.
other-question = Les deux instantanés répondent à des questions différentes : comparez ceux d’un même rapport, territoire, organisation, intervalle et mêmes états.
question-unfit = Le rapport { $report } prend ici { $takes }, et non { $given }.
same-dimension = Les lignes et les colonnes doivent différer, sans être toutes deux des termes d’un même vocabulaire, comme programmes et axes : choisissez une autre dimension pour les colonnes, ou aucune.
too-many-fields = Le tableau aurait plus de { $most } cases : choisissez un intervalle plus court, une organisation, un territoire plus petit ou une autre dimension.
unknown-edition = Aucune édition ne s’appelle { $value } : donnez un trimestre, comme 2026-Q1, ou une année, comme 2026.
cell-coordinates = Un nombre se trouve au croisement d’une ligne et d’une colonne : donnez au plus deux coordonnées, de dimensions et de vocabulaires différents, ou PROGRAMME, TERRITORY et MONTH pour les croisements du rapport INDH ; aucune pour le total.
unknown-member = { $known ->
    [none] Le rapport n’a pas de { $value } sous { $dimension } : donnez la clé d’une ligne ou d’une colonne telle que hoursReport la renvoie, son code, ou NONE.
   *[other] Le rapport n’a pas de { $value } sous { $dimension }, qui distingue { $known } et d’autres : donnez l’un de ces codes, la clé d’une ligne ou d’une colonne telle que hoursReport la renvoie, ou NONE.
}
job-failed = L’opération a échoué { $attempts } fois de notre côté : réessayez plus tard, ou prévenez l’administrateur de la plateforme.
contract-under-age = Le volontariat contractuel est réservé aux personnes de { $least } ans ou plus : le { $day }, premier jour, le volontaire est plus jeune. Faites débuter le contrat plus tard, ou corrigez la date de naissance dans la fiche.
contract-birth-date = L’âge au premier jour ne peut pas être vérifié : saisissez d’abord la date de naissance dans la fiche du volontaire.
contract-signed-late = Le contrat a été signé le { $signed }, après son premier jour : faites-le débuter le { $signed } ou plus tard.
contract-not-accredited = Une organisation privée a besoin d’une accréditation valable le { $day }, premier jour : enregistrez-la (recordAccreditation) ou faites débuter le contrat plus tard. Un organisme public n’en a pas besoin : indiquez-le dans la nature de l’organisation.
contract-overlap = Le contrat { $number } de ce volontaire pour la même mission court du { $from } au { $to } : mettez-y fin d’abord, choisissez d’autres jours ou nommez une autre mission.
contract-incident = Un incident du { $day } est enregistré sous ce contrat : faites que le contrat couvre ce jour, ou retirez l’incident (recordIncident avec voidReason).
incident-day = Un incident a lieu un jour couvert par son contrat, et non dans l’avenir : le contrat { $number } court du { $from } au { $to }, et nous sommes le { $today }.
incident-days-lost = { $severity } ne va pas avec { $days } jours perdus : une incapacité temporaire en compte au moins un, une incapacité permanente un nombre quelconque ; ce qui est sans dommage ou sans arrêt, et un décès, n’en comptent pas.
mend-iris-code = Un code IRIS+ a deux lettres majuscules et quatre chiffres, comme OI1166.
mend-indicator-code = Prenez seulement des lettres de A à Z, des chiffres, -, _ et ., comme EMPLOIS-2026.
mend-whole-number = L’indicateur compte : indiquez un nombre entier, comme 12.
mend-amount = Indiquez un montant à deux décimales au plus, comme 1250.50.
mend-yes-or-no = Indiquez 1 pour oui ou 0 pour non.
mend-number = Indiquez un nombre à six décimales au plus, inférieur à 9000000000000, comme 12.5.
mend-denominator = Un PERCENTAGE est une partie d’un tout : indiquez la partie dans value et le tout dans denominator.
mend-no-denominator = Seul un indicateur du type PERCENTAGE a un total de référence : n’en indiquez pas.
mend-not-added = Ce qui est PERCENTAGE ou YES_NO ne s’additionne jamais : prenez pour overTime et overPlace autre chose que SUM, comme AVERAGE.
mend-cumulative-last = Une valeur CUMULATIVE contient tout ce qui précède : prenez LAST pour overTime.
mend-not-broken-down = L’indicateur ne se ventile pas : omettez parts.
mend-category-once = Nommez chaque catégorie d’une dimension une seule fois, avec tout ce qui en relève.
mend-own-dimension = CUSTOM est le vocabulaire que nomme l’indicateur : indiquez son code, par exemple ICNP_TSO, ou omettez CUSTOM.
mend-shares-follow = De nouvelles parts succèdent aux dernières fixées, qui commencent le { $since } : les chiffres d’avant restent ce qu’ils étaient. Indiquez le { $least } ou un jour plus tard.
mend-shares-closed = Ses heures gardent les parts avec lesquelles elles ont été closes : indiquez un jour après le dernier mois clos qui a des heures du projet.
mend-title-or-none = Le titre peut manquer, mais pas être vide.
mend-rows-of-hours = Le rapport HOURS se présente par lignes : nommez une dimension, comme PROGRAMME ou MONTH.
mend-place = Nommez un territoire par son code, comme MA, 07 ou 07.041. Seuls CONTRACTUAL_VOLUNTEERING et DATA_QUALITY s’en passent, quand une organisation est nommée.
mend-one-organization = Vous ne pouvez pas compter tout ce territoire, et une réponse sur quelques organisations n’est pas figée : nommez-en une dont vous pouvez lire les chiffres.
nothing-to-certify = Ce bénévole n’a pas d’heures validées sur cette période : faites-les valider d’abord, ou choisissez d’autres jours.
nothing-measured = Aucun projet n’a de mesure validée ni de cible sur cette période : faites valider des mesures d’abord, ou choisissez d’autres jours.
certificate-revoked = Ce certificat est déjà retiré, et il le reste : établissez-en un nouveau.
holder-chooses = Seul le titulaire peut laisser voir davantage d’un certificat : retirez ce qui n’était pas montré.
mend-cron-fields = Donnez cinq champs : minute, heure, jour du mois, mois, jour de la semaine, comme 0 7 1 * * pour sept heures le premier de chaque mois.
mend-cron-minute = Donnez une seule minute de 0 à 59 comme premier champ : une programmation s’exécute au plus une fois par heure.
mend-cron-never = Aucun jour ne porte cette date : donnez-en une que le calendrier connaît.
webhook-url = Rien n’est envoyé à « { $value } ».
too-many-webhooks = L’organisation a déjà { $most } webhooks : supprimez-en un d’abord.
too-many-api-tokens = Vous avez { $most } jetons d’API en vigueur ou créés en un jour : révoquez-en un d’abord, ou attendez.
too-many-consents = En un jour, { $most } déclarations au plus sont consignées pour une fiche ou un compte : la dernière vaut ; réessayez demain.
account-of-another = Sous son propre compte, seule la personne concernée se prononce : indiquez comment elle vous l’a dit, PAPER, ONLINE ou SPOKEN.
token-scope = Il manque au jeton d’API une portée que `{ $field }` demande ({ $scope }) : créez-en un qui l’a.
token-never = Aucun jeton d’API ne peut faire cela : connectez-vous.
webhook-disabled = Le webhook est désactivé, car il a échoué trop longtemps : réactivez-le d’abord.
mend-webhook-url = Donnez une URL complète comme https://example.org/hooks, de 2000 caractères au plus, sans utilisateur, ni mot de passe, ni partie après #.
mend-webhook-https = Donnez une URL qui commence par https://.
mend-webhook-port = Donnez le port 443, ou un port à partir de 1024.
mend-webhook-public = Donnez un hôte que tout le monde atteint : les adresses des réseaux privés et de la machine elle-même ne sont pas acceptées.
store-refused = Le stockage des envois ne laisse entrer personne : demandez à qui gère le serveur de corriger deliveries.s3_key_id et deliveries.s3_secret, puis réessayez.
erasure-open = Une demande d’effacement de ces données est déjà ouverte : décidez-la ou retirez-la.
erasure-state = Cette demande a déjà été décidée, retirée ou exécutée : voyez son état.
account-held = Des organisations vous comptent encore : quittez-les et faites d’abord effacer vos fiches. Un propriétaire transmet auparavant l’organisation.
record-erased = Les données personnelles de cette fiche ont été effacées : créez plutôt une nouvelle fiche pour la personne.
