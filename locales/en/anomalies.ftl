anomaly-daily-cap-near = { $day } holds { $minutes } minutes of this person, close to the cap of { $cap }.
anomaly-identical-rows = The same row stands there { $entries } times on that day, for { $people } people ({ $own } times for this one).
anomaly-round-number-bias = { $wholeHours } of the last { $entries } entries of this volunteer in { $days } days are whole hours.
anomaly-entered-by-approver = You wrote or changed this entry: somebody else decides.
anomaly-late = It was recorded { $days } days after the work.
anomaly-night = { $minutes } minutes lie between midnight and five in the morning.
anomaly-long-without-break = { $minutes } minutes without a break.
anomaly-large-group = A group of { $people } people whom nobody names.
