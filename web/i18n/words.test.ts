import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { localeFor, words } from '../../shared/words/index.ts'
import { isFans, isFurther, isSale, laterWords, loadLaterWords, loadWords } from './load.ts'

/** Every key with the kind of its value and, for functions, how many arguments it takes. */
function shape(value: unknown, path = ''): string[] {
  if (typeof value === 'function') return [`${path}()`]
  if (typeof value === 'string') return [path]
  return Object.entries(value as object).flatMap(([key, inner]) => shape(inner, `${path}.${key}`))
}

describe('words', () => {
  it('are the same keys in both languages, none empty', () => {
    expect(shape(words.en).sort()).toEqual(shape(words.zh).sort())
    const empty = (value: unknown): boolean =>
      typeof value === 'string' ? value.trim() === '' : typeof value === 'object' && value !== null && Object.values(value).some(empty)
    expect(empty(words.zh)).toBe(false)
    expect(empty(words.en)).toBe(false)
  })

  it('list every file of shared/words, so that the browser gets what the server has', async () => {
    const files = readdirSync(new URL('../../shared/words/', import.meta.url))
      // A name with a dash is a part of the area before it (selling-door.ts), which takes it in.
      .filter(name => /^[a-z]+\.ts$/.test(name) && !['index.ts', 'locale.ts', 'sandbox.ts'].includes(name))
      .map(name => name.slice(0, -3))
    expect(Object.keys(words.zh).sort()).toEqual(files.sort())
    await Promise.all([loadWords('zh'), loadWords('en')])
    for (const which of laterWords) await Promise.all([loadLaterWords(which, 'zh'), loadLaterWords(which, 'en')])
    expect(shape(await loadWords('zh'))).toHaveLength(shape(words.zh).length)
    expect(shape(await loadWords('en')).sort()).toEqual(shape(words.en).sort())
  })

  it('choose the language as the reader asks', () => {
    expect(localeFor('zh-TW,zh;q=0.9,en;q=0.8')).toBe('zh')
    expect(localeFor('fr, en;q=0.5, zh;q=0.4')).toBe('en')
    expect(localeFor('en;q=0.2, zh')).toBe('zh')
    expect(localeFor('zh;q=0')).toBe('en')
    expect(localeFor(undefined)).toBe('en')
    expect(localeFor('zh', 'en')).toBe('en')
    expect(localeFor('en', 'klingon')).toBe('en')
  })
})

describe('the sources of the web', () => {
  const desk =
    /web\/(?:studio|console|intake|payouts|settlement|reconciliation|routes\/(?:studio|console))[/.]|web\/ui\/upload\.tsx$|web\/insight\/(?:earnings|looks)\.tsx$|web\/refunds\/desk|web\/enrolment\/desk/
  const sources = (folder: URL): URL[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap(item =>
      item.isDirectory()
        ? item.name === 'dist'
          ? []
          : sources(new URL(`${item.name}/`, folder))
        : /\.tsx?$/.test(item.name) && !/\.(test|gen)\.tsx?$/.test(item.name)
          ? [new URL(item.name, folder)]
          : [],
    )
  it('hold no text and no raw colours', () => {
    for (const file of sources(new URL('../', import.meta.url))) {
      const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      const chinese = /[\u4e00-\u9fff]/.exec(text.replaceAll('简体中文', ''))
      expect(chinese, `${file.pathname} holds text`).toBeNull()
      if (!/colour\.ts|planet\.ts/.test(file.pathname))
        expect(/#[0-9a-f]{6}\b|\brgb\(|\boklch\(/i.exec(text), `${file.pathname} holds a raw colour`).toBeNull()
    }
  })
  it('say only at the desks what comes with the desks', () => {
    const areas = /t\.(?:console|disputes|intake|objections|selling|studio|settlement|payouts|reconciliation)\./
    const strayed = sources(new URL('../', import.meta.url)).filter(
      file => !desk.test(file.pathname) && areas.test(readFileSync(file, 'utf8')),
    )
    expect(strayed.map(file => file.pathname)).toEqual([])
  })
  it('fetch the words of further pages before such a page is woken', () => {
    const folder = new URL('../routes/_fan/', import.meta.url)
    const path = (name: string) =>
      `/${name
        .replace(/\.tsx$/, '')
        .replace(/_(?=\.)/g, '')
        .replaceAll('.', '/')}`
    for (const [words, known] of [
      ['moreWords', isFurther],
      ['fanWords', isFans],
      ['saleWords', isSale],
    ] as const)
      expect(readdirSync(folder).filter(name => readFileSync(new URL(name, folder), 'utf8').includes(words) && !known(path(name)))).toEqual(
        [],
      )
  })
  it('let routes take nothing but components from the files of pages: the rest would come with the first page', () => {
    const taken = sources(new URL('../routes/', import.meta.url)).flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/^import \{([^}]*)\} from '((?:\.\.\/)+[^']*\.tsx)'/gm)].flatMap(([, names, from]) =>
        from!.endsWith('/i18n/use.tsx')
          ? []
          : names!.split(',').flatMap(name => (/^\s*[a-z]/.test(name) && !/^\s*type\b/.test(name) ? [`${file.pathname}: ${name}`] : [])),
      ),
    )
    expect(taken).toEqual([])
  })
  it('take no contract and no zod along to the browser', () => {
    const bare =
      /^(?:import|export) (?!type\b)[^'"]*from '(?:\.\.\/)+shared\/(?!currencies|encoding|installed|planet|uuid|words\/)[a-z]+\.ts'/m
    const heavy = sources(new URL('../', import.meta.url)).filter(file => bare.test(readFileSync(file, 'utf8')))
    expect(heavy.map(file => file.pathname)).toEqual([])
    // What the web may take from it stands on itself alone.
    const timedtext = new URL('../../shared/timedtext/', import.meta.url)
    for (const name of readdirSync(timedtext))
      expect([name, /from '(?!\.\/[a-z]+\.ts'|\.\.\/encoding\.ts')/.exec(readFileSync(new URL(name, timedtext), 'utf8'))?.[0]]).toEqual([
        name,
        undefined,
      ])
    expect(readFileSync(new URL('../../shared/encoding.ts', import.meta.url), 'utf8')).not.toMatch(/\bfrom '/)
  })
})
