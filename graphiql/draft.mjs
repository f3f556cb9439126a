// Drafts an example of a root field: its document, and its entry at the end of examples/examples.json, in which titles,
// prose and, where the drafted ones say too little, variables are to be filled in. Then run build.sh.
//
//   node draft.mjs createActivity
//
// The document asks for the plainest fields of what is answered; more can be added by hand.
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  buildSchema, getNamedType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType, isObjectType, parse, print,
} from 'graphql'

const near = (path) => new URL(path, import.meta.url)
const LIST = near('examples/examples.json')
/** What is shown of an object, the first that it has. */
const TELLING = [
  'id', 'code', 'slug', 'title', 'name', 'displayName', 'email', 'fileName', 'kind', 'status', 'state', 'version', 'month', 'day', 'from', 'to',
  'workedOn', 'startsAt', 'endsAt', 'minutes', 'role', 'url', 'number', 'event', 'reason', 'createdAt',
]
const MOST = 8
const PAGE = ['first', 'after', 'last', 'before']

export const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const words = (name) => kebab(name).replaceAll('-', ' ')
const upper = (name) => name[0].toUpperCase() + name.slice(1)
const needed = (it) => isNonNullType(it.type) && it.defaultValue === undefined

/** The document and the variables of a root field; `everything` asks for all that a report has. */
export function draft(schema, name, { everything = false } = {}) {
  const roots = [['query', schema.getQueryType()], ['mutation', schema.getMutationType()], ['subscription', schema.getSubscriptionType()]]
  const [kind, root] = roots.find(([, type]) => name in type.getFields()) ?? []
  if (!root) throw new Error(`the schema has no root field ${name}`)
  const field = root.getFields()[name]
  const asked = field.args.filter((it) => needed(it) || ['filter', 'input', 'code', 'slug', 'territoryCode'].includes(it.name))
  const paged = PAGE.every((it) => field.args.some((arg) => arg.name === it))
  const given = [...asked.map((it) => `${it.name}: $${it.name}`), ...(paged ? ['first: 20'] : [])]
  const declared = asked.map((it) => `$${it.name}: ${it.type}`)
  const list = (items) => (items.length > 0 ? `(${items.join(', ')})` : '')
  const source = `${kind} ${upper(name)}${list(declared)} { ${name}${list(given)} ${selection(field.type, everything ? 4 : 2, everything)} }`
  const noun = words(name).split(' ').slice(1).join(' ').replace(/ies$/, 'y').replace(/s$/, '')
  const variables = Object.fromEntries(asked.filter(needed).map((it) => [it.name, value(it.type, it.name, noun)]))
  return { kind, query: `${print(parse(source))}\n`, variables }
}

function selection(type, levels, everything) {
  const named = getNamedType(type)
  if (isLeafType(named)) return ''
  if (!isObjectType(named)) return '{ __typename id }'
  const fields = Object.values(named.getFields()).filter((it) => !it.args.some(needed))
  const has = (name) => fields.find((it) => it.name === name)
  if (named.name === 'UserError') return '{ code message path rule }'
  if (named.name.endsWith('Connection')) return `{ totalCount nodes ${selection(has('nodes').type, levels, false)} pageInfo { hasNextPage endCursor } }`
  const parts = []
  const leaves = fields.filter((it) => isLeafType(getNamedType(it.type)))
  const telling = TELLING.map(has).filter((it) => it && leaves.includes(it))
  const told = everything ? leaves : telling.length > 1 ? telling.slice(0, MOST) : [...new Set([...telling, ...leaves])].slice(0, MOST)
  parts.push(...told.map((it) => it.name))
  const payload = named.name.endsWith('Payload')
  if (levels > 1 || payload) {
    for (const it of fields) {
      const inner = getNamedType(it.type)
      if (isLeafType(inner) || inner.name.endsWith('Connection')) continue
      if (everything && inner.getInterfaces?.().length > 0) {
        // What has a place of its own elsewhere is only named.
        const naming = ['code', 'slug', 'title', 'name', 'displayName', 'id'].filter((it) => inner.getFields()[it]).slice(0, 2)
        parts.push(`${it.name} { ${naming.join(' ')} }`)
      } else if (payload || it.name === 'userErrors' || named.name.endsWith('Result') || everything) parts.push(`${it.name} ${selection(it.type, levels - 1, everything && levels > 2)}`)
    }
  }
  if (parts.length === 0) {
    // Something that only holds other things.
    parts.push(...fields.slice(0, 2).map((it) => `${it.name} ${selection(it.type, levels, false)}`))
  }
  return `{ ${parts.join(' ')} }`
}

function value(type, name, noun) {
  if (isNonNullType(type)) return value(type.ofType, name, noun)
  if (isListType(type)) return [value(type.ofType, name.replace(/s$/, ''), noun)]
  if (isEnumType(type)) return type.getValues()[0].name
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields())
    if (type.isOneOf) return { [fields[0].name]: value(fields[0].type, fields[0].name, noun) }
    const wanted = fields.filter((it) => needed(it) || ['expectedVersion', 'idempotencyKey'].includes(it.name))
    return Object.fromEntries(wanted.map((it) => [it.name, value(it.type, it.name, noun)]))
  }
  if (name === 'expectedVersion') return 1
  if (name === 'idempotencyKey') return `example-${noun.replaceAll(' ', '-')}-1`
  switch (type.name) {
    case 'ID': return `<${name === 'id' ? noun : words(name).replace(/ id$/, '')} id>`
    case 'Int': case 'Minutes': return 60
    case 'Boolean': return true
    case 'Date': return name === 'to' ? '2026-12-31' : '2026-01-01'
    case 'DateTime': return '2026-12-31T12:00:00Z'
    case 'Month': return '2026-09'
    case 'Decimal': return '10'
    case 'UUID': return '5f0c0f0e-0000-4000-8000-000000000001'
    case 'EmailAddress': return 'somebody@example.org'
    case 'URL': return 'https://example.org/events'
    default: return name === 'territoryCode' ? '07' : `<${words(name)}>`
  }
}

function main(name) {
  const schema = buildSchema(readFileSync(near('../schema.graphql'), 'utf8'))
  const { query, variables } = draft(schema, name)
  const id = kebab(name)
  const file = near(`examples/${id}.graphql`)
  const list = JSON.parse(readFileSync(LIST, 'utf8'))
  if (existsSync(file) || list.examples.some((it) => it.id === id)) throw new Error(`${id} is there already`)
  const empty = () => ({ ar: '', fr: '', en: '' })
  list.examples.push({ id, file: `${id}.graphql`, topic: list.topics[0].id, role: 'owner', title: empty(), prose: empty(), variables })
  writeFileSync(file, query)
  writeFileSync(LIST, `${JSON.stringify(list, null, 2)}\n`)
  console.log(`examples/${id}.graphql is drafted: fill in topic, role, title and prose in examples/examples.json`)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (process.argv.length !== 3) {
    console.error('usage: node draft.mjs FIELD')
    process.exit(2)
  }
  main(process.argv[2])
}
