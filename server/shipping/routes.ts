import { shipping } from '../../shared/shipping.ts'
import { handlers } from '../foundation/http.ts'
import { dropAddress, getAddresses, putAddress } from './addresses.ts'
import { arrived, getDesk, getParcel, returned, send, sendPacking, setAddress } from './parcels.ts'

export const routes = handlers(shipping, {
  'GET /me/addresses': getAddresses,
  'POST /me/addresses': putAddress,
  'DELETE /me/addresses/:id': dropAddress,
  'GET /parcels/:id': getParcel,
  'PUT /parcels/:id/address': setAddress,
  'POST /parcels/:id/arrived': arrived,
  'POST /parcels/:id/returned': returned,
  'GET /senders/:sender/parcels': getDesk,
  'POST /senders/:sender/parcels/send': send,
  'GET /senders/:sender/packing.csv': sendPacking,
})
