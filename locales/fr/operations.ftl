# Ce qui empêche une opération d’aller à son terme.

operation-timed-out = L’opération a été arrêtée après { $seconds } s : demandez moins à la fois.
operation-throttled = Vous avez beaucoup demandé pendant la dernière minute : redemandez après { $seconds } s.
operation-too-complex = { $what ->
    [aliases] L’opération compte { $found } alias ; le maximum est { $most }. Demandez moins à la fois.
    [directives] L’opération compte { $found } directives ; le maximum est { $most }. Demandez moins à la fois.
    [tokens] L’opération compte plus de { $most } jetons lexicaux. Demandez moins à la fois.
    [brackets] L’opération imbrique plus de { $most } parenthèses, crochets ou accolades. Demandez moins à la fois.
    [selections] L’opération compte { $found } sélections ; le maximum est { $most }. Demandez moins à la fois.
    [nesting] L’opération compte { $found } sélections imbriquées ; le maximum est { $most }. Demandez moins à la fois.
    [root-fields] L’opération compte { $found } champs racine ; le maximum est { $most }. Demandez moins à la fois.
    [levels] L’opération compte { $found } niveaux ; le maximum est { $most }. Demandez moins à la fois.
    [lists] L’opération compte { $found } listes imbriquées ; le maximum est { $most }. Demandez moins à la fois.
    [descriptions] L’opération décrit le schéma { $found } fois ; une fois suffit. Demandez-le sous un seul nom.
    [dear] L’opération compte { $found } champs au calcul coûteux ; le maximum est { $most }. Répartissez-les sur plusieurs opérations.
   *[cost] L’opération compte { $found } points de coût ; le maximum est { $most }. Demandez moins à la fois.
}
bearer-needed = L’en-tête `Authorization` doit contenir un jeton (Bearer).
token-ended = Le jeton n’est pas valable, ou ne l’est plus : connectez-vous de nouveau.
# Un refus d’un champ, là où il n’est pas à côté du champ.
of-field = `{ $field }` : { $sentence }
