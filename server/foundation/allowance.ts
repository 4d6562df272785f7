/** What a child process may use of the machine, where the system tells it as a file (Linux). */
import { readFileSync } from 'node:fs'
import { clock } from './clock.ts'

/** On a busy machine a question may take so many times its limit, while its child computes less than that. */
const patience = 5

/** Memory of a process in bytes; 0 where nothing tells it. */
export function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
  } catch {
    return 0
  }
}

/** Milliseconds a process has computed, of itself and for it; NaN where nothing tells it. */
function computedMs(pid: number | undefined): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // What follows its name, which may hold spaces: `utime` and `stime` are the twelfth and the thirteenth, in hundredths of a second.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return Number.NaN
  }
}

/**
 * Calls `over` when the process has computed for so long, and at the latest after five times that: a child that others kept from computing,
 * or whose answer waits until its parent is free, has not overstayed. Never before `limitMs`. Gives what ends it.
 */
export function whenOver(pid: number | undefined, limitMs: number, over: () => void): () => void {
  const [begun, before] = [clock.ticks(), computedMs(pid)]
  const look = (): void => {
    const left = Math.min(before + limitMs - computedMs(pid), begun + patience * limitMs - clock.ticks())
    if (left > 0) timer = setTimeout(look, Math.max(left, 50))
    else over()
  }
  let timer = setTimeout(look, limitMs)
  return () => clearTimeout(timer)
}
