export const zh = {
  title: '商品',
}

export const en: typeof zh = {
  title: 'Goods',
}
