/** A library of small files on disk: real MP3 and FLAC of a second each, every one with tags of its own. And MPD reading the same tree. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { engine } from '../server/media/index.ts'
import { makeNames } from './_names.ts'

type Tags = { title: string; artist: string; album: string; track: number; year: number; genre: string }

/** ID3v2.4 with UTF-8 texts. */
function id3(tags: Tags): Buffer {
  const size = (n: number): Buffer => Buffer.from([(n >> 21) & 127, (n >> 14) & 127, (n >> 7) & 127, n & 127])
  const frame = (id: string, text: string): Buffer => {
    const body = Buffer.concat([Buffer.from([3]), Buffer.from(text)])
    return Buffer.concat([Buffer.from(id), size(body.length), Buffer.from([0, 0]), body])
  }
  const body = Buffer.concat([
    frame('TIT2', tags.title),
    frame('TPE1', tags.artist),
    frame('TPE2', tags.artist),
    frame('TALB', tags.album),
    frame('TRCK', String(tags.track)),
    frame('TDRC', String(tags.year)),
    frame('TCON', tags.genre),
  ])
  return Buffer.concat([Buffer.from('ID3\u0004\u0000\u0000', 'latin1'), size(body.length), body])
}
/** FLAC: STREAMINFO as it is, our own comments, then the sound. */
function flac(base: Buffer, tags: Tags): Buffer {
  let at = 4
  for (let last = false; !last;) {
    last = (base[at]! & 128) !== 0
    at += 4 + base.readUIntBE(at + 1, 3)
  }
  const info = Buffer.from(base.subarray(4, 42))
  info[0]! &= 127
  const text = (one: string): Buffer => {
    const bytes = Buffer.from(one)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const list = Object.entries({
    TITLE: tags.title,
    ARTIST: tags.artist,
    ALBUMARTIST: tags.artist,
    ALBUM: tags.album,
    TRACKNUMBER: String(tags.track),
    DATE: String(tags.year),
    GENRE: tags.genre,
  }).map(([name, value]) => text(`${name}=${value}`))
  const count = Buffer.alloc(4)
  count.writeUInt32LE(list.length)
  const comments = Buffer.concat([text('bench'), count, ...list])
  const head = Buffer.from([0x84, 0, 0, 0])
  head.writeUIntBE(comments.length, 1, 3)
  return Buffer.concat([Buffer.from('fLaC'), info, head, comments, base.subarray(at)])
}
/** A mono WAV of a second. */
function wav(hertz: number): Buffer {
  const rate = 22_050
  const samples = Buffer.alloc(rate * 2)
  for (let i = 0; i < rate; i++) samples.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * hertz * i) / rate)), i * 2)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}

/** `count` files, ten to an album, five albums to an artist: a third FLAC, the rest MP3. */
export async function makeLibrary(folder: string, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const bases: { mp3: Buffer; flac: Buffer }[] = []
  for (let i = 0; i < 8; i++) {
    const source = join(folder, 'base.wav')
    writeFileSync(source, wav(220 + i * 55))
    const made = async (format: 'mp3' | 'flac'): Promise<Buffer> => {
      const path = join(folder, `base.${format}`)
      await engine().convert(source, path, { format, tags: {} })
      const bytes = readFileSync(path)
      rmSync(path)
      return bytes
    }
    bases.push({ mp3: await made('mp3'), flac: await made('flac') })
    rmSync(source)
  }
  const names = makeNames(3)
  const plain = (text: string): string => text.replaceAll(/[/\u0000]/g, '-').slice(0, 60)
  let artist = ''
  for (let album = 0; album < count / 10; album++) {
    if (album % 5 === 0) artist = `${names.artist()} ${album / 5}`
    const title = `${names.album()} ${album}`
    const into = join(folder, plain(artist), plain(title))
    mkdirSync(into, { recursive: true })
    for (let track = 1; track <= 10; track++) {
      const tags = { title: names.title(), artist, album: title, track, year: 1960 + (album % 60), genre: names.genre() }
      const base = bases[(album + track) % bases.length]!
      const name = join(into, `${String(track).padStart(2, '0')} ${plain(tags.title)}`)
      if (album % 3 === 0) writeFileSync(`${name}.flac`, flac(base.flac, tags))
      else writeFileSync(`${name}.mp3`, Buffer.concat([id3(tags), base.mp3]))
    }
  }
}

/** CPU and time that MPD takes to read a tree of music for the first time; null where it is not installed. */
export async function mpdScan(folder: string, tmp: string): Promise<{ cpuMs: number; wallMs: number; songs: number } | null> {
  try {
    execFileSync('mpd', ['--version'], { stdio: 'ignore' })
  } catch {
    return null
  }
  const home = join(tmp, 'mpd')
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  const socket = join(home, 'socket')
  writeFileSync(
    join(home, 'conf'),
    `music_directory "${folder}"\ndb_file "${home}/db"\nbind_to_address "${socket}"\nauto_update "no"\naudio_output {\n type "null"\n name "none"\n}\n`,
  )
  // Without a database of its own MPD scans as soon as it is up: what its whole life so far took is the scan.
  const from = performance.now()
  const mpd = spawn('mpd', ['--no-daemon', '--stderr', join(home, 'conf')], { stdio: 'ignore' })
  const ended = new Promise<void>(resolve => mpd.once('exit', () => resolve()))
  const cpu = (): number => {
    const fields = readFileSync(`/proc/${mpd.pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  }
  try {
    for (let i = 0; i < 200 && !existsSync(socket); i++) await new Promise(resolve => setTimeout(resolve, 50))
    const line = connect(socket)
    let heard = ''
    line.setEncoding('utf8').on('data', text => (heard += String(text)))
    const ask = async (command: string): Promise<string> => {
      heard = ''
      line.write(`${command}\n`)
      while (!/^(?:OK|ACK.*)$/m.test(heard)) await new Promise(resolve => setTimeout(resolve, 5))
      return heard
    }
    while (!heard.startsWith('OK MPD')) await new Promise(resolve => setTimeout(resolve, 10))
    await ask('update')
    while (/^updating_db:/m.test(await ask('status'))) await new Promise(resolve => setTimeout(resolve, 20))
    const result = {
      cpuMs: cpu(),
      wallMs: performance.now() - from,
      songs: Number(/^songs: (\d+)$/m.exec(await ask('stats'))?.[1] ?? 0),
    }
    line.destroy()
    return result
  } finally {
    mpd.kill('SIGTERM')
    await ended
  }
}
