// What only a listener's further pages say (shared/words/index.ts).
export const files = import.meta.glob(
  '../../shared/words/{about,account,apps,claiming,discover,immigration,listening,lyrics,offline,playlists,refunds,royalties,rules,search,sound,upload}.ts',
  {
    eager: true,
    import: 'en',
    query: '?en',
  },
)
