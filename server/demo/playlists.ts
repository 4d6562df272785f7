/** What the fan of the demo world keeps: two playlists (one made with two others), a smart one, stars, favourites; and lists of others to find. */
import { newId } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import { acting } from './acting.ts'
import type { WorldState } from './world.ts'

const fan = 'fan@demo.example'

/** Once; does nothing the second time. */
export async function makeLists(db: Db, world: WorldState): Promise<void> {
  if ((await readSetting(db.read, 'demo.playlists')) !== undefined) return
  // Those with sound first: a list one can play is a list.
  const tracks = [...new Set([...world.wanted.map(key => world.tracks[key]), ...Object.values(world.tracks)])].filter(
    id => id !== undefined,
  )
  const every = (from: number, step: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => tracks[(from + i * step) % tracks.length]!).filter((id, i, all) => all.indexOf(id) === i)
  await db.transaction(async tx => {
    const act = acting(tx, world)
    const make = async (email: string, given: Record<string, unknown>): Promise<string> => {
      const id = newId('pls')
      await act(email, 'POST /playlists', { id, ...given })
      return id
    }
    await make(fan, {
      name: '雨天靠窗',
      note: '下雨的时候，从第一首听到最后一首。\nFor rain on a window, first to last.',
      visibility: 'public',
      tracks: every(0, 1, 14),
    })
    const together = await make(fan, {
      name: '周五下班路上',
      note: '三个人轮流加歌，谁加的谁负责。',
      visibility: 'link',
      tracks: every(2, 3, 6),
    })
    const { invite } = await act<{ invite: string }>(fan, 'POST /playlists/:id/invite', { id: together })
    for (const [email, from] of [
      ['artist@demo.example', 5],
      ['lyricist@demo.example', 9],
    ] as const) {
      await act(email, 'POST /playlists/:id/join', { id: together, invite })
      await act(email, 'POST /playlists/:id/entries', { id: together, tracks: every(from, 5, 4), duplicates: 'skip' })
    }
    await make(fan, {
      name: '四星以上',
      rules: {
        match: 'all',
        rules: [{ field: 'rating', op: 'over', value: 3 }],
        order: { by: 'rating', down: true },
        limit: { tracks: 100 },
      },
    })
    const others = [
      ['producer@demo.example', '混音时反复听的', 'Mix references: low end, air, space.', 7, 12],
      ['host@demo.example', '粉丝团早安歌单', '每天早上八点，一起按下播放。', 4, 10],
    ] as const
    for (const [email, name, note, from, count] of others)
      await make(email, { name, note, visibility: 'public', tracks: every(from, 2, count) })
    for (const [n, id] of every(0, 1, 12).entries()) await act(fan, 'PUT /me/ratings/:id', { id, stars: 5 - (n % 3) })
    for (const email of [
      'artist@demo.example',
      'lyricist@demo.example',
      'producer@demo.example',
      'label@demo.example',
      'host@demo.example',
    ])
      await act(email, 'PUT /me/ratings/:id', { id: tracks[0]!, stars: 4 + (email.length % 2) })
    for (const id of every(1, 2, 9)) await act(fan, 'PUT /me/favourites/:id', { id })
    for (const id of Object.values(world.releases).slice(0, 5)) await act(fan, 'PUT /me/favourites/:id', { id })
    for (const key of ['linshen', 'beacon', 'ines'])
      if (world.pages[key] !== undefined) await act(fan, 'PUT /me/favourites/:id', { id: world.pages[key] })
    await writeSetting(tx, 'demo.playlists', { made: true })
  })
}
