//! Invented names and titles, in Latin and Arabic script.
//!
//! Nobody of these names is meant. What is made of them is elsewhere.

use entity::types::OrganizationKind;

/// Latin and Arabic.
pub type Pair = (&'static str, &'static str);

/// Given names of women.
pub const WOMEN: [Pair; 20] = [
    ("Fatima", "فاطمة"),
    ("Khadija", "خديجة"),
    ("Aïcha", "عائشة"),
    ("Zineb", "زينب"),
    ("Salma", "سلمى"),
    ("Meryem", "مريم"),
    ("Hajar", "هاجر"),
    ("Nadia", "نادية"),
    ("Samira", "سميرة"),
    ("Ghizlane", "غزلان"),
    ("Imane", "إيمان"),
    ("Latifa", "لطيفة"),
    ("Naïma", "نعيمة"),
    ("Rachida", "رشيدة"),
    ("Houda", "هدى"),
    ("Itto", "إيطو"),
    ("Tiziri", "تيزيري"),
    ("Malika", "مليكة"),
    ("Soukaina", "سكينة"),
    ("Wafae", "وفاء"),
];

/// Given names of men.
pub const MEN: [Pair; 20] = [
    ("Mohamed", "محمد"),
    ("Ahmed", "أحمد"),
    ("Youssef", "يوسف"),
    ("Hassan", "حسن"),
    ("Brahim", "إبراهيم"),
    ("Omar", "عمر"),
    ("Khalid", "خالد"),
    ("Said", "سعيد"),
    ("Mustapha", "مصطفى"),
    ("Lahcen", "لحسن"),
    ("Abdellah", "عبد الله"),
    ("Rachid", "رشيد"),
    ("Driss", "إدريس"),
    ("Anouar", "أنوار"),
    ("Hamza", "حمزة"),
    ("Idir", "إيدير"),
    ("Amine", "أمين"),
    ("Mehdi", "المهدي"),
    ("Taoufik", "توفيق"),
    ("Zakaria", "زكرياء"),
];

/// Family names.
pub const FAMILIES: [Pair; 28] = [
    ("El Amrani", "العمراني"),
    ("Bennani", "بناني"),
    ("Aït Lahcen", "أيت لحسن"),
    ("El Idrissi", "الإدريسي"),
    ("Ouahbi", "وهبي"),
    ("Tazi", "التازي"),
    ("Berrada", "برادة"),
    ("Amzil", "أمزيل"),
    ("El Fassi", "الفاسي"),
    ("Chraïbi", "الشرايبي"),
    ("Aït Ouaziz", "أيت وعزيز"),
    ("Mansouri", "المنصوري"),
    ("Sabri", "صبري"),
    ("El Khattabi", "الخطابي"),
    ("Naciri", "الناصري"),
    ("Oubella", "أوبلا"),
    ("Rahmouni", "الرحموني"),
    ("Zouhri", "الزهري"),
    ("Lamrini", "المريني"),
    ("Boukhriss", "بوخريص"),
    ("Azeroual", "أزروال"),
    ("Sefrioui", "الصفريوي"),
    ("El Guerrouj", "الكروج"),
    ("Moutaouakil", "المتوكل"),
    ("Filali", "الفيلالي"),
    ("Ouhammou", "أوحمو"),
    ("Belhaj", "بلحاج"),
    ("Tahiri", "الطاهري"),
];

/// An organization: address, French name, Arabic name, kind, province.
pub type House = (
    &'static str,
    &'static str,
    &'static str,
    OrganizationKind,
    &'static str,
);

/// The organizations, first those that have a name of their own.
pub const HOUSES: [House; 12] = {
    use OrganizationKind as Kind;
    [
        (
            "al-amal",
            "Association Al Amal pour le développement",
            "جمعية الأمل للتنمية",
            Kind::Association,
            "07.041",
        ),
        (
            "tifawin",
            "Association Tifawin",
            "جمعية تيفاوين",
            Kind::Association,
            "09.581",
        ),
        (
            "ennour-tetouan",
            "Association Ennour de Tétouan",
            "جمعية النور بتطوان",
            Kind::Association,
            "01.571",
        ),
        (
            "oasis-figuig",
            "Coopérative Oasis de Figuig",
            "تعاونية واحة فجيج",
            Kind::Cooperative,
            "02.251",
        ),
        (
            "medina-fes",
            "Association Médina solidaire",
            "جمعية المدينة المتضامنة",
            Kind::Association,
            "03.231",
        ),
        (
            "ecole-sale",
            "École citoyenne de Salé",
            "المدرسة المواطنة بسلا",
            Kind::School,
            "04.441",
        ),
        (
            "atlas-khenifra",
            "Association Atlas Khénifra",
            "جمعية أطلس خنيفرة",
            Kind::Association,
            "05.301",
        ),
        (
            "quartiers-casablanca",
            "Réseau des quartiers de Casablanca",
            "شبكة أحياء الدار البيضاء",
            Kind::Association,
            "06.141",
        ),
        (
            "ksour-errachidia",
            "Association des ksour d'Errachidia",
            "جمعية قصور الرشيدية",
            Kind::Association,
            "08.201",
        ),
        (
            "argan-essaouira",
            "Coopérative Argan d'Essaouira",
            "تعاونية أركان الصويرة",
            Kind::Cooperative,
            "07.211",
        ),
        (
            "sahara-laayoune",
            "Association Sahara jeunesse",
            "جمعية شباب الصحراء",
            Kind::Association,
            "11.321",
        ),
        (
            "rif-taza",
            "Association Rif et Taza",
            "جمعية الريف وتازة",
            Kind::Association,
            "03.561",
        ),
    ]
};

/// What the others are called; their number follows.
pub const OTHERS: [Pair; 8] = [
    ("Association Ennakhil", "جمعية النخيل"),
    ("Association Tagmat", "جمعية تاكمات"),
    ("Association Attadamoun", "جمعية التضامن"),
    ("Coopérative Tamunt", "تعاونية تامونت"),
    ("Association Al Moustaqbal", "جمعية المستقبل"),
    ("Association Azekka", "جمعية أزكا"),
    ("Association Al Wifaq", "جمعية الوفاق"),
    ("Association Amal Souss", "جمعية أمل سوس"),
];

/// Shares among terms, in millionths.
pub type Shares = &'static [(&'static str, i32)];

/// A project: French title, Arabic title, shares among INDH programmes, shares among goals, occupation.
pub type Work = (&'static str, &'static str, Shares, Shares, &'static str);

/// The projects.
pub const WORKS: [Work; 10] = [
    (
        "Soutien scolaire",
        "الدعم المدرسي",
        &[("PH3-P4", 1_000_000)],
        &[("4", 1_000_000)],
        "23",
    ),
    (
        "Eau potable pour les douars",
        "الماء الصالح للشرب للدواوير",
        &[("PH3-P1", 1_000_000)],
        &[("6", 700_000), ("3", 300_000)],
        "93",
    ),
    (
        "Accompagnement des personnes âgées",
        "مواكبة الأشخاص المسنين",
        &[("PH3-P2", 1_000_000)],
        &[("3", 500_000), ("10", 500_000)],
        "53",
    ),
    (
        "Ateliers pour l'emploi des jeunes",
        "ورشات لتشغيل الشباب",
        &[("PH3-P3", 800_000), ("PH3-P4", 200_000)],
        &[("8", 666_667), ("4", 333_333)],
        "24",
    ),
    (
        "Préscolaire en milieu rural",
        "التعليم الأولي بالوسط القروي",
        &[("PH3-P4", 1_000_000)],
        &[("4", 600_000), ("5", 400_000)],
        "23",
    ),
    (
        "Caravane de santé",
        "قافلة صحية",
        &[
            ("PH3-P1", 333_334),
            ("PH3-P2", 333_333),
            ("PH3-P4", 333_333),
        ],
        &[("3", 1_000_000)],
        "22",
    ),
    (
        "Reboisement et sources",
        "التشجير والعيون",
        &[("PH3-P1", 1_000_000)],
        &[("13", 500_000), ("15", 500_000)],
        "92",
    ),
    (
        "Alphabétisation des femmes",
        "محو أمية النساء",
        &[("PH3-P3", 500_000), ("PH3-P2", 500_000)],
        &[("4", 500_000), ("5", 500_000)],
        "23",
    ),
    (
        "Coopératives et revenus",
        "التعاونيات وتحسين الدخل",
        &[("PH3-P3", 1_000_000)],
        &[("1", 400_000), ("8", 400_000), ("12", 200_000)],
        "33",
    ),
    (
        "Bibliothèque du village",
        "خزانة القرية",
        &[("PH3-P4", 1_000_000)],
        &[("4", 800_000), ("11", 200_000)],
        "44",
    ),
];

/// What was done.
pub const DEEDS: [&str; 12] = [
    "Préparation et animation",
    "Accueil des familles",
    "Distribution de fournitures",
    "Cours du soir",
    "Nettoyage et peinture",
    "Plantation",
    "Visite à domicile",
    "دروس التقوية",
    "توزيع اللوازم",
    "صيانة القناة",
    "زيارة منزلية",
    "تنظيف الساحة",
];

/// Why an entry was returned, rejected or voided.
pub const REASONS: [&str; 6] = [
    "Durée à vérifier",
    "Date erronée",
    "Saisi deux fois",
    "المدة غير صحيحة",
    "تسجيل مكرر",
    "المشروع غير صحيح",
];
