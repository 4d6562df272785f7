/** The engine's own process: one task at a time from its parent, one answer each. Whatever a file does to it ends with it. */
import { coverFile } from './cover.ts'
import { inspectFile, pictureInFile } from './inspect.ts'
import { MediaRefused, type FromChild, type Results, type Task, type ToChild } from './protocol.ts'

const send = (message: FromChild): void => {
  process.send?.(message)
}

async function perform(task: Task, onProgress: (done: number) => void): Promise<Results[Task['kind']]> {
  if (task.kind === 'inspect') return inspectFile(task.path)
  if (task.kind === 'picture') return pictureInFile(task.path)
  // The codecs are large: loaded only for the tasks that need them.
  if (task.kind === 'cover') return coverFile(task.path, task.out, task.whole)
  if (task.kind === 'analyse') return (await import('./analyse.ts')).analyseFile(task.path, 'fingerprint', onProgress)
  if (task.kind === 'render')
    return (await import('./render.ts')).renderFile(task.path, task.out, task.names, task.previewStartMs, onProgress)
  if (task.kind === 'transcode') return (await import('./render.ts')).transcodeFile(task, onProgress)
  return (await import('./render.ts')).convertFile(task, onProgress)
}

process.on('message', ({ id, task }: ToChild) => {
  let last = 0
  const onProgress = (done: number): void => {
    if (performance.now() - last < 200) return
    last = performance.now()
    send({ id, progress: done })
  }
  perform(task, onProgress).then(
    result => send({ id, result }),
    (error: unknown) => {
      if (error instanceof MediaRefused) send({ id, refused: error.code, message: error.message })
      else send({ id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    },
  )
})
// The parent is gone: nobody wants the answer.
process.on('disconnect', () => process.exit(0))
send({ ready: true })
