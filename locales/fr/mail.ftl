# Les courriels.

mail-report-subject = { $title } : du { $from } au { $to }
mail-report-hello = Bonjour,
mail-report-what = le rapport « { $title } » du { $from } au { $to } est prêt.
mail-report-enclosed = Il est joint à ce message, sous le nom { $file }.
mail-report-large = Il est trop volumineux pour un courriel.
mail-report-link = Ce lien l’ouvre à quiconque le détient, jusqu’au { $until } :
mail-report-fetch = Télécharger le rapport
mail-report-why = Vous recevez ce message parce que { $owner } fait envoyer ce rapport à votre adresse par { $site }. Si vous n’en voulez pas, dites-le-lui.
