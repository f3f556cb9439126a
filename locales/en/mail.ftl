# Letters.

mail-report-subject = { $title }: { $from } to { $to }
mail-report-hello = Hello,
mail-report-what = the report “{ $title }” from { $from } to { $to } is ready.
mail-report-enclosed = It comes with this letter, as { $file }.
mail-report-large = It is too large for a letter.
mail-report-link = This link opens it to whoever holds it, until { $until }:
mail-report-fetch = Fetch the report
mail-report-why = You receive this letter because { $owner } has this report sent to your address by { $site }. If you do not want it, tell them.
