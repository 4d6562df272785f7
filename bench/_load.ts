/**
 * A bounded HTTP/1.1 load from a second process: keep-alive connections over plain sockets, one request at a time on each, so that what is measured is the
 * server. Only addresses of this machine are ever asked.
 */
import { fork } from 'node:child_process'
import { connect } from 'node:net'

export type LoadOptions = { port: number; paths: string[]; seconds: number; connections: number; headers?: Record<string, string> }
export type LoadResult = {
  requests: number
  seconds: number
  perSecond: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  failed: number
  bytes: number
}

/** Runs the load in a process of its own and gives its figures. */
export function load(options: LoadOptions): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.once('message', result => resolve(result as LoadResult))
    child.once('exit', code => (code === 0 ? undefined : reject(new Error(`the load generator ended with ${code}`))))
  })
}

async function generate(options: LoadOptions): Promise<LoadResult> {
  const headers = Object.entries({ host: `127.0.0.1:${options.port}`, ...options.headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  const requests = options.paths.map(path => Buffer.from(`GET ${path} HTTP/1.1\r\n${headers}\r\n`))
  const times: number[] = []
  let failed = 0
  let bytes = 0
  let turn = 0
  const from = performance.now()
  const end = from + options.seconds * 1000
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(options.port, '127.0.0.1')
      socket.setNoDelay(true)
      let sentAt = 0
      let head = ''
      let missing = -1
      const send = () => {
        head = ''
        missing = -1
        sentAt = performance.now()
        socket.write(requests[turn++ % requests.length]!)
      }
      const finished = () => {
        times.push(performance.now() - sentAt)
        if (performance.now() >= end) {
          socket.destroy()
          resolve()
        } else send()
      }
      socket.on('connect', send)
      socket.on('error', reject)
      socket.on('close', () => resolve())
      socket.on('data', chunk => {
        bytes += chunk.length
        if (missing < 0) {
          head += chunk.toString('latin1')
          const at = head.indexOf('\r\n\r\n')
          if (at < 0) return
          const length = /^content-length: (\d+)/im.exec(head)?.[1]
          if (length === undefined) return reject(new Error(`no content-length in: ${head.slice(0, 200)}`))
          if (!/^HTTP\/1\.1 20[06]/.test(head)) failed += 1
          missing = Number(length) - (head.length - at - 4)
        } else missing -= chunk.length
        if (missing === 0) finished()
      })
    })
  await Promise.all(Array.from({ length: options.connections }, one))
  const seconds = (performance.now() - from) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return {
    requests: times.length,
    seconds,
    perSecond: times.length / seconds,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    failed,
    bytes,
  }
}

if (import.meta.main) {
  const result = await generate(JSON.parse(process.argv[2]!) as LoadOptions)
  process.send!(result, undefined, undefined, () => process.disconnect())
}
