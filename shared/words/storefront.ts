export const zh = {
  title: '店铺',
}

export const en: typeof zh = {
  title: 'Shop',
}
