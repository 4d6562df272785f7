import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { UserRound } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { forgetAnswers, useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Panel } from '../ui/states.tsx'
import { GuestForm } from './as-guest.tsx'

/** Who buys: a member, or a guest with an address and nothing else. `contact`: where news of this order goes instead of to one's own address. */
export function Who({ contact, onContact }: { contact: string | null; onContact: (contact: string | null) => void }) {
  const t = useWords()
  const me = useMe()
  const [changing, setChanging] = useState(false)
  if (!me || (me.guest && changing)) return <AsGuest onDone={() => setChanging(false)} />
  return (
    <Panel title={t.checkout.contact}>
      <div className="flex flex-wrap items-center gap-3">
        <UserRound size={18} aria-hidden className="text-muted" />
        <p className="min-w-0 flex-1 basis-44 [overflow-wrap:anywhere]">
          {me.guest ? t.checkout.guestAs(me.email) : t.checkout.memberAs(me.name, me.email)}
        </p>
        {me.guest ? (
          <Button look="plain" size="sm" onClick={() => setChanging(true)}>
            {t.checkout.changeContact}
          </Button>
        ) : contact === null ? (
          <Button look="plain" size="sm" onClick={() => onContact('')}>
            {t.checkout.otherContact}
          </Button>
        ) : null}
      </div>
      {contact !== null && !me.guest ? (
        <Input
          className="mt-4"
          label={t.checkout.otherContact}
          type="email"
          value={contact}
          autoComplete="email"
          onChange={event => onContact(event.target.value)}
          onBlur={() => contact.trim() === '' && onContact(null)}
        />
      ) : null}
    </Panel>
  )
}

function AsGuest({ onDone }: { onDone: () => void }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  return (
    <Panel
      title={t.checkout.contact}
      note={t.checkout.contactBody}
      action={
        me ? null : (
          <Link
            to="/sign-in"
            search={{ next: '/checkout' }}
            className="text-sm font-medium underline underline-offset-4 hover:text-accent-ink"
          >
            {t.checkout.haveAccount}
          </Link>
        )
      }
    >
      <GuestForm
        onIn={async () => {
          await forgetAnswers(client)
          onDone()
        }}
      />
    </Panel>
  )
}
