/** Notices about what was decided, of what people wrote and of pages they claimed: a part of notices.ts. */
import type { NoticeFacts } from '../notices.ts'

export const zh = {
  decided: (f: NoticeFacts) => `你发布的内容有了处理结果${f.reason ? `：${f.reason}` : ''}`,
  kept: () => '你发布的内容通过了查看，大家可以看到了',
  appeal_decided: () => '你的申诉有了结果',
  banned: (f: NoticeFacts) =>
    `${f.group ? '你在这个粉丝团被禁言' : '你的账号被限制'}${f.on ? `，到 ${f.on}` : ''}${f.reason ? `：${f.reason}` : ''}`,
  page_claim_announced: (f: NoticeFacts) => `你认领的主页「${f.page}」开始公示，到 ${f.on}`,
  page_claim_objected: (f: NoticeFacts) => `你认领的主页「${f.page}」有了不同意见，由另一位工作人员裁定`,
  page_claim_granted: (f: NoticeFacts) => `主页「${f.page}」归你了`,
  page_claim_refused: (f: NoticeFacts) =>
    f.title === 'given'
      ? `主页「${f.page}」给了别人${f.reason ? `：${f.reason}` : ''}`
      : `你对主页「${f.page}」的认领没有通过${f.reason ? `：${f.reason}` : ''}`,
  page_claim_decided: (f: NoticeFacts) =>
    `你有异议的主页「${f.page}」有了结果：${f.title === 'granted' ? '给了认领的人' : '没有给'}${f.reason ? `。${f.reason}` : ''}`,
}
export const en: typeof zh = {
  decided: f => `There is a decision about something you wrote${f.reason ? `: ${f.reason}` : ''}`,
  kept: () => 'What you wrote was looked at and stays',
  appeal_decided: () => 'Your appeal was decided',
  banned: f =>
    `${f.group ? 'You may not write in this group' : 'Your account is restricted'}${f.on ? ` until ${f.on}` : ''}${f.reason ? `: ${f.reason}` : ''}`,
  page_claim_announced: f => `Your claim of “${f.page}” is announced until ${f.on}`,
  page_claim_objected: f => `Somebody disagrees with your claim of “${f.page}”; another person of our staff decides`,
  page_claim_granted: f => `The page “${f.page}” is yours`,
  page_claim_refused: f =>
    f.title === 'given'
      ? `The page “${f.page}” was given to somebody else${f.reason ? `: ${f.reason}` : ''}`
      : `Your claim of “${f.page}” was not granted${f.reason ? `: ${f.reason}` : ''}`,
  page_claim_decided: f =>
    `The claim of “${f.page}” that you objected to was ${f.title === 'granted' ? 'granted' : 'not granted'}${f.reason ? `: ${f.reason}` : ''}`,
}
