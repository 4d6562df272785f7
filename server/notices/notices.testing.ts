/** For tests: a mail server that takes mails and parses them, a push service that unseals pushes. Both speak the real protocols on 127.0.0.1. */
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { until } from '../foundation/testing.ts'
import type { Person, TestPlanet } from '../testing.ts'

export type Taken = Email & { rcpt: string[] }

/** `answer` may refuse: a reply code for an address, before the mail is taken. */
export async function mailServer(answer: (address: string) => number = () => 250) {
  const mails: Taken[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo: ({ address }, _session, done) => {
      const code = answer(address)
      done(code === 250 ? undefined : Object.assign(new Error('no'), { responseCode: code }))
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      const parsed = async (): Promise<void> => {
        const mail = await PostalMime.parse(Buffer.concat(chunks))
        mails.push({ ...mail, rcpt: session.envelope.rcptTo.map(to => to.address) })
        done()
      }
      stream.on('end', () => void parsed())
    },
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    to: (email: string) => mails.filter(mail => mail.rcpt.includes(email)),
    close: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}

/** A browser's side of web push: keys, and unsealing of `aes128gcm` (RFC 8188, 8291). */
function browser() {
  const ecdh = createECDH('prime256v1')
  ecdh.generateKeys()
  const auth = randomBytes(16)
  const mine = ecdh.getPublicKey()
  return {
    keys: { p256dh: mine.toString('base64url'), auth: auth.toString('base64url') },
    open: (body: Buffer): unknown => {
      const salt = body.subarray(0, 16)
      const length = body.readUInt8(20)
      const theirs = body.subarray(21, 21 + length)
      const sealed = body.subarray(21 + length)
      const shared = ecdh.computeSecret(theirs)
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), mine, theirs])
      const ikm = Buffer.from(hkdfSync('sha256', shared, auth, info, 32))
      const key = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: aes128gcm\0', 16))
      const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: nonce\0', 12))
      const decipher = createDecipheriv('aes-128-gcm', key, nonce)
      decipher.setAuthTag(sealed.subarray(-16))
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
      // What is said ends before the padding's 2.
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString('utf8'))
    },
  }
}

export type Pushed = { path: string; message: unknown; headers: Record<string, string | string[] | undefined> }

export async function pushService() {
  const browsers = new Map<string, ReturnType<typeof browser>>()
  const pushed: Pushed[] = []
  const answers = new Map<string, number>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      const status = answers.get(path) ?? 201
      if (status === 201) pushed.push({ path, message: browsers.get(path)!.open(Buffer.concat(chunks)), headers: request.headers })
      response.writeHead(status, status === 429 ? { 'retry-after': '1' } : {}).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    pushed,
    at: (path: string) => pushed.filter(push => push.path === path),
    answer: (path: string, status: number) => answers.set(path, status),
    /** What a browser would send us after subscribing. */
    subscribe: (path: string) => {
      const one = browser()
      browsers.set(path, one)
      return { endpoint: origin + path, keys: one.keys }
    },
    close: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}

/** As on the wire. */
export type Item = {
  id: string
  what: string
  people: number
  amount: string | null
  actors: { name: string }[]
  facts: Record<string, string>
  read: boolean
}
export const list = async (who: Person, query = ''): Promise<Item[]> =>
  (await who.call<{ items: Item[] }>('GET', `/me/notices${query}`)).items

/** Nothing runs and nothing is due within two seconds: what gathers is done too. */
export const allDone = (planet: TestPlanet): Promise<unknown> =>
  until(
    async () =>
      (
        await planet.db.pool.query(
          `select 1 from graphile_worker._private_jobs where locked_at is not null or (attempts < max_attempts and run_at <= now() + interval '2 seconds')
           union all select 1 from house.gathered limit 1`,
        )
      ).rowCount === 0,
    'all work',
  )
