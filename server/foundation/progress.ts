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

/** Resolves at the first SIGINT or SIGTERM, or when the starter (run.mjs) is gone. A third signal ends at once. */
export function untilAskedToStop(): Promise<string> {
  return new Promise(resolve => {
    let times = 0
    const asked = (why: string) => {
      times += 1
      if (times >= 3) process.exit(1)
      resolve(why)
    }
    process.on('SIGINT', () => asked('SIGINT'))
    process.on('SIGTERM', () => asked('SIGTERM'))
    if (process.channel) {
      process.on('disconnect', () => asked('the starter is gone'))
      process.channel.unref()
    }
  })
}
