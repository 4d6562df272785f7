import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { KeyRound, MailCheck, MailQuestion, PackageOpen } from 'lucide-react'
import { useEffect, useRef, type FormEvent } from 'react'
import { api, asApiError } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { safeNext } from '../people/auth.ts'
import { Refusal, textOf } from '../people/sign-in.tsx'
import { forgetAnswers, meQuery, useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

/** Opens what a guest bought, with the link of a mail, on whatever device the mail is read. */
export function OpenPage({ token, to, keep }: { token: string; to: string; keep: boolean }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const router = useRouter()
  const asked = useRef(false)
  const open = useMutation({
    mutationFn: (leave: boolean) => api('POST /checkout/open', { token, leave }),
    onSuccess: async ({ state }) => {
      if (state !== 'open') return
      await forgetAnswers(client)
      await client.refetchQueries({ queryKey: meQuery.queryKey })
      if (!keep) await router.navigate({ href: safeNext(to), replace: true })
      await router.invalidate()
    },
  })
  const { mutate } = open
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    mutate(false)
  }, [mutate])
  if (open.error) {
    if (asApiError(open.error).code !== 'link_over') return <ErrorState error={open.error} onRetry={() => mutate(false)} />
    return (
      <EmptyState main icon={MailQuestion} title={t.checkout.openOver}>
        <p className="mb-5">{t.checkout.openOverBody}</p>
        <FindForm />
      </EmptyState>
    )
  }
  if (open.data?.state === 'member')
    return (
      <EmptyState
        main
        icon={KeyRound}
        title={t.checkout.openMember}
        action={
          <Link to="/sign-in" search={{ next: safeNext(to) }} className={buttonClass('primary')}>
            {t.shell.signIn}
          </Link>
        }
      >
        {t.checkout.openMemberBody}
      </EmptyState>
    )
  if (open.data?.state === 'other')
    return (
      <EmptyState
        main
        icon={PackageOpen}
        title={t.checkout.openOther(me?.name ?? '')}
        action={
          <Button busy={open.isPending} onClick={() => mutate(true)}>
            {t.checkout.openLeave}
          </Button>
        }
      >
        {t.checkout.openOtherBody}
      </EmptyState>
    )
  if (open.data && keep) return <KeepForm token={token} />
  return (
    <div>
      <p className="mb-4 text-muted" role="status">
        {t.checkout.opening}
      </p>
      <SkeletonRows rows={3} />
    </div>
  )
}

/** The guest becomes a member: a password, and all is theirs for good. */
function KeepForm({ token }: { token: string }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const router = useRouter()
  const keep = useMutation({
    mutationFn: (form: FormData) =>
      api('POST /checkout/keep', {
        token,
        password: textOf(form, 'password'),
        ...(textOf(form, 'name').trim() ? { name: textOf(form, 'name').trim() } : {}),
      }),
    onSuccess: async () => {
      toast(t.checkout.kept, { tone: 'good' })
      await forgetAnswers(client)
      await router.navigate({ to: '/orders', replace: true })
      await router.invalidate()
    },
  })
  const fields = keep.error ? asApiError(keep.error).fields : {}
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    keep.mutate(new FormData(event.currentTarget))
  }
  return (
    <div className="mx-auto mt-6 max-w-[440px] rounded-lg border border-line bg-surface p-6 sm:p-8">
      <h1 className="text-xl">{t.checkout.keepTitle}</h1>
      <p className="mt-1.5 mb-6 text-muted">{t.checkout.keepFor(me?.email ?? '')}</p>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input
          label={t.checkout.yourName}
          name="name"
          defaultValue={me?.name ?? ''}
          maxLength={80}
          autoComplete="name"
          error={fields['name']}
        />
        <input type="hidden" name="username" autoComplete="username" value={me?.email ?? ''} readOnly />
        <Input
          label={t.checkout.keepPassword}
          hint={t.checkout.keepPasswordHint}
          name="password"
          type="password"
          minLength={8}
          maxLength={128}
          autoComplete="new-password"
          required
          error={fields['password']}
        />
        {keep.error && asApiError(keep.error).code === 'email_taken' ? (
          <p role="alert" className="rounded-sm bg-danger-soft px-3 py-2 text-sm font-medium text-danger">
            {t.checkout.keepTaken}
          </p>
        ) : keep.error && !fields['password'] && !fields['name'] ? (
          <Refusal error={keep.error} />
        ) : null}
        <Button type="submit" size="lg" busy={keep.isPending}>
          {t.checkout.keepDo}
        </Button>
      </form>
    </div>
  )
}

function FindForm() {
  const t = useWords()
  const send = useMutation({ mutationFn: (email: string) => api('POST /checkout/link', { email }) })
  const fields = send.error ? asApiError(send.error).fields : {}
  if (send.isSuccess)
    return (
      <p role="status" className="flex items-center justify-center gap-2 font-medium text-paid">
        <MailCheck size={18} aria-hidden />
        {t.checkout.findSent}
      </p>
    )
  return (
    <form
      className="mx-auto flex max-w-sm flex-col gap-3 text-left"
      onSubmit={event => {
        event.preventDefault()
        send.mutate(textOf(new FormData(event.currentTarget), 'email').trim())
      }}
    >
      <Input label={t.checkout.email} name="email" type="email" autoComplete="email" required error={fields['email']} />
      {send.error && !fields['email'] ? <Refusal error={send.error} /> : null}
      <Button type="submit" busy={send.isPending}>
        {t.checkout.findSend}
      </Button>
    </form>
  )
}

/** Lost the mail: ask for the links again. */
export function FindPage() {
  const t = useWords()
  return (
    <div className="mx-auto max-w-[520px]">
      <h1 className="text-xl">{t.checkout.findTitle}</h1>
      <p className="mt-1.5 mb-6 text-muted">{t.checkout.findBody}</p>
      <Panel>
        <FindForm />
      </Panel>
    </div>
  )
}

/** Shown to guests beside their orders: how to keep all of it. */
export function KeepPanel() {
  const t = useWords()
  const { data } = useQuery(meQuery)
  const me = data?.me
  const send = useMutation({ mutationFn: (email: string) => api('POST /checkout/link', { email }) })
  if (!me?.guest) return null
  return (
    <Panel title={t.checkout.keepTitle}>
      <p className="mb-4 max-w-[70ch]">{t.checkout.keepBody}</p>
      {send.isSuccess ? (
        <p role="status" className="flex items-center gap-2 font-medium">
          <MailCheck size={18} aria-hidden />
          {t.checkout.keepSent(me.email)}
        </p>
      ) : (
        <Button icon={KeyRound} busy={send.isPending} onClick={() => send.mutate(me.email)}>
          {t.checkout.keepSend}
        </Button>
      )}
      {send.error ? <Refusal error={send.error} /> : null}
    </Panel>
  )
}
