export const zh = {
  title: '离线',
}

export const en: typeof zh = {
  title: 'Offline',
}
