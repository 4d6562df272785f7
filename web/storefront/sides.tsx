import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'

const side =
  'inline-flex h-10 items-center rounded-full px-4 text-sm font-medium text-muted aria-[current=page]:bg-ink aria-[current=page]:text-bg'

/** Shops, shows and rooms beside each other: phones have no rail that leads to each. */
export function Sides() {
  const t = useWords()
  return (
    <nav aria-label={t.shell.market} className="-mx-1 mb-4 flex gap-1 lg:hidden">
      <Link to="/shop" activeOptions={{ includeSearch: false }} className={side}>
        {t.shell.shop}
      </Link>
      <Link to="/shows" activeOptions={{ includeSearch: false }} className={side}>
        {t.shell.shows}
      </Link>
      <Link to="/book" activeOptions={{ includeSearch: false }} className={side}>
        {t.shell.rooms}
      </Link>
    </nav>
  )
}
