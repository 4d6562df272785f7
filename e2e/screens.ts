/**
 * Takes the pictures that stores and systems show before the app is installed (web/public/screens): the home page on a desk and what plays on a phone, in both
 * languages. Run it by hand against a demo planet when its look changed: `node e2e/screens.ts http://127.0.0.1:3000`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { words, type LocaleName } from '../shared/words/index.ts'
import { openBrowser, phone } from './browser.ts'

const url = process.argv[2] ?? 'http://127.0.0.1:3000'
const folder = join(import.meta.dirname, '../web/public/screens')
mkdirSync(folder, { recursive: true })
const browser = await openBrowser()
for (const locale of ['zh', 'en'] satisfies LocaleName[]) {
  const t = words[locale]
  for (const form of ['wide', 'narrow'] as const) {
    const context = await browser.newContext({
      baseURL: url,
      locale: locale === 'zh' ? 'zh-CN' : 'en-GB',
      colorScheme: 'dark',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
      ...(form === 'wide'
        ? { viewport: { width: 1280, height: 800 } }
        : { viewport: phone, deviceScaleFactor: 2, isMobile: true, hasTouch: true }),
    })
    const page = await context.newPage()
    await page.goto('/', { waitUntil: 'networkidle' })
    // Something plays: a planet is for listening.
    await page
      .getByRole('main')
      .getByRole('button', { name: new RegExp(`^${t.player.play}`) })
      .first()
      .click()
    if (form === 'narrow') await page.getByRole('button', { name: t.player.openFull }).locator('visible=true').first().click()
    await page.waitForTimeout(6000)
    const file = join(folder, `${form}-${locale}.webp`)
    writeFileSync(
      file,
      await sharp(await page.screenshot())
        .webp({ quality: 72, effort: 6 })
        .toBuffer(),
    )
    process.stdout.write(`${file}\n`)
    await context.close()
  }
}
await browser.close()
