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
