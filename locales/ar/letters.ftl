# رسائل إلى الأشخاص.

letter-hello = السلام عليكم،
letter-off = لا أريد مزيدا من هذا النوع من الرسائل
letter-minutes = { $time } (⁨{ $minutes }⁩ د)
letter-more = وغيرها: ⁨{ $count }⁩.
letter-more-projects = ومشاريع أخرى: ⁨{ $count }⁩.
letter-day = اليوم
letter-project = المشروع
letter-time = المدة
letter-reason = السبب
letter-entries = الإدخالات
letter-since = تنتظر منذ

letter-why-invitation = تصلكم هذه الرسالة لأن شخصا دعا هذا العنوان على ⁨{ $site }⁩.
letter-why-password = تصلكم هذه الرسالة لأن لهذا العنوان حسابا على ⁨{ $site }⁩. الرسائل التي تحفظ أمان الحساب لا يمكن إيقافها.
letter-why-verification = تصلكم هذه الرسالة لأن أحدهم أعطى هذا العنوان لحساب على ⁨{ $site }⁩.
letter-why-returned = تصلكم هذه الرسالة لأن هذه الساعات على ⁨{ $site }⁩ لكم، أو لأنكم من سجلها.
letter-why-digest = تصلكم هذه الرسالة كل إثنين لأنكم تبتّون في الساعات على ⁨{ $site }⁩، إن كان منها ما ينتظر.
letter-why-missing = تصلكم هذه الرسالة لأنكم تشهدون على الأشهر على ⁨{ $site }⁩.
letter-why-erasure = تصلكم هذه الرسالة لأنكم طلبتم على ⁨{ $site }⁩ محو بيانات شخصية، أو لأن هذه البيانات تخصكم. ولا يمكن إيقافها.

letter-kind-invitation = الدعوات إلى الجمعيات
letter-kind-reset = كلمات السر الجديدة
letter-kind-changed = الإشعار بكلمة سر جديدة
letter-kind-safety = إشعارات أمان الحساب
letter-kind-verification = تأكيد عنوانكم
letter-kind-returned = الساعات المُعادة
letter-kind-digest = ما ينتظر قرارا، كل أسبوع
letter-kind-missing = التذكير بالأشهر التي لا جواب عنها
letter-kind-erasure = القرارات بشأن محو البيانات الشخصية

letter-role-owner = المالك
letter-role-admin = المدير
letter-role-coordinator = المنسق
letter-role-viewer = المطّلع
letter-role-volunteer = المتطوع

letter-invitation-subject = دعوة إلى ⁨{ $organization }⁩
letter-invitation-what = يدعوكم ⁨{ $inviter }⁩ إلى الانضمام إلى ⁨{ $organization }⁩ على ⁨{ $site }⁩، بصفة: { $role }.
letter-invitation-until = الدعوة موجهة إلى ⁨{ $address }⁩ ويمكن قبولها إلى غاية ⁨{ $until }⁩، بحساب له هذا العنوان.
letter-invitation-open = قبول الدعوة
letter-invitation-code = يقبلها هذا الرمز بعد تسجيل الدخول، وهو لكم وحدكم:
letter-invitation-ignore = إن كنتم لا تعرفون الأمر فليس عليكم فعل شيء.

letter-reset-subject = كلمة سر جديدة
letter-reset-what = طلب شخص كلمة سر جديدة لحسابكم على ⁨{ $site }⁩.
letter-reset-until = يمكن وضعها إلى غاية ⁨{ $until }⁩، مرة واحدة.
letter-reset-open = وضع كلمة سر جديدة
letter-reset-code = بهذا الرمز يمكنكم وضعها. لا تعطوه لأحد:
letter-reset-ignore = إن لم تكونوا أنتم من طلبها فليس عليكم فعل شيء: تبقى كلمة السر كما هي.

letter-changed-subject = تغيرت كلمة السر
letter-changed-what = وُضعت كلمة سر جديدة لحسابكم في ⁨{ $at }⁩، وسُجل الخروج من كل الأجهزة.
letter-changed-act = إن لم تكونوا أنتم من غيّرها فاطلبوا كلمة سر جديدة فورا، وأخبروا جمعيتكم.
letter-stolen-subject = أُنهيت جلسة مسروقة
letter-stolen-what = في ⁨{ $at }⁩ استعمل أحدهم رمزا من حسابكم سبق استعماله: كان عند شخصين، وأحدهما ليس أنتم. انتهت الجلسة على الجهازين.
letter-stolen-act = سجلوا الدخول من جديد، وغيّروا كلمة السر إن لم تعرفوا كيف حدث ذلك. الجلسات الأخرى معروضة في حسابكم ويمكنكم إنهاؤها.
letter-totp-on-subject = فُعّل التحقق بخطوتين
letter-totp-on-what = في ⁨{ $at }⁩ فُعّل التحقق بخطوتين لحسابكم: صار الدخول يطلب رمزا.
letter-totp-off-subject = أُوقف التحقق بخطوتين
letter-totp-off-what = في ⁨{ $at }⁩ أُوقف التحقق بخطوتين لحسابكم: صارت كلمة السر وحدها تكفي للدخول.
letter-recovery-codes-subject = رموز احتياطية جديدة
letter-recovery-codes-what = في ⁨{ $at }⁩ أُنشئت رموز احتياطية جديدة لحسابكم، ولم تعد السابقة صالحة.
letter-recovery-code-subject = استُعمل رمز احتياطي
letter-recovery-code-what = في ⁨{ $at }⁩ استُعمل رمز احتياطي لحسابكم بدل رمز التحقق. لا يمكن استعماله مرة أخرى.
letter-identity-linked-subject = طريقة أخرى للدخول إلى حسابكم
letter-identity-linked-what = في ⁨{ $at }⁩ رُبطت هوية لدى مزوّد آخر بحسابكم: صارت تدخل إليه دون كلمة سر الحساب.
letter-identity-linked-act = إن لم تكونوا أنتم فأزيلوا الربط في حسابكم، وضعوا كلمة سر جديدة فورا، وأنهوا الجلسات الأخرى.
letter-identity-unlinked-subject = نقصت طريقة من طرق الدخول إلى حسابكم
letter-identity-unlinked-what = في ⁨{ $at }⁩ أُزيل ربط هوية لدى مزوّد آخر بحسابكم: لم تعد تدخل إليه.
letter-totp-act = إن لم تكونوا أنتم فضعوا كلمة سر جديدة فورا وأنهوا الجلسات الأخرى لحسابكم.
letter-verification-subject = هل هذا عنوانكم؟
letter-verification-what = أعطى أحدهم ⁨{ $address }⁩ عنوانا لحسابه على ⁨{ $site }⁩. إن كنتم أنتم فأكّدوه.
letter-verification-until = الرمز صالح حتى ⁨{ $until }⁩، مرة واحدة.
letter-verification-open = تأكيد العنوان
letter-verification-code = هذا الرمز يؤكد العنوان. أدخلوه حيث يُطلب منكم:
letter-verification-ignore = إن لم تكونوا أنتم فلا تفعلوا شيئا: دون الرمز لا يُعد العنوان عنوانه.
letter-email-changed-subject = صار لحسابكم عنوان آخر
letter-email-changed-what = في ⁨{ $at }⁩ حل عنوان آخر محل هذا العنوان على ⁨{ $site }⁩، وإليه تُرسل الرسائل من الآن.
letter-email-changed-act = إن لم تكونوا أنتم فأخبروا جمعيتكم ومسؤولي ⁨{ $site }⁩ فورا.
letter-sign-up-subject = لهذا العنوان حساب
letter-sign-up-what = في ⁨{ $at }⁩ حاول أحدهم إنشاء حساب على ⁨{ $site }⁩ بهذا العنوان، وله حساب.
letter-sign-up-act = إن كنتم أنتم فسجلوا الدخول أو اطلبوا كلمة سر جديدة. وإن لم تكونوا أنتم فلا يلزم شيء.

letter-returned-subject = ساعات مُعادة: ⁨{ $organization }⁩
letter-returned-what = أُعيدت ساعات في ⁨{ $organization }⁩. الإدخالات: ⁨{ $count }⁩، ومجموعها { $time }.
letter-returned-answer = يمكن لصاحبها، أو لمن سجلها، تصحيحها وتقديمها من جديد.
letter-returned-who = يجيب عن الأسئلة: ⁨{ $names }⁩.

letter-digest-subject = ساعات تنتظر قرارا: ⁨{ $organization }⁩
letter-digest-what = في ⁨{ $organization }⁩ ساعات تنتظر قرارا. الإدخالات: ⁨{ $entries }⁩، ومجموعها { $time }. قُدّم أقدمها في ⁨{ $since }⁩.
letter-digest-how = تجدونها في لائحة الموافقة على ⁨{ $site }⁩.

letter-missing-subject = لا ساعات بعد لشهر ⁨{ $month }⁩: ⁨{ $organization }⁩
letter-missing-what = لم يُقدَّم شيء بعد عن ⁨{ $month }⁩ في ⁨{ $organization }⁩، ولم يقل أحد إنه لم تكن ساعات.
letter-missing-closes = يُغلق الشهر في ⁨{ $closes }⁩.
letter-missing-how = قدّموا الساعات على ⁨{ $site }⁩، أو صرّحوا بأن أحدا لم يتطوع في ذلك الشهر.

letters-off-title = رسائل تيويزي
letters-off-ask = هل تريدون ألا تصل رسائل هذا النوع إلى هذا العنوان بعد الآن؟ { $kind }.
letters-off-button = لا ترسلوها بعد الآن
letters-off-done = تم. لن تصل رسائل من هذا النوع: { $kind }.
letters-off-again = يمكن لمن له حساب إعادة تشغيلها في تفضيلاته.
letters-off-unknown = هذا الرابط لا يوقف شيئا. خذوه كاملا من الرسالة.

letter-erasure-approved-subject = ستُمحى بيانات شخصية: { $organization }
letter-erasure-approved-what = قُبل الطلب المقدم في ⁨{ $asked }⁩ لمحو بيانات شخصية لدى { $organization }. يُنفَّذ ابتداء من ⁨{ $due }⁩، ولا شيء يعيد ما مُحي.
letter-erasure-approved-act = إلى ذلك الحين يمكن سحب الطلب على ⁨{ $site }⁩. إن لم تطلبوا ذلك فاسحبوه وأخبروا منظمتكم.
letter-erasure-refused-subject = لن تُمحى بيانات شخصية: { $organization }
letter-erasure-refused-what = رُفض الطلب المقدم في ⁨{ $asked }⁩ لمحو بيانات شخصية لدى { $organization }.
letter-erasure-refused-why = السبب: { $reason }
letter-erasure-refused-act = يمكنكم تقديم طلب جديد وذكر المزيد. وفي المغرب تتلقى اللجنة الوطنية لمراقبة حماية المعطيات ذات الطابع الشخصي (⁨CNDP⁩) الشكايات.
