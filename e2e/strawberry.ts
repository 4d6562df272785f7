/**
 * Drives Strawberry, a player of Debian's, without anyone before the screen: an X server in memory, a session bus of its own, a home of its own. It is clicked
 * and typed at through the X protocol (XTEST), and told to play through MPRIS. What it finds there of sound cards is nothing; it plays into a null device.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../server/foundation/testing.ts'

const programs = ['strawberry', 'Xvfb', 'dbus-run-session', 'gdbus']
const has = (name: string): boolean => (process.env['PATH'] ?? '').split(':').some(folder => existsSync(join(folder, name)))
/** What is missing here for it; empty where it can be driven. */
export const missingPrograms = (): string[] => programs.filter(name => !has(name))
export const versionOf = (): string =>
  execFileSync('strawberry', ['--version'], { env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' } })
    .toString()
    .trim()

/** As much of the X protocol as a finger needs. */
class Finger {
  readonly #socket: Socket
  #opcode = 0
  #bytes = Buffer.alloc(0)
  #wanted: { count: number; give: (bytes: Buffer) => void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes])
      this.#pass()
    })
    socket.on('error', () => undefined)
  }
  static async at(display: number): Promise<Finger> {
    const finger = new Finger(connect(`/tmp/.X11-unix/X${display}`))
    const hello = Buffer.alloc(12)
    hello[0] = 0x6c
    hello.writeUInt16LE(11, 2)
    finger.#socket.write(hello)
    const head = await finger.#read(8)
    await finger.#read(head.readUInt16LE(6) * 4)
    const name = Buffer.from('XTEST')
    const ask = Buffer.alloc(16)
    ask[0] = 98
    ask.writeUInt16LE(4, 2)
    ask.writeUInt16LE(name.length, 4)
    name.copy(ask, 8)
    finger.#socket.write(ask)
    finger.#opcode = (await finger.#read(32))[9]!
    return finger
  }
  #read(count: number): Promise<Buffer> {
    return new Promise(give => {
      this.#wanted = { count, give }
      this.#pass()
    })
  }
  #pass(): void {
    const wanted = this.#wanted
    if (wanted === undefined || this.#bytes.length < wanted.count) return
    this.#wanted = undefined
    const bytes = this.#bytes.subarray(0, wanted.count)
    this.#bytes = this.#bytes.subarray(wanted.count)
    wanted.give(bytes)
  }
  /** 2, 3: key down, up · 4, 5: button down, up · 6: moved. `after` in milliseconds: the server waits, not we. */
  #fake(type: number, detail: number, x = 0, y = 0, after = 0): void {
    const event = Buffer.alloc(36)
    event[0] = this.#opcode
    event[1] = 2
    event.writeUInt16LE(9, 2)
    event[4] = type
    event[5] = detail
    event.writeUInt32LE(after, 8)
    event.writeInt16LE(x, 24)
    event.writeInt16LE(y, 26)
    this.#socket.write(event)
  }
  click(x: number, y: number, times = 1): void {
    this.#fake(6, 0, x, y)
    for (let i = 0; i < times; i++) {
      this.#fake(4, 1, 0, 0, i === 0 ? 120 : 60)
      this.#fake(5, 1, 0, 0, 30)
    }
  }
  /** Small letters, by the keys of a usual keyboard. */
  type(text: string): void {
    for (const letter of text) {
      const code = keyCodes[letter]!
      this.#fake(2, code, 0, 0, 40)
      this.#fake(3, code, 0, 0, 20)
    }
  }
  close(): void {
    this.#socket.destroy()
  }
}
const keyCodes: Record<string, number> = Object.fromEntries(
  [
    ['qwertyuiop', 24],
    ['asdfghjkl', 38],
    ['zxcvbnm', 52],
  ].flatMap(([row, first]) => [...(row as string)].map((letter, i) => [letter, (first as number) + i])),
)

export type Strawberry = {
  finger: Finger
  /** Calls a method of its MPRIS player. */
  player: (method: string) => Promise<void>
  /** What MPRIS says of it now. */
  status: () => Promise<{ playing: boolean; title: string }>
  /** The songs it has kept of the server, by its own database; undefined before it has one. */
  said: () => string
  /** A picture of its window, for people. */
  look: (path: string) => void
  close: () => Promise<void>
}

export async function openStrawberry(account: { url: string; user: string; key: string }): Promise<Strawberry> {
  const home = mkdtempSync(join(tmpdir(), 'planet-strawberry-'))
  mkdirSync(join(home, '.config/strawberry'), { recursive: true })
  mkdirSync(join(home, 'run'), { mode: 0o700 })
  writeFileSync(join(home, '.asoundrc'), 'pcm.!default { type null }\nctl.!default { type null }\n')
  writeFileSync(
    join(home, '.config/strawberry/strawberry.conf'),
    `[Subsonic]
enabled=true
url=${account.url}
username=${account.user}
password=@ByteArray(${Buffer.from(account.key).toString('base64')})
http2=false
verifycertificate=false
downloadalbumcovers=true
serversidescrobbling=true
authmethod=1

[Scrobbler]
enabled=true

[MainWindow]
current_tab=8
`,
  )
  const taken = new Set(existsSync('/tmp/.X11-unix') ? readdirSync('/tmp/.X11-unix') : [])
  let display = 90
  while (taken.has(`X${display}`)) display++
  const children: ChildProcess[] = []
  let said = ''
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_RUNTIME_DIR: join(home, 'run'),
    LANG: 'C.UTF-8',
    DISPLAY: `:${display}`,
    QT_QPA_PLATFORM: 'xcb',
  }
  const start = (command: string, args: string[]): ChildProcess => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-20_000)))
    children.push(child)
    return child
  }
  const close = async (): Promise<void> => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGTERM')
      await Promise.race([gone, new Promise(resolve => setTimeout(resolve, 3000))])
      child.kill('SIGKILL')
    }
    rmSync(home, { recursive: true, force: true })
  }
  try {
    start('Xvfb', [`:${display}`, '-screen', '0', '1280x800x24', '-ac', '-nolisten', 'tcp'])
    await until(() => existsSync(`/tmp/.X11-unix/X${display}`), 'the X server')
    start('dbus-run-session', ['--', 'sh', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS" > "$HOME/bus"; exec strawberry --verbose'])
    const call = (method: string, ...args: string[]): Promise<string> =>
      new Promise((resolve, reject) => {
        const bus = readFileSync(join(home, 'bus'), 'utf8').trim()
        execFile(
          'gdbus',
          [
            'call',
            '--session',
            '--dest',
            'org.mpris.MediaPlayer2.strawberry',
            '--object-path',
            '/org/mpris/MediaPlayer2',
            '--method',
            method,
            ...args,
          ],
          { env: { ...env, DBUS_SESSION_BUS_ADDRESS: bus } },
          (error, out) => (error === null ? resolve(out) : reject(new Error(error.message))),
        )
      })
    const get = (name: string) => call('org.freedesktop.DBus.Properties.Get', 'org.mpris.MediaPlayer2.Player', name)
    await until(() => get('PlaybackStatus').catch(() => ''), 'Strawberry on its bus', 60_000)
    await until(() => said.includes('Loading settings'), 'Strawberry to be up', 30_000)
    const finger = await Finger.at(display)
    return {
      finger,
      player: async method => {
        await call(`org.mpris.MediaPlayer2.Player.${method}`)
      },
      status: async () => ({
        playing: (await get('PlaybackStatus')).includes('Playing'),
        title: /'xesam:title': <'([^']*)'>/.exec(await get('Metadata'))?.[1] ?? '',
      }),
      said: () => said,
      look: path =>
        execFileSync('ffmpeg', [
          '-v',
          'error',
          '-y',
          '-f',
          'x11grab',
          '-video_size',
          '1280x800',
          '-i',
          `:${display}`,
          '-frames:v',
          '1',
          path,
        ]),
      close: async () => {
        finger.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw new Error(`Strawberry did not come up: ${said.slice(-1500)}`, { cause: error })
  }
}
