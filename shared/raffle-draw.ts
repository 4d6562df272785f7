/**
 * How a raffle is drawn, and how a drawn one is verified: pure, the same for the planet, `planet verify raffle.json` and the browser. No library; whoever calls
 * brings the two hashes, over text (UTF-8) and with hex out, so that each step can be repeated with `sha256sum` and `openssl dgst -hmac`.
 *
 * 1. Before entries open: `commitment` = SHA-256 of the seed (64 hex digits), and `rulesDigest` = SHA-256 of the rules as one line of JSON.
 * 2. At the close: `digest` = SHA-256 of the list of tickets, a line `first-last tag` for each entry, in order, numbered from 1 without gaps.
 * 3. The draw: block c = HMAC-SHA256 (key: the seed) of the lines format, raffle, rulesDigest, digest, value from outside (or nothing), c = 0, 1, 2 …
 *    A block is five numbers of 12 hex digits. A number below the largest multiple of n that fits into 48 bits chooses one of n tickets by its remainder;
 *    others are passed over. The chosen ticket leaves the row, the last one takes its place. Prizes are dealt in their order, each piece to the next ticket
 *    chosen; when everyone can win only once, tickets of who has won are passed over.
 */
export const raffleFormat = 'planet-raffle/1'

export type Hashes = { sha256: (text: string) => Promise<string>; hmac: (key: string, text: string) => Promise<string> }
export type RaffleRules = {
  raffle: string
  group: string
  title: string
  opensAt: string
  closesAt: string
  drawBy: string
  /** Of one ticket. */
  points: number
  mostTickets: number
  onePrize: boolean
  prizes: { title: string; quantity: number }[]
  /** What the value from outside will be; null: there is none. */
  outside: string | null
}
/** Whose (a name that tells nothing), and how many tickets. */
export type RaffleEntry = [tag: string, tickets: number]
export type Winner = { place: number; prize: number; ticket: number; tag: string }
export type RaffleFile = {
  format: typeof raffleFormat
  how: string[]
  planet: string
  made: string
  state: 'open' | 'closed' | 'drawn' | 'void'
  rules: RaffleRules
  rulesDigest: string
  commitment: string
  publishedAt: string
  entries: RaffleEntry[]
  digest: string | null
  closedAt: string | null
  outsideValue: string | null
  seed: string | null
  drawnAt: string | null
  winners: Winner[]
}

/** The rules in their one form. */
export const rulesText = (rules: RaffleRules): string =>
  JSON.stringify({
    raffle: rules.raffle,
    group: rules.group,
    title: rules.title,
    opensAt: rules.opensAt,
    closesAt: rules.closesAt,
    drawBy: rules.drawBy,
    points: rules.points,
    mostTickets: rules.mostTickets,
    onePrize: rules.onePrize,
    prizes: rules.prizes.map(({ title, quantity }) => ({ title, quantity })),
    outside: rules.outside,
  })

/** The list of tickets in its one form. */
export function listText(entries: readonly RaffleEntry[]): string {
  let next = 1
  return entries
    .map(([tag, tickets]) => {
      const first = next
      next += tickets
      return `${first}-${next - 1} ${tag}\n`
    })
    .join('')
}
export const ticketCount = (entries: readonly RaffleEntry[]): number => entries.reduce((sum, [, tickets]) => sum + tickets, 0)

const digits = 12
const span = 16 ** digits

/** Numbers below n, each equally likely, out of blocks of the keyed hash. */
async function* numbers(hashes: Hashes, seed: string, head: string): AsyncGenerator<number, never, number> {
  let below = yield 0
  for (let counter = 0; ; counter++) {
    const block = await hashes.hmac(seed, `${head}${counter}`)
    for (let at = 0; at + digits <= block.length; at += digits) {
      const value = Number.parseInt(block.slice(at, at + digits), 16)
      if (value < span - (span % below)) below = yield value % below
    }
  }
}

export type Draw = {
  seed: string
  rulesDigest: string
  digest: string
  outsideValue: string | null
  raffle: string
  entries: readonly RaffleEntry[]
  /** Pieces of each prize, in the order of the prizes. */
  quantities: readonly number[]
  onePrize: boolean
}

/** The winners, in the order in which they were drawn; prizes count from 1. */
export async function drawWinners(hashes: Hashes, draw: Draw): Promise<Winner[]> {
  const { entries, quantities, onePrize } = draw
  const starts: number[] = []
  let total = 0
  for (const [, tickets] of entries) {
    starts.push(total)
    total += tickets
  }
  /** Whose a ticket is: the last entry that begins at or before it. */
  const holder = (index: number): string => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= index) low = middle
      else high = middle - 1
    }
    return entries[low]![0]
  }
  const prizes = quantities.flatMap((quantity, index) => Array.from({ length: quantity }, () => index + 1))
  const source = numbers(
    hashes,
    draw.seed,
    [raffleFormat, draw.raffle, draw.rulesDigest, draw.digest, draw.outsideValue ?? '', ''].join('\n'),
  )
  await source.next(0)
  const moved = new Map<number, number>()
  const won = new Set<string>()
  const winners: Winner[] = []
  for (let left = total; left > 0 && winners.length < prizes.length; left--) {
    const chosen = (await source.next(left)).value
    const index = moved.get(chosen) ?? chosen
    moved.set(chosen, moved.get(left - 1) ?? left - 1)
    const tag = holder(index)
    if (onePrize && won.has(tag)) continue
    won.add(tag)
    winners.push({ place: winners.length + 1, prize: prizes[winners.length]!, ticket: index + 1, tag })
  }
  return winners
}

export const tagOf = async (hashes: Hashes, raffle: string, person: string, salt: string): Promise<string> =>
  (await hashes.sha256(`${raffle}\n${person}\n${salt}`)).slice(0, 24)

/** What is looked at, in order. */
export type CheckName = 'shape' | 'rules' | 'list' | 'commitment' | 'winners' | 'same'
export type RaffleVerdict = {
  /** Drawn, and every check holds. */
  ok: boolean
  state: RaffleFile['state'] | null
  checks: { name: CheckName; ok: boolean; detail: string }[]
  file: RaffleFile | null
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isHex = (value: unknown, length: number): value is string =>
  typeof value === 'string' && new RegExp(`^[0-9a-f]{${length}}$`).test(value)
const isCount = (value: unknown, least = 0): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= 100_000_000
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 20_000
const orNull = (value: unknown, right: (one: unknown) => boolean): boolean => value === null || right(value)

/** What is wrong with the shape of a file, or nothing. */
function misshapen(raw: unknown): string | undefined {
  if (!isObject(raw)) return 'it is not an object'
  if (raw['format'] !== raffleFormat) return `its format is not ${raffleFormat}`
  if (!['open', 'closed', 'drawn', 'void'].includes(raw['state'] as string)) return 'state'
  const rules = raw['rules']
  if (!isObject(rules)) return 'rules'
  for (const name of ['raffle', 'group', 'title', 'opensAt', 'closesAt', 'drawBy']) if (!isText(rules[name])) return `rules.${name}`
  if (!isCount(rules['points']) || !isCount(rules['mostTickets'], 1)) return 'rules.points or rules.mostTickets'
  if (typeof rules['onePrize'] !== 'boolean' || !orNull(rules['outside'], isText)) return 'rules.onePrize or rules.outside'
  const prizes = rules['prizes']
  if (!Array.isArray(prizes) || prizes.length === 0 || prizes.length > 50) return 'rules.prizes'
  for (const prize of prizes as unknown[])
    if (!isObject(prize) || !isText(prize['title']) || !isCount(prize['quantity'], 1) || prize['quantity'] > 10_000) return 'rules.prizes'
  if (!isHex(raw['commitment'], 64) || !isHex(raw['rulesDigest'], 64)) return 'commitment or rulesDigest'
  if (!orNull(raw['digest'], one => isHex(one, 64)) || !orNull(raw['seed'], one => isHex(one, 64))) return 'digest or seed'
  if (!orNull(raw['outsideValue'], isText)) return 'outsideValue'
  const entries = raw['entries']
  if (!Array.isArray(entries) || entries.length > 2_000_000) return 'entries'
  for (const one of entries as unknown[])
    if (!Array.isArray(one) || one.length !== 2 || !isHex(one[0], 24) || !isCount(one[1], 1) || one[1] > 100) return 'entries'
  const winners = raw['winners']
  if (!Array.isArray(winners)) return 'winners'
  for (const one of winners as unknown[])
    if (!isObject(one) || !isCount(one['place'], 1) || !isCount(one['prize'], 1) || !isCount(one['ticket'], 1) || !isHex(one['tag'], 24))
      return 'winners'
  return undefined
}

function read(text: string): RaffleFile | string {
  try {
    const raw: unknown = JSON.parse(text)
    return misshapen(raw) ?? (raw as RaffleFile)
  } catch {
    return 'it is not JSON'
  }
}

/** Draws again what a raffle.json says. `against`: a raffle.json of the same raffle that was saved earlier; what stood in it must still stand. */
export async function verifyRaffle(text: string, hashes: Hashes, options: { against?: string | undefined } = {}): Promise<RaffleVerdict> {
  const checks: RaffleVerdict['checks'] = []
  const note = (name: CheckName, wrong: string | undefined, detail = ''): void =>
    void checks.push({ name, ok: wrong === undefined, detail: wrong ?? detail })
  const file = read(text)
  if (typeof file === 'string') return { ok: false, state: null, checks: [{ name: 'shape', ok: false, detail: file }], file: null }
  note('shape', undefined, file.format)
  const { rules, entries, seed } = file

  const rulesDigest = await hashes.sha256(rulesText(rules))
  note('rules', rulesDigest === file.rulesDigest ? undefined : 'the rules are not the ones that were published', rulesDigest)

  const digest = await hashes.sha256(listText(entries))
  const total = ticketCount(entries)
  const perTag = new Map<string, number>()
  for (const [tag, tickets] of entries) perTag.set(tag, (perTag.get(tag) ?? 0) + tickets)
  if (file.digest === null)
    note('list', file.state === 'open' || file.state === 'void' ? undefined : 'the digest of the list is missing', `${total}`)
  else
    note(
      'list',
      digest !== file.digest
        ? 'the list of tickets is not the one whose digest was published'
        : [...perTag.values()].some(tickets => tickets > rules.mostTickets)
          ? 'someone has more tickets than the rules allow'
          : undefined,
      digest,
    )

  if (seed !== null) {
    const commitment = await hashes.sha256(seed)
    note('commitment', commitment === file.commitment ? undefined : 'the seed is not the one that was committed to', commitment)
  } else if (file.state === 'drawn' || file.state === 'void') note('commitment', 'the seed is missing')

  if (file.state === 'drawn' && seed !== null && file.digest !== null) {
    const missing = (rules.outside === null) !== (file.outsideValue === null)
    const winners = await drawWinners(hashes, {
      seed,
      rulesDigest: file.rulesDigest,
      digest: file.digest,
      outsideValue: file.outsideValue,
      raffle: rules.raffle,
      entries,
      quantities: rules.prizes.map(prize => prize.quantity),
      onePrize: rules.onePrize,
    })
    const line = (one: Winner | undefined): string => (one === undefined ? '' : `${one.place} ${one.prize} ${one.ticket} ${one.tag}`)
    const differs = winners.findIndex((one, index) => line(one) !== line(file.winners[index]))
    note(
      'winners',
      missing
        ? 'the value from outside does not fit the rules'
        : differs >= 0
          ? `place ${differs + 1} goes to ticket ${winners[differs]!.ticket}, the file says ${file.winners[differs]?.ticket ?? 'nobody'}`
          : file.winners.length !== winners.length
            ? `${winners.length} were drawn, the file names ${file.winners.length}`
            : undefined,
      `${winners.length}`,
    )
  } else
    note(
      'winners',
      file.winners.length > 0
        ? 'winners are named, but nothing was drawn'
        : file.state === 'drawn'
          ? 'seed or digest is missing'
          : undefined,
    )

  if (options.against !== undefined) {
    const earlier = read(options.against)
    const same = (a: string | null, b: string | null): boolean => a === null || a === b
    note(
      'same',
      typeof earlier === 'string'
        ? `the earlier file cannot be read: ${earlier}`
        : earlier.rules.raffle !== rules.raffle
          ? 'the earlier file is of another raffle'
          : earlier.commitment !== file.commitment
            ? 'the commitment was another one'
            : earlier.rulesDigest !== file.rulesDigest
              ? 'the rules were others'
              : !same(earlier.digest, file.digest)
                ? 'the list of tickets was another one'
                : !listText(entries).startsWith(listText(earlier.entries))
                  ? 'tickets that were there are gone or changed'
                  : !same(earlier.outsideValue, file.outsideValue) || !same(earlier.seed, file.seed)
                    ? 'the seed or the value from outside was another one'
                    : undefined,
    )
  }
  return { ok: file.state === 'drawn' && checks.every(check => check.ok), state: file.state, checks, file }
}
