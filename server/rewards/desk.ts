/** The hosts' desk: making rewards, their codes and pictures; opening and closing them. */
import type { InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { rewards } from '../../shared/rewards.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { allowHost, seeDesk, type Group } from '../groups/index.ts'
import { dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { screen } from '../moderation/index.ts'
import { worthOf } from '../points/index.ts'
import { showReward, type Ok } from './showing.ts'
import {
  approve,
  insertCodes,
  insertReward,
  listRewards,
  lockRewards,
  readChoices,
  readReward,
  setPicture,
  setState,
  updateReward,
  type Choices,
  type GivenReward,
  type RewardRow,
  type RewardShown,
} from './store.ts'

type Input<K extends keyof typeof rewards.entries> = InputOf<(typeof rewards.entries)[K]['input']>
type DeskReward = Ok<'PUT /groups/:group/rewards/:id'>
const mostRewards = 200

/** Money goes to somebody: another person than who set the terms says yes to it. */
const needsApproval = (row: Pick<RewardRow, 'provider' | 'cost'>): boolean => row.provider !== null && row.cost > 0n

/** The points of one piece are worth at least what it costs: so that the budget behind them can always pay. */
const isWorth = (row: Pick<RewardRow, 'points' | 'cost' | 'provider' | 'raffleOnly'>, budget: Choices): boolean =>
  row.provider === null ||
  row.cost === 0n ||
  row.raffleOnly ||
  (budget.perUnit !== null && row.cost <= worthOf(BigInt(row.points), { currency: budget.currency!, perUnit: budget.perUnit }))

function missing(row: RewardShown, budget: Choices): DeskReward['missing'] {
  const out: DeskReward['missing'] = []
  if (row.codes === 'own' && row.stock !== null && row.codesFree < row.stock - row.taken) out.push('codes')
  if (needsApproval(row) && row.approvedBy === null) out.push('approval')
  if (!isWorth(row, budget)) out.push('worth')
  if (!row.raffleOnly && budget.perUnit === null) out.push('budget')
  if (row.picture === null) out.push('picture')
  return out
}
/** A picture makes it lovely, but is not needed. */
const needed = (list: DeskReward['missing']): boolean => list.some(one => one !== 'picture')

const shown = (row: RewardShown, viewer: Viewer, budget: Choices): DeskReward => {
  const lacks = missing(row, budget)
  return {
    ...showReward(row, null, null, 0),
    approved: row.approvedBy !== null || !needsApproval(row),
    missing: lacks,
    codes: row.codes,
    codesFree: row.codesFree,
    taken: row.taken,
    kept: row.kept,
    raffleOnly: row.raffleOnly,
    can: {
      approve: needsApproval(row) && row.approvedBy === null && row.termsBy !== viewer.id,
      open: row.state !== 'open' && !needed(lacks),
    },
  }
}
async function again(tx: Read, viewer: Viewer, id: string): Promise<DeskReward> {
  const row = (await readReward(tx, id))!
  return shown(row, viewer, await readChoices(tx, row.group, clock.now()))
}

export async function getRewards(
  db: Read,
  viewer: Viewer,
  { group: which }: Input<'GET /groups/:group/desk/rewards'>,
): Promise<Ok<'GET /groups/:group/desk/rewards'>> {
  const { group } = await seeDesk(db, viewer, which)
  const [rows, choices] = await Promise.all([listRewards(db, group.id, 'desk'), readChoices(db, group.id, clock.now())])
  return {
    group: group.id,
    items: rows.map(row => shown(row, viewer, choices)),
    perUnit: choices.perUnit,
    providers: choices.owners,
    events: choices.events,
    releases: choices.releases,
  }
}

/** What was sent, with only what its kind has; `reward_invalid` names what does not fit. */
function fitting(input: Input<'PUT /groups/:group/rewards/:id'>, choices: Choices, before: RewardRow | undefined): GivenReward {
  const { group: _group, regions = [], ...given } = input
  const wrong = (field: string): never => {
    throw fault('unprocessable', 'reward_invalid', { fields: { [field]: 'reward_invalid' } })
  }
  const { kind, stock = null, opensAt = null, closesAt = null } = given
  const codes = kind === 'voucher' ? (given.codes ?? 'made') : null
  const event = kind === 'ticket' ? (given.event ?? null) : null
  const release = kind === 'digital' ? (given.release ?? null) : null
  const badge = kind === 'digital' && release === null ? (given.badge ?? null) : null
  if ((kind === 'goods' || kind === 'ticket') && stock === null) wrong('stock')
  if (kind === 'ticket' && (event === null || (event !== before?.event && !choices.events.some(one => one.id === event)))) wrong('event')
  if (kind === 'digital' && release === null && badge === null) wrong('release')
  if (release !== null && release !== before?.release && !choices.releases.some(one => one.id === release)) wrong('release')
  const provider = given.provider ?? null
  if (provider !== null && provider !== before?.provider && !choices.owners.some(one => one.id === provider)) wrong('provider')
  if (given.cost < 0n || given.cost > 100_000_000n) wrong('cost')
  if (opensAt !== null && closesAt !== null && closesAt <= opensAt) wrong('closesAt')
  return {
    id: given.id,
    kind,
    title: given.title,
    about: given.about ?? '',
    how: given.how ?? '',
    points: given.points,
    cost: given.cost,
    provider,
    // The stock of own codes is how many there are.
    stock: codes === 'own' ? (before?.codes === 'own' ? before.stock : 0) : stock,
    perPerson: kind === 'digital' ? 1 : (given.perPerson ?? null),
    opensAt,
    closesAt,
    minLevel: given.minLevel ?? 0,
    minDays: given.minDays ?? 0,
    minAge: given.minAge ?? 0,
    regions: regions.length === 0 ? null : regions,
    codes,
    validDays: kind === 'voucher' && codes === 'made' ? (given.validDays ?? null) : null,
    event,
    release,
    badge,
    raffleOnly: given.raffleOnly ?? false,
  }
}

export async function putReward(tx: Tx, viewer: Viewer, input: Input<'PUT /groups/:group/rewards/:id'>): Promise<DeskReward> {
  const { group } = await allowHost(tx, viewer, input.group)
  const before = (await lockRewards(tx, [input.id])).get(input.id)
  if (before !== undefined && before.group !== group.id) throw fault('conflict', 'key_reused')
  const choices = await readChoices(tx, group.id, clock.now())
  const row = fitting(input, choices, before)
  if (!isWorth(row, choices)) throw fault('unprocessable', 'reward_worth', { fields: { cost: 'reward_worth' } })
  await screenText(tx, viewer, group, row)
  const at = clock.now()
  if (before === undefined) {
    if ((await listRewards(tx, group.id, 'desk')).length >= mostRewards) throw fault('limited', 'limited')
    if (!(await insertReward(tx, row, group.id, viewer.id, at))) throw fault('conflict', 'key_reused')
    return again(tx, viewer, row.id)
  }
  const given = before.taken + before.kept
  if (given > 0 && (row.kind !== before.kind || row.codes !== before.codes || row.release !== before.release || row.event !== before.event))
    throw fault('conflict', 'reward_fixed')
  // Prizes that are set aside go out under the terms another person said yes to when their raffle was published.
  if (before.kept > 0 && (row.cost !== before.cost || row.provider !== before.provider)) throw fault('conflict', 'reward_fixed')
  if (row.stock !== null && row.stock < given) throw fault('conflict', 'stock_taken', { fields: { stock: 'stock_taken' } })
  const terms = row.points !== before.points || row.cost !== before.cost || row.provider !== before.provider
  await updateReward(tx, row, terms ? { by: viewer.id } : null, at)
  return again(tx, viewer, row.id)
}
async function screenText(tx: Tx, viewer: Viewer, group: Group, row: GivenReward): Promise<void> {
  const text = [row.title, row.about, row.how, row.badge ?? ''].join('\n')
  // What hosts offer is looked at for its words; it is no post of theirs, which would be counted.
  await screen(tx, { kind: 'reward', group: group.id, person: viewer.id, text, links: [], now: clock.now(), edit: true })
}

/** A reward of a group one is a host of, locked. */
async function hosted(tx: Tx, viewer: Viewer, id: string): Promise<RewardRow> {
  const row = (await lockRewards(tx, [id])).get(id)
  if (row === undefined) throw fault('not_found')
  await allowHost(tx, viewer, row.group)
  return row
}

export async function putPicture(context: StreamContext, viewer: Viewer, input: Input<'PUT /rewards/:id/picture'>): Promise<{ ok: true }> {
  const { write, config } = context
  const row = await readReward(context.read, input.id)
  if (row === undefined) throw fault('not_found')
  await allowHost(context.read, viewer, row.group)
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(async tx => {
    await hosted(tx, viewer, input.id)
    await setPicture(tx, input.id, made.asset, clock.now())
  })
  await dropUpload(config, input.upload)
  return { ok: true }
}

export async function addCodes(
  tx: Tx,
  viewer: Viewer,
  { id, codes }: Input<'POST /rewards/:id/codes'>,
): Promise<Ok<'POST /rewards/:id/codes'>> {
  const row = await hosted(tx, viewer, id)
  if (row.codes !== 'own') throw fault('unprocessable', 'reward_invalid')
  const lines = [...new Set(codes.split(/[\r\n,;]+/).map(one => one.trim()))].filter(one => one !== '')
  const good = lines.filter(one => /^[!-~]{4,80}$/.test(one))
  const at = clock.now()
  const added = await insertCodes(
    tx,
    row,
    good.map(code => ({ id: newId('vch', at), code })),
    at,
  )
  return { added, known: good.length - added, wrong: lines.filter(one => !good.includes(one)).slice(0, 20) }
}

export async function approveTerms(tx: Tx, viewer: Viewer, { id }: Input<'POST /rewards/:id/approve'>): Promise<DeskReward> {
  const row = await hosted(tx, viewer, id)
  if (row.approvedBy === null) {
    if (row.termsBy === viewer.id) throw fault('forbidden', 'four_eyes')
    await approve(tx, id, viewer.id, clock.now())
  }
  return again(tx, viewer, id)
}

export async function putState(tx: Tx, viewer: Viewer, { id, state }: Input<'PUT /rewards/:id/state'>): Promise<DeskReward> {
  const row = await hosted(tx, viewer, id)
  if (row.state === state) return again(tx, viewer, id)
  if (state === 'open') {
    const whole = (await readReward(tx, id))!
    const lacks = missing(whole, await readChoices(tx, row.group, clock.now()))
    if (needed(lacks)) throw fault('conflict', 'reward_unready', { fields: Object.fromEntries(lacks.map(one => [one, one])) })
  }
  await setState(tx, id, state, clock.now())
  return again(tx, viewer, id)
}

/** Gives a reward a picture that is kept already (the demo world). */
export const dressReward = (tx: Tx, reward: string, picture: string): Promise<void> => setPicture(tx, reward, picture, clock.now())
