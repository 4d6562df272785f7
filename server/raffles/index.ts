/** The door of raffles: draws that anyone can repeat. */
import { registerTopic } from '../foundation/live.ts'
import { seeRaffle } from './raffles.ts'

registerTopic('raffle', (read, viewer, id) =>
  seeRaffle(read, viewer, id).then(
    () => true,
    () => false,
  ),
)

export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
export { tick, tickAll as drawDueRaffles } from './drawing.ts'
export { publishDraft, putRaffle } from './desk.ts'
export { enter as enterRaffle } from './entering.ts'
export { makeSeed, seal, unseal } from './sealing.ts'
export { hashes } from './verify.ts'
