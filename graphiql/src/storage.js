/**
 * What GraphiQL remembers between visits: tabs, history and theme, in localStorage, but never a secret that somebody
 * typed into an operation, its variables or its headers.
 */
const PREFIX = 'graphiql:'
/** Values that are JSON around texts; every other value is a text itself. */
const NESTED = ['tabState', 'queries', 'favorites'].map((name) => PREFIX + name)
const SECRET = /((?:password|token|secret|authorization)"?\s*:\s*)(?:"""[^]*?"""|"(?:[^"\\\n]|\\.)*"?)/gi

const hide = (text) => text.replace(SECRET, '$1""')

function clean(key, value) {
  if (!NESTED.includes(key)) return hide(value)
  return JSON.stringify(JSON.parse(value, (_, part) => (typeof part === 'string' ? hide(part) : part)))
}

const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))

const remembered = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, clean(key, value)),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => keys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return keys().length
  },
}

/** Null where the browser's storage is switched off: GraphiQL then remembers nothing. */
export function storage() {
  try {
    return localStorage && remembered
  } catch {
    return null
  }
}
