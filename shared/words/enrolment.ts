/** Bringing a fan club with its members to the planet. */
export const zh = {
  title: '粉丝团迁移',
}
export const en: typeof zh = {
  title: 'Moving a fan club',
}
