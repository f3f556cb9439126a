clocks-back = Les horloges ont reculé de { $minutes } minutes le { $at } : le travail a duré plus que ne le montre l’horloge, et la journée compte { $day } minutes.
clocks-forward = Les horloges ont avancé de { $minutes } minutes le { $at } : le travail a duré moins que ne le montre l’horloge, et la journée compte { $day } minutes.
