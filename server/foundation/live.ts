/**
 * Telling open pages at once what happened (server-sent events). `publish` speaks after the commit, here in memory and to other processes by NOTIFY over one
 * connection that gathers, so that no transaction ever waits for it. Messages carry ids, never content: who hears one reads anew what they may see.
 */
import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { fault } from '../../shared/faults.ts'
import { clock, randomToken } from './clock.ts'
import { afterCommit, type Db, type Read, type Tx } from './db.ts'
import type { Http } from './http.ts'
import type { Log } from './log.ts'
import type { ReadViewer, Viewer } from './session.ts'

/** Whether this viewer may hear a topic; `id` is what follows the colon. */
export type MayHear = (read: Read, viewer: Viewer | null, id: string) => Promise<boolean>
const topics = new Map<string, MayHear>()

/** Opens topics `prefix:<id>`; called once by the room they belong to. `me` is the foundation's own. */
export const registerTopic = (prefix: string, mayHear: MayHear): void => {
  topics.set(prefix, mayHear)
}
registerTopic('me', async (_read, viewer, id) => viewer !== null && viewer.id === id)

/** The topic of one person's own pages; a page asks for it as `me`. */
export const topicOf = (person: string): string => `me:${person}`

/** What ends or narrows open streams: of a person, or of one session; all of the stream, or one topic of it. */
export type Cut = { person: string; topic?: string } | { session: string }
type Told = { topics: readonly string[]; message: object } | { cut: Cut }

/** Tells all open pages of a topic after the commit. Nothing is told when the transaction fails; one made outside `db.transaction` tells nothing. */
export const publish = (tx: Tx, topic: string, message: object): void => publishAll(tx, [topic], message)

/** The same message to many topics. */
export function publishAll(tx: Tx, all: readonly string[], message: object): void {
  afterCommit(tx, db => {
    for (let from = 0; from < all.length; from += limits.together)
      hubOf(db).tell({ topics: all.slice(from, from + limits.together), message })
  })
}

/** After the commit: closes a person's streams (or takes one topic from them), in all processes. */
export const cut = (tx: Tx, what: Cut): void => afterCommit(tx, db => hubOf(db).tell({ cut: what }))

/** The same where no transaction is at hand. */
export const cutNow = (db: Db, what: Cut): void => hubOf(db).tell({ cut: what })

/** Bounds. Times in ms, sizes in bytes. */
export const limits = {
  topics: 20,
  streamsPerPerson: 20,
  streams: 20_000,
  /** A reader with this much unread is dropped; it comes back and is told of the gap. */
  unread: 256 * 1024,
  /** What was told lately, for those who come back. */
  kept: 2000,
  keptMs: 120_000,
  heartbeatMs: 20_000,
  /** Each stream asks this often whether its session and topics still hold. */
  againMs: 300_000,
  /** How long messages for other processes gather. */
  gatherMs: 20,
  /** Topics of one message to many. */
  together: 150,
  /** PostgreSQL takes 8,000 bytes at once. */
  notice: 7000,
}
const channel = 'planet_live'

type Stream = {
  out: ServerResponse
  viewer: Viewer | null
  headers: Record<string, string | string[] | undefined>
  /** Topic as told → name as the page asked for it. */
  topics: Map<string, string>
  checkedAt: number
}
type Kept = { seq: number; at: number; topics: readonly string[]; message: object }

const frame = (event: string, data: object, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

class Hub {
  readonly #db: Db
  /** This process, in this run: a cursor of another one means a gap. */
  readonly #name = randomToken(6)
  #seq = 0
  #kept: Kept[] = []
  readonly #byTopic = new Map<string, Set<Stream>>()
  readonly streams = new Set<Stream>()
  readonly #byPerson = new Map<string, Set<Stream>>()
  #outgoing: Told[] = []
  #sending: Promise<void> | undefined
  #sender: ReturnType<typeof setTimeout> | undefined
  #beat: ReturnType<typeof setInterval> | undefined
  #ears: pg.Client | undefined
  #hearing = false
  #closed = false
  readViewer: ReadViewer | undefined
  log: Log | undefined

  constructor(db: Db) {
    this.#db = db
  }

  tell(told: Told): void {
    if (this.#closed) return
    this.#here(told)
    this.#outgoing.push(told)
    this.#sender ??= setTimeout(() => {
      this.#sender = undefined
      this.#sending = (this.#sending ?? Promise.resolve()).then(() => this.#send())
    }, limits.gatherMs)
  }

  /** To other processes. What is lost when the database is away costs a page a moment's staleness: it reads anew when it comes back. */
  async #send(): Promise<void> {
    const batch = this.#outgoing.splice(0)
    let texts: string[] = []
    const flush = async (): Promise<void> => {
      if (texts.length === 0) return
      const payload = `${this.#name}[${texts.join(',')}]`
      texts = []
      try {
        await this.#db.pool.query('select pg_notify($1, $2)', [channel, payload])
      } catch (error) {
        if (!this.#closed) this.log?.warn({ err: error }, 'live: other processes were not told')
      }
    }
    let bytes = 0
    for (const told of batch) {
      const text = JSON.stringify(told)
      const size = Buffer.byteLength(text) + 1
      if (size > limits.notice) continue
      if (bytes + size > limits.notice) {
        await flush()
        bytes = 0
      }
      texts.push(text)
      bytes += size
    }
    await flush()
  }

  #here(told: Told): void {
    if ('cut' in told) return this.#cut(told.cut)
    const seq = ++this.#seq
    const at = clock.ticks()
    if (this.streams.size > 0 || this.#kept.length > 0) {
      this.#kept.push({ seq, at, ...told })
      if (this.#kept.length > limits.kept * 1.5) this.#kept = this.#kept.slice(-limits.kept)
    }
    for (const topic of told.topics)
      for (const stream of this.#byTopic.get(topic) ?? []) this.#write(stream, this.#frameOf(stream, topic, told.message, seq))
  }

  #frameOf(stream: Stream, topic: string, message: object, seq: number): string {
    return frame('message', { topic: stream.topics.get(topic) ?? topic, message }, `${this.#name}-${seq}`)
  }

  #write(stream: Stream, text: string): void {
    // A slow reader must not fill our memory: it is dropped and reads anew.
    if (stream.out.writableLength > limits.unread) this.end(stream)
    else if (!stream.out.writableEnded) stream.out.write(text)
  }

  #cut(what: Cut): void {
    if ('session' in what) {
      for (const stream of this.streams) if (stream.viewer?.session === what.session) this.end(stream, 'end')
    } else
      for (const stream of this.of(what.person))
        if (what.topic === undefined) this.end(stream, 'end')
        else this.#leave(stream, what.topic)
  }

  #leave(stream: Stream, topic: string): void {
    const name = stream.topics.get(topic)
    if (name === undefined) return
    stream.topics.delete(topic)
    this.#forget(stream, topic)
    this.#write(stream, frame('cut', { topic: name }))
  }

  #forget(stream: Stream, topic: string): void {
    const heard = this.#byTopic.get(topic)
    heard?.delete(stream)
    if (heard?.size === 0) this.#byTopic.delete(topic)
  }

  of(person: string): Stream[] {
    return [...(this.#byPerson.get(person) ?? [])]
  }

  /** Without a word it looks like a lost connection: the page comes back by itself. */
  end(stream: Stream, word?: 'end'): void {
    if (!this.streams.delete(stream)) return
    for (const topic of stream.topics.keys()) this.#forget(stream, topic)
    if (stream.viewer !== null) {
      const own = this.#byPerson.get(stream.viewer.id)
      own?.delete(stream)
      if (own?.size === 0) this.#byPerson.delete(stream.viewer.id)
    }
    if (word === undefined) stream.out.destroy()
    else stream.out.end(frame(word, {}))
    if (this.streams.size === 0) {
      clearInterval(this.#beat)
      this.#beat = undefined
    }
  }

  /** Joins a stream; `since` is the cursor it last saw. */
  open(stream: Stream, since: string | undefined, refused: string[]): void {
    this.#listen()
    this.streams.add(stream)
    if (stream.viewer !== null) {
      const own = this.#byPerson.get(stream.viewer.id)
      if (own === undefined) this.#byPerson.set(stream.viewer.id, new Set([stream]))
      else own.add(stream)
    }
    for (const topic of stream.topics.keys()) {
      const heard = this.#byTopic.get(topic)
      if (heard === undefined) this.#byTopic.set(topic, new Set([stream]))
      else heard.add(stream)
    }
    stream.out.on('close', () => this.end(stream))
    this.#beat ??= setInterval(() => this.#heartbeat(), limits.heartbeatMs)
    const here = `${this.#name}-${this.#seq}`
    stream.out.write(`retry: 2000\n${frame('ready', { topics: [...stream.topics.values()], refused }, here)}`)
    if (since === undefined || since === '') return
    const seq = since.startsWith(`${this.#name}-`) ? Number(since.slice(this.#name.length + 1)) : Number.NaN
    const missed = this.#kept.filter(kept => kept.seq > seq)
    const whole = seq === this.#seq || (seq < this.#seq && missed.length === this.#seq - seq && this.#hearing)
    if (!whole) this.#write(stream, frame('gap', {}))
    else
      for (const kept of missed)
        for (const topic of kept.topics)
          if (stream.topics.has(topic)) this.#write(stream, this.#frameOf(stream, topic, kept.message, kept.seq))
  }

  #heartbeat(): void {
    const now = clock.ticks()
    this.#kept = this.#kept.filter(kept => kept.at > now - limits.keptMs)
    for (const stream of this.streams) {
      this.#write(stream, ':\n\n')
      if (now - stream.checkedAt > limits.againMs) {
        // Not all of them in one moment: each keeps the rhythm of when it came.
        stream.checkedAt = now
        void this.#again(stream).catch((error: unknown) => this.log?.warn({ err: error }, 'live: a stream was not checked'))
      }
    }
  }

  /** A session that ran out, a right that went without a word: the stream loses what it no longer may hear. */
  async #again(stream: Stream): Promise<void> {
    if (stream.viewer !== null) {
      const viewer = await this.readViewer?.(stream.headers)
      if (viewer === null || viewer?.id !== stream.viewer.id) return this.end(stream, 'end')
    }
    for (const topic of stream.topics.keys()) if (!(await mayHear(this.#db.read, stream.viewer, topic))) this.#leave(stream, topic)
  }

  /** One connection that listens, from the first stream on; found again when it is lost. */
  #listen(): void {
    if (this.#ears !== undefined || this.#closed) return
    const ears = new pg.Client({ connectionString: this.#db.url, application_name: 'planet-live' })
    this.#ears = ears
    const lost = (): void => {
      if (this.#ears !== ears) return
      this.#ears = undefined
      this.#hearing = false
      if (this.#closed) return
      setTimeout(() => this.#listen(), 1000).unref()
    }
    ears.on('error', lost)
    ears.on('end', lost)
    ears.on('notification', ({ payload = '' }) => this.#heard(payload))
    const later = this.streams.size > 0
    ears
      .connect()
      .then(() => ears.query(`listen ${channel}`))
      .then(() => {
        this.#hearing = true
        // What others said meanwhile was not heard.
        if (later) for (const stream of this.streams) this.#write(stream, frame('gap', {}))
      })
      .catch(() => {
        lost()
        void ears.end().catch(() => undefined)
      })
  }

  #heard(payload: string): void {
    const at = payload.indexOf('[')
    if (at < 0 || payload.slice(0, at) === this.#name) return
    for (const told of JSON.parse(payload.slice(at)) as Told[]) this.#here(told)
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#sender)
    clearInterval(this.#beat)
    for (const stream of this.streams) this.end(stream)
    const ears = this.#ears
    this.#ears = undefined
    await Promise.all([ears?.end().catch(() => undefined), this.#sending])
  }
}

const hubs = new WeakMap<Db, Hub>()
function hubOf(db: Db): Hub {
  let hub = hubs.get(db)
  if (hub === undefined) hubs.set(db, (hub = new Hub(db)))
  return hub
}

async function mayHear(read: Read, viewer: Viewer | null, topic: string): Promise<boolean> {
  const colon = topic.indexOf(':')
  const may = topics.get(topic.slice(0, colon))
  return may !== undefined && may(read, viewer, topic.slice(colon + 1))
}

/** Called by the roof: streams end before the server waits for its requests. */
export function mountLive(app: FastifyInstance, http: Pick<Http, 'db' | 'log' | 'readViewer'>): void {
  const hub = hubOf(http.db)
  hub.readViewer = http.readViewer
  hub.log = http.log
  app.addHook('preClose', () => hub.close())
}

/** How many streams are open in this process. */
export const streamsOpen = (db: Db): number => hubOf(db).streams.size

export type LiveRequest = {
  db: Db
  out: ServerResponse
  headers: Record<string, string | string[] | undefined>
  viewer: Viewer | null
  /** As the page asked: `me`, `group:grp_…`. */
  topics: readonly string[]
  since: string | undefined
}

/** Checks the topics, throws when none may be heard, else opens the stream: `hijack` is called once nothing can be refused any more. */
export async function openLive({ db, out, headers, viewer, topics: asked, since }: LiveRequest, hijack: () => void): Promise<void> {
  const hub = hubOf(db)
  if (hub.streams.size >= limits.streams) throw fault('unavailable')
  const wanted = [...new Set(asked)].slice(0, limits.topics)
  const heard = new Map<string, string>()
  const refused: string[] = []
  for (const name of wanted) {
    const topic = name === 'me' ? topicOf(viewer?.id ?? '') : name
    // oxlint-disable-next-line no-await-in-loop -- at most 20, one connection
    if ((name === 'me' || !name.startsWith('me:')) && (await mayHear(db.read, viewer, topic))) heard.set(topic, name)
    else refused.push(name)
  }
  if (heard.size === 0) throw fault('not_found')
  if (viewer !== null) {
    const own = hub.of(viewer.id)
    for (const oldest of own.slice(0, Math.max(0, own.length - limits.streamsPerPerson + 1))) hub.end(oldest, 'end')
  }
  if (out.destroyed) return
  hijack()
  out.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // A proxy that gathers would keep what should arrive now.
    'x-accel-buffering': 'no',
  })
  hub.open(
    {
      out,
      viewer,
      headers: { cookie: headers['cookie'], authorization: headers['authorization'] },
      topics: heard,
      checkedAt: clock.ticks(),
    },
    since,
    refused,
  )
}
