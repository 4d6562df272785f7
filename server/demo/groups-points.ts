/** What one does for points in the first group of the demo world, and what one gets for them. Costs in fen. */
import type { Scene } from '../composer/index.ts'

export const demoMissions: readonly { key: string; given: Record<string, unknown> }[] = [
  {
    key: 'check-in',
    given: {
      event: 'check_in',
      nameZh: '早安签到',
      nameEn: 'Morning check-in',
      noteZh: '路过说声早。断了也没关系。',
      noteEn: 'Say good morning as you pass. Missing a day is fine.',
      target: 1,
      points: 2,
      every: 'daily',
    },
  },
  {
    key: 'listen',
    given: {
      event: 'listen_minutes',
      nameZh: '每天听十分钟林深',
      nameEn: 'Ten minutes of Lin Shen a day',
      noteZh: '在哪儿听都算，跳过的不算。',
      noteEn: 'Wherever you listen; skipping does not count.',
      target: 10,
      points: 12,
      every: 'daily',
      dayCap: 10,
    },
  },
  {
    key: 'lyric',
    given: {
      event: 'lyric',
      nameZh: '翻译或打轴一首歌词',
      nameEn: 'Translate or time a lyric',
      noteZh: '提交后由审核人看过才算。',
      noteEn: 'Counts once a reviewer has looked at it.',
      target: 1,
      points: 60,
      every: 'weekly',
    },
  },
  {
    key: 'attend',
    given: {
      event: 'attend',
      nameZh: '到现场，扫码签到',
      nameEn: 'Be there and sign in',
      noteZh: '港湾厅见。',
      noteEn: 'See you at Harbour Hall.',
      target: 1,
      points: 80,
      every: 'once',
    },
  },
  {
    key: 'proof',
    given: {
      event: 'proof',
      nameZh: '拍一张你听歌的地方',
      nameEn: 'A picture of where you listen',
      noteZh: '不要拍到别人的脸。主持人会看。',
      noteEn: 'No faces of others, please. A host looks at it.',
      target: 1,
      points: 30,
      every: 'monthly',
    },
  },
  {
    key: 'outside',
    given: {
      event: 'outside_listens',
      nameZh: '在别处也听',
      nameEn: 'Listen elsewhere, too',
      noteZh: '连接 ListenBrainz，别处听的也算。',
      noteEn: 'Connect ListenBrainz: plays from elsewhere count.',
      target: 20,
      points: 20,
      every: 'weekly',
    },
  },
]

export type DemoReward = {
  key: string
  scene: Scene
  cost: number
  given: Record<string, unknown>
  /** Number of a planned event. */
  event?: number
  release?: string
}
export const demoRewards: readonly DemoReward[] = [
  {
    key: 'badge',
    scene: 'badge',
    cost: 0,
    given: { kind: 'digital', title: '守林人徽章', about: '戴在名字旁边，三十天换一个颜色。', badge: '守林人', points: 60, perPerson: 1 },
  },
  {
    key: 'tea',
    scene: 'morning',
    cost: 0,
    given: {
      kind: 'voucher',
      title: '潮茶一杯',
      about: '潮茶请客：任意门店，中杯。',
      how: '到店出示券码。',
      points: 80,
      codes: 'made',
      stock: 40,
      validDays: 90,
      perPerson: 2,
    },
  },
  {
    key: 'card',
    scene: 'card',
    cost: 800,
    given: {
      kind: 'goods',
      title: '手写歌词卡',
      about: '林深抄的一句，抄哪句看缘分。',
      how: '平信寄出，约一周。',
      points: 160,
      stock: 30,
      perPerson: 1,
    },
  },
  {
    key: 'album',
    scene: 'vinyl',
    cost: 0,
    given: { kind: 'digital', title: '《南方来信》数字专辑', about: '三封回不去的信，无损下载。', points: 260, stock: 100, perPerson: 1 },
    release: 'letters',
  },
  {
    key: 'ticket',
    scene: 'ticket',
    cost: 0,
    given: {
      kind: 'ticket',
      title: '港湾厅专场 · 团员票',
      about: '留给团里的十张站票，前三排。',
      how: '入场时出示二维码。',
      points: 400,
      stock: 10,
      perPerson: 1,
    },
    event: 1,
  },
  {
    key: 'shirt',
    scene: 'shirt',
    cost: 4500,
    given: {
      kind: 'goods',
      title: '深林 T 恤',
      about: '重磅纯棉，深蓝。尺码写在备注里。',
      how: '付邮寄出，约十天。',
      points: 600,
      stock: 12,
      perPerson: 1,
    },
  },
  {
    key: 'studio',
    scene: 'room',
    cost: 20_000,
    given: {
      kind: 'experience',
      title: '进棚坐半天',
      about: '下一张的录音日，坐在调音台后面，不许说话，可以点头。',
      how: '主持人会约时间。',
      points: 2400,
      stock: 2,
      perPerson: 1,
      minLevel: 3,
    },
  },
  {
    key: 'vinyl',
    scene: 'vinyl',
    cost: 9800,
    given: {
      kind: 'goods',
      title: '签名黑胶《慢星》',
      about: '全团三张，只抽不换。',
      how: '快递寄出。',
      points: 1000,
      stock: 5,
      raffleOnly: true,
    },
  },
]

export const demoRaffles: readonly {
  key: string
  title: string
  about: string
  opens: number
  closes: number
  prize: string
  pieces: number
  people: number
}[] = [
  {
    key: 'spring',
    title: '签名黑胶 · 第一次抽',
    about: '免费参加，一人一张。种子的指纹先公布，抽完公布种子，谁都可以重抽一遍。',
    opens: 20,
    closes: 9,
    prize: 'vinyl',
    pieces: 2,
    people: 28,
  },
  {
    key: 'winter',
    title: '签名黑胶 · 第二次抽',
    about: '剩下的三张。免费，一人一张；年满十八岁。',
    opens: 5,
    closes: -6,
    prize: 'vinyl',
    pieces: 3,
    people: 17,
  },
]
