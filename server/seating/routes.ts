import { seating } from '../../shared/seating.ts'
import { handlers } from '../foundation/http.ts'
import { deleteMap, getMap, getVersion, publish, putDraft, putMapOf } from './maps.ts'
import { getHall, getSeats, putBlocks } from './showing.ts'
import { getOwn, getVenue, getVenues, putPicture, putPictureOrder, putState, putVenueOf } from './venues.ts'

export const routes = handlers(seating, {
  'GET /venues': getVenues,
  'GET /pages/:page/venues': getOwn,
  'GET /venues/:id': getVenue,
  'PUT /pages/:page/venues/:id': putVenueOf,
  'PUT /venues/:id/state': putState,
  'PUT /venues/:id/pictures': putPicture,
  'PUT /venues/:id/picture-order': putPictureOrder,
  'PUT /venues/:venue/maps/:id': putMapOf,
  'GET /maps/:id': getMap,
  'GET /maps/:id/versions/:version': getVersion,
  'PUT /maps/:id/draft': putDraft,
  'POST /maps/:id/publish': publish,
  'DELETE /maps/:id': deleteMap,
  'GET /halls/:id': getHall,
  'GET /halls/:id/seats': getSeats,
  'PUT /halls/:id/blocks': putBlocks,
})
