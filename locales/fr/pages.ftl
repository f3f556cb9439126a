home-lead = Les heures des bénévoles, saisies une fois, validées par des personnes et restituées par territoire à la manière de l’Initiative nationale pour le développement humain.
home-graphiql = interroger l’interface, avec documentation et exemples.
home-schema = tout ce qui peut être demandé, en texte.
home-health = si le serveur est prêt.
home-sources = Territoires et population : Haut-Commissariat au Plan (Maroc), recensements généraux de 2014 et 2024.
file-gone = Ce lien a expiré ou n’a jamais existé : demandez de nouveau l’export pour en avoir un autre.
