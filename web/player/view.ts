/** What of the player is open over the page. */
export type NowView = 'closed' | 'cover' | 'lyrics' | 'queue'
