# ما يبلغ به المستخدمون.

notification-activity-cancelled = لن يقام «{ $title }»: { $reason }. ألغي مكانك؛ وكانت الحصة الأولى ستكون في { $starts }.
notification-shift-cancelled = لن تقام حصة «{ $title }» في { $starts }: { $reason }.
notification-shift-moved = تغيرت أوقات حصة «{ $title }»: من { $starts } إلى { $ends }.
notification-signup-promoted = أصبح مكان شاغرا وهو لك: «{ $title }» في { $starts }.
notification-signed-up = تم تسجيلك في «{ $title }» في { $starts }.
notification-signup-cancelled = سحب تسجيلك في «{ $title }» في { $starts }.
