import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Planet } from '../ui/planet.tsx'
import { EmptyState } from '../ui/states.tsx'

/** Neither a member nor a guest here: sign in, or get the link by mail again. */
export function NotKnown({ to }: { to: string }) {
  const t = useWords()
  return (
    <EmptyState
      main
      picture={<Planet id="sign-in-first" bare measure={20} className="size-28" />}
      title={t.common.signInTitle}
      action={
        <>
          <Link to="/sign-in" search={{ next: to }} className={buttonClass('primary')}>
            {t.shell.signIn}
          </Link>
          <Link to="/checkout/find" className={buttonClass('quiet')}>
            {t.checkout.findTitle}
          </Link>
        </>
      }
    >
      {t.common.signInBody}
    </EmptyState>
  )
}
