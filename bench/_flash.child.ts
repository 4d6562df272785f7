/** One of two app processes of the flash sale: makes ready, waits for the word, answers its buyers, tells how it was. */
import { openDb } from '../server/foundation/db.ts'
import { throughEngine, throughForUpdate, type Answers } from './_flash.ts'

const [url, how, hall, buyers, from] = process.argv.slice(2) as [string, 'engine' | 'plain', string, string, string]
const db = openDb({ url, max: 8 })
await db.pool.query('select 1')
process.once('message', () => {
  void (
    how === 'engine'
      ? throughEngine(db, hall, Number(buyers), Number(from), () => ({ tier: 'floor', count: 1 }))
      : throughForUpdate(url, 100, Number(buyers), Number(from))
  ).then(async (answers: Answers) => {
    await db.close()
    // The answers of many are long: the channel stays until they are through.
    process.send!(answers, undefined, undefined, () => process.disconnect())
  })
})
process.send!('ready')
