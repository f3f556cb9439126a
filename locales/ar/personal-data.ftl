personal-data-readme = أنشئ هذا الأرشيف في { $made }. وفيه كل ما يعرفه هذا الخادم عنكم.
    كل ملف ينتهي بـ .json فيه باب واحد، وهو مصفوفة من الكائنات؛ وفي hours.csv ساعاتكم لبرنامج الجداول. الأوقات بالتوقيت العالمي، والدقائق صحيحة، والأيام أيام مكان العمل.
    account وmemberships وsessions وdevices وnotifications وletters وapi-tokens وemail-verifications وlinked-identities وaccount-consents: حسابكم. volunteer-records وconsents وsign-ups وattendance وtimers وhours وcorrections وcertificates وcontracts وincidents: سجلاتكم. erasure-requests: طلبات المحو. own-acts: ما قمتم به. done-to-records: ما جرى لسجلاتكم على يد SELF (أنتم) أو SOMEBODY (غيركم) أو SERVER (الخادم).
    لا يذكر أحد غيركم. ووصف الحادثة لدى الجمعية، لأنه قد يتعلق بغيركم.
    لكم تصحيح ما هو خطأ وطلب المحو (requestErasure).
