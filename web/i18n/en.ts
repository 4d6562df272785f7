export const files = import.meta.glob(['../../shared/words/*.ts', '!../../shared/words/index.ts', '!../../shared/words/locale.ts'], {
  eager: true,
  import: 'en',
  query: '?en',
})
