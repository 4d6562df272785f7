/** Posting at speed: our batches beside pgbench and beside a transaction per transfer, on one durable PostgreSQL, alternately. */
import { spawnSync } from 'node:child_process'
import pg from 'pg'
import { makePoster, post, type TransferInput } from '../server/ledger/index.ts'
import type { Db } from '../server/foundation/db.ts'
import type { Bench, BenchContext } from './_bench.ts'

// Not imported from index.ts, which waits for this file.
const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
const people = 10_000
const asset = 'CNY'

/** Which account pays or is paid: a few often, most rarely (Zipf, s = 1). Seeded, so every run draws the same. */
function zipf(): () => number {
  let seed = 42
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
  const sums: number[] = []
  let sum = 0
  for (let i = 1; i <= people; i++) sums.push((sum += 1 / i))
  const table = Array.from({ length: 65_536 }, (_, slot) => {
    const at = (slot / 65_536) * sum
    let low = 0
    let high = people - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! < at) low = middle + 1
      else high = middle
    }
    return low
  })
  return () => table[Math.floor(random() * 65_536)]!
}
const pick = zipf()
const owners = Array.from({ length: people }, (_, i) => `usr_bench${i}`)

let count = 0
const run = Math.floor(performance.timeOrigin).toString(36)
/** ¥10 from one to another, 50 fen of it to the planet's fee account, which every transfer touches. */
function transfer(): TransferInput {
  const from = pick()
  let to = pick()
  if (to === from) to = (to + 1) % people
  const key = `settle:lin_${run}${(++count).toString(36).padStart(8, '0')}`
  return {
    key,
    kind: 'settle',
    cause: key.slice(7),
    entries: [
      { account: { owner: owners[from]!, purpose: 'available', asset }, amount: -1000n },
      { account: { owner: owners[to]!, purpose: 'available', asset }, amount: 950n, step: 'split:master' },
      { account: { owner: 'planet', purpose: 'commission', asset }, amount: 50n, step: 'commission' },
    ],
  }
}

/** Gives everyone money, then posts until there are `many` transfers. */
export async function fill(db: Db, many: number): Promise<void> {
  for (let i = 0; i < people; i += 1000) {
    const part = owners.slice(i, i + 1000)
    await db.transaction(tx =>
      post(tx, [
        {
          key: `fund:${run}${i}`,
          kind: 'pay',
          cause: 'bench',
          entries: [
            { account: { owner: 'provider:bench', purpose: 'clearing', asset }, amount: -1_000_000_000_000n * BigInt(part.length) },
            ...part.map(owner => ({ account: { owner, purpose: 'available', asset }, amount: 1_000_000_000_000n })),
          ],
        },
      ]),
    )
  }
  const poster = makePoster(db)
  let left = many
  await Promise.all(
    Array.from({ length: 4000 }, async () => {
      while (left-- > 0) await poster.submit(transfer())
    }),
  )
  await poster.idle()
  await db.pool.query('vacuum analyze ledger.account')
  await db.pool.query('analyze ledger.transfer, ledger.entry')
}

type Measured = { perSecond: number; p99Ms: number; cpuUs: number }
async function callers(many: number, ms: number, once: () => Promise<unknown>): Promise<Measured> {
  const times: number[] = []
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + ms
  await Promise.all(
    Array.from({ length: many }, async () => {
      for (;;) {
        const began = performance.now()
        if (began >= end) return
        await once()
        times.push(performance.now() - began)
      }
    }),
  )
  const took = performance.now() - start
  const used = process.cpuUsage(cpu)
  times.sort((a, b) => a - b)
  return {
    perSecond: (times.length / took) * 1000,
    p99Ms: times[Math.floor(times.length * 0.99)]!,
    cpuUs: (used.user + used.system) / times.length,
  }
}

export async function ours(db: Db, many: number, ms: number): Promise<Measured> {
  const poster = makePoster(db)
  // Measured in the steady state: the first touch of each page after a checkpoint writes it whole into the log, once in minutes of real work.
  await db.pool.query('checkpoint')
  await callers(many, ms / 2, () => poster.submit(transfer()))
  const measured = await callers(many, ms, () => poster.submit(transfer()))
  await poster.idle()
  return measured
}

/** The same work as most programs do it: a transaction per transfer, rows locked with FOR UPDATE. Plain tables with our indexes and no triggers. */
async function perTransfer(url: string, many: number, ms: number): Promise<Measured> {
  const pool = new pg.Pool({ connectionString: url, max: many })
  pool.on('error', () => undefined)
  await pool.query(`
    create schema if not exists peer;
    drop table if exists peer.account, peer.transfer, peer.entry;
    create table peer.account (id bigint primary key, floor bigint default 0, balance bigint not null, version bigint not null) with (fillfactor = 50);
    create table peer.transfer (id bigint generated always as identity primary key, key text not null unique, kind text not null, cause text not null, at timestamptz not null default now());
    create table peer.entry (account bigint, version bigint, transfer bigint not null, amount bigint not null, balance_after bigint not null, step text, primary key (account, version));
    create index on peer.entry (transfer);
    insert into peer.account select i, 0, 1000000000000, 0 from generate_series(0, ${people}) i;
    analyze peer.account`)
  await pool.query('checkpoint')
  const fee = people
  const once = async (): Promise<void> => {
    const from = pick()
    let to = pick()
    if (to === from) to = (to + 1) % people
    const key = `settle:lin_${run}${(++count).toString(36).padStart(8, '0')}`
    const client = await pool.connect()
    try {
      await client.query({ name: 'begin', text: 'begin' })
      const locked = await client.query<{ id: string; balance: string; version: string }>({
        name: 'lock',
        text: 'select id, balance, version from peer.account where id = any($1::bigint[]) order by id for update',
        values: [[from, to, fee]],
      })
      const id = (
        await client.query<{ id: string }>({
          name: 'transfer',
          text: `insert into peer.transfer (key, kind, cause) values ($1, 'settle', $2) returning id`,
          values: [key, key.slice(7)],
        })
      ).rows[0]!.id
      for (const [account, amount] of [
        [from, -1000],
        [to, 950],
        [fee, 50],
      ] as const) {
        const row = locked.rows.find(one => Number(one.id) === account)!
        const after = Number(row.balance) + amount
        if (after < 0) throw new Error('floor')
        await client.query({
          name: 'entry',
          text: 'insert into peer.entry (account, version, transfer, amount, balance_after) values ($1, $2, $3, $4, $5)',
          values: [account, Number(row.version) + 1, id, amount, after],
        })
        await client.query({
          name: 'account',
          text: 'update peer.account set balance = $2, version = version + 1 where id = $1',
          values: [account, after],
        })
      }
      await client.query({ name: 'commit', text: 'commit' })
    } finally {
      client.release()
    }
  }
  const measured = await callers(many, ms, once)
  await pool.end()
  return measured
}

export type Pgbench = { how: string; tps: (clients: number, seconds: number) => Promise<number> }

/** `pgbench -N` (simple update) at scale 20; without the tool its statements from Node, prepared. */
export async function pgbench(ctx: BenchContext): Promise<Pgbench> {
  const { url } = await ctx.freshDatabase({ max: 2 })
  const address = new URL(url)
  const socket = address.searchParams.get('host')
  const args = ['-h', socket ?? address.hostname, '-U', address.username || 'planet', ...(address.port ? ['-p', address.port] : [])]
  const database = address.pathname.slice(1)
  if (spawnSync('pgbench', ['--version']).status === 0) {
    const made = spawnSync('pgbench', [...args, '-i', '-q', '-s', '20', database], { encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`pgbench -i: ${made.stderr}`)
    return {
      how: 'pgbench -N',
      tps: async (clients, seconds) => {
        const ran = spawnSync(
          'pgbench',
          [...args, '-n', '-N', '-c', String(clients), '-j', '2', '-T', String(Math.ceil(seconds)), database],
          { encoding: 'utf8' },
        )
        const found = /tps = ([\d.]+) \(without/.exec(ran.stdout) ?? /tps = ([\d.]+)/.exec(ran.stdout)
        if (found === null) throw new Error(`pgbench: ${ran.stderr}`)
        return Number(found[1])
      },
    }
  }
  const pool = new pg.Pool({ connectionString: url, max: 32 })
  pool.on('error', () => undefined)
  await pool.query(`
    create table pgbench_accounts (aid int primary key, bid int, abalance int, filler char(84)) with (fillfactor = 100);
    create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
    insert into pgbench_accounts select i, 1, 0, '' from generate_series(1, 2000000) i; analyze pgbench_accounts`)
  return {
    how: 'the statements of pgbench -N from Node, prepared',
    tps: async (clients, seconds) => {
      const measured = await callers(clients, seconds * 1000, async () => {
        const client = await pool.connect()
        const aid = 1 + Math.floor(Math.random() * 2_000_000)
        try {
          await client.query('begin')
          await client.query({ name: 'u', text: 'update pgbench_accounts set abalance = abalance + $1 where aid = $2', values: [5, aid] })
          await client.query({ name: 's', text: 'select abalance from pgbench_accounts where aid = $1', values: [aid] })
          await client.query({
            name: 'h',
            text: 'insert into pgbench_history (tid, bid, aid, delta, mtime) values (1, 1, $1, 5, current_timestamp)',
            values: [aid],
          })
          await client.query('end')
        } finally {
          client.release()
        }
      })
      return measured.perSecond
    },
  }
}

export default {
  name: 'ledger',
  about:
    'transfers per second with a hot account, beside pgbench -N and a transaction per transfer; 10 k and 1 M transfers (--deep: 5 M too)',
  async run(ctx) {
    const rounds = ctx.quick ? 2 : 3
    const ms = ctx.quick ? 1500 : 4000
    const large = ctx.quick ? 100_000 : 1_000_000
    ctx.say('filling: 10,000 transfers')
    const peer = await pgbench(ctx)
    const big = await ctx.freshDatabase({ max: 8 })
    ctx.say(`filling: ${large.toLocaleString('en')} transfers`)
    const began = performance.now()
    await fill(big.db, large)
    const fillPerSecond = (large / (performance.now() - began)) * 1000
    const plain = await ctx.freshDatabase({ max: 2 })
    const seen = {
      pgbench: [] as number[],
      per64: [] as number[],
      per512: [] as Measured[],
      at64: [] as Measured[],
      at512: [] as Measured[],
      big64: [] as Measured[],
      big512: [] as Measured[],
    }
    for (let round = 1; round <= rounds; round++) {
      ctx.say(`round ${round} of ${rounds}`)
      seen.pgbench.push(await peer.tps(32, ms / 1000))
      // A new small ledger each round: measuring makes it grow.
      const small = await ctx.freshDatabase({ max: 8 })
      await fill(small.db, 10_000)
      seen.at64.push(await ours(small.db, 64, ms))
      seen.big64.push(await ours(big.db, 64, ms))
      await small.close()
      const second = await ctx.freshDatabase({ max: 8 })
      await fill(second.db, 10_000)
      seen.at512.push(await ours(second.db, 512, ms))
      seen.big512.push(await ours(big.db, 512, ms))
      await second.close()
      seen.per64.push((await perTransfer(plain.url, 64, ms)).perSecond)
    }
    const deep = { small: [] as number[], big: [] as number[] }
    if (ctx.flags.has('--deep')) {
      ctx.say(`filling: ${(4 * large).toLocaleString('en')} transfers more`)
      await fill(big.db, 4 * large)
      for (let round = 1; round <= rounds; round++) {
        ctx.say(`deep round ${round} of ${rounds}`)
        const small = await ctx.freshDatabase({ max: 8 })
        await fill(small.db, 10_000)
        deep.small.push((await ours(small.db, 512, ms)).perSecond)
        await small.close()
        deep.big.push((await ours(big.db, 512, ms)).perSecond)
      }
    }
    const size = (
      await big.db.pool.query<{ bytes: bigint; many: bigint }>(
        `select pg_database_size(current_database()) as bytes, (select count(*) from ledger.transfer) as many`,
      )
    ).rows[0]!
    await plain.close()
    await big.close()
    const middle = (list: readonly Measured[], key: keyof Measured): number => median(list.map(one => one[key]))
    const at512 = middle(seen.at512, 'perSecond')
    const tps = median(seen.pgbench)
    return {
      figures: {
        perSecond64: middle(seen.at64, 'perSecond'),
        perSecond512: at512,
        p99Ms64: middle(seen.at64, 'p99Ms'),
        p99Ms512: middle(seen.at512, 'p99Ms'),
        nodeCpuUsPerTransfer: middle(seen.at512, 'cpuUs'),
        at1M64: middle(seen.big64, 'perSecond'),
        at1M512: middle(seen.big512, 'perSecond'),
        p99Ms512At1M: middle(seen.big512, 'p99Ms'),
        fillPerSecond,
        bytesPerTransfer: Number(size.bytes / size.many),
        pgbenchTps: tps,
        pgbench: peer.how,
        txnPerTransfer64: median(seen.per64),
        ...(deep.big.length > 0 ? { at5M512: median(deep.big) } : {}),
        rounds,
      },
      ratios: {
        vsPgbench: at512 / tps,
        vsTxnPerTransfer: at512 / median(seen.per64),
        at1MvsAt10k: middle(seen.big512, 'perSecond') / at512,
        ...(deep.big.length > 0 ? { at5MvsAt10k: median(deep.big) / median(deep.small) } : {}),
      },
    }
  },
} satisfies Bench
