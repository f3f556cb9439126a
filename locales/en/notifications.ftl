# What users are told.

notification-activity-cancelled = “{ $title }” does not take place: { $reason }. Your place is cancelled; the first shift would have been on { $starts }.
notification-shift-cancelled = The shift of “{ $title }” on { $starts } does not take place: { $reason }.
notification-shift-moved = The shift of “{ $title }” has other times: from { $starts } to { $ends }.
notification-signup-promoted = A place became free, and it is yours: “{ $title }” on { $starts }.
notification-signed-up = You were signed up for “{ $title }” on { $starts }.
notification-signup-cancelled = Your sign-up for “{ $title }” on { $starts } was taken back.
notification-schedule-failed = The report “{ $title }” of { $starts } was not made: the history of the schedule says why.
notification-schedule-overdue = The report “{ $title }” of { $starts } is still not made: it should have been an hour after it was due.
notification-delivery-failed = The report “{ $title }” of { $starts } did not arrive where it goes: the history of the schedule says why.
notification-webhook-failing = The webhook at “{ $title }” takes nothing since { $starts }: an event was given up after a day. Its deliveries say why.
notification-webhook-disabled = The webhook at “{ $title }” takes nothing since { $starts } and is told of nothing more: mend it, then enable it again.
notification-hours-returned = Hours on “{ $title }” ({ $starts } to { $ends }) were returned: { $reason }
notification-erasure-requested = Somebody asked on { $starts } that personal data at “{ $title }” be erased. It waits for your decision, and should be carried out by { $ends }.
notification-erasure-approved = The request of { $starts } that personal data at “{ $title }” be erased was approved: it is carried out from { $ends } on, and can be taken back until then.
notification-erasure-refused = The request of { $starts } that personal data at “{ $title }” be erased was refused: the request says why.
