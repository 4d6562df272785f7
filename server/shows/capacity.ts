/** What shows ask of seating: a show's hall and how its seats are called. */
import { fault } from '../../shared/faults.ts'
import { seatsOf, standingOf } from '../../shared/seating-plan.ts'
import { newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { policyOf } from '../policy/index.ts'
import { openHall, planFor, poolsOf, seatNames } from '../seating/index.ts'
import type { ShowRow, TierRow } from './store.ts'

type Wanted = Pick<TierRow, 'id' | 'places' | 'sections'>
type Pools = Parameters<typeof openHall>[1]['pools']

/** What tiers come to in places: seats of their categories; where those have none, the standing places of their areas. */
async function poolsFor(tx: Tx, show: Pick<ShowRow, 'map' | 'mapVersion'>, tiers: readonly Wanted[]): Promise<Pools> {
  const plan = show.map === null || show.mapVersion === null ? undefined : await planFor(tx, show.map, show.mapVersion)
  const seats = plan === undefined ? [] : seatsOf(plan)
  const areas = plan === undefined ? [] : standingOf(plan)
  const taken = new Set<string>()
  return tiers.map(tier => {
    if (tier.sections === null) return { tier: tier.id, capacity: tier.places ?? 0 }
    for (const category of tier.sections) {
      if (taken.has(category)) throw fault('conflict', 'sections_taken', { fields: { [tier.id]: category } })
      taken.add(category)
    }
    const own = seats.filter(seat => tier.sections!.includes(seat.category)).map(seat => seat.key)
    if (own.length > 0) return { tier: tier.id, seats: own }
    const standing = areas.filter(area => tier.sections!.includes(area.category)).reduce((sum, area) => sum + area.capacity, 0)
    if (standing === 0) throw fault('unprocessable', 'show_unready', { fields: { [tier.id]: 'show_unready' } })
    return { tier: tier.id, capacity: standing }
  })
}
const placesOf = (pools: Pools): number => pools.reduce((sum, pool) => sum + ('seats' in pool ? pool.seats.length : pool.capacity), 0)
/** Large shows sell only with names, as the planet's policy says. One that got on sale under another rule goes on as it is, but no larger. */
async function namedIfLarge(tx: Tx, show: Pick<ShowRow, 'hall' | 'realName'>, pools: Pools): Promise<void> {
  if (show.realName !== 'none') return
  const { realNameFrom } = await policyOf(tx)
  const places = placesOf(pools)
  if (realNameFrom === null || places < realNameFrom) return
  const before = show.hall === null ? 0 : (await poolsOf(tx, [show.hall])).reduce((sum, pool) => sum + pool.capacity, 0)
  if (places > before) throw fault('unprocessable', 'real_name_needed', { fields: { realName: 'real_name_needed' } })
}
/** Opens the hall of a show, or changes it to what its tiers are now; what is held or sold stays (`places_taken`). Gives its id. */
export async function setHall(
  tx: Tx,
  show: Pick<ShowRow, 'id' | 'hall' | 'map' | 'mapVersion' | 'realName'>,
  tiers: readonly Wanted[],
): Promise<string> {
  const id = show.hall ?? newId('hal')
  const map = show.map === null || show.mapVersion === null ? null : { id: show.map, version: show.mapVersion }
  const pools = await poolsFor(tx, show, tiers)
  await namedIfLarge(tx, show, pools)
  await openHall(tx, { id, cause: show.id, map, pools })
  return id
}

/** `A 3-12`: section, row and number, as far as there are any. */
export async function labelsOf(db: Read | Tx, hall: string, keys: readonly string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map()
  const names = await seatNames(db, hall, keys)
  return new Map(
    keys.map(key => {
      const name = names.get(key)
      return [key, name === undefined ? key : [name.section, [name.row, name.number].filter(Boolean).join('-')].filter(Boolean).join(' ')]
    }),
  )
}
