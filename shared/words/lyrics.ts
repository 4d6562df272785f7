export const zh = {
  title: '歌词',
}

export const en: typeof zh = {
  title: 'Lyrics',
}
