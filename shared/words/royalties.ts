export const zh = {
  title: '我的时长去了哪里',
}

export const en: typeof zh = {
  title: 'Where my minutes went',
}
