/** One engine process: started with limits, asked one thing at a time, killed when it overstays. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { MediaRefused, type FromChild, type Results, type Task, type ToChild } from './protocol.ts'

const mostCpuSeconds = 3600
/** 4 GiB, in the 512-byte blocks of `ulimit -f`. */
const mostFileBlocks = 8_388_608
const mostResidentBytes = 1_200_000_000
const heapMb = 512

export type AskOptions = {
  /** Wall-clock limit; then the process is killed. */
  limitMs: number
  onProgress?: (done: number) => void
  signal?: AbortSignal
}

let count = 0

/** A child process of the engine. It owns a folder that disappears with it. */
export class EngineChild {
  readonly folder: string
  /** How many questions it was asked. */
  asked = 0
  dead = false
  readonly gone: Promise<void>
  readonly #process: ChildProcess
  #waiting: { id: number; settle: (message: Exclude<FromChild, { ready: true }> | { ended: string }) => void } | undefined
  #said = ''

  constructor(temp: string) {
    this.folder = join(temp, `${process.pid}-${++count}`)
    mkdirSync(this.folder, { recursive: true })
    const node = [`--max-old-space-size=${heapMb}`, '--no-warnings', join(import.meta.dirname, 'process.child.ts')]
    // The shell sets what only a shell can and becomes the child; where a limit cannot be set the others still hold.
    const shell = `ulimit -c 0; ulimit -t ${mostCpuSeconds} 2>/dev/null; ulimit -f ${mostFileBlocks} 2>/dev/null; exec nice -n 10 "$0" "$@"`
    this.#process = spawn('/bin/sh', ['-c', shell, process.execPath, ...node], {
      cwd: this.folder,
      // Nothing of ours: no secrets, no proxies, no options.
      env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', HOME: this.folder, TMPDIR: this.folder, UV_THREADPOOL_SIZE: '2', VIPS_CONCURRENCY: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    this.#process.stderr!.on('data', (bytes: Buffer) => {
      this.#said = (this.#said + bytes.toString('utf8')).slice(-2000)
    })
    this.#process.on('message', (message: FromChild) => {
      if (!('ready' in message)) this.#waiting?.settle(message)
    })
    this.#process.on('error', () => undefined)
    this.gone = new Promise(resolve => {
      this.#process.once('close', (code, signal) => {
        this.dead = true
        rmSync(this.folder, { recursive: true, force: true })
        this.#waiting?.settle({ ended: signal ?? `exit ${code}` })
        resolve()
      })
    })
    // An idle child must not keep a finished command alive.
    this.#rest(true)
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  #rest(idle: boolean): void {
    for (const part of [this.#process, this.#process.channel, this.#process.stderr as unknown as { ref(): void; unref(): void } | null]) {
      if (idle) part?.unref()
      else part?.ref()
    }
  }

  /** Puts one task to it. Rejects with MediaRefused for what the file is to blame for, and with Error for bugs. */
  ask<K extends Task['kind']>(task: Extract<Task, { kind: K }>, options: AskOptions): Promise<Results[K]> {
    const id = ++this.asked
    this.#rest(false)
    return new Promise<Results[K]>((resolve, reject) => {
      let killedFor: Error | undefined
      const kill = (reason: Error): void => {
        killedFor ??= reason
        this.kill()
      }
      const limit = setTimeout(() => kill(new MediaRefused('took_too_long', `could not be read within ${Math.round(options.limitMs / 1000)} seconds`)), options.limitMs)
      const memory = setInterval(() => {
        if (residentBytes(this.pid) > mostResidentBytes) kill(new MediaRefused('crashed', 'reading it takes too much memory'))
      }, 500)
      const abort = (): void => kill(options.signal!.reason instanceof Error ? options.signal!.reason : new MediaRefused('stopped', 'was stopped'))
      const end = (): void => {
        clearTimeout(limit)
        clearInterval(memory)
        options.signal?.removeEventListener('abort', abort)
        this.#waiting = undefined
        if (!this.dead) this.#rest(true)
      }
      this.#waiting = {
        id,
        settle: message => {
          if ('ended' in message) {
            end()
            reject(killedFor ?? new ChildEnded(message.ended, this.#said))
          } else if (message.id !== id || killedFor !== undefined) {
            return
          } else if ('progress' in message) {
            options.onProgress?.(message.progress)
          } else {
            end()
            if ('refused' in message) reject(new MediaRefused(message.refused, message.message))
            else if ('bug' in message) reject(new Error(`engine, ${task.kind}: ${message.bug}`))
            else resolve(message.result as Results[K])
          }
        },
      }
      if (options.signal?.aborted === true) return abort()
      options.signal?.addEventListener('abort', abort, { once: true })
      if (this.dead) return this.#waiting.settle({ ended: 'before it began' })
      this.#process.send({ id, task } satisfies ToChild, error => {
        // Its end is reported by `close`; a closed channel alone says nothing new.
        if (error !== null) this.kill()
      })
    })
  }

  /** Ends it at once. Whoever waits for its end keeps the process alive until then. */
  kill(): void {
    if (!this.dead) this.#rest(false)
    this.#process.kill('SIGKILL')
  }
}

/** The process ended by itself in the middle of a task. */
export class ChildEnded extends Error {
  constructor(how: string, said: string) {
    super(`engine child ended (${how})${said === '' ? '' : `: ${said}`}`)
    this.name = 'ChildEnded'
  }
}

/** Memory of a process, where the system tells it as a file (Linux); else 0. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
  } catch {
    return 0
  }
}
