/** The same whether it rests or rings. */
export const bellClass = 'relative grid size-10 shrink-0 place-items-center rounded-full text-muted hover:bg-raised hover:text-ink'
