import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { FlowPicture } from './flow.tsx'

/** From a payout back to its sales, as a picture: what earned the money that was paid out. */
export function PayoutFlow({ id }: { id: string }) {
  const t = useWords()
  const { data } = useQuery(read('GET /payouts/:id/money', { id }))
  // The page that holds it tells the payout itself; without the picture nothing is lost.
  if (!data || data.links.length === 0) return null
  return <FlowPicture flow={data} label={t.money.follow} />
}
