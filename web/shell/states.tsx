import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useEffect } from 'react'
import { asApiError, scriptMissing } from '../api-call.ts'
import { loadAgain } from '../early.ts'
import { useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Planet } from '../ui/planet.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'

/** Where nothing is (or nothing this reader may see). */
export function PageMissing() {
  const t = useWords()
  return (
    <EmptyState
      main
      picture={<Planet id="nothing-here" bare measure={1} className="size-28" />}
      title={t.common.missingTitle}
      action={
        <Link to="/" className={buttonClass('quiet')}>
          {t.common.goHome}
        </Link>
      }
    >
      {t.common.missingBody}
    </EmptyState>
  )
}

/** A page whose data, or a script of it, could not be had. Browsers remember that a script did not come: it comes with a page loaded anew, by itself where the planet answers. */
export function PageFailed({ error }: ErrorComponentProps) {
  const router = useRouter()
  const fault = asApiError(error)
  const anew = scriptMissing(error)
  useEffect(() => {
    if (anew) void fetch('/healthz').then(answer => (answer.ok ? loadAgain() : undefined), Boolean)
  }, [anew])
  if (fault.status === 404 || (fault.status === 400 && fault.code === 'invalid')) return <PageMissing />
  if (fault.status === 401) return <SignInFirst />
  return (
    <>
      <ErrorState error={error} onRetry={() => (anew ? location.reload() : void router.invalidate())} />
      {fault.code === 'unreachable' ? <ToOffline /> : null}
    </>
  )
}

/** Without a network there is still what this device keeps. */
function ToOffline() {
  const t = useWords()
  return (
    <p className="text-center">
      <Link to="/offline" className={buttonClass('quiet', 'sm')}>
        {t.shell.offline}
      </Link>
    </p>
  )
}

/** A page that belongs to someone signed in. */
export function SignInFirst() {
  const t = useWords()
  const router = useRouter()
  return (
    <EmptyState
      main
      picture={<Planet id="sign-in-first" bare measure={20} className="size-28" />}
      title={t.common.signInTitle}
      action={
        <>
          <Link to="/sign-in" search={{ next: router.latestLocation.href }} className={buttonClass('primary')}>
            {t.shell.signIn}
          </Link>
          <Link to="/sign-up" search={{ next: router.latestLocation.href }} className={buttonClass('quiet')}>
            {t.shell.signUp}
          </Link>
        </>
      }
    >
      {t.common.signInBody}
    </EmptyState>
  )
}

export const PagePending = () => <SkeletonRows rows={7} />
