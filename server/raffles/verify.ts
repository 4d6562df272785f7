/** `planet verify raffle.json`: draws a raffle again, with nothing but this file, shared/raffle-draw.ts and Node. */
import { createHash, createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ticketCount, verifyRaffle, type CheckName, type Hashes, type RaffleVerdict } from '../../shared/raffle-draw.ts'

export const hashes: Hashes = {
  sha256: async text => createHash('sha256').update(text, 'utf8').digest('hex'),
  hmac: async (key, text) => createHmac('sha256', Buffer.from(key, 'utf8')).update(text, 'utf8').digest('hex'),
}

const names: Record<CheckName, string> = {
  shape: 'the file',
  rules: 'the rules',
  list: 'the list of tickets',
  commitment: 'the seed',
  winners: 'the winners',
  next: 'who came next',
  same: 'the file saved earlier',
}

/** What was found, in words. */
export function told({ ok, state, checks, file }: RaffleVerdict): string[] {
  const wrong = checks.filter(check => !check.ok)
  if (file === null) return [`This is not a raffle: ${wrong[0]?.detail ?? 'it cannot be read'}.`]
  if (wrong.length > 0) return ['The raffle is NOT true.', ...wrong.map(({ name, detail }) => `${names[name]}: ${detail}`)]
  const tickets = ticketCount(file.entries)
  const committed = `Committed to ${file.commitment} under rules ${file.rulesDigest}.`
  if (!ok)
    return [
      state === 'void' ? 'The raffle was called off; nothing was drawn.' : 'The raffle is not drawn yet: nothing can be drawn again.',
      committed,
      `${tickets} tickets${file.digest === null ? ' so far' : `, list ${file.digest}`}.`,
    ]
  return [
    `The raffle is true: ${file.rules.title}.`,
    `${tickets} tickets of ${new Set(file.entries.map(([tag]) => tag)).size} people, list ${file.digest}.`,
    committed,
    `The seed ${file.seed} is the one committed to${file.outsideValue === null ? '' : `; from outside came "${file.outsideValue}"`}.`,
    ...file.winners.map(
      ({ place, prize, ticket, tag, instead = null, lapsedAt = null }) =>
        `${place}. ${file.rules.prizes[prize - 1]!.title}: ticket ${ticket} (${tag})${instead === null ? '' : `, after place ${instead}`}${lapsedAt === null ? '' : `; not claimed, ${lapsedAt}`}`,
    ),
    ...(file.line?.length
      ? [`Next in line: ${file.line.map(({ place, ticket, tag }) => `${place}. ticket ${ticket} (${tag})`).join(', ')}`]
      : []),
    ...(checks.some(({ name }) => name === 'same') ? ['It agrees with the file saved earlier.'] : []),
  ]
}

/** The command: `FILE [--against FILE]`. Answers the exit code: 0 only when it is drawn and all is true. */
export async function verifyRaffleFile(path: string, against: string | undefined, say: (line: string) => void): Promise<number> {
  let file = path
  try {
    const text = await readFile(path, 'utf8')
    const saved = against === undefined ? undefined : await readFile((file = against), 'utf8')
    const verdict = await verifyRaffle(text, hashes, { against: saved })
    for (const line of told(verdict)) say(line)
    return verdict.ok ? 0 : 1
  } catch (error) {
    say(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`)
    return 1
  }
}
