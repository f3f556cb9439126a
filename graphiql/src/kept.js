/**
 * What may be remembered of a document and of its variables: their shape, and values by these names alone. No name, number,
 * address, date of birth, code, password or token is among them; whatever is not named here is not kept.
 */
const KEPT = [
  'slug', 'organizationId', 'projectId', 'territoryCode', 'vocabulary', 'from', 'to', 'month',
  'report', 'rows', 'columns', 'statusBasis', 'timeBasis', 'format', 'locale', 'language', 'timeZone',
]
/** Names of small numbers; people have a first and a last name, too. */
const COUNTED = ['first', 'last', 'year']
const SMALL = /^\d{1,4}$/
/** A word, a date, an id: neither sentences nor addresses of mail, whatever they are called. */
const PLAIN = /^[\w.:/=-]{0,80}$/
/** Of a document: a text, with the name before it if there is one, or a number of many digits. */
const TYPED = /(?:\b(\w+)\s*:\s*)?("""[^]*?(?:"""|$)|"(?:[^"\\\n]|\\.)*"?)|#.*|\b\d{7,}\b/g

const passes = (name, value) => (COUNTED.includes(name) && SMALL.test(value)) || (KEPT.includes(name) && PLAIN.test(value))

/** A document without texts and long numbers, and without comments. */
export function text(document) {
  return document.replace(TYPED, (all, name, literal) => {
    if (!literal) return all.startsWith('#') ? '#' : '0'
    if (name && passes(name, literal.slice(1, -1))) return all
    return `${all.slice(0, all.length - literal.length)}""`
  })
}

/** Variables without values that do not pass; nothing of what is no JSON. */
export function values(variables) {
  let given
  try {
    given = JSON.parse(variables)
  } catch {
    return ''
  }
  return `${JSON.stringify(emptied('', given), null, 2)}\n`
}

function emptied(name, value) {
  if (Array.isArray(value)) return value.map((part) => emptied(name, part))
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, emptied(key, part)]))
  }
  if (passes(name, value)) return value
  return typeof value === 'string' ? '' : null
}
