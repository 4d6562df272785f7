/** Reports, decisions, appeals, bans. */
export const zh = {
  title: '审核',
}
export const en: typeof zh = {
  title: 'Moderation',
}
