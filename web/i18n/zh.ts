// One language per file in the browser: the query makes each language its own copy of a module, of which only the named export is kept.
export const files = import.meta.glob(['../../shared/words/*.ts', '!../../shared/words/index.ts', '!../../shared/words/locale.ts'], {
  eager: true,
  import: 'zh',
  query: '?zh',
})
