/** Layouts of versions of maps, worked out once per process: a version never changes. */
import { layoutOf, type Layout } from '../../shared/seating-choice.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { readPlan } from './store.ts'

const known = new Map<string, Layout>()
const most = 50

export async function layoutFor(db: Read | Tx, map: string, version: number): Promise<Layout> {
  const name = `${map} ${version}`
  const found = known.get(name)
  if (found !== undefined) return found
  const plan = await readPlan(db, map, version)
  if (plan === undefined) throw new Error(`no version ${version} of the map ${map}`)
  const layout = layoutOf(plan)
  if (known.size >= most) known.delete(known.keys().next().value!)
  known.set(name, layout)
  return layout
}
