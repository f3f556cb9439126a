# Les lettres.

mail-report-subject = { $title } : du { $from } au { $to }
mail-report-hello = Bonjour,
mail-report-what = le rapport « { $title } » du { $from } au { $to } est prêt.
mail-report-enclosed = Il est joint à cette lettre, sous le nom { $file }.
mail-report-large = Il est trop volumineux pour une lettre.
mail-report-link = Ce lien l’ouvre à quiconque le détient, jusqu’au { $until } :
mail-report-fetch = Télécharger le rapport
mail-report-why = Vous recevez cette lettre parce que quelqu’un, sur { $site }, fait envoyer ce rapport à votre adresse. Si vous n’en voulez pas, dites-le-lui.
