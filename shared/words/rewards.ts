/** Rewards and their exchange. */
export const zh = {
  title: '奖励',
}
export const en: typeof zh = {
  title: 'Rewards',
}
