/** Points: where they came from, when they end. */
export const zh = {
  title: '积分',
}
export const en: typeof zh = {
  title: 'Points',
}
