/** A real Chromium for the stories: the one inside npm, or PLANET_CHROMIUM. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { until } from '../server/foundation/testing.ts'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

const tmp = join(import.meta.dirname, '../.planet/chromium')

/** Where the Chromium is and what it is started with; unpacks it into `.planet/chromium` if it is not there yet: not for two processes at once (setup.ts). */
export async function unpackChromium(): Promise<{ path: string; args: string[] }> {
  const own = process.env['PLANET_CHROMIUM']
  if (own) return { path: own, args: ['--no-sandbox', '--disable-gpu'] }
  mkdirSync(tmp, { recursive: true })
  // The package unpacks its Chromium into TMPDIR and, only where it thinks it runs on Lambda, the libraries it needs.
  process.env['TMPDIR'] = tmp
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x'
  const { default: packed } = await import('@sparticuz/chromium')
  packed.setGraphicsMode = false
  const path = await packed.executablePath()
  // Its font list names folders of Lambda: without a font Chromium ends at the first page.
  const file = join(tmp, 'fonts.conf')
  const fonts = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${join(tmp, 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(tmp, 'font-cache')}</cachedir></fontconfig>`
  // Another story's Chromium may read it right now.
  if (!existsSync(file) || readFileSync(file, 'utf8') !== fonts) writeFileSync(file, fonts)
  process.env['FONTCONFIG_PATH'] = tmp
  // What would make it a different browser from a person's stays out.
  const strange = ['--single-process', '--no-zygote', '--disable-web-security', '--allow-running-insecure-content', '--disable-webgl']
  return { path, args: packed.args.filter(arg => !strange.includes(arg) && !arg.startsWith('--headless')).concat('--no-zygote') }
}

export type View = { width: number; height: number }
export const desktop: View = { width: 1440, height: 900 }
export const phone: View = { width: 390, height: 844 }

/** `more`: flags of this browser alone. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const { path, args } = await unpackChromium()
  return chromium.launch({
    executablePath: path,
    headless: true,
    args: [
      ...args,
      '--autoplay-policy=document-user-activation-required',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
      '--mute-audio',
      ...more,
    ],
  })
}

/** A fresh profile: one person at one device. What the page reports as an error fails the story. */
export async function person(
  browser: Browser,
  options: { view?: View; locale?: string; dark?: boolean; url: string },
): Promise<{ context: BrowserContext; page: Page; problems: string[] }> {
  const view = options.view ?? desktop
  const context = await browser.newContext({
    baseURL: options.url,
    viewport: view,
    locale: options.locale ?? 'en-GB',
    colorScheme: options.dark ? 'dark' : 'light',
    acceptDownloads: true,
    isMobile: view.width < 600,
    hasTouch: view.width < 600,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const problems: string[] = []
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error' && !/status of (401|403|404|409)/.test(message.text())) problems.push(message.text())
  })
  return { context, page, problems }
}

/** Waits until the page listens to the first such element: a person is seldom quicker, a script is. */
export async function listens(page: Page, selector: string): Promise<void> {
  const marked = `Object.keys(document.querySelector(${JSON.stringify(selector)}) ?? {}).some(key => key.startsWith('__reactProps'))`
  await until(async () => Boolean(await page.evaluate(marked)), 'the page to listen')
}
/** Chooses files at the first such input, once the page listens to it. */
export async function giveFiles(page: Page, selector: string, files: Parameters<Page['setInputFiles']>[1]): Promise<void> {
  await listens(page, selector)
  await page.locator(selector).first().setInputFiles(files)
}

/** For `addInitScript`: remembers every audio element that was asked to play, whether it hangs in the page or not. */
export const listenIn = `
  window.sounds = new Set()
  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function () { window.sounds.add(this); return play.call(this) }`
/** For `evaluate`: whether something really sounds, decoded and past its first half second. */
export const soundsPlaying = `[...window.sounds].some(audio => !audio.paused && audio.readyState >= 3 && audio.currentTime > 0.5)`

/** Ends all motion (the pages honour the setting): axe measures the contrast of what it sees at that moment, half faded in too. */
export const still = (page: Page): Promise<void> => page.emulateMedia({ reducedMotion: 'reduce' })

/**
 * What axe finds in the page as it is now, all motion ended: "rule: element · element", at most three of each; `without` leaves out rules.
 * Not its way of a second page that puts the frames' findings together: ours have none of other origins, and this takes a third of the time.
 */
export async function axeFinds(page: Page, without: readonly string[] = []): Promise<string[]> {
  await still(page)
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(true)
  const { violations } = await axe.disableRules([...without]).analyze()
  return violations.map(({ id, nodes }) => {
    const where = nodes.slice(0, 3).map(({ target, html }) => `${target.join(' ')} ${html.slice(0, 120)}`)
    return `${id}: ${where.join(' · ')}`
  })
}
