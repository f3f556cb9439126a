clocks-back = Clocks went back by { $minutes } minutes at { $at }: the work lasted longer than the wall clock shows, and the day has { $day } minutes.
clocks-forward = Clocks went forward by { $minutes } minutes at { $at }: the work was shorter than the wall clock shows, and the day has { $day } minutes.
