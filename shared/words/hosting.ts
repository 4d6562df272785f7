/** What hosts see of their group at the desk. */
export const zh = {
  title: '粉丝团管理',
  tabs: {
    label: '粉丝团管理',
    overview: '概览',
    members: '团员',
    moderation: '内容管理',
    missions: '任务',
    points: '积分',
    rewards: '奖励',
    settings: '设置',
  },
  toGroup: '打开粉丝团',
}
export const en: typeof zh = {
  title: 'Group desk',
  tabs: {
    label: 'Group desk',
    overview: 'Overview',
    members: 'Members',
    moderation: 'Moderation',
    missions: 'Missions',
    points: 'Points',
    rewards: 'Rewards',
    settings: 'Settings',
  },
  toGroup: 'Open the group',
}
