/** Decodes the files named on the command line, one after the other, and throws the sound away: what ffmpeg does where there is none. */
import { closeSource, decodeAll, openSource } from '../server/media/engine/av.ts'

for (const path of process.argv.slice(2)) {
  const source = openSource(path)
  await decodeAll(
    source,
    () => undefined,
    () => undefined,
  )
  closeSource(source)
}
