/** What can be posted, and what is refused before the database is asked (traps 15 and 16). Pure. */
import { hash } from 'node:crypto'
import { fault, type Fault } from '../../shared/faults.ts'

/**
 * One owner × purpose × asset, e.g. `{ owner: 'usr_…', purpose: 'available', asset: 'CNY' }`. Opened at its first use with this `floor`
 * (minor units; null = none; when left out: none for `provider:…` and `bank:…`, for what is owed to the planet and for its costs, 0 for all others).
 */
export type AccountRef = { owner: string; purpose: string; asset: string; floor?: bigint | null }

/** A signed change in minor units. `step` says which step of a waterfall made it (`commission`, `split:master:vocals`), `share` its basis points. */
export type EntryInput = { account: AccountRef; amount: bigint; step?: string | undefined; share?: number | undefined }

/**
 * `key` is the idempotency key; best time-ordered behind a fixed word (`settle:lin_…`). `kind` is a closed word (`pay`, `settle`, `refund`), `cause` what in the
 * product made it (`line:lin_…`), `subject` the thing that earned it (`rel_…`),
 * `note` one line for people (the title of what was sold). `at` is now unless history is being written.
 */
export type TransferInput = {
  key: string
  kind: string
  cause: string
  subject?: string | null | undefined
  note?: string | null | undefined
  at?: Date | undefined
  entries: readonly EntryInput[]
}

/** `replayed`: this key had been posted before with the same content; nothing was moved again. */
export type Posted = { transfer: bigint; replayed: boolean }

/** A transfer whose account refs are resolved. `text` is its canonical text, `entries` are ordered by account. */
export type Ready = {
  key: string
  kind: string
  cause: string
  subject: string | null
  note: string | null
  at: Date
  entries: { account: bigint; amount: bigint; step: string | null; share: number | null }[]
}

export const largestAmount = 10n ** 15n
export const mostPerBatch = 2000
const mostEntries = 5000
const word = /^[A-Za-z0-9][A-Za-z0-9_:.@/+=~-]{0,199}$/
const ownerText = /^[a-z][a-z0-9_:.-]{1,99}$/
const purposeText = /^[a-z][a-z0-9_:.-]{0,99}$/
const oneLine = /^\P{Cc}{1,200}$/u

export const refKey = (ref: AccountRef): string => `${ref.owner} ${ref.purpose} ${ref.asset}`
export const floorOf = (ref: AccountRef): bigint | null => (ref.floor !== undefined ? ref.floor : unbounded(ref) ? null : 0n)
const unbounded = ({ owner, purpose }: AccountRef): boolean =>
  owner.startsWith('provider:') || owner.startsWith('bank:') || purpose === 'receivable' || (owner === 'planet' && purpose === 'costs')

const no = (transfer: TransferInput, code: string, detail: string): Fault =>
  fault('invalid', code, { detail: `${detail} (transfer ${String(transfer.key).slice(0, 80)})` })

/** Refuses what can never be posted: `invalid` with the code saying why. Returns the `refKey` of each entry's account. */
export function checkTransfer(transfer: TransferInput): string[] {
  const { entries } = transfer
  if (!word.test(transfer.key)) throw no(transfer, 'bad_key', 'an idempotency key has 1 to 200 plain characters')
  if (!word.test(transfer.kind) || !word.test(transfer.cause))
    throw no(transfer, 'bad_cause', 'every transfer has a kind and a cause in plain characters')
  if (transfer.subject != null && !word.test(transfer.subject)) throw no(transfer, 'bad_subject', 'a subject has 1 to 200 plain characters')
  if (transfer.note != null && !oneLine.test(transfer.note)) throw no(transfer, 'bad_note', 'a note is one short line')
  if (transfer.at !== undefined && Number.isNaN(transfer.at.getTime())) throw no(transfer, 'bad_time', 'a transfer has a moment')
  if (entries.length < 2) throw no(transfer, 'unbalanced', 'a transfer has at least two entries')
  if (entries.length > mostEntries) throw no(transfer, 'too_many_entries', `a transfer has at most ${mostEntries} entries`)
  for (const { amount, step, share } of entries) {
    if (typeof amount !== 'bigint') throw no(transfer, 'not_whole', 'amounts are whole minor units')
    if (amount === 0n) throw no(transfer, 'zero_amount', 'an entry moves something')
    if (amount > largestAmount || amount < -largestAmount)
      throw no(transfer, 'amount_too_large', 'an entry moves at most 10^15 minor units')
    if (step !== undefined && !oneLine.test(step)) throw no(transfer, 'bad_step', 'a step is one short line')
    if (share !== undefined && !(Number.isInteger(share) && share >= 0 && share <= 10_000))
      throw no(transfer, 'bad_share', 'a share is 0 to 10000 basis points')
  }
  const keys = entries.map(entry => refKey(entry.account))
  checkSums(transfer)
  checkSigns(transfer, keys)
  return keys
}

function checkSums(transfer: TransferInput): void {
  const asset = transfer.entries[0]!.account.asset
  let sum = 0n
  let others: Map<string, bigint> | undefined
  for (const { account, amount } of transfer.entries) {
    if (account.asset === asset) sum += amount
    else (others ??= new Map()).set(account.asset, (others.get(account.asset) ?? 0n) + amount)
  }
  for (const [name, total] of [[asset, sum] as const, ...(others ?? [])])
    if (total !== 0n) throw no(transfer, 'unbalanced', `entries in ${name} sum to ${total}, not zero`)
}

/** No account is debited and credited at once. Most transfers have a few entries: comparing them beats a map. */
function checkSigns(transfer: TransferInput, keys: readonly string[]): void {
  const { entries } = transfer
  const self = () => no(transfer, 'self_transfer', 'an account is not debited and credited in one transfer')
  if (keys.length <= 8) {
    for (let i = 1; i < keys.length; i++)
      for (let j = 0; j < i; j++) if (keys[i] === keys[j] && entries[i]!.amount > 0n !== entries[j]!.amount > 0n) throw self()
    return
  }
  const signs = new Map<string, boolean>()
  keys.forEach((key, i) => {
    const positive = entries[i]!.amount > 0n
    if ((signs.get(key) ?? positive) !== positive) throw self()
    signs.set(key, positive)
  })
}

/** Refuses an account whose names could not be read back. Asked when one is opened. */
export function checkRef(ref: AccountRef): void {
  if (!ownerText.test(ref.owner) || !purposeText.test(ref.purpose))
    throw fault('invalid', 'bad_account', {
      detail: `an account has an owner and a purpose in plain small letters (${refKey(ref).slice(0, 120)})`,
    })
}

/** With ids in place of refs (one for each entry), entries by account; their order within one account stays. */
export function ready(transfer: TransferInput, accounts: readonly bigint[], now: Date): Ready {
  const entries: Ready['entries'] = []
  let ordered = true
  transfer.entries.forEach(({ amount, step, share }, i) => {
    const account = accounts[i]!
    if (i > 0 && account < accounts[i - 1]!) ordered = false
    entries.push({ account, amount, step: step ?? null, share: share ?? null })
  })
  if (!ordered) entries.sort((a, b) => (a.account < b.account ? -1 : a.account > b.account ? 1 : 0))
  return {
    key: transfer.key,
    kind: transfer.kind,
    cause: transfer.cause,
    subject: transfer.subject ?? null,
    note: transfer.note ?? null,
    at: transfer.at ?? now,
    entries,
  }
}

/** What a transfer does, without when: two transfers with one key must be equal in this. */
export function bodyText(transfer: Omit<Ready, 'at'>): string {
  let text = `${transfer.key}\t${transfer.kind}\t${transfer.cause}\t${transfer.subject ?? ''}\t${transfer.note ?? ''}`
  for (const { account, amount, step, share } of transfer.entries) text += `\n${account}\t${amount}\t${step ?? ''}\t${share ?? ''}`
  return text
}

/** The moment and the body: the canonical text of a transfer. */
export const transferText = (transfer: Ready): string => `${transfer.at.toISOString()}\t${bodyText(transfer)}`
/** SHA-256 (hex) of its text: what the batch's digest is made of, and what an offline verifier recomputes. */
export const transferHash = (transfer: Ready): string => hash('sha256', transferText(transfer))

/** SHA-256 (hex) over the hashes of a batch's transfers in order. */
export const batchDigest = (hashes: readonly string[]): string => hash('sha256', hashes.join('\n'))

/** The arguments of `ledger.post` in order, as Postgres arrays: numbers in their binary form, texts as text; and the digest. */
export type Arrays = readonly (string | Buffer)[]

export const quoted = (text: string | null): string => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`)

/** A one-dimensional array as Postgres sends it, of `int4` or `int8`. */
function binary(type: 'int4' | 'int8', count: number): { buffer: Buffer; view: DataView } {
  const size = type === 'int4' ? 4 : 8
  const buffer = Buffer.allocUnsafe(count === 0 ? 12 : 20 + count * (4 + size))
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  view.setInt32(0, count === 0 ? 0 : 1)
  view.setInt32(4, 0)
  view.setInt32(8, type === 'int4' ? 23 : 20)
  if (count > 0) {
    view.setInt32(12, count)
    view.setInt32(16, 1)
  }
  for (let i = 0, at = 20; i < count; i++, at += 4 + size) view.setInt32(at, size)
  return { buffer, view }
}
class Ints {
  readonly buffer: Buffer
  readonly #view: DataView
  constructor(count: number) {
    ;({ buffer: this.buffer, view: this.#view } = binary('int4', count))
  }
  set(index: number, value: number): void {
    this.#view.setInt32(24 + index * 8, value)
  }
}
class Bigints {
  readonly buffer: Buffer
  readonly #view: DataView
  constructor(count: number) {
    ;({ buffer: this.buffer, view: this.#view } = binary('int8', count))
  }
  set(index: number, value: bigint): void {
    this.#view.setBigInt64(24 + index * 12, value)
  }
}

/** Numbers words 1, 2, 3 … in the order they come. */
class Numbering {
  readonly words: string[] = []
  readonly #numbers = new Map<string, number>()
  of(word: string): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    this.#numbers.set(word, this.words.push(word))
    return this.words.length
  }
}

/** Texts of one kind for all transfers; nothing at all when none has one. */
function textsOf(batch: readonly Ready[], of: (transfer: Ready) => string | null): string {
  let text = ''
  let any = false
  for (const transfer of batch) {
    const one = of(transfer)
    if (one !== null) any = true
    text += text === '' ? quoted(one) : `,${quoted(one)}`
  }
  return any ? `{${text}}` : '{}'
}

/**
 * A batch for `ledger.post`: entries account by account, so that neighbours in the index are written together, each with the running sum of its account;
 * per account the lowest of those. Every transfer goes through here: flat arrays, few objects.
 */
export function arraysOf(batch: readonly Ready[]): Arrays {
  const kinds = new Numbering()
  const steps = new Numbering()
  const slots = new Map<bigint, number>()
  const counts: number[] = []
  let changes = 0
  for (const { entries } of batch)
    for (const { account } of entries) {
      changes++
      const slot = slots.get(account)
      if (slot === undefined) {
        slots.set(account, counts.length)
        counts.push(1)
      } else counts[slot]!++
    }
  const order = [...slots].sort((a, b) => (a[0] < b[0] ? -1 : 1))
  const many = order.length
  const accounts = new Bigints(many)
  const lows = new Bigints(many)
  const starts = new Ints(many + 1)
  const position = new Int32Array(many)
  const next = new Int32Array(many)
  let start = 0
  order.forEach(([account, slot], index) => {
    accounts.set(index, account)
    starts.set(index, start + 1)
    position[slot] = index
    next[slot] = start
    start += counts[slot]!
  })
  starts.set(many, changes + 1)
  const sums: bigint[] = Array.from({ length: many }, () => 0n)
  const lowest: bigint[] = Array.from({ length: many }, () => 0n)
  const transfers = new Ints(changes)
  const owners = new Ints(changes)
  const running = new Bigints(changes)
  const stepNumbers = new Ints(changes)
  batch.forEach((transfer, index) => {
    for (const { account, amount, step, share } of transfer.entries) {
      const slot = slots.get(account)!
      const at = next[slot]!++
      const sum = sums[slot]! + amount
      sums[slot] = sum
      if (sum < lowest[slot]!) lowest[slot] = sum
      transfers.set(at, index + 1)
      owners.set(at, position[slot]! + 1)
      running.set(at, sum)
      stepNumbers.set(at, step === null && share === null ? 0 : steps.of(share === null ? ` ${step}` : `${share} ${step ?? ''}`))
    }
  })
  lowest.forEach((low, slot) => lows.set(position[slot]!, low))
  const kindNumbers = new Ints(batch.length)
  const first = batch[0]!.at.getTime()
  const times = new Bigints(batch.every(transfer => transfer.at.getTime() === first) ? 1 : batch.length)
  if (batch.some(transfer => transfer.at.getTime() !== first)) batch.forEach(({ at }, index) => times.set(index, BigInt(at.getTime())))
  else times.set(0, BigInt(first))
  batch.forEach((transfer, index) => kindNumbers.set(index, kinds.of(transfer.kind)))
  const stepParts = steps.words.map(text => [text.slice(0, text.indexOf(' ')), text.slice(text.indexOf(' ') + 1)] as const)
  return [
    accounts.buffer,
    lows.buffer,
    starts.buffer,
    `{${kinds.words.map(quoted).join(',')}}`,
    `{${stepParts.map(([, step]) => quoted(step === '' ? null : step)).join(',')}}`,
    `{${stepParts.map(([share]) => (share === '' ? 'NULL' : share)).join(',')}}`,
    // Keys and causes are plain words: nothing in them needs a backslash.
    `{"${batch.map(transfer => transfer.key).join('","')}"}`,
    kindNumbers.buffer,
    `{"${batch.map(transfer => transfer.cause).join('","')}"}`,
    textsOf(batch, transfer => transfer.subject),
    textsOf(batch, transfer => transfer.note),
    times.buffer,
    transfers.buffer,
    owners.buffer,
    running.buffer,
    stepNumbers.buffer,
    Buffer.from(batchDigest(batch.map(transferHash)), 'hex'),
  ]
}

/**
 * Decides transfer by transfer, in order, against the balances: which can be applied, which would take an account under its floor
 * (the account's id is given). Changes `balances`.
 */
export function decide(
  batch: readonly Ready[],
  balances: Map<bigint, { balance: bigint; floor: bigint | null }>,
): { applied: Ready[]; refused: Map<Ready, bigint> } {
  const applied: Ready[] = []
  const refused = new Map<Ready, bigint>()
  for (const transfer of batch) {
    // Entries of one account have one sign, so the end is the lowest (or highest) point.
    const ends = new Map<bigint, bigint>()
    for (const entry of transfer.entries)
      ends.set(entry.account, (ends.get(entry.account) ?? balances.get(entry.account)!.balance) + entry.amount)
    let broken: bigint | undefined
    for (const [account, end] of ends) {
      const { floor, balance } = balances.get(account)!
      if ((end < balance && floor !== null && end < floor) || end > largestBalance || end < -largestBalance) broken ??= account
    }
    if (broken !== undefined) {
      refused.set(transfer, broken)
      continue
    }
    for (const [account, end] of ends) balances.get(account)!.balance = end
    applied.push(transfer)
  }
  return { applied, refused }
}
const largestBalance = 4n * 10n ** 18n
