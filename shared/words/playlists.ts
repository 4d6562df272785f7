export const zh = {
  title: '歌单',
}

export const en: typeof zh = {
  title: 'Playlists',
}
