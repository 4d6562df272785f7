/** The demo world: who is there, what they released, who shares in it, and what it costs. Made in one transaction; its sound follows in jobs. */
import { addRelease } from '../catalogue/index.ts'
import { demoArtists, demoReleases, demoTracks, lyricsOf } from '../composer/index.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import { countPeople, hashPassword, makeOrganisation, makePerson, openPage } from '../people/index.ts'
import { recordSignedSheet } from '../rights/index.ts'
import { openOffer } from '../shop/index.ts'
import { demoPassword, listeners, musicians, organisations, signIns } from './people.ts'

const day = 86_400_000

/** What was made, by the keys of the composer: kept in the setting `demo`. */
export type WorldState = {
  people: Record<string, string>
  organisations: Record<string, string>
  pages: Record<string, string>
  releases: Record<string, string>
  tracks: Record<string, string>
  offers: Record<string, string>
  /** Tracks that get their sound, by key. */
  wanted: string[]
}
export const worldState = (db: Read): Promise<WorldState | undefined> => readSetting<WorldState>(db, 'demo')

/** Fills an empty planet; does nothing when it has people already. Returns whether this planet is a demo. */
export async function fillWorld(db: Db, options: { tracks: number }): Promise<boolean> {
  if ((await worldState(db.read)) !== undefined) return true
  if ((await countPeople(db.read)) > 0) return false
  const hash = await hashPassword(demoPassword)
  await db.transaction(async tx => {
    const state = await makeWorld(tx, hash)
    const wanted = demoTracks().filter(track => state.tracks[track.key] !== undefined)
    wanted.sort((a, b) => Number(b.first) - Number(a.first))
    await writeSetting(tx, 'demo', { ...state, wanted: wanted.slice(0, options.tracks).map(track => track.key) })
    for (const [index, track] of wanted.slice(0, options.tracks).entries())
      await enqueue(
        tx,
        'demo.render',
        { track: track.key },
        { key: `demo.render:${track.key}`, queue: 'demo', priority: track.first ? -20 : 20 + index, maxAttempts: 4 },
      )
    for (const release of demoReleases)
      await enqueue(
        tx,
        'demo.cover',
        { release: release.key },
        { key: `demo.cover:${release.key}`, queue: 'demo-covers', priority: -10, maxAttempts: 4 },
      )
    await enqueue(tx, 'demo.history', {}, { key: 'demo.history', priority: 0, maxAttempts: 4 })
  })
  return true
}

async function makeWorld(tx: Tx, hash: string): Promise<WorldState> {
  const state: WorldState = { people: {}, organisations: {}, pages: {}, releases: {}, tracks: {}, offers: {}, wanted: [] }
  const byName = new Map<string, string>()
  for (const { email, name, roles, locale } of [...signIns, ...musicians, ...listeners]) {
    const id = await makePerson(tx, { name, email, password: { hash }, roles: roles ?? [], locale })
    state.people[email] = id
    byName.set(name, byName.get(name) ?? id)
  }
  for (const { key, owner, name, kind, handle, city, bio } of organisations) {
    const members: { person: string; role: 'owner' | 'manager' }[] = [{ person: state.people[owner]!, role: 'owner' }]
    if (key === 'label') members.push({ person: state.people['producer@demo.example']!, role: 'manager' })
    const organisation = await makeOrganisation(tx, { name, kind, members })
    state.organisations[key] = organisation
    state.pages[key] = await openPage(tx, { kind: 'business', name, handle, city, bio, owner: organisation, demo: true, verified: true })
    byName.set(name, organisation)
  }
  for (const artist of demoArtists) {
    state.pages[artist.key] = await openPage(tx, {
      kind: 'artist',
      name: artist.name,
      city: artist.city.zh,
      bio: artist.bio,
      owner: byName.get(artist.name)!,
      demo: true,
      verified: true,
    })
  }
  for (const release of demoReleases) await makeRelease(tx, state, byName, release)
  return state
}

type Release = (typeof demoReleases)[number]

async function makeRelease(tx: Tx, state: WorldState, byName: Map<string, string>, release: Release): Promise<void> {
  const artistPage = state.pages[release.artist]!
  const artist = demoArtists.find(one => one.key === release.artist)!
  // The label keeps and sells what it released, except Lin Shen's own songs.
  const labelled = release.label !== null && release.artist !== 'linshen'
  const pageOf = (name: string) => demoArtists.find(one => one.name === name)?.key
  const tracks = demoTracks().filter(track => track.release === release.key)
  const at = new Date(Math.min(Date.parse(`${release.date}T10:00:00+08:00`), clock.now().getTime() - day))
  const { id, tracks: ids } = await addRelease(tx, {
    page: labelled ? state.pages['label']! : artistPage,
    title: release.title,
    kind: release.kind,
    artists: [artistPage],
    releasedOn: release.date,
    genre: release.genre,
    label: release.label,
    copyright: `℗ ${release.date.slice(0, 4)} ${release.label ?? artist.name}`,
    description: release.description,
    demo: true,
    origin: `demo:${release.key}`,
    at,
    credits: [{ role: 'artwork', name: 'Planet' }],
    tracks: tracks.map(track => {
      const lyrics = lyricsOf(track.key)
      return {
        title: track.title,
        disc: track.disc,
        number: track.number,
        artists: [artistPage, ...track.featured.map(key => ({ page: state.pages[key]!, role: 'featured' as const }))],
        durationMs: track.durationMs,
        bpm: track.bpm,
        key: track.musicalKey,
        instrumental: track.instrumental,
        language: track.language,
        streaming: track.free ? ('full' as const) : ('preview' as const),
        credits: track.credits.map(({ name, role }) => ({
          name,
          role,
          page: pageOf(name) === undefined ? null : state.pages[pageOf(name)!]!,
        })),
        lyrics: lyrics === null ? null : { language: lyrics.language, timing: 'word' as const, lines: lyrics.lines },
      }
    }),
  })
  state.releases[release.key] = id
  tracks.forEach((track, index) => (state.tracks[track.key] = ids[index]!))
  await signSplits(tx, state, byName, release, id, at)
  const pricing = release.nameYourPrice ? 'name_your_price' : release.priceFen === 0 ? 'free' : 'fixed'
  state.offers[release.key] = await openOffer(tx, {
    release: id,
    by: ownerPerson(state, byName, release),
    pricing,
    price: { amount: BigInt(release.priceFen), currency: 'CNY' },
    at,
  })
}

const ownerPerson = (state: WorldState, byName: Map<string, string>, release: Release): string =>
  release.label !== null && release.artist !== 'linshen'
    ? state.people['label@demo.example']!
    : byName.get(demoArtists.find(one => one.key === release.artist)!.name)!

/** Master: the artist, the producer, the mastering engineer and the label; work: half to the composers, half to the lyricists. */
async function signSplits(tx: Tx, state: WorldState, byName: Map<string, string>, release: Release, id: string, at: Date): Promise<void> {
  const tracks = demoTracks().filter(track => track.release === release.key)
  const named = (role: string) => [
    ...new Set(tracks.flatMap(track => track.credits.filter(credit => credit.role === role).map(credit => credit.name))),
  ]
  const by = ownerPerson(state, byName, release)
  const [performer = ''] = [demoArtists.find(one => one.key === release.artist)!.name]
  const master = new Map<string, { role: string; shareBp: number }>()
  const give = (name: string, role: string, shareBp: number) => {
    const party = byName.get(name)!
    const before = master.get(party)
    master.set(party, { role: before === undefined ? role : `${before.role}, ${role}`, shareBp: (before?.shareBp ?? 0) + shareBp })
  }
  let rest = 10_000
  if (release.label !== null) {
    give(release.label, 'label', 1500)
    rest -= 1500
  }
  const guests = [...new Set(tracks.flatMap(track => track.featured))].map(key => demoArtists.find(one => one.key === key)!.name)
  for (const name of guests) {
    give(name, 'featured', 1000)
    rest -= 1000
  }
  for (const name of named('producer').filter(one => one !== performer)) {
    give(name, 'producer', 2000)
    rest -= 2000
  }
  give('Ottilie Brandt', 'mastering', 300)
  give(performer, 'performer', rest - 300)
  await recordSignedSheet(tx, { subject: id, kind: 'master', parties: [...master].map(([party, given]) => ({ party, ...given })), by, at })

  const writers = named('lyricist')
  if (writers.length === 0) return
  const work = new Map<string, { role: string; shareBp: number }>()
  const shares = (names: string[], role: string) =>
    names.forEach((name, index) => {
      const share = Math.floor(5000 / names.length) + (index < 5000 % names.length ? 1 : 0)
      const party = byName.get(name)!
      const before = work.get(party)
      work.set(party, { role: before === undefined ? role : `${before.role}, ${role}`, shareBp: (before?.shareBp ?? 0) + share })
    })
  shares(named('composer'), 'composer')
  shares(writers, 'lyricist')
  await recordSignedSheet(tx, { subject: id, kind: 'work', parties: [...work].map(([party, given]) => ({ party, ...given })), by, at })
}
