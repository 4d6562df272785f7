/** The door of people: accounts, sessions, organisations, pages, following. */
export { mountAuth } from './auth.ts'
export { makeReadViewer } from './viewer.ts'
export { routes } from './routes.ts'
export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { guestLink, guestToken, keepLink } from './guests.ts'
export { appointStaff, banPerson, hashPassword, makePerson } from './accounts.ts'
export { actsFor, makeOrganisation, mayActFor } from './organisations.ts'
export { editablePages, followAs, givePage, handleFor, lockPage, mayEditPage, openPage, pictureAddress } from './pages.ts'
export { countPeople, findPersonByEmail, firstOperator, partyNames } from './store.ts'
export {
  appKeyFor,
  holdingAppKeys,
  makeAppKey,
  networkOf,
  noteAppKeyUse,
  personByAppKey,
  viewerOfKey,
  type AppKeyHolder,
} from './app-keys.ts'
export { makeLimit, type Limit } from './limits.ts'
