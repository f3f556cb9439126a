//! The titles that columns go by, in French, English and Arabic.
//!
//! How a header is read is in `columns`.

use crate::imports::columns::Column;

use Column as C;

/// Titles of a timesheet, folded: spellings of one meaning between bars, the plainest first.
pub const HOURS: &[(Column, &str)] = &[
    (
        C::Date,
        "date | jour | day | worked on | date du travail | التاريخ | تاريخ | اليوم \
         | تاريخ العمل",
    ),
    (
        C::Reference,
        "ref benevole | reference benevole | reference | ref | benevole ref \
         | numero benevole | n benevole | volunteer reference | volunteer ref \
         | volunteer number | رقم المتطوع | مرجع المتطوع | الرقم المرجعي | الرقم",
    ),
    (
        C::Name,
        "benevole | nom | nom benevole | nom du benevole | volunteer | volunteer name \
         | name | المتطوع | اسم المتطوع | الاسم",
    ),
    (
        C::Project,
        "projet | code projet | code du projet | project | project code | المشروع \
         | رمز المشروع",
    ),
    (
        C::Start,
        "debut | heure de debut | heure debut | de | start | start time | started at \
         | from | البدايه | بدايه | وقت البدايه | من",
    ),
    (
        C::End,
        "fin | heure de fin | heure fin | a | end | end time | ended at | to | النهايه \
         | نهايه | وقت النهايه | الي",
    ),
    (
        C::Break,
        "pause | pause min | pause minutes | pause en minutes | break | break min \
         | break minutes | الاستراحه | استراحه | الاستراحه دقائق",
    ),
    (
        C::Duration,
        "duree | duree h mm | minutes | duree min | duree minutes | duree en minutes \
         | duration | duration h mm | duration minutes | المده | مده | الدقائق | دقائق \
         | المده بالدقائق",
    ),
    (
        C::Headcount,
        "effectif | nombre | participants | nombre de participants | nombre de benevoles \
         | personnes | headcount | head count | people | العدد | عدد المشاركين \
         | عدد المتطوعين",
    ),
    (
        C::Commune,
        "commune | code commune | code de la commune | territoire | lieu | territory \
         | territory code | place | الجماعه | جماعه | رمز الجماعه | المكان",
    ),
    (
        C::Description,
        "description | commentaire | commentaires | remarque | remarques | note | notes \
         | activite | activity | comment | ملاحظات | ملاحظه | الوصف | وصف | النشاط",
    ),
    (C::Errors, "errors | erreurs | اخطاء | الاخطاء"),
];

/// Titles of a list of volunteers, folded: spellings of one meaning between bars, the plainest first.
pub const VOLUNTEERS: &[(Column, &str)] = &[
    (
        C::Reference,
        "reference | ref | ref benevole | numero | number | volunteer reference \
         | الرقم المرجعي | رقم المتطوع | الرقم",
    ),
    (
        C::Name,
        "name | nom | nom complet | nom fr | name fr | full name | الاسم بالفرنسيه \
         | الاسم اللاتيني",
    ),
    (
        C::NameAr,
        "name ar | nom ar | nom arabe | nom en arabe | arabic name | الاسم بالعربيه \
         | الاسم العربي | الاسم",
    ),
    (C::Sex, "sex | sexe | gender | genre | الجنس"),
    (
        C::BirthDate,
        "birth date | birthdate | date of birth | date de naissance | naissance | ne le \
         | تاريخ الازدياد | تاريخ الولاده | تاريخ الميلاد",
    ),
    (
        C::Commune,
        "commune | code commune | territory | territory code | territoire | الجماعه \
         | رمز الجماعه",
    ),
    (
        C::Email,
        "email | e mail | mail | courriel | adresse electronique | البريد الالكتروني",
    ),
    (
        C::Phone,
        "phone | telephone | tel | mobile | portable | gsm | الهاتف | رقم الهاتف",
    ),
    (
        C::JoinedOn,
        "joined on | joined | date d adhesion | adhesion | inscrit le | تاريخ الانخراط",
    ),
    (C::Errors, "errors | erreurs | اخطاء | الاخطاء"),
];

/// Titles of a list of projects, folded: spellings of one meaning between bars, the plainest first.
pub const PROJECTS: &[(Column, &str)] = &[
    (
        C::Project,
        "code | code projet | project code | رمز المشروع | الرمز",
    ),
    (
        C::Title,
        "title | title fr | titre | titre fr | intitule | nom | name | العنوان بالفرنسيه",
    ),
    (
        C::TitleAr,
        "title ar | titre ar | titre arabe | titre en arabe | arabic title \
         | العنوان بالعربيه | العنوان",
    ),
    (
        C::Commune,
        "commune | code commune | territory | territory code | territoire | الجماعه \
         | رمز الجماعه",
    ),
    (
        C::Shares,
        "indh programme shares | indh programmes | programmes indh | parts indh \
         | programme indh | برامج المبادره | حصص المبادره",
    ),
    (
        C::Budget,
        "budget | budget mad | budget dh | cout | cout total | montant | montant global | total cost | cost \
         | الميزانيه | الكلفه | الكلفه الاجماليه | المبلغ",
    ),
    (
        C::BudgetIndh,
        "budget indh | part indh | contribution indh | montant indh | indh | indh share | indh contribution \
         | مساهمه المبادره | حصه المبادره",
    ),
    (
        C::StartsOn,
        "starts on | start date | start | debut | date de debut | commence le \
         | تاريخ البدايه | البدايه",
    ),
    (
        C::EndsOn,
        "ends on | end date | end | fin | date de fin | finit le | تاريخ النهايه \
         | النهايه",
    ),
    (C::Errors, "errors | erreurs | اخطاء | الاخطاء"),
];
