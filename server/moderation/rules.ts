/** Rules of a group and of the planet: words, links, newcomers, slow mode; and what they would say of a text. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import type { Input, Ok } from './flags.ts'
import { formOf, linkForm } from './forms.ts'
import { can, deskOf, type Desk } from './policy.ts'
import { judge } from './screen.ts'
import { countRules, dropRule, putRules, readRules, readSettings, readStanding, touchSettings } from './store.ts'
import { countBans } from './store-bans.ts'
import { countAppeals } from './store-decisions.ts'
import { countFlags } from './store-flags.ts'

const mostRules = 1000

async function show(db: Read, viewer: Viewer, { scope, staff }: Desk): Promise<Ok<'GET /moderation/rules'>> {
  const now = clock.now()
  const asked = { scope, staff, viewer: viewer.id, now }
  const rules = await readRules(db, [scope])
  return {
    ...(await readSettings(db, scope)),
    rules: rules.map(({ kind, pattern, action, by, at }) => ({ kind, pattern, action, by, at })),
    waiting: await countFlags(db, asked),
    appeals: await countAppeals(db, asked),
    bans: await countBans(db, scope, now),
  }
}
export const getRules = async (db: Read, viewer: Viewer, { group }: Input<'GET /moderation/rules'>): Promise<Ok<'GET /moderation/rules'>> =>
  show(db, viewer, await deskOf(db, viewer, group))

/** The desk whose rules the viewer may set. */
async function ruling(db: Read, viewer: Viewer, group: string | undefined): Promise<Desk> {
  const desk = await deskOf(db, viewer, group)
  if (!can.rule(viewer, desk.scope, desk.host)) throw fault('forbidden')
  return desk
}
export async function setRules(tx: Tx, viewer: Viewer, input: Input<'PUT /moderation/rules'>): Promise<Ok<'PUT /moderation/rules'>> {
  const desk = await ruling(tx, viewer, input.group)
  const { holdFirst, slowSeconds, links, hideAt } = input
  await touchSettings(tx, desk.scope, viewer.id, clock.now(), { holdFirst, slowSeconds, links, hideAt })
  return show(tx, viewer, desk)
}
const formFor = (kind: 'word' | 'link', pattern: string): string | undefined =>
  kind === 'word' ? formOf(pattern)?.form : linkForm(pattern)

export async function addRules(tx: Tx, viewer: Viewer, input: Input<'POST /moderation/rules'>): Promise<Ok<'POST /moderation/rules'>> {
  const desk = await ruling(tx, viewer, input.group)
  const { kind, patterns, action } = input
  if (kind === 'word' && action === 'allow') throw fault('invalid', 'invalid', { fields: { action: 'action' } })
  const made = new Map<string, { kind: 'word' | 'link'; pattern: string; form: string }>()
  for (const pattern of patterns) {
    const form = formFor(kind, pattern)
    if (form === undefined || form.length > 200)
      throw fault('invalid', kind === 'word' ? 'rule_empty' : 'rule_link', { fields: { patterns: pattern } })
    made.set(form, { kind, pattern, form })
  }
  const now = clock.now()
  // First: the row of the settings is what changes of one desk follow one another by.
  await touchSettings(tx, desk.scope, viewer.id, now)
  await putRules(tx, desk.scope, [...made.values()], action, viewer.id, now)
  if ((await countRules(tx, desk.scope)) > mostRules) throw fault('unprocessable', 'too_many_rules')
  return show(tx, viewer, desk)
}
export async function removeRule(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /moderation/rules'>,
): Promise<Ok<'DELETE /moderation/rules'>> {
  const desk = await ruling(tx, viewer, input.group)
  const form = formFor(input.kind, input.pattern)
  if (form !== undefined) {
    await touchSettings(tx, desk.scope, viewer.id, clock.now())
    await dropRule(tx, desk.scope, input.kind, form)
  }
  return show(tx, viewer, desk)
}

const addresses = /(?:https?:\/\/)[^\s<>"'）】」]+/gi
export async function tryText(
  db: Read,
  viewer: Viewer,
  { group, text }: Input<'POST /moderation/try'>,
): Promise<Ok<'POST /moderation/try'>> {
  const { scope } = await deskOf(db, viewer, group)
  const { settings } = await readStanding(db, viewer.id, scope, clock.now())
  const links = settings.find(one => one.scope === scope)?.links ?? 'any'
  const verdict = await judge(db, {
    scope,
    keys: settings.map(one => one.key),
    links,
    text,
    urls: text.match(addresses) ?? [],
    trusted: false,
  })
  return { verdict: verdict.block !== null ? 'block' : verdict.hold !== null ? 'hold' : 'pass', found: verdict.found }
}
