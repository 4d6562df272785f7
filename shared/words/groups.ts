/** Groups: charter, members, levels, schedule, letters. */
export const zh = {
  title: '粉丝团',
}
export const en: typeof zh = {
  title: 'Fan groups',
}
