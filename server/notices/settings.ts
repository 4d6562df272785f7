/** How somebody wants to be told: choices, digest, quiet hours, what is muted, browsers that take pushes, the link in mails. */
import { kindNames, noticeKinds, type Channel } from '../../shared/notices.ts'
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import type { Input, Ok } from './reading.ts'
import { countOthers, deleteDevice, listDevices, personOfToken, saveDevice, setMailOff, type DeviceRow } from './store-sending.ts'
import { deleteMute, insertMute, knowsZone, listMuted, readChoices, readHow, saveChoices, saveHow } from './store-settings.ts'

type Settings = Ok<'GET /me/notices/settings'>
const mostMuted = 500
const mostDevices = 20

export async function getSettings(db: Read, viewer: Viewer): Promise<Settings> {
  const [how, choices, muted] = [await readHow(db, viewer.id), await readChoices(db, viewer.id), await listMuted(db, viewer.id)]
  const of = (kind: string, channel: Channel, usual: boolean): boolean =>
    choices.find(choice => choice.kind === kind && choice.channel === channel)?.wanted ?? usual
  return {
    ...how,
    kinds: kindNames.map(kind => {
      const usual = noticeKinds[kind]
      return {
        kind,
        app: usual.fixed || of(kind, 'app', usual.app),
        mail: of(kind, 'mail', usual.mailOn),
        push: of(kind, 'push', usual.push),
        how: usual.mail,
        fixed: usual.fixed,
      }
    }),
    muted,
  }
}

export async function changeSettings(tx: Tx, viewer: Viewer, input: Input<'PATCH /me/notices/settings'>): Promise<Settings> {
  const { kinds, mailOff, ...how } = input
  if (kinds?.some(({ kind, channel, wanted }) => noticeKinds[kind].fixed && channel === 'app' && !wanted))
    throw fault('conflict', 'notice_fixed')
  if (how.timeZone !== undefined && !(await knowsZone(tx, how.timeZone)))
    throw fault('invalid', 'invalid', { fields: { timeZone: 'time_zone' } })
  if (kinds !== undefined) await saveChoices(tx, viewer.id, kinds)
  if (Object.values(how).some(value => value !== undefined)) await saveHow(tx, viewer.id, how, clock.now())
  if (mailOff !== undefined) await setMailOff(tx, viewer.id, mailOff)
  return getSettings(tx, viewer)
}

export async function mute(tx: Tx, viewer: Viewer, { thing }: Input<'PUT /me/notices/muted/:thing'>): Promise<{ ok: true }> {
  const made = await insertMute(tx, viewer.id, thing, clock.now(), mostMuted)
  if (made === 'unknown') throw fault('not_found')
  if (made === 'full') throw fault('limited')
  return { ok: true }
}
export async function unmute(tx: Tx, viewer: Viewer, { thing }: { thing: string }): Promise<{ ok: true }> {
  if (!(await deleteMute(tx, viewer.id, thing))) throw fault('not_found')
  return { ok: true }
}

const shownDevice = (viewer: Viewer, { session, ...row }: DeviceRow) => ({ ...row, here: session === viewer.session })
export const devicesOf = async (db: Read, viewer: Viewer) => (await listDevices(db, viewer.id)).map(row => shownDevice(viewer, row))

export async function addDevice(
  { request, write, config }: StreamContext,
  viewer: Viewer,
  input: Input<'POST /me/push'>,
): Promise<Ok<'POST /me/push'>> {
  const url = new URL(input.endpoint)
  // Only push services of the open web, or of our own settings; the address itself is checked again at each call.
  if (!config.pushOrigins.includes(url.origin) && (url.protocol !== 'https:' || url.username !== '')) throw fault('invalid', 'push_address')
  return write(async tx => {
    if ((await countOthers(tx, viewer.id, input.endpoint)) >= mostDevices) throw fault('limited', 'limited')
    const at = clock.now()
    const row = await saveDevice(tx, {
      id: newId('psh', at),
      person: viewer.id,
      session: viewer.session,
      endpoint: input.endpoint,
      p256dh: input.keys.p256dh,
      auth: input.keys.auth,
      agent: (request.headers['user-agent'] ?? '').slice(0, 300),
      at,
    })
    return shownDevice(viewer, row)
  })
}
export async function dropDevice(tx: Tx, viewer: Viewer, { id }: { id: string }): Promise<{ ok: true }> {
  if (!(await deleteDevice(tx, id, viewer.id))) throw fault('not_found')
  return { ok: true }
}

/** `lin@planet.example` → `l…@planet.example`: whoever got hold of the link learns no address. */
const hidden = (email: string): string => email.replace(/^(.).*@/, '$1…@')

export async function lookUnsubscribe(db: Read, { token }: { token: string }): Promise<Ok<'GET /notices/unsubscribe'>> {
  const found = await personOfToken(db, token)
  if (found === undefined) throw fault('not_found')
  return { email: hidden(found.email), off: found.off }
}
export async function unsubscribe(tx: Tx, token: string, off: boolean): Promise<{ ok: true }> {
  const found = await personOfToken(tx, token)
  if (found === undefined) throw fault('not_found')
  await setMailOff(tx, found.person, off)
  return { ok: true }
}
