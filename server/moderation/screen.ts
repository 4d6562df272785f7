/** Looks at what someone is about to write: whether they may, how fast they write, what the rules of the planet and of the group say of it. */
import { createHash } from 'node:crypto'
import { fault } from '../../shared/faults.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { formOf, leadsTo, placesOf, prepare, printOf, says, type Form } from './forms.ts'
import { subjectOf } from './subjects.ts'
import { noteWriting, readRules, readStanding, standard, takeToken, type RuleRow, type Settings } from './store.ts'

/** How fast one person may write on the whole planet: so many at once, then one in so many seconds. New here: the account's first day. */
export const rates = { newMs: 86_400_000, most: 20, perSecond: 1 / 3, newMost: 6, newPerSecond: 1 / 20 }
/** Said so often in a row within so long, it waits for somebody to look. */
const mostRepeats = 2
const repeatWithinMs = 10 * 60_000

export type Writing = {
  kind: string
  group: string | null
  person: string
  text: string
  /** Links that lead outside, as found in the text. */
  links: readonly string[]
  now: Date
  /** A change of something that stands: what it says is looked at, not how fast. */
  edit?: boolean
}
/**
 * `hold`: write it, hidden, and hand it to `holdFor` with this reason. Faults: banned, limited, slow_mode, blocked_word, blocked_link.
 * Hosts and artists are neither slowed down nor held in their own group; words and links of the planet bind everyone.
 */
export async function screen(tx: Tx, given: Writing): Promise<{ hold: string | null }> {
  const { person, now, edit = false } = given
  const scope = given.group ?? ''
  const bucket = edit ? undefined : await takeToken(tx, person, now, rates)
  const standing = await readStanding(tx, person, scope, now)
  if (standing.ban) throw fault('forbidden', 'banned')
  if (!edit && bucket === undefined) throw fault('limited', 'limited', { retryAfterSeconds: Math.ceil(1 / rates.newPerSecond) })
  const settings = standing.settings.find(one => one.scope === scope && scope !== '') ?? { ...standard, scope, key: '' }
  // What goes straight to other members; letters, answers and names are looked at for what they say alone.
  const subject = subjectOf(given.kind)
  const open = scope !== '' && !edit && subject?.hide !== undefined && subject.planetOnly !== true
  const trusted = standing.role === 'owner' || standing.role === 'host' || standing.artist
  if (open && !trusted && settings.slowSeconds > 0 && standing.lastAt !== null) {
    const leftMs = standing.lastAt.getTime() + settings.slowSeconds * 1000 - now.getTime()
    if (leftMs > 0) throw fault('limited', 'slow_mode', { retryAfterSeconds: Math.ceil(leftMs / 1000) })
  }
  const keys = standing.settings.map(one => one.key)
  const verdict = await judge(tx, { scope, keys, links: trusted ? 'any' : settings.links, text: given.text, urls: given.links, trusted })
  if (verdict.block !== null)
    throw fault('unprocessable', verdict.block === 'word' ? 'blocked_word' : 'blocked_link', {
      fields: { text: verdict.block === 'word' ? 'blocked_word' : 'blocked_link' },
    })
  if (edit) return { hold: verdict.hold }
  const print = printOf(given.text)
  const hash = print === null ? null : createHash('sha256').update(print).digest('base64url')
  const again = hash !== null && hash === bucket?.lastHash && now.getTime() - bucket.lastAt.getTime() < repeatWithinMs
  const repeats = again ? bucket.repeats + 1 : 0
  const hold =
    verdict.hold ?? (trusted ? null : repeats >= mostRepeats ? 'repeat' : open && standing.passed < settings.holdFirst ? 'newcomer' : null)
  await noteWriting(tx, { person, scope: open ? scope : '', now, passed: hold === null, hash, repeats })
  return { hold }
}

// ── What the rules say. They are made ready once for each version of them.
type Ready = { words: { rule: RuleRow; form: Form }[]; links: RuleRow[] }
const ready = new Map<string, Ready>()
const mostReady = 500

async function rulesOf(db: Read, scope: string, key: string): Promise<Ready> {
  const known = ready.get(key)
  if (known !== undefined) return known
  const rows = await readRules(db, [scope])
  const made: Ready = {
    words: rows.flatMap(rule => {
      const form = rule.kind === 'word' ? formOf(rule.pattern) : undefined
      return form === undefined ? [] : [{ rule, form }]
    }),
    links: rows.filter(rule => rule.kind === 'link'),
  }
  // The oldest go: a group that writes comes back soon.
  if (ready.size >= mostReady) for (const old of [...ready.keys()].slice(0, mostReady / 2)) ready.delete(old)
  ready.set(key, made)
  return made
}

export type Found = { kind: 'word' | 'link'; pattern: string; action: 'block' | 'hold'; planet: boolean }
export type Verdict = { block: 'word' | 'link' | null; hold: 'word' | 'link' | null; found: Found[] }
export type Asked = {
  scope: string
  /** Of the settings that were read with it: `<scope> <version> <time>`. A scope without settings has no rules. */
  keys: readonly string[]
  links: Settings['links']
  text: string
  urls: readonly string[]
  /** Hosts and artists: what would wait in their own group does not. */
  trusted: boolean
}

/** The rule that speaks of a place most closely: the longest; of those of the same length the one that refuses. */
function closest(rules: readonly RuleRow[], place: Parameters<typeof leadsTo>[0]): RuleRow | undefined {
  const order = { block: 0, hold: 1, allow: 2 }
  return rules
    .filter(rule => leadsTo(place, rule.form))
    .sort((a, b) => b.form.length - a.form.length || order[a.action] - order[b.action])[0]
}

export async function judge(db: Read, asked: Asked): Promise<Verdict> {
  const found: Found[] = []
  const byScope = new Map<string, Ready>()
  for (const key of asked.keys) {
    const scope = key.slice(0, key.indexOf(' '))
    byScope.set(scope, await rulesOf(db, scope, key))
  }
  const add = (rule: RuleRow, action: 'block' | 'hold'): void => {
    found.push({ kind: rule.kind, pattern: rule.pattern, action, planet: rule.scope === '' })
  }
  const all = [...byScope.values()]
  if (all.some(({ words }) => words.length > 0)) {
    const text = prepare(asked.text)
    for (const { words } of all)
      for (const { rule, form } of words) if (says(text, form)) add(rule, rule.action === 'block' ? 'block' : 'hold')
  }
  if (asked.links !== 'any' || all.some(({ links }) => links.length > 0)) {
    for (const place of placesOf(asked.text, asked.urls)) {
      const planet = closest(byScope.get('')?.links ?? [], place)
      const own = asked.scope === '' ? undefined : closest(byScope.get(asked.scope)?.links ?? [], place)
      if (planet?.action === 'block') add(planet, 'block')
      else if (own !== undefined) {
        if (own.action !== 'allow') add(own, own.action)
        else if (planet?.action === 'hold') add(planet, 'hold')
      } else if (planet !== undefined) {
        if (planet.action === 'hold') add(planet, 'hold')
      } else if (asked.links !== 'any')
        found.push({ kind: 'link', pattern: place.host, action: asked.links === 'none' ? 'block' : 'hold', planet: false })
    }
  }
  const binding = asked.trusted ? found.filter(one => one.planet) : found
  const first = (action: 'block' | 'hold'): 'word' | 'link' | null => binding.find(one => one.action === action)?.kind ?? null
  return { block: first('block'), hold: first('hold'), found: binding }
}
