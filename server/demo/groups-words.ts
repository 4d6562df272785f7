/** What is said and planned in the groups of the demo world. Times are days before (−) or after (+) the moment it is made. */
import type { Scene } from '../composer/index.ts'

export type DemoGroup = {
  key: string
  handle: string
  kind: 'official' | 'fans'
  /** Key of the artist's page. */
  page: string | null
  owner: string
  hosts: readonly string[]
  name: string
  about: string
  charter: string
  joining: 'open' | 'ask'
  questions: readonly string[]
  cover: Scene
  /** Of the listeners: how many are in it, from which on. */
  from: number
  members: number
}
export type DemoComment = { by: string; text: string; artist?: boolean; below?: number }
export type DemoPost = {
  group: string
  by: string
  artist?: boolean
  daysAgo: number
  hour: number
  text: string
  pictures?: readonly Scene[]
  poll?: { question: string; options: readonly string[]; votes: readonly number[] }
  track?: number
  pinned?: boolean
  comments?: readonly DemoComment[]
  reactions: number
}

const fan = 'fan@demo.example'
const host = 'host@demo.example'
const artist = 'artist@demo.example'
const l = (n: number): string => `listener${n}@listeners.demo.example`

export const demoGroups: readonly DemoGroup[] = [
  {
    key: 'woods',
    handle: 'deep-woods',
    kind: 'official',
    page: 'linshen',
    owner: artist,
    hosts: [host],
    name: '深林 · 林深官方团',
    about: '林深的歌迷住的地方。每天早上八点一起听一首，每周五晚上读信。新来的，先去置顶的帖子打个招呼。',
    charter:
      '一、这里按“听过多少、做过什么”算等级，不按花了多少钱。\n二、不刷榜、不打投、不集资。\n三、转述行程请附来源；不拍、不传私人行程。\n四、意见不同就好好说；骂人的话会被收起来，并告诉你为什么。\n五、主持人也会犯错：任何处理都可以申诉，由另一个人来看。',
    joining: 'open',
    questions: [],
    cover: 'night',
    from: 0,
    members: 36,
  },
  {
    key: 'beacon',
    handle: 'lamp-keepers',
    kind: 'official',
    page: 'beacon',
    owner: 'beacon@musicians.demo.example',
    hosts: [l(4)],
    name: '守灯人 · 夜航灯',
    about: '排练房的门开着。Demo、失误和没写完的副歌，都先在这里放。',
    charter: '排练片段请留在灯里，不外传。其他的，随便聊。',
    joining: 'ask',
    questions: ['第一次听到夜航灯是哪首歌，在哪儿？'],
    cover: 'room',
    from: 6,
    members: 18,
  },
  {
    key: 'map',
    handle: 'city-sound-map',
    kind: 'fans',
    page: null,
    owner: host,
    hosts: [l(9)],
    name: '城市声音地图 City Sound Map',
    about: '我们收集城市的声音：早市、末班车、雨棚。也收集在这些地方听的歌。\nField recordings, and the songs one hears them with.',
    charter: '录音请写清时间和地点；录到别人说话，先问过再发。\nSay when and where; ask before you post a voice.',
    joining: 'open',
    questions: [],
    cover: 'street',
    from: 12,
    members: 22,
  },
  {
    key: 'common',
    handle: 'common-room',
    kind: 'official',
    page: 'ines',
    owner: 'ines@musicians.demo.example',
    hosts: [l(8)],
    name: 'The Common Room · Inês Calloway',
    about: 'Tea is on. Chords, drafts and long letters; listening parties on the first Sunday of the month.',
    charter: 'Be kind, be curious, cite your sources. Levels come from listening and helping, never from spending.',
    joining: 'open',
    questions: [],
    cover: 'morning',
    from: 3,
    members: 16,
  },
]

export const demoPosts: readonly DemoPost[] = [
  {
    group: 'woods',
    by: host,
    daysAgo: 58,
    hour: 2,
    pinned: true,
    text: '新来的朋友在这里报个到吧：你是从哪首歌走进林子的？\n\n每天听满十分钟有积分，签到随意，不催。兑换页里的东西都写着成本和库存，抽奖谁都可以自己验。',
    pictures: ['night'],
    comments: [
      { by: l(1), text: '从《慢星》进来的，那天加班到两点。' },
      { by: fan, text: '我妈放给我听的，哈哈，她现在比我等级高。' },
      { by: artist, text: '替我谢谢阿姨。', artist: true, below: 1 },
      { by: l(10), text: 'Hello from Lisbon! Found you through the rain song.' },
    ],
    reactions: 24,
  },
  {
    group: 'woods',
    by: artist,
    artist: true,
    daysAgo: 21,
    hour: 13,
    text: '棚里最后一天。鼓换成了一只鞋盒，别问为什么，听了就知道。\n这首大概月底给你们先听。',
    pictures: ['desk', 'room'],
    comments: [
      { by: l(3), text: '鞋盒是几码的' },
      { by: artist, text: '四十二码，声音偏暖。', artist: true, below: 0 },
      { by: l(14), text: '月底！我要定闹钟了' },
      { by: host, text: '月底那天早上八点我们一起按播放。' },
    ],
    reactions: 33,
  },
  {
    group: 'woods',
    by: l(2),
    daysAgo: 16,
    hour: 11,
    text: '把 B 面四首的歌词翻成了英文，已经提交审核，有一句拿不准：“把灯借给海”，lend 还是 leave？',
    track: 2,
    comments: [
      { by: l(8), text: 'Lend — you want the sea to give it back.' },
      { by: 'lyricist@demo.example', text: '写的时候想的就是“借”，会还的。' },
      { by: l(2), text: '那就 lend！谢谢苏问老师。', below: 1 },
    ],
    reactions: 19,
  },
  {
    group: 'woods',
    by: host,
    daysAgo: 12,
    hour: 4,
    text: '下个月的听歌夜，大家想从哪张开始？',
    poll: {
      question: '听歌夜从哪张开始',
      options: ['从头：第一张', '从 B 面开始', '只放没发过的 Demo', '随机，听天由命'],
      votes: [9, 14, 17, 5],
    },
    comments: [
      { by: l(20), text: 'Demo 当然是 Demo' },
      { by: l(27), text: 'B 面是良心' },
    ],
    reactions: 12,
  },
  {
    group: 'woods',
    by: fan,
    daysAgo: 8,
    hour: 14,
    text: '周末去海边，耳机里是第三首，船刚好从画面里开过去。没有修图。',
    pictures: ['lake'],
    comments: [
      { by: l(5), text: '第三首就是要看海的时候听' },
      { by: l(33), text: '求地点！' },
      { by: fan, text: '厦门，白城往南走二十分钟。', below: 1 },
    ],
    reactions: 21,
  },
  {
    group: 'woods',
    by: l(12),
    daysAgo: 5,
    hour: 10,
    text: '签到第 30 天。没有什么奖励，就是想告诉大家早上好 ☀️ #早安',
    pictures: ['morning'],
    comments: [{ by: host, text: '早安！徽章给你留好了。' }],
    reactions: 17,
  },
  {
    group: 'woods',
    by: artist,
    artist: true,
    daysAgo: 3,
    hour: 15,
    text: '收到的信都读完了，回了一半。有一封用铅笔写的，我看了三遍。\n周五晚上读两封（问过本人的）。',
    pictures: ['card'],
    comments: [
      { by: l(16), text: '铅笔那封是不是……好的我不问了' },
      { by: l(6), text: '周五见' },
    ],
    reactions: 35,
  },
  {
    group: 'woods',
    by: l(18),
    daysAgo: 1,
    hour: 12,
    text: '有人一起从南站去现场吗？我六点到，可以等到六点半。#港湾厅',
    comments: [
      { by: l(21), text: '我！五点五十的高铁' },
      { by: fan, text: '加我一个，我带了多的荧光棒（纸做的）。' },
    ],
    reactions: 9,
  },
  {
    group: 'woods',
    by: l(30),
    daysAgo: 0,
    hour: 1,
    text: '今早八点那首的合唱部分，我在地铁上没忍住跟着唱了出来。社死，但值得。',
    comments: [{ by: l(11), text: '我在旁边那节车厢，我也唱了' }],
    reactions: 14,
  },
  {
    group: 'beacon',
    by: 'beacon@musicians.demo.example',
    artist: true,
    daysAgo: 9,
    hour: 13,
    text: '副歌写了三版，都留着。投个票，输的那版做成 B 面。',
    poll: { question: '哪一版副歌', options: ['慢的', '快的', '没有歌词、只哼的'], votes: [5, 4, 8] },
    pictures: ['room'],
    comments: [{ by: l(13), text: '哼的那版，副歌第二遍有鸟叫' }],
    reactions: 15,
  },
  {
    group: 'beacon',
    by: l(9),
    daysAgo: 4,
    hour: 9,
    text: '上周排练门口拍的灯牌，没有人，只有灯。',
    pictures: ['street'],
    reactions: 11,
  },
  {
    group: 'map',
    by: host,
    daysAgo: 14,
    hour: 6,
    text: '本月的题目是“雨”。录三分钟雨打在什么东西上的声音，写清楚是什么东西。This month: rain on something. Tell us on what.',
    pictures: ['street'],
    pinned: true,
    comments: [
      { by: l(14), text: '铁皮雨棚，广州，下午四点。' },
      { by: l(24), text: 'Tent, Dolomites, 3 am.' },
      { by: l(29), text: '芭蕉叶，真的会走调。' },
    ],
    reactions: 13,
  },
  {
    group: 'map',
    by: l(17),
    daysAgo: 6,
    hour: 22,
    text: '末班轮渡，22:10，鼓浪屿往回开。发动机是个降 B。配这首刚好。',
    pictures: ['lake'],
    track: 5,
    reactions: 16,
  },
  {
    group: 'common',
    by: 'ines@musicians.demo.example',
    artist: true,
    daysAgo: 7,
    hour: 18,
    text: 'The kettle broke in the middle of a take. It is on the record now, minute two. Say hello to the kettle.',
    pictures: ['desk'],
    comments: [
      { by: l(8), text: 'Hello kettle.' },
      { by: l(14), text: '我听出来了！2:04！' },
    ],
    reactions: 14,
  },
  {
    group: 'common',
    by: l(10),
    daysAgo: 2,
    hour: 19,
    text: 'Made a chord sheet for the bridge — it is an F♯ over A the whole time, which explains a lot about my evening.',
    reactions: 8,
  },
]

export type DemoEvent = {
  group: string
  kind: 'show' | 'broadcast' | 'meet'
  title: string
  note: string
  place: string
  inDays: number
  /** It is on this day of the week (UTC; 5: Friday), then or later. */
  weekday?: number
  hour: number
  hours: number
}
export const demoEvents: readonly DemoEvent[] = [
  {
    group: 'woods',
    kind: 'broadcast',
    title: '周五读信',
    weekday: 5,
    note: '读两封征得同意的信，聊四十分钟。',
    place: '深林 · 线上',
    inDays: 4,
    hour: 12,
    hours: 1,
  },
  {
    group: 'woods',
    kind: 'show',
    title: '港湾厅专场',
    note: '三百人，站立。到场签到有积分。',
    place: '厦门 港湾厅',
    inDays: 15,
    hour: 11,
    hours: 2,
  },
  {
    group: 'woods',
    kind: 'broadcast',
    title: '听歌夜：没发过的 Demo',
    note: '戴耳机来。',
    place: '深林 · 线上',
    inDays: 27,
    hour: 12,
    hours: 2,
  },
  {
    group: 'map',
    kind: 'meet',
    title: '清晨录音散步',
    note: '六点，菜市场东门集合，走一小时。',
    place: '广州 · 西关',
    inDays: 8,
    hour: 22,
    hours: 1,
  },
  {
    group: 'common',
    kind: 'broadcast',
    title: 'Listening party',
    note: 'The record from start to end, with stories.',
    place: 'Online',
    inDays: 9,
    hour: 19,
    hours: 2,
  },
]

export const demoLetters: readonly { by: string; daysAgo: number; text: string; answer?: string; shown?: boolean }[] = [
  {
    by: fan,
    daysAgo: 19,
    text: '林深你好：\n我去年搬到一个没有认识的人的城市，每天骑车回家的二十分钟刚好听四首歌。后来我在第四首停下来的路口认识了我的朋友。谢谢那个路口。',
    answer: '写第四首的时候我也刚搬家。替我跟那个路口问好。周五想读这封，可以吗？',
    shown: true,
  },
  {
    by: l(15),
    daysAgo: 11,
    text: '想问《潮汐表》里那句“月亮也要上班”，是不是写给夜班的人？我是护士。',
    answer: '是。谢谢你上夜班。',
    shown: true,
  },
  { by: l(22), daysAgo: 2, text: '没有什么事，就是今天升等级了，想告诉你。' },
]
