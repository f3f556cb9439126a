certificate-title = شهادة عمل تطوعي
certificate-status-valid = سارية
certificate-status-valid-means = الساعات المعتمدة مطابقة لما في هذه الشهادة.
certificate-status-superseded = متجاوَزة
certificate-status-superseded-means = تغيّرت الساعات التي تستند إليها هذه الشهادة بعد إصدارها: فهي تقول ما كان صحيحًا آنذاك، ولم تعد سارية.
certificate-status-revoked = مسحوبة
certificate-status-revoked-means = سحبت المنظمة هذه الشهادة: لم تعد سارية.
certificate-statement = تشهد { $organization } بعمل تطوعي معتمد من { $from } إلى { $to } مدته { $time }.
certificate-statement-named = تشهد { $organization } بأن { $holder } قدّم من { $from } إلى { $to } عملًا تطوعيًا معتمدًا مدته { $time }.
certificate-hours =
    { $hours ->
        [one] ساعة واحدة
        [two] ساعتان
        [few] { $hours } ساعات
       *[other] { $hours } ساعة
    } و{ $minutes ->
        [one] دقيقة واحدة
        [two] دقيقتان
        [few] { $minutes } دقائق
       *[other] { $minutes } دقيقة
    }
certificate-between = من { $from } إلى { $to }
certificate-organization = المنظمة
certificate-holder = صاحب الشهادة
certificate-time = الوقت المعتمد
certificate-interval = الفترة
certificate-days = أول يوم عمل وآخر يوم
certificate-issued = تاريخ الإصدار
certificate-revoked-on = تاريخ السحب
certificate-revoked-why = السبب
certificate-reason-error = صدرت خطأً
certificate-reason-holder = بطلب من صاحبها
certificate-reason-other = سبب آخر
certificate-code = الرمز
certificate-checked = وقت التحقق
certificate-minutes = دقائق العمل التطوعي المعتمدة
certificate-criteria = عمل تطوعي سُجّلت ساعاته واعتُمدت تسجيلًا تسجيلًا، إما من شخص غير المتطوع أو بقواعد المنظمة على حضور تم التحقق منه، في سجل لا تُعاد كتابته أبدًا.
certificate-project = المشروع
certificate-projects = الوقت حسب المشروع
certificate-successor = حلّت محلها شهادة أحدث:
certificate-check = التحقق من شهادة
certificate-check-label = رمز الشهادة
certificate-check-hint = ستة عشر حرفًا ورقمًا كما طُبعت على الشهادة. لا فرق بين الحروف الكبيرة والصغيرة، ولا عبرة بالمسافات والشرطات.
certificate-check-button = تحقّق
certificate-unknown = لا توجد شهادة بهذا الرمز. تأكدوا من كتابته كما طُبع.
certificate-picture = رمز QR يحمل عنوان هذه الصفحة
certificate-yourself = تحقّقوا من التوقيع بأنفسكم
certificate-yourself-file = الملف الموقّع (W3C Verifiable Credential, Open Badges 3.0)
certificate-yourself-none = لا يوجد ملف موقّع لشهادة لم تعد سارية.
certificate-yourself-keys = المفاتيح العمومية لهذا الخادم
certificate-yourself-revocation = القائمة الموقّعة التي تسأل فيها البرامج هل سُحبت الشهادة
certificate-yourself-suspension = القائمة الموقّعة التي تسأل فيها البرامج هل أصبحت الشهادة متجاوَزة
certificate-yourself-how = الملف هو JSON Web Token موقّع بخوارزمية Ed25519 ‏(EdDSA). يتحقق منه كل برنامج يقرأ Open Badges 3.0 وكل مكتبة لـJSON Web Token بمفاتيح هذا العنوان؛ وتبيّن القائمتان هل ما زالت الشهادة سارية.
certificate-yourself-paper = الشهادة للطباعة (PDF)
certificate-paper-how = للتحقق من هذه الشهادة امسحوا رمز QR أو افتحوا العنوان أدناه. العبرة بما يظهر هناك يوم التحقق، لا بهذه الورقة.
certificate-paper-picture = رمز QR يحمل العنوان الذي يُتحقق فيه من هذه الشهادة
certificate-paper-projects = الوقت حسب المشروع في الصفحة التالية.
certificate-paper-left = لم تُطبع لأنها لم تعد سارية
certificate-paper-busy = تُطبع الآن شهادات كثيرة. أعيدوا المحاولة بعد بضع ثوان.
certificate-paper-none = لا تُطبع شهادة لم تعد سارية.
certificate-privacy = تُظهر هذه الصفحة ما يسمح صاحب الشهادة بإظهاره، ولا شيء غيره.
home-verify = التحقق من شهادة برمزها، دون حساب.
