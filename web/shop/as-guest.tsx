import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Mail } from 'lucide-react'
import { api, asApiError } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Refusal } from '../people/sign-in.tsx'
import { meQuery } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'

/** An address for receipt and news, and nothing else: who gives it buys as a guest. `onIn` goes on from there. */
export function GuestForm({ onIn }: { onIn: () => Promise<void> | void }) {
  const t = useWords()
  const enter = useMutation({
    mutationFn: (form: FormData) => {
      const [email, name] = ['email', 'name'].map(field => {
        const value = form.get(field)
        return typeof value === 'string' ? value.trim() : ''
      }) as [string, string]
      return api('POST /checkout/guest', { email, ...(name ? { name } : {}) })
    },
    onSuccess: onIn,
  })
  const fields = enter.error ? asApiError(enter.error).fields : {}
  return (
    <form
      className="@container flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        enter.mutate(new FormData(event.currentTarget))
      }}
    >
      <div className="grid gap-4 @md:grid-cols-2">
        <Input label={t.checkout.email} name="email" type="email" autoComplete="email" inputMode="email" required error={fields['email']} />
        <Input label={t.checkout.yourName} name="name" autoComplete="name" maxLength={80} optional error={fields['name']} />
      </div>
      {enter.error && !fields['email'] && !fields['name'] ? <Refusal error={enter.error} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" icon={Mail} busy={enter.isPending}>
          {t.checkout.goOn}
        </Button>
        <p className="min-w-0 flex-1 basis-60 text-xs text-muted">{t.checkout.asGuest}</p>
      </div>
    </form>
  )
}

/** A stranger is a guest now. What is on the screen was nobody's and stays while it is asked again: what they were about to do goes on. */
async function nowGuest(client: QueryClient): Promise<void> {
  client.removeQueries({ type: 'inactive' })
  await client.refetchQueries({ queryKey: meQuery.queryKey })
  void client.invalidateQueries({ predicate: query => query.queryKey[0] !== meQuery.queryKey[0] })
}

/** Who somebody signed out is: an address to go on at once, or signing in, which leads back to `next`. */
export function WhoAsks({ next, onIn }: { next: string; onIn: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  return (
    <div className="flex flex-col gap-5 py-2">
      <GuestForm
        onIn={async () => {
          await nowGuest(client)
          onIn()
        }}
      />
      <Link to="/sign-in" search={{ next }} className={buttonClass('quiet', 'md', 'w-full')}>
        {t.checkout.haveAccount}
      </Link>
    </div>
  )
}
export function WhoSheet({ next, onIn, onClose }: { next: string; onIn: () => void; onClose: () => void }) {
  const t = useWords()
  return (
    <Sheet open onOpenChange={open => !open && onClose()} title={t.checkout.contact} description={t.checkout.contactBody}>
      <WhoAsks next={next} onIn={onIn} />
    </Sheet>
  )
}
