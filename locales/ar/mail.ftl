# الرسائل.

mail-report-subject = ⁨{ $title }⁩: من ⁨{ $from }⁩ إلى ⁨{ $to }⁩
mail-report-hello = السلام عليكم،
mail-report-what = التقرير «⁨{ $title }⁩» من ⁨{ $from }⁩ إلى ⁨{ $to }⁩ جاهز.
mail-report-enclosed = تجدونه مرفقا بهذه الرسالة باسم ⁨{ $file }⁩.
mail-report-large = وهو أكبر من أن يُرفق برسالة.
mail-report-link = يفتحه هذا الرابط لكل من كان بيده، إلى غاية ⁨{ $until }⁩:
mail-report-fetch = تنزيل التقرير
mail-report-why = تصلكم هذه الرسالة لأن ⁨{ $owner }⁩ طلب على ⁨{ $site }⁩ إرسال هذا التقرير إلى عنوانكم. إن لم ترغبوا فيه فأخبروا صاحب الطلب.
