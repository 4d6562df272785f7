/** Raffles and how each can be drawn again. */
export const zh = {
  title: '抽奖',
}
export const en: typeof zh = {
  title: 'Raffles',
}
