export const zh = {
  /** What happens next with a line, by code (server/shop/kinds.ts#Progress). */
  progress: { owned: '已归你所有' } as Record<string, string>,
}

export const en: typeof zh = {
  progress: { owned: 'Yours to keep' } as Record<string, string>,
}
