/** Every page opened by those who use it, on a desk and on a phone, light and dark, in both languages: nothing breaks, axe finds nothing, nothing is wider than the screen. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../server/foundation/testing.ts'
import { axeFinds, desktop, openBrowser, person, phone } from './browser.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

let planet: OwnPlanet
let running: Running
let browser: Browser
const found: Record<string, string> = {}

const signIn = async (who: string): Promise<string> => {
  const answer = await fetch(`${running.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: running.url },
    body: JSON.stringify({ email: who, password: 'planet-demo' }),
  })
  return answer.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
}

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO_TRACKS: '1' })
  running = await planet.start()
  browser = await openBrowser()
  const get = async <T>(path: string, cookie = ''): Promise<T> =>
    (await (await fetch(`${running.url}/api/v1${path}`, { headers: { cookie } })).json()) as T
  await until(async () => (await get<{ progress: { ready: number } }>('/site')).progress.ready === 1, 'the first music', 120_000)
  const { items: tracks } = await get<{ items: { id: string; release: { id: string }; artists: { id: string }[] }[] }>('/tracks')
  Object.assign(found, { track: tracks[0]!.id, release: tracks[0]!.release.id, artist: tracks[0]!.artists[0]!.id })
  await findMoney(get)
}, 600_000)
/** What the finance desk opens: one of each, once the demo world has a past. */
async function findMoney(get: <T>(path: string, cookie?: string) => Promise<T>): Promise<void> {
  type Ids = { items: { id: string }[] }
  const [desk, fan] = [await signIn('finance@demo.example'), await signIn('fan@demo.example')]
  const reports = () => get<Ids>('/console/reconciliation/exceptions', desk)
  await until(async () => (await reports()).items.length > 0, 'the books of the demo world', 480_000)
  const first = async (path: string, cookie = desk): Promise<string> => (await get<Ids>(path, cookie)).items[0]!.id
  const account = await first('/console/balances?owner=person&purpose=available&limit=1')
  const { items } = await get<{ items: { transfer: string }[] }>(`/console/balances/${account}?kind=settle`, desk)
  const rooms = await get<{ items: { id: string; page: { id: string } }[] }>('/resources?page=harbour-hall')
  const claims = await get<{ items: { id: string; page: { id: string } }[] }>(
    '/console/page-claims?state=announced',
    await signIn('reviewer@demo.example'),
  )
  const booked = (when: string) => get<Ids>(`/me/bookings?when=${when}`, fan)
  Object.assign(found, {
    // Sales came before the books, too.
    venue: await first('/venues'),
    room: rooms.items[0]!.id,
    place: rooms.items[0]!.page.id,
    booking: [...(await booked('coming')).items, ...(await booked('past')).items][0]!.id,
    claim: claims.items[0]!.id,
    claimed: claims.items[0]!.page.id,
    account,
    transfer: items[0]!.transfer,
    sold: await first('/console/orders?state=settled&limit=1'),
    bought: await first('/me/orders', fan),
    list: await first('/me/playlists', fan),
    batch: await first('/console/payout-batches'),
    exception: (await reports()).items[0]!.id,
    // Groups came before the books.
    post: await first('/groups/deep-woods/posts?limit=5', fan),
    reward: await first('/groups/deep-woods/rewards', fan),
    raffle: await first('/groups/deep-woods/raffles', fan),
    exchange: await first('/me/exchanges', fan),
  })
}
afterAll(async () => {
  await browser?.close()
  await planet?.remove()
})

const signedOut = [
  '/',
  '/releases',
  '/releases/:release',
  '/artists/:artist',
  '/artists/:claimed',
  '/claim/:claimed',
  '/groups',
  '/groups/deep-woods',
  '/posts/:post',
  '/rewards/:reward',
  '/raffles/:raffle',
  '/tracks/:track',
  '/lyrics/:track',
  '/search?q=lin',
  '/shows',
  '/shows?when=past',
  '/book',
  '/book/:room',
  '/book/:room?view=week',
  '/book/at/harbour-hall',
  '/venues/:venue',
  '/shop',
  '/shops',
  '/cart',
  '/checkout',
  '/checkout/find',
  '/how',
  '/demo',
  '/feed',
  '/offline',
  '/own',
  '/sign-in',
  '/sign-up',
  '/nothing-here',
]
const visits: { who: string | null; paths: string[] }[] = [
  { who: null, paths: signedOut },
  {
    who: 'fan@demo.example',
    paths: [
      '/',
      '/library',
      '/library?tab=history',
      '/artists/:claimed',
      '/claim',
      '/claim/:claimed',
      '/move',
      '/playlists/:list',
      '/shows',
      '/waiting',
      '/bookings',
      '/bookings/:booking',
      '/bookings/:booking/sing',
      '/shops/reviews',
      '/gift-cards',
      '/redeem',
      '/services',
      '/services?tab=vouchers',
      '/memberships',
      '/orders',
      '/orders/:bought',
      '/returns',
      '/settings',
      '/apps',
      '/releases/:release',
      '/minutes',
      '/groups',
      '/groups/new',
      '/groups/deep-woods',
      '/groups/deep-woods/missions',
      '/groups/deep-woods/rewards',
      '/groups/deep-woods/schedule',
      '/groups/deep-woods/letters',
      '/groups/deep-woods/members',
      '/groups/deep-woods/about',
      '/posts/:post',
      '/rewards/:reward',
      '/raffles/:raffle',
      '/rewards',
      '/rewards/mine/:exchange',
      '/points/deep-woods',
      '/points',
      '/notices',
      '/notices/settings',
      '/appeals',
      '/apps/links',
      '/feed',
    ],
  },
  { who: 'chenlu@musicians.demo.example', paths: ['/claim', '/claim/:claimed'] },
  {
    who: 'artist@demo.example',
    paths: [
      '/studio',
      '/studio/releases',
      '/studio/releases/:release',
      '/studio/import',
      '/studio/lyrics',
      '/studio/splits',
      '/studio/shop',
      '/studio/goods',
      '/studio/goods/new',
      '/studio/goods?part=sendings',
      '/studio/goods?part=shipping',
      '/studio/shows',
      '/studio/shows/new',
      '/studio/services',
      '/studio/coupons',
      '/studio/sales',
      '/studio/invoices',
      '/studio/money',
      '/studio/payouts',
      '/studio/months/2026-11',
      '/studio/groups',
      '/studio/groups/deep-woods',
      '/studio/groups/deep-woods/members',
      '/studio/groups/deep-woods/moderation',
      '/studio/groups/deep-woods/missions',
      '/studio/groups/deep-woods/points',
      '/studio/groups/deep-woods/rewards',
      '/studio/groups/deep-woods/settings',
      '/studio/groups/deep-woods/enrolment',
      '/studio/pages',
      '/studio/organisations',
    ],
  },
  {
    who: 'venue@demo.example',
    paths: [
      '/studio/bookings',
      '/studio/bookings/:place',
      '/studio/bookings/:place?tab=rooms',
      '/studio/bookings/:place?tab=list',
      '/studio/bookings/:place?tab=door',
      '/studio/venues',
      '/studio/venues/:venue',
    ],
  },
  {
    who: 'operator@demo.example',
    paths: [
      '/studio/bookings',
      '/console',
      '/console/orders',
      '/console/orders/:sold',
      '/console/giftcards',
      '/console/books',
      '/console/folders',
      '/console/lyrics',
      '/console/page-claims',
      '/console/page-claims?tab=announced&claim=:claim',
      '/console/moderation',
      '/console/moderation?tab=figures',
      '/console/accounts',
      '/console/accounts/:account',
      '/console/transfers/:transfer',
      '/console/holds',
      '/console/reconciliation',
      '/console/reconciliation/:exception',
      '/console/payouts',
      '/console/payouts/:batch',
      '/console/partners',
      '/console/plans',
      '/console/pools',
      '/console/policy',
      '/console/refunds',
      '/console/disputes',
      '/console/shortfalls',
      '/console/jobs',
    ],
  },
]
const looks = [
  { view: desktop, dark: false, locale: 'en-GB' },
  { view: phone, dark: true, locale: 'zh-CN' },
]

/** Opens pages as this person, one after the other, until none are `left`; says what is wrong. */
async function open(look: (typeof looks)[number], who: string | null, left: string[]): Promise<string[]> {
  const { context, page, problems } = await person(browser, { url: running.url, ...look })
  if (who)
    await page.request.post('/api/auth/sign-in/email', {
      data: { email: who, password: 'planet-demo' },
      headers: { origin: running.url },
    })
  const wrong: string[] = []
  const again: string[] = []
  for (let path = left.shift(); path !== undefined; path = left.shift()) {
    const address = path.replace(/:([a-z]+)/g, (_all, name: string) => found[name] ?? 'missing')
    await page.goto(address, { waitUntil: 'networkidle' })
    await page.getByRole('main').waitFor()
    // Left before it is awake, it would tell of what it could not fetch any more.
    await until(async () => Boolean(await page.evaluate('window.planetAwake').catch(() => false)), `${path} to be awake`, 180_000).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}; the page said: ${problems.join(' · ') || 'nothing'}`, { cause: error })
      },
    )
    // On a busy machine Chromium ends a service worker in the middle of an answer, and a script is aborted: the page is then loaded once more by itself.
    if (await page.evaluate(`sessionStorage.getItem('planet-again')`)) {
      await page.evaluate(`sessionStorage.removeItem('planet-again')`)
      problems.splice(0, problems.length, ...problems.filter(text => !/dynamically imported module/.test(text)))
      again.push(path)
      if (again.length > 2) wrong.push(`loaded once more by themselves: ${again.join(' ')}`)
    }
    const language = String(await page.evaluate('document.documentElement.lang'))
    if (language.slice(0, 2) !== look.locale.slice(0, 2)) wrong.push(`${path}: in ${language}`)
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    if (Number(wider) > 0) wrong.push(`${path}: ${String(wider)} px wider than the screen`)
    wrong.push(...(await axeFinds(page)).map(finding => `${path}: ${finding}`))
  }
  await context.close()
  return [...wrong, ...problems].map(text => `${look.view.width} px, ${look.dark ? 'dark' : 'light'}, ${look.locale}: ${text}`)
}

test.each(visits)(
  'all pages of $who',
  async ({ who, paths }) => {
    // Two devices a look: half of the time goes into waiting until a page asks for nothing more.
    const opened = looks.flatMap(look => {
      const left = [...paths]
      return [open(look, who, left), open(look, who, left)]
    })
    expect((await Promise.all(opened)).flat()).toEqual([])
  },
  600_000,
)
