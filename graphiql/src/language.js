import { useSyncExternalStore } from 'react'

/** The languages of the bar; `Accept-Language` follows the chosen one. */
export const LANGUAGES = [
  { code: 'ar', name: 'العربية', dir: 'rtl' },
  { code: 'fr', name: 'Français', dir: 'ltr' },
  { code: 'en', name: 'English', dir: 'ltr' },
]

const KEY = 'tiwizi.language'

const TEXTS = {
  en: {
    bar: 'Account and examples',
    examples: 'Examples',
    search: 'Search the examples',
    nothingFound: 'No example holds these words.',
    examplesHint: 'Choosing one opens it in a new tab. Replace what stands between < and > before you run it.',
    close: 'Close',
    language: 'Language',
    email: 'E-mail',
    password: 'Password',
    code: 'Code',
    signIn: 'Sign in',
    signInWith: 'Sign in with',
    signingIn: 'Signing in…',
    startAgain: 'Start again',
    signedInAs: 'Signed in as',
    signOut: 'Sign out',
    signInForSchema: 'Sign in to see the schema.',
    schemaFailed: 'The schema could not be read:',
    sessionEnded: 'Your session has ended. Please sign in again.',
    sessionElsewhere: 'Your session is in another tab. Sign in to work in this one as well.',
    unreachable: 'The server cannot be reached. Please try again.',
    refused: 'The server refused the sign-in.',
    unfinished: 'The sign-in was not finished. Please try again.',
    wayBack: 'The operator has to allow this way back from the provider (identity.providers, redirect_urls):',
    loading: 'Loading the editor…',
    ide: 'GraphiQL',
    for: 'for',
    roles: {
      admin: 'platform administrators',
      observer: 'observers',
      owner: 'organization owners',
      coordinator: 'coordinators',
      volunteer: 'any signed-in account',
      anyone: 'anyone',
    },
  },
  fr: {
    bar: 'Compte et exemples',
    examples: 'Exemples',
    search: 'Chercher dans les exemples',
    nothingFound: 'Aucun exemple ne contient ces mots.',
    examplesHint: 'Un choix s’ouvre dans un nouvel onglet. Remplacez ce qui est entre < et > avant de l’exécuter.',
    close: 'Fermer',
    language: 'Langue',
    email: 'E-mail',
    password: 'Mot de passe',
    code: 'Code',
    signIn: 'Se connecter',
    signInWith: 'Se connecter avec',
    signingIn: 'Connexion…',
    startAgain: 'Recommencer',
    signedInAs: 'Connecté :',
    signOut: 'Se déconnecter',
    signInForSchema: 'Connectez-vous pour voir le schéma.',
    schemaFailed: 'Le schéma n’a pas pu être lu :',
    sessionEnded: 'Votre session est terminée. Veuillez vous reconnecter.',
    sessionElsewhere: 'Votre session est dans un autre onglet. Connectez-vous pour travailler aussi dans celui-ci.',
    unreachable: 'Le serveur est injoignable. Veuillez réessayer.',
    refused: 'Le serveur a refusé la connexion.',
    unfinished: 'La connexion n’a pas abouti. Veuillez réessayer.',
    wayBack: 'L’exploitant doit autoriser cette adresse de retour du fournisseur (identity.providers, redirect_urls) :',
    loading: 'Chargement de l’éditeur…',
    ide: 'GraphiQL',
    for: 'pour',
    roles: {
      admin: 'les administrateurs de la plateforme',
      observer: 'les observateurs',
      owner: 'les propriétaires d’organisation',
      coordinator: 'les coordinateurs',
      volunteer: 'tout compte connecté',
      anyone: 'tout le monde',
    },
  },
  ar: {
    bar: 'الحساب والأمثلة',
    examples: 'أمثلة',
    search: 'البحث في الأمثلة',
    nothingFound: 'لا مثال يضم هذه الكلمات.',
    examplesHint: 'يُفتح المثال المختار في لسان جديد. عوّضوا ما بين < و > قبل تنفيذه.',
    close: 'إغلاق',
    language: 'اللغة',
    email: 'البريد الإلكتروني',
    password: 'كلمة المرور',
    code: 'الرمز',
    signIn: 'تسجيل الدخول',
    signInWith: 'تسجيل الدخول عبر',
    signingIn: 'جارٍ تسجيل الدخول…',
    startAgain: 'البدء من جديد',
    signedInAs: 'أنتم متصلون باسم',
    signOut: 'تسجيل الخروج',
    signInForSchema: 'سجّلوا الدخول للاطلاع على المخطط.',
    schemaFailed: 'تعذرت قراءة المخطط:',
    sessionEnded: 'انتهت الجلسة: سجّلوا الدخول من جديد.',
    sessionElsewhere: 'جلستكم مفتوحة في لسان آخر. سجّلوا الدخول للعمل في هذا اللسان أيضًا.',
    unreachable: 'تعذر الاتصال بالخادم. أعيدوا المحاولة.',
    refused: 'رفض الخادم تسجيل الدخول.',
    unfinished: 'لم يكتمل تسجيل الدخول. أعيدوا المحاولة.',
    wayBack: 'على مشغّل الخادم أن يسمح بعنوان الرجوع هذا من المزوّد (identity.providers، redirect_urls):',
    loading: 'جارٍ تحميل المحرر…',
    ide: 'GraphiQL',
    for: 'لفائدة',
    roles: {
      admin: 'مديري المنصة',
      observer: 'الملاحظين',
      owner: 'مالكي المنظمات',
      coordinator: 'المنسقين',
      volunteer: 'كل حساب متصل',
      anyone: 'الجميع',
    },
  },
}

let current = initial()
const listeners = new Set()

function initial() {
  const known = (code) => LANGUAGES.some((language) => language.code === code)
  try {
    const chosen = localStorage.getItem(KEY)
    if (known(chosen)) return chosen
  } catch {
    // Storage may be switched off; the browser's own language serves then.
  }
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())
  return wanted.find(known) ?? 'en'
}

export const language = () => current
export const text = (key) => TEXTS[current][key]

export function setLanguage(code) {
  current = code
  try {
    localStorage.setItem(KEY, code)
  } catch {
    // Not remembered, but still used for this page.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useLanguage() {
  const code = useSyncExternalStore(subscribe, language)
  return { code, dir: LANGUAGES.find((entry) => entry.code === code).dir, t: TEXTS[code] }
}
