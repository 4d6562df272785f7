import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { encodeId, uuidv7Bytes } from '../../shared/uuid.ts'
import { api, read, type Ok } from '../api.ts'

export type Card = Ok<'GET /me/playlists'>['items'][number]
export type PublicCard = Ok<'GET /playlists'>['items'][number]
export type Playlist = Ok<'GET /playlists/:id'>
export type Entry = Ok<'GET /playlists/:id/entries'>['items'][number]

const newId = (kind: 'pls' | 'ple'): string => `${kind}_${encodeId(uuidv7Bytes(Date.now(), crypto.getRandomValues(new Uint8Array(10))))}`
/** Ids made here, so that a second press or a retry is the same playlist, the same entry. */
export const newPlaylistId = (): string => newId('pls')
export const newEntryId = (): string => newId('ple')

const invited = (invite: string | undefined): { invite?: string } => (invite === undefined ? {} : { invite })
export const playlistQuery = (id: string, invite?: string) => read('GET /playlists/:id', { id, ...invited(invite) })
export const mineQuery = read('GET /me/playlists')

/** Entries, 500 at a time; the page asks for all of them, one part after the other. */
export const entriesQuery = (id: string, invite?: string) =>
  infiniteQueryOptions({
    queryKey: ['GET /playlists/:id/entries', { id }] as const,
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /playlists/:id/entries',
        { id, limit: 500, ...invited(invite), ...(pageParam === '' ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })

/** After a change: the playlist, its entries and the lists it stands in. */
export async function refresh(client: QueryClient, id?: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['GET /me/playlists'] }),
    ...(id === undefined
      ? []
      : [
          client.invalidateQueries({ queryKey: ['GET /playlists/:id', { id }], exact: false }),
          client.invalidateQueries({ queryKey: ['GET /playlists/:id/entries', { id }] }),
        ]),
  ])
}

/** Stars, favourites and history decide what smart playlists hold. */
export const refreshSmart = (client: QueryClient): void => {
  void client.invalidateQueries({ queryKey: ['GET /playlists/:id/entries'] })
  void client.invalidateQueries({ queryKey: ['GET /playlists/:id'] })
}
