/**
 * Verifies an exported statement offline, with nothing but this file and Node: `node verify.ts FILE [--against CHECKPOINTS] [--key HEX]`, or `planet verify`.
 * It trusts nothing in the file: transfers sum to zero, balances follow, contents hash to the digests of their batches, digests to links, links to places
 * that the planet signed, and the file itself is signed. Imports node:crypto only.
 */
import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto'

export const statementFormat = 'planet-statement/1'

/** A signed place of the chain. Bytes in hex. */
export type Checkpoint = { place: number; hash: string; at: string; key: string; signature: string }
/** An Ed25519 key; `id` is the beginning of the SHA-256 of its 32 bytes. */
export type PublicKey = { id: string; publicKey: string }
/** One change of the account, as the statement shows it. Amounts are minor units as text. */
export type Item = {
  version: number
  transfer: string
  at: string
  kind: string
  cause: string
  subject: string | null
  note: string | null
  amount: string
  step: string | null
  share: number | null
  balance: string
}
/** A batch of the chain: of the owner's transfers the whole text, of the others the hash. The place in the list is the place in the batch. */
export type ProvenBatch = { batch: string; contents: (string | { text: string })[] }
/** Links from place `after` + 1 on, the last at a checkpoint: batch, count of transfers, digest. */
export type Run = { after: number; previous: string; links: [batch: string, count: number, digest: string][] }
export type Statement = {
  format: typeof statementFormat
  how: string[]
  planet: string
  made: string
  owner: string
  purpose: string
  asset: { code: string; scale: number }
  account: string
  from: string | null
  to: string | null
  opening: { version: number; balance: string }
  items: Item[]
  closing: { version: number; balance: string }
  batches: ProvenBatch[]
  /** The asset of each account that takes part. */
  accounts: [account: string, asset: string][]
  runs: Run[]
  checkpoints: Checkpoint[]
  keys: PublicKey[]
  /** Of everything above. */
  signature: { key: string; value: string }
}

/** What a checkpoint's signature covers. */
export const checkpointText = ({ place, hash: link, at }: Pick<Checkpoint, 'place' | 'hash' | 'at'>): string =>
  `planet checkpoint\n${place}\n${link}\n${at}`
/** What a statement's signature covers: the SHA-256 of the file up to its signature, without line ends. */
export const statementText = (sha256: string): string => `planet statement\n${sha256}`
export const keyId = (publicKey: string): string => hash('sha256', Buffer.from(publicKey, 'hex')).slice(0, 16)
const keyOf = (publicKey: string): KeyObject =>
  createPublicKey({ key: Buffer.from(`302a300506032b6570032100${publicKey}`, 'hex'), format: 'der', type: 'spki' })
export const signedBy = (publicKey: string, text: string, signature: string): boolean =>
  verify(null, Buffer.from(text), keyOf(publicKey), Buffer.from(signature, 'hex'))

export type Verdict = { ok: boolean; lines: string[] }
export type VerifyOptions = {
  /** The text of a list of checkpoints saved earlier (`GET /ledger/checkpoints`). */
  against?: string | undefined
  /** The planet's public key, known from elsewhere (hex). */
  key?: string | undefined
}

class Wrong extends Error {}
const hex64 = /^[0-9a-f]{64}$/
const whole = /^-?(0|[1-9]\d*)$/
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Checks the shape of what was read, so that nothing below meets a surprise. Names the place that is wrong. */
function shape(raw: Record<string, unknown>): Statement {
  const need = (good: boolean, what: string): void => {
    if (!good) throw new Wrong(`${what} is missing or not of its form`)
  }
  const text = (value: unknown, form?: RegExp): boolean => typeof value === 'string' && (form === undefined || form.test(value))
  const orNull = (value: unknown, good: (value: unknown) => boolean): boolean => value === null || good(value)
  const count = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
  const list = (name: string, good: (one: unknown) => boolean): void => {
    const all = raw[name]
    need(Array.isArray(all), `"${name}"`)
    for (const [i, one] of (all as unknown[]).entries()) need(good(one), `${name}[${i}]`)
  }
  const end = (value: unknown): boolean => isObject(value) && count(value['version']) && text(value['balance'], whole)
  for (const name of ['planet', 'made', 'owner', 'purpose']) need(text(raw[name]), `"${name}"`)
  need(text(raw['account'], whole), '"account"')
  for (const name of ['from', 'to']) need(orNull(raw[name], text), `"${name}"`)
  need(isObject(raw['asset']) && text(raw['asset']['code']) && count(raw['asset']['scale']), '"asset"')
  need(end(raw['opening']), '"opening"')
  need(end(raw['closing']), '"closing"')
  list(
    'items',
    one =>
      isObject(one) &&
      count(one['version']) &&
      text(one['transfer'], whole) &&
      text(one['amount'], whole) &&
      text(one['balance'], whole) &&
      ['at', 'kind', 'cause'].every(name => text(one[name])) &&
      ['subject', 'note', 'step'].every(name => orNull(one[name], text)) &&
      orNull(one['share'], count),
  )
  list(
    'batches',
    one =>
      isObject(one) &&
      text(one['batch'], whole) &&
      Array.isArray(one['contents']) &&
      one['contents'].every(part => text(part, hex64) || (isObject(part) && text(part['text']))),
  )
  list('accounts', one => Array.isArray(one) && one.length === 2 && text(one[0], whole) && text(one[1]))
  list(
    'runs',
    one =>
      isObject(one) &&
      count(one['after']) &&
      text(one['previous'], hex64) &&
      Array.isArray(one['links']) &&
      one['links'].every(
        link => Array.isArray(link) && link.length === 3 && text(link[0], whole) && count(link[1]) && text(link[2], hex64),
      ),
  )
  list(
    'checkpoints',
    one =>
      isObject(one) &&
      count(one['place']) &&
      text(one['hash'], hex64) &&
      text(one['at']) &&
      text(one['key']) &&
      text(one['signature'], /^[0-9a-f]{128}$/),
  )
  list('keys', one => isObject(one) && text(one['id']) && text(one['publicKey'], hex64))
  const signature = raw['signature']
  need(isObject(signature) && text(signature['key']) && text(signature['value'], /^[0-9a-f]{128}$/), '"signature"')
  return raw as unknown as Statement
}

type Entry = { account: string; amount: bigint; step: string; share: string }
type Transfer = { at: string; kind: string; cause: string; subject: string; note: string; entries: Entry[] }

/** Reads a transfer's text: a line of at, key, kind, cause, subject and note, then one of account, amount, step and share for each entry. */
function readTransfer(id: bigint, text: string): Transfer {
  const [head, ...rest] = text.split('\n').map(line => line.split('\t'))
  const entries = rest.map(([account = '', amount = '', step = '', share = '']) => {
    if (!whole.test(amount) || rest.some(parts => parts.length !== 4)) throw new Wrong(`transfer ${id}: its text is not of its form`)
    return { account, amount: BigInt(amount), step, share }
  })
  if (head?.length !== 6) throw new Wrong(`transfer ${id}: its text is not of its form`)
  const [at, , kind, cause, subject, note] = head as [string, string, string, string, string, string]
  return { at, kind, cause, subject, note, entries }
}

/** Every transfer of the file by its number; each one's entries sum to zero in each asset. Checks the batches' contents against the links. */
function readBatches(file: Statement, links: ReadonlyMap<string, { place: number; count: number; digest: string }>): Map<string, Transfer> {
  const assets = new Map(file.accounts)
  const transfers = new Map<string, Transfer>()
  for (const { batch, contents } of file.batches) {
    const link = links.get(batch)
    if (link === undefined) throw new Wrong(`batch ${batch}: the chain in this file does not lead over it`)
    const hashes = contents.map((content, position) => {
      if (typeof content === 'string') return content
      const id = BigInt(batch) * 2048n + BigInt(position)
      const transfer = readTransfer(id, content.text)
      const sums = new Map<string, bigint>()
      for (const { account, amount } of transfer.entries) {
        const asset = assets.get(account)
        if (asset === undefined) throw new Wrong(`transfer ${id}: the asset of account ${account} is missing`)
        sums.set(asset, (sums.get(asset) ?? 0n) + amount)
      }
      for (const [asset, sum] of sums) if (sum !== 0n) throw new Wrong(`transfer ${id}: its entries sum to ${sum} in ${asset}, not to zero`)
      transfers.set(String(id), transfer)
      return hash('sha256', content.text)
    })
    if (contents.length !== link.count) throw new Wrong(`batch ${batch}: ${contents.length} transfers, the chain says ${link.count}`)
    if (hash('sha256', hashes.join('\n')) !== link.digest)
      throw new Wrong(`batch ${batch}: its transfers are not those that were posted (the digest differs)`)
  }
  return transfers
}

/** Follows each run from link to link; returns the links by batch and the hash at each place. */
function followRuns(file: Statement): { links: Map<string, { place: number; count: number; digest: string }>; at: Map<number, string> } {
  const links = new Map<string, { place: number; count: number; digest: string }>()
  const at = new Map<number, string>()
  const note = (place: number, link: string): void => {
    if ((at.get(place) ?? link) !== link) throw new Wrong(`place ${place} of the chain has two hashes in this file`)
    at.set(place, link)
  }
  for (const { after, previous, links: run } of file.runs) {
    let place = after
    let last = previous
    note(place, last)
    for (const [batch, count, digest] of run) {
      place++
      last = hash('sha256', `${last} ${place} ${batch} ${count} ${digest}`)
      note(place, last)
      if (links.has(batch)) throw new Wrong(`batch ${batch} stands in the chain twice`)
      links.set(batch, { place, count, digest })
    }
    if (!file.checkpoints.some(checkpoint => checkpoint.place === place))
      throw new Wrong(`the chain from place ${after} ends at place ${place}, which is not signed`)
  }
  if (at.has(0) && at.get(0) !== hash('sha256', 'planet ledger')) throw new Wrong('the chain does not begin where every chain begins')
  return { links, at }
}

function checkSignatures(file: Statement, at: ReadonlyMap<number, string>): void {
  const keys = new Map<string, string>()
  for (const { id, publicKey } of file.keys) {
    if (keyId(publicKey) !== id) throw new Wrong(`key ${id}: its number does not belong to it`)
    keys.set(id, publicKey)
  }
  const known = (id: string, what: string): string => {
    const key = keys.get(id)
    if (key === undefined) throw new Wrong(`${what}: the key ${id} is missing`)
    return key
  }
  for (const checkpoint of file.checkpoints) {
    const what = `checkpoint ${checkpoint.place}`
    if (!signedBy(known(checkpoint.key, what), checkpointText(checkpoint), checkpoint.signature))
      throw new Wrong(`${what}: the signature is not true`)
    const link = at.get(checkpoint.place)
    if (link === undefined) throw new Wrong(`${what}: the chain in this file does not lead to it`)
    if (link !== checkpoint.hash) throw new Wrong(`${what}: the chain leads to another hash than the one signed`)
  }
  const { signature, ...body } = file
  const sum = hash('sha256', JSON.stringify(body))
  if (!signedBy(known(signature.key, 'the file'), statementText(sum), signature.value))
    throw new Wrong('the file is not as the planet signed it')
}

/** The statement's own lines: each is an entry of a proven transfer, versions rise by one, balances follow, from the opening to the closing one. */
function checkItems(file: Statement, transfers: ReadonlyMap<string, Transfer>): void {
  if (new Map(file.accounts).get(file.account) !== undefined || file.items.length > 0)
    if (new Map(file.accounts).get(file.account) !== file.asset.code) throw new Wrong('the account has another asset than the statement')
  let { version } = file.opening
  let balance = BigInt(file.opening.balance)
  if (version === 0 && balance !== 0n) throw new Wrong('an account begins at zero')
  const used = new Map<string, number>()
  for (const item of file.items) {
    const what = `change ${item.version}`
    const transfer = transfers.get(item.transfer)
    if (transfer === undefined) throw new Wrong(`${what}: transfer ${item.transfer} is not proven in this file`)
    const nth = used.get(item.transfer) ?? 0
    used.set(item.transfer, nth + 1)
    const entry = transfer.entries.filter(one => one.account === file.account)[nth]
    const same =
      entry !== undefined &&
      entry.amount === BigInt(item.amount) &&
      entry.step === (item.step ?? '') &&
      entry.share === (item.share === null ? '' : String(item.share)) &&
      transfer.at === item.at &&
      transfer.kind === item.kind &&
      transfer.cause === item.cause &&
      transfer.subject === (item.subject ?? '') &&
      transfer.note === (item.note ?? '')
    if (!same) throw new Wrong(`${what}: it differs from transfer ${item.transfer} as it was posted`)
    if (item.version !== ++version) throw new Wrong(`${what}: change ${version} is missing before it`)
    balance += BigInt(item.amount)
    if (balance !== BigInt(item.balance)) throw new Wrong(`${what}: the balance is ${balance}, not ${item.balance}`)
  }
  if (file.closing.version !== version) throw new Wrong(`the statement ends at change ${version}, not ${file.closing.version}`)
  if (BigInt(file.closing.balance) !== balance) throw new Wrong(`the closing balance is ${balance}, not ${file.closing.balance}`)
  for (const [id, transfer] of transfers) {
    const many = transfer.entries.filter(one => one.account === file.account).length
    if (many !== (used.get(id) ?? 0)) throw new Wrong(`transfer ${id} changes this account, but the statement leaves it out`)
  }
}

/** Checkpoints saved earlier must be where the chain in this file is. Returns how many of them lie in it. */
function checkAgainst(file: Statement, at: ReadonlyMap<number, string>, text: string): number {
  let saved: { items?: Checkpoint[]; keys?: PublicKey[] }
  try {
    saved = JSON.parse(text) as typeof saved
  } catch {
    throw new Wrong('the saved checkpoints are not JSON')
  }
  const { items, keys } = saved
  if (!Array.isArray(items) || !Array.isArray(keys))
    throw new Wrong('the saved checkpoints are not a list as GET /ledger/checkpoints answers')
  const known = new Set(keys.map(key => key.publicKey))
  for (const { id, publicKey } of file.keys) if (!known.has(publicKey)) throw new Wrong(`the key ${id} is not among the saved keys`)
  let met = 0
  for (const { place, hash: link } of items) {
    const here = at.get(place)
    if (here === undefined) continue
    if (here !== link) throw new Wrong(`place ${place} of the chain was published with another hash earlier`)
    met++
  }
  return met
}

const decimal = (minor: string, scale: number): string => {
  const digits = minor.replace('-', '').padStart(scale + 1, '0')
  return `${minor.startsWith('-') ? '-' : ''}${scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`}`
}

/** Verifies the text of a file. Never throws: what is wrong stands in `lines`. */
export function verifyStatement(text: string, options: VerifyOptions = {}): Verdict {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return { ok: false, lines: ['This is not a statement of a planet: it is not whole JSON.'] }
  }
  if (!isObject(raw) || typeof raw['format'] !== 'string' || !raw['format'].startsWith('planet-'))
    return { ok: false, lines: ['This is not a statement of a planet: it does not say so in "format".'] }
  if (raw['format'] !== statementFormat)
    return { ok: false, lines: [`The format "${raw['format'].slice(0, 60)}" is unknown to this verifier, which reads ${statementFormat}.`] }
  try {
    // A name that stands twice, or anything else that readers could read differently.
    if (text.replace(/[\r\n]/g, '') !== JSON.stringify(raw)) throw new Wrong('the file is not written as the planet writes it')
    const file = shape(raw)
    const { links, at } = followRuns(file)
    const transfers = readBatches(file, links)
    checkItems(file, transfers)
    checkSignatures(file, at)
    if (options.key !== undefined && file.keys.some(key => key.publicKey !== options.key))
      throw new Wrong('the file is signed with another key than the one given')
    const met = options.against === undefined ? undefined : checkAgainst(file, at, options.against)
    const { code, scale } = file.asset
    const last = file.checkpoints.reduce((most, one) => Math.max(most, one.place), 0)
    return {
      ok: true,
      lines: [
        `The statement is true: ${file.owner}, ${file.purpose}, ${code}.`,
        `${decimal(file.opening.balance, scale)} at the beginning, ${file.items.length} changes in ${transfers.size} transfers, ${decimal(file.closing.balance, scale)} at the end.`,
        `${links.size} links of the chain lead to ${file.checkpoints.length} checkpoints${last > 0 ? ` (the last at place ${last})` : ''}, signed with the key ${file.keys.map(key => key.publicKey).join(', ')}.`,
        ...(met === undefined ? [] : [`${met} of the checkpoints saved earlier lie in it, and they agree.`]),
      ],
    }
  } catch (error) {
    const reason = error instanceof Wrong ? error.message : `it cannot be read (${(error as Error).message})`
    return { ok: false, lines: [`The statement is NOT true: ${reason}.`] }
  }
}

/** The command: `FILE [--against FILE] [--key HEX]`. Answers the exit code. */
export async function verifyFile(args: readonly string[], say: (line: string) => void): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const rest = [...args]
  const option = (name: string): string | undefined => {
    const at = rest.indexOf(name)
    return at < 0 ? undefined : (rest.splice(at, 2)[1] ?? '')
  }
  const against = option('--against')
  const key = option('--key')?.toLowerCase()
  const [path] = rest
  if (path === undefined || rest.length > 1) {
    say('planet verify FILE [--against CHECKPOINTS] [--key HEX]')
    return 1
  }
  let file = path
  try {
    const text = await readFile(path, 'utf8')
    const saved = against === undefined ? undefined : await readFile((file = against), 'utf8')
    const verdict = verifyStatement(text, { against: saved, key })
    for (const line of verdict.lines) say(line)
    return verdict.ok ? 0 : 1
  } catch (error) {
    say(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`)
    return 1
  }
}

if (import.meta.main) process.exitCode = await verifyFile(process.argv.slice(2), line => void process.stdout.write(`${line}\n`))
