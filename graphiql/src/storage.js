import { text, values } from './kept.js'

/**
 * What GraphiQL remembers between visits, in localStorage: which documents were open and run, and how the page looks.
 * Never headers, and of variables only what `kept.js` lets pass. Signing out forgets all but how the page looks.
 */
const PREFIX = 'graphiql:'
const TABS = ['tabState', 'queries', 'favorites'].map((name) => PREFIX + name)
const LOOKS = /^graphiql:(?:theme|visiblePlugin|\w+Flex)$/

/** How what GraphiQL writes is written down instead. */
const CLEAN = { __proto__: null, query: text, variables: values, headers: () => null, response: () => null }

function clean(key, value) {
  const cleaned = (name, part) => (typeof part === 'string' && CLEAN[name] ? CLEAN[name](part) : part)
  if (!TABS.includes(key)) return cleaned(key.slice(PREFIX.length), value) ?? ''
  return JSON.stringify(JSON.parse(value, cleaned))
}

const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))

const remembered = {
  getItem: (key) => localStorage.getItem(key),
  setItem: put,
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => keys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return keys().length
  },
}

/** Null where the browser's storage is switched off: GraphiQL then remembers nothing. */
export function storage() {
  try {
    // Earlier versions of this page kept more.
    keys().forEach((key) => put(key, localStorage.getItem(key)))
    return remembered
  } catch {
    return null
  }
}

function put(key, value) {
  let cleaned = ''
  try {
    cleaned = clean(key, value)
  } catch {
    // What cannot be read is not kept.
  }
  localStorage.setItem(key, cleaned)
}

/** Forgets what the account that signs out worked with. */
export function forget() {
  try {
    keys().filter((key) => !LOOKS.test(key)).forEach((key) => localStorage.removeItem(key))
  } catch {
    // Nothing was remembered.
  }
}
