import { lyricsEnglish } from './lyrics-en.ts'
import { lyricsChinese } from './lyrics-zh.ts'
import type { Song } from './form.ts'
import { compose, type Score } from './score.ts'
import { styles } from './styles.ts'

/** A text in both languages of the house. */
export type Bilingual = { zh: string; en: string }
export type DemoArtist = {
  key: string
  name: string
  city: Bilingual
  bio: Bilingual
  genre: string
  emblemSeed: string
  person: string | null
}
export type DemoRelease = {
  key: string
  title: string
  artist: string
  kind: 'album' | 'ep' | 'single'
  /** YYYY-MM-DD */
  date: string
  genre: string
  /** fen; 0 is free. With `nameYourPrice` it is the least that is taken. */
  priceFen: number
  nameYourPrice: boolean
  label: string | null
  description: Bilingual
}
export type Role = 'composer' | 'lyricist' | 'producer' | 'arranger' | 'performer' | 'mixing' | 'mastering'
export type DemoTrack = {
  key: string
  title: string
  release: string
  artist: string
  featured: string[]
  disc: number
  number: number
  isrc: null
  bpm: number
  /** such as `D` or `F#m` */
  musicalKey: string
  genre: string
  instrumental: boolean
  language: 'zh' | 'en' | null
  credits: { name: string; role: Role }[]
  /** streams in full for everyone; otherwise only its preview does */
  free: boolean
  /** rendered before all others, so that a new planet has music within seconds */
  first: boolean
  durationMs: number
}
export type Lyrics = {
  language: 'zh' | 'en'
  lines: { startMs: number; endMs: number; text: string; translation: string; words: { text: string; startMs: number; endMs: number }[] }[]
}

const LABEL = 'Low Orbit Records 低轨唱片'
const [SU, MO, LIN] = ['Su Wen 苏问', 'Mo Han 莫寒', '林深 Lin Shen']

const artist = (
  key: string,
  name: string,
  city: [string, string],
  genre: string,
  zh: string,
  en: string,
  person: string | null = null,
): DemoArtist => ({
  key,
  name,
  city: { zh: city[0], en: city[1] },
  genre,
  bio: { zh, en },
  emblemSeed: `demo-${key}`,
  person,
})

// oxfmt-ignore
export const demoArtists: DemoArtist[] = [
  artist('linshen', LIN, ['杭州', 'Hangzhou'], 'Synth Pop', '在杭州写歌的唱作人。歌里总有雨、末班车和一封没寄出的信,声音很近,节拍却想跳舞。', 'Singer and songwriter from Hangzhou. Her songs hold rain, last buses and one unsent letter; the voice stays close while the beat wants to dance.', 'artist@demo.example'),
  artist('beacon', '夜航灯 Night Beacon', ['上海', 'Shanghai'], 'City Pop', '两个人,一台老合成器,一座不肯睡的城市。他们把下班路上的霓虹写成可以开车听的歌。', 'Two people, one old synthesiser and a city that will not sleep. They turn the neon of the way home into songs for driving.'),
  artist('comet', 'Paper Comet', ['柏林', 'Berlin'], 'Indie Rock', '四个在柏林相遇的朋友,吉他从低语走到山崩,再走回来。', 'Four friends who met in Berlin. Their guitars walk from a whisper to a landslide and find the way back.'),
  artist('mohan', MO, ['成都', 'Chengdu'], 'Lo-fi', '制作人,住在成都的顶楼。白天替别人混音,凌晨四点给自己留一盘磁带。', 'A producer on a top floor in Chengdu. By day he mixes for others; at four in the morning he keeps one tape for himself.', 'producer@demo.example'),
  artist('egret', '白鹭电台 Egret Radio', ['厦门', 'Xiamen'], 'Bossa', '厦门骑楼下的三人组,尼龙弦吉他、低音提琴和一把不着急的嗓子。', 'A trio from the arcades of Xiamen: nylon guitar, double bass and a voice in no hurry.'),
  artist('ines', 'Inês Calloway', ['里斯本', 'Lisbon'], 'Piano', '钢琴家。她在里斯本一架借来的立式钢琴上录音,留下踏板的声音和窗外的电车。', 'A pianist who records on a borrowed upright in Lisbon and leaves the pedals and the quiet in.'),
  artist('inkside', '砚边 Inkside', ['西安', "Xi'an"], 'Guofeng', '古筝、二胡、竹笛与一台笔记本电脑。砚边把五声音阶写成今天的风景。', 'Guzheng, erhu, bamboo flute and one laptop. Inkside writes today’s landscapes in five notes.'),
  artist('kilobit', 'KILOBIT 千比特', ['深圳', 'Shenzhen'], 'Chiptune', '深圳的芯片音乐人,只用四个声道,却总能塞进一整个夏天。', 'A chip musician from Shenzhen who has only four channels and still fits a whole summer in.'),
  artist('halogen', 'Halogen Fields', ['曼彻斯特', 'Manchester'], 'Drum & Bass', '白天是气象学者,夜里做鼓打贝斯。碎拍像雨,铺底像云。', 'Meteorologist by day, drum and bass by night. The breaks fall like rain and the pads drift like cloud.'),
  artist('snowline', '雪线合唱团 Snowline Choir', ['丽江', 'Lijiang'], 'Choral', '二十四位业余歌者,每周三在山下的小学排练,歌声比海拔更高。', 'Twenty-four amateurs who rehearse on Wednesdays in a village school and sing higher than the altitude.'),
  artist('ada', 'Ada Merrow', ['戈尔韦', 'Galway'], 'Folk', '来自爱尔兰西海岸的民谣歌手,一把旧吉他,许多关于灯塔和远行的故事。', 'A folk singer from the Irish west coast with one old guitar and many stories of lighthouses and leaving.'),
  artist('soda', '三号汽水厂 Soda Works No. 3', ['广州', 'Guangzhou'], 'Funk', '广州的放克乐队,在废弃的汽水厂排练。贝斯冒泡,铜管开瓶。', 'A funk band rehearsing in a disused soda factory in Guangzhou. The bass fizzes, the brass pops the caps.'),
]

const release = (
  key: string,
  title: string,
  by: string,
  kind: DemoRelease['kind'],
  date: string,
  genre: string,
  priceFen: number,
  zh: string,
  en: string,
  more: Partial<DemoRelease> = {},
): DemoRelease => ({
  key,
  title,
  artist: by,
  kind,
  date,
  genre,
  priceFen,
  nameYourPrice: false,
  label: null,
  description: { zh, en },
  ...more,
})

// oxfmt-ignore
export const demoReleases: DemoRelease[] = [
  release('slow-star', '慢星', 'linshen', 'album', '2026-03-20', 'Synth Pop', 3800, '五首写给慢的人的歌。每首都有一颗星,走得比我们晚一点到。', 'Five songs for people who are slow. In each there is a star that arrives a little later than we do.', { label: LABEL }),
  release('letters', '南方来信', 'linshen', 'ep', '2025-06-13', 'Folk', 1800, '一把木吉他,三封回不去的信。苏问写词。', 'One wooden guitar and three letters that cannot be returned. Words by Su Wen.', { label: LABEL }),
  release('tide-table', '潮汐表', 'linshen', 'single', '2026-09-25', 'Trip-hop', 600, '两面海:涨潮一首,退潮一首。', 'Two sides of one sea: a song for high water, a song for low.', { label: LABEL }),
  release('neon-weather', '霓虹天气', 'beacon', 'ep', '2025-10-17', 'City Pop', 1800, '今晚的天气:局部有霓虹。', 'Tonight: scattered neon.', { label: LABEL }),
  release('last-metro', '末班地铁', 'beacon', 'single', '2026-07-03', 'Synth Pop', 0, '夜航灯与林深在末班车上写的一首歌。想付多少都可以。', 'A song Night Beacon and Lin Shen wrote on the last train. Pay what you like.', { label: LABEL, nameYourPrice: true }),
  release('unlit', 'Maps for the Unlit', 'comet', 'album', '2025-11-07', 'Post-rock', 3200, '给没有灯的地方画的四张地图。', 'Four maps for places without lamps, drawn mostly in feedback.'),
  release('kite-weather', 'Kite Weather', 'comet', 'single', '2026-05-15', 'Indie Rock', 300, '一分多钟的风。', 'A minute and a bit of wind.'),
  release('tapes', '凌晨样带', 'mohan', 'ep', '2025-04-04', 'Lo-fi', 0, '凌晨四点的四盘样带,没有母带处理。拿去用,喜欢就付一点。', 'Four sketches from four in the morning, never mastered. Take them; pay if they keep you company.', { nameYourPrice: true, label: LABEL }),
  release('low-orbit', 'Low Orbit', 'mohan', 'single', '2026-08-21', 'House', 800, '贴着地面飞的两首浩室。', 'Two house tracks that fly close to the ground.', { label: LABEL }),
  release('arcade', '骑楼下', 'egret', 'ep', '2026-04-10', 'Bossa', 1600, '下雨的时候,整条街都在骑楼下排队等一首歌。', 'When it rains the whole street waits under the arcade for a song.'),
  release('nocturnes', 'Nocturnes for a Borrowed Piano', 'ines', 'album', '2025-02-14', 'Piano', 2800, '四首夜曲,录于一架要在月底归还的钢琴。', 'Four nocturnes recorded on a piano that had to be returned by the end of the month.'),
  release('closing', 'Café, Closing', 'ines', 'ep', '2026-01-30', 'Waltz', 1200, '打烊前的三支圆舞曲,椅子已经倒扣在桌上。', 'Three waltzes for after the chairs have gone up on the tables.'),
  release('paper-hills', '纸上山水', 'inkside', 'album', '2025-09-12', 'Guofeng', 3600, '一张宣纸,四层墨色。山是古筝,水是二胡,留白是呼吸。', 'One sheet of paper, four depths of ink: hills of guzheng, water of erhu, and breath where nothing is drawn.'),
  release('listening-rain', '听雨', 'inkside', 'single', '2026-06-19', 'Guofeng', 0, '屋檐下的一场雨,送给路过的人。', 'Rain under the eaves, given to whoever passes.', { nameYourPrice: true }),
  release('continue', 'Continue? 再来一局', 'kilobit', 'ep', '2025-07-18', 'Chiptune', 1000, '四关,三条命,没有存档。', 'Four levels, three lives, no saving.'),
  release('breakwater', 'Breakwater', 'halogen', 'ep', '2026-02-27', 'Drum & Bass', 1500, '在防波堤上等一场风暴,174 拍。', 'Waiting for a storm on the harbour wall, at 174 beats a minute.'),
  release('weather', 'Weather Without Us', 'halogen', 'ep', '2025-12-05', 'Ambient', 1500, '没有人的天气:三张慢慢变化的云图。', 'Weather with nobody in it: three slowly changing charts.'),
  release('above-snow', '雪线以上', 'snowline', 'ep', '2026-01-09', 'Choral', 2000, '在海拔三千二百米的教室里录音,窗户没有关。', 'Recorded in a classroom at 3,200 metres with the windows open.'),
  release('lighthouse', 'The Long Way to the Lighthouse', 'ada', 'album', '2025-08-29', 'Folk', 3000, '沿着海岸走了四天,每天一首歌。', 'Four days on foot along the coast, one song a day.'),
  release('on-ice', '冰镇', 'soda', 'ep', '2026-07-24', 'Funk', 1600, '开瓶即饮,趁冰。', 'Open, pour, dance before it gets warm.', { label: LABEL }),
]

type Row = [
  release: string,
  key: string,
  title: string,
  style: string,
  bpm: number,
  tonic: string,
  take: number,
  more?: { voice?: string; aim?: number; words?: string; with?: string[]; paid?: true; first?: true; producer?: string },
]
const minor = new Set(['lofi', 'funk', 'house', 'dnb', 'nocturne', 'waltz', 'yu', 'triphop'])
/** The songs: release, key, title, style, beats a minute, tonic, and which of the style's alternatives. `words` names the lyricist of a sung track. */
// oxfmt-ignore
const rows: Row[] = [
  ['slow-star', 'slow-star', '慢星', 'synthpop', 112, 'D', 0, { voice: 'lin', words: LIN, first: true, producer: MO }],
  ['slow-star', 'borrowed-umbrella', '借伞', 'citypop', 98, 'F', 1, { voice: 'lin', words: SU, producer: MO }],
  ['slow-star', 'window-seat', '靠窗', 'dream', 94, 'E', 0, { voice: 'lin', words: LIN, producer: MO }],
  ['slow-star', 'unsent', '未寄', 'ballad', 74, 'C', 0, { voice: 'lin', words: SU, producer: MO }],
  ['slow-star', 'arrive-late', '晚到的光', 'synthpop', 122, 'A', 2, { voice: 'lin', words: LIN, producer: MO, paid: true }],
  ['letters', 'rice-field-post', '稻田邮局', 'folk', 96, 'G', 1, { voice: 'lin', words: SU }],
  ['letters', 'plum-rain', '梅雨', 'ballad', 72, 'F', 1, { voice: 'lin', words: SU }],
  ['letters', 'old-bridge', '老桥', 'folk', 84, 'D', 2, { voice: 'lin', words: SU }],
  ['tide-table', 'high-water', '涨潮', 'triphop', 86, 'B', 0, { voice: 'lin', words: SU, producer: MO }],
  ['tide-table', 'low-water', 'Low Water', 'dream', 88, 'G', 1, { voice: 'lin', words: LIN, producer: MO, paid: true }],
  ['neon-weather', 'convenience', '便利店的月亮', 'citypop', 106, 'D', 0, { voice: 'beacon', words: SU }],
  ['neon-weather', 'elevated-road', '高架', 'synthpop', 116, 'E', 1, { voice: 'beacon', words: 'Chen Lu 陈鹿' }],
  ['neon-weather', 'night-forecast', '夜间预报', 'citypop', 112, 'A', 2, { voice: 'beacon', words: 'Chen Lu 陈鹿' }],
  ['last-metro', 'last-metro', '末班地铁', 'synthpop', 106, 'G', 1, { voice: 'beacon', words: LIN, with: ['linshen'], producer: MO }],
  ['unlit', 'streetlamp-atlas', 'Streetlamp Atlas', 'indie', 132, 'A', 0, { voice: 'comet', words: 'Jonas Reuter' }],
  ['unlit', 'contour-lines', 'Contour Lines', 'postrock', 118, 'E', 0, {}],
  ['unlit', 'north-of-anything', 'North of Anything', 'indie', 116, 'D', 1, { voice: 'comet', words: 'Jonas Reuter' }],
  ['unlit', 'legend', 'Legend', 'dream', 100, 'C', 2, { voice: 'comet', words: 'Jonas Reuter', paid: true }],
  ['kite-weather', 'kite-weather', 'Kite Weather', 'indie', 134, 'G', 2, { voice: 'comet', words: 'Jonas Reuter' }],
  ['tapes', 'tape-one', '楼顶', 'lofi', 78, 'D', 0, { first: true, aim: 54 }],
  ['tapes', 'tape-two', '热水壶', 'lofi', 84, 'G', 1, {}],
  ['tapes', 'tape-three', '没关的灯', 'lofi', 74, 'A', 2, { voice: 'moon', words: SU, with: ['linshen'] }],
  ['tapes', 'tape-four', '天亮之前', 'lofi', 68, 'E', 3, {}],
  ['low-orbit', 'low-orbit', 'Low Orbit', 'house', 122, 'A', 0, { voice: 'beacon', words: SU, with: ['beacon'] }],
  ['low-orbit', 'perigee', 'Perigee', 'house', 126, 'E', 1, { aim: 70 }],
  ['arcade', 'arcade-rain', '骑楼下', 'bossa', 126, 'F', 0, { voice: 'egret', words: 'Lan Ting 蓝汀' }],
  ['arcade', 'ferry-bell', '轮渡', 'bossa', 138, 'C', 1, { voice: 'egret', words: 'Lan Ting 蓝汀' }],
  ['arcade', 'banyan', '榕树', 'waltz', 132, 'D', 2, { voice: 'egret', words: 'Lan Ting 蓝汀' }],
  ['nocturnes', 'nocturne-1', 'Nocturne I: The Key Under the Pot', 'nocturne', 66, 'C#', 0, { first: true, aim: 52 }],
  ['nocturnes', 'nocturne-2', 'Nocturne II: Tram 28, Empty', 'nocturne', 72, 'F', 1, { aim: 68 }],
  ['nocturnes', 'nocturne-3', 'Nocturne III: Neighbour, Practising', 'nocturne', 60, 'G', 2, { aim: 64 }],
  ['nocturnes', 'nocturne-4', 'Nocturne IV: Returning It', 'nocturne', 78, 'B', 4, { aim: 74, paid: true }],
  ['closing', 'last-waltz', 'The Chairs Go Up', 'waltz', 138, 'A', 0, { aim: 58 }],
  ['closing', 'two-sugars', 'Two Sugars', 'waltz', 156, 'G', 1, { aim: 62 }],
  ['closing', 'closing-time', 'Who Locks the Door', 'waltz', 120, 'E', 4, { voice: 'ada', words: 'Ada Merrow', with: ['ada'] }],
  ['paper-hills', 'first-ink', '初墨', 'guofeng', 76, 'D', 0, { aim: 66 }],
  ['paper-hills', 'far-hills', '远山', 'guofeng', 84, 'G', 1, { voice: 'moon', words: SU }],
  ['paper-hills', 'lone-boat', '孤舟', 'yu', 64, 'E', 0, { aim: 70 }],
  ['paper-hills', 'blank-space', '留白', 'yu', 72, 'A', 2, { voice: 'moon', words: SU, paid: true }],
  ['listening-rain', 'listening-rain', '听雨', 'yu', 58, 'D', 1, { aim: 72 }],
  ['continue', 'level-one', '第一关:阳台', 'chiptune', 140, 'C', 0, { first: true, aim: 46 }],
  ['continue', 'level-two', '第二关:天台', 'chiptune', 156, 'A', 1, { aim: 52 }],
  ['continue', 'level-three', '第三关:云', 'chiptune', 128, 'F', 2, { aim: 60 }],
  ['continue', 'game-over', 'Continue?', 'chiptune', 168, 'D', 3, { aim: 50 }],
  ['breakwater', 'breakwater', 'Breakwater', 'dnb', 174, 'F', 0, { voice: 'comet', words: 'Jonas Reuter', with: ['comet'] }],
  ['breakwater', 'groundswell', 'Groundswell', 'dnb', 172, 'D', 1, { aim: 70 }],
  ['breakwater', 'isobar', 'Isobar', 'dnb', 176, 'G', 2, { aim: 62, paid: true }],
  ['weather', 'cirrus', 'Cirrus', 'ambient', 64, 'F', 0, { aim: 76 }],
  ['weather', 'virga', 'Virga', 'ambient', 72, 'D', 1, { aim: 68 }],
  ['weather', 'petrichor', 'Petrichor', 'pulse', 116, 'G', 0, { aim: 64 }],
  ['above-snow', 'above-snow', '雪线以上', 'choral', 72, 'D', 0, { voice: 'choir', words: 'He Xue 和雪' }],
  ['above-snow', 'wednesday', '星期三', 'choral', 80, 'G', 1, { voice: 'choir', words: 'He Xue 和雪' }],
  ['above-snow', 'bell-slope', '钟坡', 'choral', 64, 'F', 3, { aim: 66 }],
  ['lighthouse', 'day-one-salt', 'Day One: Salt', 'folk', 100, 'C', 0, { voice: 'ada', words: 'Ada Merrow' }],
  ['lighthouse', 'day-two-gulls', 'Day Two: Gulls', 'folk', 88, 'A', 3, { voice: 'ada', words: 'Ada Merrow' }],
  ['lighthouse', 'day-three-fog', 'Day Three: Fog', 'ballad', 76, 'E', 1, { voice: 'ada', words: 'Ada Merrow' }],
  ['lighthouse', 'day-four-light', 'Day Four: Light', 'folk', 108, 'F', 1, { voice: 'ada', words: 'Ada Merrow', paid: true }],
  ['on-ice', 'on-ice', '冰镇', 'funk', 108, 'D', 0, { voice: 'soda', words: 'Leung Ka 梁嘉' }],
  ['on-ice', 'bottle-cap', '瓶盖', 'funk', 100, 'E', 1, { voice: 'soda', words: 'Leung Ka 梁嘉' }],
  ['on-ice', 'heat-wave', '高温红色预警', 'funk', 116, 'G', 2, { voice: 'soda', words: 'Leung Ka 梁嘉' }],
]

const songs = new Map<string, Song>(
  rows.map(([, key, , style, bpm, tonic, take, more = {}]) => [
    key,
    {
      key,
      style,
      bpm,
      tonic,
      take,
      voice: more.voice,
      aim: more.aim ?? 60,
      lyrics: more.words ? (lyricsChinese[key] ?? lyricsEnglish[key]) : undefined,
    },
  ]),
)
const scores = new Map<string, Score>()
/** The score of a track, composed once. Throws on an unknown key. */
export function scoreOf(trackKey: string): Score {
  const known = scores.get(trackKey)
  if (known) return known
  const song = songs.get(trackKey)
  if (!song) throw new Error(`no demo track has the key ${trackKey}`)
  const score = compose(song)
  scores.set(trackKey, score)
  return score
}

const nameOf = (key: string) => demoArtists.find(a => a.key === key)!.name
function track(row: Row, all: readonly Row[]): DemoTrack {
  const [releaseKey, key, title, style, bpm, tonic, , more = {}] = row
  const by = demoReleases.find(r => r.key === releaseKey)!.artist
  const featured = more.with ?? []
  const [name, producer] = [nameOf(by), more.producer ?? (by === 'ada' || by === 'linshen' ? MO : nameOf(by))]
  const credits: DemoTrack['credits'] = [{ name, role: 'composer' }]
  if (more.words) credits.push({ name: more.words, role: 'lyricist' })
  credits.push({ name: producer, role: 'producer' }, { name: producer, role: 'arranger' })
  for (const performer of [name, ...featured.map(nameOf)]) credits.push({ name: performer, role: 'performer' })
  credits.push({ name: producer, role: 'mixing' }, { name: 'Ottilie Brandt', role: 'mastering' })
  return {
    key,
    title,
    release: releaseKey,
    artist: by,
    featured,
    disc: 1,
    number: all.filter(r => r[0] === releaseKey).indexOf(row) + 1,
    isrc: null,
    bpm,
    musicalKey: minor.has(style) ? `${tonic}m` : tonic,
    genre: styles[style]!.genre,
    instrumental: !more.words,
    language: more.words ? (key in lyricsChinese ? 'zh' : 'en') : null,
    credits,
    free: !more.paid,
    first: more.first ?? false,
    durationMs: Math.round(scoreOf(key).seconds * 1000),
  }
}

let tracks: DemoTrack[] | undefined
/** All 60 tracks. Composing their scores (for the lengths) takes a fraction of a second, once. */
export const demoTracks = (): DemoTrack[] => (tracks ??= rows.map(row => track(row, rows)))

/** The lyrics with the times the singer sings them, or null for an instrumental. The words of a line joined are its text. */
export function lyricsOf(trackKey: string): Lyrics | null {
  const { lines, song } = scoreOf(trackKey)
  if (!lines.length) return null
  const ms = (s: number) => Math.round(s * 1000)
  return {
    language: song.key in lyricsChinese ? 'zh' : 'en',
    lines: lines.map(({ text, translation, words }) => ({
      startMs: ms(words[0]!.start),
      endMs: ms(words.at(-1)!.end),
      text,
      translation,
      words: words.map(w => ({ text: w.text, startMs: ms(w.start), endMs: ms(w.end) })),
    })),
  }
}
