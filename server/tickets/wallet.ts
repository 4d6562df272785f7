/** Passes for phones' wallets: signed with the operator's certificate, which is kept sealed with the planet's secret. Without one there is no button. */
import { createCipheriv, createDecipheriv, createPrivateKey, hkdfSync, randomBytes, X509Certificate, type KeyObject } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { fault } from '../../shared/faults.ts'
import { decimal } from '../../shared/money.ts'
import { spacedCode } from '../../shared/ticket-code.ts'
import type { Config } from '../foundation/config.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import { later } from '../foundation/later.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import type { Viewer } from '../foundation/session.ts'
import { mine, shownTickets, walletSetting, type Input, type Ok, type Shown } from './showing.ts'

const passkit = later<typeof import('passkit-generator')>('passkit-generator')
const sharp = later<typeof import('sharp').default>('sharp')

type Kept = { passType: string; team: string; until: string; certificate: string; wwdr: string; sealed: string }
const keyOf = (config: Config): Buffer => Buffer.from(hkdfSync('sha256', config.secret, '', 'planet wallet', 32))

export function seal(config: Config, text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(config), nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
}
export function unseal(config: Config, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  const opener = createDecipheriv('aes-256-gcm', keyOf(config), bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([opener.update(bytes.subarray(28)), opener.final()]).toString('utf8')
}

/** Says why a certificate cannot be used, or what it is for. */
function readCertificate(given: {
  certificate: string
  key: string
  wwdr: string
  passphrase: string
}): Omit<Kept, 'sealed'> & { key: string } {
  const no = (field: string): never => {
    throw fault('invalid', 'wallet_invalid', { fields: { [field]: 'PEM' } })
  }
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(given.certificate)
  } catch {
    return no('certificate')
  }
  const passType = /^UID=(.+)$/m.exec(certificate.subject)?.[1] ?? no('certificate')
  const team = /^OU=(.+)$/m.exec(certificate.subject)?.[1] ?? no('certificate')
  let key: KeyObject
  try {
    key = createPrivateKey({ key: given.key, passphrase: given.passphrase })
    if (!certificate.checkPrivateKey(key)) return no('key')
  } catch {
    return no('key')
  }
  try {
    if (!certificate.checkIssued(new X509Certificate(given.wwdr))) return no('wwdr')
  } catch {
    return no('wwdr')
  }
  return {
    passType,
    team,
    until: new Date(certificate.validTo).toISOString(),
    certificate: given.certificate,
    wwdr: given.wwdr,
    // Without its words: the seal keeps it.
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

export async function getWallet(db: Read): Promise<Ok<'GET /desk/wallet'>> {
  const kept = await readSetting<Kept>(db, walletSetting)
  return kept === undefined
    ? { passType: null, team: null, until: null }
    : { passType: kept.passType, team: kept.team, until: new Date(kept.until) }
}
export async function putWallet(
  { write, read, config }: StreamContext,
  _viewer: Viewer,
  input: Input<'PUT /desk/wallet'>,
): Promise<Ok<'GET /desk/wallet'>> {
  const { key, ...facts } = readCertificate({ ...input, passphrase: input.passphrase ?? '' })
  await write(tx => writeSetting(tx, walletSetting, { ...facts, sealed: seal(config, key) } satisfies Kept))
  return getWallet(read)
}

const icons = new Map<number, Promise<Buffer>>()
/** The planet: a ring around a ball. */
const icon = (size: number): Promise<Buffer> => {
  const made =
    icons.get(size) ??
    sharp()(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="${size}" height="${size}"><rect width="32" height="32" rx="7" fill="#17152a"/><circle cx="16" cy="16" r="7.5" fill="#b7a6ff"/><ellipse cx="16" cy="16" rx="13" ry="4" fill="none" stroke="#fff" stroke-width="1.6" transform="rotate(-20 16 16)"/></svg>`,
      ),
    )
      .png()
      .toBuffer()
  icons.set(size, made)
  return made
}

export async function makePass(config: Config, kept: Kept, ticket: Shown): Promise<Buffer> {
  const { show } = ticket
  const [one, two, three] = await Promise.all([icon(29), icon(58), icon(87)])
  const pass = new (passkit().PKPass)(
    { 'icon.png': one, 'icon@2x.png': two, 'icon@3x.png': three },
    { wwdr: kept.wwdr, signerCert: kept.certificate, signerKey: unseal(config, kept.sealed) },
    {
      passTypeIdentifier: kept.passType,
      teamIdentifier: kept.team,
      serialNumber: `${ticket.id}-${ticket.code}`,
      organizationName: show.pageName,
      description: show.title,
      backgroundColor: 'rgb(23, 21, 42)',
      foregroundColor: 'rgb(255, 255, 255)',
      labelColor: 'rgb(183, 166, 255)',
      voided: ticket.state === 'void',
    },
  )
  pass.type = 'eventTicket'
  pass.setRelevantDate(show.startsAt)
  pass.setExpirationDate(new Date(show.endsAt.getTime() + 12 * 3_600_000))
  pass.setBarcodes({
    format: 'PKBarcodeFormatQR',
    message: ticket.payload!,
    messageEncoding: 'iso-8859-1',
    altText: spacedCode(ticket.code),
  })
  pass.headerFields.push({
    key: 'starts',
    label: show.city,
    value: show.startsAt.toISOString(),
    dateStyle: 'PKDateStyleShort',
    timeStyle: 'PKDateStyleShort',
  })
  pass.primaryFields.push({ key: 'show', label: show.artists, value: show.title })
  pass.secondaryFields.push({ key: 'venue', label: show.address, value: show.venue })
  pass.auxiliaryFields.push({ key: 'tier', label: '票档 / Ticket', value: ticket.tierName })
  if (ticket.seat !== null) pass.auxiliaryFields.push({ key: 'seat', label: '座位 / Seat', value: ticket.seat })
  if (ticket.name !== null) pass.backFields.push({ key: 'name', label: '姓名 / Name', value: ticket.name })
  pass.backFields.push({ key: 'price', label: '票面 / Face value', value: `${decimal(ticket.faceValue)} ${ticket.faceValue.currency}` })
  pass.backFields.push({ key: 'url', label: show.pageName, value: `${config.url}/tickets/${ticket.id}` })
  return pass.getAsBuffer()
}

export async function sendPass(
  { read, reply, config }: StreamContext,
  viewer: Viewer,
  { id }: Input<'GET /tickets/:id/ticket.pkpass'>,
): Promise<FastifyReply> {
  const row = await mine(read, viewer, id)
  const kept = await readSetting<Kept>(read, walletSetting)
  if (kept === undefined) throw fault('not_found', 'no_wallet')
  const [ticket] = await shownTickets(read, [row])
  if (ticket === undefined) throw fault('not_found')
  if (ticket.payload === null) throw fault('conflict', 'ticket_state')
  return reply
    .type('application/vnd.apple.pkpass')
    .header('content-disposition', 'attachment; filename="ticket.pkpass"')
    .header('cache-control', 'private, no-store')
    .send(await makePass(config, kept, ticket))
}
