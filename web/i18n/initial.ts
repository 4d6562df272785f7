import type { LocaleName } from '../../shared/words/index.ts'
import { pageScope, type Theme } from '../scope.ts'

/** The language of the first render: told by the page's scope on the server, by `<html lang>` in the browser. */
export function initialLocale(): LocaleName {
  const scope = pageScope()
  if (scope) return scope.locale
  if (typeof document === 'undefined') return 'en'
  return document.documentElement.lang.startsWith('zh') ? 'zh' : 'en'
}

/** The theme of the first render; 'system' follows the reader's device. */
export function initialTheme(): Theme {
  const scope = pageScope()
  if (scope) return scope.theme
  if (typeof document === 'undefined') return 'system'
  const told = document.documentElement.dataset['theme']
  return told === 'light' || told === 'dark' ? told : 'system'
}
