import { door } from '../../shared/door.ts'
import { handlers } from '../foundation/http.ts'
import { dropDoor, enterAsStaff, enterByCode, getDesk, getDoors, makeLink, putDoor, revoke } from './desk.ts'
import { getList, sync } from './scanning.ts'

export const routes = handlers(door, {
  'GET /me/doors': getDoors,
  'GET /shows/:show/door': getDesk,
  'PUT /shows/:show/doors/:id': putDoor,
  'DELETE /shows/:show/doors/:id': dropDoor,
  'POST /shows/:show/door-links': makeLink,
  'POST /door-devices/:id/revoke': revoke,
  'POST /shows/:show/door': enterAsStaff,
  'POST /door/enter': enterByCode,
  'POST /door/list': getList,
  'POST /door/sync': sync,
})
