/** Steps of the second half: disputes, what they leave to decide, and payouts. */
import { sql } from 'kysely'
import { clock, newId } from './foundation/clock.ts'
import type { Tx } from './foundation/db.ts'
import * as out from './money.model-out.testing.ts'
import { approve, comeBack, compose, confirm, lostDispute, openDispute, settleFrozen, wonDispute } from './money.model-out.testing.ts'
import { refuse } from './money.model.testing.ts'
import { both, equal, note, notify, part, pick, refused, staff, type Trial } from './money.trial.testing.ts'
import * as batches from './payouts/batches.ts'
import { confirmSent, returnPayout } from './payouts/outcomes.ts'
import * as disputes from './refunds/disputes.ts'
import { decide } from './refunds/shortfalls.ts'
import { accrue, fundPool, settleAccruals } from './settlement/accruals.ts'

export type OutStep =
  | { do: 'dispute'; order: number; percent: number; fee: number; twice: boolean }
  | { do: 'dispute ends'; dispute: number; how: 'won' | 'lost'; twice: boolean }
  | { do: 'frozen lines are due' }
  | { do: 'decide a lost dispute'; short: number; decision: 'receivable' | 'borne' | 'refuse' }
  | { do: 'plays are funded'; percent: number }
  | { do: 'plays'; amounts: number[] }
  | { do: 'plays become money' }
  | { do: 'compose payouts' }
  | { do: 'everybody is paid out' }
  | { do: 'approve payouts' | 'confirm payouts'; batch: number; again: boolean }
  | { do: 'payout comes back'; payout: number; again: boolean }

/** What sellers need to be paid: an account, and to be paid whenever they ask. */
export async function openAccounts(tx: Tx, parties: readonly string[]): Promise<void> {
  const long = new Date('2026-01-01T00:00:00Z')
  for (const party of parties) {
    await sql`insert into payouts.method (id, party, currency, route, account, holder, bank, country, state, usable_from, made_by, made_at)
      values (${newId('pym')}, ${party}, 'CNY', 'bank', '6222020200112233', 'Somebody', 'A bank', 'CN', 'active', ${long}, ${party}, ${long})`.execute(
      tx,
    )
    await sql`insert into payouts.preference values (${party}, 'on_demand', ${party}, ${long})`.execute(tx)
  }
  await sql`insert into house.setting (name, value) values ('payouts', '{"thresholds":{"CNY":"1"}}') on conflict (name) do update set value = excluded.value`.execute(
    tx,
  )
}

const reason = 'as every week'

export async function doOut(trial: Trial, step: OutStep): Promise<void> {
  const { model, tx } = trial
  const [one, another] = [staff(trial.staff), staff(trial.other)]
  switch (step.do) {
    case 'dispute': {
      const order = pick(model.orders.filter(found => found.paid), step.order) // prettier-ignore
      if (order === undefined) return
      // With refunds under way the whole is less clear than a model should be: then only what is left is contested.
      const clear = !model.backs.some(back => back.order === order && back.state !== 'done')
      const whole = clear ? order.total : order.total - order.refunded - order.disputed
      const amount = part(whole, step.percent)
      if (amount === 0n) return
      const ref = `dp_${newId('dsp')}`
      openDispute(model, order, ref, amount, BigInt(step.fee))
      note(trial, amount > 0n ? 'dispute' : '')
      const dispute = { ref, amount, fee: BigInt(step.fee), reason: 'fraudulent', respondBy: null }
      const told = await notify(trial, order, { type: 'disputed', dispute, amount }, step.twice ? 2 : 1)
      return equal('outcome', told[0], 'disputed')
    }
    case 'dispute ends': {
      const open = model.disputes.filter(one => one.state === 'open')
      const found = pick(step.dispute < 5 && open.length > 0 ? open : model.disputes, step.dispute)
      if (found === undefined) return
      const { order, ref, amount, state } = found
      const { rows } = await sql<{ fee: bigint }>`select fee from payments.dispute where provider_ref = ${ref}`.execute(tx)
      if (state === 'open') {
        note(trial, `dispute ${step.how}`)
        if (step.how === 'won') wonDispute(model, found)
        else lostDispute(model, found)
      }
      const dispute = { ref, amount, fee: rows[0]!.fee, reason: 'fraudulent', respondBy: null }
      return void (await notify(trial, order, { type: `dispute_${step.how}`, dispute, amount }, step.twice ? 2 : 1))
    }
    case 'frozen lines are due': {
      const frozen = model.lines().filter(line => line.frozen).map(line => line.id).sort() // prettier-ignore
      for (const line of frozen) {
        let done = false
        await both(
          trial,
          () => {
            done = settleFrozen(model, line)
            if (done) note(trial, 'undisputed share settled')
          },
          async () => equal('share settled', await disputes.settleFrozen(tx, line, clock.now()), done),
        )
      }
      return
    }
    case 'decide a lost dispute': {
      const short = pick(model.disputeShorts.filter(row => row.state === 'open'), step.short) // prettier-ignore
      if (short === undefined) return
      const { rows } = await sql<{ id: string }>`select s.id from refunds.shortfall s join payments.dispute d on d.id = s.cause
        where d.provider_ref = ${short.ref} and s.line = ${short.line} and s.owner = ${short.owner}`.execute(tx)
      return both(
        trial,
        () => {
          if (step.decision === 'refuse') return refuse('refuse_refunds_only')
          note(trial, `lost dispute: ${step.decision}`)
          short.state = step.decision
          if (step.decision === 'borne') return
          model.move(`${short.owner} receivable ${short.currency}`, -short.amount, `planet costs ${short.currency}`, short.amount)
          model.debts.push({ owner: short.owner, currency: short.currency, left: short.amount })
        },
        () => decide(tx, one, { id: rows[0]!.id, decision: step.decision, reason: 'decided' }),
      )
    }
    case 'plays are funded': {
      const amount = part(model.of('planet commission CNY'), step.percent)
      if (amount === 0n) return
      const from = { owner: 'planet', purpose: 'commission', asset: 'CNY' }
      const given = { key: `fund:${newId('evt')}`, pool: 'plays', from, amount, currency: 'CNY', cause: 'period:2026-11' }
      return both(
        trial,
        () => {
          out.fund(model, amount)
          note(trial, step.do)
        },
        async () => {
          await fundPool(tx, given)
          await fundPool(tx, given)
        },
      )
    }
    case 'plays': {
      const parts = step.amounts.map((amount, n) => ({ party: pick(model.world.parties, n)!, amount: BigInt(amount) }))
      if (parts.every(({ amount }) => amount === 0n)) return
      const whole = parts.reduce((sum, { amount }) => sum + amount, 0n)
      if (whole > model.of('pool:plays pool micro:CNY')) await doOut(trial, { do: 'plays are funded', percent: 100 })
      const key = `play:${newId('ply')}`
      return both(
        trial,
        () => {
          out.plays(model, new Map(parts.map(({ party, amount }) => [party, amount])))
          note(trial, step.do)
        },
        async () => {
          const given = [{ key, pool: 'plays', currency: 'CNY', cause: key, parts }]
          await accrue(tx, given)
          await accrue(tx, given)
        },
      )
    }
    case 'plays become money': {
      const paid = out.settlePlays(model)
      let [found, after] = [0, null as Awaited<ReturnType<typeof settleAccruals>>['next']]
      do {
        const some = await settleAccruals(tx, '2026-11', after)
        found += some.paid
        after = some.next
      } while (after !== null)
      if (paid > 0) note(trial, step.do)
      return equal('paid for plays', found, paid)
    }
    case 'compose payouts': {
      const id = newId('bat')
      for (const party of model.world.parties)
        await sql`insert into payouts.ask values (${party}, 'CNY', ${party}, ${clock.now()}) on conflict do nothing`.execute(tx)
      return both(
        trial,
        () => {
          compose(model, id)
          note(trial, 'payouts composed')
        },
        async () => {
          const day = clock.now().toISOString().slice(0, 10)
          await batches.composeBatch(tx, one, { id, currency: 'CNY', day })
          await batches.submit(tx, one, { id, reason })
          await refused(trial, 'own_decision', () => batches.approve(tx, one, { id, reason }))
        },
      )
    }
    case 'everybody is paid out': {
      await doOut(trial, { do: 'compose payouts' })
      const last = model.batches.length - 1
      await doOut(trial, { do: 'approve payouts', batch: last, again: false })
      return doOut(trial, { do: 'confirm payouts', batch: last, again: false })
    }
    case 'approve payouts':
    case 'confirm payouts': {
      const batch = pick(model.batches, Math.max(0, step.batch))
      if (batch === undefined) return
      const { id } = batch
      const was = batch.state
      return both(
        trial,
        () => {
          // Approved already, by the same person: a repeat.
          if (step.do === 'confirm payouts') confirm(model, batch)
          else if (was === 'submitted') approve(model, batch)
          note(trial, step.do)
        },
        async () => {
          const act = (): Promise<unknown> =>
            step.do === 'approve payouts' ? batches.approve(tx, another, { id, reason }) : confirmSent(tx, one, { id, reason })
          await act()
          if (step.again) await act()
        },
      )
    }
    case 'payout comes back': {
      const all = model.batches.flatMap(batch => batch.payouts.map(payout => ({ payout, batch: batch.id })))
      const found = pick(all, step.payout)
      if (found === undefined) return
      const { payout, batch } = found
      const { rows } = await sql<{ id: string }>`select id from payouts.payout where batch = ${batch} and party = ${payout.owner}`.execute(
        tx,
      )
      return both(
        trial,
        () => {
          comeBack(model, payout)
          note(trial, step.do)
        },
        async () => {
          for (let n = 0; n < (step.again ? 2 : 1); n++)
            await returnPayout(tx, one, { id: rows[0]!.id, code: 'account_closed', reason: 'the bank said so' })
        },
      )
    }
  }
}
