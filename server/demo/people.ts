/** The people of the demo world: the ones anyone can sign in as (password of all: `planet-demo`), musicians, and listeners. */
export const demoPassword = 'planet-demo'

export type DemoPerson = { email: string; name: string; roles?: readonly ('operator' | 'finance' | 'reviewer')[]; locale: 'zh' | 'en' }

export const signIns: readonly DemoPerson[] = [
  { email: 'fan@demo.example', name: '小满 Xiao Man', locale: 'zh' },
  { email: 'artist@demo.example', name: '林深 Lin Shen', locale: 'zh' },
  { email: 'lyricist@demo.example', name: 'Su Wen 苏问', locale: 'zh' },
  { email: 'producer@demo.example', name: 'Mo Han 莫寒', locale: 'zh' },
  { email: 'label@demo.example', name: '高月 Gao Yue', locale: 'zh' },
  { email: 'venue@demo.example', name: '周庭 Zhou Ting', locale: 'zh' },
  { email: 'brand@demo.example', name: '田果 Tian Guo', locale: 'zh' },
  { email: 'host@demo.example', name: '阿荔 Ali', locale: 'zh' },
  { email: 'reviewer@demo.example', name: '方白 Fang Bai', roles: ['reviewer'], locale: 'zh' },
  { email: 'finance@demo.example', name: '沈算 Shen Suan', roles: ['finance'], locale: 'zh' },
  { email: 'operator@demo.example', name: '陆航 Lu Hang', roles: ['operator'], locale: 'zh' },
]

/** Musicians who are credited and share in what is sold, by the name on the credit. */
export const musicians: readonly DemoPerson[] = [
  ['beacon', '夜航灯 Night Beacon', 'zh'],
  ['comet', 'Paper Comet', 'en'],
  ['egret', '白鹭电台 Egret Radio', 'zh'],
  ['ines', 'Inês Calloway', 'en'],
  ['inkside', '砚边 Inkside', 'zh'],
  ['kilobit', 'KILOBIT 千比特', 'zh'],
  ['halogen', 'Halogen Fields', 'en'],
  ['snowline', '雪线合唱团 Snowline Choir', 'zh'],
  ['ada', 'Ada Merrow', 'en'],
  ['soda', '三号汽水厂 Soda Works No. 3', 'zh'],
  ['chenlu', 'Chen Lu 陈鹿', 'zh'],
  ['jonas', 'Jonas Reuter', 'en'],
  ['lanting', 'Lan Ting 蓝汀', 'zh'],
  ['hexue', 'He Xue 和雪', 'zh'],
  ['leungka', 'Leung Ka 梁嘉', 'zh'],
  ['ottilie', 'Ottilie Brandt', 'en'],
].map(([key, name, locale]) => ({ email: `${key}@musicians.demo.example`, name: name!, locale: locale as 'zh' | 'en' }))

const listenerNames =
  '一禾 南乔 阿冬 Kite 半夏 青柠 周末 Juno 木子 海盐 云朵 Milo 北河 拾光 小鹿 Wren 橙子 慢慢 之之 Theo 山竹 晚风 豆包 Isla 知秋 白茶 九月 Remy 阿澈 团子 星野 Nova 可可 初一 阿泽 Lumi'.split(
    ' ',
  )
export const listeners: readonly DemoPerson[] = listenerNames.map((name, i) => ({
  email: `listener${i + 1}@listeners.demo.example`,
  name,
  locale: /[a-z]/i.test(name) ? 'en' : 'zh',
}))

export const organisations = [
  {
    key: 'label',
    owner: 'label@demo.example',
    name: 'Low Orbit Records 低轨唱片',
    kind: 'label',
    handle: 'low-orbit-records',
    city: '上海',
    bio: {
      zh: '一间小厂牌:只签听得见的人。合约在网上公开,结算单每个人都看得到。',
      en: 'A small label that signs people one can hear. Its contracts are public and everyone reads the same statement.',
    },
  },
  {
    key: 'venue',
    owner: 'venue@demo.example',
    name: 'Harbour Hall 港湾厅',
    kind: 'venue',
    handle: 'harbour-hall',
    city: '厦门',
    bio: { zh: '码头边的三百人小厅,楼上六间 KTV。', en: 'A room for three hundred by the docks, with six KTV rooms upstairs.' },
  },
  {
    key: 'brand',
    owner: 'brand@demo.example',
    name: '潮茶 Tea & Tide',
    kind: 'brand',
    handle: 'tea-and-tide',
    city: '广州',
    bio: { zh: '做茶的人,也爱听歌。', en: 'Tea makers who like to listen.' },
  },
] as const
