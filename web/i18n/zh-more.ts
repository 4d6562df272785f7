// What only a listener's further pages say (shared/words/index.ts).
export const files = import.meta.glob(
  '../../shared/words/{apps,discover,immigration,listening,lyrics,offline,playlists,royalties,rules,search,sound,upload}.ts',
  {
    eager: true,
    import: 'zh',
    query: '?zh',
  },
)
