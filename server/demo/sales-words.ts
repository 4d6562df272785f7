/** What the label's shop of the demo world sells, and where it sends it. Prices in fen. */
import type { SaleScene } from '../composer/index.ts'

export type Draw = readonly [scene: SaleScene, seed: number]
export type DemoProduct = {
  key: string
  title: string
  about: string
  tags: string[]
  options?: string[]
  /** Options, price in fen, pieces (null: without end), grams, parts of a bundle by sku. */
  variants: readonly {
    of: string[]
    sku: string
    price: number
    stock?: number | null
    weightG: number
    parts?: readonly [sku: string, quantity: number][]
  }[]
  pictures: readonly Draw[]
  mostEach?: number
  preorderIn?: number
  pricing?: 'name_your_price'
}

export const demoProducts: readonly DemoProduct[] = [
  {
    key: 'tee',
    title: '环带 T 恤',
    about: '厂牌成立三年做的第一件衣服。220 克精梳棉，胸前是那颗带环的行星，印得很薄，洗二十次不裂。\n\n模特身高 172 cm，穿 M。',
    tags: ['衣服', '新到'],
    options: ['颜色', '尺码'],
    variants: ['夜蓝', '米白', '松绿'].flatMap((colour, c) =>
      ['S', 'M', 'L', 'XL'].map((size, s) => ({
        of: [colour, size],
        sku: `TEE-${['NV', 'CR', 'GR'][c]!}-${size}`,
        price: 12_800,
        stock: [24, 36, 18, 3][s]! - c * 2,
        weightG: 230,
      })),
    ),
    pictures: [
      ['tee', 0],
      ['tee', 1],
      ['tee', 2],
    ],
    mostEach: 6,
  },
  {
    key: 'lp',
    title: '《慢星》黑胶',
    about: '林深的第一张黑胶，180 克，33 转，直接从母带刻版。内附歌词折页和一张下载码。\n\n首批 300 张，压完为止。',
    tags: ['唱片', '新到'],
    variants: [{ of: [], sku: 'LP-SLOWSTAR', price: 26_800, stock: 41, weightG: 420 }],
    pictures: [['vinyl', 0], ['zine', 1]], // prettier-ignore
    mostEach: 2,
  },
  {
    key: 'lp2',
    title: '夜航灯《霓虹天气》黑胶（预售）',
    about: '压片厂说下个月到。现在下单，到货先寄给你；发货前随时可以退。',
    tags: ['唱片', '预售'],
    variants: [{ of: [], sku: 'LP-LIGHTHOUSE', price: 25_800, stock: 200, weightG: 420 }],
    pictures: [['vinyl', 1]],
    preorderIn: 32,
  },
  {
    key: 'tape',
    title: '低轨合辑 Vol.3 磁带',
    about: '每年一盘：厂牌里每个人选一首今年没发出去的歌。手工贴标，每盘编号。',
    tags: ['唱片'],
    variants: [{ of: [], sku: 'TAPE-3', price: 6800, stock: 8, weightG: 90 }],
    pictures: [['tape', 0]],
  },
  {
    key: 'tote',
    title: '装得下一张黑胶的帆布袋',
    about: '12 安帆布，长柄能上肩。名副其实：三十二厘米见方，正好。',
    tags: ['物件'],
    options: ['颜色'],
    variants: [
      { of: ['本色'], sku: 'TOTE-N', price: 5900, stock: 60, weightG: 180 },
      { of: ['雾蓝'], sku: 'TOTE-B', price: 5900, stock: 0, weightG: 180 },
    ],
    pictures: [
      ['tote', 1],
      ['tote', 0],
    ],
  },
  {
    key: 'pin',
    title: '行星徽章',
    about: '珐琅，28 毫米，别在书包上刚好。',
    tags: ['物件'],
    variants: [{ of: [], sku: 'PIN', price: 2800, stock: 240, weightG: 12 }],
    pictures: [['pin', 0]],
  },
  {
    key: 'cap',
    title: '环带棒球帽',
    about: '水洗棉，绣的不是印的。后扣可调。',
    tags: ['衣服'],
    variants: [{ of: [], sku: 'CAP', price: 9800, stock: 15, weightG: 110 }],
    pictures: [['cap', 0]],
  },
  {
    key: 'poster',
    title: '巡演海报（丝网印刷）',
    about: '四色丝网，A2，设计师亲手印了 120 张。卷筒寄出，不折。',
    tags: ['物件'],
    options: ['版本'],
    variants: [
      { of: ['日'], sku: 'POS-D', price: 8800, stock: 30, weightG: 260 },
      { of: ['夜'], sku: 'POS-N', price: 8800, stock: 12, weightG: 260 },
    ],
    pictures: [
      ['poster', 1],
      ['poster', 0],
    ],
  },
  {
    key: 'zine',
    title: '录音棚日记（小册子，随你定价）',
    about: '四十八页，写《慢星》录了一百天的事。纸本，价钱你定，不低于印刷和邮袋的成本。',
    tags: ['物件'],
    variants: [{ of: [], sku: 'ZINE', price: 1500, stock: null, weightG: 120 }],
    pictures: [
      ['zine', 0],
      ['zine', 2],
    ],
    pricing: 'name_your_price',
  },
  {
    key: 'box',
    title: '一箱低轨：黑胶 + 夜蓝 T 恤 M + 徽章',
    about: '三样一起，比分开买省四十六块。装箱前库管会手写一张卡片。',
    tags: ['新到'],
    variants: [
      {
        of: [],
        sku: 'BOX-M',
        price: 37_800,
        weightG: 0,
        parts: [
          ['LP-SLOWSTAR', 1],
          ['TEE-NV-M', 1],
          ['PIN', 1],
        ],
      },
    ],
    pictures: [['box', 0], ['vinyl', 0], ['tee', 0]], // prettier-ignore
  },
]

export const demoZones = [
  {
    key: 'cn',
    name: '中国大陆',
    countries: ['CN'],
    rates: [
      { key: 'post', name: '快递', way: 'weight', base: 1000, step: 400, stepOf: 1000, freeFrom: 29_900, minDays: 2, maxDays: 5 },
      { key: 'fast', name: '顺丰', way: 'flat', base: 2300, minDays: 1, maxDays: 2 },
    ],
  },
  {
    key: 'near',
    name: '港澳台与日韩',
    countries: ['HK', 'MO', 'TW', 'JP', 'KR'],
    rates: [{ key: 'air', name: '航空小包', way: 'weight', base: 4800, step: 1800, stepOf: 500, minDays: 6, maxDays: 12 }],
  },
  {
    key: 'world',
    name: '其他地方',
    countries: [],
    rates: [{ key: 'sea', name: '国际挂号', way: 'weight', base: 8800, step: 3600, stepOf: 500, minDays: 10, maxDays: 25 }],
  },
] as const

/** What people of the demo world do to order, whose member one can be, and what the hall sells to be redeemed. Prices in fen. */
export type DemoService = {
  key: string
  id: 'svc' | 'mbs' | 'vou'
  page: 'linshen' | 'label' | 'venue'
  by: string
  picture: Draw
  price: number
  given: Record<string, unknown>
}
const [artist, producer, venue] = ['artist@demo.example', 'producer@demo.example', 'venue@demo.example']
export const demoServices: readonly DemoService[] = [
  {
    key: 'song',
    id: 'svc',
    page: 'linshen',
    by: artist,
    picture: ['studio', 1],
    price: 68_000,
    given: {
      title: '写一首给你的短歌',
      about: '一分钟左右，一把吉他，一个人唱。写给生日、婚礼、分别，或者一个还没说出口的下午。\n\n每个月只接四首。',
      how: '下单后我先写信问你几句，两周内给小样，改两次，最后给你无损文件和歌词手稿的照片。',
      days: 21,
      revisions: 2,
      acceptDays: 7,
      most: 8,
      questions: [
        { id: 'who', label: '写给谁', kind: 'line', required: true },
        { id: 'story', label: '有什么非唱进去不可', kind: 'text', required: true },
        { id: 'mood', label: '想要的样子', kind: 'choice', required: true, choices: ['安静的', '轻快的', '你决定'] },
      ],
    },
  },
  {
    key: 'master',
    id: 'svc',
    page: 'label',
    by: producer,
    picture: ['studio', 0],
    price: 32_000,
    given: {
      title: '一首歌的母带',
      about: '莫寒在低轨的棚里做，监听三对，听到半夜。给一份流媒体响度的，一份给黑胶留了余地的。',
      how: '请给 24 bit 的混音文件，总线上别压限。三天出第一版，改三次。',
      days: 5,
      revisions: 3,
      acceptDays: 5,
      questions: [
        { id: 'song', label: '歌名', kind: 'line', required: true },
        { id: 'mix', label: '混音文件的链接', kind: 'link', required: true },
        { id: 'wish', label: '想靠近哪张唱片的声音', kind: 'text', required: false },
      ],
    },
  },
  {
    key: 'woods',
    id: 'mbs',
    page: 'linshen',
    by: artist,
    picture: ['zine', 2],
    price: 1800,
    given: {
      title: '深林会员',
      about: '每个月一段没发表的小样，演出票早一天买。钱用来付录音棚的租金。',
      period: 'month',
      perks: ['每月一段小样，只在这里', '演出票提前 24 小时', '年底一张手写的明信片'],
      earlyHours: 24,
    },
  },
  {
    key: 'evening',
    id: 'vou',
    page: 'venue',
    by: venue,
    picture: ['ktv', 2],
    price: 16_800,
    given: {
      title: '楼上房间储值券 200 元',
      about: '六间 KTV 和排练室都能用，可以分几次用完。',
      how: '结账时出示券码或二维码。',
      worth: '20000',
      validDays: 365,
    },
  },
  {
    key: 'wine',
    id: 'vou',
    page: 'venue',
    by: venue,
    picture: ['concertgoers', 1],
    price: 3800,
    given: {
      title: '吧台热红酒一杯',
      about: '十一月到二月，肉桂和橙子。也可以换成热苹果汁。',
      how: '演出当晚在吧台出示。',
      validDays: 120,
    },
  },
]
/** Work that was ordered: by whom, how many days ago, what was asked, what was said (days ago), and whether it is done. */
export type DemoJob = {
  key: string
  service: string
  by: string
  ago: number
  brief: Record<string, string>
  words: readonly { ago: number; seller: boolean; what: 'message' | 'delivered' | 'revision'; text: string }[]
  accepted?: { ago: number; stars?: number; text?: string }
}
const someone = (n: number): string => `listener${n}@listeners.demo.example`
export const demoJobs: readonly DemoJob[] = [
  {
    key: 'wedding',
    service: 'master',
    by: 'fan@demo.example',
    ago: 34,
    brief: {
      song: '《路口》（给朋友婚礼录的）',
      mix: 'https://files.example/lukou-mix.wav',
      wish: '《慢星》第四首那样，近，但是不亮。',
    },
    words: [
      { ago: 33, seller: true, what: 'message', text: '听了。人声很好，二段进来的那声呼吸别剪。低频有点满，我会收一点。' },
      { ago: 31, seller: true, what: 'delivered', text: '第一版：流媒体响度的在前，给黑胶留余地的在后。链接两周内有效。' },
      { ago: 30, seller: false, what: 'revision', text: '很近了！副歌能不能再让出半步？新郎的和声快听不见了。' },
      { ago: 29, seller: true, what: 'delivered', text: '副歌让了一点，和声推了 0.8 dB。祝他们白头。' },
    ],
    accepted: { ago: 28, stars: 5, text: '婚礼上放完，全场安静了两秒才鼓掌。改得又快又准。' },
  },
  {
    key: 'mother',
    service: 'song',
    by: 'fan@demo.example',
    ago: 6,
    brief: { who: '我妈，下个月六十岁', story: '她年轻时在厦门的轮渡上卖票，会唱整本邓丽君。', mood: '轻快的' },
    words: [
      { ago: 5, seller: true, what: 'message', text: '小满你好。轮渡是几号线？她现在还唱吗？想到哪句写哪句，不用整齐。' },
      { ago: 4, seller: false, what: 'message', text: '厦鼓轮渡，那时候还是木头椅子。她现在做饭的时候唱，以为没人听见。' },
      { ago: 2, seller: true, what: 'message', text: '“以为没人听见”——副歌有了。下周给你小样。' },
    ],
  },
  {
    key: 'cat',
    service: 'song',
    by: someone(7),
    ago: 19,
    brief: { who: '一只十七岁的猫', story: '她叫豆浆，怕打雷，不怕我。', mood: '安静的' },
    words: [
      { ago: 15, seller: true, what: 'message', text: '豆浆怕打雷，那鼓就不打了。' },
      { ago: 2, seller: true, what: 'delivered', text: '小样在这里，一分零四秒。最后一句我留了一个空，你可以叫她的名字。' },
    ],
  },
  {
    key: 'band',
    service: 'master',
    by: someone(4),
    ago: 2,
    brief: { song: '《凌晨便利店》', mix: 'https://files.example/bianlidian-v7.wav' },
    words: [],
  },
]
/** Things of the label's shop that come back: until which step, and when (days ago). */
export type DemoReturn = {
  key: string
  by: string
  sku: string
  bought: number
  reason: string
  words: string
  asked: number
  accepted?: { ago: number; answer: string }
  declined?: { ago: number; answer: string }
  sent?: number
  received?: { ago: number; answer: string }
}
export const demoReturns: readonly DemoReturn[] = [
  {
    key: 'large',
    by: 'fan@demo.example',
    sku: 'TEE-NV-L',
    bought: 29,
    reason: 'changed_mind',
    words: 'L 对我来说大了一号，没穿出去过。',
    asked: 21,
    accepted: { ago: 20, answer: '没问题，寄回来就好，邮费我们出。' },
    sent: 18,
    received: { ago: 15, answer: '收到，叠得比我们还整齐。' },
  },
  {
    key: 'crushed',
    by: 'fan@demo.example',
    sku: 'POS-D',
    bought: 15,
    reason: 'damaged',
    words: '卷筒在路上被压扁了，海报左边有一道折痕。',
    asked: 6,
    accepted: { ago: 5, answer: '抱歉！寄回来，我们全额退；想要的话再给你挑一张平的。' },
    sent: 3,
  },
  {
    key: 'colour',
    by: someone(11),
    sku: 'CAP',
    bought: 12,
    reason: 'wrong',
    words: '我订的是水洗黑，收到的像是灰。',
    asked: 1,
  },
  {
    key: 'opened',
    by: someone(18),
    sku: 'TAPE-3',
    bought: 24,
    reason: 'changed_mind',
    words: '买重了一盘，不过已经拆了。',
    asked: 14,
    declined: { ago: 13, answer: '拆封的磁带我们没法再卖，抱歉。送给朋友吧，磁带就是这样传开的。' },
  },
]
