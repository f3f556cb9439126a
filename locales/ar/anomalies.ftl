anomaly-daily-cap-near = يضم يوم { $day } لهذا الشخص { $minutes } دقيقة، قريبا من الحد الأقصى { $cap }.
anomaly-identical-rows = يتكرر التسجيل نفسه { $entries } مرة في ذلك اليوم، لعدد { $people } من الأشخاص (منها { $own } لهذا الشخص).
anomaly-round-number-bias = { $wholeHours } من آخر { $entries } تسجيلات لهذا المتطوع خلال { $days } يوما ساعات كاملة.
anomaly-entered-by-approver = أنتم من كتب هذا التسجيل أو عدّله: القرار لشخص آخر.
anomaly-late = سُجّل بعد { $days } يوما من العمل.
anomaly-night = { $minutes } دقيقة تقع بين منتصف الليل والخامسة صباحا.
anomaly-long-without-break = { $minutes } دقيقة دون استراحة.
anomaly-large-group = مجموعة من { $people } شخصا لا يُذكر اسم أحد منهم.
