// The pages that people read, in a real browser: every language, light and dark, wide and narrow, without scripts.
// Usage: node pages.mjs BASE_URL [FOLDER]
// The server must hold the demo data. Pictures of the pages go into FOLDER. CHROMIUM names another browser than
// /usr/bin/chromium. Rules of accessibility are those of axe-core: WCAG 2.0 to 2.2 at A and AA, and its good practice.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { asked, check, sum, withBrowser } from './browser.mjs'

const [base, folder] = asked('node pages.mjs BASE_URL [FOLDER]')
const origin = new URL(base).origin
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const LARGEST = 100_000
const LANGUAGES = [['ar', 'rtl'], ['fr', 'ltr'], ['en', 'ltr']]
const WIDE = { width: 1280, height: 900 }
// What WCAG 1.4.10 asks: nothing is lost at this width, and nobody scrolls in two directions.
const NARROW = { width: 320, height: 640 }

const pages = new Map([
  ['home', '/'],
  ['open-data', '/open-data'],
  ['open-data-region', '/open-data?territory=07'],
  ['verify', '/verify'],
  ['verify-unknown', '/verify?code=nothing'],
])
for (const [status, code] of await certificates()) {
  pages.set(`verify-${status.toLowerCase()}`, `/verify/${code}`)
}
check('the demonstration data holds a certificate that is valid', pages.has('verify-valid'))

await withBrowser(base, async (browser) => {
  for (const [name, path] of pages) {
    for (const [language, direction] of LANGUAGES) {
      await look(browser, name, path, language, direction)
    }
  }
})
sum()

async function look(browser, name, path, language, direction) {
  const called = `${name} in ${language}`
  const page = await browser.newPage()
  await page.setJavaScriptEnabled(false)
  await page.setViewport(WIDE)
  let bytes = 0
  const wrong = []
  page.on('response', async (response) => {
    if (!response.url().startsWith(origin)) wrong.push(`asked ${response.url()}`)
    bytes += (await response.buffer().catch(() => Buffer.alloc(0))).length
  })
  page.on('console', (message) => wrong.push(message.text()))

  const address = new URL(path, origin)
  address.searchParams.set('lang', language)
  const response = await page.goto(address.href, { waitUntil: 'networkidle0', timeout: 30_000 })
  const expected = name === 'verify-unknown' ? 404 : 200
  check(`${called}: answers ${expected}`, response.status() === expected, `status ${response.status()}`)
  const told = wrong.filter((it) => !/status of 404/.test(it))
  check(`${called}: asks nobody else and breaks no policy`, told.length === 0, told.join(' | '))
  check(`${called}: under 100 KB with its style`, bytes > 0 && bytes < LARGEST, `${bytes} bytes`)
  const policy = response.headers()['content-security-policy'] ?? ''
  const strict = policy.includes("default-src 'none'") && !/unsafe|https?:|script-src/.test(policy)
  check(`${called}: its policy runs no script and names no host`, strict, policy)

  const frame = await page.evaluate(() => ({
    scripts: document.querySelectorAll('script').length,
    language: document.documentElement.lang,
    direction: getComputedStyle(document.documentElement).direction,
    headings: [...document.querySelectorAll('h1, h2, h3')].map((it) => Number(it.tagName.slice(1))),
    current: document.querySelector('nav.languages [aria-current]')?.lang,
    tables: [...document.querySelectorAll('table')].filter((it) => !it.caption || !it.querySelector('th[scope]')).length,
    pictures: [...document.querySelectorAll('svg')].filter((it) =>
      !it.closest('[aria-hidden=true]') && !it.closest('[role=img][aria-label]') &&
      !it.getAttribute('aria-label') && !it.querySelector('title')).length,
  }))
  check(`${called}: has no script`, frame.scripts === 0)
  check(`${called}: says its language and runs its way`,
    frame.language === language && frame.direction === direction, `${frame.language} ${frame.direction}`)
  check(`${called}: marks its language among the others`, frame.current === language, frame.current)
  const inOrder = frame.headings[0] === 1 && frame.headings.filter((it) => it === 1).length === 1 &&
    frame.headings.every((it, at) => at === 0 || it <= frame.headings[at - 1] + 1)
  check(`${called}: one title, and headings in order`, inOrder, frame.headings.join(' '))
  check(`${called}: every table has a caption and heads`, frame.tables === 0, `${frame.tables} without`)
  check(`${called}: every picture has words`, frame.pictures === 0, `${frame.pictures} without`)

  // The rules run scripts of their own, beside the page.
  await page.setJavaScriptEnabled(true)
  await page.reload({ waitUntil: 'load', timeout: 30_000 })
  await page.evaluate(AXE)
  for (const scheme of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    const found = await page.evaluate(async (tags) => {
      const { violations } = await globalThis.axe.run(document, { runOnly: tags })
      return violations.map((it) => `${it.id}: ${it.nodes.slice(0, 3).map((node) => node.html).join(' ')}`)
    }, TAGS)
    check(`${called}, ${scheme}: no rule of accessibility is broken`, found.length === 0, found.join(' | '))
    if (folder) await page.screenshot({ path: join(folder, `${name}-${language}-${scheme}.png`), fullPage: true })
  }
  await page.emulateMediaFeatures([])

  await page.setViewport(NARROW)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  check(`${called}: nobody scrolls sideways at 320 pixels`, over <= 0, `${over} pixels too wide`)
  if (folder) await page.screenshot({ path: join(folder, `${name}-${language}-narrow.png`), fullPage: true })

  await reads(page, called)
  await page.close()
}

/** Everything that can be used is reached by the keyboard, and shows that it is. */
async function reads(page, called) {
  await page.setViewport(WIDE)
  const all = await page.$$eval('a[href], button, input:not([type=hidden])', (them) => them.length)
  const reached = new Set()
  let unseen = 0
  for (let step = 0; step <= all; step += 1) {
    await page.keyboard.press('Tab')
    const here = await page.evaluate(() => {
      const it = document.activeElement
      if (!it || it === document.body) return null
      const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden])')]
      return { at: all.indexOf(it), seen: getComputedStyle(it).outlineStyle !== 'none' }
    })
    if (!here) break
    if (here.at >= 0) reached.add(here.at)
    if (!here.seen) unseen += 1
  }
  check(`${called}: everything is reached by the keyboard and shows it`, reached.size === all && unseen === 0,
    `${reached.size} of ${all}, ${unseen} unseen`)
}

/** One code of each status that the demonstration data has. */
async function certificates() {
  const session = await ask(`mutation { signIn(input: { email: "owner@example.org", password: "tiwizi-demo" }) {
    session { accessToken } } }`)
  const token = session.signIn.session.accessToken
  const data = await ask('{ certificates(first: 100) { nodes { code status } } }', token)
  const { nodes } = data.certificates
  return new Map(nodes.map((it) => [it.status, it.code]))
}

async function ask(query, token) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = await response.json()
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}
