/**
 * What happened to the money of the demo world besides sales: accounts of payees, refunds, disputes, payouts, a hold. Each is what people did through the API,
 * on its day, between the sales of that time.
 */
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { placeHold } from '../ledger/index.ts'
import { disputePast, refundPast } from '../payments/index.ts'
import { acting, daysAgo, isoDay, type Act } from './acting.ts'
import { soldLines, type SoldLine } from './store.ts'
import type { WorldState } from './world.ts'

const [finance, operator, artist, label, lyricist, producer, fan] = [
  'finance@demo.example',
  'operator@demo.example',
  'artist@demo.example',
  'label@demo.example',
  'lyricist@demo.example',
  'producer@demo.example',
  'fan@demo.example',
] as const

type Step = { tx: Tx; world: WorldState; act: Act; at: Date }
export type MoneyEvent = { name: string; at: Date; run: (step: Step) => Promise<void> }

/** The newest line that was sold of one of these releases (or of any), and by nobody who is known otherwise. */
async function pick({ tx, world }: Step, releases: readonly string[] | null, but: readonly string[] = []): Promise<SoldLine> {
  const wanted = releases?.map(key => world.releases[key])
  const fans = new Set([world.people[fan], ...but])
  const lines = await soldLines(tx, 400)
  const found = lines.find(line => !fans.has(line.buyer) && (wanted === undefined || wanted.includes(line.release)) && line.amount >= 800n)
  if (found === undefined) throw new Error('the demo world has sold too little')
  return found
}

const payees: readonly { email: string; as?: string; account: string; holder: string; bank: string; branch: string }[] = [
  { email: artist, account: '6222021001116245702', holder: '林深', bank: '中国工商银行', branch: '厦门思明支行' },
  {
    email: label,
    as: 'label',
    account: '6217001210024455220',
    holder: '低轨唱片（上海）有限公司',
    bank: '中国建设银行',
    branch: '上海徐汇支行',
  },
  { email: producer, account: '6214830212345674', holder: '莫寒', bank: '招商银行', branch: '上海静安支行' },
  { email: lyricist, account: '6228480402564890018', holder: '苏问', bank: '中国农业银行', branch: '杭州西湖支行' },
  { email: 'beacon@musicians.demo.example', account: '6225880137706868', holder: '夜航灯', bank: '招商银行', branch: '北京朝阳支行' },
  { email: 'inkside@musicians.demo.example', account: '6222600260001072444', holder: '砚边', bank: '交通银行', branch: '苏州姑苏支行' },
  {
    email: 'ines@musicians.demo.example',
    account: 'PT50000201231234567890154',
    holder: 'Inês Calloway',
    bank: 'Banco do Porto',
    branch: 'Porto',
  },
]

async function nameAccounts({ world, act }: Step): Promise<void> {
  // Nobody would see a payout of the demo world below the usual ¥100.
  await act(finance, 'PUT /console/payout-settings', { threshold: { amount: '5000', currency: 'CNY' }, reason: '先从小额开始' })
  for (const { email, as, account, holder, bank, branch } of payees)
    await act(email, 'POST /me/payout-methods', {
      ...(as === undefined ? {} : { as: world.organisations[as] }),
      currency: 'CNY',
      account,
      holder,
      bank,
      branch,
      country: account.startsWith('PT') ? 'PT' : 'CN',
    })
}

async function compose({ act, at }: Step): Promise<string> {
  const id = newId('bat')
  await act(finance, 'POST /console/payout-batches', { id, currency: 'CNY', day: isoDay(at) })
  await act(finance, 'POST /console/payout-batches/:id/submit', { id, reason: '本月例行付款，金额已与账本核对' })
  return id
}

const payout = async (step: Step): Promise<void> => {
  const id = await compose(step)
  await step.act(operator, 'POST /console/payout-batches/:id/approve', { id, reason: '复核无误' })
}
/** The bank has sent the newest batch. */
async function sent({ act }: Step): Promise<void> {
  const { items } = await act<{ items: { id: string; state: string }[] }>(finance, 'GET /console/payout-batches')
  const batch = items.find(one => one.state === 'approved')
  if (batch !== undefined) await act(finance, 'POST /console/payout-batches/:id/confirm', { id: batch.id, reason: '银行回单已到' })
}

async function comeBack({ world, act }: Step): Promise<void> {
  const { items } = await act<{ items: { id: string }[] }>(finance, 'GET /console/payout-batches')
  for (const { id } of items) {
    const batch = await act<{ items: { id: string; party: string; state: string }[] }>(finance, 'GET /console/payout-batches/:id', { id })
    const found = batch.items.find(one => one.state === 'paid' && one.party === world.people[lyricist])
    if (found === undefined) continue
    return void (await act(finance, 'POST /console/payouts/:id/return', {
      id: found.id,
      code: 'account_closed',
      reason: '收款账户已销户，款项退回',
    }))
  }
}

/** A part of the price back, by the seller's own will. */
async function goodwill(step: Step): Promise<void> {
  const line = await pick(step, ['slow-star'])
  await step.act(artist, 'POST /lines/:line/refund', {
    line: line.id,
    amount: '800',
    reason: 'goodwill',
    note: '第三首有爆音，重新上传了，退你一点。',
  })
  await refundPast(step.tx, { payment: line.payment, at: step.at })
}

/** Asked for by a buyer, granted by finance. */
async function askedFor(step: Step): Promise<void> {
  const line = await pick(step, null, [step.world.people[finance]!])
  const buyer = Object.entries(step.world.people).find(([, id]) => id === line.buyer)![0]
  const { id } = await step.act<{ id: string }>(buyer, 'POST /refunds', { line: line.id, reason: 'twice', note: '已经在别处买过同一张。' })
  await step.act(finance, 'POST /refunds/:id/approve', { id, answer: '核实为重复购买' })
  await refundPast(step.tx, { payment: line.payment, at: step.at })
}

/** One that waits for the seller: the demo's own fan asks. */
async function waits(step: Step): Promise<void> {
  const lines = await soldLines(step.tx, 400)
  const line = lines.find(one => one.buyer !== step.world.people[fan] && one.amount >= 800n)!
  const buyer = Object.entries(step.world.people).find(([, id]) => id === line.buyer)![0]
  await step.act(buyer, 'POST /refunds', {
    line: line.id,
    amount: String(line.amount / 2n),
    reason: 'faulty',
    note: '下载的 FLAC 有一首打不开。',
  })
}

const contested =
  (outcome: 'open' | 'lost') =>
  async (step: Step): Promise<void> => {
    const line = await pick(step, outcome === 'lost' ? ['lighthouse', 'neon-weather'] : ['slow-star', 'paper-hills'])
    await disputePast(step.tx, { payment: line.payment, outcome: 'disputed', at: step.at })
    if (outcome === 'open') return
    const end = new Date(step.at.getTime() + 6 * 86_400_000)
    await clock.asOf(end, () => disputePast(step.tx, { payment: line.payment, outcome: 'dispute_lost', at: end }))
  }

async function hold({ tx, world, at }: Step): Promise<void> {
  await placeHold(tx, {
    owner: world.people[artist]!,
    asset: 'CNY',
    cause: `staff:${world.people[operator]!}`,
    reason: 'review',
    note: '《慢星》的署名有人提出异议，核实期间先冻结一部分。',
    amount: 6000n,
    until: new Date(at.getTime() + 45 * 86_400_000),
    by: world.people[operator]!,
  })
}

async function appeal({ act }: Step): Promise<void> {
  const { items } = await act<{ items: { id: string; reason: string }[] }>(artist, 'GET /me/holds')
  const { id } = items.find(one => one.reason === 'review')!
  await act(artist, 'POST /me/holds/:id/appeal', { id, text: '署名争议已经和对方谈妥，附上了双方签字的确认单。请解冻。' })
}

/** The label paid the singer an advance: it comes back out of her part of the album, until it is whole. */
async function advance({ world, act }: Step): Promise<void> {
  const { id, claim } = await act<{ id: string; claim: { id: string } }>(finance, 'POST /console/settlement/proposals', {
    change: {
      kind: 'claim',
      claimKind: 'recoupment',
      subject: world.releases['slow-star'],
      name: '制作预付款',
      bearer: world.people[artist],
      shareBp: 4000,
      currency: 'CNY',
      cap: '60000',
      holders: [{ party: world.organisations['label'], units: 1 }],
    },
    reason: '低轨唱片为《慢星》垫付制作费 600 元，双方合同第 4 条',
  })
  await act(artist, 'POST /claims/:id/agree', { id: claim.id })
  await act(operator, 'POST /console/settlement/proposals/:id/confirm', { id, reason: '已核对合同与签字' })
}

/** The commission changes with the year: announced, so that sellers see it coming. */
async function announce({ act, at }: Step): Promise<void> {
  const from = new Date(Date.UTC(at.getUTCFullYear() + 1, at.getUTCMonth() > 9 ? 1 : 0, 1)).toISOString()
  const { id } = await act<{ id: string }>(finance, 'POST /console/settlement/proposals', {
    change: { kind: 'plan', plan: 'standard', name: 'Standard', category: 'all', commissionBp: 450, everyone: true },
    from,
    reason: '支付成本下降，把好处让给卖家',
  })
  await act(operator, 'POST /console/settlement/proposals/:id/confirm', { id, reason: '同意，已在公告栏发布' })
}

/** One that waits for a second pair of eyes. */
const partner = async ({ world, act }: Step): Promise<void> =>
  void (await act(finance, 'POST /console/settlement/proposals', {
    change: { kind: 'term', seller: world.organisations['label'], plan: 'partner' },
    reason: '低轨唱片全年独家首发，按合作条件结算',
  }))

/** In the order of time. `now` is when the demo world was made. */
export const moneyEvents = (now: number): MoneyEvent[] =>
  [
    { name: 'advance', at: daysAgo(now, 118), run: advance },
    { name: 'accounts', at: daysAgo(now, 110), run: nameAccounts },
    { name: 'payout-1', at: daysAgo(now, 62, 2), run: payout },
    { name: 'sent-1', at: daysAgo(now, 61, 4), run: sent },
    { name: 'goodwill', at: daysAgo(now, 45), run: goodwill },
    { name: 'asked-for', at: daysAgo(now, 38), run: askedFor },
    { name: 'lost', at: daysAgo(now, 34), run: contested('lost') },
    { name: 'payout-2', at: daysAgo(now, 27, 2), run: payout },
    { name: 'sent-2', at: daysAgo(now, 26, 4), run: sent },
    { name: 'came-back', at: daysAgo(now, 22), run: comeBack },
    { name: 'hold', at: daysAgo(now, 16), run: hold },
    { name: 'announce', at: daysAgo(now, 12), run: announce },
    { name: 'appeal', at: daysAgo(now, 9), run: appeal },
    { name: 'partner', at: daysAgo(now, 3), run: partner },
    { name: 'open', at: daysAgo(now, 4), run: contested('open') },
    { name: 'payout-3', at: daysAgo(now, 2, 2), run: async (step: Step) => void (await compose(step)) },
    { name: 'waits', at: daysAgo(now, 1), run: waits },
  ].toSorted((a, b) => a.at.getTime() - b.at.getTime())

/** Does one of them, as of its moment, in this transaction. */
export const happen = (tx: Tx, world: WorldState, event: MoneyEvent): Promise<void> =>
  clock.asOf(event.at, () => event.run({ tx, world, act: acting(tx, world), at: event.at }))
