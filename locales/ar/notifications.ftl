# ما يبلغ به المستخدمون.

notification-activity-cancelled = لن يقام «{ $title }»: { $reason }. ألغي مكانك؛ وكانت الحصة الأولى ستكون في { $starts }.
notification-shift-cancelled = لن تقام حصة «{ $title }» في { $starts }: { $reason }.
notification-shift-moved = تغيرت أوقات حصة «{ $title }»: من { $starts } إلى { $ends }.
notification-signup-promoted = أصبح مكان شاغرا وهو لك: «{ $title }» في { $starts }.
notification-signed-up = تم تسجيلك في «{ $title }» في { $starts }.
notification-signup-cancelled = سحب تسجيلك في «{ $title }» في { $starts }.
notification-schedule-failed = لم يُنجز التقرير «{ $title }» لموعد { $starts }: سجل الجدولة يبين السبب.
notification-schedule-overdue = ما زال التقرير «{ $title }» لموعد { $starts } غير منجز: كان ينبغي إنجازه خلال ساعة من موعده.
notification-delivery-failed = لم يصل التقرير «{ $title }» لموعد { $starts } إلى وجهته: سجل الجدولة يبين السبب.
notification-webhook-failing = لا يستلم خطاف الويب لدى «{ $title }» شيئا منذ { $starts }: تُرك حدث بعد يوم من المحاولات. سجل إرسالاته يبين السبب.
notification-webhook-disabled = لا يستلم خطاف الويب لدى «{ $title }» شيئا منذ { $starts } ولم يعد يُخبَر بشيء: أصلحوه ثم أعيدوا تفعيله.
notification-hours-returned = أُعيدت ساعات في «{ $title }» (من ⁨{ $starts }⁩ إلى ⁨{ $ends }⁩): { $reason }
notification-erasure-requested = في ⁨{ $starts }⁩ طُلب محو بيانات شخصية لدى «{ $title }». ينتظر الطلب قراركم، وينبغي تنفيذه في أجل أقصاه ⁨{ $ends }⁩.
notification-erasure-approved = قُبل الطلب المقدم في ⁨{ $starts }⁩ لمحو بيانات شخصية لدى «{ $title }»: يُنفَّذ ابتداء من ⁨{ $ends }⁩، ويمكن سحبه إلى ذلك الحين.
notification-erasure-refused = رُفض الطلب المقدم في ⁨{ $starts }⁩ لمحو بيانات شخصية لدى «{ $title }»: وسبب الرفض مبيَّن في الطلب.
