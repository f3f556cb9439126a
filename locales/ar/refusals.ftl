not-found = هذا العنصر غير موجود أو لا يحق لكم الاطلاع عليه.
forbidden = دوركم لا يسمح بذلك.
version-conflict = تغيّر العنصر في هذه الأثناء (النسخة { $current }): راجعوه ثم أعيدوا المحاولة.
idempotency-conflict = استُعمل مفتاح التكرار هذا لمحتوى آخر: استعملوا مفتاحًا جديدًا.
required = يجب إدخال قيمة.
too-long = الحد الأقصى هو { $most }.
too-short = يلزم { $least } حرفًا على الأقل.
invalid-format = هذه القيمة غير صالحة: { $value }.
out-of-range = يجب أن تكون القيمة بين { $least } و{ $most }.
taken = هذه القيمة مستعملة من قبل.
contradiction = هذه القيم متعارضة: { $detail }.
unknown-time-zone = لا توجد منطقة زمنية باسم { $value }؛ استعملوا اسمًا مثل Africa/Casablanca.
unknown-territory = لا يوجد تراب بالرمز { $value } في ذلك اليوم.
unknown-term = لا يوجد المصطلح { $value } في اللائحة { $vocabulary }.
invalid-credentials = البريد الإلكتروني وكلمة المرور غير متطابقين.
too-many-attempts = محاولات فاشلة كثيرة: انتظروا { $minutes } دقيقة.
session-ended = سجّلوا الدخول: لا أحد مسجل الدخول، أو انتهت الجلسة.
invitation-invalid = الدعوة غير معروفة أو مستعملة أو قديمة: اطلبوا دعوة جديدة.
last-owner = يجب أن يبقى للمنظمة مالك واحد على الأقل: عيّنوا مالكًا آخر أولًا.
archived = العنصر مؤرشف ولا يقبل عملًا جديدًا.
shares-not-whole = مجموع حصص { $vocabulary } هو { $sum } % وليس 100 % بالضبط.
entry-overlap = { $from ->
    [busy] الشخص مشغول في مكان آخر في ذلك الوقت.
   *[other] تتداخل الساعات مع تسجيل آخر للشخص نفسه ({ $from } – { $to }).
}
daily-cap-exceeded = سيصبح مجموع يوم { $day } { $planned } دقيقة؛ الحد الأقصى للشخص هو { $cap }.
in-future = تُسجَّل الساعات بعد العمل: يوم { $day } في المستقبل.
outside-project = يمتد المشروع من { $from } إلى { $to }؛ ويوم { $day } خارج هذه المدة.
no-duration = لا تبقى أي دقيقة عمل: المدخل دقيقة واحدة على الأقل، ونهايته بعد بدايته.
break-too-long = استراحة { $break } دقيقة لا تترك شيئًا من { $gross } دقيقة.
entry-too-long = لا يتجاوز التسجيل الواحد { $most } دقيقة.
ambiguous-time = تغيّرت الساعة عند { $value }: أدخلوا الوقت مع فارق التوقيت.
self-approval = أنتم من سجّل هذا العمل أو قام به: القرار لشخص آخر.
entry-approved = التسجيل مصادق عليه: صحّحوه بتعديل أو ألغوه.
wrong-state = لا يمكن القيام بذلك لتسجيل حالته { $status }.
amendment-pending = هناك تصحيح لهذا التسجيل ينتظر قرارا: اطلبوا البت فيه أو اسحبوه أولا.
nothing-changed = التصحيح لا يغير شيئا مما ورد في التسجيل. غيّروا شيئا أو اتركوه كما هو.
reason-required = يجب ذكر السبب.
rule-self-declared = لا يمكن لقاعدة أن تصادق على ما يصرّح به الأشخاص عن أنفسهم: حدّدوا مستويات الإثبات دون SELF_DECLARED.
selection-expired = هذا التحديد قديم جدا: اطلبوا معاينة جديدة.
selection-count = عدد التسجيلات في التحديد { $count } لا { $expected }: اطلبوا معاينة جديدة.
selection-too-large = التسجيلات المطابقة أكثر من { $most }: ضيّقوا التصفية.
period-closed = شهر { $month } مغلق بالنسبة للمنظمة.
period-certified = شهر { $month } مصادق عليه بالنسبة للمنظمة.
period-not-closed = شهر { $month } غير مغلق: أغلقوه أولًا.
period-running = لم ينته شهر { $month } بعد: يمكن إغلاقه بعد انتهائه.
not-zero = يضم الشهر { $entries } تسجيلًا للساعات: لا يمكن التصريح بأنه بلا عمل.
cancelled = تم الإلغاء.
shift-started = بدأت الحصة في { $at }: الحضور هو الذي يبين ما جرى.
already-signed-up = المتطوع مسجل في هذه الحصة من قبل.
shift-overlap = { $from ->
    [busy] الشخص مشغول في مكان آخر في ذلك الوقت.
   *[other] للشخص مكان في حصة أخرى في ذلك الوقت ({ $from } – { $to }).
}
capacity-taken = { $taken } أماكن محجوزة: ألغ تسجيلات أولا، أو أبق على هذا العدد من الأماكن على الأقل.
rule-unreadable = لا يمكن قراءة قاعدة التكرار: { $detail }.
series-too-long = للسلسلة نهاية (COUNT أو UNTIL) وعدد حصصها { $most } على الأكثر.
first-outside-rule = تبدأ الحصة الأولى في { $first }، وليس هذا من أوقات القاعدة.
token-invalid = هذا ليس رمز حصة: امسحوا الرمز المعروض في المكان.
token-expired = استُبدل هذا الرمز برمز أحدث: امسحوا الرمز المعروض الآن.
check-in-closed = يمكن تسجيل الحضور من { $from } إلى { $to }. اطلبوا من منسق أن يسجل الحضور.
not-checked-in = لم يسجل المتطوع حضوره في هذه الحصة.
attendance-marked = المنسق هو الذي يسجل الحضور في هذا النشاط: لا رمز للمسح.
shift-not-begun = تبدأ الحصة في { $at }: يمكن تسجيل الحضور ابتداء من ذلك.
attendance-recorded = صارت من هذا الحضور ساعات: صححوا مدخل الساعات أو ألغوه.
not-signed-up = لم يكن للمتطوع مكان في هذه الحصة.
timer-running = { $since ->
    [busy] لدى الشخص مؤقت يعمل في مكان آخر: يجب إيقافه أولًا.
   *[other] هناك مؤقت يعمل منذ { $since }: أوقفوه أولًا.
}
no-timer = ليس لديكم مؤقت لإيقافه: ابدؤوا مؤقتًا أولًا.
timer-over-long = عمل المؤقت { $minutes } دقيقة؛ وما زاد على { $most } يحتاج إلى مراجعة: حدّدوا متى انتهى العمل.
timer-state = لا يمكن القيام بذلك لمؤقت حالته { $status }.
duplicate-row = السطر نفسه موجود من قبل: يُحتسب مرة واحدة (السطر { $line }).
wrong-columns = في السطر { $found } أعمدة وفي العناوين { $expected }.
unknown-volunteer = لا يوجد متطوع يطابق { $value }.
unknown-project = لا يوجد المشروع { $value }.
unreadable-file = تعذّرت قراءة الملف: { $detail }.
date-format = { $value } ليس تاريخاً على الشكل YYYY-MM-DD؛ إذا كان الملف يكتب dd/mm/yyyy فصرّح بذلك: --date-format dd/mm/yyyy.
ambiguous-volunteer = عدة متطوعين يحملون الاسم { $value }: أدخل الرقم المرجعي.
missing-column = العمود { $column } ناقص.
file-too-large = يتجاوز الملف { $most } بايت: قسّمه أو استورده على الخادم.
import-over = تم التخلي عن هذا الاستيراد أو التراجع عنه: أرسل الملف من جديد.
import-decided = السطر { $line }: اتُّخذ قرار بشأن الإدخال منذ ذلك الحين. ألغه أولاً؛ لم يُسحب أي شيء.
import-changed = السطر { $line }: تغيّر ما كتبه الاستيراد منذ ذلك الحين؛ لم يُسحب أي شيء.
import-used = السطر { $line }: لدى { $value } ساعات أو أماكن في حصص؛ لم يُسحب أي شيء.
past-as-of = يجيب التقرير عن الحالة الراهنة؛ لا يمكن بعدُ طلب حالة سابقة: احذف asOf.
