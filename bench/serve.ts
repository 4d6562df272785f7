/**
 * Ranges of one sound through the whole app (signature, scope and expiry checked) against nginx on the same file, alternately. What is compared is CPU per
 * request: on a small machine the load generator shares the cores, so requests per second say more about it than about the server.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buildApp } from '../server/app.ts'
import { clock, newId } from '../server/foundation/clock.ts'
import { readConfig } from '../server/foundation/config.ts'
import { files, openFiles } from '../server/foundation/files.ts'
import { makeLog } from '../server/foundation/log.ts'
import { addAudio, keepOriginal, streamUrlFor } from '../server/media/index.ts'
import { load } from './_load.ts'
import { median, type Bench, type BenchContext } from './_bench.ts'

const fileBytes = 16 * 1024 * 1024
const sizes = { '160k': 160 * 1024, '1m': 1024 * 1024 } as const

type Peer = { name: string; port: number; path: string; cpuMs: () => number; stop: () => Promise<void> }

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

/** CPU of a process and of its children that still live, from the kernel's clock ticks (10 ms). */
function ticksMs(pid: number): number {
  const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .stdout.split(/\s+/)
    .filter(Boolean)
    .map(Number)
  return [pid, ...children].reduce((sum, one) => {
    try {
      const fields = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1]!.split(' ')
      return sum + (Number(fields[11]) + Number(fields[12])) * 10
    } catch {
      return sum
    }
  }, 0)
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise(resolve => (child.exitCode !== null ? resolve() : child.once('exit', () => resolve())))

async function startNginx(tmp: string, file: string): Promise<Peer | undefined> {
  const version = spawnSync('nginx', ['-v'], { encoding: 'utf8' })
  if (version.status !== 0 || process.platform !== 'linux') return undefined
  const root = join(tmp, 'nginx')
  mkdirSync(join(root, 'logs'), { recursive: true })
  const port = await freePort()
  writeFileSync(
    join(root, 'nginx.conf'),
    `worker_processes 1; error_log ${root}/error.log; pid ${root}/nginx.pid; ${process.getuid?.() === 0 ? 'user root;' : ''}
     events { worker_connections 256; }
     http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; client_body_temp_path ${root}/b; proxy_temp_path ${root}/p; fastcgi_temp_path ${root}/f; uwsgi_temp_path ${root}/u; scgi_temp_path ${root}/s;
       open_file_cache max=100; server { listen 127.0.0.1:${port}; root ${root}; } }`,
  )
  writeFileSync(join(root, 'sound.m4a'), readFileSync(file))
  const child = spawn('nginx', ['-p', root, '-c', join(root, 'nginx.conf'), '-g', 'daemon off;'], { stdio: 'ignore' })
  return peerOf(child, `nginx (${/nginx\/([\d.]+)/.exec(version.stderr)?.[1] ?? '?'}, one worker, sendfile)`, port, '/sound.m4a')
}

/** Where nginx is not there: a bare Node server that reads the range and writes it, without checks of any kind. */
async function startBareNode(file: string): Promise<Peer> {
  const port = await freePort()
  const code = `import http from 'node:http'; import fs from 'node:fs'; const fd = fs.openSync(${JSON.stringify(file)});
    http.createServer((q, s) => { const [, a, b] = /bytes=(\\d+)-(\\d+)/.exec(q.headers.range); const n = b - a + 1;
      fs.read(fd, Buffer.allocUnsafe(n), 0, n, +a, (e, got, bytes) => { s.writeHead(206, { 'content-type': 'audio/mp4', 'content-length': n, 'content-range': 'bytes ' + a + '-' + b + '/${fileBytes}' }); s.end(bytes) }) }).listen(${port}, '127.0.0.1')`
  return peerOf(
    spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' }),
    'bare node:http with one read per range (nginx is not installed)',
    port,
    '/sound.m4a',
  )
}

async function peerOf(child: ChildProcess, name: string, port: number, path: string): Promise<Peer> {
  const end = performance.now() + 10_000
  while (performance.now() < end) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { range: 'bytes=0-0' } }).catch(() => undefined)
    if (answer !== undefined) {
      await answer.arrayBuffer()
      if (answer.status === 206) break
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    name,
    port,
    path,
    cpuMs: () => ticksMs(child.pid!),
    stop: async () => {
      child.kill('SIGTERM')
      await ended(child)
    },
  }
}

async function startApp(ctx: BenchContext): Promise<Peer & { file: string }> {
  const { db, url, close } = await ctx.freshDatabase()
  const config = readConfig({}, { home: ctx.tmp, demo: false, port: 0, logLevel: 'fatal', rateLimits: false })
  openFiles(config)
  const original = join(ctx.tmp, 'original')
  writeFileSync(original, randomBytes(fileBytes))
  const kept = await keepOriginal(original)
  const inspection = {
    format: 'mp4',
    mime: 'audio/mp4',
    codec: 'AAC',
    lossless: false,
    durationMs: 1,
    sampleRate: 44_100,
    channels: 2,
    bitsPerSample: null,
    bitsPerSecond: null,
    sizeBytes: fileBytes,
    tags: undefined as never,
    picture: null,
  } as const
  const { asset } = await db.transaction(tx => addAudio(tx, kept, inspection, 'sound.m4a'))
  await db.pool.query(
    `insert into media.rendition (asset, name, key, mime, codecs, bits_per_second, size_bytes, sample_rate, channels, duration_ms, delay_samples, valid_samples, padding_samples, init_bytes, segments, created_at)
     values ($1, 'aac256', $2, 'audio/mp4', 'mp4a.40.2', 256000, $3, 44100, 2, 500000, 1024, 1, 0, 700, '[]', $4)`,
    [asset, kept.key, fileBytes, clock.now()],
  )
  const app = await buildApp({ config, db, log: makeLog('fatal'), url, close: async () => undefined })
  await app.server.listen({ host: '127.0.0.1', port: 0 })
  const address = await streamUrlFor(db.read, config, asset, newId('usr'))
  return {
    name: 'planet',
    port: (app.server.server.address() as AddressInfo).port,
    path: address!.url,
    file: files.pathOf(kept.key),
    cpuMs: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1000
    },
    stop: async () => {
      await app.server.close()
      await close()
    },
  }
}

const bench: Bench = {
  name: 'serve',
  about: 'ranges of 160 KiB and 1 MiB of one sound, signature checked, against nginx (CPU per request)',
  async run(ctx) {
    const app = await startApp(ctx)
    const peer = (await startNginx(ctx.tmp, app.file)) ?? (await startBareNode(app.file))
    ctx.say(`compared with ${peer.name}`)
    const figures: Record<string, number | string> = { peer: peer.name }
    const ratios: Record<string, number> = {}
    const seconds = ctx.quick ? 1 : 3
    const rounds = ctx.quick ? 3 : 5
    const once = async (server: Peer, bytes: number) => {
      // Not at the beginning of a block of ours, and across its border.
      const start = 1_000_000
      const before = server.cpuMs()
      const result = await load({
        port: server.port,
        paths: [server.path],
        seconds,
        connections: 8,
        headers: { range: `bytes=${start}-${start + bytes - 1}` },
      })
      const cpuMs = server.cpuMs() - before
      if (result.failed > 0) throw new Error(`${server.name}: ${result.failed} requests failed`)
      return { cpuMsPerRequest: cpuMs / result.requests, perSecond: result.perSecond, p99Ms: result.p99Ms }
    }
    try {
      for (const [label, bytes] of Object.entries(sizes)) {
        // Until what this size needs is compiled: the first seconds cost half as much again, and no peer of C has such seconds.
        for (let warm = 0; warm < 3; warm++) await once(app, bytes)
        const pairs = []
        for (let round = 0; round < rounds; round++) {
          const pair =
            round % 2 === 0
              ? { ours: await once(app, bytes), theirs: await once(peer, bytes) }
              : { theirs: await once(peer, bytes), ours: await once(app, bytes) }
          pairs.push(pair)
          ctx.say(
            `${label}: ${(pair.ours.cpuMsPerRequest * 1000).toFixed(0)} µs against ${(pair.theirs.cpuMsPerRequest * 1000).toFixed(0)} µs of CPU`,
          )
        }
        ratios[`vsNginx${label}`] = median(pairs.map(({ ours, theirs }) => theirs.cpuMsPerRequest / ours.cpuMsPerRequest))
        figures[`cpuMsPerRequest${label}`] = median(pairs.map(({ ours }) => ours.cpuMsPerRequest))
        figures[`peerCpuMsPerRequest${label}`] = median(pairs.map(({ theirs }) => theirs.cpuMsPerRequest))
        figures[`perSecond${label}`] = median(pairs.map(({ ours }) => ours.perSecond))
        figures[`peerPerSecond${label}`] = median(pairs.map(({ theirs }) => theirs.perSecond))
        figures[`p99Ms${label}`] = median(pairs.map(({ ours }) => ours.p99Ms))
      }
    } finally {
      await peer.stop()
      await app.stop()
    }
    return { figures, ratios }
  },
}

export default bench
