/** The door of people: accounts, sessions, organisations, pages, following. */
export { mountAuth } from './auth.ts'
export { makeReadViewer } from './viewer.ts'
export { routes } from './routes.ts'
export { jobs } from './jobs.ts'
export { appointStaff, banPerson, hashPassword, makePerson } from './accounts.ts'
export { actsFor, makeOrganisation, mayActFor } from './organisations.ts'
export { editablePages, handleFor, mayEditPage, openPage, pictureAddress } from './pages.ts'
export { countPeople, findPersonByEmail, partyNames } from './store.ts'
