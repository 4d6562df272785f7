export const zh = {
  title: '销售',
}

export const en: typeof zh = {
  title: 'Selling',
}
