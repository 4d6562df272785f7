import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

test('asked to stop by several ways at once, it stops once and to its end', async () => {
  const program = `import { untilAskedToStop } from ${JSON.stringify(`${import.meta.dirname}/progress.ts`)}
    const life = setInterval(() => {}, 1000)
    const asked = untilAskedToStop()
    process.send('up')
    await asked
    process.stdout.write('stopping ')
    setTimeout(() => { process.stdout.write('stopped'); clearInterval(life) }, 100)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  let said = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (said += text))
  await once(child, 'message')
  // As when a terminal is closed: the group is signalled, the starter hands both on, and is gone.
  child.kill('SIGTERM')
  child.kill('SIGINT')
  child.disconnect()
  const [[code]] = (await Promise.all([once(child, 'exit'), once(child.stdout!, 'end')])) as [[number | null], unknown]
  expect([code, said]).toEqual([0, 'stopping stopped'])
})
