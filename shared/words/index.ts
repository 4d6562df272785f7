/**
 * All text of the planet, for pages, mails and files. One file per area; `zh` is the master, `en` must have the same keys (it does not compile
 * otherwise). The browser loads one language (web/i18n): a file here must be listed below and import nothing but types.
 */
import * as common from './common.ts'
import * as faults from './faults.ts'
import * as money from './money.ts'
import * as player from './player.ts'
import * as shell from './shell.ts'
import * as upload from './upload.ts'

export { localeFor, localeNames } from './locale.ts'
export type { LocaleName } from './locale.ts'

export const words = {
  zh: { common: common.zh, faults: faults.zh, money: money.zh, player: player.zh, shell: shell.zh, upload: upload.zh },
  en: { common: common.en, faults: faults.en, money: money.en, player: player.en, shell: shell.en, upload: upload.en },
} satisfies Record<'zh' | 'en', unknown>

export type Words = (typeof words)['zh']
