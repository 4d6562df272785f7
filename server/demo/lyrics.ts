/** What waits at the reviewers’ desk, and what was decided there. What listeners of the demo world did with its lyrics: two songs said in pinyin, accepted and thanked for; a translation that waits for someone to look at it. Two pages nobody owns: one
 * that its singer claims before the public, one whose claim waits. */
import { clock, newId } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import { openPage } from '../people/index.ts'
import { acting, daysAgo } from './acting.ts'
import type { WorldState } from './world.ts'

const fan = 'fan@demo.example'
const host = 'host@demo.example'
const reviewer = 'reviewer@demo.example'

/** Where the dictionary reads a sign as it is not sung here. */
const sung: Record<string, string> = { '我没有问 该还到哪里去': 'wǒ méi yǒu wèn gāi huán dào nǎ lǐ qù' }
const french: Record<string, string> = {
  '雨停在 凌晨三点的站台': 'La pluie s’arrête sur un quai, à trois heures du matin',
  '我把伞 借给一盏路灯': 'J’ai prêté mon parapluie à un réverbère',
  '它的影子 慢慢长出枝叶': 'À son ombre, doucement, poussent des branches',
  '像有人 从远方走来': 'Comme si quelqu’un venait de loin',
  '慢一点 让星星先走': 'Doucement, laissons passer les étoiles',
  '慢一点 我还没想好开口': 'Doucement, je n’ai pas encore trouvé mes mots',
  '有一束光 走了几百年的路': 'Une lumière a marché des siècles',
  '落在你 摊开的手': 'pour tomber dans ta main ouverte',
}

type Sheet = { parts: { kind: string; language: string; base: string | null; lines: { text: string; startMs: number; endMs: number }[] }[] }

/** Once; does nothing the second time. */
export async function makeLyrics(db: Db, world: WorldState): Promise<void> {
  if ((await readSetting(db.read, 'demo.lyrics')) !== undefined) return
  await db.transaction(async tx => {
    const act = acting(tx, world)
    const propose = async (
      who: string,
      key: string,
      kind: string,
      language: string,
      note: string,
      textOf: (line: string) => string | null,
    ) => {
      const id = world.tracks[key]
      if (id === undefined) return undefined
      const sheet = await act<Sheet>(who, 'GET /tracks/:id/lyrics/sheet', { id })
      const words = sheet.parts.find(part => part.kind === 'main')?.lines ?? []
      const lines = words.flatMap(({ text, startMs, endMs }) => {
        const other = textOf(text)
        return other === null ? [] : [{ text: other, startMs, endMs, of: text }]
      })
      if (lines.length === 0) return undefined
      const contribution = newId('ctr')
      await act(who, 'POST /tracks/:id/lyrics/contributions', { id, contribution, kind, language, lines, base: null, note })
      return contribution
    }
    for (const [who, key] of [
      [fan, 'slow-star'],
      [host, 'borrowed-umbrella'],
    ] as const) {
      const id = world.tracks[key]
      if (id === undefined) continue
      const sheet = await act<Sheet>(who, 'GET /tracks/:id/lyrics/sheet', { id })
      const texts = sheet.parts.find(part => part.kind === 'main')?.lines.map(line => line.text) ?? []
      const { lines: said } = await act<{ lines: (string | null)[] }>(who, 'POST /lyrics/pinyin', { lines: texts })
      const pinyin = new Map(texts.map((text, i) => [text, sung[text] ?? said[i] ?? null]))
      const made = await propose(who, key, 'romanisation', 'zh', '逐句核对过多音字', line => pinyin.get(line) ?? null)
      if (made !== undefined) await act(reviewer, 'POST /lyrics/contributions/:id/accept', { id: made, base: null })
    }
    await propose(fan, 'slow-star', 'translation', 'fr', '自己译的，请懂法语的朋友看看', line => french[line] ?? null)
    await writeSetting(tx, 'demo.lyrics', { made: true })
  })
}

const claims = [
  {
    name: '鹿讯 Deer Signal',
    bio: { zh: '两个人，一台四轨机。', en: 'Two people and a four-track recorder.' },
    who: 'chenlu@musicians.demo.example',
    words: '鹿讯是我和鼓手阿远的组合，2019 年到现在只有我们两个人。封面上的信号灯是我拍的，录音棚的合同也在我这里，需要可以随时给你们看。',
    links: ['https://deersignal.demo.example/about'],
    askedDays: 9,
    announcedDays: 5,
  },
  {
    name: 'Reuter Tapes',
    bio: { zh: '柏林的录音带厂牌。', en: 'A tape label from Berlin.' },
    who: 'jonas@musicians.demo.example',
    words:
      'Reuter Tapes is the name under which I put out my own tapes, from my kitchen in Neukölln. The code will stand on the imprint page of the label.',
    links: ['https://reutertapes.demo.example/imprint', 'https://reutertapes.demo.example'],
    askedDays: 3,
    announcedDays: null,
  },
] as const

/** Once; does nothing the second time. */
export async function makeClaims(db: Db, world: WorldState): Promise<void> {
  if ((await readSetting(db.read, 'demo.claims')) !== undefined) return
  const now = clock.now().getTime()
  await db.transaction(async tx => {
    const act = acting(tx, world)
    for (const { name, bio, who, words, links, askedDays, announcedDays } of claims) {
      const page = await openPage(tx, { kind: 'artist', name, bio, owner: null, demo: true })
      const id = newId('pgc')
      await clock.asOf(daysAgo(now, askedDays), () => act(who, 'POST /pages/:page/claims', { page, id, words, links }))
      if (announcedDays !== null)
        await clock.asOf(daysAgo(now, announcedDays), () => act('reviewer@demo.example', 'POST /console/page-claims/:id/announce', { id }))
    }
    await writeSetting(tx, 'demo.claims', { made: true })
  })
}
