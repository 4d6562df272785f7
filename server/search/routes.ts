import { search } from '../../shared/search.ts'
import { handlers } from '../foundation/http.ts'
import { rebuild, searchAll } from './finding.ts'

export const routes = handlers(search, {
  'GET /search': searchAll,
  'POST /search/rebuild': rebuild,
})
