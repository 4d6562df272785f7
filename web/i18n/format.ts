import type { LocaleName } from '../../shared/words/index.ts'

export type WireMoney = { amount: string; currency: string }

export type Formats = {
  /** `¥38.00`; exact for any size, from minor units. */
  money: (value: WireMoney) => string
  number: (value: number | bigint) => string
  /** 12.4K / 1.2万 */
  compact: (value: number) => string
  /** 0.125 → 12.5% */
  percent: (share: number) => string
  date: (iso: string) => string
  day: (iso: string) => string
  dateTime: (iso: string) => string
  month: (iso: string) => string
  /** 3:07 or 1:02:09 from milliseconds. */
  duration: (milliseconds: number) => string
  bytes: (count: number) => string
  list: (items: string[]) => string
  /** Whose time it is: `Asia/Shanghai` → Shanghai, 中国标准时间. */
  zone: (zone: string) => string
}

const tags = { zh: 'zh-CN', en: 'en' } as const

/** Major units as a decimal string, exactly. */
export function majorUnits(amount: string, scale: number): string {
  const negative = amount.startsWith('-')
  const digits = (negative ? amount.slice(1) : amount).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return negative ? `-${text}` : text
}

/** 3:07, 12:40, 1:02:09. */
export function clockText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = String(seconds % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

const built = new Map<LocaleName, Formats>()

/** Formatters of a language, made once: Intl objects are dear to build. */
export function formats(locale: LocaleName): Formats {
  const known = built.get(locale)
  if (known) return known
  const tag = tags[locale]
  const byCurrency = new Map<string, { format: Intl.NumberFormat; scale: number }>()
  const currency = (code: string) => {
    let entry = byCurrency.get(code)
    if (!entry) {
      // `micro:CNY` counts millionths of a minor unit: told to the last of them that says something.
      const micro = code.startsWith('micro:')
      const style = { style: 'currency', currency: micro ? code.slice(6) : code, currencyDisplay: 'narrowSymbol' } as const
      let format = new Intl.NumberFormat(tag, style)
      let scale = format.resolvedOptions().maximumFractionDigits ?? 2
      if (micro) {
        scale += 6
        format = new Intl.NumberFormat(tag, { ...style, maximumFractionDigits: scale })
      }
      entry = { format, scale }
      byCurrency.set(code, entry)
    }
    return entry
  }
  const number = new Intl.NumberFormat(tag)
  const compact = new Intl.NumberFormat(tag, { notation: 'compact', maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 2 })
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' })
  const dayOnly = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' })
  const dateTime = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })
  const month = new Intl.DateTimeFormat(tag, { month: 'short', year: 'numeric', timeZone: 'UTC' })
  const list = new Intl.ListFormat(tag, { type: 'conjunction' })
  const made: Formats = {
    money: value => {
      const { format, scale } = currency(value.currency)
      return format.format(majorUnits(value.amount, scale) as `${number}`)
    },
    number: value => number.format(value),
    compact: value => compact.format(value),
    percent: share => percent.format(share),
    date: iso => date.format(new Date(iso)),
    day: iso => dayOnly.format(new Date(iso)),
    dateTime: iso => dateTime.format(new Date(iso)),
    month: iso => month.format(new Date(iso)),
    duration: clockText,
    bytes: count => {
      const units = ['B', 'KB', 'MB', 'GB', 'TB']
      let size = count
      let unit = 0
      while (size >= 1000 && unit < units.length - 1) {
        size /= 1000
        unit++
      }
      return `${number.format(Number(size.toFixed(size < 10 && unit > 0 ? 1 : 0)))} ${units[unit]}`
    },
    list: items => list.format(items),
    // Cities of zones have English names only; Chinese readers are told the name of the time itself.
    zone: zone =>
      locale === 'en'
        ? zone.split('/').at(-1)!.replaceAll('_', ' ')
        : new Intl.DateTimeFormat(tag, { timeZone: zone, timeZoneName: 'longGeneric' })
            .formatToParts(new Date())
            .find(part => part.type === 'timeZoneName')!.value,
  }
  built.set(locale, made)
  return made
}
