// GraphiQL in a real browser, as an administrator uses it, and with nothing but the server itself to talk to.
// Usage: node graphiql.mjs BASE_URL [SCREENSHOT]
// The server must hold the demo data. CHROMIUM names another browser than /usr/bin/chromium.
import { atProvider, copies, forgets, secondFactor } from './accounts.mjs'
import { WAIT, asked, check, isOperation, sum, type, withBrowser } from './browser.mjs'

const [base, screenshot] = asked('node graphiql.mjs BASE_URL [SCREENSHOT]')
const origin = new URL(base).origin
const EMAIL = 'owner@example.org'
const PASSWORD = 'tiwizi-demo'

const foreign = []
const violations = []
const errors = []
const missing = []

await withBrowser(base, async (browser) => {
  const page = await browser.newPage()
  await page.setViewport({ width: 1440, height: 900 })
  await watch(page)
  await walk(page)
  for (const part of [secondFactor, atProvider, copies, forgets]) await part({ browser, origin, watch })
})

check('no other host was asked for anything', foreign.length === 0, foreign.join(', '))
check('the content security policy was never violated', violations.length === 0, violations.join(', '))
check('the page raised no error', errors.length === 0, errors.join(' | '))
check('every file of the page exists', missing.length === 0, missing.join(', '))
sum()

/** Blocks what would leave for another host and writes down everything that should not happen; `plays` answers some itself. */
async function watch(page, plays = async () => false) {
  await page.evaluateOnNewDocument(() => {
    globalThis.cspViolations = []
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.cspViolations.push(`${event.effectiveDirective} ${event.blockedURI}`)
    })
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    const local = url.origin === origin || url.protocol === 'data:' || url.protocol === 'blob:'
    if (!local) foreign.push(request.url())
    const decided = local
      ? plays(request).then((played) => played || request.continue())
      : request.abort('blockedbyclient')
    // A tab that others opened asks before it is watched: what is not held needs no decision.
    return decided.catch((cause) => {
      if (!/interception is not enabled/i.test(cause.message)) errors.push(cause.message)
    })
  })
  page.on('response', (response) => {
    if (response.status() === 404) missing.push(response.url())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('workercreated', (worker) => {
    if (!worker.url().startsWith(origin)) foreign.push(`worker ${worker.url()}`)
  })
  page.on('console', (message) => {
    const text = message.text()
    if (/Content Security Policy/i.test(text)) violations.push(text)
    else if (message.type() === 'error' && !/status of 4\d\d/.test(text)) errors.push(text)
  })
  // Last, so that nothing is held that nobody would let go.
  await page.setRequestInterception(true)
}

async function walk(page) {
  const response = await page.goto(`${origin}/graphiql`, { waitUntil: 'load', ...WAIT })
  check('GET /graphiql answers 200', response.status() === 200, `status ${response.status()}`)
  const policy = response.headers()['content-security-policy'] ?? ''
  check('a policy forbids foreign hosts', policy.includes("default-src 'none'") && !/https?:/.test(policy), policy)

  await page.waitForSelector('input[name=email]', WAIT)
  const unlabelled = await page.$$eval('.bar input, .bar select', (fields) =>
    fields.filter((field) => field.labels.length === 0).length)
  check('every field of the bar has a label', unlabelled === 0, `${unlabelled} without`)
  await page.waitForSelector('.graphiql-query-editor .monaco-editor .view-line', WAIT)
  check('the editor is shown', true)

  for (const [language, dir] of [['ar', 'rtl'], ['fr', 'ltr'], ['en', 'ltr']]) {
    await page.select('.bar select', language)
    const shown = await page.$eval('.bar', (bar) => [bar.lang, getComputedStyle(bar).direction].join(' '))
    check(`the bar speaks ${language}, ${dir}`, shown === `${language} ${dir}`, shown)
    if (language === 'ar' && screenshot) await picture(page, '-ar')
  }

  await signIn(page, 'not the password')
  await page.waitForFunction(() => document.querySelector('.bar [role=alert]')?.textContent.trim(), WAIT)
  check('a wrong password is refused with a sentence', true)

  await signIn(page, PASSWORD)
  await page.waitForSelector('.bar .who', WAIT)
  const who = await page.$eval('.bar .who', (element) => element.textContent)
  check('the bar says who is signed in', who.includes(EMAIL), who)
  const kept = await page.evaluate(() => ({
    local: JSON.stringify({ ...localStorage }).includes('refreshToken'),
    session: JSON.stringify({ ...sessionStorage }).includes('refreshToken'),
  }))
  check('tokens are kept in sessionStorage only', kept.session && !kept.local, JSON.stringify(kept))

  await page.waitForSelector('main[aria-busy=false]', WAIT)
  const notice = await page.$eval('.bar .notice', (element) => element.textContent)
  check('the schema is read', notice === '', notice)

  const docs = '.graphiql-sidebar button[aria-label$="Documentation Explorer"]'
  await page.click(docs)
  await page.waitForFunction(
    () => document.querySelector('.graphiql-doc-explorer-content')?.textContent.includes('HourEntry'), WAIT)
  check('the documentation lists the types', true)
  await page.click(docs)

  await page.focus('.examples > button')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.panel:not([hidden])', WAIT)
  await page.keyboard.press('Escape')
  await page.waitForSelector('.panel[hidden]', WAIT)
  const back = await page.evaluate(() => document.activeElement?.matches('.examples > button'))
  check('the examples open and close by the keyboard', back)

  await page.click('.examples > button')
  await page.waitForSelector('.panel:not([hidden])', WAIT)
  if (screenshot) await picture(page, '-examples')
  const all = await page.$$eval('.panel .example', (list) => list.length)
  check('there is an example of every operation', all > 150, `${all}`)
  await page.type('.panel input[type=search]', 'submitted from newest')
  const some = await page.$$eval('.panel .example', (list) => list.map((it) => it.dataset.example))
  check('a search finds examples by their words', some.length < 10 && some.includes('organization-hour-entries'), some.join(', '))
  await page.click('[data-example=organization-hour-entries]')
  await page.waitForFunction(
    () => document.querySelector('.graphiql-query-editor .view-lines')?.textContent.includes('OrganizationHourEntries'), WAIT)
  await page.waitForFunction(
    () => document.querySelector('.graphiql-editor-tool .view-lines')?.textContent.includes('al-amal'), WAIT)
  check('an example opens with its variables', true)
  await page.waitForFunction(() => document.querySelector('.bar .about')?.textContent.trim(), WAIT)
  check('the bar explains the example', true)

  const [answer] = await Promise.all([
    page.waitForResponse((response) => isOperation(response, 'OrganizationHourEntries'), WAIT),
    page.click('.graphiql-execute-button'),
  ])
  const sent = answer.request().headers()
  check('the request carries the preflight header, the language and the token',
    sent['graphql-require-preflight'] === '1' && sent['accept-language'] === 'en' &&
      /^Bearer ./.test(sent.authorization ?? ''))
  const body = await answer.json()
  check('the example answers without errors', !body.errors && Boolean(body.data), JSON.stringify(body.errors))
  check('the organization is found', Boolean(body.data?.organization), JSON.stringify(body.data))
  await page.waitForFunction(
    () => document.querySelector('.result-window .view-lines')?.textContent.includes('"data"'), WAIT)
  const shown = await page.$eval('.result-window .view-lines', (lines) => lines.textContent)
  check('the response pane shows data and no errors', shown.includes('"data"') && !shown.includes('"errors"'), shown)
  await page.waitForFunction(() => !document.querySelector('.graphiql-editors [class*=squiggly]'), WAIT)
  check('the editors mark nothing in the example as wrong', true)
  check('the editor’s workers run from this server', page.workers().length > 0, `${page.workers().length} workers`)
  if (screenshot) await picture(page, '')

  await keepsNoSecrets(page)

  await page.reload({ waitUntil: 'load', ...WAIT })
  await page.waitForSelector('.bar .who', WAIT)
  check('the session survives a reload', true)
  violations.push(...(await page.evaluate(() => globalThis.cspViolations)))

  await page.click('.bar .account button')
  await page.waitForSelector('input[name=email]', WAIT)
  const left = await page.evaluate(() => JSON.stringify({ ...sessionStorage }).includes('refreshToken'))
  check('signing out forgets the tokens', !left)
  violations.push(...(await page.evaluate(() => globalThis.cspViolations)))
}

/** Runs an operation with a password in its variables and a token in its headers, then looks at what was remembered. */
async function keepsNoSecrets(page) {
  const token = 'twz_typed-by-hand'
  await page.click('.examples > button')
  await page.click('[data-example=sign-in]')
  await page.waitForFunction(
    () => document.querySelector('.graphiql-editor-tool .view-lines')?.textContent.includes('tiwizi-demo'), WAIT)
  await page.click('.graphiql-editor-tools button[data-name=headers]')
  await page.click('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines')
  await page.keyboard.type(`{"Authorization":"Bearer ${token}"}`)
  await Promise.all([
    page.waitForResponse((response) => isOperation(response, 'SignIn') &&
      response.request().headers().authorization === `Bearer ${token}`, WAIT),
    page.click('.graphiql-execute-button'),
  ])
  await page.waitForFunction(() => ['queries', 'tabState']
    .every((name) => (localStorage.getItem(`graphiql:${name}`) ?? '').includes('mutation SignIn')), WAIT)
  await page.waitForFunction(() => (localStorage.getItem('graphiql:variables') ?? '').includes('password'), WAIT)
  const remembered = await page.evaluate(() => JSON.stringify({ ...localStorage }))
  const secrets = [EMAIL, PASSWORD, token].filter((secret) => remembered.includes(secret))
  check('tabs and history are remembered without secrets', secrets.length === 0, secrets.join(', '))
  await page.click('.graphiql-editor-tools button[data-name=variables]')
}

async function signIn(page, password) {
  await type(page, 'email', EMAIL)
  await type(page, 'password', password)
  await page.keyboard.press('Enter')
}

/** SCREENSHOT.png, SCREENSHOT-ar.png, … */
async function picture(page, suffix) {
  await page.screenshot({ path: screenshot.replace(/(\.png)?$/, `${suffix}.png`) })
}
