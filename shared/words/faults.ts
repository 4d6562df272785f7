/** One sentence for each refusal, by code or (where a code has none) by kind. Here only what every page may meet; the codes of rooms stand in objections.ts (money, music, desks) and refusals.ts (groups). */
const zh = {
  invalid: '有内容填写得不对，请看标出的地方。',
  unauthenticated: '请先登录。',
  forbidden: '你没有做这件事的权限。',
  not_found: '没有找到，或者你看不到它。',
  method: '这个地址不支持这种请求。',
  conflict: '它刚刚变了，请刷新后再试。',
  gone: '它已经不在了。',
  too_large: '内容太大了。',
  unsupported: '不支持这种格式。',
  unprocessable: '这件事现在做不了。',
  limited: '请求太快了，请稍等一会儿。',
  broken: '出了我们没料到的问题，请稍后再试。',
  unavailable: '暂时连不上，请过一会儿再试。',
  unreachable: '连不上星球，请检查网络后再试。',
  email_taken: '这个邮箱不能用来注册。',
  name_taken: '这个名字已经有人用了。',
  not_an_audio_file: '这不是音频文件。',
  quota: '空间已经用完。',
  login_failed: '邮箱或密码不对。',
  sign_up_failed: '现在没能注册成功，请稍后再试。',
} as const

const en: Record<keyof typeof zh, string> = {
  invalid: 'Something was filled in wrong; see the marked places.',
  unauthenticated: 'Please sign in first.',
  forbidden: 'You are not allowed to do this.',
  not_found: 'There is no such thing here, or you cannot see it.',
  method: 'This address does not take that kind of request.',
  conflict: 'This has just changed; reload and try again.',
  gone: 'This is no longer here.',
  too_large: 'That is too large.',
  unsupported: 'This format is not supported.',
  unprocessable: 'This cannot be done now.',
  limited: 'Too many requests; please wait a moment.',
  broken: 'Something went wrong that we did not expect; please try again later.',
  unavailable: 'Not reachable right now; please try again in a moment.',
  unreachable: 'The planet is out of reach; check your connection and try again.',
  email_taken: 'This e-mail address cannot be used to sign up.',
  name_taken: 'This name is already taken.',
  not_an_audio_file: 'This is not an audio file.',
  quota: 'There is no space left.',
  login_failed: 'E-mail or password is wrong.',
  sign_up_failed: 'Signing up did not work just now; please try again in a moment.',
}

export { zh, en }
export const faultWords = { zh, en }
