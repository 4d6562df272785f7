import { people } from '../../shared/people.ts'
import { handlers } from '../foundation/http.ts'
import { addAppKey, getAppKeys, revokeAppKey } from './app-keys.ts'
import { changeMe, declare, getDeclared, getMe, getSessions, signOutDevice, signOutOthers } from './accounts.ts'
import { askLink, beGuest, keepGuest, openGuest } from './guests.ts'
import {
  addMember,
  changeMember,
  changeOrganisation,
  getMembers,
  getOrganisation,
  getOrganisations,
  openOrganisation,
  removeMember,
} from './organisations.ts'
import { addPage, changePage, follow, getFollows, getPage, getPages, unfollow } from './pages.ts'

export const routes = handlers(people, {
  'GET /me': getMe,
  'PATCH /me': changeMe,
  'GET /me/declared': getDeclared,
  'PUT /me/declared': declare,
  'GET /me/sessions': getSessions,
  'DELETE /me/sessions/:id': signOutDevice,
  'DELETE /me/sessions': signOutOthers,
  'GET /me/app-keys': getAppKeys,
  'POST /me/app-keys': addAppKey,
  'DELETE /me/app-keys/:id': revokeAppKey,
  'GET /me/organisations': getOrganisations,
  'POST /organisations': openOrganisation,
  'GET /organisations/:id': getOrganisation,
  'PATCH /organisations/:id': changeOrganisation,
  'GET /organisations/:id/members': getMembers,
  'POST /organisations/:id/members': addMember,
  'PATCH /organisations/:id/members/:person': changeMember,
  'DELETE /organisations/:id/members/:person': removeMember,
  'GET /pages': getPages,
  'POST /pages': addPage,
  'GET /pages/:id': getPage,
  'PATCH /pages/:id': changePage,
  'POST /pages/:id/follow': follow,
  'DELETE /pages/:id/follow': unfollow,
  'GET /me/follows': getFollows,
  'POST /checkout/guest': beGuest,
  'POST /checkout/open': openGuest,
  'POST /checkout/keep': keepGuest,
  'POST /checkout/link': askLink,
})
