import { parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { answer, fresh, post, renew, session, visit } from './session.js'

/** GraphiQL's requests: HTTP for queries and mutations, `graphql-transport-ws` for subscriptions. */
export function fetcher(params, options = {}) {
  const headers = options.headers ?? {}
  const { kind, operationName } = chosen(params)
  const asked = { ...params, operationName }
  return kind === 'subscription' ? subscribe(asked, headers) : execute(asked, headers)
}

/**
 * The operation to run. GraphiQL notices what the editor holds with a delay, so that an operation run at once would carry
 * the name of the one before it; a document with a single operation leaves no doubt about which is meant.
 */
function chosen({ query, operationName }) {
  const operations = operationsOf(query)
  const named = operations.find(({ name }) => name?.value === operationName)
  const one = named ?? (operations.length === 1 ? operations[0] : undefined)
  return one ? { kind: one.operation, operationName: one.name?.value } : { operationName }
}

/** Empty when the text does not parse: the server then says what is wrong with it. */
function operationsOf(query) {
  try {
    return parse(query).definitions.filter(({ kind }) => kind === 'OperationDefinition')
  } catch {
    return []
  }
}

/** An answer that comes once its account has signed out is shown to nobody. */
async function execute(params, headers) {
  const asked = visit()
  const result = await ask(params, headers)
  return visit() === asked ? result : new Promise(() => {})
}

async function ask(params, headers) {
  await fresh()
  const own = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
  const used = session()
  const response = await post(params, headers)
  const result = await answer(response)
  if (!own && used && signedOut(response, result)) {
    // The token ended early, for example because the server's keys changed. Nothing ran, so asking again is safe.
    const renewed = session() !== used || (await renew().then(() => true, () => false))
    if (renewed && session()) return answer(await post(params, headers))
  }
  return result
}

function signedOut(response, result) {
  const code = result.errors?.[0]?.extensions?.code
  return response.status === 401 || (code === 'UNAUTHENTICATED' && !result.data)
}

async function* subscribe(params, headers) {
  await fresh()
  const url = new URL('/graphql', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const own = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1]
  const authorization = own ?? (session() && `Bearer ${session().accessToken}`)
  const client = createClient({
    url: url.href,
    retryAttempts: 0,
    connectionParams: authorization ? { authorization } : {},
  })
  try {
    yield* client.iterate(params)
  } finally {
    await client.dispose()
  }
}
