export const zh = {
  title: '声音',
}

export const en: typeof zh = {
  title: 'Sound',
}
