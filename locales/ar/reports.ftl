report-report = التقرير
report-indh = ساعات التطوع حسب برامج المبادرة الوطنية للتنمية البشرية
report-territory-code = رمز المجال الترابي
report-territory = المجال الترابي
report-organization = المنظمة
report-from = من
report-to = إلى
report-coverage = التغطية
report-coverage-territory = جميع ساعات المجال الترابي
report-coverage-organizations = ساعات المنظمة المطلوبة أو منظماتكم فقط
report-coverage-observed = ساعات منظماتكم، وجميع ساعات أجزاء المجال الترابي التي تتابعونها
report-status-basis = الحالات المحتسبة
report-as-of = الحالة في
report-time-zone = المنطقة الزمنية
report-week-start = أول أيام الأسبوع
report-day-rule = قاعدة الأيام
report-totals = المجاميع
report-by-programme = حسب البرنامج
report-by-territory = حسب المجال الترابي
report-by-month = حسب الشهر
report-completeness = الاكتمال، بأشهر المنظمات
report-programme-code = رمز البرنامج
report-programme = البرنامج
report-no-programme = بدون برنامج
report-month = الشهر
report-minutes = الدقائق
report-hours = الساعات
report-group-minutes = دقائق المجموعات
report-entries = التسجيلات
report-participations = المشاركات
report-distinct-volunteers = المتطوعون دون تكرار
report-projects = المشاريع
report-organizations = المنظمات
report-expected = المنتظرة
report-reporting = المصرح بها مع ساعات
report-declared-zero = المصرح بها دون ساعات
report-late = المتأخرة
report-by-evidence = حسب مستوى الإثبات
report-evidence-level = رمز مستوى الإثبات
report-evidence = مستوى الإثبات
report-self-declared = صرح به المتطوع
report-coordinator-attested = شهد به منسق
report-imported = مستورد من ملف
report-checked-in = سُجل الحضور في المكان
report-checked-in-and-out = سُجل الحضور والانصراف في المكان
report-status = { $status ->
    [DRAFT] المسودات
    [SUBMITTED] المقدَّمة
    [APPROVED] المصادق عليها
    [RETURNED] المعادة
   *[other] { $status }
}
report-week-start-monday = الاثنين
report-day-rule-midnight = يُقسم العمل الذي يتجاوز منتصف الليل عند منتصف الليل بالتوقيت المحلي
