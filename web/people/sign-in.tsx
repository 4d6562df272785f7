import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { Eye, EyeOff } from 'lucide-react'
import { useState, type FormEvent, type ReactNode } from 'react'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { forgetAnswers, siteQuery } from '../shell/me.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input } from '../ui/field.tsx'
import { Planet } from '../ui/planet.tsx'
import { faultText } from '../ui/states.tsx'
import { auth, safeNext } from './auth.ts'

/** Signs in or up and goes where the person wanted to go; everything fetched before belongs to nobody and is forgotten. */
function useEnter(path: 'sign-in/email' | 'sign-up/email', next: string | undefined) {
  const client = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: (body: object) => auth(path, body),
    onSuccess: async () => {
      await forgetAnswers(client)
      await router.navigate({ href: safeNext(next) })
      await router.invalidate()
    },
  })
}

function Card({ title, body, children, foot }: { title: string; body: string; children: ReactNode; foot: ReactNode }) {
  return (
    <div className="mx-auto mt-4 max-w-[420px] sm:mt-10">
      <Planet id="gate-of-the-planet" bare measure={40} className="mx-auto -mb-2 size-28" />
      <div className="rounded-lg border border-line bg-surface p-6 sm:p-8">
        <h1 className="text-xl">{title}</h1>
        <p className="mt-1.5 mb-6 text-muted">{body}</p>
        {children}
      </div>
      <p className="mt-5 text-center text-muted">{foot}</p>
    </div>
  )
}

function Password({
  label,
  hint,
  error,
  name,
  autoComplete,
}: {
  label: string
  hint?: string
  error?: string | undefined
  name: string
  autoComplete: string
}) {
  const t = useWords()
  const [shown, setShown] = useState(false)
  return (
    <div className="relative">
      <Input label={label} hint={hint} error={error} name={name} type={shown ? 'text' : 'password'} autoComplete={autoComplete} required />
      <div className="absolute top-[31px] right-1">
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? t.account.hidePassword : t.account.showPassword}
          size="sm"
          onClick={() => setShown(!shown)}
        />
      </div>
    </div>
  )
}

export const textOf = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

const linkClass = 'font-medium text-ink underline underline-offset-4 hover:text-accent-ink'

export function SignIn({ next }: { next: string | undefined }) {
  const t = useWords()
  const enter = useEnter('sign-in/email', next)
  const fields = enter.error ? asApiError(enter.error).fields : {}
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    enter.mutate({ email: textOf(form, 'email'), password: textOf(form, 'password'), rememberMe: form.has('remember') })
  }
  return (
    <Card
      title={t.account.signInTitle}
      body={t.account.signInBody}
      foot={
        <>
          {t.account.noAccount}{' '}
          <Link to="/sign-up" search={next ? { next } : {}} className={linkClass}>
            {t.account.signUp}
          </Link>
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input label={t.account.email} error={fields['email']} name="email" type="email" autoComplete="username" required />
        <Password label={t.account.password} error={fields['password']} name="password" autoComplete="current-password" />
        <Checkbox label={t.account.remember} name="remember" defaultChecked />
        {enter.error ? <Refusal error={enter.error} /> : null}
        <Button type="submit" size="lg" busy={enter.isPending}>
          {t.account.signIn}
        </Button>
      </form>
      <DemoPeople onPick={email => enter.mutate({ email, password: 'planet-demo', rememberMe: true })} />
    </Card>
  )
}

export function SignUp({ next }: { next: string | undefined }) {
  const t = useWords()
  const enter = useEnter('sign-up/email', next)
  const refused = enter.error ? asApiError(enter.error) : null
  const fields = refused?.fields ?? {}
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    enter.mutate({ name: textOf(form, 'name'), email: textOf(form, 'email'), password: textOf(form, 'password') })
  }
  return (
    <Card
      title={t.account.signUpTitle}
      body={t.account.signUpBody}
      foot={
        <>
          {t.account.haveAccount}{' '}
          <Link to="/sign-in" search={next ? { next } : {}} className={linkClass}>
            {t.account.signIn}
          </Link>
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input
          label={t.account.name}
          hint={t.account.nameHint}
          error={fields['name']}
          name="name"
          autoComplete="name"
          maxLength={80}
          required
        />
        <Input
          label={t.account.email}
          error={fields['email'] ?? (refused?.code === 'email_taken' ? faultText(t, refused) : undefined)}
          name="email"
          type="email"
          autoComplete="username"
          required
        />
        <Password
          label={t.account.password}
          hint={t.account.passwordHint}
          error={fields['password']}
          name="password"
          autoComplete="new-password"
        />
        {refused && refused.code !== 'email_taken' ? <Refusal error={refused} /> : null}
        <Button type="submit" size="lg" busy={enter.isPending}>
          {t.account.signUp}
        </Button>
      </form>
    </Card>
  )
}

export function Refusal({ error }: { error: unknown }) {
  const t = useWords()
  return (
    <p role="alert" className="rounded-sm bg-danger-soft px-3 py-2 text-sm font-medium text-danger">
      {faultText(t, error)}
    </p>
  )
}

/** On a demo planet anyone may look around as one of its people. */
function DemoPeople({ onPick }: { onPick: (email: string) => void }) {
  const t = useWords()
  const { data: site } = useQuery(siteQuery)
  if (!site?.demo) return null
  const people = [
    ['fan', t.account.demoFan],
    ['artist', t.account.demoArtist],
    ['lyricist', t.account.demoLyricist],
    ['producer', t.account.demoProducer],
    ['label', t.account.demoLabel],
    ['finance', t.account.demoFinance],
    ['operator', t.account.demoOperator],
  ] as const
  return (
    <section className="mt-7 border-t border-line pt-5">
      <h2 className="text-sm">{t.account.demoPeople}</h2>
      <p className="mb-3 text-xs text-muted">{t.account.demoPeopleHint}</p>
      <div className="flex flex-wrap gap-2">
        {people.map(([name, role]) => (
          <button
            key={name}
            type="button"
            onClick={() => onPick(`${name}@demo.example`)}
            className="flex items-center gap-2 rounded-full bg-raised py-1 pr-3 pl-1 text-xs font-medium hover:bg-accent-soft hover:text-accent-ink"
          >
            <Planet id={`demo-${name}`} className="size-6 rounded-full" />
            {role}
          </button>
        ))}
      </div>
    </section>
  )
}
