/** What is played and booked in the hall of the demo world. Days count from the day it is made; hours are those of China. */
import type { Plan } from '../../shared/seating-plan.ts'
import type { Draw } from './sales-words.ts'

const row = (seats: number, shift = 0) => (shift === 0 ? { seats } : { seats, shift })
/** The hall: curved stalls in two halves, tables at the sides, a standing pit, a raised balcony. */
export const hallPlan: Plan = {
  form: 1,
  width: 2400,
  height: 2300,
  focus: { x: 1200, y: 240 },
  categories: [
    { key: 'front', name: '前区', colour: 0 },
    { key: 'rear', name: '后区', colour: 1 },
    { key: 'table', name: '卡座', colour: 2 },
    { key: 'balcony', name: '楼座', colour: 3 },
    { key: 'pit', name: '站区', colour: 4 },
  ],
  items: [
    { id: 'stage', kind: 'stage', x: 1200, y: 150, turn: 0, name: '舞台', shape: 'rect', width: 1100, height: 220 },
    {
      id: 'pit',
      kind: 'area',
      x: 1200,
      y: 430,
      turn: 0,
      name: '站区',
      category: 'pit',
      shape: 'rect',
      width: 900,
      height: 220,
      capacity: 80,
    },
    {
      id: 'front',
      kind: 'rows',
      x: 1200,
      y: 640,
      turn: 0,
      name: '池座',
      category: 'front',
      rows: [14, 15, 16, 17, 18].map(seats => row(seats)),
      seatGap: 62,
      rowGap: 92,
      curve: 1500,
      rowNames: { style: 'letters', from: 1, backwards: false, skip: true },
      seatNames: { style: 'plain', from: 1, backwards: false },
      marks: { '4.0': { accessible: true }, '4.1': { companion: true }, '4.17': { accessible: true }, '4.16': { companion: true } },
    },
    {
      id: 'rear',
      kind: 'rows',
      x: 1200,
      y: 1180,
      turn: 0,
      name: '后座',
      category: 'rear',
      rows: [19, 20, 20, 21].map(seats => row(seats)),
      seatGap: 62,
      rowGap: 92,
      curve: 2000,
      rowNames: { style: 'letters', from: 6, backwards: false, skip: true },
      seatNames: { style: 'plain', from: 1, backwards: false },
      marks: { '0.0': { restricted: true }, '0.18': { restricted: true } },
    },
    ...([0, 1, 2] as const).flatMap(n =>
      ([0, 1] as const).map(side => ({
        id: `t${side}${n}`,
        kind: 'table' as const,
        x: side === 0 ? 330 : 2070,
        y: 560 + n * 260,
        turn: 0,
        name: `卡座 ${n * 2 + side + 1}`,
        category: 'table',
        shape: 'round' as const,
        chairs: 6,
        width: 120,
        height: 120,
        whole: n === 0,
        marks: {},
      })),
    ),
    {
      id: 'balcony',
      kind: 'rows',
      x: 1200,
      y: 1780,
      turn: 0,
      name: '楼座',
      category: 'balcony',
      rows: [22, 24, 24].map(seats => row(seats)),
      seatGap: 64,
      rowGap: 100,
      curve: 2600,
      rowNames: { style: 'numbers', from: 1, backwards: false, skip: false },
      seatNames: { style: 'centre', from: 1, backwards: false },
      marks: {},
    },
    { id: 'bar', kind: 'label', x: 330, y: 1500, turn: 0, name: '吧台', size: 60 },
    { id: 'door', kind: 'label', x: 2070, y: 1500, turn: 0, name: '入口', size: 60 },
  ],
}

export type DemoShow = {
  key: string
  title: string
  about: string
  series?: string
  acts: readonly string[]
  /** Days from the day the world is made, and the hour in China. */
  inDays: number
  hour: number
  hours: number
  minAge?: number
  sale?: 'lottery'
  /** Drawn so many days ago among so many listeners and the fan; without it, it is open. */
  drawn?: { ago: number; people: number }
  seated: boolean
  city?: string
  place?: string
  tiers: readonly {
    key: string
    name: string
    price: number
    capacity?: number
    sections?: string[]
    colour: string
    about?: string
    secret?: boolean
  }[]
  picture: Draw
  sold: number
}
const hallTiers = (base: number) => [
  { key: 'pit', name: '站票', price: base, sections: ['pit'], colour: '#d9703f', about: '离舞台最近，站着。' },
  { key: 'front', name: '池座', price: base + 16_000, sections: ['front'], colour: '#3f6fb5' },
  { key: 'rear', name: '后座', price: base + 6000, sections: ['rear'], colour: '#4f9a76' },
  { key: 'table', name: '卡座', price: base + 26_000, sections: ['table'], colour: '#9a5fb0', about: '含一杯饮品；前两桌整桌出。' },
  { key: 'balcony', name: '楼座', price: base, sections: ['balcony'], colour: '#b7952f' },
]
export const demoShows: readonly DemoShow[] = [
  {
    key: 'slow',
    title: '林深「慢星」巡演 · 厦门',
    series: '慢星 2026–27',
    about: '录了一百天的专辑，第一次完整地弹一遍。上半场一个人，下半场和夜航灯一起。\n\n20:00 准时开始，没有暖场。',
    acts: ['linshen', 'beacon'],
    inDays: 24,
    hour: 20,
    hours: 2,
    seated: true,
    tiers: hallTiers(16_000),
    picture: ['hall', 1],
    sold: 96,
  },
  {
    key: 'rain',
    title: '夜航灯：雨季专场',
    about: '一支写海边的乐队，回到海边演。这场全体站立，带双好走的鞋。',
    acts: ['beacon'],
    inDays: 10,
    hour: 20,
    hours: 2,
    seated: false,
    tiers: [
      { key: 'early', name: '早鸟', price: 9900, capacity: 60, colour: '#4f9a76' },
      { key: 'stand', name: '站票', price: 13_800, capacity: 220, colour: '#3f6fb5' },
      { key: 'friends', name: '老朋友票', price: 6800, capacity: 20, colour: '#9a5fb0', secret: true, about: '有暗号的人才看得见。' },
    ],
    picture: ['hall', 0],
    sold: 150,
  },
  {
    key: 'last',
    title: '岁末点灯夜',
    about: '每年最后一场，人多票少，所以抽签：报名的人公平地抽，种子提前公布，谁都可以重新抽一遍。',
    acts: ['linshen', 'egret', 'inkside'],
    inDays: 40,
    hour: 19,
    hours: 4,
    sale: 'lottery',
    seated: true,
    tiers: hallTiers(12_000),
    picture: ['hall', 3],
    sold: 0,
  },
  {
    key: 'field',
    title: '堤岸草地音乐节',
    about: '两天一个下午到天黑，六组人，草地随便坐。小孩一米二以下不用票。',
    acts: ['egret', 'inkside', 'soda', 'kilobit'],
    inDays: 58,
    hour: 15,
    hours: 7,
    seated: false,
    city: '厦门',
    place: '观音山草地',
    tiers: [
      { key: 'day', name: '单日票', price: 18_800, capacity: 1200, colour: '#4f9a76' },
      { key: 'pair', name: '双人票（每人）', price: 16_800, capacity: 400, colour: '#3f6fb5' },
    ],
    picture: ['concertgoers', 0],
    sold: 60,
  },
  {
    key: 'attic',
    title: '阁楼不插电：林深与两把椅子',
    about: '三楼录音棚，只放得下二十个人。不插电，不录音，唱完一起喝茶。抽签已经抽过，没抽中的按顺序候补。',
    acts: ['linshen'],
    inDays: 17,
    hour: 20,
    hours: 1,
    sale: 'lottery',
    drawn: { ago: 1, people: 23 },
    seated: false,
    tiers: [
      { key: 'floor', name: '坐垫', price: 12_000, capacity: 12, colour: '#d9703f', about: '离得最近，自带袜子。' },
      { key: 'wall', name: '靠墙', price: 9000, capacity: 8, colour: '#3f6fb5' },
    ],
    picture: ['studio', 1],
    sold: 0,
  },
  {
    key: 'past',
    title: '白鹭电台：涨潮',
    about: '一台老收音机、两把吉他。',
    acts: ['egret'],
    inDays: -16,
    hour: 20,
    hours: 2,
    seated: true,
    tiers: hallTiers(9000),
    picture: ['hall', 2],
    sold: 84,
  },
]

export type DemoResource = { key: string; picture: Draw; authors?: number } & Record<'given', Record<string, unknown>>
const open = (weekdays: number[], opens: number, closes: number) =>
  weekdays.map(weekday => ({ weekday, opens: opens * 60, closes: closes * 60 }))
const week = [1, 2, 3, 4, 5, 6, 7]
const bands = (day: number, evening: number) => [
  { title: '白天', priority: 0, weekdays: week, holidays: 'same', opens: 0, closes: 1440, fromDay: null, toDay: null, unit: 60, amount: String(day) },
  { title: '晚上', priority: 5, weekdays: week, holidays: 'same', opens: 1080, closes: 1800, fromDay: null, toDay: null, unit: 60, amount: String(evening) },
  { title: '周五周六与节日', priority: 9, weekdays: [5, 6], holidays: 'also', opens: 1080, closes: 1800, fromDay: null, toDay: null, unit: 60, amount: String(Math.round(evening * 1.4)) },
] // prettier-ignore
const ktv = (key: string, title: string, capacity: number, day: number, evening: number, seed: number): DemoResource => ({
  key,
  picture: ['ktv', seed],
  given: {
    kind: 'ktv',
    title,
    about: '楼上的房间，隔音做得很认真。点歌按作品记数，每月从房费里拿出百分之五分给被唱到的词曲作者。',
    place: '港湾厅二楼',
    address: '环岛路 88 号',
    city: '厦门',
    country: 'CN',
    zone: 'Asia/Shanghai',
    capacity,
    equipment: ['无线话筒 × 2', '铃鼓', '点歌平板', '可带自己的酒水'],
    step: 60,
    shortest: 60,
    longest: 360,
    after: 15,
    ahead: 60,
    deposit: 3000,
    noShow: 20,
    ladder: [
      { hours: 24, bp: 10_000 },
      { hours: 3, bp: 5000 },
    ],
    authors: 500,
    hours: open(week, 12, 26),
    bands: bands(day, evening),
  },
})
export const demoResources: readonly DemoResource[] = [
  ktv('ktv1', '小房间「潮间带」', 5, 6800, 12_800, 0),
  ktv('ktv2', '中房间「灯塔」', 9, 9800, 18_800, 1),
  ktv('ktv3', '大房间「远洋」', 16, 15_800, 28_800, 2),
  ktv('ktv4', '派对房「船坞」', 30, 26_800, 48_800, 0),
  {
    key: 'rehearsal',
    picture: ['rehearsal', 0],
    given: {
      kind: 'rehearsal',
      title: '排练室 A',
      about: '四十平米，鼓、两只吉他箱、贝斯箱、键盘都在。提前十分钟来开门。',
      place: '港湾厅一楼',
      address: '环岛路 88 号',
      city: '厦门',
      country: 'CN',
      zone: 'Asia/Shanghai',
      capacity: 8,
      equipment: ['Gretsch 鼓', '吉他箱 × 2', '贝斯箱', '八路小调音台'],
      step: 60,
      shortest: 120,
      longest: 600,
      before: 0,
      after: 30,
      deposit: 10_000,
      noShow: 30,
      ladder: [{ hours: 24, bp: 10_000 }],
      hours: open(week, 10, 24),
      bands: bands(6000, 9000),
    },
  },
  {
    key: 'studio',
    picture: ['studio', 0],
    given: {
      kind: 'studio',
      title: '录音棚（含录音师）',
      about: '一间控制室、一间人声室。录音师阿泽会在。',
      place: '港湾厅三楼',
      address: '环岛路 88 号',
      city: '厦门',
      country: 'CN',
      zone: 'Asia/Shanghai',
      capacity: 6,
      equipment: ['32 路调音台', 'U87 同级话筒', '监听三对'],
      step: 60,
      shortest: 120,
      longest: 600,
      lead: 720,
      after: 30,
      deposit: 5000,
      least: '80000',
      ladder: [
        { hours: 72, bp: 10_000 },
        { hours: 24, bp: 5000 },
      ],
      hours: open([2, 3, 4, 5, 6, 7], 10, 22),
      bands: bands(38_000, 42_000),
    },
  },
]

/** What sellers say of their things in English, by their keys: one text has both, as guests from elsewhere come too. */
const english: Readonly<Record<string, string>> = {
  tee: 'The first shirt in the label’s three years. 220 g combed cotton; the ringed planet on the chest is printed thin and outlasts twenty washes. The model is 172 cm and wears M.',
  lp: 'Lin Shen’s first record on vinyl: 180 g, 33 rpm, cut straight from the master tape. With a fold-out of the lyrics and a download code. 300 copies, then no more.',
  lp2: 'The pressing plant says next month. Order now and yours is sent first; until it is sent you can have your money back at any time.',
  tape: 'One a year: everyone on the label picks a song that did not come out. Labelled by hand, each tape numbered.',
  tote: '12 oz canvas, handles long enough for a shoulder. True to its name: thirty-two centimetres square, just right.',
  pin: 'Enamel, 28 mm, just right on a bag.',
  cap: 'Washed cotton, embroidered and not printed. Adjustable at the back.',
  poster: 'Four-colour screen print, A2, 120 of them pulled by the designer. Sent rolled, never folded.',
  zine: 'Forty-eight pages on the hundred days of recording Slow Star. On paper; you name the price, not below what printing and postage cost.',
  box: 'All three together for 46 yuan less. Whoever packs it writes you a card by hand.',
  song: 'About a minute, one guitar, one voice: for a birthday, a wedding, a farewell, or an afternoon nobody has spoken of yet. Four a month, no more.',
  master:
    'Made by Mo Han in the label’s own room, on three pairs of speakers, until midnight. One loud enough for streaming, one with room for vinyl.',
  woods: 'An unreleased sketch every month, tickets a day early. The money pays the rent of the studio.',
  evening: 'Good for the six KTV rooms and the rehearsal room, in as many parts as you like.',
  wine: 'From November to February, with cinnamon and orange. Hot apple juice instead if you prefer.',
  slow: 'The album that took a hundred days, played whole for the first time: alone at first, then with Night Beacon. Starts at 20:00 sharp, no opening act.',
  rain: 'A band that writes about the seaside comes back to play there. All standing: bring good shoes.',
  last: 'The last show of the year has more friends than seats, so places are drawn: fairly among all who enter, by a seed that is committed to before, so that anyone can draw it again.',
  field: 'Two days from the afternoon until dark, six acts, sit on the grass where you like. Children below 1.2 m need no ticket.',
  attic:
    'A studio on the third floor for twenty people. Unplugged, unrecorded, tea afterwards. The draw is over; whoever was not drawn waits in turn.',
  past: 'One old radio, two guitars.',
  ktv: 'Upstairs, and properly soundproof. Songs are counted by work: five per cent of what rooms cost goes to the authors of what was sung.',
  rehearsal: 'Forty square metres with drums, two guitar amps, a bass amp and keys. Come ten minutes early, we open up.',
  studio: 'A control room and a vocal booth. A Ze, the engineer, is there.',
  hall: 'An old warehouse by the quay, a wooden floor, room for three hundred. Six KTV rooms upstairs, a rehearsal room below, a studio on the third floor.',
  venue: 'Tickets, the rooms upstairs, the rehearsal room.',
  label: 'We press the records and wear the shirts. Sent on Tuesdays and Fridays.',
}
/** Of rooms of a kind (`ktv1`, `ktv2`) the same is said. */
export function inBoth(key: string, about: string): string {
  const said = english[key] ?? english[key.replace(/\d+$/, '')]
  return said === undefined ? about : `${about}\n\n${said}`
}
