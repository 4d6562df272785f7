import { groups } from '../../shared/groups.ts'
import { handlers } from '../foundation/http.ts'
import { addGroup, getGroup } from './groups.ts'

export const routes = handlers(groups, {
  'POST /groups': addGroup,
  'GET /groups/:id': getGroup,
})
