/** Posts, comments, polls, reactions. */
export const zh = {
  title: '动态',
}
export const en: typeof zh = {
  title: 'Feed',
}
