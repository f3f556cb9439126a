// Accounts in GraphiQL: second factors, other providers, copied tabs, and what is left when somebody signs out.
import { createHmac } from 'node:crypto'
import { WAIT, check, isOperation, isRequestOf, type } from './browser.mjs'

const PASSWORD = 'tiwizi-demo'
const LANGUAGES = ['ar', 'fr', 'en']

/** A page that shares nothing with others and shows GraphiQL; `plays` answers requests in the place of the server. */
async function opened({ browser, origin, watch }, plays) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.setViewport({ width: 1440, height: 900 })
  await watch(page, plays)
  await page.goto(`${origin}/graphiql`, { waitUntil: 'load', ...WAIT })
  await page.waitForSelector('input[name=email]', WAIT)
  await page.select('.bar select', 'en')
  return page
}

async function signIn(page, email) {
  await type(page, 'email', email)
  await type(page, 'password', PASSWORD)
  await page.keyboard.press('Enter')
}

const alert = (page) => page.$eval('.bar [role=alert]', (it) => it.textContent)
const focused = (page, name) => page.waitForFunction((it) => document.activeElement?.name === it, WAIT, name)
const seen = (page, selector) => page.waitForSelector(selector, WAIT).then(() => true, () => false)

/** A mutation, with its refusals. */
async function act(origin, name, input, selection, token) {
  const query = `mutation($input: ${name[0].toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${selection} userErrors { code } } }`
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const answer = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables: { input } }) })
  const { data, errors } = await answer.json()
  const payload = data?.[name]
  if (!payload || payload.userErrors.length > 0) throw new Error(`${name}: ${JSON.stringify(errors ?? payload)}`)
  return payload
}

/** The code that an authenticator shows; `later`: so many times 30 seconds from now. */
function totp(secret, later = 0) {
  const bits = [...secret].map((it) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(it).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((it) => Number.parseInt(it, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later))
  const mac = createHmac('sha1', key).update(step).digest()
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

export async function secondFactor(given) {
  const { origin } = given
  const email = 'outsider@example.org'
  const { session } = await act(origin, 'signIn', { email, password: PASSWORD }, 'session { accessToken }')
  const { secret } = await act(origin, 'enableTotp', { password: PASSWORD }, 'secret', session.accessToken)
  const { recoveryCodes } = await act(origin, 'confirmTotp', { code: totp(secret) }, 'recoveryCodes', session.accessToken)
  const page = await opened(given)
  try {
    check('no code is asked for at first', !(await page.$('input[name=code]')))
    await signIn(page, email)
    const asks = await seen(page, 'input[name=code]')
    check('an account with a second factor is asked for a code', asks, await alert(page))
    if (!asks) return
    await focused(page, 'code')
    const labels = []
    for (const language of LANGUAGES) {
      await page.select('.bar select', language)
      labels.push(await page.$eval('input[name=code]', ({ labels: [label] }) => label.textContent))
    }
    check('the code has a label in each language', labels.every(Boolean) && labels[0] !== labels[2], labels.join(', '))

    await type(page, 'code', '000000')
    await page.keyboard.press('Enter')
    await page.waitForSelector('input[name=code][aria-invalid=true]', WAIT)
    await focused(page, 'code')
    check('a wrong code is refused, and another can be given', await page.$eval('input[name=code]', (it) => it.value === ''))
    await type(page, 'code', totp(secret, 1))
    await page.keyboard.press('Enter')
    check('the code of an authenticator signs in', await seen(page, '.bar .who'), await alert(page).catch(String))

    await page.click('.bar .account button')
    await page.waitForSelector('input[name=email]', WAIT)
    await signIn(page, email)
    await page.waitForSelector('input[name=code]', WAIT)
    await type(page, 'code', recoveryCodes[0])
    await page.keyboard.press('Enter')
    check('a recovery code signs in', await seen(page, '.bar .who'), await alert(page).catch(String))
  } finally {
    await page.browserContext().close()
    const { session } = await act(origin, 'signIn', { email, password: PASSWORD, code: recoveryCodes[1] }, 'session { accessToken }')
    await act(origin, 'disableTotp', { password: PASSWORD, code: recoveryCodes[2] }, 'totpDisabled', session.accessToken)
  }
}

/** The server of the check has no provider: what it would answer is played here, once it took the document as it is. */
export async function atProvider(given) {
  const { origin } = given
  const email = 'coordinator@example.org'
  const asked = {}
  let refuses = true
  const plays = {
    SignInProviders: () => ({ signInProviders: [{ code: 'played', name: 'Provider' }] }),
    BeginSignIn: () => (refuses
      ? { beginSignIn: { authorizationUrl: null, key: null, state: null, userErrors: [{ code: 'REDIRECT_REFUSED', message: 'no', path: [] }] } }
      : { beginSignIn: { authorizationUrl: `${origin}/graphiql?code=proof&state=begun&iss=https%3A%2F%2Fid.example.org`, key: 'key', state: 'begun', userErrors: [] } }),
    async CompleteSignIn({ totpCode }) {
      if (totpCode !== '123456') {
        const userErrors = [{ code: totpCode ? 'TOTP_INVALID' : 'TOTP_REQUIRED', message: 'a code', path: [] }]
        return { completeSignIn: { session: null, viewer: null, userErrors } }
      }
      const selection = 'session { accessToken refreshToken expiresAt } viewer { user { id email } }'
      return { completeSignIn: { ...(await act(origin, 'signIn', { email, password: PASSWORD }, selection)), userErrors: [] } }
    },
  }
  const wrong = []
  const page = await opened(given, async (request) => {
    const name = Object.keys(plays).find((it) => isRequestOf(request, it))
    if (!name) return false
    const body = JSON.parse(request.postData())
    asked[name] = body.variables?.input
    const real = await fetch(`${origin}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: request.postData() })
    const { errors } = await real.json()
    if (errors) wrong.push(`${name}: ${JSON.stringify(errors)}`)
    const data = await plays[name](body.variables?.input)
    await request.respond({ contentType: 'application/json', body: JSON.stringify({ data }) })
    return true
  })
  const shown = await seen(page, 'button.provider')
  check('there is a button for each provider', shown)
  if (shown) {
    await page.click('button.provider')
    await page.waitForFunction(() => document.querySelector('.bar [role=alert]')?.textContent.trim(), WAIT)
    check('who may not come back here is told which address is to be allowed', (await alert(page)).includes(`${origin}/graphiql`), await alert(page))
    refuses = false
    await page.click('button.provider')
    check('the code of a second factor is asked for after a provider', await seen(page, 'input[name=code]'))
    check('nothing that came back stays in the address', page.url() === `${origin}/graphiql`, page.url())
    await type(page, 'code', '123456')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.bar .who', WAIT)
    check('a provider signs in', (await page.$eval('.bar .who', (it) => it.textContent)).includes(email))
    const sent = JSON.stringify([asked.BeginSignIn, asked.CompleteSignIn])
    check('what came back is sent with the key that was kept', sent === JSON.stringify([
      { provider: 'played', redirectUri: `${origin}/graphiql` },
      { key: 'key', state: 'begun', code: 'proof', iss: 'https://id.example.org', totpCode: '123456' },
    ]), sent)
    check('the server takes the documents of this way', wrong.length === 0, wrong.join(', '))
    await page.click('.bar .account button')
    await page.waitForSelector('input[name=email]', WAIT)
    asked.CompleteSignIn = null
    await page.goto(`${origin}/graphiql?code=planted&state=begun`, { waitUntil: 'load', ...WAIT })
    await page.waitForFunction(() => document.querySelector('.bar [role=alert]')?.textContent.trim(), WAIT)
    check('what was not begun here is not sent', !asked.CompleteSignIn && page.url() === `${origin}/graphiql`)
  }
  await page.browserContext().close()
}

/** A tab that is duplicated, and one that comes back, hold tokens of a session that another tab goes on with. */
export async function copies(given) {
  const renewals = []
  const counts = (page) => {
    page.on('response', async (response) => {
      if (isOperation(response, 'RefreshSession')) renewals.push(await response.json().then(({ data }) => Boolean(data?.refreshSession.session), () => false))
    })
  }
  const page = await opened(given)
  const context = page.browserContext()
  counts(page)
  await signIn(page, 'coordinator@example.org')
  await page.waitForSelector('.bar .who', WAIT)
  const early = await page.evaluate(() => sessionStorage.getItem('tiwizi.session'))

  const [target] = await Promise.all([
    new Promise((done) => context.once('targetcreated', done)),
    page.evaluate(() => void window.open(location.href)),
  ])
  const copy = await target.page()
  await given.watch(copy)
  counts(copy)
  await copy.waitForSelector('.bar .who, input[name=email]', WAIT)
  check('a duplicated tab asks to sign in', Boolean(await copy.$('input[name=email]')))
  check('a duplicated tab has no tokens', !(await copy.evaluate(() => JSON.stringify({ ...sessionStorage }))).includes('refreshToken'))
  const notices = []
  for (const language of LANGUAGES) {
    await copy.select('.bar select', language)
    notices.push(await copy.$eval('.bar .notice', (it) => it.textContent))
  }
  check('it says in each language where the session is', notices.every(Boolean) && new Set(notices).size === 3, notices.join(' | '))

  const ages = (it) => it.evaluate(() => {
    const session = JSON.parse(sessionStorage.getItem('tiwizi.session'))
    if (session) sessionStorage.setItem('tiwizi.session', JSON.stringify({ ...session, expiresAt: new Date().toISOString() }))
  })
  for (const it of [page, copy]) {
    await ages(it)
    await it.reload({ waitUntil: 'load', ...WAIT })
    await it.waitForSelector('.bar .who, input[name=email]', WAIT)
    await it.waitForSelector('main[aria-busy=false]', WAIT)
  }
  check('one tab alone renews the session', renewals.length === 1 && renewals[0], JSON.stringify(renewals))
  await page.reload({ waitUntil: 'load', ...WAIT })
  check('the tab that has the session goes on', await seen(page, '.bar .who') && await seen(page, 'main[aria-busy=false]') &&
    (await page.$eval('.bar .notice', (it) => it.textContent)) === '')

  await page.close()
  await copy.evaluate((it) => sessionStorage.setItem('tiwizi.session', it), early)
  await ages(copy)
  await copy.reload({ waitUntil: 'load', ...WAIT })
  await copy.waitForSelector('main[aria-busy=false]', WAIT)
  await copy.waitForSelector('input[name=email]', WAIT)
  check('a tab that comes back with an old token does not send it', renewals.length === 1, JSON.stringify(renewals))

  // As browsers have it where the page comes over plain HTTP from another machine.
  await copy.evaluateOnNewDocument(() => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }))
  await copy.reload({ waitUntil: 'load', ...WAIT })
  await copy.waitForSelector('input[name=email]', WAIT)
  await signIn(copy, 'coordinator@example.org')
  const signedIn = await seen(copy, '.bar .who')
  const stores = await copy.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))
  check('without locks one signs in, and no token is kept', signedIn && !stores.includes('oken"'), stores)
  await context.close()
}

/** What was typed and answered is not there for whoever uses the computer next. */
export async function forgets(given) {
  let later
  const page = await opened(given, async (request) => {
    if (!isRequestOf(request, 'Late')) return false
    later = () => request.continue()
    return true
  })
  await signIn(page, 'coordinator@example.org')
  await page.waitForSelector('.bar .who', WAIT)
  await page.waitForSelector('main[aria-busy=false]', WAIT)
  const personal = ['Salma-Idrissi', 'BK998877', '0612345678', 'salma@example.org', '1990-02-03', 'f4k2d-9xq1z', 'K112233', '612345679']
  const query = `# ${personal[0]}\nquery Remembered($a: String, $input: [String]) { viewer { user { email } } __type(name: "${personal[6]}") { name(a: ${personal[7]}) } }`
  const variables = { slug: 'al-amal', from: '2026-01-01', first: personal[0], last: 20, input: { name: personal[0], nationalId: personal[1], phone: personal[2], email: personal[3], birthDate: personal[4], code: personal[5], age: 612345679 } }
  await fill(page, '.graphiql-query-editor', query)
  await fill(page, '.graphiql-editor-tool', JSON.stringify(variables))
  await page.waitForFunction(() => (localStorage.getItem('graphiql:variables') ?? '').includes('al-amal'), WAIT)
  await page.waitForFunction(() => (localStorage.getItem('graphiql:tabState') ?? '').includes('Remembered'), WAIT)
  await Promise.all([
    page.waitForResponse((response) => isOperation(response, 'Remembered'), WAIT),
    page.click('.graphiql-execute-button'),
  ])
  const kept = () => page.evaluate(() => JSON.stringify({ ...localStorage }))
  await page.waitForFunction(() => (localStorage.getItem('graphiql:queries') ?? '').includes('Remembered'), WAIT)
  const remembered = await kept()
  const found = personal.filter((it) => remembered.includes(it))
  check('nothing personal that was typed is remembered', found.length === 0, found.join(', '))
  check('what says nothing about people is remembered', remembered.includes('2026-01-01') && remembered.includes('al-amal'), remembered)

  await page.click('.examples > button')
  await page.click('.panel .example')
  await page.waitForFunction(() => document.querySelectorAll('.graphiql-tab').length > 1, WAIT)
  await page.click('.graphiql-execute-button')
  await page.waitForFunction(() => document.querySelector('.result-window .view-lines')?.textContent.trim(), WAIT)
  await fill(page, '.graphiql-query-editor', 'query Late { __typename }')
  await Promise.all([page.waitForRequest((request) => isRequestOf(request, 'Late'), WAIT), page.click('.graphiql-execute-button')])
  await page.focus('.bar .account button')
  await page.keyboard.press('Enter')
  await page.waitForSelector('input[name=email]', WAIT)
  await Promise.all([page.waitForResponse((response) => isOperation(response, 'Late'), WAIT), later()])
  await page.waitForSelector('.graphiql-query-editor .monaco-editor .view-line', WAIT)
  await page.waitForSelector('main[aria-busy=false]', WAIT)
  const answer = () => page.$eval('.result-window .view-lines', (it) => it.textContent)
  check('signing out closes the tabs', (await page.$$('.graphiql-tab')).length <= 1)
  check('the bar has the focus', await page.evaluate(() => document.activeElement.closest('.account') !== null))
  // GraphiQL writes a moment after a change: what is written of a later one says that nothing of before is on its way.
  await fill(page, '.graphiql-query-editor', 'query Afterwards { __typename }')
  await page.waitForFunction(() => (localStorage.getItem('graphiql:tabState') ?? '').includes('Afterwards'), WAIT)
  check('signing out takes the answer away, also one that comes later', !(await answer()).includes('"data"'), await answer())
  const after = await kept()
  check('signing out forgets documents, variables and history', ['Remembered', 'Late', 'al-amal'].every((it) => !after.includes(it)), after)
  await page.click('.graphiql-sidebar button[aria-label*="History"]')
  await page.waitForSelector('.graphiql-history', WAIT)
  check('the history is empty', (await page.$$('.graphiql-history-item')).length === 0)
  await page.browserContext().close()
}

async function fill(page, editor, text) {
  await page.click(`${editor} .graphiql-editor:not(.hidden) .view-lines, ${editor} .view-lines`)
  await page.keyboard.down('Control')
  await page.keyboard.press('a')
  await page.keyboard.up('Control')
  await page.keyboard.press('Backspace')
  // As pasting does: the editor closes no brackets of its own.
  await page.keyboard.sendCharacter(text)
}
