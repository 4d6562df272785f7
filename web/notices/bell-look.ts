/** The same whether it rests or rings. */
export const bellClass =
  'relative grid size-10 shrink-0 place-items-center rounded-full bg-surface/70 text-muted hover:bg-raised hover:text-ink'
