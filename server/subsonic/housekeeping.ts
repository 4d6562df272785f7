/** The house itself: is it there, what does it know, who am I, is it looking for music; and what a planet has none of. */
import { Refused, type Answer } from './answer.ts'
import { call, type Asked, type Call } from './call.ts'
import { folder } from './browsing.ts'
import { catalogueState } from './store-lists.ts'

/** What we do beyond the protocol of old, each as its page says. */
export const extensions = [
  { name: 'apiKeyAuthentication', versions: [1] },
  { name: 'formPost', versions: [1] },
  { name: 'indexBasedQueue', versions: [1] },
  { name: 'songLyrics', versions: [1] },
  { name: 'transcodeOffset', versions: [1] },
]

function getUser({ viewer, key, given }: Asked): Answer {
  const wanted = given.text('username')?.trim().toLowerCase()
  const names = [viewer.email, viewer.id, viewer.name.toLowerCase()]
  // Apps ask with the name they sign in with, which may be a handle; nobody is told of others.
  const said = given.text('u')?.trim().toLowerCase()
  if (wanted !== undefined && wanted !== '' && wanted !== said && !names.includes(wanted)) throw new Refused(50, 'Others are their own')
  const may = (scope: 'listen' | 'library' | 'submit'): boolean => key.scopes.includes(scope)
  return {
    user: {
      username: given.text('u') ?? viewer.email,
      email: viewer.email,
      scrobblingEnabled: may('submit'),
      maxBitRate: 0,
      adminRole: viewer.roles.includes('operator'),
      settingsRole: false,
      downloadRole: may('listen'),
      uploadRole: false,
      playlistRole: may('library'),
      coverArtRole: false,
      commentRole: may('library'),
      podcastRole: false,
      streamRole: may('listen'),
      jukeboxRole: false,
      shareRole: may('library'),
      videoConversionRole: false,
      folder: [folder.id],
    },
  }
}

const scanStatus = async ({ read }: Asked): Promise<Answer> => {
  const { songs, changedAt } = await catalogueState(read)
  return { scanStatus: { scanning: false, count: songs, folderCount: 1, lastScan: changedAt ?? undefined } }
}
/** Music comes by uploads, `planet import` and watched folders, which look by themselves. Operators are told how it stands; nobody else may ask. */
async function startScan(asked: Asked): Promise<Answer> {
  if (!asked.viewer.roles.includes('operator')) throw new Refused(50, 'Only the operator may start a scan')
  return scanStatus(asked)
}

export const houseCalls: Record<string, Call> = {
  getOpenSubsonicExtensions: { open: true, act: () => ({ openSubsonicExtensions: extensions }) },
  ping: call(null, () => ({})),
  getLicense: call(null, () => ({ license: { valid: true } })),
  tokenInfo: call(null, ({ viewer }) => ({ tokenInfo: { username: viewer.email } })),
  getUser: call(null, getUser),
  getScanStatus: call('listen', scanStatus),
  startScan: call('listen', startScan),
  getPodcasts: call('listen', () => ({ podcasts: { channel: [] } })),
  getNewestPodcasts: call('listen', () => ({ newestPodcasts: { episode: [] } })),
  getInternetRadioStations: call('listen', () => ({ internetRadioStations: { internetRadioStation: [] } })),
}
