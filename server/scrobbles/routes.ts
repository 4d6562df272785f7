import { scrobbles } from '../../shared/scrobbles.ts'
import { handlers } from '../foundation/http.ts'
import { addLink, changeLink, getLinks, removeLink } from './links.ts'
import { getListens, importListens } from './listens.ts'

export const routes = handlers(scrobbles, {
  'GET /me/listens': getListens,
  'POST /me/listens': importListens,
  'GET /me/links': getLinks,
  'POST /me/links': addLink,
  'PUT /me/links/:id': changeLink,
  'DELETE /me/links/:id': removeLink,
})
