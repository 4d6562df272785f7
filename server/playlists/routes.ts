import { playlists } from '../../shared/playlists.ts'
import { handlers } from '../foundation/http.ts'
import {
  addFavourite,
  getFavourite,
  getFavouriteArtists,
  getFavouriteReleases,
  getFavourites,
  getRating,
  getRatings,
  giveStars,
  removeFavourite,
} from './marks.ts'

export const routes = handlers(playlists, {
  'GET /me/favourites': getFavourites,
  'GET /me/favourites/releases': getFavouriteReleases,
  'GET /me/favourites/artists': getFavouriteArtists,
  'PUT /me/favourites/:id': addFavourite,
  'DELETE /me/favourites/:id': removeFavourite,
  'GET /me/favourites/:id': getFavourite,
  'GET /ratings/:id': getRating,
  'PUT /me/ratings/:id': giveStars,
  'GET /me/ratings': getRatings,
})
