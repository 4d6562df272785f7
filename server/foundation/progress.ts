/** What a person at a terminal reads: plain sentences on standard output or error, apart from the logs. */
export const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
export const printError = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** Asks a yes-or-no question at the terminal; without one the answer is no. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const { createInterface } = await import('node:readline/promises')
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim())
  } finally {
    reader.close()
  }
}

/** One wish to stop comes to us by several ways at once: the terminal signals the whole group, and the starter hands it on. */
const sameWishMs = 300

/** Resolves at the first SIGINT or SIGTERM, or when the starter (run.mjs) is gone. Whoever asks for the third time ends it at once. */
export function untilAskedToStop(): Promise<string> {
  return new Promise(resolve => {
    let times = 0
    let lastMs = -Infinity
    const asked = (why: string) => {
      const now = performance.now()
      if (now - lastMs > sameWishMs) times += 1
      lastMs = now
      if (times >= 3) process.exit(1)
      resolve(why)
    }
    process.on('SIGINT', () => asked('SIGINT'))
    process.on('SIGTERM', () => asked('SIGTERM'))
    if (process.channel) {
      process.on('disconnect', () => resolve('the starter is gone'))
      process.channel.unref()
    }
  })
}
