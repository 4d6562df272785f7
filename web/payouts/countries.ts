import type { LocaleName } from '../i18n/use.tsx'

const codes =
  'CN HK MO TW SG MY TH VN ID PH JP KR IN AU NZ US CA MX BR AR GB IE FR DE AT CH IT ES PT NL BE LU DK SE NO FI PL CZ HU GR TR AE KW ZA'.split(
    ' ',
  )

/** Countries and regions by their name in the reader's language. */
export function countries(locale: LocaleName): { value: string; name: string }[] {
  const names = new Intl.DisplayNames([locale === 'zh' ? 'zh-CN' : 'en'], { type: 'region' })
  return codes.map(value => ({ value, name: names.of(value) ?? value }))
}
