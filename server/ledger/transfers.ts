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

/** With ids in place of refs (`keys` from `checkTransfer`), entries by account; their order within one account stays. */
export function ready(transfer: TransferInput, keys: readonly string[], accounts: ReadonlyMap<string, bigint>, now: Date): Ready {
  const entries = transfer.entries.map(({ amount, step, share }, i) => ({
    account: accounts.get(keys[i]!)!,
    amount,
    step: step ?? null,
    share: share ?? null,
  }))
  entries.sort((a, b) => (a.account < b.account ? -1 : a.account > b.account ? 1 : 0))
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

/** The arguments of `ledger.post` in order, as Postgres array texts and the digest. */
export type Arrays = readonly string[]

export const quoted = (text: string | null): string => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`)
const array = (items: readonly (string | number | bigint)[]): string => `{${items.join(',')}}`

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

type Change = { transfer: number; sum: bigint; amount: bigint; step: number }

/** All changes of a batch by account, in the order they happen, each with the running sum. */
function changesOf(batch: readonly Ready[], steps: Numbering): Map<bigint, Change[]> {
  const changes = new Map<bigint, Change[]>()
  batch.forEach((transfer, index) => {
    for (const { account, amount, step, share } of transfer.entries) {
      const change: Change = {
        transfer: index + 1,
        sum: amount,
        amount,
        step: step === null && share === null ? 0 : steps.of(`${share ?? ''} ${step ?? ''}`),
      }
      const list = changes.get(account)
      if (list === undefined) changes.set(account, [change])
      else {
        change.sum += list[list.length - 1]!.sum
        list.push(change)
      }
    }
  })
  return changes
}

/**
 * Sums up a batch per account: total change, lowest running sum, number of changes. Entries go account by account, each with its place and running sum
 * there: neighbours in the index are written together.
 */
export function arraysOf(batch: readonly Ready[]): Arrays {
  const kinds = new Numbering()
  const steps = new Numbering()
  const changes = changesOf(batch, steps)
  const accountIds = [...changes.keys()].sort((a, b) => (a < b ? -1 : 1))
  const lows: bigint[] = []
  const sums: bigint[] = []
  const counts: number[] = []
  const transfers: number[] = []
  const accounts: number[] = []
  const nths: number[] = []
  const running: bigint[] = []
  const amounts: bigint[] = []
  const stepNumbers: number[] = []
  accountIds.forEach((account, position) => {
    const list = changes.get(account)!
    let low = 0n
    list.forEach((change, index) => {
      if (change.sum < low) low = change.sum
      transfers.push(change.transfer)
      accounts.push(position + 1)
      nths.push(index + 1)
      running.push(change.sum)
      amounts.push(change.amount)
      stepNumbers.push(change.step)
    })
    lows.push(low)
    sums.push(list[list.length - 1]!.sum)
    counts.push(list.length)
  })
  const stepParts = steps.words.map(text => [text.slice(0, text.indexOf(' ')), text.slice(text.indexOf(' ') + 1)] as const)
  const t = (item: (transfer: Ready) => string | number): string => array(batch.map(item))
  const kindNumbers = t(transfer => kinds.of(transfer.kind))
  return [
    ...[accountIds, lows, sums, counts].map(array),
    array(kinds.words.map(quoted)),
    array(stepParts.map(([, step]) => quoted(step === '' ? null : step))),
    array(stepParts.map(([share]) => (share === '' ? 'NULL' : share))),
    t(transfer => `"${transfer.key}"`),
    kindNumbers,
    t(transfer => `"${transfer.cause}"`),
    t(transfer => quoted(transfer.subject)),
    t(transfer => quoted(transfer.note)),
    t(transfer => transfer.at.getTime()),
    ...[transfers, accounts, nths, running, amounts, stepNumbers].map(array),
    `\\x${batchDigest(batch.map(transferHash))}`,
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
