// What checks in a real browser share: the browser itself, which reaches no other host, and the count of what held.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'

export const WAIT = { timeout: 30_000 }

let passed = 0
let failed = 0

export function check(name, ok, detail) {
  if (ok) passed += 1
  else failed += 1
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${!ok && detail ? `: ${detail.slice(0, 600)}` : ''}`)
}

/** Replaces what a field of the bar holds. */
export async function type(page, name, value) {
  await page.click(`input[name=${name}]`, { count: 3 })
  await page.keyboard.press('Backspace')
  await page.type(`input[name=${name}]`, value)
}

/** Whether a response answers an operation of this name. */
export function isOperation(response, name) {
  return isRequestOf(response.request(), name)
}

export function isRequestOf(request, name) {
  return request.method() === 'POST' && new URL(request.url()).pathname === '/graphql' &&
    new RegExp(`"operationName":"${name}"|"query":"\\w+ ${name}\\b`).test(request.postData() ?? '')
}

/** Prints the sum and sets the exit code. */
export function sum() {
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}

/** The base URL and what else was given, or the end of the program with its usage. */
export function asked(usage) {
  const [base, ...others] = process.argv.slice(2)
  if (!base || !URL.canParse(base)) {
    console.error(`usage: ${usage}`)
    process.exit(2)
  }
  return [base, ...others]
}

/** Runs `walk` with a browser and removes what it leaves. CHROMIUM names another than /usr/bin/chromium. */
export async function withBrowser(base, walk) {
  const profile = mkdtempSync(join(tmpdir(), 'tiwizi-browser-'))
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    userDataDir: profile,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--lang=en',
      // Also for what interception does not see, such as requests of workers: no other name or address can be reached.
      `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(base).hostname}`,
    ],
  })
  try {
    await walk(browser)
  } catch (error) {
    check('the walk reached its end', false, error.stack ?? String(error))
  } finally {
    await browser.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
