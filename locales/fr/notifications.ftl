# Ce qui est annoncé aux utilisateurs.

notification-activity-cancelled = « { $title } » n’aura pas lieu : { $reason }. Votre place est annulée ; le premier créneau aurait été le { $starts }.
notification-shift-cancelled = Le créneau de « { $title } » du { $starts } n’aura pas lieu : { $reason }.
notification-shift-moved = Le créneau de « { $title } » a de nouveaux horaires : du { $starts } au { $ends }.
notification-signup-promoted = Une place s’est libérée, et elle est à vous : « { $title } » le { $starts }.
notification-signed-up = Vous avez été inscrit à « { $title } » le { $starts }.
notification-signup-cancelled = Votre inscription à « { $title } » le { $starts } a été retirée.
notification-schedule-failed = Le rapport « { $title } » du { $starts } n’a pas été produit : l’historique de la programmation dit pourquoi.
notification-schedule-overdue = Le rapport « { $title } » du { $starts } n’est toujours pas produit : il aurait dû l’être une heure après son échéance.
notification-delivery-failed = Le rapport « { $title } » du { $starts } n’est pas arrivé à destination : l’historique de la programmation dit pourquoi.
notification-webhook-failing = Le webhook chez « { $title } » ne prend plus rien depuis { $starts } : un événement a été abandonné après un jour. Ses envois disent pourquoi.
notification-webhook-disabled = Le webhook chez « { $title } » ne prend plus rien depuis { $starts } et ne reçoit plus d’événements : réparez-le, puis réactivez-le.
notification-hours-returned = Des heures sur « { $title } » (du { $starts } au { $ends }) ont été renvoyées : { $reason }
notification-erasure-requested = Le { $starts }, l’effacement de données personnelles auprès de « { $title } » a été demandé. La demande attend votre décision et devrait être exécutée au plus tard le { $ends }.
notification-erasure-approved = La demande du { $starts } d’effacer des données personnelles auprès de « { $title } » a été acceptée : elle sera exécutée à partir du { $ends } et peut être retirée jusque-là.
notification-erasure-refused = La demande du { $starts } d’effacer des données personnelles auprès de « { $title } » a été refusée : la demande dit pourquoi.
