import { Link, useRouter } from '@tanstack/react-router'

type Tab = { name: string; to: string; exact?: boolean }

/** Tabs that are addresses of their own, for a group and for its desk. Routes that are not built are not listed. */
export function RouteTabs({ label, id, base, tabs }: { label: string; id: string; base: string; tabs: readonly Tab[] }) {
  const routes = Object.keys(useRouter().routesByPath)
  return (
    <nav
      aria-label={label}
      className="no-bar sticky top-16 z-10 -mx-4 mb-5 flex gap-6 overflow-x-auto border-b border-line bg-bg px-4 sm:static sm:mx-0 sm:bg-transparent sm:px-0"
    >
      {tabs
        .filter(tab => routes.includes(base + tab.to) || (tab.to === '' && routes.includes(base)))
        .map(tab => (
          <Link
            key={tab.to}
            to={(base + tab.to) as '/'}
            params={{ id } as never}
            activeOptions={{ exact: tab.exact ?? false }}
            className="-mb-px border-b-2 border-transparent px-0.5 py-2.5 font-medium whitespace-nowrap text-muted transition-colors hover:text-ink aria-[current=page]:border-accent-mark aria-[current=page]:text-ink"
          >
            {tab.name}
          </Link>
        ))}
    </nav>
  )
}
