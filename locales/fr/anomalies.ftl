anomaly-daily-cap-near = Le { $day } compte { $minutes } minutes de cette personne, près du plafond de { $cap }.
anomaly-identical-rows = La même saisie figure { $entries } fois ce jour-là, pour { $people } personnes ({ $own } fois pour celle-ci).
anomaly-round-number-bias = { $wholeHours } des { $entries } dernières saisies de ce bénévole en { $days } jours sont des heures entières.
anomaly-entered-by-approver = Vous avez écrit ou modifié cette saisie : une autre personne décide.
anomaly-late = Elle a été saisie { $days } jours après le travail.
anomaly-night = { $minutes } minutes se situent entre minuit et cinq heures du matin.
anomaly-long-without-break = { $minutes } minutes sans pause.
anomaly-large-group = Un groupe de { $people } personnes que personne ne nomme.
