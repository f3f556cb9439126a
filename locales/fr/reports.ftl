report-report = Rapport
report-indh = Heures bénévoles par programme de l’INDH
report-territory-code = Code du territoire
report-territory = Territoire
report-organization = Organisation
report-from = Du
report-to = Au
report-coverage = Couverture
report-coverage-territory = Toutes les heures du territoire
report-coverage-organizations = Seulement les heures de l’organisation demandée, ou des vôtres
report-coverage-observed = Les heures de vos organisations, et toutes celles des parties du territoire que vous observez
report-status-basis = États comptés
report-as-of = État à l’instant
report-time-zone = Fuseau horaire
report-week-start = Début de semaine
report-day-rule = Règle des jours
report-totals = Totaux
report-by-programme = Par programme
report-by-territory = Par territoire
report-by-month = Par mois
report-completeness = Complétude, en mois d’organisation
report-programme-code = Code du programme
report-programme = Programme
report-no-programme = Sans programme
report-month = Mois
report-minutes = Minutes
report-hours = Heures
report-group-minutes = Minutes de groupes
report-entries = Saisies
report-participations = Participations
report-distinct-volunteers = Bénévoles distincts
report-projects = Projets
report-organizations = Organisations
report-expected = Attendus
report-reporting = Déclarés avec heures
report-declared-zero = Déclarés sans heures
report-late = En retard
report-by-evidence = Par niveau de preuve
report-evidence-level = Code du niveau de preuve
report-evidence = Niveau de preuve
report-self-declared = Déclaré par le bénévole
report-coordinator-attested = Attesté par un coordinateur
report-imported = Importé d’un fichier
report-checked-in = Arrivée pointée sur place
report-checked-in-and-out = Arrivée et départ pointés sur place
report-status = { $status ->
    [DRAFT] Brouillons
    [SUBMITTED] Soumises
    [APPROVED] Validées
    [RETURNED] Renvoyées
   *[other] { $status }
}
report-week-start-monday = Lundi
report-day-rule-midnight = Le travail qui passe minuit est partagé à minuit, heure locale
