/** Tickets that fans sell on, for a show's page: lazily, since most shows have none. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ShoppingCart } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { addToCart } from '../shop/cart.ts'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { Tag } from '../ui/states.tsx'
import { resaleQuery, type Resale, type Ticket } from './queries.ts'
import { NameFields, namesReady } from './sheets.tsx'

type Show = { id: string; title: string; picture: string | null; realName: Ticket['realName']; page: { id: string; name: string } }

export function ResaleOffers({ show }: { show: Show }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const navigate = useNavigate()
  const query = resaleQuery(show.id)
  const { data } = useQuery(query)
  const [naming, setNaming] = useState<Resale | null>(null)
  const anew = () => void client.invalidateQueries({ queryKey: query.queryKey })
  useLive([`resale:${show.id}`], anew, anew)
  if (data === undefined || data.items.length === 0) return null
  const put = async (item: Resale, names?: { name: string; idTail: string }) => {
    addToCart({
      offer: item.offer,
      quantity: 1,
      title: show.title,
      detail: [item.tierName, item.seat].filter(Boolean).join(' · '),
      picture: show.picture,
      price: item.price,
      url: `/shows/${show.id}`,
      seller: show.page,
      kind: 'resale',
      ...(names ? { choice: { name: names.name.trim(), ...(names.idTail ? { idTail: names.idTail } : {}) } } : {}),
    } as never)
    await navigate({ to: '/cart' as '/' })
  }
  return (
    <section className="flex flex-col gap-3">
      <header>
        <h2 className="text-lg">{t.tickets.resaleTitle}</h2>
        <p className="text-sm text-muted">{t.tickets.resaleBody}</p>
      </header>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {data.items.map(item => (
          <li key={item.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
            <span className="min-w-0 flex-1">
              <b className="block truncate font-semibold">{item.seat ?? item.tierName}</b>
              <span className="block truncate text-xs text-muted">
                {item.seat ? `${item.tierName} · ` : ''}
                {t.tickets.faceValue} {format.money(item.faceValue)}
              </span>
            </span>
            <b className="tabular">{format.money(item.price)}</b>
            {item.mine ? (
              <Tag>{t.tickets.resaleMine}</Tag>
            ) : (
              <Button size="sm" icon={ShoppingCart} onClick={() => (show.realName === 'none' ? void put(item) : setNaming(item))}>
                {t.tickets.resaleBuy}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {naming ? <Naming realName={show.realName} onClose={() => setNaming(null)} onDone={names => void put(naming, names)} /> : null}
    </section>
  )
}

function Naming({
  realName,
  onClose,
  onDone,
}: {
  realName: Ticket['realName']
  onClose: () => void
  onDone: (names: { name: string; idTail: string }) => void
}) {
  const t = useWords()
  const [names, setNames] = useState({ name: '', idTail: '' })
  return (
    <Sheet open onOpenChange={open => (open ? undefined : onClose())} title={t.tickets.resaleName}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          onDone(names)
        }}
      >
        <NameFields realName={realName} value={names} onChange={setNames} />
        <Button type="submit" size="lg" disabled={!namesReady(realName, names)}>
          {t.tickets.resaleBuy}
        </Button>
      </form>
    </Sheet>
  )
}
