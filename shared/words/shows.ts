export const zh = {
  title: '演出',
}

export const en: typeof zh = {
  title: 'Shows',
}
