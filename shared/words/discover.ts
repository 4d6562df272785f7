export const zh = {
  title: '发现',
}

export const en: typeof zh = {
  title: 'Discover',
}
