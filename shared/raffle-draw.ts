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
 * 4. The draw does not end with the last prize: who would be chosen after it is next in line (`planet-raffle/2`). A prize not claimed in `claimDays` goes to them, the
 *    lowest lapsed place first, until `passDays` after the draw. Nothing is drawn anew: seed, list and value are those of the draw, so the order is fixed with it.
 */
export const raffleFormat = 'planet-raffle/1'
/** With a line of those who come next. */
export const lineFormat = 'planet-raffle/2'
/** So many of the line are named in the file; all others follow from the seed. */
export const lineShown = 20

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
  /** Days in which a prize is to be claimed, and days after the draw until which it goes to the next; both only in `planet-raffle/2`. */
  claimDays?: number
  passDays?: number
}
/** Whose (a name that tells nothing), and how many tickets. */
export type RaffleEntry = [tag: string, tickets: number]
export type Winner = { place: number; prize: number; ticket: number; tag: string }
/** A winner in the file: `at` it became theirs, `instead` of the winner of that place, `lapsedAt`: not claimed in time. */
export type FileWinner = Winner & { at?: string; instead?: number | null; lapsedAt?: string | null }
/** Who comes next, in order. */
export type InLine = Omit<Winner, 'prize'>
export type RaffleFile = {
  format: typeof raffleFormat | typeof lineFormat
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
  winners: FileWinner[]
  line?: InLine[]
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
    ...(rules.claimDays === undefined ? {} : { claimDays: rules.claimDays, passDays: rules.passDays }),
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
  format?: RaffleFile['format']
}

/** The winners, in the order in which they were drawn; prizes count from 1. */
export async function drawWinners(hashes: Hashes, draw: Draw): Promise<Winner[]> {
  const prizes = draw.quantities.flatMap((quantity, index) => Array.from({ length: quantity }, () => index + 1))
  return (await drawPlaces(hashes, draw, prizes.length)).map(one => ({
    place: one.place,
    prize: prizes[one.place - 1]!,
    ticket: one.ticket,
    tag: one.tag,
  }))
}

/** The first `count` places of the one order that seed, rules, list and value make; fewer where there are no more tickets (or people). */
export async function drawPlaces(hashes: Hashes, draw: Omit<Draw, 'quantities'>, count: number): Promise<InLine[]> {
  const { entries, onePrize } = draw
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
  const source = numbers(
    hashes,
    draw.seed,
    [draw.format ?? raffleFormat, draw.raffle, draw.rulesDigest, draw.digest, draw.outsideValue ?? '', ''].join('\n'),
  )
  await source.next(0)
  const moved = new Map<number, number>()
  const won = new Set<string>()
  const places: InLine[] = []
  for (let left = total; left > 0 && places.length < count; left--) {
    const chosen = (await source.next(left)).value
    const index = moved.get(chosen) ?? chosen
    moved.set(chosen, moved.get(left - 1) ?? left - 1)
    const tag = holder(index)
    if (onePrize && won.has(tag)) continue
    won.add(tag)
    places.push({ place: places.length + 1, ticket: index + 1, tag })
  }
  return places
}

export const tagOf = async (hashes: Hashes, raffle: string, person: string, salt: string): Promise<string> =>
  (await hashes.sha256(`${raffle}\n${person}\n${salt}`)).slice(0, 24)

/** What is looked at, in order. */
export type CheckName = 'shape' | 'rules' | 'list' | 'commitment' | 'winners' | 'next' | 'same'
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
const isTime = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value))
const orNull = (value: unknown, right: (one: unknown) => boolean): boolean => value === null || right(value)

/** What is wrong with the shape of a file, or nothing. */
function misshapen(raw: unknown): string | undefined {
  if (!isObject(raw)) return 'it is not an object'
  const next = raw['format'] === lineFormat
  if (!next && raw['format'] !== raffleFormat) return `its format is not ${raffleFormat} or ${lineFormat}`
  if (!['open', 'closed', 'drawn', 'void'].includes(raw['state'] as string)) return 'state'
  const rules = raw['rules']
  if (!isObject(rules)) return 'rules'
  for (const name of ['raffle', 'group', 'title', 'opensAt', 'closesAt', 'drawBy']) if (!isText(rules[name])) return `rules.${name}`
  if (!isCount(rules['points']) || !isCount(rules['mostTickets'], 1)) return 'rules.points or rules.mostTickets'
  if (typeof rules['onePrize'] !== 'boolean' || !orNull(rules['outside'], isText)) return 'rules.onePrize or rules.outside'
  const { claimDays, passDays } = rules
  if (next ? !isCount(claimDays, 1) || !isCount(passDays) : claimDays !== undefined || passDays !== undefined)
    return 'rules.claimDays or rules.passDays'
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
  if (!next) return undefined
  if (raw['drawnAt'] !== null && !isTime(raw['drawnAt'])) return 'drawnAt'
  for (const one of winners as Record<string, unknown>[])
    if (!isTime(one['at']) || !orNull(one['instead'], place => isCount(place, 1)) || !orNull(one['lapsedAt'], isTime)) return 'winners'
  const line = raw['line']
  if (!Array.isArray(line) || line.length > lineShown) return 'line'
  for (const one of line as unknown[])
    if (!isObject(one) || !isCount(one['place'], 1) || !isCount(one['ticket'], 1) || !isHex(one['tag'], 24)) return 'line'
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

const dayMs = 86_400_000
/** What is wrong with who came after whom, or nothing. `order`: the places of the draw, so many of them were winners at once. */
function wrongNext(file: RaffleFile, order: readonly InLine[], drawn: number): string | undefined {
  const { rules, winners } = file
  const start = Date.parse(file.drawnAt ?? '')
  const end = start + rules.passDays! * dayMs
  const after = new Set<number>()
  for (const [index, one] of winners.entries()) {
    const at = Date.parse(one.at!)
    const before = one.instead === null ? undefined : winners[one.instead! - 1]
    if (index < drawn) {
      if (one.instead !== null || at !== start) return `place ${one.place} was drawn, the file says it followed`
    } else if (before === undefined || before.place >= one.place || before.lapsedAt !== one.at || before.prize !== one.prize)
      return `place ${one.place} follows nobody who lapsed`
    else if (after.has(before.place)) return `place ${before.place} is followed twice`
    else if (at > end) return `place ${one.place} was asked after the end`
    else {
      const last = winners[index - 1]!
      if (index > drawn && (Date.parse(last.at!) > at || (last.at === one.at && last.instead! > before.place)))
        return `place ${one.place} came before its turn`
      after.add(before.place)
    }
    if (one.lapsedAt !== null && Date.parse(one.lapsedAt!) < at + rules.claimDays! * dayMs) return `place ${one.place} lapsed too early`
  }
  const left = winners.find(one => one.lapsedAt !== null && Date.parse(one.lapsedAt!) <= end && !after.has(one.place))
  if (left !== undefined && order.length > winners.length) return `nobody came after place ${left.place}, though somebody was next`
  const text = (one: InLine | undefined): string => (one === undefined ? 'nobody' : `ticket ${one.ticket} (${one.tag})`)
  const line = order.slice(winners.length, winners.length + lineShown)
  for (let index = 0; index < Math.max(line.length, file.line!.length); index++) {
    const [right, said] = [line[index], file.line![index]]
    if (text(right) !== text(said) || right?.place !== said?.place)
      return `place ${winners.length + index + 1} is ${text(right)}, the file says ${text(said)}`
  }
  return undefined
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
    const pieces = rules.prizes.flatMap((prize, index) => Array.from({ length: prize.quantity }, () => index + 1))
    const line = file.format === lineFormat
    const order = await drawPlaces(
      hashes,
      {
        seed,
        rulesDigest: file.rulesDigest,
        digest: file.digest,
        outsideValue: file.outsideValue,
        raffle: rules.raffle,
        entries,
        onePrize: rules.onePrize,
        format: file.format,
      },
      line ? Math.max(pieces.length, file.winners.length) + lineShown : pieces.length,
    )
    const drawn = Math.min(pieces.length, order.length)
    // With a line, whose place it was before decides what a later one is for.
    const winners = order
      .slice(0, line ? Math.max(drawn, file.winners.length) : drawn)
      .map((one, index) => ({ ...one, prize: index < drawn ? pieces[index]! : (file.winners[index]?.prize ?? 0) }))
    const text = (one: Winner | undefined): string => (one === undefined ? '' : `${one.place} ${one.prize} ${one.ticket} ${one.tag}`)
    const differs = winners.findIndex((one, index) => text(one) !== text(file.winners[index]))
    const wrong = missing
      ? 'the value from outside does not fit the rules'
      : differs >= 0
        ? `place ${differs + 1} goes to ticket ${winners[differs]!.ticket}, the file says ${file.winners[differs]?.ticket ?? 'nobody'}`
        : file.winners.length !== winners.length
          ? `${winners.length} were drawn, the file names ${file.winners.length}`
          : undefined
    note('winners', wrong, `${winners.length}`)
    if (line && wrong === undefined) note('next', wrongNext(file, order, drawn), `${winners.length - drawn}`)
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
