/** Missions and what they ask for. */
export const zh = {
  title: '任务',
}
export const en: typeof zh = {
  title: 'Missions',
}
