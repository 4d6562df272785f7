/** What hosts see of their group at the desk. */
export const zh = {
  title: '粉丝团管理',
}
export const en: typeof zh = {
  title: 'Group desk',
}
